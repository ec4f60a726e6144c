"""What is done about a risk: a treatment with owner, cost and day, or its acceptance by somebody entitled, until a day."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.engagements.models import ImprovementProject
from quarterdeck.areas.people.models import Person
from quarterdeck.areas.risks.models.fields import money, share
from quarterdeck.areas.risks.models.register import Risk
from quarterdeck.areas.safeguards.models import Safeguard
from quarterdeck.kernel.records import Dated, Record


class Treatment(Record):
    """A planned change. By how much it lessens frequency and severity is estimated beforehand; the next estimate judges it."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        UNDER_WAY = "under_way", _("Under way")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    risk = models.ForeignKey(Risk, models.PROTECT, related_name="treatments", verbose_name=_("risk"))
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("what is done"), blank=True)
    response = models.CharField(
        _("response"), max_length=8, choices=Risk.Response.choices, default=Risk.Response.MITIGATE
    )
    owner = models.ForeignKey(Person, models.PROTECT, related_name="treatments", verbose_name=_("owner"))
    cost = money(_("cost a year"), help_text=_("All of it, spread over the years it serves."))
    due = models.DateField(_("due"))
    safeguard = models.ForeignKey(
        Safeguard, models.PROTECT, null=True, blank=True, related_name="treatments", verbose_name=_("safeguard")
    )
    project = models.ForeignKey(
        ImprovementProject,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="treatments",
        verbose_name=_("improvement project"),
    )
    frequency_left = share(
        _("frequency left"), default=Decimal(1), help_text=_("Share of events that still happen afterwards: 1 for all.")
    )
    severity_left = share(
        _("severity left"), default=Decimal(1), help_text=_("Share of the loss that one event still costs: 1 for all.")
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.PLANNED, editable=False)
    done_on = models.DateField(_("done on"), null=True, blank=True, editable=False)
    because = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        indexes = [
            models.Index(fields=["state", "due", "id"], name="treatment_by_due"),
            models.Index(fields=["due", "id"], name="treatment_in_order"),
            models.Index(fields=["title", "id"], name="treatment_by_title"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.frequency_left == 1 and self.severity_left == 1 and self.response != Risk.Response.ACCEPT:
            raise ValidationError(
                {"frequency_left": _("It changes neither how often nor how much: say what it changes.")}
            )


class Acceptance(Dated):
    """A risk is borne as it is, by somebody entitled to, until a day. The figures are those on which it was decided."""

    risk = models.ForeignKey(Risk, models.PROTECT, related_name="acceptances", verbose_name=_("risk"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("accepted by")
    )
    because = models.TextField(_("reasons"))
    expected = money(_("expected a year"), editable=False)
    bad_year = money(_("1-in-20 year"), null=True, blank=True, editable=False)
    withdrawn_because = models.CharField(_("why it was withdrawn"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        indexes = [
            models.Index(fields=["risk", "-effective_from"], name="acceptance_by_risk"),
            models.Index(fields=["-effective_from", "-id"], name="risk_acceptance_newest"),
        ]

    def __str__(self) -> str:
        until = self.effective_until.isoformat() if self.effective_until else "…"
        return f"{self.risk.number} · {until}"
