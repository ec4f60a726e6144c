"""Computed figures as they were, so that anybody can compute them again; and assessments of risk as they were carried out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.engagements.models import Engagement
from quarterdeck.areas.people.models import Person
from quarterdeck.areas.policies.models import PolicyVersion
from quarterdeck.areas.risks.models.estimate import Estimate
from quarterdeck.areas.risks.models.fields import money
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Record


class Analysis(Record):
    """The law of a year's loss of the open risks of a unit on a day. Inputs and answers are kept as text, with their hash."""

    title = models.CharField(_("title"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="analyses", verbose_name=_("unit"))
    kind = models.CharField(
        _("which state"), max_length=8, choices=Estimate.Kind.choices, default=Estimate.Kind.CURRENT
    )
    made_on = models.DateField(_("made on"), editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("made by")
    )
    risks = models.PositiveIntegerField(_("risks"), editable=False)
    left_out = models.TextField(_("left out, for want of an estimate"), blank=True, editable=False)
    currency = models.CharField(_("currency"), max_length=3, editable=False)
    #: Canonical JSON; the same text gives the same hash and, with the same engine, the same figures.
    inputs = models.TextField(_("inputs"), editable=False)
    inputs_sha256 = models.CharField(_("SHA-256 of the inputs"), max_length=64, editable=False)
    engine = models.CharField(_("version of the engine"), max_length=10, editable=False)
    results = models.TextField(_("figures"), editable=False)
    expected = money(_("expected a year"), null=True, blank=True, editable=False)
    bad_year = money(_("1-in-20 year"), editable=False)
    worst_year = money(_("1-in-100 year"), editable=False)
    worst_mean = money(_("mean of the worst hundredth"), null=True, blank=True, editable=False)
    repeated_on = models.DateField(_("computed again on"), null=True, blank=True, editable=False)
    repeated_same = models.BooleanField(_("with the same figures"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("analysis")
        verbose_name_plural = _("analyses")
        indexes = [models.Index(fields=["-made_on", "-id"], name="analysis_newest")]

    def __str__(self) -> str:
        return self.title


class RiskAssessment(Record):
    """An assessment of risks as the procedure asks: its scope, method, performer and result, approved by another person."""

    class Performer(models.TextChoices):
        IN_HOUSE = "in_house", _("In-house team")
        OUTSIDE = "outside", _("Outside firm")

    class State(models.TextChoices):
        DRAFT = "draft", _("Being written")
        SUBMITTED = "submitted", _("To be approved")
        RETURNED = "returned", _("Returned")
        APPROVED = "approved", _("Approved")

    title = models.CharField(_("title"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="risk_assessments", verbose_name=_("unit"))
    procedure = models.ForeignKey(
        PolicyVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="risk_assessments",
        verbose_name=_("procedure"),
        help_text=_("The version of the procedure that it followed."),
    )
    scope = models.TextField(_("scope"), help_text=_("Which units, systems and threats it looked at, and which not."))
    method = models.TextField(_("method"))
    performer = models.CharField(_("performed by"), max_length=8, choices=Performer.choices)
    performer_name = models.CharField(_("name of team or firm"), max_length=200)
    engagement = models.ForeignKey(
        Engagement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="risk_assessments",
        verbose_name=_("engagement"),
        help_text=_("Where an outside firm did it."),
    )
    lead = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("led by"))
    performed_on = models.DateField(_("performed on"))
    result = models.TextField(_("result"), blank=True)
    analysis = models.ForeignKey(
        Analysis, models.PROTECT, null=True, blank=True, related_name="assessments", verbose_name=_("analysis")
    )
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("report")
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT, editable=False)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("prepared by")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("approved by"),
    )
    approved_on = models.DateField(_("approved on"), null=True, blank=True, editable=False)
    returned_because = models.CharField(_("why it was returned"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("risk assessment")
        verbose_name_plural = _("risk assessments")
        indexes = [models.Index(fields=["state", "performed_on"], name="risk_assessment_by_day")]

    def __str__(self) -> str:
        return self.title

    @property
    def outside(self) -> bool:
        """Whether somebody from outside the company did it."""
        return self.performer == self.Performer.OUTSIDE
