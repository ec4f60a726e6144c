"""Elements, text that is measured before it is set, and places for labels where they cover nothing."""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final
from xml.sax.saxutils import escape, quoteattr

Point = tuple[float, float]

SIZE: Final = 12.0
"""Text size in the units of every picture; the stylesheet sets the same."""
_CONTROL: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """`text` without what XML cannot hold."""
    return _CONTROL.sub("", text)


def number(value: float) -> str:
    """A coordinate. ValueError where it is not finite: a picture never holds one."""
    if not math.isfinite(value):
        raise ValueError("a coordinate is not finite")
    text = f"{value:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")


def element(name: str, inner: str = "", **attributes: str | float) -> str:
    """An element; ``class_`` is class, other underscores are hyphens. `inner` is markup already."""
    words = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(clean(value) if isinstance(value, str) else number(value))}"
        for key, value in attributes.items()
    )
    return f"<{name}{words}>{inner}</{name}>" if inner else f"<{name}{words}/>"


def text_at(x: float, y: float, words: str, anchor: str = "start", kind: str = "") -> str:
    """A line of text with its baseline at `y`."""
    more = {"class_": kind} if kind else {}
    return element("text", escape(clean(words)), x=x, y=y, text_anchor=anchor, **more)


def titled(words: str) -> str:
    """The name of an element, which a pointer over it shows."""
    return element("title", escape(clean(words)) or " ")


def path(points: Iterable[Point], kind: str, closed: bool = False) -> str:
    """A polyline, closed to an area if asked."""
    data = "".join(f"{'L' if at else 'M'}{number(x)} {number(y)}" for at, (x, y) in enumerate(points))
    return element("path", d=data + ("Z" if closed else ""), class_=kind) if data else ""


def picture(size: tuple[float, float], kind: str, title: str, summary: str, inner: str) -> str:
    """The whole SVG: named, described, without a size of its own."""
    title = clean(title).strip() or "–"
    words = f"{title}. {summary}" if summary else title
    return element(
        "svg",
        titled(title) + element("desc", escape(clean(summary)) or " ") + inner,
        xmlns="http://www.w3.org/2000/svg",
        class_=kind,
        viewBox=f"0 0 {number(size[0])} {number(size[1])}",
        role="img",
        aria_label=words,
    )


def width_of(words: str, size: float = SIZE) -> float:
    """About how wide a text is; rather too wide than too narrow."""
    total = 0.0
    for sign in words:
        if unicodedata.east_asian_width(sign) in "WF":
            total += 1.0
        elif sign in "mwMW@%":
            total += 0.9
        elif sign.isupper():
            total += 0.7
        elif sign in " .,:;'|ijlt()":
            total += 0.34
        else:
            total += 0.58
    return total * size


def fitted(words: str, room: float, size: float = SIZE) -> str:
    """`words`, cut with an ellipsis where they are wider than `room`."""
    words = " ".join(clean(words).split())
    if width_of(words, size) <= room:
        return words
    while words and width_of(words + "…", size) > room:
        words = words[:-1]
    return words.rstrip() + "…"


