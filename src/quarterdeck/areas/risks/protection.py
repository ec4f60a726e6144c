"""Safeguards in place and treatments planned as the engine takes them: what each does to which scenario, and what it costs a year.

A safeguard in place is counted on by the current estimate, so its worth is what lifting it would bring back; a treatment comes on top.
Both have effects on frequency or severity of the scenarios of one portfolio, so one state of the engine answers for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from quarterdeck.areas.risks.models import RiskSafeguard, Treatment
from quarterdeck.engines.loss import Effect, Safeguard, reliability

DAYS = 365.25


def reliable(row: RiskSafeguard) -> float:
    """The share of time that the safeguard works: lapses a year times how long each lasts, taken from one."""
    return reliability(float(row.lapses), float(row.lapse_days) / DAYS)


def effect_of(row: RiskSafeguard, scenario: str) -> Effect:
    """What one connection of a safeguard with a risk does."""
    on = "frequency" if row.acts == RiskSafeguard.Acts.FREQUENCY else "severity"
    return Effect(scenario, on, float(row.effectiveness), float(row.coverage), reliable(row))  # type: ignore[arg-type]


def in_place(rows: Iterable[RiskSafeguard], names: Mapping[int, str]) -> dict[int, Safeguard]:
    """Each safeguard, by its key, with all its effects on the risks in ``names`` (scenario by key of the risk).

    Its cost is what the connections say together; not known where one of them does not say.
    """
    effects: dict[int, list[Effect]] = {}
    costs: dict[int, list[Decimal | None]] = {}
    for row in rows:
        if row.risk_id in names:
            effects.setdefault(row.safeguard_id, []).append(effect_of(row, names[row.risk_id]))
            costs.setdefault(row.safeguard_id, []).append(row.cost)
    made = {}
    for key, kept in effects.items():
        known = [cost for cost in costs[key] if cost is not None]
        cost = float(sum(known)) if len(known) == len(costs[key]) else None
        made[key] = Safeguard(f"s{key}", tuple(kept), cost)
    return made


def planned(rows: Iterable[Treatment], names: Mapping[int, str]) -> dict[int, Safeguard]:
    """Each treatment, by its key, with what it leaves of how often and how much."""
    made = {}
    for row in rows:
        if row.risk_id not in names:
            continue
        effects = (
            Effect(names[row.risk_id], "frequency", 1 - float(row.frequency_left)),
            Effect(names[row.risk_id], "severity", 1 - float(row.severity_left)),
        )
        kept = tuple(effect for effect in effects if effect.effectiveness)
        made[row.pk] = Safeguard(f"t{row.pk}", kept, float(row.cost))
    return made
