"""Exceedance curves: how likely a year is that costs more than each amount, with the lines that a company drew itself."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from quarterdeck.engines.charts.model import Picture, Table
from quarterdeck.engines.charts.scales import Log, side_by_side, stacked
from quarterdeck.engines.charts.svg import (
    Box,
    Flag,
    Place,
    Point,
    along,
    best_place,
    clipped,
    element,
    fitted,
    flags,
    path,
    picture,
    text_at,
    width_of,
)
from quarterdeck.engines.charts.words import Words

CurveKind = Literal["inherent", "current", "residual"]
MarkKind = Literal["tolerance", "materiality", "appetite"]

LARGEST: Final = 1e18
"""Amounts beyond are not drawn."""
SMALLEST: Final = 1e-2
_LEAST: Final = 1e-3
"""The lowest probability on the axis, unless a tolerance goes lower."""
_DEEPEST: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Curve:
    """(loss, probability that a year costs more) in any order; the kind decides how it looks."""

    label: str
    kind: CurveKind
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Mark:
    """An amount that the company set."""

    label: str
    amount: float
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class Edges:
    """Lower, middle and upper edge of what is not known of the curve named `curve`; each like a curve's points."""

    curve: str
    lower: Sequence[Point]
    middle: Sequence[Point]
    upper: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Exceedance:
    """What is drawn. Points that are not finite are left out; so are amounts that are not above zero."""

    curves: Sequence[Curve]
    lines: Sequence[Mark] = ()
    currency: str = ""
    band: Edges | None = None
    tolerance: Sequence[Point] = ()
    title: str = ""


def exceedance(chart: Exceedance, words: Words | None = None) -> Picture:
    """Both sizes, and a table of probabilities at the lines and at round amounts."""
    words = words or Words()
    title = chart.title or words.exceedance_title
    curves = [Curve(c.label, c.kind, usable(c.points)) for c in chart.curves]
    curves = [c for c in curves if c.points]
    lines = sorted((m for m in chart.lines if SMALLEST <= m.amount <= LARGEST), key=lambda m: m.amount)
    tolerance = usable(chart.tolerance)
    band = chart.band and Edges(
        chart.band.curve, usable(chart.band.lower), usable(chart.band.middle), usable(chart.band.upper)
    )
    if not curves and not tolerance:
        return empty(title, words)
    domain = _domain(curves, lines, tolerance, band)
    summary = _summary(curves, lines, chart.currency, domain, words)
    wide = _drawn(_WIDE, title, summary, curves, lines, tolerance, band, chart.currency, domain, words)
    narrow = _drawn(_NARROW, title, summary, curves, lines, tolerance, band, chart.currency, domain, words)
    return Picture(wide, narrow, summary, _table(curves, lines, tolerance, band, chart.currency, domain, words))


def empty(title: str, words: Words) -> Picture:
    """The picture of nothing: it says so."""
    inner = text_at(180, 44, words.nothing, "middle", "quiet")
    return Picture(
        picture((360, 80), "chart chart-one", title, words.nothing, inner), None, words.nothing, Table((), ())
    )


def usable(points: Sequence[Point]) -> list[Point]:
    """Finite points with amounts that a logarithmic axis has, by amount; probabilities within 0 and 1."""
    found = [
        (float(x), min(1.0, max(0.0, float(p))))
        for x, p in points
        if math.isfinite(x) and math.isfinite(p) and SMALLEST <= x <= LARGEST
    ]
    return sorted(found, key=lambda point: (point[0], -point[1]))


def probability_at(points: Sequence[Point], amount: float) -> float | None:
    """The probability at `amount` on a curve, between its points on logarithmic axes; None outside of them."""
    known = usable(points)
    if not known or not known[0][0] <= amount <= known[-1][0]:
        return None
    for (x0, p0), (x1, p1) in itertools.pairwise(known):
        if x0 <= amount <= x1 and x1 > x0:
            t = (math.log(amount) - math.log(x0)) / (math.log(x1) - math.log(x0))
            if p0 <= 0 or p1 <= 0:
                return p0 + t * (p1 - p0)
            return math.exp((1 - t) * math.log(p0) + t * math.log(p1))
    return known[-1][1] if amount == known[-1][0] else known[0][1]


# ---------------------------------------------------------------- what the axes span


@dataclass(frozen=True, slots=True)
class _Domain:
    low: float
    high: float
    least: float
    most: float


def _domain(curves: Sequence[Curve], lines: Sequence[Mark], tolerance: Sequence[Point], band: Edges | None) -> _Domain:
    every = [point for curve in curves for point in curve.points]
    every += tolerance
    if band is not None:
        every += [*band.lower, *band.upper]
    positive = [p for _, p in tolerance if p > 0]
    least = max(_DEEPEST, min([_LEAST, *positive]))
    greatest = max((p for _, p in every), default=1.0)
    if greatest <= 4 * least:
        least = max(_DEEPEST, greatest / 100)
    most = next((m for m in _round_shares() if m >= greatest * (1 - 1e-9)), 1.0)
    most = max(most, 10 * least)
    shown = [(x, p) for x, p in every if p >= least] or every
    high = max(x for x, _ in shown)
    # where all curves are still as flat as at their beginning nothing is to be seen
    starts = [_flat_until(curve.points) for curve in curves] or [x for x, _ in shown]
    low = min([*starts, high])
    for amount in [mark.amount for mark in lines] + [x for x, _ in tolerance]:
        low, high = min(low, amount), max(high, amount)
    low = max(low, high / 1e8)
    if high < 10 * low:
        middle = math.sqrt(low * high)
        low, high = middle / 4, middle * 4
    return _Domain(low / 1.15, high * 1.15, least, min(1.0, most) if most <= 1 else 1.0)