# ---------------------------------------------------------------- places of labels


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; y grows downward."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """The common area."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        tall = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * tall if wide > 0 and tall > 0 else 0.0

    def holds(self, point: Point) -> bool:
        """Whether the point lies inside."""
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text may stand: its anchor point, baseline and side."""

    x: float
    y: float
    anchor: str

    def box(self, words: str) -> Box:
        """What the text covers there."""
        wide = width_of(words)
        left = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        return Box(left, self.y - 0.85 * SIZE, left + wide, self.y + 0.3 * SIZE)


def best_place(
    words: str, places: Sequence[Place], inside: Box, taken: Sequence[Box], points: Sequence[Point]
) -> Place:
    """Of `places`, in order of liking, the one that leaves `inside` least, then covers least of `taken` and `points`."""

    # By x, so that each box is held against the few points above and below it, not against thousands.
    ordered = sorted(points)
    across = [x for x, _ in ordered]

    def cost(place: Place) -> float:
        box = place.box(words)
        near = ordered[bisect_left(across, box.left) : bisect_right(across, box.right)]
        outside = (
            max(0.0, inside.left - box.left)
            + max(0.0, box.right - inside.right)
            + max(0.0, inside.top - box.top)
            + max(0.0, box.bottom - inside.bottom)
        )
        covered = sum(box.overlap(other) for other in taken)
        return 1000 * outside + 10 * covered + 20 * sum(box.holds(point) for point in near)

    return min(places, key=cost)


def along(points: Sequence[Point], every: float = 4.0) -> list[Point]:
    """Points on a polyline, at most `every` apart."""
    found: list[Point] = list(points[:1])
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        steps = max(1, math.ceil(math.hypot(x1 - x0, y1 - y0) / every))
        found += [(x0 + (x1 - x0) * k / steps, y0 + (y1 - y0) * k / steps) for k in range(1, steps + 1)]
    return found


@dataclass(frozen=True, slots=True)
class Flag:
    """A word at the top of an upright line: on which side of it, and in which row above the plot (0 is the lowest)."""

    anchor: str
    row: int


def flags(lines: Sequence[float], widths: Sequence[float], right: float, gap: float = 4.0) -> list[Flag]:
    """Where the words of upright lines stand so that no line runs through another's word, in as few rows as can be.

    `lines` are their places between 0 and `right`, `widths` those of the words. Where the lines are many or there is no such
    arrangement, each has a row of its own.
    """
    best: list[Flag] | None = None
    sides = product(("start", "end"), repeat=len(lines)) if len(lines) <= 5 else ()
    for chosen in sides:
        spans = [
            (at + gap, at + gap + wide) if side == "start" else (at - gap - wide, at - gap)
            for at, wide, side in zip(lines, widths, chosen, strict=True)
        ]
        if any(left < 0 or end > right for left, end in spans):
            continue
        rows = _rows(lines, spans)
        if rows is not None and (best is None or max(rows) < max(flag.row for flag in best)):
            best = [Flag(side, row) for side, row in zip(chosen, rows, strict=True)]
    if best is not None:
        return best
    order = sorted(range(len(lines)), key=lambda k: -lines[k])
    return [
        Flag("start" if lines[k] + gap + widths[k] <= right else "end", order.index(k)) for k in range(len(lines))
    ]  # fmt: skip


def _rows(lines: Sequence[float], spans: Sequence[tuple[float, float]]) -> list[int] | None:
    # a word stands above the top of every line that would run through it
    below = [
        {j for j, at in enumerate(lines) if j != k and left - 2 <= at <= end + 2} for k, (left, end) in enumerate(spans)
    ]
    rows: dict[int, int] = {}
    while len(rows) < len(lines):
        free = [k for k in range(len(lines)) if k not in rows and below[k] <= rows.keys()]
        if not free:
            return None
        k = free[0]
        row = max((rows[j] + 1 for j in below[k]), default=0)
        while any(
            rows[j] == row and spans[j][0] < spans[k][1] + 8 and spans[k][0] < spans[j][1] + 8 for j in rows
        ):  # fmt: skip
            row += 1
        # its own line goes up to it past the words of rows below
        if any(rows[j] < row and k in below[j] for j in rows):
            return None
        rows[k] = row
    return [rows[k] for k in range(len(lines))]


def clipped(points: Sequence[Point], box: Box) -> list[Point]:
    """The part of a polyline inside `box` (Liang and Barsky, 1984), for lines that leave it once."""
    found: list[Point] = []
    if len(points) == 1 and box.holds(points[0]):
        return [points[0]]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        dx, dy = x1 - x0, y1 - y0
        start, stop = 0.0, 1.0
        for step, room in ((-dx, x0 - box.left), (dx, box.right - x0), (-dy, y0 - box.top), (dy, box.bottom - y0)):
            if step == 0:
                if room < 0:
                    start, stop = 1.0, 0.0
            elif step < 0:
                start = max(start, room / step)
            else:
                stop = min(stop, room / step)
        if start <= stop:
            # rounding must not carry a point over the edge
            for t in (start, stop):
                x = min(box.right, max(box.left, x0 + t * dx))
                y = min(box.bottom, max(box.top, y0 + t * dy))
                if not found or (x, y) != found[-1]:
                    found.append((x, y))
    return found
