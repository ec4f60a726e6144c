"""One event's cost as the sum of its forms: Open FAIR's six, primary and secondary.

Primary losses (the event itself) always happen; secondary losses (how others react to it) happen together with the secondary
loss-event probability (The Open Group, *Risk Taxonomy (O-RT)* 3.0.1, and *Risk Analysis (O-RA)*). Forms of one event are taken as
independent of each other, and of whether there are secondary losses at all.

The mean is exact. The law is the convolution of the forms on the grid that asks for it; what is asked of it apart from a
grid (a survival, a limited mean) is read from grids of its own, each a power of two of the same unit, as that of a year is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.grid import (
    END_WEIGHTS,
    PANEL_NODES,
    PANEL_WEIGHTS,
    SNAP,
    Grid,
    atoms_of,
    continuous_mass,
    continuous_rounded,
    rounded,
    spread,
)
from quarterdeck.engines.loss.law import Law
from quarterdeck.engines.loss.severity import Amounts, Atomic, Composed, Continuous, Severity, atomic

Reals = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]

FORMS: Final = ("productivity", "response", "replacement", "fines_and_judgments", "competitive_advantage", "reputation")
"""The six forms of loss."""
_SIZE: Final = 2**14
_OCTAVES: Final = 6
"""Grids of its own lie so many octaves apart; each is read from its 64th point to its middle, which is seven."""
_FIRST: Final = 64
_MOST_ATOMS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Forms(Composed):
    """The sum of `primary` losses and, with `probability`, of `secondary` ones; at least one has a density.

    Made by `composed`, which turns what is simpler into what it is.
    """

    primary: tuple[Severity, ...]
    secondary: tuple[Severity, ...] = ()
    probability: float = 0.0

    @property
    def mean(self) -> float:
        first = math.fsum(law.mean for law in self.primary)
        return first + self.probability * math.fsum(law.mean for law in self.secondary)

    @property
    def low(self) -> float:
        return math.fsum(_ends(law)[0] for law in self.primary)

    @property
    def high(self) -> float:
        return math.fsum(_ends(law)[1] for law in (*self.primary, *self.secondary))

    @property
    def reach(self) -> tuple[float, float]:
        parts = [law.reach for law in (*self.primary, *self.secondary) if isinstance(law, Continuous)]
        ends = [_ends(law) for law in (*self.primary, *self.secondary)]
        # what is certain shifts the far end, and so do the low ends of secondary losses
        moved = math.fsum(high for _, high in ends if math.isfinite(high)) + math.fsum(low for low, _ in ends)
        return min(near for near, _ in parts), math.fsum(far for _, far in parts) + moved

    @property
    def width(self) -> float:
        return min(law.width for law in (*self.primary, *self.secondary) if isinstance(law, Continuous))

    def scaled(self, factor: float) -> Forms:
        return Forms(
            tuple(law.scaled(factor) for law in self.primary),
            tuple(law.scaled(factor) for law in self.secondary),
            self.probability,
        )

    # ------------------------------------------------------------ apart from any grid

    def survival(self, x: Amounts) -> Reals:
        def at(amount: float) -> float:
            if amount < self.low:
                return 1.0
            if amount >= self.high:
                return 0.0
            if amount <= self.low + self.reach[0]:
                # before the density begins there are certain amounts alone
                values, shares = self.own_atoms
                return 1 - float(shares[values <= amount].sum())
            return _law_near(self, amount).exceedance(amount)

        return _each(at, x)

    def below(self, x: Amounts) -> Reals:
        return np.asarray(1 - self.survival(x), dtype=np.float64)

    def limited(self, d: Amounts) -> Reals:
        def at(amount: float) -> float:
            if amount <= self.low + self.reach[0]:
                values, shares = self.own_atoms
                return amount - float(np.maximum(0.0, amount - values) @ shares)
            if amount >= self.high:
                return self.mean
            return min(self.mean, _law_near(self, amount).limited(amount))

        return _each(at, d)

    def density(self, x: Reals) -> Reals:
        step = 1e-4
        return np.asarray((self.survival(x * (1 - step)) - self.survival(x * (1 + step))) / (2 * step * x))

    # ------------------------------------------------------------ on a grid

    @property
    def own_atoms(self) -> tuple[Reals, Reals]:
        if any(isinstance(law, Continuous) for law in self.primary):
            return np.zeros(0), np.zeros(0)
        law = _sum_of_atoms(self.primary)
        # secondary losses have a density here, so they leave the atoms where they do not happen
        return np.asarray(law.values), np.asarray(law.probabilities) * (1 - self.probability)

    def placed(self, cap: float, grid: Grid) -> Reals:
        near = math.ceil(cap / grid.step) if cap < grid.top else grid.size
        if near < _FIRST:
            # too coarse to cut: cut on a finer grid and carry over with its first moments
            fine = Grid(grid.step / 2 ** math.ceil(math.log2(4 * _FIRST / max(near, 1e-9))), _SIZE)
            mass = self.placed(cap, fine)
            return spread(grid, np.arange(fine.size, dtype=np.float64) * (fine.step / grid.step), mass)
        mass = grid.invert(self._transform(grid))
        return mass if cap >= grid.top else _cut(mass, cap, grid)

    def _transform(self, grid: Grid) -> Complexes:
        # of the part that has a density
        def product(laws: tuple[Severity, ...]) -> Complexes:
            found = np.ones(grid.size // 2 + 1, np.complex128)
            for law in laws:
                found *= grid.transform(_mass(law, grid))
            return found

        first = product(self.primary)
        if not self.secondary:
            return first
        more = self.probability * product(self.secondary)
        if any(isinstance(law, Continuous) for law in self.primary):
            more += 1 - self.probability
        return np.asarray(first * more, dtype=np.complex128)

    def placed_rounded(self, cap: float, grid: Grid) -> tuple[Reals, Reals]:
        ends = []
        for which in (0, 1):

            def product(laws: tuple[Severity, ...], which: int = which) -> Complexes:
                found = np.ones(grid.size // 2 + 1, np.complex128)
                for law in laws:
                    found *= grid.transform(_rounded(law, grid)[which])
                return found

            whole = product(self.primary)
            if self.secondary:
                whole = whole * (1 - self.probability + self.probability * product(self.secondary))
            # rounding of transforms must not take anything away
            ends.append(np.maximum(0.0, grid.invert(whole)))
        low, high = ends
        if cap < grid.top:
            down, up = int(np.floor(cap / grid.step + SNAP)), int(np.ceil(cap / grid.step - SNAP))
            low[down] += max(0.0, 1 - float(low[: down + 1].sum()))
            low[down + 1 :] = 0.0
            if up < grid.size:
                high[up] += max(0.0, 1 - float(high[: up + 1].sum()))
                high[up + 1 :] = 0.0
        # certain amounts and the cap are rounded by whoever asks
        atoms, shares = atoms_of(self, cap)
        less, more = rounded(grid, atoms / grid.step, shares)
        return low - less, high - more


def composed(primary: tuple[Severity, ...], secondary: tuple[Severity, ...], probability: float) -> Severity:
    """The law of the sum. ValueError where certain amounts make more than 5,000 sums, or there is no form at all."""
    if probability <= 0 or not secondary:
        secondary, probability = (), 0.0
    elif probability >= 1:
        primary, secondary, probability = (*primary, *secondary), (), 0.0
    if not primary and not secondary:
        raise ValueError("at least one form of loss is needed")
    if len(primary) == 1 and not secondary:
        return primary[0]
    primary, secondary = _gathered(primary), _gathered(secondary)
    if any(isinstance(law, Continuous) for law in (*primary, *secondary)):
        return primary[0] if len(primary) == 1 and not secondary else Forms(primary, secondary, probability)
    first = _sum_of_atoms(primary)
    if not secondary:
        return first
    both = _sum_of_atoms((first, *secondary))
    pairs = {value: (1 - probability) * share for value, share in zip(first.values, first.probabilities, strict=True)}
    for value, share in zip(both.values, both.probabilities, strict=True):
        pairs[value] = pairs.get(value, 0.0) + probability * share
    return atomic(pairs)


def _gathered(laws: tuple[Severity, ...]) -> tuple[Severity, ...]:
    certain = tuple(law for law in laws if isinstance(law, Atomic))
    rest = tuple(law for law in laws if not isinstance(law, Atomic))
    return (*rest, _sum_of_atoms(certain)) if certain else rest


def _sum_of_atoms(laws: tuple[Severity, ...]) -> Atomic:
    pairs = {0.0: 1.0}
    for law in laws:
        assert isinstance(law, Atomic)
        found: dict[float, float] = {}
        if len(pairs) * len(law.values) > 100 * _MOST_ATOMS:
            raise ValueError(f"certain amounts make more than {_MOST_ATOMS} sums")
        for value, share in pairs.items():
            for other, part in zip(law.values, law.probabilities, strict=True):
                found[value + other] = found.get(value + other, 0.0) + share * part
        if len(found) > _MOST_ATOMS:
            raise ValueError(f"certain amounts make more than {_MOST_ATOMS} sums")
        pairs = found
    return atomic(pairs)


def _ends(law: Severity) -> tuple[float, float]:
    if isinstance(law, Continuous):
        return law.low, law.high
    assert isinstance(law, Atomic)
    return law.values[0], law.values[-1]


def _mass(law: Severity, grid: Grid) -> Reals:
    if isinstance(law, Continuous):
        return continuous_mass(law, math.inf, grid)
    values, shares = atoms_of(law, math.inf)
    return spread(grid, values / grid.step, shares)


def _rounded(law: Severity, grid: Grid) -> tuple[Reals, Reals]:
    if isinstance(law, Continuous):
        return continuous_rounded(law, math.inf, grid)
    values, shares = atoms_of(law, math.inf)
    return rounded(grid, values / grid.step, shares)


def _cut(mass: Reals, cap: float, grid: Grid) -> Reals:
    """The part of a density on the grid's points that lies below `cap`: Gregory's weights and a panel at its end."""
    last = int(np.floor(cap / grid.step + SNAP))
    kept = mass.copy()
    kept[last + 1 :] = 0.0
    kept[last - 3 : last + 1] *= END_WEIGHTS[::-1]
    half = (cap / grid.step - last) / 2
    if half > SNAP:
        t = half * (1 + PANEL_NODES)
        nodes = np.arange(-2, 4)
        found = np.zeros(t.size)
        for k in nodes:
            others = nodes[nodes != k]
            weight = np.prod((t[:, np.newaxis] - others) / (k - others), axis=1)
            found += weight * (mass[last + k] if last + k < grid.size else 0.0)
        kept += spread(grid, last + t, found * PANEL_WEIGHTS * half)
    return kept


def _each(at: Callable[[float], float], x: Amounts) -> Reals:
    values = np.asarray(x, dtype=np.float64)
    found = np.array([at(float(value)) for value in values.ravel()], dtype=np.float64)
    return found.reshape(values.shape)


def _law_near(law: Forms, amount: float) -> Law:
    # the grid of a few octaves that holds the amount between its 64th point and its middle
    exponent = math.floor(math.log2(amount / _FIRST) / _OCTAVES) * _OCTAVES
    return _law(law, exponent)


@lru_cache(maxsize=256)
def _law(law: Forms, exponent: int) -> Law:
    grid = Grid(2.0**exponent, _SIZE)
    atoms, shares = law.own_atoms
    held = np.zeros(grid.size)
    inside = atoms < grid.top
    if inside.any():
        # to the nearest point: a step is a step
        np.add.at(held, np.rint(atoms[inside] / grid.step).astype(np.int64) % grid.size, shares[inside])
    return Law(grid, law.placed(math.inf, grid), held)
