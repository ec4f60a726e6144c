"""Estimates: made, learnt from what happened, and their makers held against known answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.risks import learning, scenarios
from quarterdeck.areas.risks.actions.register import KEEPERS, OPEN, WRITERS
from quarterdeck.areas.risks.models import Calibration, Estimate, Forecast, LearntFrom, Risk
from quarterdeck.areas.risks.queries import currency
from quarterdeck.areas.safeguards.rules import months_after
from quarterdeck.engines.loss import VERSION, LossError
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
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
    incidents = forms.ModelMultipleChoiceField(
        Incident.objects.all(),
        label=_("Incidents to learn from"),
        required=False,
        help_text=_("Those connected with the risk that stand behind no wall and are not counted yet."),
    )
    events = forms.IntegerField(
        label=_("Events that happened, all together"),
        min_value=0,
        max_value=100_000,
        required=False,
        help_text=_("Empty: as many as are named. More, where some are recorded elsewhere."),
    )
    since = forms.DateField(label=_("Counted from"), widget=DateInput)
    until = forms.DateField(label=_("Counted until"), widget=DateInput)
    rate = forms.BooleanField(label=_("Learn how often"), required=False)
    severity = forms.BooleanField(label=_("Learn how much one event costs"), required=False)
    floor = forms.DecimalField(
        label=_("Reporting floor"),
        min_value=Decimal(0),
        max_value=scenarios.MOST,
        max_digits=18,
        decimal_places=2,
        required=False,
        help_text=_("Losses below this amount are not recorded as incidents. What is missing below it is corrected."),
    )
    worth = forms.DecimalField(
        label=_("The present interval is worth so many losses"),
        min_value=Decimal(1),
        max_value=Decimal(1000),
        max_digits=8,
        decimal_places=2,
        required=False,
        help_text=_("The more, the less the new ones move it. Empty: as it was weighed before, or ten."),
    )
    because = forms.CharField(
        label=_("What was counted"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Where they are recorded.")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] <= data["since"]:
            self.add_error("until", _("It ends before it begins."))
        named = list(data.get("incidents") or ())
        if data.get("events") is None:
            data["events"] = len(named)
        elif data["events"] < len(named):
            self.add_error("events", _("That is fewer than are named."))
        if data.get("since") and data.get("until"):
            outside = [row for row in named if not data["since"] <= local_day(row.declared_at) <= data["until"]]
            if outside:
                reason = _("%(incident)s was not declared in the days counted.") % {"incident": outside[0].number}
                self.add_error("incidents", reason)
        return data


class Learn(Action[Risk]):
    """Incidents correct the estimate that stands: it is the prior, weighted by what it is worth; what was counted is added to it."""

    name = "learn"
    label = _("Learn from incidents")
    help = _(
        "What stands is taken as so many events in so many years, and so many losses; what was counted is added to it."
    )
    model = Risk
    states = OPEN
    roles = WRITERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return LearnForm

    def initial(self, record: Risk | None) -> dict[str, object]:
        today = clock.today()
        former = None if record is None else standing(record)
        # What came before the estimate its maker knew; counting it again would weigh it twice.
        since = None if former is None else learning.counted_until(former) or former.made_on
        return {
            "since": since if since is not None and since < today else months_after(today, -12),
            "until": today,
            "rate": True,
            "worth": None if former is None else learning.worth_of(former),
        }

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Risk | None) -> None:
        field = form.fields["incidents"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        assert field.queryset is not None
        may = learning.teaching(record, standing(record)).values("pk") if record is not None else []
        field.queryset = field.queryset.filter(pk__in=may)

    def guard(self, ctx: Context, record: Risk | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if data["until"] > ctx.at.date():
            raise Refused(_("Count until today at the latest."))
        former = standing(record)
        if former is None:
            raise Refused(_("There is no estimate yet that could learn: make one first."))
        counted = learning.counted_until(former)
        if data["rate"] and counted is not None and data["since"] < counted:
            raise Refused(
                _("Events until %(day)s are counted in what stands already: count from that day on.")
                % {"day": counted.isoformat()}
            )

    def mutate(self, ctx: Context, record: Risk | None, data: Mapping[str, Any]) -> Risk:
        assert record is not None
        former = standing(record)
        assert former is not None
        incidents = list(data["incidents"])
        amounts = learning.losses_of(incidents)
        counted = counted_of(former, data, amounts)
        try:
            estimate = learning.corrected(former, learning.learn(former, counted), counted)
        except scenarios.FieldFault as fault:
            raise Refused(fault.reason) from fault
        estimate.because = data["because"]
        estimate.changed_because = str(_("Learnt from what was counted"))
        if counted.rate:
            estimate.learnt_since, estimate.learnt_until = data["since"], data["until"]
        kept = _stand(ctx, estimate, _compute(estimate))
        for row in incidents:
            ctx.save(LearntFrom(estimate=kept, incident=row, amount=amounts.get(row.pk)))
        return Risk.objects.get(pk=record.pk)


def standing(risk: Risk) -> Estimate | None:
    """The current estimate that stands."""
    return Estimate.objects.filter(risk=risk, kind=Estimate.Kind.CURRENT, replaced_on=None).first()


def counted_of(former: Estimate, data: Mapping[str, Any], amounts: Mapping[int, Decimal]) -> learning.Counted:
    """What the fields of the form say was counted."""
    return learning.Counted(
        events=data["events"],
        years=learning.years_between(data["since"], data["until"]),
        losses=tuple(sorted(amounts.values())),
        floor=data.get("floor") or Decimal(0),
        worth=data.get("worth") or learning.worth_of(former),
        rate=bool(data.get("rate")),
        severity=bool(data.get("severity")),
    )


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


_ASKED = ("ciso", "group_lead", "analyst")


class MakeForecast(Create[Forecast]):
    """What may come true by a day, and the chance that somebody gives it now."""

    name = "make"
    model = Forecast
    label = _("Record a forecast")
    fields = ("person", "statement", "chance", "due")
    roles = _ASKED

    def guard(self, ctx: Context, record: Forecast | None, data: Mapping[str, Any]) -> None:
        if data["due"] < ctx.at.date():
            raise Refused(_("That day is past: a forecast is made before it can be known."))

    def build(self, ctx: Context, data: Mapping[str, Any]) -> Forecast:
        record = super().build(ctx, data)
        record.made_on = ctx.at.date()
        return record


class OutcomeForm(forms.Form):
    came_true = forms.TypedChoiceField(
        label=_("Did it come true?"),
        choices=(("yes", _("Yes")), ("no", _("No"))),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class TellOutcome(Action[Forecast]):
    """Somebody else than the forecaster says whether it came true."""

    name = "tell"
    label = _("Tell what came")
    model = Forecast
    roles = _ASKED
    differs_from = ("person__user",)

    def form_class(self) -> type[forms.BaseForm] | None:
        return OutcomeForm

    def available(self, user: User, record: Forecast) -> Text | None:
        return None if record.came_true is None else _("It is known already.")

    def guard(self, ctx: Context, record: Forecast | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if record.came_true is not None:
            raise Refused(_("It is known already."))

    def mutate(self, ctx: Context, record: Forecast | None, data: Mapping[str, Any]) -> Forecast:
        assert record is not None
        record.came_true, record.known_on = data["came_true"], ctx.at.date()
        return ctx.save(record)


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
