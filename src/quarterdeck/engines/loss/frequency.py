"""How many events a year has: counts with closed-form probability generating functions.

The generating function of a compound sum is ``P(phi)``, with ``phi`` the transform of one event's loss (Klugman, Panjer,
Willmot, *Loss Models*, chapter 9). All methods take real or complex arrays and return the same shape.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.late import special

Reals = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]
Self = TypeVar("Self", bound="Frequency")

AS_GOOD_AS_ZERO: Final = 1e-150
"""Instead of 0 where a logarithm is taken or a quotient formed; its square is still a number."""


def log_one_plus(z: Complexes) -> Complexes:
    """log(1 + z), exact also where z is tiny; numpy's own for complex numbers is not."""
    real = 0.5 * np.log1p(z.real * (2 + z.real) + z.imag**2)
    return np.asarray(real + 1j * np.arctan2(z.imag, 1 + z.real), dtype=np.complex128)


def _power(base: Complexes, n: int) -> Complexes:
    # by squares; numpy's own power of complex numbers takes many times as long
    found: Complexes | None = None
    while n:
        if n & 1:
            found = base if found is None else found * base
        n >>= 1
        if n:
            base = base * base
    return np.ones_like(base) if found is None else found


class Frequency(ABC):
    """A law of annual event counts."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """Expected events a year."""

    @property
    @abstractmethod
    def variance(self) -> float:
        """Variance of the events of a year."""

    @abstractmethod
    def log_pgf(self, phi: Complexes) -> Complexes:
        """log E[phi^N], up to a multiple of 2πi."""

    @abstractmethod
    def slope(self, phi: Complexes) -> Complexes:
        """P'(phi) / P(phi): how the compound law answers to one more event."""

    @abstractmethod
    def cumulative(self, counts: Reals) -> Reals:
        """P(N <= n) for whole numbers n >= 0."""

    @abstractmethod
    def scaled(self: Self, factor: float) -> Self:
        """The same kind of law with its mean multiplied by `factor`. ValueError where there is none."""

    def exchanged(self, phi: Complexes, new: Frequency, new_phi: Complexes) -> Complexes:
        """E[new_phi^M] / E[phi^N], N of this law and M of `new`: what puts the one in the place of the other."""
        return np.asarray(np.exp(new.log_pgf(new_phi) - self.log_pgf(phi)), dtype=np.complex128)

    def pgf(self, value: float) -> float:
        """E[value^N] for a real value in [0, 1]."""
        return math.exp(float(np.real(self.log_pgf(np.array([complex(value)]))[0])))

    def shares(self, most: int) -> list[float] | None:
        """P(N = n) for n = 0, 1, … up to where less than 1e-13 is left; None where that takes more than `most`."""
        n = np.arange(most + 1, dtype=np.float64)
        below = self.cumulative(n)
        enough = np.flatnonzero(1 - below < 1e-13)
        return None if not enough.size else np.diff(below[: int(enough[0]) + 1], prepend=0.0).tolist()

    def counts(self, tail: float = 1e-12, most: int = 20_000) -> int:
        """The smallest n with P(N > n) < `tail`; at most `most`."""
        n = np.arange(int(min(most, self.mean + 12 * math.sqrt(self.variance) + 40)) + 1, dtype=np.float64)
        while True:
            enough = np.flatnonzero(1 - self.cumulative(n) < tail)
            if enough.size:
                return int(enough[0])
            if n.size > most:
                return most
            n = np.arange(min(2 * n.size, most + 1), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Poisson(Frequency):
    """Events at `rate` a year, none the cause of another."""

    rate: float

    @property
    def mean(self) -> float:
        return self.rate

    @property
    def variance(self) -> float:
        return self.rate

    def log_pgf(self, phi: Complexes) -> Complexes:
        return self.rate * (phi - 1)

    def slope(self, phi: Complexes) -> Complexes:
        return np.full(phi.shape, self.rate, dtype=np.complex128)

    def cumulative(self, counts: Reals) -> Reals:
        return np.asarray(special.pdtr(counts, self.rate), dtype=np.float64)

    def scaled(self, factor: float) -> Poisson:
        return Poisson(self.rate * factor)


@dataclass(frozen=True, slots=True)
class NegativeBinomial(Frequency):
    """A Poisson law whose rate is itself uncertain: Gamma with shape `r` and scale `beta`. Mean r·beta."""

    r: float
    beta: float

    @property
    def mean(self) -> float:
        return self.r * self.beta

    @property
    def variance(self) -> float:
        return self.r * self.beta * (1 + self.beta)

    def log_pgf(self, phi: Complexes) -> Complexes:
        return np.asarray(-self.r * log_one_plus(-self.beta * (phi - 1)), dtype=np.complex128)

    def exchanged(self, phi: Complexes, new: Frequency, new_phi: Complexes) -> Complexes:
        if not isinstance(new, NegativeBinomial) or new.r != self.r or self.r not in (1, 2, 3, 4):
            return Frequency.exchanged(self, phi, new, new_phi)
        return _power((1 - self.beta * (phi - 1)) / (1 - new.beta * (new_phi - 1)), int(self.r))

    def slope(self, phi: Complexes) -> Complexes:
        return self.r * self.beta / (1 - self.beta * (phi - 1))

    def cumulative(self, counts: Reals) -> Reals:
        return np.asarray(special.betainc(self.r, counts + 1, 1 / (1 + self.beta)), dtype=np.float64)

    def scaled(self, factor: float) -> NegativeBinomial:
        return NegativeBinomial(self.r, self.beta * factor)


@dataclass(frozen=True, slots=True)
class Binomial(Frequency):
    """`n` chances a year, each an event with probability `p`; with n = 1 at most one event a year."""

    n: int
    p: float

    @property
    def mean(self) -> float:
        return self.n * self.p

    @property
    def variance(self) -> float:
        return self.n * self.p * (1 - self.p)

    def log_pgf(self, phi: Complexes) -> Complexes:
        real, imag = 1 + self.p * (phi.real - 1), self.p * phi.imag
        # certain events of which none may happen: as good as zero, and finite; numpy's own logarithm takes eight times as long
        size = np.maximum(real * real + imag * imag, AS_GOOD_AS_ZERO**2)
        return np.asarray(self.n * (0.5 * np.log(size) + 1j * np.arctan2(imag, real)), dtype=np.complex128)

    def exchanged(self, phi: Complexes, new: Frequency, new_phi: Complexes) -> Complexes:
        if not isinstance(new, Binomial) or new.n != self.n or self.n > 64:
            return Frequency.exchanged(self, phi, new, new_phi)
        base = 1 + self.p * (phi - 1)
        return _power(
            (1 + new.p * (new_phi - 1)) / np.where(abs(base) < AS_GOOD_AS_ZERO, AS_GOOD_AS_ZERO, base), self.n
        )

    def slope(self, phi: Complexes) -> Complexes:
        base = 1 + self.p * (phi - 1)
        # the same zero as in log_pgf, so that slope times generating function is what one certain event finds: certainly nothing else
        return np.asarray(
            self.n * self.p / np.where(abs(base) < AS_GOOD_AS_ZERO, AS_GOOD_AS_ZERO, base), dtype=np.complex128
        )

    def pgf(self, value: float) -> float:
        return float((1 + self.p * (value - 1)) ** self.n)

    def cumulative(self, counts: Reals) -> Reals:
        inside = np.minimum(counts, self.n)
        return np.where(counts >= self.n, 1.0, special.bdtr(inside, self.n, self.p))

    def scaled(self, factor: float) -> Binomial:
        if self.p * factor > 1:
            raise ValueError("the probability would exceed 1")
        return replace(self, p=self.p * factor)


class LogProduct:
    """The sum of `log_pgf` of many laws, with one logarithm for many of them where they are of one kind.

    Factors are multiplied before their logarithm is taken as long as their angles together stay below a half turn, so that the
    logarithm of the product is the sum of their logarithms. What is kept of a product is by how much it differs from 1.
    """

    def __init__(self, size: int) -> None:
        self._sum = np.zeros(size, dtype=np.complex128)
        self._open: dict[float, tuple[Complexes, float]] = {}

    def add(self, law: Frequency, phi: Complexes) -> None:
        """One more law at its transform `phi`, whose size is at most 1 everywhere."""
        if isinstance(law, NegativeBinomial):
            # 1 + beta − beta·phi lies in a circle of radius beta round 1 + beta
            power, factor, angle = -law.r, -law.beta * (phi - 1), math.asin(law.beta / (1 + law.beta))
        elif isinstance(law, Binomial) and law.p < _TURNED:
            power, factor, angle = float(law.n), law.p * (phi - 1), math.asin(law.p / (1 - law.p))
        else:
            self._sum += law.log_pgf(phi)
            return
        before, turned = self._open.get(power, (None, 0.0))
        if before is None or turned + angle >= _TURN:
            self._close(power)
            self._open[power] = factor, angle
        else:
            # (1 + before)·(1 + factor) − 1, exact also where both are tiny
            factor += before * (1 + factor)
            self._open[power] = factor, turned + angle

    def _close(self, power: float) -> None:
        if power in self._open:
            self._sum += power * log_one_plus(self._open.pop(power)[0])

    @property
    def found(self) -> Complexes:
        """The sum."""
        for power in tuple(self._open):
            self._close(power)
        return self._sum


_TURN: Final = 3.0
"""Below a half turn, with room for transforms that rounding leaves a little larger than 1."""
_TURNED: Final = 0.45
"""A binomial law of greater probability may turn its factor by more than a quarter."""
