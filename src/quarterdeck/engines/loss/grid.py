"""Equidistant grids, exponentially tilted transforms on them, and laws of one event put onto them.

Putting a law onto a grid keeps its mass, mean, second and third moment: an amount between two grid points is spread
over four points with the weights of cubic interpolation, and where a density is smooth on the scale of the grid its
values there are already that. What lies beyond the grid is left out and nothing is renormalised, so what is computed of
sums within the grid does not depend on it.

The tilt (Grübel and Hermesmeier, ASTIN Bulletin 29, 1999) multiplies mass at grid point j by exp(−tilt·j) before the
transform and undoes it after; sums that wrap round the end of the grid come back smaller by exp(−tilt·size).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.late import fft
from quarterdeck.engines.loss.severity import Atomic, Composed, Continuous, Pert, Severity

Reals = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]

TILT: Final = 16.0
"""Total tilt over a grid: sums that wrap round come back at 1e-7 of their weight, which is 1e-8 of what lies at the middle,
and rounding there is magnified to about 1e-12."""

END_WEIGHTS: Final = np.array([251 / 720, 299 / 240, 211 / 240, 739 / 720])
"""Gregory's weights: a sum over equidistant points that begins here is an integral to fifth order."""

PANEL_NODES, PANEL_WEIGHTS = np.polynomial.legendre.leggauss(12)
SNAP: Final = 1e-7
"""An amount this close to a grid point, in steps, lies on it."""


@dataclass(frozen=True)
class Grid:
    """The points 0, step, …, (size−1)·step. `size` is a power of two; results are used up to its middle."""

    step: float
    size: int

    @property
    def top(self) -> float:
        """Where the grid ends."""
        return self.step * self.size

    @property
    def usable(self) -> float:
        """The greatest amount up to which results are used."""
        return self.step * (self.size // 2)

    @cached_property
    def damping(self) -> Reals:
        """The tilt's factor at each point."""
        return np.asarray(np.exp(np.arange(self.size) * (-TILT / self.size)), dtype=np.float64)

    def transform(self, mass: Reals) -> Complexes:
        """The tilted transform of `mass` on the points; size/2 + 1 values."""
        return np.asarray(fft.rfft(mass * self.damping), dtype=np.complex128)

    def invert(self, spectrum: Complexes) -> Reals:
        """The mass whose tilted transform `spectrum` is."""
        return np.asarray(fft.irfft(spectrum, self.size) / self.damping, dtype=np.float64)


def cubic_weights(s: Reals, lowest: npt.NDArray[np.bool_]) -> tuple[Reals, Reals, Reals, Reals]:
    """Weights of points 0, 1, 2, 3 for amounts at `s`: cubic, and for the `lowest` (in the first cell) quadratic.

    A cubic to one side would let transforms of many amounts below a step grow beyond 1.
    """
    s1, s2, s3 = s - 1, s - 2, s - 3
    return (
        np.where(lowest, s1 * s2 / 2, s1 * s2 * s3 / -6),
        np.where(lowest, -s * s2, s * s2 * s3 / 2),
        np.where(lowest, s * s1 / 2, s * s1 * s3 / -2),
        np.where(lowest, 0.0, s * s1 * s2 / 6),
    )


def spread(grid: Grid, positions: Reals, weights: Reals) -> Reals:
    """Amounts at `positions` (in steps) put onto the grid by cubic interpolation. Those beyond it are left out.

    Cubic weights may be negative, which shows as an overshoot beside a lone amount.
    """
    cell = np.floor(positions + SNAP)
    inside = cell < grid.size
    cell, at, weight = cell[inside], positions[inside], weights[inside]
    first = np.maximum(cell - 1, 0)
    s = np.where(np.abs(at - cell) < SNAP, cell, at) - first
    index = first.astype(np.int64)
    if not index.size:
        return np.zeros(grid.size)
    size = int(index.max()) + 4
    shares = cubic_weights(s, cell == 0)
    mass = np.bincount(index, weight * shares[0], size)
    for k in (1, 2, 3):
        mass += np.bincount(index + k, weight * shares[k], size)
    placed = np.zeros(grid.size)
    placed[:size] = mass[: grid.size]
    return placed


def shared(grid: Grid, positions: Reals, weights: Reals) -> Reals:
    """Amounts at `positions` (in steps) shared between the two points beside each, so that the mean is kept."""
    cell = np.floor(positions + SNAP)
    t = np.where(np.abs(positions - cell) < SNAP, 0.0, positions - cell)
    index = np.minimum(cell, grid.size).astype(np.int64)
    mass = np.bincount(index, weights * (1 - t), grid.size + 2) + np.bincount(index + 1, weights * t, grid.size + 2)
    return np.asarray(mass[: grid.size], dtype=np.float64)


def rounded(grid: Grid, positions: Reals, weights: Reals) -> tuple[Reals, Reals]:
    """Amounts at `positions` (in steps) rounded down and up to grid points."""
    size = grid.size
    # what lies beyond the grid may lie beyond all whole numbers too
    down = np.minimum(np.floor(positions + SNAP), size).astype(np.int64)
    up = np.minimum(np.ceil(positions - SNAP), size).astype(np.int64)
    low = np.bincount(down, weights, size + 1)[:size]
    high = np.bincount(up, weights, size + 1)[:size]
    return np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)


