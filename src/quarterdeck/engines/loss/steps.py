"""What a grid blurs, in closed form: certain amounts of a year, and one event with a density beside them.

A year is made of events that cost certain amounts (a constant, a cap) and of events with a density. Without any of the latter
it is a sum of certain amounts, which is a step wherever it lies; with exactly one it is that event moved by such a sum, so that a
density that begins, ends or is cut off with a jump makes a corner there. Both are known exactly and are read from here; two events
and more with densities are smooth enough for a grid.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.closed import Beside, Closed
from quarterdeck.engines.loss.late import special
from quarterdeck.engines.loss.severity import NEGLIGIBLE, Composed, Continuous, Lognormal

Reals = npt.NDArray[np.float64]

LEAST: Final = 1e-13
"""Sums of certain amounts less likely than this are left out."""
MOST: Final = 4096
"""The most sums of certain amounts that are followed one by one."""
LOST: Final = 1e-10
"""How much of the law may be left out by that; beyond it sums are taken from a grid instead."""
PAIRS: Final = 6000
"""The most pairs of a sum and a law that are computed for one amount asked for."""
NEAR: Final = 1e-15
"""Rounding of a probability."""
EQUAL: Final = 1e-12
"""Amounts that differ by less than this part of themselves are the same amount, summed in another order."""


@dataclass(frozen=True)
class Sums:
    """Amounts, ascending, and the probability of each (or the expected number of events that find it)."""

    values: Reals
    weights: Reals

    @cached_property
    def up_to(self) -> Reals:
        """The weight of the first 0, 1, 2, … amounts together."""
        return np.concatenate([[0.0], np.cumsum(self.weights)])

    @cached_property
    def _lost(self) -> Reals:
        return np.concatenate([[0.0], np.cumsum(self.weights * self.values)])

    def below(self, x: npt.ArrayLike) -> Reals:
        """The weight of amounts up to each x."""
        at = np.searchsorted(self.values, np.asarray(x) * (1 + EQUAL), side="right")
        return np.asarray(self.up_to[at], dtype=np.float64)

    def at(self, x: float) -> float:
        """The weight of the amount x itself."""
        first, last = np.searchsorted(self.values, [x * (1 - EQUAL), x * (1 + EQUAL)])
        return float(self.weights[first : last + 1][np.abs(self.values[first : last + 1] - x) <= EQUAL * x].sum())

    def between(self, low: float, high: float) -> float:
        """The weight of amounts from `low` to `high`."""
        first = int(np.searchsorted(self.values, low))
        return float(self.up_to[int(np.searchsorted(self.values, high, side="right"))] - self.up_to[first])

    def limited(self, x: float) -> float:
        """The sum of weight times the lesser of amount and x."""
        at = int(np.searchsorted(self.values, x, side="right"))
        return float(self._lost[at] + x * (self.up_to[-1] - self.up_to[at]))

    def heaviest(self, most: int) -> Sums:
        """The `most` amounts of the greatest weight."""
        if self.values.size <= most:
            return self
        kept = np.sort(np.argpartition(-self.weights, most)[:most])
        return Sums(self.values[kept], self.weights[kept])


def gathered(values: Reals, weights: Reals) -> Sums:
    """Equal amounts put together, the very unlikely left out."""
    order = np.argsort(values)
    values, weights = values[order], weights[order]
    if values.size > 1:
        new = np.concatenate([[True], np.diff(values) > EQUAL * values[1:]])
        weights = np.asarray(np.bincount(np.cumsum(new) - 1, weights), dtype=np.float64)
        values = values[new]
    kept = weights > LEAST
    return Sums(values[kept], weights[kept])


NOTHING: Final = Sums(np.zeros(1), np.ones(1))


def summed(one: Sums, other: Sums) -> Sums | None:
    """The sums of two independent amounts; None where they are too many."""
    if one.values.size * other.values.size > 64 * MOST:
        return None
    weights = np.multiply.outer(one.weights, other.weights).ravel()
    values = np.add.outer(one.values, other.values).ravel()
    if weights.size > MOST:
        # sorting is what takes long; the caller sees what is lost by this
        kept = weights > LEAST / 10
        values, weights = values[kept], weights[kept]
    found = gathered(values, weights)
    return None if found.values.size > MOST else found


def compound(shares: Sequence[float], event: Sums) -> Sums | None:
    """The sum over n of shares[n] times the law of n amounts of `event`, whose weights may be less than 1 together."""
    values, weights = [np.zeros(1)], [np.array([shares[0]])]
    power, whole = NOTHING, float(event.weights.sum())
    for n in range(1, len(shares)):
        if not event.values.size or max(shares[n:]) * whole**n < LEAST:
            break
        following = summed(power, event)
        if following is None:
            return None
        power = following
        values.append(power.values)
        weights.append(power.weights * shares[n])
    return gathered(np.concatenate(values), np.concatenate(weights))


def poisson_sums(values: Reals, rates: Reals, rate: float) -> Sums | None:
    """The sums of certain amounts with these rates, in years in which nothing else happens; `rate` is that of all events
    above nothing. None where they are too many."""
    event = gathered_rates(values, rates)
    found = Sums(np.zeros(1), np.array([math.exp(-max(0.0, rate - float(event.weights.sum())))]))
    for value, each in zip(event.values.tolist(), event.weights.tolist(), strict=True):
        n = np.arange(math.ceil(each + 12 * math.sqrt(each)) + 20)
        following = summed(found, gathered(n * value, np.exp(n * math.log(each) - each - special.gammaln(n + 1))))
        if following is None:
            return None
        found = following
    return found


def gathered_rates(values: Reals, rates: Reals) -> Sums:
    """The same as `gathered` for amounts above nothing, with all rates kept."""
    some = (values > 0) & (rates > 0)
    order = np.argsort(values[some])
    values, rates = values[some][order], rates[some][order]
    if values.size > 1:
        new = np.concatenate([[True], np.diff(values) > EQUAL * values[1:]])
        rates = np.asarray(np.bincount(np.cumsum(new) - 1, rates), dtype=np.float64)
        values = values[new]
    return Sums(values, rates)


@dataclass(frozen=True)
class Steps:
    """`sums` of certain amounts, and for each kind of single event with a density what sums it finds (`beside`).

    `single` is the mass on the grid that stands for the latter there.
    """

    sums: Sums
    beside: tuple[tuple[Sums, Closed], ...]
    single: Reals

    @cached_property
    def _single(self) -> Beside:
        return Beside(tuple((sums.values, sums.weights, closed) for sums, closed in self.beside))

    @cached_property
    def weight(self) -> float:
        """The probability of these years."""
        return float(self.sums.up_to[-1]) + self._single.weight

    def below(self, x: float) -> float:
        """P(S <= x) of these years."""
        return float(self.sums.below(x)) + self._single.below(x)

    def limited(self, x: float) -> float:
        """E[min(S, x)] of these years."""
        return self.sums.limited(x) + self._single.limited(x)


def has_corners(law: Continuous, cap: float) -> bool:
    """Whether the density begins or ends with more than a grid resolves: all but wide lognormals without a cap."""
    if isinstance(law, Composed):
        return False
    return (
        not isinstance(law, Lognormal)
        or law.sigma < 0.25
        or cap < math.exp(min(700.0, law.mu + NEGLIGIBLE * law.sigma))
    )


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function of probabilities crosses 0 between two amounts: false position after Illinois, and halving where that
    stalls. A probability missed by `NEAR` is met."""
    below, above = function(low), function(high)
    if below >= 0 or above <= 0:
        return low if below >= 0 else high
    last = 0
    for turn in range(120):
        if high - low <= 1e-14 * high:
            break
        middle = (low * above - high * below) / (above - below)
        if not low < middle < high or turn % 8 == 7:
            middle = (low + high) / 2
        value = function(middle)
        if value < 0:
            low, below, above, last = middle, value, above / 2 if last < 0 else above, -1
        else:
            high, above, below, last = middle, value, below / 2 if last > 0 else below, 1
        if abs(value) <= NEAR:
            return middle
    return high
