"""Events counted against events expected: does the rate hold, and could so few years tell if it did not?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from quarterdeck.engines.loss.late import special

MOST_EXPECTED: Final = 1e6


@dataclass(frozen=True, slots=True)
class CountTest:
    """What was counted where `expected` events were, under the model's law of the count.

    `as_few` and `as_many` are the probabilities of so few or fewer, so many or more, if the rates are right. Counts from `low` to
    `high` do not speak against them at `significance`, two-sided. `power` is the probability that a count would speak
    against them if events were really `factor` times as frequent; `exposure_needed` is how many times as long one would
    have to count for a power of four in five, None where that is beyond a thousand times.
    """

    expected: float
    counted: int
    as_few: float
    as_many: float
    low: int
    high: int
    significance: float
    factor: float
    power: float
    exposure_needed: float | None

    @property
    def consistent(self) -> bool:
        """Whether the count does not speak against the rates. Where the power is small that says little."""
        return self.low <= self.counted <= self.high


def count_test(
    expected: float, counted: int, spread: float = 0.0, significance: float = 0.1, factor: float = 2.0
) -> CountTest:
    """Judges `counted` events where `expected` were.

    `spread` is the variance of the expected count that comes of not knowing the rates (0: known exactly); with it the count is
    negative binomial with that mean and the variance expected + spread. It is what Gamma rates have together in mean and variance,
    and exactly their law where there is one. ValueError for negative numbers, none expected or more than a million, and a
    factor not above 0.
    """
    if not 0 < expected <= MOST_EXPECTED or counted < 0 or not 0 <= spread < math.inf:
        raise ValueError("an expected count above 0, a count and a spread of at least 0")
    if not 0 < significance < 1 or not factor > 0:
        raise ValueError("a significance between 0 and 1, and a factor above 0")
    law = _Law(expected, spread)
    low, high = law.range(significance)
    power = _power(law, _Law(expected * factor, spread * factor**2), significance)
    needed = _needed(expected, spread, significance, factor)
    return CountTest(
        expected, counted, law.at_most(counted), 1 - law.at_most(counted - 1), low, high, significance, factor, power, needed
    )  # fmt: skip


class _Law:
    """Poisson, or negative binomial where the mean is uncertain."""

    def __init__(self, mean: float, spread: float) -> None:
        self.mean, self.spread = mean, spread
        self.size = mean * mean / spread if spread > 0 else math.inf

    def at_most(self, count: int) -> float:
        if count < 0:
            return 0.0
        if math.isinf(self.size):
            return float(special.pdtr(count, self.mean))
        return float(special.betainc(self.size, count + 1, self.size / (self.size + self.mean)))

    def range(self, significance: float) -> tuple[int, int]:
        """The least count that is not too few, and the greatest that is not too many."""
        tail = significance / 2
        return self._first(tail), self._first(1 - tail)

    def _first(self, level: float) -> int:
        # the least count with at_most(count) > level for the lower end, >= level for the upper: both are the quantile
        low, high = -1, max(1, math.ceil(self.mean))
        while self.at_most(high) < level:
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            if self.at_most(middle) < level:
                low = middle
            else:
                high = middle
        return high


def _power(law: _Law, truth: _Law, significance: float) -> float:
    low, high = law.range(significance)
    return truth.at_most(low - 1) + 1 - truth.at_most(high)


def _needed(expected: float, spread: float, significance: float, factor: float, wanted: float = 0.8) -> float | None:
    def enough(times: float) -> bool:
        # what is not known of the rates grows with the square of the exposure, and is never counted away
        law = _Law(expected * times, spread * times**2)
        return _power(law, _Law(expected * times * factor, spread * times**2 * factor**2), significance) >= wanted

    if expected * 1000 > MOST_EXPECTED:
        return 1.0 if enough(1.0) else None
    high = 1.0
    while not enough(high):
        high *= 2
        if high > 1000:
            return None
    if high == 1.0:
        return 1.0
    low = high / 2
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
