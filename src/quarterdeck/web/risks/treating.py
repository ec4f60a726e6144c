"""Open treatments of several risks held against each other: what each returns for its cost, and which sets are worth having."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from quarterdeck.areas.risks.models import Treatment
from quarterdeck.engines.loss import Analysis, Effect, Frontier, LossError, Returns, Safeguard, read_portfolio
from quarterdeck.engines.loss import frontier as frontier_of
from quarterdeck.engines.loss import returns as returns_of

#: So many treatments are held against each other on one page, the dearest risks first.
MOST = 12


@dataclass(frozen=True)
class Return:
    """One treatment: what it changes by itself."""

    row: Treatment
    saved: float | None
    tail: float | None
    chance: float | None
    cost: float
    ratio: float | None


def _guards(rows: Sequence[Treatment], names: Mapping[int, str]) -> tuple[Safeguard, ...]:
    made = []
    for row in rows:
        effects = [
            Effect(names[row.risk_id], "frequency", 1 - float(row.frequency_left)),
            Effect(names[row.risk_id], "severity", 1 - float(row.severity_left)),
        ]
        made.append(
            Safeguard(str(row.pk), tuple(effect for effect in effects if effect.effectiveness), float(row.cost))
        )
    return tuple(made)


@lru_cache(maxsize=64)
def _returns(text: str, guards: tuple[Safeguard, ...]) -> Returns:
    portfolio = read_portfolio(json.loads(text))
    return returns_of(portfolio, guards, Analysis(portfolio))


@lru_cache(maxsize=64)
def _frontier(text: str, guards: tuple[Safeguard, ...]) -> Frontier:
    return frontier_of(read_portfolio(json.loads(text)), guards)


def _usable(rows: Sequence[Treatment], names: Mapping[int, str]) -> list[Treatment]:
    return [row for row in rows if row.risk_id in names][:MOST]


def ranked(text: str, rows: Sequence[Treatment], names: Mapping[int, str]) -> list[Return]:
    """Treatments by what they save for each unit of cost; those whose risk is not in the portfolio are left out."""
    kept = _usable(rows, names)
    if not kept:
        return []
    try:
        found = _returns(text, _guards(kept, names))
    except LossError:
        return []
    made = []
    for row, one in zip(kept, found.each, strict=True):
        saved = None if one.difference.expected is None else -one.difference.expected
        cost = float(row.cost)
        made.append(
            Return(
                row,
                saved,
                None if one.difference.tvar is None else -one.difference.tvar,
                -one.difference.thresholds[0][1] if one.difference.thresholds else None,
                cost,
                saved / cost if saved is not None and cost > 0 else None,
            )
        )
    return sorted(made, key=lambda item: -(item.ratio if item.ratio is not None else item.saved or 0.0))


def frontier(text: str, rows: Sequence[Treatment], names: Mapping[int, str]) -> Frontier | None:
    """Which sets save most for their cost; nothing where fewer than two treatments are open."""
    kept = _usable(rows, names)
    if len(kept) < 2:
        return None
    try:
        return _frontier(text, _guards(kept, names))
    except LossError:
        return None