def on_points(grid: Grid, values: Reals) -> npt.NDArray[np.bool_]:
    """Which of `values` lie on points of the grid."""
    positions = values / grid.step
    return np.asarray(np.abs(positions - np.rint(positions)) < SNAP * np.maximum(1.0, positions * 1e-6))


# ---------------------------------------------------------------- one law with a density


def continuous_mass(law: Continuous, cap: float, grid: Grid) -> Reals:
    """The part of `law` below `cap` that has a density, put onto the grid.

    Near an end of the support the density may rise steeply, so there it is integrated by Gauss panels in the logarithm
    of the distance from that end; between, its values at the points are its mass, with Gregory's weights where panels
    and points meet. What the cap cuts off ends in a panel up to the cap itself.
    """
    if isinstance(law, Composed):
        return law.placed(cap, grid)
    mass = _continuous_mass(law, cap, grid)
    end = min(law.high, cap)
    open_end = end > grid.top + 8 * grid.step
    if not open_end and end >= grid.top - 8 * grid.step:
        return mass
    if open_end:
        end = grid.top - grid.step / 2
    lost = float(law.limited(end)) - end * float(law.survival(end)) if math.isfinite(end) else law.mean
    return weighing(mass, float(law.below(end)), lost / grid.step, _joint(law, grid), open_end)


def weighing(mass: Reals, whole: float, lost: float, at: int, open_end: bool = False) -> Reals:
    """`mass` with exactly the weight and the mean that it stands for: `whole`, and `lost` in steps, up to half a step before the
    grid's end if `open_end`.

    Of many events a year each brings its error, so a thousand of 1e-9 would be seen. What is missing is put on point `at` and the
    next one, where panels and points meet, which is where it went.
    """
    if at + 1 >= mass.size:
        return mass
    points = np.arange(mass.size, dtype=np.float64)
    if open_end:
        # the midpoint rule up to there
        whole -= float(mass[-1] - mass[-2]) / 24
        lost -= float(mass[-1] * points[-1] - mass[-2] * points[-2]) / 24
    missing = whole - float(mass.sum())
    # what is more than that is not of this kind
    if abs(missing) >= 1e-4 * whole:
        return mass
    mass[at] += missing
    # not as a product of vectors, for which the library starts threads
    short = lost - float((mass * points).sum())
    if abs(short) < 1e-6 * lost:
        mass[at] -= short
        mass[at + 1] += short
    return mass


def _joint(law: Continuous, grid: Grid) -> int:
    return int(np.floor(law.low / grid.step)) + max(32, int(np.ceil(24 / law.width)))