def _round_shares() -> list[float]:
    return [step * 10.0**power for power in range(-6, 0) for step in (1, 2, 5)] + [1.0]


def _flat_until(points: Sequence[Point]) -> float:
    first = points[0][1]
    until = points[0][0]
    for x, p in points:
        if p < 0.985 * first:
            break
        until = x
    return until


# ---------------------------------------------------------------- drawing


@dataclass(frozen=True, slots=True)
class _Frame:
    width: float
    height: float
    kind: str
    left: float = 48
    right: float = 12
    bottom: float = 42


_WIDE: Final = _Frame(640, 360, "chart chart-wide")
_NARROW: Final = _Frame(360, 330, "chart chart-narrow")
_ROW: Final = 16.0


def _drawn(
    frame: _Frame, title: str, summary: str, curves: Sequence[Curve], lines: Sequence[Mark], tolerance: Sequence[Point],
    band: Edges | None, currency: str, domain: _Domain, words: Words,
) -> str:  # fmt: skip
    def money(amount: float) -> str:
        return words.money(amount, "")

    x = Log(domain.low, domain.high, frame.left, frame.width - frame.right)
    lines = [mark for mark in lines if domain.low <= mark.amount <= domain.high]
    texts, placed = _mark_words(frame, lines, x, currency, words)
    rows = max((flag.row + 1 for flag in placed), default=0)
    top = 22 + rows * _ROW + (6 if rows else 0)
    y = Log(domain.least, domain.most, frame.height - frame.bottom, top)
    box = Box(frame.left, top, frame.width - frame.right, frame.height - frame.bottom)
    parts: list[str] = [text_at(0, 12, fitted(words.probability, frame.width), kind="axis-word")]
    parts += _axes(frame, box, x, y, currency, money, words)

    def line_of(points: Sequence[Point]) -> list[Point]:
        return clipped([(x(amount), y(p)) for amount, p in points], box)

    if band is not None:
        lower, upper = line_of(band.lower), line_of(band.upper)
        if len(upper) > 1:
            # where the lower edge is under the axis the area goes down to it
            floor = lower or [(upper[0][0], box.bottom)]
            parts.append(path([*upper, *([(upper[-1][0], box.bottom)] if upper[-1][0] > floor[-1][0] else []),
                               *([(floor[-1][0], box.bottom)] if floor[-1][0] < upper[-1][0] else []),
                               *reversed(floor)], "band", closed=True))  # fmt: skip
    drawn: list[tuple[str, str, list[Point]]] = []
    if tolerance:
        drawn.append((words.tolerance_curve, "tolerance-curve", line_of(tolerance)))
    drawn += [(curve.label, curve.kind, line_of(curve.points)) for curve in curves]
    drawn = [(label, kind, line) for label, kind, line in drawn if line]
    for mark, text, flag in zip(lines, texts, placed, strict=True):
        at, base = x(mark.amount), top - 7 - flag.row * _ROW
        parts.append(element("line", class_=f"mark {mark.kind}", x1=at, x2=at, y1=base - 10, y2=box.bottom))
        beside = at + 4 if flag.anchor == "start" else at - 4
        parts.append(text_at(beside, base, text, flag.anchor, f"mark-word {mark.kind}"))
    for _, kind, line in drawn:
        parts.append(path(line, f"curve {kind}"))
    parts += _crossings(curves, lines, x, y, box)
    parts += _end_labels(drawn, [x(mark.amount) for mark in lines], box)
    return picture((frame.width, frame.height), frame.kind, title, summary, "".join(parts))


def _axes(
    frame: _Frame, box: Box, x: Log, y: Log, currency: str, money: Callable[[float], str], words: Words
) -> list[str]:
    parts: list[str] = []
    for value in y.ticks(stacked(y)):
        at = y(value)
        parts.append(element("line", class_="grid", x1=box.left, x2=box.right, y1=at, y2=at))
        parts.append(text_at(box.left - 6, at + 4, words.share(value), "end"))
    inside = side_by_side(x, money)
    for value in x.ticks(inside):
        at = x(value)
        half = width_of(money(value)) / 2
        parts.append(element("line", class_="tick", x1=at, x2=at, y1=box.bottom, y2=box.bottom + 4))
        parts.append(text_at(min(frame.width - half, at), box.bottom + 17, money(value), "middle"))
    parts.append(element("line", class_="axis", x1=box.left, x2=box.right, y1=box.bottom, y2=box.bottom))
    named = f"{words.loss} ({currency})" if currency else words.loss
    parts.append(text_at(box.right, frame.height - 6, fitted(named, frame.width), "end", "axis-word"))
    return parts


