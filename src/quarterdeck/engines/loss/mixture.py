"""Thousands of lognormal severities merged into one density before any grid is touched.

In u = log x a lognormal is a Gaussian, so a weighted sum of them is known from few equidistant values of u: the more of
sigma, the fewer. Scenarios are sorted by sigma into levels of spacing; each is added to its level's values, and levels
are brought to the finest one by interpolation, which for Gaussians sampled eight times a sigma is exact to 1e-9. The
spacing divides log 2, so every dyadic grid meets the points of u at its own points 1, 2, 4, …: one mixture serves all.
Everything is linear, and :meth:`Mixture.expectations` runs it backwards: a function on the grid becomes its expectation
under each scenario without looking at each scenario on the grid.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.grid import END_WEIGHTS, SNAP, Grid, cubic_weights, spread, weighing
from quarterdeck.engines.loss.late import special
from quarterdeck.engines.loss.severity import NEGLIGIBLE

Reals = npt.NDArray[np.float64]
Wholes = npt.NDArray[np.int64]

NARROWEST: Final = 0.04
"""The smallest sigma that is merged; narrower laws are put onto each grid one by one."""
_CHUNK: Final = 1024


def _midpoint_weights(half: int) -> Reals:
    # Lagrange interpolation half way between equidistant points, `half` on each side.
    nodes = np.arange(-half + 0.5, half)
    weights = [float(np.prod(-np.delete(nodes, k) / (nodes[k] - np.delete(nodes, k)))) for k in range(2 * half)]
    return np.array(weights)


MIDPOINT: Final = _midpoint_weights(8)


@dataclass(frozen=True)
class _Level:
    scenarios: Wholes
    centre: Wholes
    offset: Reals
    spacing: float
    half: int
    """Values on each side of a scenario's centre."""


