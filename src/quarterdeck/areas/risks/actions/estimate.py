"""Estimates: made, learnt from what happened, and their makers held against known answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.risks import scenarios
from quarterdeck.areas.risks.actions.register import KEEPERS, OPEN, WRITERS
from quarterdeck.areas.risks.models import Calibration, Estimate, Risk
from quarterdeck.areas.risks.queries import currency
from quarterdeck.areas.safeguards.rules import months_after
from quarterdeck.engines.loss import VERSION, LossError
from quarterdeck.engines.loss.estimation.frequency import updated_rate
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Action, Context, Create, Refused
from quarterdeck.kernel.permissions.models import Unit

_TOLD = (
    "risk", "kind", "often", "rate_low", "rate_high", "vulnerability", "chance", "much", "low", "likely", "high", "cap", "forms",
    "estimator", "source", "because", "changed_because",
)  # fmt: skip


def keep_law(estimate: Estimate) -> None:
    """Keep the law of the rate beside an estimate whose rate is uncertain. Raises FieldFault."""
    law = scenarios.gamma_of(estimate)
    if law is not None:
        estimate.shape, estimate.years = (
            Decimal(repr(part)).quantize(Decimal("1e-12")) for part in (law.events, law.years)
        )


def _compute(estimate: Estimate) -> scenarios.Figures:
    """The figures of one estimate, with the law of its rate kept beside it. Refused with the engine's words."""
    try:
        keep_law(estimate)
        return scenarios.figures_of(scenarios.scenario_of(estimate, "risk"), currency())
    except scenarios.FieldFault as fault:
        raise Refused(fault.reason) from fault
    except LossError as fault:
        raise Refused(str(fault)) from fault


def figures_stand(risk: Risk, estimate: Estimate, found: scenarios.Figures, day: date) -> None:
    """Write the figures into an estimate of ``day`` and into its risk, where the register shows them. Nothing is saved."""
    estimate.expected, estimate.bad_year, estimate.worst_year = found.expected, found.bad_year, found.worst_year
    estimate.any_loss, estimate.engine, estimate.made_on = found.any_loss, VERSION, day
    if estimate.kind == Estimate.Kind.INHERENT:
        risk.inherent_expected = found.expected
    elif estimate.kind == Estimate.Kind.RESIDUAL:
        risk.residual_expected = found.expected
    else:
        risk.exposure = found.expected or scenarios.MOST
        risk.expected, risk.bad_year, risk.chance = found.expected, found.bad_year, found.any_loss
        risk.event_low, risk.event_high = found.event_low, found.event_high
        risk.next_review = months_after(day, risk.review_every)


def _stand(ctx: Context, estimate: Estimate, found: scenarios.Figures) -> Estimate:
    """The estimate stands from now on, the former of its kind no more; the register shows its figures."""
    risk = Risk._base_manager.select_for_update().get(pk=estimate.risk_id)
    for former in Estimate.objects.filter(risk=risk, kind=estimate.kind, replaced_on=None):
        former.replaced_on = ctx.at.date()
        ctx.save(former)
    figures_stand(risk, estimate, found, ctx.at.date())
    estimate.made_by = ctx.user
    kept = ctx.save(estimate)
    ctx.save(risk)
    return kept


class MakeEstimate(Create[Estimate]):
    """How often and how much, as an interval with its source and reason. The former estimate of the kind is kept."""

    name = "make"
    model = Estimate
    label = _("Estimate")
    fields = _TOLD
    roles = KEEPERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["risk"].unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: Estimate | None, data: Mapping[str, Any]) -> None:
        risk: Risk = data["risk"]
        if risk.state != Risk.State.OPEN:
            raise Refused(_("%(risk)s is closed; open it again first.") % {"risk": risk.number})
        stands = Estimate.objects.filter(risk=risk, kind=data["kind"], replaced_on=None).exists()
        if stands and not data["changed_because"].strip():
            raise Refused(_("An estimate of this kind stands already: say why this one differs."))

    def mutate(self, ctx: Context, record: Estimate | None, data: Mapping[str, Any]) -> Estimate:
        estimate = self.build(ctx, data)
        estimate.made_on, estimate.made_by = ctx.at.date(), ctx.user
        # Faults of the fields come back by field; only what the engine alone can know is refused as a whole.
        estimate.full_clean(exclude=("revision", "recorded_at"), validate_constraints=False)
        return _stand(ctx, estimate, _compute(estimate))


