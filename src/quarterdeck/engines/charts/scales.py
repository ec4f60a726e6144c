"""Axes: where an amount lies, and the amounts that are written beside it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from quarterdeck.engines.charts.svg import width_of

_STEPS: Final = ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,))


@dataclass(frozen=True, slots=True)
class Log:
    """A logarithmic axis from `low` > 0 at `start` to `high` at `stop`."""

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        """Where `value` lies; what is not positive lies at the low end's side, far out."""
        if value <= 0:
            return self.start - 10 * (self.stop - self.start)
        share = (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        return self.start + share * (self.stop - self.start)

    def ticks(self, fits: Callable[[Sequence[float]], bool]) -> list[float]:
        """Readable values (1, 2, 5; 1, 3; 1; every second, third … power of ten), as many as `fits` accepts."""
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        for steps in _STEPS:
            found = self._inside([step * 10.0**power for power in range(first, last + 1) for step in steps])
            if len(found) > 1 and fits(found):
                return found
        for every in range(2, max(3, last - first + 1)):
            found = self._inside([10.0**power for power in range(first, last + 1) if power % every == 0])
            if fits(found):
                return found
        return []

    def _inside(self, values: Sequence[float]) -> list[float]:
        slack = 1 + 1e-9
        return [value for value in values if self.low / slack <= value <= self.high * slack]


@dataclass(frozen=True, slots=True)
class Linear:
    """An even axis from `low` at `start` to `high` at `stop`."""

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        """Where `value` lies."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.stop - self.start)

    def ticks(self, fits: Callable[[Sequence[float]], bool]) -> list[float]:
        """Multiples of 1, 2 or 5 times a power of ten, as many as `fits` accepts."""
        span = self.high - self.low
        power = math.floor(math.log10(span)) - 1
        for exponent in range(power, power + 3):
            for step in (1.0, 2.0, 5.0):
                unit = step * 10.0**exponent
                first, last = math.ceil(self.low / unit - 1e-9), math.floor(self.high / unit + 1e-9)
                if last - first > 40:
                    continue
                found = [k * unit for k in range(first, last + 1)]
                if fits(found):
                    return found
        return []


Scale = Log | Linear


def side_by_side(scale: Scale, write: Callable[[float], str], gap: float = 14.0) -> Callable[[Sequence[float]], bool]:
    """Whether the values' texts, each centred on its place, do not touch."""

    def fits(values: Sequence[float]) -> bool:
        ends = [(scale(v) - width_of(write(v)) / 2, scale(v) + width_of(write(v)) / 2) for v in values]
        return all(right + gap <= left for (_, right), (left, _) in itertools.pairwise(ends))

    return fits


def stacked(scale: Scale, gap: float = 20.0) -> Callable[[Sequence[float]], bool]:
    """Whether the values lie at least `gap` apart."""

    def fits(values: Sequence[float]) -> bool:
        return all(abs(scale(b) - scale(a)) >= gap for a, b in itertools.pairwise(values))

    return fits
