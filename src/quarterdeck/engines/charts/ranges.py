"""Small interval bars, one for each row of a list, all on the same axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from quarterdeck.engines.charts.exceedance import LARGEST, SMALLEST, Mark, empty
from quarterdeck.engines.charts.model import Picture, Table
from quarterdeck.engines.charts.scales import Log
from quarterdeck.engines.charts.svg import element, picture
from quarterdeck.engines.charts.words import Words

_WIDTH: Final = 160.0
_HEIGHT: Final = 22.0


@dataclass(frozen=True, slots=True)
class Range:
    """An interval and its middle, three amounts."""

    label: str
    low: float
    mid: float
    high: float


@dataclass(frozen=True, slots=True)
class Ranges:
    """Rows on one logarithmic axis, and the company's lines through all of them."""

    rows: Sequence[Range]
    lines: Sequence[Mark] = ()
    currency: str = ""


def ranges(chart: Ranges, words: Words | None = None) -> tuple[Picture, ...]:
    """One small picture for each row, in the order given."""
    words = words or Words()
    lines = [mark for mark in chart.lines if SMALLEST <= mark.amount <= LARGEST]
    amounts = [v for row in chart.rows for v in (row.low, row.mid, row.high) if SMALLEST <= v <= LARGEST]
    amounts += [mark.amount for mark in lines]
    low, high = (min(amounts), max(amounts)) if amounts else (1.0, 10.0)
    low = max(low, high / 1e9)
    if high < 2 * low:
        low, high = low / 2, high * 2
    scale = Log(low, high, 5, _WIDTH - 5)
    return tuple(_row(row, lines, scale, chart.currency, words) for row in chart.rows)


def _row(row: Range, lines: Sequence[Mark], scale: Log, currency: str, words: Words) -> Picture:
    values = (row.low, row.mid, row.high)
    if not all(math.isfinite(v) and 0 <= v <= LARGEST for v in values):
        return empty(row.label, words)
    texts = tuple(words.money(v, currency) for v in values)
    summary = words.range_summary.format(label=row.label, low=texts[0], middle=texts[1], high=texts[2])
    first, middle, last = (min(max(scale(max(v, scale.low)), scale.start), scale.stop) for v in sorted(values))
    centre = _HEIGHT / 2
    parts = [element("line", class_="rail", x1=scale.start, x2=scale.stop, y1=centre, y2=centre)]
    for mark in lines:
        if mark.amount >= scale.low:
            at = scale(mark.amount)
            parts.append(element("line", class_=f"mark {mark.kind}", x1=at, x2=at, y1=2.0, y2=_HEIGHT - 2))
    parts.append(
        element("rect", class_="interval", x=first, y=centre - 4, width=max(2.0, last - first), height=8.0, rx=4.0)
    )
    parts.append(element("circle", class_="middle", cx=middle, cy=centre, r=3.5))
    drawn = picture((_WIDTH, _HEIGHT), "chart chart-row", row.label, summary, "".join(parts))
    return Picture(drawn, None, summary, Table((words.low, words.middle, words.high), (texts,)))
