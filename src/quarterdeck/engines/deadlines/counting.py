"""Counting: business days, calendar days and hours, each written down as it is counted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from quarterdeck.engines.deadlines.business_days import why_closed
from quarterdeck.engines.deadlines.model import Counted, Elapsed, Stage, note

EASTERN: Final = ZoneInfo("America/New_York")
CHINA: Final = ZoneInfo("Asia/Shanghai")
BRUSSELS: Final = ZoneInfo("Europe/Brussels")
LONDON: Final = ZoneInfo("Europe/London")

EDGAR_CUTOFF: Final = time(17, 30)
"""Regulation S-T Rule 13(a)(2), 17 CFR 232.13(a)(2): what begins to arrive after 5:30 p.m. Eastern is filed on the next
business day, although EDGAR takes it until 10 p.m."""

FILING_DAYS: Final = 4
"""Form 8-K General Instruction B.1."""

MAX_LISTED: Final = 400
"""The most days listed of time that merely passed; the number of days is told in full all the same."""

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


def four_business_days(
    event: date, also: Collection[date] = (), stage: Stage = "period"
) -> tuple[date, tuple[Counted, ...]]:
    """The last of the four business days after `event`, and every day on the way, `event` first.

    Form 8-K General Instruction B.1. The day of the event is never counted. If it is no business day, the period
    begins on, and includes, the first business day after it; which is the same count.
    """
    closed = why_closed(event, also)
    name = "delay_end" if stage == "after_delay" else "event_day"
    because = note(name) if closed is None else note(f"{name}_closed", why=closed)
    counted = [Counted(event, False, because, stage=stage)]
    day, number = event, 0
    while number < FILING_DAYS:
        day += _DAY
        closed = why_closed(day, also)
        if closed:
            counted.append(Counted(day, False, closed, stage=stage))
        else:
            number += 1
            counted.append(Counted(day, True, note("business_day", number=number, of=FILING_DAYS), number, stage))
    return day, tuple(counted)


def at_cutoff(day: date) -> datetime:
    """The last moment at which a filing gets `day` as its filing date."""
    return datetime.combine(day, EDGAR_CUTOFF, EASTERN)


def delay_days(after: date, days: int, which: int) -> tuple[date, tuple[Counted, ...]]:
    """The last of `days` calendar days after `after`, and each of them. `which` numbers the delay, from 1."""
    counted = tuple(
        Counted(after + number * _DAY, True, note("delay_day", number=number, of=days, which=which), number, "ag_delay")
        for number in range(1, days + 1)
    )
    return after + days * _DAY, counted


def calendar_days(start: date, days: int, zone: tzinfo) -> tuple[datetime, tuple[Counted, ...]]:
    """The end (23:59:59 there) of the last of `days` calendar days after `start`, and each of them."""
    counted = [Counted(start, False, note("event_day"))]
    for number in range(1, days + 1):
        counted.append(Counted(start + number * _DAY, True, note("calendar_day", number=number, of=days), number))
    return datetime.combine(start + days * _DAY, time(23, 59, 59), zone), tuple(counted)


def hours(start: datetime, number: int, zone: tzinfo) -> tuple[datetime, tuple[Counted, ...]]:
    """The moment `number` hours of 60 minutes after `start`, and the end of each hour, as they read in `zone`."""
    # in UTC, so that a change of the clocks neither adds nor takes an hour
    begin = start.astimezone(UTC)
    counted = tuple(
        Counted((begin + hour * _HOUR).astimezone(zone), True, note("hour", number=hour, of=number), hour)
        for hour in range(1, number + 1)
    )
    return (begin + number * _HOUR).astimezone(zone), counted


def elapsed(start: date, end: date, also: Collection[date] = ()) -> tuple[Elapsed, tuple[Counted, ...]]:
    """Days after `start` up to and including `end`: how many, how many of them business days, and the first of them."""
    total = (end - start).days
    business = 0
    counted = [Counted(start, False, note("discovery_day"), stage="elapsed")]
    for number in range(1, total + 1):
        day = start + number * _DAY
        closed = why_closed(day, also)
        business += closed is None
        if number <= MAX_LISTED:
            because = (
                note("elapsed_day", number=number)
                if closed is None
                else note("elapsed_closed", number=number, why=closed)
            )
            counted.append(Counted(day, True, because, number, "elapsed"))
    return Elapsed(total, business), tuple(counted)
