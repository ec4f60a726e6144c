"""The law of one event as a picture needs it: its density over the logarithm of the amount, and three quantiles."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from quarterdeck.engines.loss.severity import Atomic, Severity

MARKS: Final = (0.05, 0.5, 0.95)
_EDGE: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Shape:
    """`points` are (amount, density per unit of log amount), or (amount, probability) where `bars`; `marks` are the amounts
    below which 5, 50 and 95 % of events lie."""

    points: tuple[tuple[float, float], ...]
    marks: tuple[float, float, float]
    bars: bool


def quantile(law: Severity, level: float, cap: float = math.inf) -> float:
    """The least amount that one event, capped, does not exceed with at least probability `level`, 0 < level < 1."""
    if isinstance(law, Atomic):
        up_to = np.cumsum(law.probabilities)
        at = min(int(np.searchsorted(up_to, level - 1e-12)), len(law.values) - 1)
        return min(cap, law.values[at])
    low, high = -100.0, math.log(1e300)
    for _ in range(80):
        middle = (low + high) / 2
        if float(law.survival(math.exp(middle))) <= 1 - level:
            high = middle
        else:
            low = middle
    return min(cap, math.exp(high))


def shape(law: Severity, cap: float | None = None, count: int = 120) -> Shape:
    """What to draw of one event's law, on `count` points between its 0.1 % and 99.9 % quantiles."""
    limit = math.inf if cap is None else cap
    first, middle, last = (quantile(law, level, limit) for level in MARKS)
    if isinstance(law, Atomic):
        capped: dict[float, float] = {}
        for value, share in zip(law.values, law.probabilities, strict=True):
            capped[min(limit, value)] = capped.get(min(limit, value), 0.0) + share
        return Shape(tuple(sorted(capped.items())), (first, middle, last), True)
    start, stop = quantile(law, _EDGE), quantile(law, 1 - _EDGE, limit)
    if not 0 < start < stop:
        return Shape(((limit, 1.0),), (first, middle, last), True)
    edges = np.geomspace(start, stop, count + 1)
    mass = -np.diff(law.survival(edges))
    width = math.log(stop / start) / count
    amounts = np.sqrt(edges[:-1] * edges[1:])
    points = tuple(zip(amounts.tolist(), np.maximum(0.0, mass / width).tolist(), strict=True))
    return Shape(points, (first, middle, last), False)
