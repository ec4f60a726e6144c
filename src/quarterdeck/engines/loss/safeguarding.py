"""Safeguards as modifiers of scenarios, what they return for their cost, and which sets of them are worth having.

A safeguard's effect on a scenario is what it takes away where it works as intended (effectiveness), times the share of the
assets it stands before (coverage), times the share of time it is as intended (reliability); the words and the
arithmetic of reliability are those of the FAIR Controls Analytics Model (FAIR Institute, FAIR-CAM standard). What is left
of the frequency or the severity is one minus that; several safeguards multiply what is left, which supposes that they
fail independently of each other.

A reduced severity is every loss made smaller by the same factor. Where a safeguard covers only some assets the truth is a mixture
of reduced and full losses with that same mean; so for partial coverage expected losses are right and tails are approximate. An
effect on frequency is exact for Poisson counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

from quarterdeck.engines.loss.model import LossError, Portfolio
from quarterdeck.engines.loss.quantify import CONTRIBUTION_LEVEL, Analysis
from quarterdeck.engines.loss.whatif import Change, Difference, WhatIf, portfolio_of, what_if

On = Literal["frequency", "severity"]
Measure = Literal["expected", "tail"]

EXACT: Final = 12
"""Up to so many treatments every set of them is computed; beyond, sets grow one treatment at a time."""
MOST: Final = 100
"""The most treatments of one frontier."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a safeguard does to one scenario. All shares lie between 0 and 1."""

    scenario: str
    on: On
    effectiveness: float
    coverage: float = 1.0
    reliability: float = 1.0

    @property
    def factor(self) -> float:
        """What is left of the frequency or the severity."""
        return 1 - self.effectiveness * self.coverage * self.reliability


@dataclass(frozen=True, slots=True)
class Safeguard:
    """A safeguard or a planned treatment with its effects and its `cost` a year (None: not known)."""

    id: str
    effects: tuple[Effect, ...]
    cost: float | None = None


def reliability(variances: float, duration: float) -> float:
    """The share of time that a safeguard is as intended: 1 − variances a year × mean years until each is mended; at least 0.

    Raises `LossError` where a number is negative or not finite.
    """
    for name, value in (("variances", variances), ("duration", duration)):
        if not (math.isfinite(value) and value >= 0):
            raise LossError("range", "a finite number, at least 0, is expected here", name)
    return max(0.0, 1 - variances * duration)


def changes(safeguards: Sequence[Safeguard]) -> tuple[Change, ...]:
    """The changes that `safeguards` make, for `what_if` and `portfolio_of`: each cost is counted once. Raises `LossError`."""
    found: list[Change] = []
    for guard in safeguards:
        cost = guard.cost
        if cost is not None and not (math.isfinite(cost) and cost >= 0):
            raise LossError("range", "a cost is a finite number, at least 0", "cost", guard.id)
        factors: dict[tuple[str, On], float] = {}
        for place, effect in enumerate(guard.effects):
            _check(guard, place, effect)
            key = (effect.scenario, effect.on)
            factors[key] = factors.get(key, 1.0) * effect.factor
        scenarios = dict.fromkeys(effect.scenario for effect in guard.effects)
        for at, name in enumerate(scenarios):
            rate, severity = factors.get((name, "frequency"), 1.0), factors.get((name, "severity"), 1.0)
            found.append(Change(name, rate, severity, cost if at == 0 else 0.0))
    return tuple(found)


def _check(guard: Safeguard, place: int, effect: Effect) -> None:
    for name in ("effectiveness", "coverage", "reliability"):
        value = float(getattr(effect, name))
        if not 0 <= value <= 1:
            raise LossError("range", "a share lies between 0 and 1", f"effects[{place}].{name}", guard.id)
    if effect.on not in ("frequency", "severity"):
        raise LossError("unknown-kind", "frequency or severity is expected here", f"effects[{place}].on", guard.id)


def applied(portfolio: Portfolio, safeguards: Sequence[Safeguard]) -> Portfolio:
    """`portfolio` with the safeguards in place: from inherent to current, from current to residual. Raises `LossError`."""
    return portfolio_of(portfolio, changes(safeguards))


def lifted(portfolio: Portfolio, safeguards: Sequence[Safeguard]) -> Portfolio:
    """`portfolio` as it would be without safeguards that it counts on: from current to inherent.

    Raises `LossError` where a safeguard leaves nothing: what it holds back cannot be told from what is left.
    """
    back = []
    for change in changes(safeguards):
        if change.rate_factor <= 0 or change.severity_factor <= 0:
            raise LossError(
                "range",
                "a safeguard that leaves nothing cannot be lifted: assess it without",
                "effectiveness",
                change.id,
            )
        back.append(Change(change.id, 1 / change.rate_factor, 1 / change.severity_factor))
    return portfolio_of(portfolio, back)


# ---------------------------------------------------------------- what they return


@dataclass(frozen=True, slots=True)
class Return:
    """What one safeguard changes by itself: after minus before, so what helps is negative; and per unit of its cost.

    `difference` has the expected loss, the tail mean at 99 % and the probability of exceeding each of the portfolio's amounts.
    """

    id: str
    difference: Difference
    cost: float | None
    per_cost: Difference | None


