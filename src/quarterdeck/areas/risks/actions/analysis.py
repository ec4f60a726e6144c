"""Analyses of the register, kept with their inputs, and assessments of risk from draft to approval."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.risks import scenarios
from quarterdeck.areas.risks.models import Analysis, Risk, RiskAssessment
from quarterdeck.areas.risks.queries import Inputs, canonical, currency, inputs_of, standing_on, within
from quarterdeck.engines.loss import VERSION, LossError, quantified_json, quantify, read_portfolio
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Action, Change, Context, Create, Refused
from quarterdeck.kernel.permissions.models import Unit

#: Such scenarios in one analysis: half a minute of computing.
MOST_APART: Final = 2000
_RUNNERS = ("ciso", "group_lead", "analyst", "unit_owner")


def results_of(inputs: Inputs) -> tuple[str, dict[str, Any]]:
    """The figures of a portfolio as canonical text and as a document. Raises LossError."""
    found = quantified_json(quantify(read_portfolio(inputs.document)), 0.0)
    found.pop("seconds")
    return canonical(found), found


class RunAnalysis(Create[Analysis]):
    """The year's loss of the open risks of a unit, as they are estimated today."""

    name = "run"
    model = Analysis
    label = _("Compute")
    fields = ("title", "unit", "kind")
    roles = _RUNNERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["unit"]  # type: ignore[no-any-return]

    def __init__(self) -> None:
        self._computed: tuple[Inputs, str, dict[str, Any]] | None = None

    def read_ahead(self, data: Mapping[str, Any]) -> None:
        """Compute before the transaction: others save meanwhile."""
        self._computed = _computed(data["unit"], data["kind"], clock.today(), None)

    def mutate(self, ctx: Context, record: Analysis | None, data: Mapping[str, Any]) -> Analysis:
        today = ctx.at.date()
        inputs, text, found = _computed(data["unit"], data["kind"], today, self._computed)
        kept = self.build(ctx, data)
        kept.made_on, kept.made_by = today, ctx.user
        kept.risks, kept.left_out, kept.currency = inputs.risks, ", ".join(inputs.left_out), currency()
        kept.inputs, kept.inputs_sha256, kept.engine, kept.results = inputs.text, inputs.sha256, VERSION, text
        kept.expected = _kept(found["expected_annual_loss"])
        kept.bad_year, kept.worst_year = scenarios.cents(found["var"]["0.95"]), scenarios.cents(found["var"]["0.99"])
        kept.worst_mean = _kept(found["tvar"]["0.99"])
        return ctx.save(kept)


def _computed(
    unit: Unit, kind: str, day: date, before: tuple[Inputs, str, dict[str, Any]] | None
) -> tuple[Inputs, str, dict[str, Any]]:
    """Inputs and figures of a unit; what was computed before stands where the inputs are the same. Raises Refused."""
    inputs = inputs_of(Risk.objects.filter(standing_on(day), within(unit)), kind, day)
    if inputs.risks == 0:
        raise Refused(_("No open risk of this unit has an estimate yet."))
    if before is not None and before[0].sha256 == inputs.sha256:
        return inputs, before[1], before[2]
    if apart(inputs) > MOST_APART:
        told = _(
            "An analysis puts at most %(most)s risks together whose rate is an interval or a chance; here are %(count)s. "
            "Compute units below it one by one: their expected losses add up."
        )
        raise Refused(str(told) % {"most": f"{MOST_APART:,}", "count": f"{apart(inputs):,}"})
    try:
        return inputs, *results_of(inputs)
    except LossError as fault:
        raise Refused(str(fault)) from fault


def apart(inputs: Inputs) -> int:
    """Scenarios that do not merge with others, and of which each costs the engine some hundredths of a second."""
    scenarios = inputs.document["scenarios"]
    assert isinstance(scenarios, list)
    return sum(scenario["frequency"]["kind"] != "poisson" for scenario in scenarios)


def _kept(value: float | None) -> Decimal | None:
    return None if value is None else scenarios.cents(value)


def results_again(record: Analysis) -> str:
    """The figures, as canonical text, from the inputs that were kept. Raises LossError."""
    return results_of(Inputs(record.inputs, record.inputs_sha256, record.risks, ()))[0]


