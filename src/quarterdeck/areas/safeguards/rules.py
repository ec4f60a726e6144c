"""How far a requirement is answered: a pure function over what the record holds on a day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    """From best to worst, what does not apply last."""

    TESTED = "tested"
    ANSWERED = "answered"
    PARTLY = "partly"
    FAILED = "failed"
    MAPPED = "mapped"
    GAP = "gap"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Answering:
    """One safeguard's answer on the day. ``result`` and ``tested_on``: of its newest approved test; None without one.

    ``good_until``: the last day on which that test still counts.
    """

    full: bool
    operating: bool
    tested_on: date | None = None
    good_until: date | None = None
    result: str | None = None


def standing(answers: Sequence[Answering], *, excluded: bool, mapped: bool, day: date) -> Standing:
    """What stands on ``day``.

    *tested*: a safeguard in operation answers it fully and its newest test, no older than its cycle, found it effective.
    *answered*: one in operation answers it fully, without such a test. *failed*: every full answer that operates was last
    found not effective, or only in part. *partly*: answered in part, or fully by what is only planned. *mapped*: not
    answered itself, but a requirement that maps to it is.
    """
    if excluded:
        return Standing.NOT_APPLICABLE
    full = [one for one in answers if one.full and one.operating]
    if any(one.result == "effective" and one.good_until is not None and one.good_until >= day for one in full):
        return Standing.TESTED
    if any(one.result in (None, "effective") for one in full):
        return Standing.ANSWERED
    if full:
        return Standing.FAILED
    if answers:
        return Standing.PARTLY
    return Standing.MAPPED if mapped else Standing.GAP


def months_after(day: date, months: int) -> date:
    """The same day of the month, ``months`` later; the last of the month where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


__all__ = ["Answering", "Standing", "months_after", "standing"]
