"""How amounts and shares are written in pictures, and every other word that pictures carry."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

Units = Sequence[tuple[int, str]]

ENGLISH: Final[Units] = ((12, "tn"), (9, "bn"), (6, "m"), (3, "k"))
"""Powers of ten and their signs, greatest first."""
CHINESE: Final[Units] = ((12, "万亿"), (8, "亿"), (4, "万"))


def short(amount: float, currency: str = "", units: Units = ENGLISH) -> str:
    """``1234567, "USD"`` → ``USD 1.2m``.

    The amount is divided by the greatest unit that is not greater than it. Below ten of that unit one decimal is kept (half to
    even, a zero dropped), from ten on none; what rounds up to the next unit is written in it (999,950 → ``1m``). Below the
    smallest unit the amount is whole, below ten it keeps one decimal. A minus sign stands before the currency. No finite
    amount is ``–``.
    """
    if not math.isfinite(amount):
        return "–"
    size = abs(Decimal(repr(float(amount))))
    ladder = [*reversed(units)]
    power, sign = 0, ""
    text = _rounded(size)
    for next_power, next_sign in ladder:
        # what rounds to the next unit's size belongs to it
        if Decimal(text) * Decimal(10) ** power < Decimal(10) ** next_power:
            break
        power, sign = next_power, next_sign
        text = _rounded(size / Decimal(10) ** power)
    minus = "−" if amount < 0 and Decimal(text) != 0 else ""
    return f"{minus}{currency}{' ' if currency else ''}{Decimal(text):,f}{sign}"


def _rounded(size: Decimal) -> str:
    one = size.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    if one < 10:
        return f"{one:f}".removesuffix(".0")
    return f"{size.quantize(Decimal(1), rounding=ROUND_HALF_EVEN):f}"


def share(value: float) -> str:
    """A share of one: ``0.0123`` → ``1.2%``. Two digits that count, three above 99%; 0% and 100% only when they are, else ``<0.01%``, ``>99.9%``."""
    if not math.isfinite(value):
        return "–"
    if value <= 0:
        return "0%"
    if value < 1e-4:
        return "<0.01%"
    if value >= 1:
        return "100%"
    if value > 0.999:
        return ">99.9%"
    hundred = 100 * value
    places = 1 if hundred > 99 else max(0, 1 - math.floor(math.log10(hundred)))
    text = f"{hundred:.{places}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


@dataclass(frozen=True)
class Words:
    """Every word of the pictures. Templates name what they take in braces; a page gives them in its reader's language."""

    money: Callable[[float, str], str] = short
    share: Callable[[float], str] = share
    nothing: str = "Nothing to draw yet"
    loss: str = "Loss in a year"
    more_than: str = "More than"
    probability: str = "Probability of a greater loss"
    band: str = "Range of {curve}"
    tolerance_curve: str = "Tolerance"
    exceedance_title: str = "How likely is a year that costs more?"
    exceedance_summary: str = "{curve}, probability of a year that costs more: {list}."
    exceedance_at: str = "{amount} ({line}) {share}"
    comma: str = ", "
    exceedance_tail: str = "{curve}: one year in {years} costs more than {amount}."
    density_title: str = "What one event costs"
    density_summary: str = "Half of all events cost more than {middle}; nine in ten cost between {low} and {high}."
    quantile: str = "{share} below"
    amount: str = "Amount"
    tornado_title: str = "What the figure hangs on"
    tornado_base: str = "now {amount}"
    tornado_summary: str = "{label} moves it most: from {low} to {high}."
    input: str = "Input"
    low: str = "Low"
    high: str = "High"
    contributions_title: str = "Where the loss comes from"
    contributions_summary: str = "{label} adds most: {amount}, {share} of the whole."
    others: str = "{count} more"
    scenario: str = "Scenario"
    part: str = "Share"
    frontier_title: str = "What safeguards cost and what they save"
    frontier_summary: str = "{label} saves {value} for {cost}."
    frontier_none: str = "No choice lies on the frontier."
    cost: str = "Cost in a year"
    value: str = "Loss avoided in a year"
    choice: str = "Choice"
    on_frontier: str = "On the frontier"
    yes: str = "yes"
    no: str = "no"
    range_summary: str = "{label}: {low} to {high}, middle {middle}."
    middle: str = "Middle"
