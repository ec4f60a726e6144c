"""A portfolio made ready: which scenarios merge, how fine and how wide its grids are, and the law on each of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.dependence import Severities, Year, annual, answer, pool_answer, shock_answer, tied
from quarterdeck.engines.loss.frequency import Frequency, Poisson
from quarterdeck.engines.loss.grid import (
    Grid,
    atoms_of,
    continuous_mass,
    continuous_rounded,
    on_points,
    rounded,
    shared,
    spread,
)
from quarterdeck.engines.loss.law import Law
from quarterdeck.engines.loss.mixture import NARROWEST, Mixture, merge
from quarterdeck.engines.loss.model import Independent, OneFactorCopula, Portfolio, Scenario
from quarterdeck.engines.loss.reach import Profile, profile
from quarterdeck.engines.loss.severity import Atomic, Continuous, Lognormal, Severity
from quarterdeck.engines.loss.steps import (
    LOST,
    PAIRS,
    Closed,
    Steps,
    Sums,
    compound,
    gathered,
    has_corners,
    poisson_sums,
    summed,
)
from quarterdeck.engines.loss.units import LATTICE_SIZE, power_of_two, unit_of

Reals = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]

_Kernel = tuple[Sums, Complexes | None, Closed, Reals]

SIZE: Final = 2**15
"""Points of the grids that quantiles are read from."""
ROUGH_SIZE: Final = 2**16
"""The same where some amounts are certain, a cap or a constant: the law has steps, which a grid blurs."""
MANY: Final = 500
"""With more laws than so many that do not merge, grids stay small all the same."""
FEW: Final = 16
"""Of so many scenarios with counts other than Poisson single events are read in closed form."""
FEWEST: Final = 6
"""Of so many also what a further event of theirs finds."""
MOST_COUNTED: Final = 200
"""The most events of a year of one such scenario that are followed one by one."""
MOST_KEPT: Final = 64
"""Transforms of single events that are kept for further changes: at most 32 MB."""
FINE_SIZE: Final = 2**18
"""The most points of a grid that is made finer because many small events make the year."""
SMALL: Final = 0.01
"""From this share of the spread of a year on, events of less than four steps ask for a finer grid."""
STEPPED_SIZE: Final = 2**19
"""Points of a grid for amounts without densities that have no common unit."""
COARSE: Final = 512
"""From this grid point on certain amounts are shared between two points; the spread of a year is then right to 1e-6."""
ALONE: Final = 2**12
"""From this grid point on, where nothing has a density, they go to the nearest one."""
_ROOM: Final = 2.5
"""How much further than the amount asked for a grid reaches at least."""


@dataclass(frozen=True)
class State:
    """What was computed on one grid: transforms of single events, that of the year, and the law."""

    grid: Grid
    severities: Severities
    spectrum: Complexes
    law: Law


class Engine:
    """One portfolio, prepared once; laws on grids are computed from it on demand and never change it."""

    def __init__(self, portfolio: Portfolio) -> None:
        if any(never_below_cap(item) for item in portfolio.scenarios):
            portfolio = replace(portfolio, scenarios=tuple(_at_cap(item) for item in portfolio.scenarios))
        self.portfolio = portfolio
        self._kept: dict[tuple[Severity, float | None, float, int, int], Complexes] = {}
        frequencies: dict[int, Frequency] = {}
        needed = tied(portfolio)
        single: list[int] = []
        rest: list[int] = []
        apart: list[int] = []
        merged: list[int] = []
        laws: list[tuple[float, float, float]] = []
        for place, item in enumerate(portfolio.scenarios):
            frequency, law = item.frequency, item.severity
            rate = frequency.mean
            if rate <= 0 and place not in needed:
                continue
            frequencies[place] = frequency
            if place in needed:
                apart.append(place)
            if needed.get(place, False):
                continue
            if not isinstance(frequency, Poisson):
                rest.append(place)
            elif isinstance(law, Lognormal) and item.cap is None and law.sigma >= NARROWEST:
                merged.append(place)
                laws.append((rate, law.mu, law.sigma))
            else:
                single.append(place)
        self._cornered_mass: dict[tuple[float, int], Reals] = {}
        self.year = Year(frequencies, portfolio.dependence, {portfolio.scenarios[p].id: p for p in apart})
        self.single, self.rest, self.apart = single, rest, apart
        self.merged_places = np.array(merged, dtype=np.int64)
        others = [self._pool_atoms, *(self.atoms(place) for place in (*rest, *apart))]
        self.unit, aligned = unit_of(others)
        densities = bool(merged) or any(
            isinstance(portfolio.scenarios[place].severity, Continuous) for place in (*single, *rest, *apart)
        )
        self.bare = not densities
        """Whether nothing has a density: the annual loss then takes certain amounts only."""
        self._aligned = aligned
        rough = any(values.size for values, _ in others) and len(single) + len(rest) <= MANY
        self.size = STEPPED_SIZE if self.bare else ROUGH_SIZE if rough else SIZE
        if isinstance(portfolio.dependence, OneFactorCopula) and apart:
            # every point costs a sum over the latent factor
            self.size = min(self.size, SIZE if portfolio.dependence.df is None else SIZE // 2)
        """Points of the grids that quantiles are read from."""
        self.merged: Mixture | None = None
        self.pooled_rate = float(sum(frequencies[place].mean for place in single))
        if merged:
            table = np.array(laws)
            self.merged = merge(self.unit, table[:, 0], table[:, 1], table[:, 2])
            self.pooled_rate += float(table[:, 0].sum())

    @cached_property
    def _pool_atoms(self) -> tuple[Reals, Reals]:
        return _weighted([(self.year.frequencies[place].mean, self.atoms(place)) for place in self.single])

    def atoms(self, place: int) -> tuple[Reals, Reals]:
        """The amounts that one event of the scenario at `place` costs with positive probability."""
        item = self.portfolio.scenarios[place]
        return atoms_of(item.severity, item.limit)

    # ------------------------------------------------------------ one event

    def event_mass(self, place: int, grid: Grid, which: int = 0) -> Reals:
        """One event of the scenario at `place` on `grid`: everything (0), the atoms that lie on points (1), or all atoms (2)."""
        return self.item_mass(self.portfolio.scenarios[place], grid, which)

    def item_mass(self, item: Scenario, grid: Grid, which: int = 0) -> Reals:
        """One event of `item` on `grid`: everything (0), the atoms that lie on points (1), or all atoms (2)."""
        mass, exact = self._spread_atoms(grid, *atoms_of(item.severity, item.limit))
        if which == 1:
            return exact
        if which == 0 and isinstance(item.severity, Continuous):
            mass += continuous_mass(item.severity, item.limit, grid)
        return mass

    def event_transform(self, item: Scenario, grid: Grid, which: int) -> Complexes:
        """The transform of one event of `item`, of everything (0), of atoms on points (1) or of all atoms (2); the latest are kept.

        Of many changes of a few scenarios, as for a frontier, the same few events are asked for again and again.
        """
        key = (item.severity, item.cap, grid.step, grid.size, which)
        found = self._kept.get(key)
        if found is None:
            found = grid.transform(self.item_mass(item, grid, which))
            if grid.size <= ROUGH_SIZE:
                if len(self._kept) >= MOST_KEPT:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[key] = found
        return found

    def pooled_mass(self, grid: Grid, which: int = 0) -> Reals:
        """The pooled scenarios on `grid`, weighted with their rates: everything (0), atoms on points (1), or all atoms (2)."""
        mass, exact = self._spread_atoms(grid, *self._pool_atoms)
        if which:
            return exact if which == 1 else mass
        if self.merged is not None:
            mass += self.merged.mass(grid)
        cornered = np.zeros(grid.size)
        for place in self.single:
            item = self.portfolio.scenarios[place]
            if isinstance(item.severity, Continuous):
                part = item.frequency.mean * continuous_mass(item.severity, item.limit, grid)
                if place in self._cornered:
                    cornered += part
                else:
                    mass += part
        if self._cornered:
            self._cornered_mass[grid.step, grid.size] = cornered
        return mass + cornered

    def event_rounded(self, place: int, grid: Grid) -> tuple[Reals, Reals]:
        """One event of the scenario at `place`, rounded down and up."""
        item = self.portfolio.scenarios[place]
        values, shares = self.atoms(place)
        low, high = rounded(grid, values / grid.step, shares)
        if isinstance(item.severity, Continuous):
            down, up = continuous_rounded(item.severity, item.limit, grid)
            low, high = low + down, high + up
        return low, high

    def pooled_rounded(self, grid: Grid) -> tuple[Reals, Reals]:
        """The pooled scenarios, weighted with their rates, rounded down and up."""
        values, weights = self._pool_atoms
        low, high = rounded(grid, values / grid.step, weights)
        if self.merged is not None:
            cells = self.merged.cells(grid)
            low += cells
            high[1:] += cells[:-1]
        for place in self.single:
            item = self.portfolio.scenarios[place]
            if isinstance(item.severity, Continuous):
                down, up = continuous_rounded(item.severity, item.limit, grid)
                low += item.frequency.mean * down
                high += item.frequency.mean * up
        return low, high

    def _spread_atoms(self, grid: Grid, values: Reals, weights: Reals) -> tuple[Reals, Reals]:
        if not values.size:
            return np.zeros(grid.size), np.zeros(grid.size)
        positions = values / grid.step
        exact = on_points(grid, values) & (positions < grid.size)
        if self.bare and not self.on_lattice(grid):
            far = positions >= ALONE
            positions[far] = np.rint(positions[far])
        near = (positions < COARSE) & (not self.bare)
        mass = spread(grid, positions[near], weights[near]) + shared(grid, positions[~near], weights[~near])
        places = np.rint(positions[exact]).astype(np.int64)
        return mass, np.asarray(np.bincount(places, weights[exact], grid.size), dtype=np.float64)

    # ------------------------------------------------------------ the year

    def severities_on(self, grid: Grid, which: int, rounding: bool = False) -> Severities:
        """Transforms of single events: of everything (0), of atoms on points (1) or of all atoms (2); rounded down (0) or up (1)."""

        def event(place: int) -> Complexes:
            return grid.transform(
                self.event_rounded(place, grid)[which] if rounding else self.event_mass(place, grid, which)
            )

        pooled = grid.transform(self.pooled_rounded(grid)[which] if rounding else self.pooled_mass(grid, which))
        log_rest = np.zeros_like(pooled)
        for place in self.rest:
            log_rest += self.year.frequencies[place].log_pgf(event(place))
        apart = {place: event(place) for place in self.apart}
        return Severities(pooled, self.pooled_rate, log_rest, apart, 0 if rounding else which)

    def state(self, grid: Grid) -> State:
        """Transforms and law on `grid`."""
        severities = self.severities_on(grid, 0)
        spectrum = annual(self.year, severities)
        return State(grid, severities, spectrum, self.law(grid, spectrum))

    def law(self, grid: Grid, spectrum: Complexes) -> Law:
        """The law whose transform on `grid` is `spectrum`, its atoms apart."""
        mass = grid.invert(spectrum)
        nothing = np.zeros(grid.size)
        if self.bare:
            # with nothing but certain amounts all of the law is atoms
            return Law(grid, nothing, mass)
        sums, placed, kernels = self._sums_on(grid)
        single = np.zeros(grid.size)
        beside = []
        for kernel, on_grid, closed, density in kernels:
            some = kernel.heaviest(max(1, PAIRS // closed.size))
            if some.values.size == 1 and some.values[0] == 0:
                single += float(some.weights[0]) * density
            else:
                if on_grid is None or some is not kernel:
                    on_grid = grid.transform(spread(grid, some.values / grid.step, some.weights))
                single += grid.invert(on_grid * grid.transform(density))
            beside.append((some, closed))
        return Law(grid, mass - placed, nothing, steps=Steps(sums, tuple(beside), single))

    def _sums_on(self, grid: Grid) -> tuple[Sums, Reals, list[_Kernel]]:
        # the sums of certain amounts in a year, the mass that stands for them on the grid, and what sums single events with
        # corners find: one by one and as a transform, with the law and the mass of such an event
        kernels: list[_Kernel] = []
        density = self._density(grid)
        shared_rate = pool_answer(self.year, self._nothing) is not None
        spectrum: Complexes | None = None
        pool: tuple[Sums, Complexes | None] | None
        rest: dict[int, tuple[Sums, Complexes | None]]
        if not self._any_atoms:
            sums = Sums(np.zeros(1), np.array([self.no_loss]))
            placed = np.zeros(grid.size)
            placed[0] = self.no_loss
            pool = (Sums(np.zeros(1), np.array([self._pool_finds_nothing])), None) if shared_rate else (sums, None)
            rest = {place: (kernel, None) for place, kernel in self._rest_sums.items()}
        else:
            which = 1 if self._sums is None else 2
            severities = self.severities_on(grid, which)
            spectrum = annual(self.year, severities)
            placed = grid.invert(spectrum)
            sums = self._sums or _on_points(grid, placed)
            pool = (sums, spectrum)
            if shared_rate:
                found = pool_answer(self.year, severities)
                pool = None if found is None else (_on_points(grid, grid.invert(found)), found)
            rest = {}
            for place in self._cornered_rest:
                phi = self.event_transform(self.portfolio.scenarios[place], grid, which)
                found = np.asarray(spectrum * self.year.frequencies[place].slope(phi), dtype=np.complex128)
                kernel = self._rest_sums.get(place)
                if kernel is not None or self._sums is None:
                    rest[place] = (kernel or _on_points(grid, grid.invert(found)), found)
        if density is not None and pool is not None:
            kernels.append((*pool, self._closed, density))
        for place, finds in rest.items():
            item = self.portfolio.scenarios[place]
            law = item.severity
            assert isinstance(law, Continuous)
            closed = Closed([(1.0, law, item.limit)])
            kernels.append((*finds, closed, continuous_mass(law, item.limit, grid)))
        return sums, placed, kernels

    def _density(self, grid: Grid) -> Reals | None:
        # the pooled densities with corners on a grid that has a state
        return self._cornered_mass.get((grid.step, grid.size)) if self._cornered else None

    @cached_property
    def _pool_finds_nothing(self) -> float:
        # with what weight a pooled event finds a year without other losses
        found = pool_answer(self.year, self._nothing)
        return self.no_loss if found is None else float(found[0].real)

    @cached_property
    def _any_atoms(self) -> bool:
        groups = [self._pool_atoms, *(self.atoms(place) for place in (*self.rest, *self.apart))]
        return any(bool((values > 0).any()) for values, _ in groups)

    @cached_property
    def _cornered(self) -> frozenset[int]:
        # pooled scenarios whose density has corners that are read in closed form
        found = [place for place in self.single if self._has_corners(place)]
        return frozenset(found if len(found) <= MANY else ())

    @cached_property
    def _cornered_rest(self) -> tuple[int, ...]:
        found = [place for place in self.rest if self._has_corners(place)]
        return tuple(found if len(found) <= FEW else ())

    def _has_corners(self, place: int) -> bool:
        item = self.portfolio.scenarios[place]
        return isinstance(item.severity, Continuous) and has_corners(item.severity, item.limit)

    @cached_property
    def _closed(self) -> Closed:
        items = []
        for place in sorted(self._cornered):
            item = self.portfolio.scenarios[place]
            assert isinstance(item.severity, Continuous)
            items.append((item.frequency.mean, item.severity, item.limit))
        return Closed(items)

    @cached_property
    def _sums(self) -> Sums | None:
        # the certain amounts of a year one by one; None where they are too many, or tied
        if not isinstance(self.portfolio.dependence, Independent) or len(self.rest) > MANY:
            return None
        return self._sums_found_by()

    def _sums_found_by(self, *places: int) -> Sums | None:
        # the certain amounts that one event of each of these scenarios, which are not pooled, finds beside it
        values, rates = self._pool_atoms
        nothing = float(rates[values <= 0].sum())
        found = poisson_sums(values, rates, self.pooled_rate - nothing)
        sure = math.exp(-max(0.0, self.pooled_rate - float(rates.sum())))
        for place in self.rest:
            shares = self.year.frequencies[place].shares(MOST_COUNTED)
            if found is None or shares is None:
                return None
            for _ in range(places.count(place)):
                # n times the chance of n events, for the n − 1 others
                shares = [n * share for n, share in enumerate(shares)][1:] or [0.0]
            one = compound(shares, gathered(*self.atoms(place)))
            found = None if one is None else summed(found, one)
            certain = float(self.atoms(place)[1].sum())
            sure *= math.fsum(share * certain**n for n, share in enumerate(shares))
        if found is None or abs(sure - float(found.up_to[-1])) > LOST:
            return None
        return found

    @cached_property
    def _rest_sums(self) -> dict[int, Sums]:
        # what sums an event with corners of a scenario that is not pooled finds
        found: dict[int, Sums] = {}
        if self._any_atoms:
            for place in self._cornered_rest if self._sums is not None else ():
                kernel = self._sums_found_by(place)
                if kernel is not None:
                    found[place] = kernel
            return found
        for place in self._cornered_rest:
            law = self.year.frequencies[place]
            weight = self.no_loss * float(law.slope(np.zeros(1, np.complex128)).real[0])
            if math.isfinite(weight):
                found[place] = Sums(np.zeros(1), np.array([weight]))
        return found

    def bounds(self, grid: Grid) -> tuple[Reals, Reals]:
        """The annual loss's mass on `grid` with every event rounded down, and with every event rounded up."""
        low = grid.invert(annual(self.year, self.severities_on(grid, 0, rounding=True)))
        high = grid.invert(annual(self.year, self.severities_on(grid, 1, rounding=True)))
        return low, high

    def pool_answers(self, state: State) -> Law | None:
        """What one more event of a pooled scenario finds, where that is not the year itself."""
        if pool_answer(self.year, self._nothing) is None:
            return None

        def found(severities: Severities) -> Complexes:
            given = pool_answer(self.year, severities)
            return given if given is not None else annual(self.year, severities)

        return self._answer_law(state, found, 1.0)

    def answers(self, state: State) -> Iterator[tuple[int, Law]]:
        """For events that are not pooled: the place, and what one more of them finds; its total is the expected number."""
        for place in self.rest:
            frequency = self.year.frequencies[place]

            def independent(severities: Severities, place: int = place, frequency: Frequency = frequency) -> Complexes:
                phi = self._phi(place, state.grid, severities)
                return np.asarray(annual(self.year, severities) * frequency.slope(phi), dtype=np.complex128)

            yield place, self._answer_law(state, independent, frequency.mean, place)
        for place in self.apart:
            shocks = self.year.shocks(self.portfolio.scenarios[place].id)
            if shocks > 0:

                def shocked(severities: Severities, place: int = place) -> Complexes:
                    return shock_answer(self.year, severities, annual(self.year, severities), place)

                yield place, self._answer_law(state, shocked, shocks)
            elif self.year.frequencies[place].mean > 0:

                def tied_to(severities: Severities, place: int = place) -> Complexes:
                    return answer(self.year, severities, place)

                yield place, self._answer_law(state, tied_to, self.year.frequencies[place].mean)

    def _phi(self, place: int, grid: Grid, severities: Severities) -> Complexes:
        if severities is self._nothing:
            return np.zeros(1, np.complex128)
        return grid.transform(self.event_mass(place, grid, severities.which))

    @cached_property
    def _nothing(self) -> Severities:
        # transforms of events that are never small enough to be seen: what is left is the chance of none
        zero = np.zeros(1, np.complex128)
        log_rest = zero.copy()
        for place in self.rest:
            log_rest += self.year.frequencies[place].log_pgf(zero)
        return Severities(zero, self.pooled_rate, log_rest, dict.fromkeys(self.apart, zero))

    def _answer_law(
        self, state: State, transform: Callable[[Severities], Complexes], total: float, place: int | None = None
    ) -> Law:
        grid = state.grid
        full = grid.invert(transform(state.severities))
        nothing = np.zeros(grid.size)
        if self.bare:
            return Law(grid, nothing, full, total)
        one_by_one = self._sums_found_by(place) if place is not None and self._any_atoms and self._sums else None
        if one_by_one is not None:
            sums, placed = one_by_one, grid.invert(transform(self.severities_on(grid, 2)))
        elif self._any_atoms:
            placed = grid.invert(transform(self.severities_on(grid, 1)))
            sums = _on_points(grid, placed)
        else:
            placed = nothing.copy()
            placed[0] = float(transform(self._nothing)[0].real)
            sums = Sums(np.zeros(1), placed[:1].copy())
        beside, single = self._beside(grid, place, sums) if one_by_one is not None else ((), nothing)
        return Law(grid, full - placed, nothing, total, Steps(sums, beside, single))

    def _beside(self, grid: Grid, place: int | None, sums: Sums) -> tuple[tuple[tuple[Sums, Closed], ...], Reals]:
        # what one event of that scenario finds of single events with corners, in closed form and on the grid
        found: list[tuple[Sums, Closed]] = []
        single = np.zeros(grid.size)
        if place is None or len(self.rest) > FEWEST:
            return (), single
        kernels: list[tuple[Sums, Closed, Reals]] = []
        density = self._density(grid)
        if density is not None:
            kernels.append((sums, self._closed, density))
        for other in self._cornered_rest:
            item = self.portfolio.scenarios[other]
            kernel = self._sums_found_by(place, other)
            if kernel is not None and isinstance(item.severity, Continuous):
                closed = Closed([(1.0, item.severity, item.limit)])
                kernels.append((kernel, closed, continuous_mass(item.severity, item.limit, grid)))
        for kernel, closed, mass in kernels:
            if not kernel.values.size:
                continue
            some = kernel.heaviest(max(1, PAIRS // closed.size))
            placed = spread(grid, some.values / grid.step, some.weights)
            single += grid.invert(grid.transform(placed) * grid.transform(mass))
            found.append((some, closed))
        return tuple(found), single

    @cached_property
    def expected(self) -> Reals:
        """The expected annual loss of each scenario, in the portfolio's order; infinite where there is no mean."""
        found = np.zeros(len(self.portfolio.scenarios))
        if self.merged is not None:
            found[self.merged_places] = self.merged.beyond(0.0, 1)
        for place, rate in self._event_rates().items():
            found[place] = rate * self.portfolio.scenarios[place].mean_severity
        return found

    @cached_property
    def no_loss(self) -> float:
        """P(S = 0)."""
        return self.none_above(0.0)

    def none_above(self, amount: float) -> float:
        """The probability that no single event of the year costs more than `amount`."""
        scenarios = self.portfolio.scenarios

        def stays(place: int) -> Complexes:
            return np.atleast_1d(1 - scenarios[place].exceeds(amount)).astype(np.complex128)

        pooled = self.pooled_rate
        if self.merged is not None:
            pooled -= float(self.merged.beyond(amount, 0).sum())
        pooled -= sum(self.year.frequencies[place].mean * scenarios[place].exceeds(amount) for place in self.single)
        log_rest = np.zeros(1, np.complex128)
        for place in self.rest:
            log_rest += self.year.frequencies[place].log_pgf(stays(place))
        apart = {place: stays(place) for place in self.apart}
        severities = Severities(np.array([complex(pooled)]), self.pooled_rate, log_rest, apart)
        return min(1.0, float(annual(self.year, severities)[0].real))

    # ------------------------------------------------------------ how large the year may be

    @cached_property
    def _profile(self) -> Profile:
        return profile(self.portfolio.scenarios, self._event_rates(), self.merged)

    def guess(self, level: float) -> float:
        """About the quantile at `level`."""
        return self._profile.guess(level)

    @cached_property
    def _narrowest(self) -> float:
        # how wide a step may be so that the narrowest density covers a few; of many laws each matters less
        places = (*self.single, *self.rest)
        if len(places) > FEW:
            return math.inf
        scenarios = (self.portfolio.scenarios[place] for place in places)
        laws = [item.severity for item in scenarios if isinstance(item.severity, Continuous)]
        return min((law.deviation for law in laws), default=math.inf) / 32

    def _event_rates(self) -> dict[int, float]:
        rates = {place: self.year.frequencies[place].mean for place in (*self.single, *self.rest)}
        for place in self.apart:
            rates[place] = self.year.expected_events(place, self.portfolio.scenarios[place].id)
        return {place: rate for place, rate in rates.items() if rate > 0}

    def expected_on(self, grid: Grid) -> float:
        """The expected annual loss as `grid` has it, which differs where amounts went to the nearest point."""
        if not self.bare or self.on_lattice(grid):
            return float(self.expected.sum())
        rates = self._event_rates()
        pairs = [(rate, *self.atoms(place)) for place, rate in rates.items()]
        return sum(rate * float(self.rounded_to(grid, values) @ shares) for rate, values, shares in pairs)

    def rounded_to(self, grid: Grid, values: Reals) -> Reals:
        """Where certain amounts stand on `grid` when nothing has a density."""
        positions = values / grid.step
        return np.asarray(np.where(positions >= ALONE, np.rint(positions), positions) * grid.step, dtype=np.float64)

    def on_lattice(self, grid: Grid) -> bool:
        """Whether every amount there is lies on a point of `grid`: nothing on it is then approximate."""
        return self.bare and self._aligned and grid.step <= self.unit

    def exact_near(self, amount: float, within: float) -> float:
        """Where nothing has a density: the sum of one or two amounts nearest to `amount`, if `within` that distance."""
        groups = [self._pool_atoms[0], *(self.atoms(place)[0] for place in (*self.rest, *self.apart))]
        values = np.unique(np.concatenate(groups))
        if values.size > 1000:
            return amount
        values = np.union1d(values, [0.0])
        sums = np.add.outer(values, values).ravel()
        best = float(sums[np.argmin(np.abs(sums - amount))])
        return best if abs(best - amount) <= within else amount

    def grid_for(self, amount: float, size: int) -> Grid:
        """A grid of this unit that reaches at least 2.5 and at most 5 times as far as `amount`."""
        if self.bare and self._aligned and _ROOM * amount / self.unit <= LATTICE_SIZE:
            return Grid(self.unit, max(256, power_of_two(_ROOM * amount / self.unit)))
        if size >= self.size and not self.bare and not isinstance(self.portfolio.dependence, OneFactorCopula):
            while size < FINE_SIZE and self._profile.small(4 * _ROOM * amount / size, amount) > SMALL:
                size *= 2
            while size < FINE_SIZE and 2 * _ROOM * amount / size > self._narrowest:
                size *= 2
        return Grid(self.unit * 2.0 ** math.ceil(math.log2(_ROOM * amount / size / self.unit)), size)


def never_below_cap(item: Scenario) -> bool:
    """Whether every event costs at least the cap, and so exactly the cap."""
    return item.cap is not None and isinstance(item.severity, Continuous) and item.cap <= item.severity.low


def _at_cap(item: Scenario) -> Scenario:
    # whose every event costs the cap
    return replace(item, severity=Atomic((item.limit,), (1.0,))) if never_below_cap(item) else item


def _on_points(grid: Grid, mass: Reals) -> Sums:
    # mass on points as certain amounts, rounding left out
    at = np.flatnonzero(mass > 1e-13)
    return Sums(np.asarray(at * grid.step, dtype=np.float64), mass[at])


def _weighted(groups: list[tuple[float, tuple[Reals, Reals]]]) -> tuple[Reals, Reals]:
    if not groups:
        return np.zeros(0), np.zeros(0)
    values = np.concatenate([values for _, (values, _) in groups])
    return values, np.concatenate([weight * shares for weight, (_, shares) in groups])
