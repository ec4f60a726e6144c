"""Rules about people, as pure functions: years of experience, and whether a certification counts on a day.

Counting experience. Periods are days, both ends included; a period without an end runs until the day asked. Days that lie
in several periods count once (union). Experience is given in whole calendar years because that is how it is disclosed
("more than five years"), and a year of experience is an anniversary, not 365 or 365.25 days: the counted days are laid
end to end from the first of them, and the anniversaries within that one stretch are the years. For experience without a
break this is exactly the calendar (since 1 March 2019 is five years on 29 February 2024, its last day included). After a
break, where no calendar answer exists, a leap day may move the result by a single day; more experience is never less.
A stretch that begins on 29 February has its anniversary on 1 March of a common year: only then are all its days over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True)
class Span:
    """Days ``start``…``end``, both included; ``end`` None while it goes on."""

    start: date
    end: date | None = None


@dataclass(frozen=True)
class Tenure:
    """Counted ``days``, and the same as whole ``years`` and the days beyond them."""

    days: int
    years: int
    days_beyond: int

    def exceeds(self, years: int) -> bool:
        """More than ``years`` years: exactly that many is not more."""
        return self.years > years or (self.years == years and self.days_beyond > 0)


def merged(spans: Iterable[Span], day: date) -> tuple[tuple[date, date], ...]:
    """The days of ``spans`` up to ``day`` as separate stretches in order; touching or overlapping ones are joined."""
    known = sorted(
        (span.start, day if span.end is None or span.end > day else span.end) for span in spans if span.start <= day
    )
    stretches: list[tuple[date, date]] = []
    for start, end in known:
        if end < start:
            continue
        if stretches and start.toordinal() <= stretches[-1][1].toordinal() + 1:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], end))
        else:
            stretches.append((start, end))
    return tuple(stretches)


def days_counted(spans: Iterable[Span], day: date) -> int:
    """How many days up to ``day`` lie in at least one of ``spans``."""
    return sum(end.toordinal() - start.toordinal() + 1 for start, end in merged(spans, day))


def anniversary(start: date, years: int) -> date:
    """The day on which ``years`` years since ``start`` have gone by; 29 February gives way to 1 March."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)


def tenure(spans: Iterable[Span], day: date) -> Tenure:
    """Experience from ``spans`` as of ``day``, that day included."""
    stretches = merged(spans, day)
    if not stretches:
        return Tenure(0, 0, 0)
    days = sum(end.toordinal() - start.toordinal() + 1 for start, end in stretches)
    first = stretches[0][0]
    after = date.fromordinal(first.toordinal() + days)
    years = after.year - first.year
    if anniversary(first, years) > after:
        years -= 1
    return Tenure(days, years, after.toordinal() - anniversary(first, years).toordinal())


class Standing(StrEnum):
    """What a certification is worth on a day."""

    COUNTS = "counts"
    NOT_YET_ISSUED = "not_yet_issued"
    EXPIRED = "expired"
    UNVERIFIED = "unverified"


def has_expired(expires_on: date | None, day: date) -> bool:
    """Whether it has expired as of ``day``; the day of expiry is the last on which it holds. None never expires."""
    return expires_on is not None and expires_on < day


def standing(issued_on: date, expires_on: date | None, verified: bool, day: date) -> Standing:
    """Whether a certification counts on ``day``, and if not, why.

    Verification has no date here: it tells that the fact was checked, and a fact of December may be checked in January.
    """
    if issued_on > day:
        return Standing.NOT_YET_ISSUED
    if has_expired(expires_on, day):
        return Standing.EXPIRED
    return Standing.COUNTS if verified else Standing.UNVERIFIED