def _continuous_mass(law: Continuous, cap: float, grid: Grid) -> Reals:
    h, low = grid.step, law.low
    reach_low, reach_high = law.reach
    end = min(low + reach_high, law.high, cap)
    if low >= grid.top:
        return np.zeros(grid.size)
    first = _joint(law, grid)
    near = first - int(np.floor(low / h))
    last = int(np.floor(min(end, grid.top + 8 * h) / h + SNAP))
    cut = cap < min(law.high, low + reach_high)
    mirrored = not cut and np.isfinite(law.high)
    if mirrored:
        last -= near
    if last - first < 16:
        return _panels(law, end, mirrored, grid)
    left, right = _near_low(law, first * h, reach_low), None
    mass = spread(grid, left[0] / h, left[1])
    stop = min(last, grid.size - 1)
    points = np.arange(first, stop + 1, dtype=np.float64)
    values = law.density(points * h) * h
    values[:4] *= END_WEIGHTS
    if last < grid.size and (cut or mirrored):
        values[-4:] *= END_WEIGHTS[::-1]
        right = _near_high(law, last * h) if mirrored else _panel(law, last * h, end)
        mass += spread(grid, right[0] / h, right[1])
    mass[first : stop + 1] += values
    return mass


def _panels(law: Continuous, end: float, mirrored: bool, grid: Grid) -> Reals:
    # The whole law lies within a few points: panels from both ends.
    low, (reach_low, _) = law.low, law.reach
    middle = low + (end - low) / 2 if mirrored else end
    if middle <= low + reach_low:
        return np.zeros(grid.size)
    x, weight = _near_low(law, middle, reach_low)
    if mirrored:
        more = _near_high(law, middle)
        x, weight = np.concatenate([x, more[0]]), np.concatenate([weight, more[1]])
    return spread(grid, x / grid.step, weight)


def _log_nodes(shortest: float, longest: float, width: float) -> tuple[Reals, Reals]:
    start, stop = float(np.log(shortest)), float(np.log(longest))
    count = max(1, int(np.ceil((stop - start) / min(width, 1.0))))
    edges = np.linspace(start, stop, count + 1)
    half = (stop - start) / count / 2
    v = ((edges[:-1] + half)[:, np.newaxis] + half * PANEL_NODES).ravel()
    return np.exp(v), np.tile(PANEL_WEIGHTS * half, count)


def _near_low(law: Continuous, stop: float, shortest: float) -> tuple[Reals, Reals]:
    if stop - law.low <= shortest:
        return np.zeros(0), np.zeros(0)
    distance, weight = _log_nodes(shortest, stop - law.low, law.width)
    x = law.low + distance
    if isinstance(law, Pert):
        return x, law.density_from(distance, (law.maximum - law.minimum) - distance) * distance * weight
    return x, law.density(x) * distance * weight


def _near_high(law: Continuous, start: float) -> tuple[Reals, Reals]:
    span = law.high - law.low
    distance, weight = _log_nodes(1e-16 * span, law.high - start, law.width)
    x = law.high - distance
    if isinstance(law, Pert):
        return x, law.density_from(span - distance, distance) * distance * weight
    return x, law.density(x) * distance * weight


def _panel(law: Continuous, start: float, stop: float) -> tuple[Reals, Reals]:
    half = (stop - start) / 2
    if half <= 0:
        return np.zeros(0), np.zeros(0)
    x = start + half * (1 + PANEL_NODES)
    return x, law.density(x) * PANEL_WEIGHTS * half


def continuous_rounded(law: Continuous, cap: float, grid: Grid) -> tuple[Reals, Reals]:
    """The part of `law` below `cap` that has a density, rounded down and up to grid points."""
    if isinstance(law, Composed):
        return law.placed_rounded(cap, grid)
    edges = np.minimum(np.arange(grid.size + 1) * grid.step, cap)
    cells = np.diff(law.below(edges))
    return cells, np.concatenate([[0.0], cells[:-1]])


def atoms_of(law: Severity, cap: float) -> tuple[Reals, Reals]:
    """The amounts that `law` takes with positive probability once capped, and these probabilities."""
    if isinstance(law, Atomic):
        return np.minimum(np.asarray(law.values), cap), np.asarray(law.probabilities)
    if isinstance(law, Composed):
        values, shares = law.own_atoms
        kept = values < cap
        if cap >= law.high:
            return values, shares
        return np.append(values[kept], cap), np.append(shares[kept], _at_least(law, cap))
    if isinstance(law, Continuous) and cap < law.high:
        return np.array([cap]), np.atleast_1d(law.survival(cap))
    return np.zeros(0), np.zeros(0)


def _at_least(law: Composed, cap: float) -> float:
    # P(X >= cap): what is cut off and an atom that lies there
    values, shares = law.own_atoms
    return float(law.survival(cap)) + float(shares[values == cap].sum())
