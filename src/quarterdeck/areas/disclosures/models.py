"""A disclosure, its statements, what was found when it was approved, and the approval bound to that content."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.determinations.models import Assessment, Exposure
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.organisation.models import Registrant
from quarterdeck.kernel.records import Record


class Disclosure(Record):
    """One annual item or current report on its way from draft to release."""

    class Form(models.TextChoices):
        FORM_20F = "20-F", _("Form 20-F, Item 16K")
        FORM_10K = "10-K", _("Form 10-K, Item 1C")
        FORM_8K = "8-K", _("Form 8-K, Item 1.05")
        FORM_8KA = "8-K/A", _("Form 8-K/A, Item 1.05")
        FORM_6K = "6-K", _("Form 6-K")
        FORM_6KA = "6-K/A", _("Form 6-K/A")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        APPROVED = "approved", _("approved")
        RELEASED = "released", _("released")
        WITHDRAWN = "withdrawn", _("withdrawn")

    #: What makes a foreign private issuer furnish a report (Form 6-K, General Instruction B).
    Trigger = Exposure.Trigger

    class Concerns(models.TextChoices):
        """Which of the four points of Item 1.05(a) became known later."""

        NATURE = "nature", _("Nature")
        SCOPE = "scope", _("Scope")
        TIMING = "timing", _("Timing")
        IMPACT = "impact", _("Impact")

    registrant = models.ForeignKey(Registrant, models.PROTECT, related_name="disclosures", verbose_name=_("registrant"))
    form = models.CharField(_("form"), max_length=5, choices=Form.choices)
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("period until"))
    filing_date = models.DateField(
        _("planned filing date"), help_text=_("What is said “as of the date of this report” is checked as of this day.")
    )
    taxonomy = models.CharField(_("CYD taxonomy"), max_length=4, validators=[RegexValidator(r"^20\d\d$")])
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    returned_because = models.TextField(_("returned because"), blank=True)
    # Of current reports only; an annual item has none of these.
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, blank=True, related_name="disclosures", verbose_name=_("incident")
    )
    incident_label = models.CharField(_("what the report calls the incident"), max_length=120, blank=True)
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assessment")
    )
    amends = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="amendments", verbose_name=_("amends")
    )
    concerns = models.CharField(_("what became known concerns"), max_length=6, choices=Concerns.choices, blank=True)
    trigger = models.CharField(_("furnished because it is"), max_length=8, choices=Trigger.choices, blank=True)
    published_on = models.DateField(_("made public on"), null=True, blank=True)
    brought = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("before the body as")
    )

    class Meta:
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")

    def __str__(self) -> str:
        return f"{self.get_form_display()}, {self.period_end.isoformat()}"

    @property
    def family(self) -> str:
        """The form without its suffix: "8-K" for "8-K/A"."""
        return self.form.removesuffix("/A")

    @property
    def current(self) -> bool:
        """Whether it is a current report about one incident, not an annual item."""
        return self.incident_id is not None

    @property
    def item_heading(self) -> str:
        """The heading under which the form asks for it; filed text, so not translated."""
        return {
            "20-F": "Item 16K. Cybersecurity",
            "10-K": "Item 1C. Cybersecurity",
            "8-K": "Item 1.05 Material Cybersecurity Incidents",
            "6-K": "Cybersecurity Incident",
        }[self.family]


class Statement(Record):
    """One sentence. ``blocks`` are the text blocks it is part of; ``phrases`` are tags on words inside it.

    ``phrases``: ``[{"concept", "value": true|false|null, "phrase"}]``; ``claims``: ``[{"name", "params", "basis"}]``.
    """

    class Kind(models.TextChoices):
        FACT = "fact", _("fact")
        JUDGEMENT = "judgement", _("judgement")
        CAUTION = "caution", _("caution")
        REFERENCE = "reference", _("cross-reference")

    class Part(models.TextChoices):
        STRATEGY = "strategy", "Risk management and strategy"
        GOVERNANCE = "governance", "Governance"
        INCIDENT = "incident", "Material cybersecurity incident"

    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="statements", verbose_name=_("disclosure"))
    key = models.CharField(max_length=60, blank=True)
    part = models.CharField(_("part"), max_length=12, choices=Part.choices)
    paragraph = models.PositiveSmallIntegerField(_("paragraph"))
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("text"))
    blocks = models.JSONField(default=list, blank=True)
    phrases = models.JSONField(default=list, blank=True)
    claims = models.JSONField(default=list, blank=True)
    edited = models.BooleanField(_("edited"), default=False)
    removed = models.BooleanField(_("removed"), default=False)
    override_reason = models.TextField(_("kept although not proven, because"), blank=True)
    override_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    override_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        indexes = [models.Index(fields=["disclosure", "paragraph", "position"], name="statement_in_order")]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else self.text[:79] + "…"

    @property
    def overridden(self) -> bool:
        """Whether a second person agreed that the sentence stays although it is not proven."""
        return self.override_agreed_by_id is not None


class Approval(Record):
    """Binds to the SHA-256 of the exact content, findings included. Void as soon as the content no longer is what it was."""

    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="approvals", verbose_name=_("disclosure"))
    content_sha256 = models.CharField(_("content"), max_length=64)
    approved_content = models.JSONField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved"))
    decision = models.ForeignKey(
        "bodies.Decision", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decision")
    )
    void_at = models.DateTimeField(_("void since"), null=True, blank=True)
    void_because = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")

    def __str__(self) -> str:
        return f"{self.disclosure} · {self.content_sha256[:12]}"


class Package(Record):
    """A sealed package: the manifest names every file with its SHA-256."""

    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="packages", verbose_name=_("disclosure"))
    approval = models.ForeignKey(Approval, models.PROTECT, related_name="packages", verbose_name=_("approval"))
    manifest_sha256 = models.CharField(_("manifest"), max_length=64)
    manifest = models.JSONField()
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sealed by")
    )
    sealed_at = models.DateTimeField(_("sealed"))

    class Meta:
        verbose_name = _("sealed package")
        verbose_name_plural = _("sealed packages")

    def __str__(self) -> str:
        return f"{self.disclosure} · {self.manifest_sha256[:12]}"
