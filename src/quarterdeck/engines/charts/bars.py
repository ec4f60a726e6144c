"""Horizontal bars: what a figure hangs on, and what each scenario adds to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from quarterdeck.engines.charts.exceedance import LARGEST, empty
from quarterdeck.engines.charts.model import Picture, Table
from quarterdeck.engines.charts.scales import Linear, side_by_side
from quarterdeck.engines.charts.svg import element, fitted, picture, text_at, width_of
from quarterdeck.engines.charts.words import Words

MOST: Final = 15
"""Bars of one picture; of contributions the rest are one more bar, of a tornado they are in the table only."""


@dataclass(frozen=True, slots=True)
class Swing:
    """A figure with one input at its low and at its high end."""

    label: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tornado:
    """Bars around `base`, the figure as it is. The widest should come first."""

    bars: Sequence[Swing]
    base: float
    currency: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What `label` adds: an amount, and as a share of the whole."""

    label: str
    value: float
    share: float


@dataclass(frozen=True, slots=True)
class Contributions:
    """Bars from zero. The greatest should come first."""

    bars: Sequence[Part]
    currency: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class _Frame:
    width: float
    column: float
    """Room for labels at the left; none means that they stand above their bars."""
    kind: str

    @property
    def row(self) -> float:
        return 26.0 if self.column else 42.0

    def label(self, at: int, top: float, words: str) -> str:
        """The label of row `at`."""
        if self.column:
            return text_at(
                self.column - 10, top + at * self.row + 17, fitted(words, self.column - 14), "end", "bar-word"
            )
        return text_at(0, top + at * self.row + 14, fitted(words, self.width - 4), kind="bar-word")

    def upright(self, kind: str, x: float, start: float, stop: float, top: float, rows: int) -> list[str]:
        """A line through all bars; where labels stand above their bars it leaves the labels out."""
        if self.column:
            return [element("line", class_=kind, x1=x, x2=x, y1=start, y2=stop)]
        ends = [(self.bar(at, top) - 1, self.bar(at, top) + 15) for at in range(rows)]
        return [element("line", class_=kind, x1=x, x2=x, y1=first, y2=last) for first, last in ends]

    def bar(self, at: int, top: float) -> float:
        """The upper edge of the bar of row `at`, which is 14 units high."""
        return top + at * self.row + (6 if self.column else 20)


_FRAMES: Final = (_Frame(640, 240, "chart chart-wide"), _Frame(360, 0, "chart chart-narrow"))


def _finite(*values: float) -> bool:
    return all(math.isfinite(value) and abs(value) <= LARGEST for value in values)


def tornado(chart: Tornado, words: Words | None = None) -> Picture:
    """Both sizes; the table has every bar."""
    words = words or Words()
    title = chart.title or words.tornado_title
    bars = [bar for bar in chart.bars if _finite(bar.low, bar.high)]
    if not bars or not _finite(chart.base):
        return empty(title, words)
    widest = max(bars, key=lambda bar: abs(bar.high - bar.low))
    low, high = sorted((widest.low, widest.high))
    summary = words.tornado_summary.format(
        label=widest.label, low=words.money(low, chart.currency), high=words.money(high, chart.currency)
    )
    wide, narrow = (_tornado(frame, bars[:MOST], chart, title, summary, words) for frame in _FRAMES)
    rows = tuple(
        (bar.label, words.money(bar.low, chart.currency), words.money(bar.high, chart.currency)) for bar in bars
    )  # fmt: skip
    return Picture(wide, narrow, summary, Table((words.input, words.low, words.high), rows))


