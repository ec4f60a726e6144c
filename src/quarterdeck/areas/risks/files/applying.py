"""A plan becomes records: figures computed before the transaction, then every row written in one, each with a leaf of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from quarterdeck.areas.risks import scenarios
from quarterdeck.areas.risks.actions.estimate import figures_stand, keep_law
from quarterdeck.areas.risks.actions.register import next_number
from quarterdeck.areas.risks.files.planning import Change, Plan
from quarterdeck.areas.risks.files.reading import Fault, Faulty
from quarterdeck.areas.risks.models import Estimate, Risk
from quarterdeck.areas.risks.queries import canonical, currency
from quarterdeck.areas.safeguards.rules import months_after
from quarterdeck.engines.loss import LossError
from quarterdeck.kernel.actions import Context
from quarterdeck.kernel.actions.run import tell
from quarterdeck.kernel.ledger.append import Entry, append_many, prepare
from quarterdeck.kernel.resource.registry import resource_of


class Figures:
    """Figures by the scenario they are of. They hang on nothing else, so what was computed once stays true."""

    def __init__(self) -> None:
        self._money = currency()
        self._kept: dict[str, scenarios.Figures] = {}

    def of(self, estimate: Estimate) -> scenarios.Figures:
        """The figures of an estimate. Raises LossError."""
        scenario = scenarios.scenario_of(estimate, "risk")
        key = canonical(scenario)
        if key not in self._kept:
            self._kept[key] = scenarios.figures_of(scenario, self._money)
        return self._kept[key]


def compute(plan: Plan, figures: Figures) -> None:
    """Compute every estimate of a plan, with the law of its rate kept. Raises `Faulty` with all that cannot be computed."""
    faults: list[Fault] = []
    for change in plan.changes:
        for estimate, _former in change.estimates:
            try:
                keep_law(estimate)
                figures.of(estimate)
            except scenarios.FieldFault as fault:
                faults.append(change.given.fault(fault.field, fault.reason))
            except LossError as fault:
                faults.append(change.given.fault("much", fault))
    if faults:
        raise Faulty(faults)


def write(ctx: Context, plan: Plan, figures: Figures) -> None:
    """Write a plan that was computed. Inside the transaction of the action that takes the file in."""
    numbers = _numbers() if plan.new else iter(())
    entries: list[Entry] = []
    for change in plan.changes:
        if change.unchanged:
            continue
        if change.new:
            change.risk.number = next(numbers)
        entries.append(_write_one(ctx, change, figures, ctx.at.date()))
    if entries:
        append_many(entries)
        tell(frozenset({Risk.type_code(), Estimate.type_code()}))


def _numbers() -> Iterator[str]:
    first = int(next_number().removeprefix("R-"))
    while True:
        yield f"R-{first}"
        first += 1


def _write_one(ctx: Context, change: Change, figures: Figures, day: date) -> Entry:
    """One risk with its estimates, as the actions on a single one leave them; its leaf names what was done."""
    part = Context(actor=ctx.actor, at=ctx.at)
    risk = change.risk
    if change.new:
        risk.opened_on, risk.next_review = day, months_after(day, risk.review_every)
    for estimate, former in change.estimates:
        if former is not None:
            former.replaced_on = day
            part.save(former)
        figures_stand(risk, estimate, figures.of(estimate), day)
    part.save(risk)
    record: Risk | Estimate = risk
    for estimate, _former in change.estimates:
        estimate.risk, estimate.made_by = risk, ctx.user
        record = part.save(estimate)
    action = "risks.risk.create" if change.new else "risks.risk.change"
    if not change.new and not change.fields:
        action = "risks.estimate.make"
    else:
        record = risk
    return prepare(part, action, record, resource_of(type(record)))