@dataclass(frozen=True, slots=True)
class Returns:
    """Each safeguard alone, and all together (which is not their sum)."""

    each: tuple[Return, ...]
    together: WhatIf


def returns(portfolio: Portfolio, safeguards: Sequence[Safeguard], analysis: Analysis | None = None) -> Returns:
    """What each of `safeguards` and all of them would change, from one analysis of `portfolio`. Raises `LossError`."""
    base = analysis or Analysis(portfolio)
    each = []
    for guard in safeguards:
        found = what_if(portfolio, changes([guard]), base)
        each.append(Return(guard.id, found.difference, found.cost, found.per_cost))
    return Returns(tuple(each), what_if(portfolio, changes(safeguards), base))


# ---------------------------------------------------------------- which sets are worth having


@dataclass(frozen=True, slots=True)
class Choice:
    """A set of treatments, its cost, and by how much it lowers the measure; `on_frontier` where nothing as cheap does more."""

    ids: tuple[str, ...]
    cost: float
    value: float
    on_frontier: bool


@dataclass(frozen=True, slots=True)
class Frontier:
    """Sets by cost: those on the frontier, and each treatment alone. `exact`: every set was computed, else sets grew greedily
    by value per cost and a better set may exist."""

    measure: Measure
    exact: bool
    computed: int
    choices: tuple[Choice, ...]


def frontier(
    portfolio: Portfolio,
    treatments: Sequence[Safeguard],
    measure: Measure = "expected",
    analysis: Analysis | None = None,
    exact_up_to: int = EXACT,
) -> Frontier:
    """Which sets of `treatments` lower the expected loss or the tail mean at 99 % most for what they cost.

    The expected loss of a set is a closed form; a tail mean is one inverse transform, some milliseconds each, of which twelve
    treatments need 4,096. Raises `LossError`: a cost that is not known, a measure that has no finite mean, two treatments of one
    id, more than `MOST`.
    """
    base = analysis or Analysis(portfolio)
    if len(treatments) > MOST:
        raise LossError("too-many", f"{len(treatments)} treatments: at most {MOST}", "treatments")
    costs: list[float] = []
    seen: set[str] = set()
    for item in treatments:
        if item.id in seen:
            raise LossError("twice", "another treatment has this id too", "id", item.id)
        seen.add(item.id)
        if item.cost is None:
            raise LossError("missing", "a frontier needs the cost of every treatment", "cost", item.id)
        costs.append(item.cost)
    each = [changes([item]) for item in treatments]
    value = _valued(portfolio, each, measure, base)
    found: dict[tuple[int, ...], float] = {(): 0.0}
    exact = len(treatments) <= min(exact_up_to, EXACT)
    everything = tuple(range(len(treatments)))
    for place in everything:
        found[(place,)] = value((place,))
    if exact:
        for size in range(2, len(treatments) + 1):
            for chosen in combinations(everything, size):
                found[chosen] = value(chosen)
    else:
        _grow(found, costs, value)
    return Frontier(measure, exact, len(found), _choices(found, costs, [item.id for item in treatments]))


def _valued(
    portfolio: Portfolio, each: Sequence[tuple[Change, ...]], measure: Measure, base: Analysis
) -> Callable[[tuple[int, ...]], float]:
    before = base.expected if measure == "expected" else base.tail_mean(CONTRIBUTION_LEVEL)
    if before is None:
        raise LossError("infinite-mean", "a loss without a finite mean has no such measure: give a cap", "measure")

    def value(chosen: tuple[int, ...]) -> float:
        moves = [change for place in chosen for change in each[place]]
        after = base.changed(portfolio_of(portfolio, moves))
        left = after.expected if measure == "expected" else after.tail_mean(CONTRIBUTION_LEVEL)
        return before - (left or 0.0)

    return value


def _grow(
    found: dict[tuple[int, ...], float], costs: Sequence[float], value: Callable[[tuple[int, ...]], float]
) -> None:
    chosen: tuple[int, ...] = ()
    rest = set(range(len(costs)))
    while rest:
        best, best_set, best_worth = -1, chosen, -math.inf
        for place in sorted(rest):
            candidate = tuple(sorted((*chosen, place)))
            if candidate not in found:
                found[candidate] = value(candidate)
            gain = found[candidate] - found[chosen]
            worth = math.inf if costs[place] == 0 and gain > 0 else gain / costs[place] if costs[place] > 0 else 0.0
            if worth > best_worth:
                best, best_set, best_worth = place, candidate, worth
        rest.remove(best)
        chosen = best_set


def _choices(found: dict[tuple[int, ...], float], costs: Sequence[float], ids: Sequence[str]) -> tuple[Choice, ...]:
    ordered = sorted(found, key=lambda chosen: (sum(costs[k] for k in chosen), -found[chosen], len(chosen)))
    # what differs by rounding alone is no gain
    slack = 1e-9 * max(abs(value) for value in found.values())
    best = -math.inf
    kept = []
    for chosen in ordered:
        on = found[chosen] > best + slack
        if on:
            best = found[chosen]
        if on or len(chosen) == 1:
            cost = math.fsum(costs[k] for k in chosen)
            kept.append(Choice(tuple(ids[k] for k in chosen), cost, found[chosen], on))
    return tuple(kept)