def _tornado(
    frame: _Frame, bars: Sequence[Swing], chart: Tornado, title: str, summary: str, words: Words
) -> str:  # fmt: skip
    def money(amount: float) -> str:
        return words.money(amount, "")

    ends = [end for bar in bars for end in (bar.low, bar.high)] + [chart.base]
    low, high = min(ends), max(ends)
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-6):
        low, high = low - max(1.0, abs(low) / 10), high + max(1.0, abs(high) / 10)
    room = 8 + max(width_of(money(end)) for end in ends)
    scale = Linear(low, high, frame.column + room, frame.width - room)
    top = 24.0
    bottom = top + len(bars) * frame.row + 4
    parts: list[str] = []
    base = scale(chart.base)
    text = words.tornado_base.format(amount=words.money(chart.base, chart.currency))
    half = width_of(text) / 2
    centre = min(max(base, half), frame.width - half)
    parts.append(text_at(centre, 13, text, "middle", "base-word"))
    for value in scale.ticks(side_by_side(scale, money, 30.0)):
        parts.append(element("line", class_="grid", x1=scale(value), x2=scale(value), y1=top, y2=bottom))
        parts.append(text_at(scale(value), bottom + 15, money(value), "middle"))
    for at, bar in enumerate(bars):
        y = frame.bar(at, top)
        parts.append(frame.label(at, top, bar.label))
        for end, kind in ((bar.low, "low"), (bar.high, "high")):
            left, right = sorted((base, scale(end)))
            if right - left >= 0.05:
                parts.append(element("rect", class_=f"swing {kind}", x=left, y=y, width=right - left, height=14.0))
        first, last = sorted((bar.low, bar.high))
        parts.append(text_at(min(scale(first), base) - 5, y + 11, money(first), "end", "end-word"))
        parts.append(text_at(max(scale(last), base) + 5, y + 11, money(last), "start", "end-word"))
    parts += frame.upright("base", base, 18.0, bottom, top, len(bars))
    return picture((frame.width, bottom + 22), frame.kind, title, summary, "".join(parts))


def contributions(chart: Contributions, words: Words | None = None) -> Picture:
    """Both sizes. Beyond `MOST` the rest is one bar; the table has every one."""
    words = words or Words()
    title = chart.title or words.contributions_title
    known = [bar for bar in chart.bars if _finite(bar.value, bar.share)]
    if not known:
        return empty(title, words)
    bars = known
    if len(known) > MOST:
        rest = known[MOST - 1 :]
        others = Part(
            words.others.format(count=len(rest)), sum(bar.value for bar in rest), sum(bar.share for bar in rest)
        )
        bars = [*known[: MOST - 1], others]
    most = max(known, key=lambda bar: bar.value)
    summary = words.contributions_summary.format(
        label=most.label, amount=words.money(most.value, chart.currency), share=words.share(most.share)
    )
    wide, narrow = (_contributions(frame, bars, chart, title, summary, words) for frame in _FRAMES)
    rows = tuple((bar.label, words.money(bar.value, chart.currency), words.share(bar.share)) for bar in known)
    return Picture(wide, narrow, summary, Table((words.scenario, words.amount, words.part), rows))


def _contributions(
    frame: _Frame, bars: Sequence[Part], chart: Contributions, title: str, summary: str, words: Words
) -> str:
    texts = [f"{words.money(bar.value, chart.currency)} · {words.share(bar.share)}" for bar in bars]
    room = 8 + max(width_of(text) for text in texts)
    low, high = min(0.0, *(bar.value for bar in bars)), max(0.0, *(bar.value for bar in bars))
    if high <= low:
        high = low + 1
    scale = Linear(low, high, frame.column, frame.width - room)
    top = 2.0
    bottom = top + len(bars) * frame.row + 4
    parts: list[str] = []
    for at, (bar, text) in enumerate(zip(bars, texts, strict=True)):
        y = frame.bar(at, top)
        left, right = sorted((scale(0.0), scale(bar.value)))
        parts.append(frame.label(at, top, bar.label))
        # what adds something is never without a trace
        parts.append(element("rect", class_="part", x=left, y=y, width=max(1.0, right - left), height=14.0))
        parts.append(text_at(right + 6, y + 11, text, "start", "end-word"))
    parts += frame.upright("axis", scale(0.0), top, bottom, top, len(bars))
    return picture((frame.width, bottom + 4), frame.kind, title, summary, "".join(parts))
