"""What losses are held against: figures of the company by period, and thresholds that are conventions, not rules."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.risks.models.fields import AmountField, money
from quarterdeck.kernel.records import Record


class FinancialBaseline(Record):
    """Figures of one period from the accounts, in the reporting currency. They count once another person confirmed them."""

    class State(models.TextChoices):
        RECORDED = "recorded", _("To be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    period_from = models.DateField(_("from"))
    period_until = models.DateField(_("until"))
    revenue = money(_("revenue"))
    pretax_income = AmountField(
        _("income before tax"), max_digits=18, decimal_places=2, help_text=_("Negative for a loss.")
    )
    total_assets = money(_("total assets"))
    equity = AmountField(_("equity"), max_digits=18, decimal_places=2)
    source = models.CharField(_("source"), max_length=300, help_text=_("Which accounts, audited or not."))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.RECORDED, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("recorded by")
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("confirmed by"),
    )

    class Meta:
        verbose_name = _("financial baseline")
        verbose_name_plural = _("financial baselines")
        indexes = [models.Index(fields=["state", "-period_until"], name="baseline_newest")]

    def __str__(self) -> str:
        return f"{self.period_from.isoformat()} – {self.period_until.isoformat()}"

    def clean(self) -> None:
        super().clean()
        if self.period_from is not None and self.period_until is not None and self.period_until <= self.period_from:
            raise ValidationError({"period_until": _("The period ends before it begins.")})


class MaterialityThreshold(Record):
    """A share of a figure, as a place to begin asking. It is a convention: below it something may be material, above it not."""

    class Base(models.TextChoices):
        PRETAX_INCOME = "pretax_income", _("Income before tax")
        REVENUE = "revenue", _("Revenue")
        TOTAL_ASSETS = "total_assets", _("Total assets")
        EQUITY = "equity", _("Equity")

    name = models.CharField(_("name"), max_length=120)
    base = models.CharField(_("of"), max_length=13, choices=Base.choices)
    percent = models.DecimalField(
        _("percent"),
        max_digits=6,
        decimal_places=3,
        validators=[MinValueValidator(Decimal("0.001")), MaxValueValidator(Decimal(100))],
    )
    because = models.CharField(_("why this one"), max_length=500)
    ended_on = models.DateField(_("no longer from"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("materiality threshold")
        verbose_name_plural = _("materiality thresholds")

    def __str__(self) -> str:
        return self.name

    def amount(self, baseline: FinancialBaseline) -> Decimal | None:
        """The amount by ``baseline``; None where its figure is not positive, so that a share of it says nothing."""
        figure: Decimal = getattr(baseline, self.base)
        return figure * self.percent / 100 if figure > 0 else None


class IncidentLoss(Record):
    """What an incident has cost in one form of loss, and the range still to come. It hangs in the incident, behind its wall."""

    class Form(models.TextChoices):
        PRODUCTIVITY = "productivity", _("Productivity: work and sales that did not happen")
        RESPONSE = "response", _("Response: managing the event")
        REPLACEMENT = "replacement", _("Replacement: what is repaired or bought anew")
        FINES = "fines", _("Fines and judgments")
        COMPETITIVE = "competitive", _("Competitive advantage")
        REPUTATION = "reputation", _("Reputation")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="losses", verbose_name=_("incident"))
    form = models.CharField(_("form of loss"), max_length=12, choices=Form.choices)
    so_far = money(_("so far"))
    low = money(_("still to come, low"), default=0)
    high = money(_("still to come, high"), default=0)
    because = models.CharField(_("what this rests on"), max_length=500)
    as_of = models.DateField(_("as of"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("recorded by")
    )
    replaced_on = models.DateField(_("replaced on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("loss of an incident")
        verbose_name_plural = _("losses of incidents")
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "form"], condition=models.Q(replaced_on=None), name="incident_loss_once"
            )
        ]

    def __str__(self) -> str:
        return self.get_form_display()

    def clean(self) -> None:
        super().clean()
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValidationError({"low": _("The low end is above the high end.")})