class LearnForm(forms.Form):
    events = forms.IntegerField(
        label=_("Events that happened"), min_value=0, max_value=100_000, help_text=_("Losses of this kind, counted.")
    )
    since = forms.DateField(label=_("Counted from"))
    until = forms.DateField(label=_("Counted until"))
    because = forms.CharField(
        label=_("What was counted"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Where they are recorded.")
    )

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if data and data.get("since") and data.get("until") and data["until"] <= data["since"]:
            self.add_error("until", _("It ends before it begins."))
        return data


class Learn(Action[Risk]):
    """Counted events correct the rate: the interval that stands is the prior, weighted by the years it is worth."""

    name = "learn"
    label = _("Learn from incidents")
    help = _("The rate that stands is taken as so many events in so many years; what was counted is added to it.")
    model = Risk
    states = OPEN
    roles = WRITERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return LearnForm

    def initial(self, record: Risk | None) -> dict[str, object]:
        today = clock.today()
        start = months_after(today, -12)
        if record is None:
            return {"since": start, "until": today}
        known = record.incidents.filter(incident__wall=None, incident__declared_at__date__gte=start).count()
        return {"since": start, "until": today, "events": known}

    def guard(self, ctx: Context, record: Risk | None, data: Mapping[str, Any]) -> None:
        if data["until"] > ctx.at.date():
            raise Refused(_("Count until today at the latest."))

    def mutate(self, ctx: Context, record: Risk | None, data: Mapping[str, Any]) -> Risk:
        assert record is not None
        former = Estimate.objects.filter(risk=record, kind=Estimate.Kind.CURRENT, replaced_on=None).first()
        if former is None:
            raise Refused(_("There is no estimate yet that could learn: make one first."))
        prior = scenarios.gamma_of(former)
        if prior is None:
            raise Refused(
                _("The rate was given as certain, so nothing can correct it: estimate it as an interval first.")
            )
        years = _years(data["since"], data["until"])
        law = updated_rate(prior, data["events"], float(years))
        low, high = (Decimal(repr(end)).quantize(Decimal("0.000001")) for end in law.interval())
        copied = {
            name: getattr(former, name)
            for name in ("risk", "kind", "much", "low", "likely", "high", "cap", "forms", "estimator")
        }
        estimate = Estimate(
            **copied,
            often=Estimate.Often.RATE,
            rate_low=max(low, Decimal("0.000001")),
            rate_high=high,
            source=str(former.source),
            because=data["because"],
            changed_because=str(_("Learnt from what was counted")),
            learnt_events=data["events"],
            learnt_years=years,
            shape=Decimal(repr(law.events)).quantize(Decimal("1e-12")),
            years=Decimal(repr(law.years)).quantize(Decimal("1e-12")),
        )
        _stand(ctx, estimate, _compute(estimate))
        return Risk.objects.get(pk=record.pk)


def _years(since: date, until: date) -> Decimal:
    """Years from one day to another, of 365.25 days."""
    return (Decimal((until - since).days) / Decimal("365.25")).quantize(Decimal("0.01"))


class AskCalibration(Create[Calibration]):
    """A question whose answer will be known, and the interval somebody gives before."""

    name = "ask"
    model = Calibration
    label = _("Record an answer")
    fields = ("person", "question", "low", "high")
    roles = ("ciso", "group_lead", "analyst")

    def build(self, ctx: Context, data: Mapping[str, Any]) -> Calibration:
        record = super().build(ctx, data)
        record.answered_on = ctx.at.date()
        return record


class TruthForm(forms.Form):
    truth = forms.DecimalField(label=_("True answer"), max_digits=20, decimal_places=4)


class TellTruth(Action[Calibration]):
    name = "tell"
    label = _("Tell the true answer")
    model = Calibration
    roles = ("ciso", "group_lead", "analyst")
    differs_from = ("person__user",)

    def form_class(self) -> type[forms.BaseForm] | None:
        return TruthForm

    def guard(self, ctx: Context, record: Calibration | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if record.truth is not None:
            raise Refused(_("It is known already."))

    def mutate(self, ctx: Context, record: Calibration | None, data: Mapping[str, Any]) -> Calibration:
        assert record is not None
        record.truth, record.known_on = data["truth"], ctx.at.date()
        return ctx.save(record)