def _mark_words(
    frame: _Frame, lines: Sequence[Mark], x: Log, currency: str, words: Words
) -> tuple[list[str], list[Flag]]:
    texts = [fitted(f"{mark.label} {words.money(mark.amount, currency)}", frame.width * 0.6) for mark in lines]
    return texts, flags([x(mark.amount) for mark in lines], [width_of(text) for text in texts], frame.width)


def _crossings(curves: Sequence[Curve], lines: Sequence[Mark], x: Log, y: Log, box: Box) -> list[str]:
    """A dot where today's curve meets a line of the company."""
    parts = []
    for curve in curves:
        if curve.kind != "current":
            continue
        for mark in lines:
            p = probability_at(curve.points, mark.amount)
            if p is not None and p > 0 and box.holds((x(mark.amount), y(p))):
                parts.append(element("circle", class_=f"crossing {mark.kind}", cx=x(mark.amount), cy=y(p), r=3.5))
    return parts


def _end_labels(drawn: Sequence[tuple[str, str, list[Point]]], lines: Sequence[float], box: Box) -> list[str]:
    """Each curve's name beside it, as near to its end as it covers neither a curve nor a line nor another name."""
    taken: list[Box] = []
    obstacles = [point for _, _, line in drawn for point in along(line)]
    obstacles += [(at, box.top + k) for at in lines for k in range(0, int(box.bottom - box.top), 5)]
    parts: list[str] = []
    # the outermost has the most room, so it is set first
    for label, kind, line in sorted(drawn, key=lambda item: -item[2][-1][0]):
        text = fitted(label, (box.right - box.left) * 0.6)
        steps = along(line, 8.0)
        places = []
        for px, py in reversed(steps[-max(2, len(steps) * 9 // 10) :]):
            places += [Place(px + 7, py + 1, "start"), Place(px + 6, py - 6, "start"), Place(px - 7, py + 12, "end"),
                       Place(px - 7, py + 4, "end"), Place(px, py - 7, "middle"), Place(px, py + 16, "middle")]  # fmt: skip
        chosen = best_place(text, places, Box(box.left + 2, box.top, box.right, box.bottom - 2), taken, obstacles)
        taken.append(chosen.box(text))
        parts.append(text_at(chosen.x, chosen.y, text, chosen.anchor, f"curve-word {kind}"))
    return parts


# ---------------------------------------------------------------- in words


def _summary(curves: Sequence[Curve], lines: Sequence[Mark], currency: str, domain: _Domain, words: Words) -> str:
    sentences = []
    for curve in curves:
        found = []
        for mark in lines:
            p = probability_at(curve.points, mark.amount)
            if p is not None:
                amount = words.money(mark.amount, currency)
                found.append(words.exceedance_at.format(share=words.share(p), amount=amount, line=mark.label))
        if found:
            sentences.append(words.exceedance_summary.format(curve=curve.label, list=words.comma.join(found)))
        if not lines:
            tail = amount_at(curve.points, 0.01)
            if tail is not None and domain.least <= 0.01:
                text = words.money(tail, currency)
                sentences.append(words.exceedance_tail.format(curve=curve.label, years=100, amount=text))
    return " ".join(sentences)


def amount_at(points: Sequence[Point], probability: float) -> float | None:
    """The amount that is exceeded with `probability` on a curve; None where it does not say."""
    known = usable(points)
    for (x0, p0), (x1, p1) in itertools.pairwise(known):
        if p0 >= probability > p1:
            if p1 <= 0:
                return x1
            t = (math.log(p0) - math.log(probability)) / (math.log(p0) - math.log(p1))
            return math.exp((1 - t) * math.log(x0) + t * math.log(x1))
    return None


def _table(
    curves: Sequence[Curve], lines: Sequence[Mark], tolerance: Sequence[Point], band: Edges | None, currency: str,
    domain: _Domain, words: Words,
) -> Table:  # fmt: skip
    columns = [words.more_than, *(curve.label for curve in curves)]
    listed: list[Sequence[Point]] = [curve.points for curve in curves]
    if tolerance:
        columns.append(words.tolerance_curve)
        listed.append(tolerance)
    if band is not None:
        columns.append(words.band.format(curve=band.curve))
    amounts: dict[float, str] = {mark.amount: mark.label for mark in lines}
    scale = Log(domain.low, domain.high, 0, 100)
    for amount in scale.ticks(lambda values: len(values) <= 9):
        amounts.setdefault(amount, "")
    rows = []
    for amount, label in sorted(amounts.items()):
        first = words.money(amount, currency)
        cells = [f"{first} ({label})" if label else first]
        cells += [_cell(probability_at(points, amount), words) for points in listed]
        if band is not None:
            low, high = probability_at(band.lower, amount), probability_at(band.upper, amount)
            cells.append("–" if low is None or high is None else f"{words.share(low)} – {words.share(high)}")
        rows.append(tuple(cells))
    return Table(tuple(columns), tuple(rows))


def _cell(value: float | None, words: Words) -> str:
    return "–" if value is None else words.share(value)
