"""What background work keeps: who is running a task, which effects happened, what is due when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult


class Lease(models.Model):
    """A worker's right to run one task, until `expires_at` unless it renews it.

    Times are the machine's own, never the movable clock: a lease is about a process being alive. `token` is drawn anew
    for each claim, so a worker that comes back after its lease was given away can tell that it was.
    """

    task = models.OneToOneField(DBTaskResult, on_delete=models.CASCADE, primary_key=True, related_name="lease")
    token = models.UUIDField(_("token"))
    worker_id = models.CharField(_("worker"), max_length=64)
    expires_at = models.DateTimeField(_("expires at"), db_index=True)

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")

    def __str__(self) -> str:
        return f"{self.task_id} → {self.worker_id}"


class Effect(models.Model):
    """That an effect with this key happened, or was about to.

    A row of state *done* was committed together with the effect itself. An effect outside the database (a mail) goes
    from *claimed*, committed before it is tried, to *sent*. One that stays *claimed* was cut off in between: nobody can
    know whether it went out, so it is not tried again.
    """

    class State(models.TextChoices):
        DONE = "done", _("Done")
        CLAIMED = "claimed", _("Claimed, outcome unknown")
        SENT = "sent", _("Sent")

    key = models.CharField(_("key"), max_length=255, unique=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    task_id = models.UUIDField(_("task"), null=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("effect")
        verbose_name_plural = _("effects")

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"


class Schedule(models.Model):
    """A job that falls due again and again. `rule` and `zone` are read by :mod:`quarterdeck.kernel.jobs.rules`."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    task_path = models.CharField(_("task"), max_length=255)
    arguments = models.JSONField(_("arguments"), default=dict)
    rule = models.CharField(_("rule"), max_length=100)
    zone = models.CharField(_("time zone"), max_length=64)
    next_run = models.DateTimeField(_("next run"), db_index=True)
    last_run = models.DateTimeField(_("last run"), null=True)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")

    def __str__(self) -> str:
        return self.name
