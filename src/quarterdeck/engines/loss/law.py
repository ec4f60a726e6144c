"""The law of the annual loss on one grid, read as a continuous one.

Mass on a grid point stands for a density there unless it is an atom of the law itself (no loss at all, a cap, a constant),
which is kept apart. Between points the distribution function is a cubic with the density as its slope, so quantiles are
amounts and not grid points; where an atom lies they are that atom.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.grid import SNAP, Grid

Reals = npt.NDArray[np.float64]

EVEN = 1e-12
"""Rounding that a probability may carry: a level met to within this is met."""


@dataclass(frozen=True)
class Law:
    """`smooth` and `atoms` are mass on the points of `grid`; together at most `total`, the rest lies beyond the grid."""

    grid: Grid
    smooth: Reals
    atoms: Reals
    total: float = 1.0

    @property
    def _read(self) -> int:
        # points from which anything is read
        return self.grid.size // 2 + 2

    @cached_property
    def _smooth_below(self) -> Reals:
        # Euler-Maclaurin at the upper end; on the first points, which stand for amounts below a step, only half.
        mass = self.smooth[: self._read]
        below = np.cumsum(mass)
        below -= 0.5 * mass
        below[1:-1] -= (mass[2:] - mass[:-2]) / 24
        below[0] = 0.0
        return below

    @cached_property
    def _atoms_up_to(self) -> Reals:
        return np.cumsum(self.atoms[: self._read])

    @cached_property
    def _limited(self) -> Reals:
        # E[min(S, x)] at the points, in steps.
        beyond = 1 - np.cumsum(self.smooth[: self._read]) - self._atoms_up_to
        # the sum of P(S > i steps) over the points i before each
        limited = np.concatenate([[0.0], np.cumsum(beyond[:-1])])
        limited -= self.smooth[: self._read] / 12
        return np.asarray(limited, dtype=np.float64)

    def _inside(self, j: int, t: float) -> float:
        # the smooth part's P(S <= (j + t) steps), 0 <= t <= 1: a cubic through values and densities at both points
        a, b = float(self._smooth_below[j]), float(self._smooth_below[j + 1])
        p, q = float(self.smooth[j]), float(self.smooth[j + 1])
        if j == 0:
            p = q = b - a
        c, d = 3 * (b - a) - 2 * p - q, p + q - 2 * (b - a)
        return a + t * (p + t * (c + t * d))

    def exceedance(self, x: float) -> float:
        """P(S > x), for x up to the usable part of the grid."""
        j, t = self._place(x)
        found = 1 - float(self._atoms_up_to[j]) - (self._inside(j, t) if t else float(self._smooth_below[j]))
        return min(1.0, max(0.0, found))

    def _place(self, x: float) -> tuple[int, float]:
        position = x / self.grid.step
        j = int(np.floor(position + SNAP))
        return j, max(0.0, position - j) if position - j > SNAP else 0.0

    def quantile(self, level: float, first: int = 0) -> float | None:
        """The least x with P(S <= x) >= `level`; None where it is beyond the usable part of the grid.

        An answer below grid point `first` only says that it lies before that.
        """
        usable = self.grid.size // 2
        below = np.maximum.accumulate((self._smooth_below + self._atoms_up_to)[first:usable])
        j = first + int(np.searchsorted(below, level - EVEN))
        if j >= usable:
            return None
        if j == first:
            return max(0.0, (first - 0.5) * self.grid.step)
        atoms = float(self._atoms_up_to[j - 1])
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

    def limited(self, x: float) -> float:
        """E[min(S, x)], for x on the usable part of the grid."""
        j, t = self._place(x)
        value = float(self._limited[j])
        if t:
            a, b = float(self._smooth_below[j]), float(self._smooth_below[j + 1])
            p, q = float(self.smooth[j]), float(self.smooth[j + 1])
            c, d = 3 * (b - a) - 2 * p - q, p + q - 2 * (b - a)
            inside = t * (a + t * (p / 2 + t * (c / 3 + t * d / 4)))
            value += t * (1 - float(self._atoms_up_to[j])) - inside
        return value * self.grid.step

    def tail_at(self, x: float, share: float) -> Reals:
        """P(S > x − y) + share·P(S = x − y) for each y on the points of the grid; `total` where y > x."""
        size = self.grid.size
        j, t = self._place(x)
        tail = np.full(size, self.total)
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
            tail[: j + 1] = self.total - self._atoms_up_to[k] - (a + t * (p + t * (c + t * d)))
        else:
            k = np.arange(j, -1, -1)
            tail[: j + 1] = self.total - self._atoms_up_to[k] - self._smooth_below[k] + share * self.atoms[k]
        return tail


def lattice_quantile(mass: Reals, step: float, level: float) -> float | None:
    """The least grid point at which the mass up to it reaches `level`; None beyond the usable part."""
    usable = mass.size // 2
    j = int(np.searchsorted(np.maximum.accumulate(np.cumsum(mass[:usable])), level))
    return None if j >= usable else j * step
