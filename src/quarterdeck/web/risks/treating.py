"""Safeguards in place and treatments planned, held against each other: what each returns for its cost, which sets are worth having,
and the year without, with, and after them. All of it from one state of the engine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from quarterdeck.areas.risks import protection
from quarterdeck.areas.risks.models import RiskSafeguard, Treatment
from quarterdeck.areas.safeguards.models import Safeguard as InPlace
from quarterdeck.engines.loss import (
    Analysis,
    Change,
    Choice,
    Frontier,
    LossError,
    Portfolio,
    Safeguard,
    WhatIf,
    applied,
    changes,
    lifted,
    read_portfolio,
    what_if,
)
from quarterdeck.engines.loss import frontier as frontier_of

#: So many are held against each other on one page, those on the dearest risks first.
MOST = 24
#: So many stand on the frontier: every set of them is computed.
ON_FRONTIER = 12
BAD, WORST = 0.95, 0.99
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Return:
    """One treatment or safeguard by itself: what it takes off a year, or what a year would have more without it.

    ``tail`` is the mean of the worst hundredth of years, ``chance`` that of exceeding the first threshold. ``per_cost`` are the
    three for each 1 of its cost, None where the cost is nothing or not known.
    """

    row: Treatment | InPlace
    letter: str
    planned: bool
    risks: str
    saved: float | None
    tail: float | None
    chance: float | None
    cost: float | None
    per_cost: tuple[float | None, float | None, float | None] | None

    @property
    def ratio(self) -> float | None:
        """Expected loss for each 1 spent."""
        return None if self.per_cost is None else self.per_cost[0]


@dataclass(frozen=True)
class State:
    """A year: expected loss, 1-in-20 year, mean of the worst hundredth, and the chance of passing each threshold."""

    expected: float | None
    bad: float
    tail: float | None
    chances: tuple[float, ...]


@dataclass(frozen=True)
class Options:
    """What is held against each other: each with its letter, and what of it the engine could take."""

    text: str
    returns: tuple[Return, ...]
    guards: Mapping[str, Safeguard]
    untold: tuple[str, ...]


@lru_cache(maxsize=8)
def _base(text: str) -> Analysis:
    return Analysis(read_portfolio(json.loads(text)))


@lru_cache(maxsize=512)
def _added(text: str, guard: Safeguard) -> WhatIf:
    base = _base(text)
    return what_if(base.engine.portfolio, changes([guard]), base)


@lru_cache(maxsize=512)
def _taken_away(text: str, guard: Safeguard) -> WhatIf:
    base = _base(text)
    back = []
    for change in changes([guard]):
        if change.rate_factor <= 0 or change.severity_factor <= 0:
            raise LossError("range", "a safeguard that leaves nothing cannot be lifted", "effectiveness", change.id)
        back.append(Change(change.id, 1 / change.rate_factor, 1 / change.severity_factor))
    return what_if(base.engine.portfolio, back, base)


def weighed(
    text: str, treatments: Sequence[Treatment], links: Sequence[RiskSafeguard], names: Mapping[int, str]
) -> Options:
    """Everything on one page; what is on risks outside the portfolio is left out, what the engine refuses is named."""
    there = protection.in_place(links, names)
    coming = protection.planned(treatments, names)
    safeguards = {row.safeguard_id: row.safeguard for row in links}
    touched: dict[int, list[str]] = {}
    for row in links:
        if row.risk_id in names and names[row.risk_id] not in touched.setdefault(row.safeguard_id, []):
            touched[row.safeguard_id].append(names[row.risk_id])
    found: list[Return] = []
    untold: list[str] = []
    for key, guard in list(there.items())[:MOST]:
        try:
            found.append(_return(safeguards[key], ", ".join(touched[key]), guard, _taken_away(text, guard), 1.0))
        except LossError:
            untold.append(str(safeguards[key]))
    plans = [row for row in treatments if row.pk in coming]
    for plan in plans[: max(0, MOST - len(found))]:
        try:
            found.append(_return(plan, names[plan.risk_id], coming[plan.pk], _added(text, coming[plan.pk]), -1.0))
        except LossError:
            untold.append(plan.title)
    found.sort(key=lambda item: -(item.ratio if item.ratio is not None else -1.0))
    lettered = [
        Return(item.row, LETTERS[place], item.planned, item.risks, item.saved, item.tail, item.chance, item.cost, item.per_cost)
        for place, item in enumerate(found)
    ]  # fmt: skip
    guards = {f"s{key}": guard for key, guard in there.items()} | {f"t{key}": guard for key, guard in coming.items()}
    return Options(text, tuple(lettered), {name_of(item): guards[name_of(item)] for item in lettered}, tuple(untold))


def name_of(item: Return) -> str:
    """The name under which the engine knows it."""
    return f"{'t' if item.planned else 's'}{item.row.pk}"


def _return(row: Treatment | InPlace, risks: str, guard: Safeguard, found: WhatIf, sign: float) -> Return:
    def turned(value: float | None) -> float | None:
        return None if value is None else sign * value

    saved, tail = turned(found.difference.expected), turned(found.difference.tvar)
    chance = turned(found.difference.thresholds[0][1]) if found.difference.thresholds else None
    per_cost = None
    if guard.cost:
        per_cost = (_over(saved, guard.cost), _over(tail, guard.cost), _over(chance, guard.cost))
    return Return(row, "", isinstance(row, Treatment), risks, saved, tail, chance, guard.cost, per_cost)


def _over(value: float | None, cost: float) -> float | None:
    return None if value is None else value / cost


def ranked(text: str, rows: Sequence[Treatment], names: Mapping[int, str]) -> list[Return]:
    """Treatments alone, by what they save for each unit of cost."""
    return list(weighed(text, rows, (), names).returns)


@dataclass(frozen=True)
class Worth:
    """The sets worth having of all that has a cost, from the year without any of it, and where the company stands today."""

    frontier: Frontier
    today: Choice
    #: Those in place, by the engine's names.
    held: frozenset[str]


def worth_having(options: Options) -> Worth | None:
    """Which sets of safeguards and treatments save most for their cost; nothing where fewer than two have a cost."""
    priced = [name_of(item) for item in options.returns if item.cost is not None][:ON_FRONTIER]
    if len(priced) < 2:
        return None
    guards = tuple(options.guards[name] for name in priced)
    try:
        return _worth(options.text, guards)
    except LossError:
        return None


@lru_cache(maxsize=64)
def _worth(text: str, guards: tuple[Safeguard, ...]) -> Worth:
    base = _base(text)
    held = tuple(guard for guard in guards if guard.id.startswith("s"))
    bare = lifted(base.engine.portfolio, held)
    without = base.changed(bare) if held else base
    found = frontier_of(bare, guards, "expected", without if held else base)
    saved = (without.expected or 0.0) - (base.expected or 0.0)
    cost = sum(guard.cost or 0.0 for guard in held)
    return Worth(found, Choice(tuple(guard.id for guard in held), cost, saved, False), frozenset(g.id for g in held))


@dataclass(frozen=True)
class States:
    """The same portfolio without the safeguards recorded, as it is, and with everything planned."""

    inherent: State | None
    current: State
    residual: State | None


def states(options: Options) -> States | None:
    """The three years from the one state of the engine; inherent or residual is None where nothing makes it differ."""
    held = tuple(guard for name, guard in sorted(options.guards.items()) if name.startswith("s"))
    coming = tuple(guard for name, guard in sorted(options.guards.items()) if name.startswith("t"))
    try:
        return _states(options.text, held, coming)
    except LossError:
        return None


@lru_cache(maxsize=64)
def _states(text: str, held: tuple[Safeguard, ...], coming: tuple[Safeguard, ...]) -> States:
    base = _base(text)
    portfolio = base.engine.portfolio
    return States(
        _state(base.changed(lifted(portfolio, held)), portfolio) if held else None,
        _state(base, portfolio),
        _state(base.changed(applied(portfolio, coming)), portfolio) if coming else None,
    )


def _state(found: Analysis, portfolio: Portfolio) -> State:
    return State(
        found.expected,
        found.quantile(BAD)[0],
        found.tail_mean(WORST),
        tuple(found.exceedance(limit.amount) for limit in portfolio.thresholds),
    )
