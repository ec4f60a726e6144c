"""Who was asked to look, on which terms, with which proven knowledge, and what they handed in."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Dated, Record


class Engagement(Record):
    """One engagement of a firm, or of a team of the house. The firm is a name; that it is a vendor too is kept there."""

    class Kind(models.TextChoices):
        ASSESSOR = "assessor", _("Assessor")
        CONSULTANT = "consultant", _("Consultant")
        AUDITOR = "auditor", _("Auditor")
        COUNSEL = "counsel", _("Counsel")
        IN_HOUSE = "in_house", _("In-house team")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        ACTIVE = "active", _("Under way")
        ENDED = "ended", _("Ended")

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    firm = models.CharField(_("firm or team"), max_length=200)
    scope = models.TextField(_("scope"), help_text=_("What they are asked to look at, and what not."))
    independence = models.TextField(
        _("independence"),
        blank=True,
        help_text=_("What they have to do with what they look at, and what else they do for the company."),
    )
    owner = models.ForeignKey(
        Person,
        models.PROTECT,
        related_name="engagements",
        verbose_name=_("owner"),
        help_text=_("Who answers for it here."),
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="engagements", verbose_name=_("unit"))
    contract_from = models.DateField(_("contract from"))
    contract_until = models.DateField(_("contract until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PLANNED)
    started_on = models.DateField(_("began on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        indexes = [
            models.Index(fields=["-contract_from", "-id"], name="engagement_newest"),
            models.Index(fields=["unit", "-contract_from", "-id"], name="engagement_by_unit"),
            models.Index(fields=["kind", "started_on"], name="engagement_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.firm}: {self.title}"

    @property
    def outside(self) -> bool:
        """Whether somebody from outside the company does it."""
        return self.kind != self.Kind.IN_HOUSE

    def running(self, start: date, end: date) -> bool:
        """Whether it was under way on any day of ``start``…``end``."""
        began = self.started_on is not None and self.started_on <= end
        last = self.ended_on or self.contract_until
        return began and (last is None or last >= start)

    def clean(self) -> None:
        super().clean()
        for name, begun in (("contract_until", self.contract_from), ("ended_on", self.started_on)):
            last = getattr(self, name)
            if last is not None and begun is not None and last < begun:
                raise ValidationError({name: _("The last day is before the first.")})


class Expert(Record):
    """A person who does the work of an engagement."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="experts", verbose_name=_("engagement"))
    full_name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("does what"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)

    personal_fields: ClassVar[tuple[str, ...]] = ("full_name", "email")

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        indexes = [models.Index(fields=["full_name", "id"], name="expert_by_name")]

    def __str__(self) -> str:
        return self.full_name


class Credential(Record):
    """A certification or accreditation of an expert, with its last day."""

    expert = models.ForeignKey(Expert, models.PROTECT, related_name="credentials", verbose_name=_("expert"))
    name = models.CharField(_("certification"), max_length=100, help_text=_("As its issuer abbreviates it."))
    issuer = models.CharField(_("issuer"), max_length=200)
    number = models.CharField(_("number"), max_length=80, blank=True)
    issued_on = models.DateField(_("issued"))
    expires_on = models.DateField(_("expires"), null=True, blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("evidence")
    )

    personal_fields: ClassVar[tuple[str, ...]] = ("number",)

    class Meta:
        verbose_name = _("expert's credential")
        verbose_name_plural = _("experts' credentials")
        indexes = [models.Index(fields=["expires_on", "id"], name="credential_by_expiry")]

    def __str__(self) -> str:
        return f"{self.expert} · {self.name}"

    def clean(self) -> None:
        super().clean()
        if self.expires_on is not None and self.issued_on is not None and self.expires_on < self.issued_on:
            raise ValidationError({"expires_on": _("It expires before it was issued.")})


class EngagementGuest(Dated):
    """A guest's login and the one engagement it opens, from a day until a day. Revoking closes it at once."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="guests", verbose_name=_("engagement"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="guest_of", verbose_name=_("login"))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    revoked_at = models.DateTimeField(_("access closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("guest of an engagement")
        verbose_name_plural = _("guests of engagements")
        indexes = [models.Index(fields=["user", "engagement"], name="guest_by_user")]

    def __str__(self) -> str:
        return f"{self.user} · {self.engagement.title}"


class Deliverable(Record):
    """What was asked for or handed in. A risk assessment among them counts once another person approved it."""

    class Kind(models.TextChoices):
        RISK_ASSESSMENT = "risk_assessment", _("Risk assessment")
        TEST_REPORT = "test_report", _("Test report")
        AUDIT_REPORT = "audit_report", _("Audit report")
        ADVICE = "advice", _("Advice")
        OTHER = "other", _("Other")

    class State(models.TextChoices):
        REQUESTED = "requested", _("Asked for")
        HANDED_IN = "handed_in", _("Handed in")
        RETURNED = "returned", _("Returned")
        APPROVED = "approved", _("Approved")

    engagement = models.ForeignKey(
        Engagement, models.PROTECT, related_name="deliverables", verbose_name=_("engagement")
    )
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    wanted = models.TextField(_("what is asked for"), blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.REQUESTED)
    performed_on = models.DateField(_("performed on"), null=True, blank=True)
    scope = models.TextField(_("scope"), blank=True)
    method = models.TextField(_("method"), blank=True)
    result = models.TextField(_("result"), blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("asked for by"),
    )
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("handed in by"),
    )
    handed_in_on = models.DateField(_("handed in on"), null=True, blank=True, editable=False)
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
        verbose_name = _("deliverable")
        verbose_name_plural = _("deliverables")
        indexes = [
            models.Index(fields=["kind", "performed_on"], name="deliverable_by_kind"),
            models.Index(fields=["state", "due"], name="deliverable_by_due"),
        ]

    def __str__(self) -> str:
        return self.title
