"""What a change of rates and severities would do: the same figures before and after, and per unit of its cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from quarterdeck.engines.loss.model import LossError, Portfolio, Scenario
from quarterdeck.engines.loss.quantify import CONTRIBUTION_LEVEL, Analysis


@dataclass(frozen=True, slots=True)
class Change:
    """A scenario's rate and severity multiplied, for a yearly `cost` (None: not known). A cap stays what it is."""

    id: str
    rate_factor: float = 1.0
    severity_factor: float = 1.0
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a what-if compares. Amounts are None where there is no finite mean; thresholds by name."""

    expected: float | None
    tvar: float | None
    thresholds: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """After minus before: what helps is negative."""

    expected: float | None
    tvar: float | None
    thresholds: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The answer. `cost` is the sum of all costs, None where one is unknown or there is none; `per_cost` divides by it."""

    changes: tuple[Change, ...]
    before: Figures
    after: Figures
    difference: Difference
    cost: float | None
    per_cost: Difference | None


def what_if(portfolio: Portfolio, changes: Sequence[Change], analysis: Analysis | None = None) -> WhatIf:
    """The figures of `portfolio` as it is and with all `changes` together. Raises `LossError`.

    `analysis` is one of `portfolio` made earlier, whose laws are used again.
    """
    base = analysis or Analysis(portfolio)
    before = figures(base)
    after = figures(base.changed(portfolio_of(portfolio, changes)))
    gap = Difference(
        _less(after.expected, before.expected),
        _less(after.tvar, before.tvar),
        tuple((name, now - then) for (name, now), (_, then) in zip(after.thresholds, before.thresholds, strict=True)),
    )
    costs = [change.cost for change in changes]
    known = [cost for cost in costs if cost is not None]
    cost = sum(known) if known and len(known) == len(costs) else None
    return WhatIf(tuple(changes), before, after, gap, cost, _per(gap, cost) if cost else None)


def figures(analysis: Analysis) -> Figures:
    """What a what-if compares, of one portfolio."""
    # the amounts first: grids wide enough for them often serve the quantile too
    tvar = analysis.tail_mean(CONTRIBUTION_LEVEL)
    limits = analysis.engine.portfolio.thresholds
    return Figures(analysis.expected, tvar, tuple((limit.name, analysis.exceedance(limit.amount)) for limit in limits))


def portfolio_of(portfolio: Portfolio, changes: Sequence[Change]) -> Portfolio:
    """`portfolio` with the changes made; several of one scenario multiply."""
    wanted = {change.id for change in changes}
    places = {item.id: place for place, item in enumerate(portfolio.scenarios) if item.id in wanted}
    scenarios = list(portfolio.scenarios)
    for change in changes:
        if change.id not in places:
            raise LossError("unknown-scenario", "the portfolio has no scenario with this id", "id", change.id)
        scenarios[places[change.id]] = _apply(scenarios[places[change.id]], change)
    return replace(portfolio, scenarios=tuple(scenarios))


def _apply(item: Scenario, change: Change) -> Scenario:
    rate = change.rate_factor if change.severity_factor > 0 else 0.0
    try:
        frequency = item.frequency.scaled(rate)
    except ValueError as refusal:
        raise LossError("range", str(refusal), "rate_factor", change.id) from None
    if change.severity_factor in (0.0, 1.0):
        return replace(item, frequency=frequency)
    return replace(item, frequency=frequency, severity=item.severity.scaled(change.severity_factor))


def read_changes(document: object) -> tuple[Change, ...]:
    """The changes that a JSON list describes. Raises `LossError`."""
    if not isinstance(document, list):
        raise LossError("type", "a list of changes is expected here", "change")
    return tuple(_read_change(given, place) for place, given in enumerate(document))


def _read_change(given: object, place: int) -> Change:
    from quarterdeck.engines.loss.reading import Reader

    read = Reader(given, f"change[{place}]", None, frozenset({"id", "rate_factor", "severity_factor", "cost"}))
    name = read.given.get("id")
    if not isinstance(name, str) or not name:
        raise read.error("id", "missing", "the id of a scenario is expected here")
    read = Reader(given, "", name)
    cost = None if read.given.get("cost") is None else read.number("cost", 0, 1e18)
    return Change(
        name, read.number("rate_factor", 0, 1e6, default=1.0), read.number("severity_factor", 0, 1e6, default=1.0), cost
    )


def _less(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before


def _per(gap: Difference, cost: float) -> Difference:
    return Difference(
        None if gap.expected is None else gap.expected / cost,
        None if gap.tvar is None else gap.tvar / cost,
        tuple((name, value / cost) for name, value in gap.thresholds),
    )
