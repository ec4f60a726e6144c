"""How much loss the company is willing to bear, and how much it can bear: for the enterprise and for each unit."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.risks import rules
from quarterdeck.areas.risks.models.fields import money
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Dated, Record


class Appetite(Dated):
    """What a year may cost: expected loss the company is willing to bear, and a curve that no year's loss should exceed."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="appetites", verbose_name=_("unit"))
    statement = models.TextField(_("in words"), help_text=_("What is borne, and what is not, as it is read out."))
    expected_limit = money(_("appetite"), help_text=_("Expected loss a year that is willingly borne."))
    curve = models.TextField(
        _("tolerance"),
        help_text=_(
            "One line each: an amount, and the chance a year with which it may be exceeded, such as 5000000 5%."
        ),
    )
    owner_may_accept = money(
        _("a risk's owner may accept"), default=0, help_text=_("Up to this expected loss a year; beyond it the CISO.")
    )
    ciso_may_accept = money(
        _("the CISO may accept"), default=0, help_text=_("Up to this; beyond it a member of the management committee.")
    )
    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appetites",
        verbose_name=_("decided by"),
        help_text=_("The decision of the body that set it."),
    )

    class Meta:
        verbose_name = _("appetite")
        verbose_name_plural = _("appetites")
        indexes = [models.Index(fields=["unit", "-effective_from"], name="appetite_by_unit")]

    def __str__(self) -> str:
        return f"{self.unit}, {self.effective_from.isoformat()}"

    @property
    def points(self) -> tuple[tuple[float, float], ...]:
        """Amount and the chance a year with which it may be exceeded, by rising amount."""
        return rules.curve_points(self.curve)

    def clean(self) -> None:
        super().clean()
        try:
            rules.curve_points(self.curve)
        except rules.CurveError as fault:
            raise ValidationError({"curve": rules.said(fault)}) from fault
        if (self.owner_may_accept or 0) > (self.ciso_may_accept or 0):
            raise ValidationError({"ciso_may_accept": _("The CISO may accept at least what an owner may.")})


class Rating(Record):
    """A word for money, for those who want words: from this expected loss a year on. The word never makes the money."""

    label = models.CharField(_("word"), max_length=40)
    from_amount = money(_("from (expected a year)"), unique=True)
    ended_on = models.DateField(_("no longer from"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")

    def __str__(self) -> str:
        return self.label
