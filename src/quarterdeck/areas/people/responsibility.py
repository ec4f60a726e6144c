"""Who does what in each process: the matrix of who is responsible, accountable, consulted and informed (RACI)."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.permissions.models import Role, Unit
from quarterdeck.kernel.records import Dated, Record


class Process(Record):
    """One process of the programme, such as handling an incident or engaging a vendor."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    purpose = models.TextField(_("purpose"), blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="processes", verbose_name=_("owned by"))

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        indexes = [models.Index(fields=["name", "id"], name="process_by_name")]

    def __str__(self) -> str:
        return self.name


class ProcessStep(Record):
    """A step of a process."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="steps", verbose_name=_("process"))
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)

    class Meta:
        verbose_name = _("step of a process")
        verbose_name_plural = _("steps of processes")
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="process_step_once")]

    def __str__(self) -> str:
        return f"{self.process} {self.number}: {self.title}"


class Responsibility(Dated):
    """A role, unit or person has one part in one step, from a day until a day."""

    class Part(models.TextChoices):
        RESPONSIBLE = "responsible", _("Responsible: does it")
        ACCOUNTABLE = "accountable", _("Accountable: answers for it")
        CONSULTED = "consulted", _("Consulted: is asked before")
        INFORMED = "informed", _("Informed: is told after")

    step = models.ForeignKey(ProcessStep, models.PROTECT, related_name="responsibilities", verbose_name=_("step"))
    part = models.CharField(_("part"), max_length=11, choices=Part.choices)
    role = models.ForeignKey(
        Role, models.PROTECT, null=True, blank=True, related_name="responsibilities", verbose_name=_("role")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="responsibilities", verbose_name=_("unit")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="responsibilities", verbose_name=_("person")
    )

    HOLDERS: ClassVar[tuple[str, ...]] = ("role", "unit", "person")

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        indexes = [models.Index(fields=["step", "effective_from"], name="responsibility_by_step")]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(role__isnull=False, unit=None, person=None)
                    | Q(role=None, unit__isnull=False, person=None)
                    | Q(role=None, unit=None, person__isnull=False)
                ),
                name="responsibility_has_one_holder",
                violation_error_message=_("Name a role, a unit or a person, one of the three."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.holder} · {self.get_part_display()}"

    @property
    def holder(self) -> Role | Unit | Person | None:
        """Whose part it is."""
        return self.role or self.unit or self.person

    def clean(self) -> None:
        super().clean()
        if sum(getattr(self, f"{name}_id") is not None for name in self.HOLDERS) != 1:
            raise ValidationError(_("Name a role, a unit or a person, one of the three."))


class PeopleList(Record):
    """A list of employees that was read from a file and is being taken in, some at a time."""

    class State(models.TextChoices):
        RUNNING = "running", _("Being taken in")
        DONE = "done", _("Taken in")

    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("file"))
    open_logins = models.BooleanField(_("opens logins"), default=False)
    rows = models.PositiveIntegerField(_("people in it"), editable=False)
    ignored = models.CharField(_("headings left alone"), max_length=500, blank=True, editable=False)
    done = models.PositiveIntegerField(_("taken in"), default=0, editable=False)
    added = models.PositiveIntegerField(_("added"), default=0, editable=False)
    changed = models.PositiveIntegerField(_("changed"), default=0, editable=False)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.RUNNING, editable=False)
    read_by = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", editable=False, verbose_name=_("read by")
    )

    class Meta:
        verbose_name = _("list of people")
        verbose_name_plural = _("lists of people")

    def __str__(self) -> str:
        return str(self.file)