@dataclass(frozen=True)
class Mixture:
    """Rates, mu and sigma of many lognormals, and the values of their merged density.

    `values[k]` is the sum of rate times density of log X at ``origin + k·spacing``, with `spacing` = log 2 / `octave`.
    `origin` is a whole number of finest spacings away from log `unit`.
    """

    unit: float
    rates: Reals
    mu: Reals
    sigma: Reals
    octave: int
    start: int
    values: Reals
    levels: tuple[_Level, ...]
    kept: dict[int, tuple[int, Wholes, Reals]] = field(default_factory=dict, compare=False, repr=False)
    """How values and grid points meet, by the size of the grid."""

    @property
    def spacing(self) -> float:
        return math.log(2) / self.octave

    @property
    def near(self) -> int:
        """From which grid point on the density is smooth on the scale of the grid; a power of two."""
        return _near(float(self.sigma.min()))

    # ------------------------------------------------------------ onto a grid

    def mass(self, grid: Grid) -> Reals:
        """The merged severity, weighted with its rates, on `grid`."""
        g, shift = self.values, self._shift(grid)
        stop = self._index_of_near(grid)
        mass = np.zeros(grid.size)
        if stop > 0:
            weights = self._near_weights(stop)
            mass += spread(
                grid, np.exp((np.arange(min(stop + 1, g.size)) + shift) * self.spacing), g[: stop + 1] * weights
            )
        places, frames, first = self._far(grid)
        if places.size:
            far = np.zeros(places.size)
            for k in range(6):
                far += frames[k] * g[places + k]
            if first == self.near:
                far[:4] *= END_WEIGHTS
            mass[first : first + places.size] += far
        end = grid.top - grid.step / 2
        inside = float(self.rates.sum() - self.beyond(end, 0).sum())
        lost = float(self.beyond(0.0, 1).sum() - self.beyond(end, 1).sum())
        return weighing(mass, inside, lost / grid.step, self.near, open_end=True)

    def adjoint(self, grid: Grid, function: Reals, near: Reals | None = None) -> Reals:
        """What multiplies `values` when `function` (given on the grid) is summed over :meth:`mass`."""
        result = np.zeros(self.values.size)
        shift, stop = self._shift(grid), self._index_of_near(grid)
        if stop > 0:
            at = np.exp((np.arange(min(stop + 1, self.values.size)) + shift) * self.spacing)
            result[: stop + 1] += self._near_weights(stop) * _read(function, at)
        places, frames, first = self._far(grid)
        if places.size:
            part = function[first : first + places.size].copy()
            if first == self.near:
                part[:4] *= END_WEIGHTS
            for k in range(6):
                result += np.bincount(places + k, frames[k] * part, result.size)
        return result

    def expectations(self, adjoint: Reals) -> Reals:
        """Rate times expectation for each scenario, of the function whose :meth:`adjoint` this is."""
        found = np.zeros(self.rates.size)
        dual = adjoint
        finest = 0
        for level in self.levels:
            depth = round(math.log2(level.spacing / self.spacing))
            for _ in range(depth - finest):
                dual = _coarsen(dual)
            finest = depth
            for some, weights, index in _chunks(level, self.rates, self.sigma):
                found[some] = np.einsum("ij,ij->i", weights, dual[index])
        return found

    def beyond(self, x: float, moment: int) -> Reals:
        """For each scenario rate times E[X^moment; X > x]; `moment` 0 or 1."""
        if x <= 0:
            return self.rates * np.exp(moment * (self.mu + self.sigma**2 / 2))
        if moment == 0:
            return np.asarray(self.rates * special.ndtr((self.mu - math.log(x)) / self.sigma), dtype=np.float64)
        mean = np.exp(self.mu + self.sigma**2 / 2)
        tail = special.ndtr((self.mu + self.sigma**2 - math.log(x)) / self.sigma)
        return np.asarray(self.rates * mean * tail, dtype=np.float64)

    @property
    def reach(self) -> tuple[float, float]:
        """The amounts between which the merged law lies."""
        low, high = self.start * self.spacing, (self.start + self.values.size) * self.spacing
        return self.unit * math.exp(low), self.unit * math.exp(min(high, 600.0))

    def above(self, x: Reals) -> Reals:
        """About the expected events above each amount, to a spacing: good for choosing grids."""
        running = np.append(np.cumsum(self.values[::-1])[::-1], 0.0) * self.spacing
        place = np.rint(np.log(x / self.unit) / self.spacing) - self.start
        return np.asarray(running[np.clip(place, 0, running.size - 1).astype(np.int64)], dtype=np.float64)

    def cells(self, grid: Grid) -> Reals:
        """The merged mass between each grid point and the next."""
        g, shift = self.values, self._shift(grid)
        places, frames, first = self._far(grid, 2)
        density = np.zeros(grid.size + 3)
        if places.size:
            far = sum(frames[k] * g[places + k] for k in range(6))
            density[first : first + places.size] = far
        cells = (13 * (density[1:-2] + density[2:-1]) - density[:-3] - density[3:])[: grid.size] / 24
        # `density` starts at point 0, so the cell from point j to j + 1 stands at j − 1 of the line above
        cells = np.concatenate([[0.0], cells[:-1]])
        stop = self._index_of_near(grid)
        if stop > 0:
            # the lower cells: the integral of g up to each point, by the same values
            running = self._running()
            index = np.log(np.arange(1, self.near + 1)) / self.spacing - shift
            below = np.concatenate([[0.0], _read(running, np.clip(index, 0, running.size - 1))])
            cells[: self.near] = np.diff(below)
        return np.maximum(cells, 0.0)

    def _running(self) -> Reals:
        g = np.concatenate([self.values, np.zeros(2)])
        steps = (13 * (g[1:-2] + g[2:-1]) - g[:-3] - g[3:]) / 24
        return np.concatenate([[0.0, 0.0], np.cumsum(steps)]) * self.spacing

    # ------------------------------------------------------------ where points of u and of the grid meet

    def _shift(self, grid: Grid) -> int:
        # position of values[0] in spacings of u, counted from log step
        return self.start - round(math.log2(grid.step / self.unit)) * self.octave

    def _index_of_near(self, grid: Grid) -> int:
        return round(math.log2(self.near)) * self.octave - self._shift(grid)

    def _near_weights(self, stop: int) -> Reals:
        count = min(stop + 1, self.values.size)
        weights = np.full(count, self.spacing)
        if count == stop + 1:
            tail = min(4, count)
            weights[count - tail :] *= END_WEIGHTS[::-1][4 - tail :]
        return weights

    def _far(self, grid: Grid, before: int = 0) -> tuple[Wholes, Reals, int]:
        # For grid points from `before` ahead of `near` on: places of six neighbouring values of u, their weights, the first point.
        shift = self._shift(grid)
        least, base, frames = self._frames(grid.size)
        first = max(self.near - before, math.ceil(math.exp(min((shift + 3) * self.spacing, 40.0))))
        last = math.exp(min((shift + self.values.size - 4) * self.spacing, 40.0))
        stop = min(grid.size + before, int(last) + 1)
        if stop - first < 8:
            return np.zeros(0, np.int64), np.zeros((6, 0)), first
        part = slice(first - least, stop - least)
        return base[part] - shift, frames[:, part], first

    def _frames(self, size: int) -> tuple[int, Wholes, Reals]:
        # the same for all grids of one size
        if size <= _COMMON:
            return _common_frames(self.octave, self.near, size)
        if size not in self.kept:
            self.kept[size] = _frames(self.octave, self.near, size)
        return self.kept[size]


_COMMON: Final = 2**15
"""Up to so many points frames are kept for other mixtures too, which often have the same."""


@lru_cache(maxsize=8)
def _common_frames(octave: int, near: int, size: int) -> tuple[int, Wholes, Reals]:
    return _frames(octave, near, size)


