"""What one event costs: laws with closed-form distribution, density and limited expected value.

The limited expected value ``E[min(X, d)]`` is that of Klugman, Panjer, Willmot, *Loss Models*, appendix A; for the Lévy
law it follows by integrating its density. Arguments are arrays of amounts; results have the same shape.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.late import special

if TYPE_CHECKING:
    from quarterdeck.engines.loss.grid import Grid

Reals = npt.NDArray[np.float64]
Amounts = npt.ArrayLike
Self = TypeVar("Self", bound="Severity")

NEGLIGIBLE = 8.4
"""Standard deviations of a normal law beyond which less than 3e-17 of it lies."""


class Severity(ABC):
    """The law of one event's loss before any cap."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """E[X]; infinite for the Lévy law."""

    @abstractmethod
    def survival(self, x: Amounts) -> Reals:
        """P(X > x)."""

    @abstractmethod
    def limited(self, d: Amounts) -> Reals:
        """E[min(X, d)]."""

    @abstractmethod
    def scaled(self: Self, factor: float) -> Self:
        """The law of factor·X, for factor > 0."""


class Continuous(Severity):
    """A law with a smooth density between `low` and `high`."""

    @property
    def low(self) -> float:
        """The least amount possible."""
        return 0.0

    @property
    def high(self) -> float:
        """The greatest amount possible; infinite for most."""
        return math.inf

    @property
    @abstractmethod
    def reach(self) -> tuple[float, float]:
        """The distances from `low` between which all but 1e-16 of the law lies."""

    @property
    @abstractmethod
    def width(self) -> float:
        """Over which change of log(x − low) the density changes shape: how finely it has to be sampled."""

    @property
    def deviation(self) -> float:
        """About over which amounts the density changes shape."""
        return math.inf

    @abstractmethod
    def density(self, x: Reals) -> Reals:
        """The density at amounts strictly between `low` and `high`."""

    @abstractmethod
    def below(self, x: Amounts) -> Reals:
        """P(X <= x), exact also where it is tiny."""


class Composed(Continuous):
    """A law without a closed form, which puts itself onto grids."""

    @property
    @abstractmethod
    def own_atoms(self) -> tuple[Reals, Reals]:
        """The amounts that it takes with positive probability, uncapped, and these probabilities."""

    @abstractmethod
    def placed(self, cap: float, grid: Grid) -> Reals:
        """The part below `cap` that has a density, on `grid`."""

    @abstractmethod
    def placed_rounded(self, cap: float, grid: Grid) -> tuple[Reals, Reals]:
        """The same rounded down and up, so that with its atoms and its cap it is the whole law rounded."""


@dataclass(frozen=True, slots=True)
class Lognormal(Continuous):
    """log X is normal with mean `mu` and standard deviation `sigma`."""

    mu: float
    sigma: float

    @property
    def mean(self) -> float:
        return math.exp(self.mu + self.sigma**2 / 2)

    @property
    def reach(self) -> tuple[float, float]:
        spread = NEGLIGIBLE * self.sigma
        return math.exp(self.mu - spread), math.exp(min(self.mu + spread, 700.0))

    @property
    def width(self) -> float:
        return self.sigma

    @property
    def deviation(self) -> float:
        return self.sigma * math.exp(min(self.mu, 700.0))

    def _z(self, x: Amounts) -> Reals:
        with np.errstate(divide="ignore"):
            return np.asarray((np.log(x) - self.mu) / self.sigma, dtype=np.float64)

    def density(self, x: Reals) -> Reals:
        z = (np.log(x) - self.mu) / self.sigma
        return np.asarray(np.exp(-0.5 * z * z) / (x * (self.sigma * math.sqrt(2 * math.pi))), dtype=np.float64)

    def below(self, x: Amounts) -> Reals:
        return np.asarray(special.ndtr(self._z(x)), dtype=np.float64)

    def survival(self, x: Amounts) -> Reals:
        return np.asarray(special.ndtr(-self._z(x)), dtype=np.float64)

    def limited(self, d: Amounts) -> Reals:
        z = self._z(d)
        return np.asarray(self.mean * special.ndtr(z - self.sigma) + d * special.ndtr(-z), dtype=np.float64)

    def scaled(self, factor: float) -> Lognormal:
        return replace(self, mu=self.mu + math.log(factor))


def lognormal_interval(low: float, high: float, confidence: float) -> Lognormal:
    """The lognormal law whose central interval of that `confidence` is from `low` to `high`, 0 < low < high."""
    z = float(special.ndtri(0.5 + confidence / 2))
    return Lognormal((math.log(low) + math.log(high)) / 2, (math.log(high) - math.log(low)) / (2 * z))


@dataclass(frozen=True, slots=True)
class Exponential(Continuous):
    """Without memory, with mean `scale`."""

    scale: float

    @property
    def mean(self) -> float:
        return self.scale

    @property
    def reach(self) -> tuple[float, float]:
        return 1e-16 * self.scale, 37.5 * self.scale

    @property
    def width(self) -> float:
        return 0.5

    def density(self, x: Reals) -> Reals:
        return np.asarray(np.exp(-x / self.scale) / self.scale, dtype=np.float64)

    def below(self, x: Amounts) -> Reals:
        return np.asarray(-np.expm1(-np.asarray(x) / self.scale), dtype=np.float64)

    def survival(self, x: Amounts) -> Reals:
        return np.asarray(np.exp(-np.asarray(x) / self.scale), dtype=np.float64)

    def limited(self, d: Amounts) -> Reals:
        return np.asarray(-self.scale * np.expm1(-np.asarray(d) / self.scale), dtype=np.float64)

    def scaled(self, factor: float) -> Exponential:
        return Exponential(self.scale * factor)


