"""What a vendor is bound to by contract, and the assurance that others give of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.vendors.models.vendor import COUNTRY, Vendor
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.records import Record


class Contract(Record):
    """A contract with its dates and the clauses that security needs. ``None`` for a clause: not looked for yet."""

    class Reliance(models.TextChoices):
        NOT = "not", _("Not significant")
        LOW = "low", _("Low")
        MATERIAL = "material", _("Material")
        FULL = "full", _("Full")

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="contracts", verbose_name=_("vendor"))
    reference = models.CharField(_("reference"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200)
    signed_on = models.DateField(_("signed"), null=True, blank=True)
    starts_on = models.DateField(_("starts"))
    ends_on = models.DateField(_("ends"), null=True, blank=True, help_text=_("Empty for an open end."))
    notice_days = models.PositiveIntegerField(_("our notice (days)"), null=True, blank=True)
    vendor_notice_days = models.PositiveIntegerField(_("the vendor's notice (days)"), null=True, blank=True)
    governing_law = models.CharField(
        _("governing law"), max_length=2, blank=True, validators=[COUNTRY], help_text=_("Country, two letters.")
    )
    audit_right = models.BooleanField(_("right to audit"), null=True, blank=True)
    security_clause = models.BooleanField(_("bound to our security procedures"), null=True, blank=True)
    incident_hours = models.PositiveIntegerField(_("tells of incidents within (hours)"), null=True, blank=True)
    subcontracting = models.BooleanField(_("subcontracting only with our leave"), null=True, blank=True)
    termination = models.CharField(_("when we may terminate"), max_length=300, blank=True)
    data_return = models.BooleanField(_("data come back or are destroyed at the end"), null=True, blank=True)
    reliance = models.CharField(
        _("reliance on the service"), max_length=8, choices=Reliance.choices, null=True, blank=True
    )
    annual_cost = models.DecimalField(
        _("cost a year"), max_digits=18, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    terminated_on = models.DateField(_("terminated"), null=True, blank=True, editable=False)
    terminated_because = models.CharField(_("terminated because"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("contract with a vendor")
        verbose_name_plural = _("contracts with vendors")
        indexes = [models.Index(fields=["-starts_on", "-id"], name="contract_newest")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def clean(self) -> None:
        super().clean()
        if self.ends_on is not None and self.starts_on is not None and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("It ends before it starts.")})


class Obligation(Record):
    """What the vendor has to do or show, once or again and again. ``next_due`` is the day that is not settled yet."""

    class Recurrence(models.TextChoices):
        ONCE = "once", _("Once")
        MONTHLY = "monthly", _("Every month")
        QUARTERLY = "quarterly", _("Every quarter")
        HALF_YEARLY = "half_yearly", _("Every half-year")
        YEARLY = "yearly", _("Every year")

    class State(models.TextChoices):
        ACTIVE = "active", _("In force")
        ENDED = "ended", _("Ended")

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="obligations", verbose_name=_("vendor"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="obligations", verbose_name=_("contract")
    )
    title = models.CharField(_("obligation"), max_length=300)
    evidence_wanted = models.CharField(
        _("evidence wanted"), max_length=300, help_text=_("For example the report of the yearly test.")
    )
    recurrence = models.CharField(_("recurrence"), max_length=11, choices=Recurrence.choices)
    first_due = models.DateField(_("first due"))
    next_due = models.DateField(_("next due"), null=True, blank=True, editable=False)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("looked after by"))
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.ACTIVE, editable=False)
    ended_on = models.DateField(_("ended"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("obligation of a vendor")
        verbose_name_plural = _("obligations of vendors")
        indexes = [
            models.Index(fields=["state", "next_due", "id"], name="obligation_by_due"),
            models.Index(fields=["vendor", "next_due", "id"], name="obligation_of_vendor"),
        ]

    def __str__(self) -> str:
        return self.title


class ObligationPeriod(Record):
    """What became of an obligation for one of its days: met with evidence, or followed up with a task."""

    class State(models.TextChoices):
        MET = "met", _("Met")
        FOLLOWED = "followed", _("Not met, followed up")

    obligation = models.ForeignKey(
        Obligation, models.PROTECT, related_name="periods", editable=False, verbose_name=_("obligation")
    )
    due_on = models.DateField(_("due"), editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, editable=False)
    done_on = models.DateField(_("settled"), editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("settled by")
    )
    note = models.CharField(_("what was found"), max_length=500, blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("evidence")
    )
    task = models.CharField(_("what follows"), max_length=300, blank=True)
    task_owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by whom")
    )
    task_due = models.DateField(_("by when"), null=True, blank=True)
    task_done_on = models.DateField(_("done"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("period of an obligation")
        verbose_name_plural = _("periods of obligations")
        constraints = [models.UniqueConstraint(fields=["obligation", "due_on"], name="obligation_period_once")]

    def __str__(self) -> str:
        return f"{self.obligation}, {self.due_on.isoformat()}"


class Assurance(Record):
    """A report or certificate of an independent party on the vendor, for a period or until a day."""

    class Kind(models.TextChoices):
        SOC2_1 = "soc2_type1", _("SOC 2 Type I")
        SOC2_2 = "soc2_type2", _("SOC 2 Type II")
        SOC1_2 = "soc1_type2", _("SOC 1 Type II")
        ISO27001 = "iso27001", _("ISO/IEC 27001")
        ISO27701 = "iso27701", _("ISO/IEC 27701")
        ISO22301 = "iso22301", _("ISO 22301")
        PCI = "pci_dss", _("PCI DSS")
        BRIDGE = "bridge", _("Bridge letter")
        TEST = "penetration_test", _("Penetration test")
        OTHER = "other", _("Other")

    class State(models.TextChoices):
        CURRENT = "current", _("On record")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="assurances", verbose_name=_("vendor"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    issuer = models.CharField(_("issued by"), max_length=200)
    number = models.CharField(_("number"), max_length=80, blank=True)
    scope = models.CharField(_("scope"), max_length=300)
    period_from = models.DateField(_("covers from"), null=True, blank=True)
    period_until = models.DateField(_("covers until"), null=True, blank=True)
    issued_on = models.DateField(_("issued"))
    expires_on = models.DateField(
        _("expires"),
        null=True,
        blank=True,
        help_text=_("A report has no expiry of its own: say until when it is relied on."),
    )
    qualified = models.BooleanField(_("qualified, or with exceptions"), default=False)
    reviewed = models.TextField(_("what our review found"), blank=True)
    bridges = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bridged_by",
        verbose_name=_("bridges the gap after"),
    )
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.CURRENT, editable=False)

    personal_fields: ClassVar[tuple[str, ...]] = ()

    class Meta:
        verbose_name = _("assurance of a vendor")
        verbose_name_plural = _("assurances of vendors")
        indexes = [
            models.Index(fields=["expires_on", "id"], name="assurance_by_expiry"),
            models.Index(fields=["vendor", "-issued_on", "-id"], name="assurance_of_vendor"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.vendor}"

    def clean(self) -> None:
        super().clean()
        periodic = (self.Kind.SOC2_2, self.Kind.SOC1_2, self.Kind.BRIDGE)
        if self.kind in periodic and (self.period_from is None or self.period_until is None):
            raise ValidationError({"period_from": _("A report of this kind covers a period: give both days.")})
        if self.period_from is not None and self.period_until is not None and self.period_until < self.period_from:
            raise ValidationError({"period_until": _("The last day is before the first.")})
        if self.expires_on is not None and self.issued_on is not None and self.expires_on < self.issued_on:
            raise ValidationError({"expires_on": _("It expires before it was issued.")})
        if (self.kind == self.Kind.BRIDGE) != (self.bridges is not None):
            raise ValidationError(
                {"bridges": _("A bridge letter, and nothing else, names the report whose gap it bridges.")}
            )
