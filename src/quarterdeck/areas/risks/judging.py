"""What the register said held against what came: losses against intervals, events against rates, years against the bad year.

Every row is given as the caller may see it; nothing here asks for more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from quarterdeck.areas.risks import scenarios
from quarterdeck.areas.risks.models import Analysis, Estimate
from quarterdeck.areas.risks.scenarios import FieldFault

DAYS: Final = 365.25
YEAR: Final = 365


@dataclass(frozen=True)
class Happened:
    """An incident connected with a risk: when it was declared, and what it cost where that is recorded."""

    risk: int
    day: date
    loss: Decimal | None


def stood(estimate: Estimate, day: date) -> bool:
    """Whether the estimate stood on a day, made before it. One made on the day itself may know of what came."""
    return estimate.made_on < day and (estimate.replaced_on is None or day <= estimate.replaced_on)


def losses_met(
    estimates: Iterable[Estimate], incidents: Sequence[Happened]
) -> list[tuple[Estimate, tuple[float, float, float]]]:
    """For each loss that came while an estimate stood: the estimate, its ends, and the loss. Hard bounds count as ends too."""
    found = []
    for estimate in estimates:
        if estimate.much not in (Estimate.Much.INTERVAL, Estimate.Much.BOUNDS):
            continue
        if estimate.low is None or estimate.high is None:
            continue
        for row in incidents:
            if row.risk == estimate.risk_id and row.loss is not None and stood(estimate, row.day):
                found.append((estimate, (float(estimate.low), float(estimate.high), float(row.loss))))
    return found


@dataclass(frozen=True)
class Exposure:
    """What the rates made one expect: events, the variance that comes of not knowing the rates, the events that came, and over
    how many years the register has had rates at all."""

    expected: float
    spread: float
    counted: int
    years: float
    risks: int


def exposure(estimates: Iterable[Estimate], incidents: Sequence[Happened], today: date) -> Exposure:
    """All rates together from the day each was made until it was replaced, or today."""
    expected = spread = 0.0
    counted = 0
    first, risks = today, set()
    for estimate in estimates:
        until = min(estimate.replaced_on or today, today)
        years = (until - estimate.made_on).days / DAYS
        if years <= 0:
            continue
        told = _rate(estimate)
        if told is None:
            continue
        mean, variance = told
        expected += mean * years
        spread += variance * years**2
        counted += sum(1 for row in incidents if row.risk == estimate.risk_id and stood(estimate, row.day))
        first = min(first, estimate.made_on)
        risks.add(estimate.risk_id)
    return Exposure(expected, spread, counted, (today - first).days / DAYS, len(risks))


def _rate(estimate: Estimate) -> tuple[float, float] | None:
    """Mean of the rate and its variance."""
    if estimate.often == Estimate.Often.CHANCE:
        return None if estimate.chance is None else (float(estimate.chance), 0.0)
    try:
        law = scenarios.gamma_of(estimate)
        if law is not None:
            return law.mean, law.events / law.years**2
        told = scenarios.frequency_of(estimate).get("rate")
    except FieldFault:
        return None
    return (told, 0.0) if isinstance(told, float) else None


@dataclass(frozen=True)
class YearMet:
    """A full year from the day of an analysis: what it called a bad year, and what incidents of that year cost."""

    analysis: Analysis
    since: date
    until: date
    cost: Decimal

    @property
    def beyond(self) -> bool:
        """Whether the year was worse than the 1-in-20 year of the analysis."""
        return self.analysis.bad_year is not None and self.cost > self.analysis.bad_year


def years_met(analyses: Sequence[Analysis], losses: Mapping[date, Decimal], today: date) -> list[YearMet]:
    """Full years that do not overlap, each judged by the newest analysis made before it. ``losses``: by day of declaration."""
    kept = sorted((row for row in analyses if row.bad_year is not None), key=lambda row: (row.made_on, row.pk))
    if not kept:
        return []
    found: list[YearMet] = []
    since = kept[0].made_on
    while (today - since).days >= YEAR:
        until = date.fromordinal(since.toordinal() + YEAR)
        by = [row for row in kept if row.made_on <= since][-1]
        cost = sum((amount for day, amount in losses.items() if since < day <= until), Decimal(0))
        found.append(YearMet(by, since, until, cost))
        since = until
    return found
