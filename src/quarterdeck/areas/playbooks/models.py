"""Playbooks, and what becomes of one on an incident: the run, and each step that was come to."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.incidents.models import Incident, Task
from quarterdeck.engines import cacao
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Record

_USER = settings.AUTH_USER_MODEL


class Playbook(Record):
    """What is done when something of a kind happens, as CACAO 2.0. ``source`` is the JSON as it came or was written."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being written")
        RELEASED = "released", _("Released")
        RETIRED = "retired", _("Retired")

    title = models.CharField(_("title"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="playbooks", verbose_name=_("unit"))
    description = models.TextField(_("when it is run"), blank=True, max_length=4000)
    identifier = models.CharField(_("identifier"), max_length=80, unique=True, editable=False)
    source = models.TextField(_("CACAO 2.0"), editable=False)
    imported = models.BooleanField(_("imported"), default=False, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT, editable=False)
    written_by = models.ForeignKey(
        _USER, models.PROTECT, related_name="+", editable=False, verbose_name=_("written by")
    )
    released_by = models.ForeignKey(
        _USER, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("released by")
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("playbook")
        verbose_name_plural = _("playbooks")
        indexes = [
            models.Index(fields=["title", "id"], name="playbook_by_title"),
            models.Index(fields=["unit", "title", "id"], name="playbook_by_unit"),
        ]

    def __str__(self) -> str:
        return self.title

    def read(self) -> cacao.Playbook:
        """The playbook, read and checked."""
        return cacao.parse(self.source)

    @property
    def steps_shown(self) -> list[str]:
        """Every step that somebody does or answers, in the order of the file."""
        found = []
        playbook = self.read()
        for step in playbook.steps.values():
            if cacao.outcomes(step):
                agent = playbook.agents.get(step.agent)
                who = f" · {agent.name}" if agent is not None and agent.name else ""
                minutes = f" · {step.timeout // 60_000} min" if step.timeout else ""
                found.append(f"{step.title}{who}{minutes}")
        return found

    @property
    def odd(self) -> list[str]:
        """What is odd about it and can be lived with."""
        return [str(problem) for problem in cacao.check(self.read())]

    def clean(self) -> None:
        super().clean()
        try:
            cacao.parse(self.source)
        except cacao.PlaybookError as error:
            raise ValidationError(_("This is no playbook: %(why)s.") % {"why": error}) from error


class Run(Record):
    """A playbook being gone through on one incident. The JSON is kept as it was when the run began."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        STOPPED = "stopped", _("Stopped")

    playbook = models.ForeignKey(Playbook, models.PROTECT, related_name="runs", verbose_name=_("playbook"))
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="playbook_runs", verbose_name=_("incident"))
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="+",
        verbose_name=_("unit that does what names no other"),
    )
    source = models.TextField(_("as it was"), editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RUNNING, editable=False)
    started_by = models.ForeignKey(
        _USER, models.PROTECT, related_name="+", editable=False, verbose_name=_("started by")
    )
    started_at = models.DateTimeField(_("started"), editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("playbook run")
        verbose_name_plural = _("playbook runs")
        indexes = [models.Index(fields=["incident", "state"], name="run_by_incident")]

    def __str__(self) -> str:
        return str(_("%(playbook)s on %(incident)s")) % {
            "playbook": self.playbook.title,
            "incident": self.incident.number,
        }


class StepRun(Record):
    """One time that a step of a run was come to. What somebody has to do is a task of the incident as well."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        UNDER_WAY = "under_way", _("Under way")
        DONE = "done", _("Done")

    run = models.ForeignKey(Run, models.PROTECT, related_name="steps", editable=False, verbose_name=_("run"))
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    step = models.CharField(_("step of the playbook"), max_length=100, editable=False)
    kind = models.CharField(_("type"), max_length=20, editable=False)
    title = models.CharField(_("title"), max_length=300, editable=False)
    instruction = models.TextField(_("what to do"), blank=True, editable=False)
    parent = models.PositiveSmallIntegerField(_("part of"), default=0, editable=False)
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)
    left = models.PositiveSmallIntegerField(_("branches still open"), default=0, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING, editable=False)
    outcome = models.CharField(_("outcome"), max_length=100, blank=True, editable=False)
    task = models.OneToOneField(
        Task,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="playbook_step",
        editable=False,
        verbose_name=_("task"),
    )
    due_at = models.DateTimeField(_("due"), null=True, blank=True, editable=False)
    came_at = models.DateTimeField(_("came up"), editable=False)
    done_at = models.DateTimeField(_("done"), null=True, blank=True, editable=False)
    done_by = models.ForeignKey(
        _USER, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("done by")
    )
    note = models.CharField(_("note"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("playbook step")
        verbose_name_plural = _("playbook steps")
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="step_run_once")]
        indexes = [models.Index(fields=["state", "due_at", "id"], name="step_run_by_due")]

    def __str__(self) -> str:
        return self.title
