"""Business days of the Securities and Exchange Commission, and why a day is none.

A business day is a weekday that is no federal holiday (5 U.S.C. 6103(a), kept on the weekday next to a holiday that
falls on a weekend: 6103(b) and Executive Order 11582 sec. 3) and no day on which the Commission announced that EDGAR
is closed and that the day counts as a federal holiday for filing.

Readings:

* Inauguration Day (6103(c)) is a holiday for federal employees around Washington only. EDGAR worked normally on
  20 January 2021, so it is a business day.
* A lapse in appropriations closes offices, not EDGAR. The staff said in September 2025 that such days are business days.
* A day of extreme weather is none of this; the Commission then announces relief of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from quarterdeck.engines.deadlines.model import Note, note

MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6
_DAY = timedelta(days=1)
_JUNETEENTH_LAW = 2021
"""Pub. L. 117-17, signed 17 June 2021 and first kept on the next day."""


@dataclass(frozen=True, slots=True)
class Closure:
    """A weekday, not a statutory holiday, that counted as a federal holiday for filing."""

    day: date
    reason: str
    order: str
    source: str


_EVE: Final = "closure.christmas"
_MOURNING: Final = "closure.mourning"
CLOSURES: Final = (
    Closure(date(2018, 12, 5), _MOURNING, "Executive Order 13852", "SEC announcement on EDGAR, 4 December 2018"),
    Closure(date(2019, 12, 24), _EVE, "Executive Order 13900", "SEC announcement on EDGAR, December 2019"),
    Closure(date(2020, 12, 24), _EVE, "Executive Order 13965", "SEC announcement on EDGAR, December 2020"),
    Closure(
        date(2024, 12, 24), _EVE, "Executive Order of 19 December 2024", "SEC announcement on EDGAR, December 2024"
    ),
    Closure(
        date(2025, 1, 9), _MOURNING, "Executive Order of 30 December 2024", "SEC announcement on EDGAR, January 2025"
    ),
    Closure(
        date(2025, 12, 24), _EVE, "Executive Order of 18 December 2025", "SEC announcement on EDGAR, December 2025"
    ),
    Closure(
        date(2025, 12, 26), _EVE, "Executive Order of 18 December 2025", "SEC announcement on EDGAR, December 2025"
    ),
)
"""Complete from 2019 until `CLOSURES_KNOWN_UNTIL`. A new one is a new row here, or a day given with the event."""

CLOSURES_KNOWN_UNTIL: Final = date(2026, 9, 30)
"""The last day for which announcements were looked up. A later closing by order cannot be in a count."""

_CLOSED: Final = {closure.day: closure for closure in CLOSURES}


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _last(year: int, month: int, weekday: int) -> date:
    last = date(year, month + 1, 1) - _DAY
    return last - timedelta(days=(last.weekday() - weekday) % 7)


@lru_cache(maxsize=256)
def _of_year(year: int) -> dict[date, str]:
    days = {
        date(year, 1, 1): "holiday.new_year",
        _nth(year, 1, MONDAY, 3): "holiday.king",
        _nth(year, 2, MONDAY, 3): "holiday.washington",
        _last(year, 5, MONDAY): "holiday.memorial",
        date(year, 7, 4): "holiday.independence",
        _nth(year, 9, MONDAY, 1): "holiday.labor",
        _nth(year, 10, MONDAY, 2): "holiday.columbus",
        date(year, 11, 11): "holiday.veterans",
        _nth(year, 11, THURSDAY, 4): "holiday.thanksgiving",
        date(year, 12, 25): "holiday.christmas",
    }
    if year >= _JUNETEENTH_LAW:
        days[date(year, 6, 19)] = "holiday.juneteenth"
    return days


def federal_holiday(day: date) -> Note | None:
    """Which federal holiday is kept on `day`: the holiday itself, or the weekday kept in its place; None otherwise."""
    named = _of_year(day.year).get(day)
    if named:
        return note(named)
    # a holiday on a Saturday is kept on the Friday before (1 January on 31 December), on a Sunday on the Monday after
    for beside, weekday in ((day + _DAY, SATURDAY), (day - _DAY, SUNDAY)):
        named = _of_year(beside.year).get(beside)
        if named and beside.weekday() == weekday:
            return note("holiday.in_lieu", name=note(named))
    return None


def why_closed(day: date, also: Collection[date] = ()) -> Note | None:
    """Why `day` is no business day, None where it is one. `also` are further days on which EDGAR is closed."""
    if day.weekday() >= SATURDAY:
        return note("saturday" if day.weekday() == SATURDAY else "sunday")
    holiday = federal_holiday(day)
    if holiday:
        return note("holiday", name=holiday)
    closure = _CLOSED.get(day)
    if closure:
        return note("closed_by_order", order=closure.order, reason=note(closure.reason), source=closure.source)
    return note("closure_given") if day in also else None


def is_business_day(day: date, also: Collection[date] = ()) -> bool:
    """Whether the Commission is open for business on `day`."""
    return why_closed(day, also) is None
