"""The law of the annual loss on one grid, read as a continuous one.

Mass on a grid point stands for a density there unless it is an atom of the law itself (no loss at all, a cap, a constant),
which is kept apart. Between points the distribution function is a cubic with the density as its slope, so quantiles are
amounts and not grid points; where an atom lies they are that atom. What is known in closed form (`Steps`) is read from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.grid import Grid
from quarterdeck.engines.loss.steps import EQUAL, Steps, root

Reals = npt.NDArray[np.float64]

EVEN = 1e-12
"""Rounding that a probability may carry: a level met to within this is met."""


@dataclass(frozen=True)
class Law:
    """`smooth` and `atoms` are mass on the points of `grid`; with `steps` at most `total`, the rest lies beyond the grid.

    Certain amounts are `atoms`, or the sums of `steps`, which need not lie on points.
    """

    grid: Grid
    smooth: Reals
    atoms: Reals
    total: float = 1.0
    steps: Steps | None = None

    @property
    def _read(self) -> int:
        # points from which anything is read
        return self.grid.size // 2 + 2

    @cached_property
    def _rest(self) -> Reals:
        # what has no closed form
        rest = self.smooth[: self._read]
        return rest if self.steps is None else rest - self.steps.single[: self._read]

    @cached_property
    def _rest_below(self) -> Reals:
        return _up_to(self._rest)

    @cached_property
    def _smooth_below(self) -> Reals:
        return self._rest_below if self.steps is None else _up_to(self.smooth[: self._read])

    @cached_property
    def _atoms_up_to(self) -> Reals:
        return np.cumsum(self.atoms[: self._read])

    @cached_property
    def _certain_up_to(self) -> Reals:
        # certain amounts up to each point
        if self.steps is None:
            return self._atoms_up_to
        at = np.ceil(self.steps.sums.values * ((1 - EQUAL) / self.grid.step))
        near = at < self._read
        placed = np.bincount(at[near].astype(np.int64), self.steps.sums.weights[near], self._read)
        return np.asarray(np.cumsum(placed), dtype=np.float64)

    @cached_property
    def _limited(self) -> Reals:
        # E[min(S, x)] at the points, in steps.
        whole = 1.0 if self.steps is None else 1 - self.steps.weight
        beyond = whole - np.cumsum(self._rest) - self._atoms_up_to
        # the sum of P(S > i steps) over the points i before each
        limited = np.concatenate([[0.0], np.cumsum(beyond[:-1])])
        limited -= self._rest / 12
        return np.asarray(limited, dtype=np.float64)

    def _inside(self, j: int, t: float) -> float:
        # the part without a closed form: P(S <= (j + t) steps), 0 <= t <= 1, a cubic through values and densities at both points
        a, b = float(self._rest_below[j]), float(self._rest_below[j + 1])
        p, q = float(self._rest[j]), float(self._rest[j + 1])
        if j == 0:
            p = q = b - a
        c, d = 3 * (b - a) - 2 * p - q, p + q - 2 * (b - a)
        return a + t * (p + t * (c + t * d))

    def below(self, x: float) -> float:
        """P(S <= x), for x up to the usable part of the grid."""
        j, t = self._place(x)
        found = float(self._atoms_up_to[j]) + (self._inside(j, t) if t else float(self._rest_below[j]))
        return found if self.steps is None else found + self.steps.below(x)

    def exceedance(self, x: float) -> float:
        """P(S > x), for x up to the usable part of the grid."""
        return min(1.0, max(0.0, 1 - self.below(x)))

    def at(self, x: float) -> float:
        """P(S = x)."""
        if self.steps is not None:
            return self.steps.sums.at(x)
        j, t = self._place(x)
        return 0.0 if t else max(0.0, float(self.atoms[j]))

    def _place(self, x: float) -> tuple[int, float]:
        # an amount a little less than an atom is less, however fine the grid; only what rounding parts is the same
        position = x / self.grid.step
        near = EQUAL * max(1.0, position)
        j = int(np.floor(position + near))
        return j, position - j if position - j > near else 0.0

    def quantile(self, level: float, first: int = 0) -> float | None:
        """The least x with P(S <= x) >= `level`; None where it is beyond the usable part of the grid.

        An answer below grid point `first` only says that it lies before that.
        """
        usable = self.grid.size // 2
        certain = self._certain_up_to
        below = np.maximum.accumulate((self._smooth_below + certain)[first:usable])
        j = first + int(np.searchsorted(below, level - EVEN))
        if j >= usable:
            return None
        if j == first:
            return max(0.0, (first - 0.5) * self.grid.step)
        if self.steps is not None:
            return self._between(j, level)
        atoms = float(certain[j - 1])
        if float(self._smooth_below[j]) + atoms < level - EVEN or not self.smooth[j - 1 : j + 1].any():
            return j * self.grid.step
        low, high = 0.0, 1.0
        for _ in range(52):
            middle = (low + high) / 2
            if self._inside(j - 1, middle) + atoms < level:
                low = middle
            else:
                high = middle
        return (j - 1 + high) * self.grid.step

    def _between(self, j: int, level: float) -> float:
        # the quantile near the cell below point j, where the grid alone would have it
        assert self.steps is not None
        # the same few amounts are looked at more than once
        below = cache(self.below)
        step, sums = self.grid.step, self.steps.sums
        low, high, far = (j - 1) * step, j * step, (self.grid.size // 2) * step
        while low > 0 and below(low) >= level - EVEN:
            low, high = max(0.0, 2 * low - j * step), low
        while high < far and below(high) < level - EVEN:
            low, high = high, min(far, 2 * high - (j - 1) * step)
        first, last = np.searchsorted(sums.values, [low * (1 + EQUAL), high * (1 + EQUAL)], side="right")
        # the last certain amount at which the level is not yet met, and the first at which it is
        while first < last:
            middle = (first + last) // 2
            amount = float(sums.values[middle])
            if below(amount) >= level - EVEN:
                last = middle
                high = amount
            else:
                first = middle + 1
                low = amount
        steps_here = sums.at(high)
        if steps_here and below(high) - steps_here < level:
            return high
        return root(lambda x: below(x) - (steps_here if x >= high else 0.0) - level, low, high)

    def limited(self, x: float) -> float:
        """E[min(S, x)], for x on the usable part of the grid."""
        j, t = self._place(x)
        value = float(self._limited[j])
        if t:
            whole = 1.0 if self.steps is None else 1 - self.steps.weight
            a, b = float(self._rest_below[j]), float(self._rest_below[j + 1])
            p, q = float(self._rest[j]), float(self._rest[j + 1])
            c, d = 3 * (b - a) - 2 * p - q, p + q - 2 * (b - a)
            inside = t * (a + t * (p / 2 + t * (c / 3 + t * d / 4)))
            value += t * (whole - float(self._atoms_up_to[j])) - inside
        value *= self.grid.step
        return value if self.steps is None else value + self.steps.limited(x)

    def tail_at(self, x: float, share: float) -> Reals:
        """P(S > x − y) + share·P(S = x − y) for each y on the points of the grid; `total` where y > x.

        The sums of `steps` are left out of both.
        """
        size = self.grid.size
        j, t = self._place(x)
        total = self.total if self.steps is None else self.total - float(self.steps.sums.up_to[-1])
        tail = np.full(size, total)
        if t:
            # the same place within a cell for every y
            k = np.arange(j, -1, -1)
            a, b, p, q = (
                self._smooth_below[k],
                self._smooth_below[k + 1],
                self.smooth[k].copy(),
                self.smooth[k + 1].copy(),
            )
            p[-1] = q[-1] = b[-1] - a[-1]
            c, d = 3 * (b - a) - 2 * p - q, p + q - 2 * (b - a)
            tail[: j + 1] = total - self._atoms_up_to[k] - (a + t * (p + t * (c + t * d)))
        else:
            k = np.arange(j, -1, -1)
            tail[: j + 1] = total - self._atoms_up_to[k] - self._smooth_below[k] + share * self.atoms[k]
        return tail


def _up_to(mass: Reals) -> Reals:
    # Euler-Maclaurin at the upper end; on the first points, which stand for amounts below a step, only half.
    below = np.cumsum(mass)
    below -= 0.5 * mass
    below[1:-1] -= (mass[2:] - mass[:-2]) / 24
    below[0] = 0.0
    return np.asarray(below, dtype=np.float64)


def lattice_quantile(mass: Reals, step: float, level: float) -> float | None:
    """The least grid point at which the mass up to it reaches `level`; None beyond the usable part."""
    usable = mass.size // 2
    j = int(np.searchsorted(np.maximum.accumulate(np.cumsum(mass[:usable])), level))
    return None if j >= usable else j * step
