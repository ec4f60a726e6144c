"""Sets of safeguards by what they cost and what they save; those that nothing cheaper matches lie on the frontier."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from quarterdeck.engines.charts.exceedance import LARGEST, empty
from quarterdeck.engines.charts.model import Picture, Table
from quarterdeck.engines.charts.scales import Linear, side_by_side, stacked
from quarterdeck.engines.charts.svg import (
    Box,
    Place,
    along,
    best_place,
    element,
    fitted,
    path,
    picture,
    text_at,
    titled,
    width_of,
)
from quarterdeck.engines.charts.words import Words

NAMED: Final = 12
"""The most points that carry their name in the picture; the table names all."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its cost in a year, the loss it avoids, and whether no other choice is better in both."""

    label: str
    cost: float
    value: float
    on_frontier: bool
    #: Named before any other, on the frontier or not.
    named: bool = False


@dataclass(frozen=True, slots=True)
class Frontier:
    """Choices on one pair of axes."""

    points: Sequence[Option]
    currency: str = ""
    title: str = ""


def frontier(chart: Frontier, words: Words | None = None) -> Picture:
    """Both sizes; points on the frontier are joined and named, the others are open circles."""
    words = words or Words()
    title = chart.title or words.frontier_title
    points = [
        p
        for p in chart.points
        if math.isfinite(p.cost + p.value) and abs(p.cost) <= LARGEST and abs(p.value) <= LARGEST
    ]
    if not points:
        return empty(title, words)
    best = sorted((p for p in points if p.on_frontier), key=lambda p: (p.cost, p.value))
    summary = " ".join(
        words.frontier_summary.format(
            label=p.label, value=words.money(p.value, chart.currency), cost=words.money(p.cost, chart.currency)
        )
        for p in best[:NAMED]
    )
    summary = summary or words.frontier_none
    wide = _drawn((640, 340), "chart chart-wide", points, best, chart.currency, title, summary, words)
    narrow = _drawn((360, 320), "chart chart-narrow", points, best, chart.currency, title, summary, words)
    rows = tuple(
        (p.label, words.money(p.cost, chart.currency), words.money(p.value, chart.currency),
         words.yes if p.on_frontier else words.no)
        for p in points
    )  # fmt: skip
    return Picture(wide, narrow, summary, Table((words.choice, words.cost, words.value, words.on_frontier), rows))


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(0.0, *values), max(0.0, *values)
    span = high - low
    if span <= 0:
        return 0.0, 1.0
    return low - (0.05 * span if low < 0 else 0.0), high + 0.08 * span


def _drawn(
    size: tuple[float, float], kind: str, points: Sequence[Option], best: Sequence[Option], currency: str, title: str,
    summary: str, words: Words,
) -> str:  # fmt: skip
    def money(amount: float) -> str:
        return words.money(amount, "")

    low, high = _range([p.value for p in points])
    y = Linear(low, high, size[1] - 42, 26)
    ticks = y.ticks(stacked(y, 32.0))
    left = 10 + max((width_of(money(value)) for value in ticks), default=20.0)
    low, high = _range([p.cost for p in points])
    x = Linear(low, high, left + 8, size[0] - 14)
    box = Box(left, 26, size[0] - 14, size[1] - 42)
    named = f" ({currency})" if currency else ""
    parts = [text_at(0, 12, fitted(words.value + named, size[0]), kind="axis-word")]
    for value in ticks:
        parts.append(element("line", class_="grid", x1=box.left, x2=box.right, y1=y(value), y2=y(value)))
        parts.append(text_at(box.left - 6, y(value) + 4, money(value), "end"))
    for value in x.ticks(side_by_side(x, money, 24.0)):
        half = width_of(money(value)) / 2
        parts.append(element("line", class_="tick", x1=x(value), x2=x(value), y1=box.bottom, y2=box.bottom + 4))
        parts.append(text_at(min(x(value), size[0] - half), box.bottom + 17, money(value), "middle"))
    parts.append(element("line", class_="axis", x1=box.left, x2=box.right, y1=box.bottom, y2=box.bottom))
    parts.append(text_at(box.right, size[1] - 6, fitted(words.cost + named, size[0]), "end", "axis-word"))
    line = [(x(p.cost), y(p.value)) for p in best]
    parts.append(path(line, "curve frontier-line"))
    taken: list[Box] = []
    for p in sorted(points, key=lambda p: p.on_frontier):
        at = (x(p.cost), y(p.value))
        taken.append(Box(at[0] - 5, at[1] - 5, at[0] + 5, at[1] + 5))
        name = "point chosen" if p.on_frontier else "point"
        parts.append(
            element("circle", titled(p.label), class_=name, cx=at[0], cy=at[1], r=4.5)
        )  # fmt: skip
    obstacles = [*along(line), *along([(box.left, box.bottom), (box.right, box.bottom)])]
    for p in sorted({*best[:NAMED], *(p for p in points if p.named)}, key=lambda p: (not p.named, p.cost, p.value)):
        px, py = x(p.cost), y(p.value)
        text = fitted(p.label, (box.right - box.left) * 0.5)
        places = [
            Place(px + 8, py + 14, "start"), Place(px - 8, py - 7, "end"), Place(px + 8, py - 8, "start"), Place(px + 9, py + 4, "start"),
            Place(px - 9, py + 4, "end"), Place(px, py + 19, "middle"), Place(px, py - 10, "middle"),
            Place(px + 8, py + 30, "start"), Place(px - 8, py - 22, "end"),
        ]  # fmt: skip
        chosen = best_place(text, places, Box(box.left, 14, size[0], box.bottom), taken, obstacles)
        taken.append(chosen.box(text))
        parts.append(text_at(chosen.x, chosen.y, text, chosen.anchor, "point-word"))
    return picture(size, kind, title, summary, "".join(parts))