@dataclass(frozen=True, slots=True)
class Levy(Continuous):
    """The stable law of index 1/2 with `scale`: no finite mean."""

    scale: float

    @property
    def mean(self) -> float:
        return math.inf

    @property
    def reach(self) -> tuple[float, float]:
        return self.scale / 76, self.scale * 1e33

    @property
    def width(self) -> float:
        return 0.5

    def density(self, x: Reals) -> Reals:
        return np.asarray(
            math.sqrt(self.scale / (2 * math.pi)) * np.exp(-self.scale / (2 * x)) / (x * np.sqrt(x)), dtype=np.float64
        )

    def _root(self, x: Amounts) -> Reals:
        with np.errstate(divide="ignore"):
            return np.asarray(np.sqrt(self.scale / (2 * np.asarray(x, dtype=np.float64))), dtype=np.float64)

    def below(self, x: Amounts) -> Reals:
        return np.asarray(special.erfc(self._root(x)), dtype=np.float64)

    def survival(self, x: Amounts) -> Reals:
        return np.asarray(special.erf(self._root(x)), dtype=np.float64)

    def limited(self, d: Amounts) -> Reals:
        root = self._root(d)
        inside = np.sqrt(2 * self.scale * np.asarray(d) / math.pi) * np.exp(-root * root) - self.scale * special.erfc(
            root
        )
        return np.asarray(inside + d * special.erf(root), dtype=np.float64)

    def scaled(self, factor: float) -> Levy:
        return Levy(self.scale * factor)


@dataclass(frozen=True, slots=True)
class Pert(Continuous):
    """A beta law between `minimum` and `maximum` with mode `mode`; `gamma` is the weight of the mode, usually 4."""

    minimum: float
    mode: float
    maximum: float
    gamma: float = 4.0

    @property
    def a(self) -> float:
        """First shape of the beta law."""
        return 1 + self.gamma * (self.mode - self.minimum) / (self.maximum - self.minimum)

    @property
    def b(self) -> float:
        """Second shape of the beta law."""
        return 1 + self.gamma * (self.maximum - self.mode) / (self.maximum - self.minimum)

    @property
    def mean(self) -> float:
        return (self.minimum + self.gamma * self.mode + self.maximum) / (2 + self.gamma)

    @property
    def low(self) -> float:
        return self.minimum

    @property
    def high(self) -> float:
        return self.maximum

    @property
    def reach(self) -> tuple[float, float]:
        span = self.maximum - self.minimum
        return 1e-16 * span, span

    @property
    def width(self) -> float:
        return 0.5

    @property
    def deviation(self) -> float:
        span = self.maximum - self.minimum
        return span * math.sqrt(self.a * self.b / (self.a + self.b + 1)) / (self.a + self.b)

    def _y(self, x: Amounts) -> Reals:
        share = (np.asarray(x, dtype=np.float64) - self.minimum) / (self.maximum - self.minimum)
        return np.asarray(np.clip(share, 0.0, 1.0), dtype=np.float64)

    def density(self, x: Reals) -> Reals:
        span = self.maximum - self.minimum
        return self.density_from(x - self.minimum, span - (x - self.minimum))

    def density_from(self, left: Reals, right: Reals) -> Reals:
        """The density at a distance `left` from the minimum and `right` from the maximum, exact near both."""
        span = self.maximum - self.minimum
        log_value = (self.a - 1) * np.log(left / span) + (self.b - 1) * np.log(right / span)
        return np.asarray(np.exp(log_value - float(special.betaln(self.a, self.b))) / span, dtype=np.float64)

    def below(self, x: Amounts) -> Reals:
        return np.asarray(special.betainc(self.a, self.b, self._y(x)), dtype=np.float64)

    def survival(self, x: Amounts) -> Reals:
        return np.asarray(special.betainc(self.b, self.a, 1 - self._y(x)), dtype=np.float64)

    def limited(self, d: Amounts) -> Reals:
        y = self._y(d)
        share = self.a / (self.a + self.b)
        inside = self.minimum * special.betainc(self.a, self.b, y) + (
            self.maximum - self.minimum
        ) * share * special.betainc(self.a + 1, self.b, y)
        return np.asarray(inside + np.asarray(d) * special.betainc(self.b, self.a, 1 - y), dtype=np.float64)

    def scaled(self, factor: float) -> Pert:
        return Pert(self.minimum * factor, self.mode * factor, self.maximum * factor, self.gamma)


@dataclass(frozen=True, slots=True)
class Atomic(Severity):
    """Finitely many amounts, ascending, with their probabilities; constant and observed losses are of this kind."""

    values: tuple[float, ...]
    probabilities: tuple[float, ...]

    @property
    def mean(self) -> float:
        return float(np.dot(self.values, self.probabilities))

    def survival(self, x: Amounts) -> Reals:
        tails = np.append(np.cumsum(np.asarray(self.probabilities)[::-1])[::-1], 0.0)
        return np.asarray(tails[np.searchsorted(self.values, x, side="right")], dtype=np.float64)

    def limited(self, d: Amounts) -> Reals:
        values = np.asarray(self.values)
        least = np.minimum(values, np.asarray(d, dtype=np.float64)[..., np.newaxis])
        return np.asarray(least @ np.asarray(self.probabilities), dtype=np.float64)

    def scaled(self, factor: float) -> Atomic:
        return Atomic(tuple(value * factor for value in self.values), self.probabilities)


def atomic(pairs: dict[float, float]) -> Atomic:
    """The law that takes each amount with its probability."""
    items = sorted(pairs.items())
    return Atomic(tuple(value for value, _ in items), tuple(share for _, share in items))
