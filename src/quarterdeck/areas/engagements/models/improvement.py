"""What was recommended, what was decided on it, and the improvement that followed."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.engagements.models.engagement import Deliverable, Engagement
from quarterdeck.areas.people.models import Person
from quarterdeck.areas.safeguards.models import Safeguard
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Record


class Recommendation(Record):
    """What an engagement recommends. It is accepted, and becomes a project, or rejected with a reason."""

    class Priority(models.TextChoices):
        HIGH = "high", _("High")
        MEDIUM = "medium", _("Medium")
        LOW = "low", _("Low")

    class State(models.TextChoices):
        OPEN = "open", _("To be decided")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")

    engagement = models.ForeignKey(
        Engagement, models.PROTECT, related_name="recommendations", verbose_name=_("engagement")
    )
    deliverable = models.ForeignKey(
        Deliverable, models.PROTECT, null=True, blank=True, related_name="recommendations", verbose_name=_("stands in")
    )
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what is recommended, and why"))
    priority = models.CharField(_("priority"), max_length=6, choices=Priority.choices, default=Priority.MEDIUM)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("made by")
    )
    made_on = models.DateField(_("made on"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        indexes = [models.Index(fields=["-made_on", "-id"], name="recommendation_newest")]

    def __str__(self) -> str:
        return self.title


class ImprovementProject(Record):
    """An enhancement of systems or procedures, followed from its plan to somebody else's word that it is done."""

    class Performer(models.TextChoices):
        IN_HOUSE = "in_house", _("In-house team")
        OUTSIDE = "outside", _("Outside firm")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        UNDER_WAY = "under_way", _("Under way")
        DONE = "done", _("Done, to be verified")
        VERIFIED = "verified", _("Verified")
        CANCELLED = "cancelled", _("Cancelled")

    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("what is improved"), blank=True)
    recommendation = models.ForeignKey(
        Recommendation, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name=_("follows")
    )
    safeguard = models.ForeignKey(
        Safeguard, models.PROTECT, null=True, blank=True, related_name="improvements", verbose_name=_("safeguard")
    )
    performer = models.CharField(_("done by"), max_length=8, choices=Performer.choices, default=Performer.IN_HOUSE)
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="improvements", verbose_name=_("owner"), help_text=_("Who answers for it.")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="improvements", verbose_name=_("unit"))
    due = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("reported done by"),
    )
    evidence = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("evidence")
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("verified by"),
    )
    verified_on = models.DateField(_("verified on"), null=True, blank=True, editable=False)
    because = models.CharField(_("why it was sent back or cancelled"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("improvement project")
        verbose_name_plural = _("improvement projects")
        indexes = [
            models.Index(fields=["due", "id"], name="improvement_by_due"),
            models.Index(fields=["unit", "due", "id"], name="improvement_by_unit"),
            models.Index(fields=["state", "due", "id"], name="improvement_by_state"),
        ]

    def __str__(self) -> str:
        return self.title

    def overdue(self, day: date) -> bool:
        """Whether it should have been done by ``day`` and is not."""
        return self.state in (self.State.PLANNED, self.State.UNDER_WAY) and self.due < day


class ProgressNote(Record):
    """How far a project has come, by whom, on which day. Never changed."""

    project = models.ForeignKey(ImprovementProject, models.PROTECT, related_name="notes", verbose_name=_("project"))
    text = models.TextField(_("progress"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    on = models.DateField(_("on"))

    class Meta:
        verbose_name = _("progress note")
        verbose_name_plural = _("progress notes")
        indexes = [models.Index(fields=["-on", "-id"], name="progress_newest")]

    def __str__(self) -> str:
        return self.text if len(self.text) < 80 else f"{self.text[:79]}…"