def _frames(octave: int, near: int, size: int) -> tuple[int, Wholes, Reals]:
    # the least grid point, and from there on the places of six neighbouring values of u and their sextic weights, times 1/j for
    # dx = x du
    least = near - 2
    j = np.arange(least, size + 2, dtype=np.float64)
    index = np.log(j) / (math.log(2) / octave)
    base = np.floor(index)
    t = index - base
    d = [t + 2, t + 1, t, t - 1, t - 2, t - 3]
    low, high = d[0] * d[1] / j, d[4] * d[5] / j
    middle = d[2] * d[3]
    frames = np.empty((6, j.size))
    frames[0] = d[1] * middle * high / -120
    frames[1] = d[0] * middle * high / 24
    frames[2] = low * d[3] * d[4] * d[5] / -12
    frames[3] = low * d[2] * d[4] * d[5] / 12
    frames[4] = low * middle * d[5] / -24
    frames[5] = low * middle * d[4] / 120
    return least, base.astype(np.int64) - 2, frames


def merge(unit: float, rates: Reals, mu: Reals, sigma: Reals) -> Mixture:
    """The mixture of these lognormals for grids whose step is `unit` times a power of two. Sigma from `NARROWEST` on."""
    smallest = float(sigma.min())
    finest = min(smallest / 16, 0.4 / _near(smallest))
    octave = 2 ** math.ceil(math.log2(math.log(2) / finest))
    spacing = math.log(2) / octave
    depth = np.floor(np.log2(sigma / 4 / spacing)).astype(np.int64)
    deepest = int(depth.max())
    block = 2**deepest
    # room for the interpolation of every level beyond the outermost values
    low = math.floor((float((mu - NEGLIGIBLE * sigma).min()) - math.log(unit)) / spacing / block) - 18
    high = math.ceil((float((mu + NEGLIGIBLE * sigma).max()) - math.log(unit)) / spacing / block) + 18
    start = low * block
    origin = math.log(unit) + start * spacing
    levels, total = [], np.zeros(high - low + 1)
    for d in range(deepest, -1, -1):
        if d < deepest:
            total = _refine(total)
        scenarios = np.flatnonzero(depth == d)
        if not scenarios.size:
            continue
        step = spacing * 2**d
        place = (mu[scenarios] - origin) / step
        centre = np.rint(place).astype(np.int64)
        half = math.ceil(NEGLIGIBLE * float(sigma[scenarios].max()) / step) + 1
        level = _Level(scenarios, centre, (centre - place) * step, step, half)
        levels.append(level)
        for _, weights, index in _chunks(level, rates, sigma):
            keep = (index >= 0) & (index < total.size)
            if not keep.all():
                weights, index = weights[keep], index[keep]
            total += np.bincount(index.ravel(), weights.ravel(), total.size)
    return Mixture(unit, rates, mu, sigma, octave, start, total, tuple(reversed(levels)))


def _chunks(level: _Level, rates: Reals, sigma: Reals) -> Iterator[tuple[Wholes, Reals, Wholes]]:
    steps = np.arange(-level.half, level.half + 1)
    for begin in range(0, level.scenarios.size, _CHUNK):
        part = slice(begin, begin + _CHUNK)
        some = level.scenarios[part]
        inverse = 1 / sigma[some]
        z = np.multiply.outer(inverse * level.spacing, steps.astype(np.float64))
        z += (level.offset[part] * inverse)[:, np.newaxis]
        np.multiply(z, z, out=z)
        z *= -0.5
        np.exp(z, out=z)
        z *= (rates[some] * inverse / math.sqrt(2 * math.pi))[:, np.newaxis]
        yield some, z, level.centre[part][:, np.newaxis] + steps


def _refine(values: Reals) -> Reals:
    # Twice as many points: those there are, and the ones between by interpolation.
    fine = np.zeros(2 * values.size - 1)
    fine[::2] = values
    padded = np.concatenate([np.zeros(7), values, np.zeros(7)])
    fine[1::2] = np.convolve(padded, MIDPOINT, "valid")
    return fine


def _coarsen(values: Reals) -> Reals:
    # The transpose of _refine.
    return np.asarray(values[::2] + np.convolve(values[1::2], MIDPOINT, "full")[7:-7], dtype=np.float64)


def _near(smallest: float) -> int:
    return int(2 ** math.ceil(math.log2(32 / min(smallest, 1.0))))


def _read(values: Reals, at: Reals) -> Reals:
    # Cubic interpolation of values on 0, 1, 2, …: the transpose of grid.spread.
    first = np.clip(np.floor(at) - 1, 0, values.size - 4)
    s = at - first
    index = first.astype(np.int64)
    shares = cubic_weights(s, at < 1 - SNAP)
    result = values[index] * shares[0]
    for k in (1, 2, 3):
        result += values[index + k] * shares[k]
    return np.asarray(result, dtype=np.float64)