class RepeatAnalysis(Action[Analysis]):
    """Compute it again from the inputs kept, and keep whether every figure is the same. Reading may do so without keeping it."""

    name = "repeat"
    label = _("Compute it again")
    model = Analysis
    roles = _RUNNERS

    def __init__(self) -> None:
        self._before: tuple[str, str] | None = None

    def prepare(self, key: int | None) -> None:
        """Compute before the transaction: the figures hang on the kept inputs alone."""
        record: Analysis | None = None if key is None else Analysis._base_manager.filter(pk=key).first()
        if record is not None:
            self._before = record.inputs, results_again(record)

    def mutate(self, ctx: Context, record: Analysis | None, data: Mapping[str, Any]) -> Analysis:
        assert record is not None
        kept = self._before is not None and self._before[0] == record.inputs
        text = self._before[1] if kept and self._before is not None else results_again(record)
        record.repeated_on = ctx.at.date()
        record.repeated_same = text == record.results
        return ctx.save(record)


_TOLD = (
    "title", "unit", "procedure", "scope", "method", "performer", "performer_name", "engagement", "lead", "performed_on", "result",
    "analysis", "file",
)  # fmt: skip
_WRITABLE = frozenset({RiskAssessment.State.DRAFT.value, RiskAssessment.State.RETURNED.value})


class PrepareAssessment(Create[RiskAssessment]):
    """An assessment of risks: what it looks at, by which method, who carries it out."""

    name = "prepare"
    model = RiskAssessment
    label = _("Prepare an assessment")
    fields = _TOLD
    roles = _RUNNERS
    author_field = "prepared_by"

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["unit"]  # type: ignore[no-any-return]


class ChangeAssessment(Change[RiskAssessment]):
    model = RiskAssessment
    fields = tuple(name for name in _TOLD if name != "unit")
    states = _WRITABLE
    roles = _RUNNERS


class SubmitAssessment(Action[RiskAssessment]):
    """Hand it in for approval. It has to say what was found."""

    name = "submit"
    label = _("Hand in for approval")
    model = RiskAssessment
    states = _WRITABLE
    roles = _RUNNERS

    def guard(self, ctx: Context, record: RiskAssessment | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if not record.result.strip():
            raise Refused(_("Write the result first: an assessment without one proves nothing."))
        if record.performed_on > ctx.at.date():
            raise Refused(_("It is performed on a day that lies ahead; hand it in once it was."))
        if record.outside and record.engagement is None:
            raise Refused(_("Name the engagement of the firm that carried it out."))

    def mutate(self, ctx: Context, record: RiskAssessment | None, data: Mapping[str, Any]) -> RiskAssessment:
        assert record is not None
        record.state = RiskAssessment.State.SUBMITTED
        record.returned_because = ""
        return ctx.save(record)


class ApproveAssessment(Action[RiskAssessment]):
    """Another person than who prepared it approves the result. From then on it counts, and nothing in it changes."""

    name = "approve"
    label = _("Approve")
    model = RiskAssessment
    states = frozenset({RiskAssessment.State.SUBMITTED.value})
    differs_from = ("prepared_by",)
    roles = ("ciso", "committee_member", "panel_member")

    def mutate(self, ctx: Context, record: RiskAssessment | None, data: Mapping[str, Any]) -> RiskAssessment:
        assert record is not None
        record.state = RiskAssessment.State.APPROVED
        record.approved_by, record.approved_on = ctx.user, ctx.at.date()
        return ctx.save(record)


class ReturnForm(forms.Form):
    reason = forms.CharField(label=_("What is lacking"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class ReturnAssessment(Action[RiskAssessment]):
    name = "return"
    label = _("Return")
    model = RiskAssessment
    states = frozenset({RiskAssessment.State.SUBMITTED.value})
    roles = ("ciso", "committee_member", "panel_member")

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReturnForm

    def mutate(self, ctx: Context, record: RiskAssessment | None, data: Mapping[str, Any]) -> RiskAssessment:
        assert record is not None
        record.state = RiskAssessment.State.RETURNED
        record.returned_because = data["reason"]
        return ctx.save(record)
