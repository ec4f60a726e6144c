"""The law of one event's cost, small: redrawn while somebody types an interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from quarterdeck.engines.charts.exceedance import LARGEST, SMALLEST, empty
from quarterdeck.engines.charts.model import Picture, Table
from quarterdeck.engines.charts.scales import Log, side_by_side
from quarterdeck.engines.charts.svg import Point, element, flags, path, picture, text_at, width_of
from quarterdeck.engines.charts.words import Words

_WIDTH: Final = 360.0
_PLOT: Final = 96.0


@dataclass(frozen=True, slots=True)
class Density:
    """(amount, density in the logarithm of the amount) by amount, and the amounts below which 5, 50 and 95 % lie.

    `bars` draws each point as a bar of its own: certain amounts with their probabilities. `before` is a law that this one
    is held against, drawn thin and broken on the same axes.
    """

    points: Sequence[Point]
    marks: tuple[float, float, float]
    currency: str = ""
    bars: bool = False
    title: str = ""
    before: Sequence[Point] = ()


def density(chart: Density, words: Words | None = None) -> Picture:
    """One size for page and phone."""
    words = words or Words()
    title = chart.title or words.density_title
    points, before = _usable(chart.points), _usable(chart.before)
    if max((d for _, d in points), default=0.0) <= 0:
        return empty(title, words)
    peak = max(d for _, d in [*points, *before])
    marks = [(q, m) for q, m in zip((0.05, 0.5, 0.95), chart.marks, strict=True) if SMALLEST <= m <= LARGEST]
    summary = ""
    if len(marks) == 3:
        low, middle, high = (words.money(m, chart.currency) for _, m in marks)
        summary = words.density_summary.format(low=low, middle=middle, high=high)
    ends = [x for x, d in [*points, *before] if d > peak * 1e-3] + [m for _, m in marks]
    first, last = min(ends), max(ends)
    if last < 3 * first:
        middle_amount = math.sqrt(first * last)
        first, last = middle_amount / 2, middle_amount * 2
    scale = Log(first / 1.1, last * 1.1, 10, _WIDTH - 10)
    texts = [words.money(m, chart.currency) for _, m in marks]
    placed = flags([scale(m) for _, m in marks], [width_of(text) for text in texts], _WIDTH)
    count = max((flag.row + 1 for flag in placed), default=0)
    top = 6 + 15.0 * count
    bottom = top + _PLOT
    parts: list[str] = []
    outline = [(scale(x), bottom - d / peak * (_PLOT - 6)) for x, d in points if scale.low <= x <= scale.high]
    if chart.bars:
        for at, height in outline:
            parts.append(element("line", class_="stick", x1=at, x2=at, y1=bottom, y2=height))
    elif len(outline) > 1:
        parts.append(path([(outline[0][0], bottom), *outline, (outline[-1][0], bottom)], "area", closed=True))
        parts.append(path(outline, "curve current"))
    against = [(scale(x), bottom - d / peak * (_PLOT - 6)) for x, d in before if scale.low <= x <= scale.high]
    if len(against) > 1:
        parts.append(path(against, "curve inherent"))
    for (_, m), text, flag in zip(marks, texts, placed, strict=True):
        at, base = scale(m), top - 3 - 15.0 * flag.row
        parts.append(element("line", class_="quantile", x1=at, x2=at, y1=base - 9, y2=bottom))
        parts.append(text_at(at + 4 if flag.anchor == "start" else at - 4, base, text, flag.anchor, "quantile-word"))
    parts.append(element("line", class_="axis", x1=10, x2=_WIDTH - 10, y1=bottom, y2=bottom))

    def money(amount: float) -> str:
        return words.money(amount, "")

    for value in scale.ticks(side_by_side(scale, money)):
        half = width_of(money(value)) / 2
        parts.append(element("line", class_="tick", x1=scale(value), x2=scale(value), y1=bottom, y2=bottom + 4))
        parts.append(text_at(min(max(scale(value), half), _WIDTH - half), bottom + 17, money(value), "middle"))
    rows_text = tuple(
        (words.quantile.format(share=words.share(q)), words.money(m, chart.currency)) for q, m in marks
    )  # fmt: skip
    table = Table((words.part, words.amount), rows_text)
    return Picture(
        picture((_WIDTH, bottom + 24), "chart chart-one", title, summary, "".join(parts)), None, summary, table
    )


def _usable(points: Sequence[Point]) -> list[Point]:
    return sorted(
        (x, d) for x, d in points if math.isfinite(x) and math.isfinite(d) and SMALLEST <= x <= LARGEST and d >= 0
    )
