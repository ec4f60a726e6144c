"""Pure rules of the register: the tolerance curve as people write it, words for money, days of review, who may accept what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.actions.base import Text

#: The most lines of a tolerance curve or of the forms of loss.
LINES = 40


class CurveFault(StrEnum):
    """What is wrong with a line of a tolerance curve."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"
    AMOUNT = "amount"
    CHANCE = "chance"
    RISING = "rising"


class CurveError(ValueError):
    """A tolerance curve that cannot be read: which line, and what is wrong with it."""

    def __init__(self, fault: CurveFault, line: int) -> None:
        super().__init__(f"{fault} in line {line}")
        self.fault, self.line = fault, line


_SAID: dict[CurveFault, Text] = {
    CurveFault.EMPTY: _("Give at least one line: an amount and a chance, such as 5000000 5%."),
    CurveFault.TOO_LONG: _("At most 40 lines are read."),
    CurveFault.UNREADABLE: _("Line %(line)d: an amount and a chance are expected, such as 5000000 5%%."),
    CurveFault.AMOUNT: _("Line %(line)d: the amount has to be greater than 0."),
    CurveFault.CHANCE: _("Line %(line)d: the chance lies between 0 and 1, or 0 %% and 100 %%."),
    CurveFault.RISING: _("Line %(line)d: a greater amount may not be exceeded with a greater chance."),
}


def said(fault: CurveError) -> str:
    """The fault in the reader's language."""
    return (
        str(_SAID[fault.fault]) % {"line": fault.line} if "%(" in str(_SAID[fault.fault]) else str(_SAID[fault.fault])
    )


def number(text: str) -> Decimal | None:
    """A number as people and spreadsheets write it: 5000000, 5,000,000, 5 000 000, 5m, 250k, 1.5bn, 25万. None if it is none."""
    plain = re.sub(r"[\s,_'\u00a0\u2009\u202f]", "", text.strip().lower())
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?|\.[0-9]+)(k|m|bn|b|万|亿)?", plain)
    if found is None or len(plain) > 30:
        return None
    scale = {None: 1, "k": 10**3, "m": 10**6, "bn": 10**9, "b": 10**9, "万": 10**4, "亿": 10**8}[found[2]]
    try:
        return Decimal(found[1]) * scale
    except InvalidOperation:
        return None


def chance(text: str) -> Decimal | None:
    """A chance: 0.05, 5%, 1 in 20. None if it is none; not yet held against 0 and 1."""
    plain = text.strip().lower()
    odds = re.fullmatch(r"1\s*(?:in|:|/)\s*([0-9.,]+)", plain)
    if odds is not None:
        of = number(odds[1])
        return None if of is None or of == 0 else 1 / of
    if plain.endswith("%"):
        value = number(plain[:-1])
        return None if value is None else value / 100
    return number(plain)


def curve_points(text: str) -> tuple[tuple[float, float], ...]:
    """Amount and chance of each line, by rising amount. Raises CurveError."""
    lines = [(at, line) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise CurveError(CurveFault.EMPTY, 0)
    if len(lines) > LINES:
        raise CurveError(CurveFault.TOO_LONG, LINES)
    points = []
    for at, line in lines:
        # The amount may hold spaces; the chance is what stands after the last tab, semicolon or space before it.
        parts = re.match(r"\s*(.+?)[\t; ]+((?:1\s*(?:in|:|/)\s*)?[0-9.,]+\s*%?)\s*$", line)
        if parts is None:
            raise CurveError(CurveFault.UNREADABLE, at)
        amount, odds = number(parts[1]), chance(parts[2])
        if amount is None or odds is None:
            raise CurveError(CurveFault.UNREADABLE, at)
        if amount <= 0:
            raise CurveError(CurveFault.AMOUNT, at)
        if not 0 < odds < 1:
            raise CurveError(CurveFault.CHANCE, at)
        points.append((amount, odds, at))
    points.sort(key=lambda point: (point[0], point[2]))
    for before, after in pairwise(points):
        if after[0] == before[0] or after[1] > before[1]:
            raise CurveError(CurveFault.RISING, after[2])
    return tuple((float(amount), float(odds)) for amount, odds, _at in points)


@dataclass(frozen=True)
class Word:
    """A word for expected losses a year from an amount on."""

    label: str
    from_amount: Decimal


def word_for(expected: Decimal | None, words: Sequence[Word]) -> str:
    """The word for an expected loss; empty where there is no figure or no word reaches down to it."""
    if expected is None:
        return ""
    reached = [word for word in words if word.from_amount <= expected]
    return max(reached, key=lambda word: word.from_amount).label if reached else ""


class Accepter(StrEnum):
    """Who may accept a risk, from the least to the most entitled."""

    OWNER = "owner"
    CISO = "ciso"
    COMMITTEE = "committee"


def entitled(expected: Decimal, owner_may: Decimal, ciso_may: Decimal) -> Accepter:
    """The least entitled who may still accept a risk of this expected loss a year."""
    if expected <= owner_may:
        return Accepter.OWNER
    return Accepter.CISO if expected <= ciso_may else Accepter.COMMITTEE


def beyond_tolerance(
    curve: Sequence[tuple[float, float]], exceedance: Sequence[tuple[float, float]]
) -> tuple[tuple[float, float, float], ...]:
    """Points of the tolerance curve that are exceeded too often: amount, allowed chance, chance found.

    ``exceedance``: pairs of loss and chance that the year is greater, by rising loss; between two of them the later, smaller
    chance would flatter, so the earlier is taken. Below the first pair the first chance counts.
    """
    found = []
    for amount, allowed in curve:
        odds = exceedance[0][1] if exceedance else 0.0
        for loss, probability in exceedance:
            if loss > amount:
                break
            odds = probability
        if exceedance and exceedance[-1][0] < amount:
            odds = exceedance[-1][1]
        if odds > allowed:
            found.append((amount, allowed, odds))
    return tuple(found)
