"""Measures by quarter, from dated points. Pure: what is counted comes in, numbers and the points behind them go out.

A quarter without anything to measure is a gap, never a zero; a count is a zero only once the record has begun.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median


@dataclass(frozen=True)
class Quarter:
    """A quarter of a calendar year."""

    year: int
    number: int

    @property
    def start(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """The last day."""
        return (date(self.year + 1, 1, 1) if self.number == 4 else date(self.year, 3 * self.number + 1, 1)) - timedelta(
            1
        )

    @property
    def before(self) -> Quarter:
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.start <= day <= self.end


def quarter_of(day: date) -> Quarter:
    """The quarter of a day."""
    return Quarter(day.year, (day.month + 2) // 3)


def quarters_until(day: date, count: int = 8) -> tuple[Quarter, ...]:
    """The quarter of ``day`` and those before it, oldest first."""
    found = [quarter_of(day)]
    while len(found) < count:
        found.append(found[-1].before)
    return tuple(reversed(found))


@dataclass(frozen=True)
class Point:
    """Something that happened on a day: ``part`` of ``whole``, or one amount (``part``). ``type`` and ``id`` name the record;
    a point that sums rows names none, but the ``query`` by which the list of the type shows them. ``says``: what it gives,
    where that takes words of its own.
    """

    day: date
    part: float
    whole: float = 1.0
    type: str = ""
    id: int = 0
    title: str = ""
    query: str = ""
    says: str = ""


class Unit(StrEnum):
    """What a value counts: hours, a share of one, or things in twelve months."""

    HOURS = "hours"
    SHARE = "share"
    COUNT = "count"


@dataclass(frozen=True)
class Reading:
    """One quarter's value with the points it was made of."""

    quarter: Quarter
    value: float | None
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Measure:
    """One measure over some quarters. ``target`` is what the company set; with ``less`` smaller values are better.

    ``typed``: counted from uploads with typed facts, because no area holds a record of it.
    """

    key: str
    unit: Unit
    readings: tuple[Reading, ...]
    target: float | None
    less: bool = False
    typed: bool = False

    @property
    def values(self) -> tuple[float | None, ...]:
        return tuple(reading.value for reading in self.readings)

    @property
    def latest(self) -> Reading | None:
        """The newest quarter in which there was something to measure."""
        return next((reading for reading in reversed(self.readings) if reading.value is not None), None)

    @property
    def met(self) -> bool | None:
        """Whether the newest value is what the company set; None where either is missing."""
        if self.latest is None or self.latest.value is None or self.target is None:
            return None
        return self.latest.value <= self.target if self.less else self.latest.value >= self.target


def medians(points: Iterable[Point], quarters: Sequence[Quarter]) -> tuple[Reading, ...]:
    """The median amount of each quarter."""
    return _by_quarter(points, quarters, lambda rows: median(row.part for row in rows))


def shares(points: Iterable[Point], quarters: Sequence[Quarter]) -> tuple[Reading, ...]:
    """All parts over all wholes of each quarter; a gap where the wholes come to nothing."""

    def share(rows: Sequence[Point]) -> float | None:
        whole = sum(row.whole for row in rows)
        return sum(row.part for row in rows) / whole if whole else None

    return _by_quarter(points, quarters, share)


def _by_quarter(
    points: Iterable[Point], quarters: Sequence[Quarter], value: Callable[[Sequence[Point]], float | None]
) -> tuple[Reading, ...]:
    rows = sorted(points, key=lambda row: row.day)
    made = []
    for quarter in quarters:
        inside = tuple(row for row in rows if quarter.holds(row.day))
        made.append(Reading(quarter, value(inside) if inside else None, inside))
    return tuple(made)


def counts_of_a_year(points: Iterable[Point], quarters: Sequence[Quarter], today: date) -> tuple[Reading, ...]:
    """How many there were in the twelve months until the end of each quarter, or until today in the present one."""
    rows = sorted((row for row in points if row.day <= today), key=lambda row: row.day)
    made = []
    for quarter in quarters:
        end = min(quarter.end, today)
        start = _year_before(end)
        inside = tuple(row for row in rows if start < row.day <= end)
        begun = bool(rows) and rows[0].day <= end
        made.append(Reading(quarter, float(len(inside)) if begun else None, inside))
    return tuple(made)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        # 29 February: the year before has none.
        return day.replace(year=day.year - 1, day=28)


def months_covered(
    seen: Iterable[tuple[str, date]], targets: Sequence[str], quarters: Sequence[Quarter], today: date
) -> list[Point]:
    """For each target and each month that is over: was it watched? ``seen`` holds (target, first day of the month).

    Months before the first record of a target are not counted: nobody had begun.
    """
    marks = set(seen)
    points = []
    for target in targets:
        first = min((month for name, month in marks if name == target), default=None)
        if first is None:
            continue
        for quarter in quarters:
            for offset in range(3):
                month = date(quarter.year, quarter.start.month + offset, 1)
                following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
                if first <= month and following <= today:
                    points.append(Point(month, 1.0 if (target, month) in marks else 0.0, title=target))
    return points
