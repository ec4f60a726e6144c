"""When a schedule is due next: pure computation on times that are given.

A rule is text. ``every 15m`` (units s, m, h, d) falls on whole multiples of the interval since 1970-01-01 UTC, so it
does not drift and does not depend on when it was first asked. Anything else is the five fields of crontab(5), minute
hour day-of-month month day-of-week, in the schedule's own time zone, with ``*``, lists, ranges and steps; day-of-week
0 and 7 are Sunday, and when both day fields are restricted either may match.

Clock changes: a local time that the day skips falls due at the same distance after the gap (02:30 becomes 03:30), and
one that the day has twice falls due the first time only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_EVERY = re.compile(r"every ([1-9]\d{0,5})([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The 29th of February on a given weekday comes back within 40 years even across 2100; nothing rarer can be written.
_HORIZON_DAYS = 366 * 41


class RuleError(ValueError):
    """The rule or its time zone cannot be read; the message says which part."""


@dataclass(frozen=True, slots=True)
class _Cron:
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    month_days: frozenset[int]
    months: frozenset[int]
    week_days: frozenset[int]
    either_day: bool

    def on(self, day: datetime) -> bool:
        if day.month not in self.months:
            return False
        by_month_day, by_week_day = day.day in self.month_days, day.isoweekday() % 7 in self.week_days
        return by_month_day or by_week_day if self.either_day else by_month_day and by_week_day


def next_run(rule: str, zone: str, after: datetime) -> datetime:
    """The first time strictly later than `after` (aware) at which `rule` is due, in UTC.

    Raises `RuleError` when the rule or the zone cannot be read, or when the rule never falls due.
    """
    return compiled(rule, zone)(after)


def compiled(rule: str, zone: str) -> Callable[[datetime], datetime]:
    """`rule` in `zone`, read once: a function from a time to the next time it is due."""
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise RuleError(f"there is no time zone “{zone}”") from None
    if match := _EVERY.fullmatch(rule):
        step = timedelta(seconds=int(match[1]) * _UNITS[match[2]])
        return lambda after: _EPOCH + ((after - _EPOCH) // step + 1) * step
    cron = _cron(rule)
    return lambda after: _next_cron(cron, place, after, rule)


def _next_cron(cron: _Cron, zone: ZoneInfo, after: datetime, rule: str) -> datetime:
    # A day before: a gap can push a time of the day before past midnight.
    day = datetime.combine(after.astimezone(zone).date() - timedelta(days=1), time())
    for _ in range(_HORIZON_DAYS):
        if cron.on(day):
            due = [
                moment
                for hour in cron.hours
                for minute in cron.minutes
                if (moment := day.replace(hour=hour, minute=minute, tzinfo=zone).astimezone(UTC)) > after
            ]
            if due:
                return min(due)
        day += timedelta(days=1)
    raise RuleError(f"“{rule}” never falls due")


def _cron(rule: str) -> _Cron:
    parts = rule.split()
    if len(parts) != len(_FIELDS):
        raise RuleError(f"“{rule}” is neither “every N s|m|h|d” nor the five fields of a crontab line")
    minutes, hours, month_days, months, week_days = (
        _values(part, *field) for part, field in zip(parts, _FIELDS, strict=True)
    )
    return _Cron(
        tuple(sorted(minutes)),
        tuple(sorted(hours)),
        month_days,
        months,
        frozenset(day % 7 for day in week_days),
        either_day=parts[2] != "*" and parts[4] != "*",
    )


def _values(part: str, name: str, low: int, high: int) -> frozenset[int]:
    values: set[int] = set()
    for item in part.split(","):
        match = re.fullmatch(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?", item)
        if not match:
            raise RuleError(f"“{item}” is no {name}")
        first, last, step = (int(text) if text else None for text in match.groups())
        start = low if first is None else first
        # "7" alone is 7, "7/2" runs on from 7, as "*" runs over everything
        end = last if last is not None else high if first is None or step else start
        if not low <= start <= end <= high or step == 0:
            raise RuleError(f"“{item}” is no {name} from {low} to {high}")
        values.update(range(start, end + 1, step or 1))
    return frozenset(values)
