"""A plan becomes records: worked out before the transaction, then every row written in one, each with a leaf of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.core.exceptions import ValidationError

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
from quarterdeck.kernel.actions.many import WRITTEN, sound, write_all
from quarterdeck.kernel.actions.run import tell
from quarterdeck.kernel.ledger.append import Entry, append_many, prepare
from quarterdeck.kernel.records import Record
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


def compute(plan: Plan, figures: Figures, day: date) -> None:
    """Work out everything of a plan that needs no database: figures, the law of each rate, days, and every limit of every field.

    Raises `Faulty` with all that cannot be computed or kept.
    """
    faults: list[Fault] = []
    for change in plan.changes:
        if change.unchanged:
            continue
        try:
            for estimate, _former in change.estimates:
                keep_law(estimate)
                figures.of(estimate)
            _stand(change, figures, day)
            sound(change.risk, ("number",) if change.new else ())
            for estimate, _former in change.estimates:
                # What its own interval says was checked row by row when the plan was made.
                estimate.clean_fields(exclude=_NOT_NOW)
        except scenarios.FieldFault as fault:
            faults.append(change.given.fault(fault.field, fault.reason))
        except LossError as fault:
            faults.append(change.given.fault("much", fault))
        except ValidationError as error:
            faults += [change.given.fault(key, " ".join(told)) for key, told in error.message_dict.items()]
    if faults:
        raise Faulty(faults)


_NOT_NOW = ("risk", "estimator", "made_by", *WRITTEN)


def _stand(change: Change, figures: Figures, day: date) -> None:
    risk = change.risk
    if change.new:
        risk.opened_on, risk.next_review = day, months_after(day, risk.review_every)
    for estimate, former in change.estimates:
        if former is not None:
            former.replaced_on = day
        figures_stand(risk, estimate, figures.of(estimate), day)


def write(ctx: Context, plan: Plan, figures: Figures) -> None:
    """Write a plan that was computed, inside the transaction of the action that takes the file in.

    Rows are written in bulk; each risk has a leaf of its own with everything of it that changed, as the actions on a single one
    leave it.
    """
    day = ctx.at.date()
    changes = [change for change in plan.changes if not change.unchanged]
    if not changes:
        return
    numbers = _numbers() if any(change.new for change in changes) else iter(())
    for change in changes:
        if change.new:
            change.risk.number = next(numbers)
        _stand(change, figures, day)
    write_all(ctx.at, [former for change in changes for _made, former in change.estimates if former is not None])
    write_all(ctx.at, [change.risk for change in changes])
    for change in changes:
        for estimate, _former in change.estimates:
            estimate.risk, estimate.made_by = change.risk, ctx.user
    write_all(ctx.at, [estimate for change in changes for estimate, _former in change.estimates])
    append_many(_entry(ctx, change) for change in changes)
    tell(frozenset({Risk.type_code(), Estimate.type_code()}))


def _numbers() -> Iterator[str]:
    first = int(next_number().removeprefix("R-"))
    while True:
        yield f"R-{first}"
        first += 1


def _entry(ctx: Context, change: Change) -> Entry:
    """The leaf of one risk: what was done to it, and the record that it is about."""
    changed: list[Record] = [former for _made, former in change.estimates if former is not None]
    changed += [change.risk, *(estimate for estimate, _former in change.estimates)]
    part = Context(actor=ctx.actor, at=ctx.at, changed=changed)
    if change.new or change.fields:
        return prepare(part, "risks.risk.create" if change.new else "risks.risk.change", change.risk, resource_of(Risk))
    return prepare(part, "risks.estimate.make", changed[-1], resource_of(Estimate))
