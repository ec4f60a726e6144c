"""Geometry of the two small pictures that sit in rows and cards: the sparkline and the trend.

Only coordinates are computed here; colour comes from the stylesheet by class, so one picture serves both themes and
print. A missing value is a gap in the line, never a zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A drawn series: SVG path data and the last known point, in the picture's own units."""

    path: str
    last: tuple[float, float] | None


@dataclass(frozen=True)
class Trend:
    """A line with its grid: ``grid`` holds (y, value), ``labels`` (x, text), ``limit`` the y of the set value."""

    line: Line
    grid: tuple[tuple[float, float], ...]
    labels: tuple[tuple[float, str], ...]
    limit: float | None
    width: float
    height: float


def _bounds(values: Sequence[float | None], also: float | None = None) -> tuple[float, float]:
    known = [v for v in (*values, also) if v is not None]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    if low == high:
        # A flat series is drawn through the middle, not along an edge.
        return low - 1.0, high + 1.0
    return low, high


def _line(values: Sequence[float | None], box: tuple[float, float, float, float], low: float, high: float) -> Line:
    left, top, right, bottom = box
    step = (right - left) / max(1, len(values) - 1)
    path: list[str] = []
    last: tuple[float, float] | None = None
    pen_down = False
    for at, value in enumerate(values):
        if value is None:
            pen_down = False
            continue
        x = round(left + at * step, 2)
        y = round(bottom - (value - low) / (high - low) * (bottom - top), 2)
        path.append(f"{'L' if pen_down else 'M'}{x:g} {y:g}")
        pen_down = True
        last = (x, y)
    return Line(" ".join(path), last)


def spark(values: Sequence[float | None], width: float = 120, height: float = 24) -> Line:
    """Path of a sparkline inside ``width`` × ``height``, two units of margin for the stroke and the last point."""
    low, high = _bounds(values)
    return _line(values, (2, 3, width - 3, height - 3), low, high)


def trend(
    points: Sequence[tuple[str, float | None]], limit: float | None = None, width: float = 480, height: float = 150
) -> Trend:
    """A small chart of labelled values with three grid lines and, if set, the line that the company set itself."""
    values = [value for _, value in points]
    low, high = _bounds(values, limit)
    left, top, right, bottom = 44.0, 10.0, width - 8, height - 22
    step = (right - left) / max(1, len(points) - 1)

    def y(value: float) -> float:
        return round(bottom - (value - low) / (high - low) * (bottom - top), 2)

    grid = tuple((y(v), float(f"{v:.4g}")) for v in (low, (low + high) / 2, high))
    labels = tuple((round(left + at * step, 2), text) for at, (text, _) in enumerate(points))
    drawn = _line(values, (left, top, right, bottom), low, high)
    return Trend(drawn, grid, labels, None if limit is None else y(limit), width, height)
