"""A portfolio made ready: which scenarios merge, how fine and how wide its grids are, and the law on each of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.dependence import Severities, annual, answer, pool_answer, shock_answer
from quarterdeck.engines.loss.frequency import Frequency
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
from quarterdeck.engines.loss.model import OneFactorCopula, Scenario
from quarterdeck.engines.loss.prepared import (
    ALONE,
    COARSE,
    FEW,
    FEWEST,
    FINE_SIZE,
    MOST_KEPT,
    ROOM,
    ROUGH_SIZE,
    SMALL,
    Prepared,
)
from quarterdeck.engines.loss.reach import Profile, profile
from quarterdeck.engines.loss.severity import Continuous
from quarterdeck.engines.loss.steps import (
    PAIRS,
    Closed,
    Steps,
    Sums,
)
from quarterdeck.engines.loss.units import LATTICE_SIZE, power_of_two

Reals = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]

_Kernel = tuple[Sums, Complexes | None, Closed, Reals]


@dataclass(frozen=True)
class State:
    """What was computed on one grid: transforms of single events, that of the year, and the law."""

    grid: Grid
    severities: Severities
    spectrum: Complexes
    law: Law


class Engine(Prepared):
    """One portfolio, prepared once; laws on grids are computed from it on demand and never change it."""

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
        if self.bare and self._aligned and ROOM * amount / self.unit <= LATTICE_SIZE:
            return Grid(self.unit, max(256, power_of_two(ROOM * amount / self.unit)))
        if size >= self.size and not self.bare and not isinstance(self.portfolio.dependence, OneFactorCopula):
            while size < FINE_SIZE and self._profile.small(4 * ROOM * amount / size, amount) > SMALL:
                size *= 2
            while size < FINE_SIZE and 2 * ROOM * amount / size > self._narrowest:
                size *= 2
        return Grid(self.unit * 2.0 ** math.ceil(math.log2(ROOM * amount / size / self.unit)), size)


def _on_points(grid: Grid, mass: Reals) -> Sums:
    # mass on points as certain amounts, rounding left out
    at = np.flatnonzero(mass > 1e-13)
    return Sums(np.asarray(at * grid.step, dtype=np.float64), mass[at])
