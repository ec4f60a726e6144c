"""A portfolio made ready: which scenarios merge, how fine and how wide its grids are, and the law on each of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.closed import Closed
from quarterdeck.engines.loss.dependence import Severities, annual, answer, pool_answer, shock_answer
from quarterdeck.engines.loss.few import Years, one_event, years_of_few_events
from quarterdeck.engines.loss.frequency import Frequency, LogProduct
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
from quarterdeck.engines.loss.model import Independent, OneFactorCopula, Portfolio, Scenario
from quarterdeck.engines.loss.prepared import (
    ALONE,
    COARSE,
    DENSITY,
    FEW,
    FEWEST,
    FINE_SIZE,
    MOST_CERTAIN,
    ROOM,
    ROUGH_SIZE,
    SIZE,
    SMALL,
    Prepared,
)
from quarterdeck.engines.loss.reach import Profile, profile
from quarterdeck.engines.loss.severity import Continuous
from quarterdeck.engines.loss.steps import (
    PAIRS,
    Steps,
    Sums,
)
from quarterdeck.engines.loss.units import LATTICE_SIZE, power_of_two

Reals = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]


@dataclass(frozen=True)
class State:
    """What was computed on one grid: transforms of single events, that of the year, and the law."""

    engine: Engine
    grid: Grid
    spectrum: Complexes

    @cached_property
    def severities(self) -> Severities:
        """Transforms of single events."""
        return self.engine.severities_on(self.grid, 0)

    @cached_property
    def law(self) -> Law:
        """The law of the year."""
        return self.engine.law(self.grid, self.spectrum)


@dataclass(frozen=True)
class Certain:
    """Of certain amounts alone: transforms of single events and of the year."""

    severities: Severities
    spectrum: Complexes


@dataclass(frozen=True)
class Kernel:
    """Sums of certain amounts (some of those that there are) that a single event with corners finds, the law of such events, and the
    transform of the mass on the grid that stands for one of them beside one of the sums."""

    sums: Sums
    closed: Closed
    spectrum: Complexes


class Engine(Prepared):
    """One portfolio, prepared once; laws on grids are computed from it on demand and never change it."""

    pairs = PAIRS
    """The most pairs of a sum and a law that are looked at for one amount asked for."""

    def __init__(self, portfolio: Portfolio) -> None:
        super().__init__(portfolio)
        self.few_events: Years | None = None
        """Years of few events, where certain amounts without a common unit have too many sums to follow them all."""
        if self.bare and not self._aligned and isinstance(portfolio.dependence, Independent):
            # followed one by one they need no grid of their unit
            if self._sums is not None:
                self.bare, self.size = False, SIZE
            else:
                rest = [(self.year.frequencies[place], self.atoms(place)) for place in self.rest]
                self.few_events = years_of_few_events(self._pool_atoms, rest)
                # what many scenarios bring beside is as good as a density
                enough = self.few_events.nearly_all or len(self.rest) > FEW
                self.bare, self.size = False, ROUGH_SIZE if enough else self.size
        self._certain: dict[tuple[float, int, int], Certain] = {}
        self._kept_kernels: dict[tuple[float, int], dict[int, Kernel]] = {}

    def _few_events_on(self, years: Years, grid: Grid) -> Complexes:
        # the transform of those years
        pooled = grid.transform(self._spread_atoms(grid, *one_event(*self._pool_atoms))[0])
        rest = (self.event_transform(self.portfolio.scenarios[place], grid, 0) for place in self.rest)
        return years.transform([pooled, *rest])

    def event_mass(self, place: int, grid: Grid, which: int = 0) -> Reals:
        """One event of the scenario at `place` on `grid`: everything (0), the atoms that lie on points (1), or all atoms (2)."""
        return self.item_mass(self.portfolio.scenarios[place], grid, which)

    def item_mass(self, item: Scenario, grid: Grid, which: int = 0) -> Reals:
        """One event of `item` on `grid`: everything (0), the atoms that lie on points (1), all atoms (2), or what has a density (3)."""
        if which == DENSITY:
            return (
                continuous_mass(item.severity, item.limit, grid)
                if isinstance(item.severity, Continuous)
                else np.zeros(grid.size)
            )
        mass, exact = self._spread_atoms(grid, *atoms_of(item.severity, item.limit))
        if which == 1:
            return exact
        if which == 0 and isinstance(item.severity, Continuous):
            mass += continuous_mass(item.severity, item.limit, grid)
        return mass

    def event_transform(self, item: Scenario, grid: Grid, which: int) -> Complexes:
        """The transform of one event of `item`: of everything (0), atoms on points (1), all atoms (2) or its density (3); the latest are kept.

        Of many changes of a few scenarios, as for a frontier, the same few events are asked for again and again.
        """
        key = (item.severity, item.cap, grid.step, grid.size, which)
        found = self._kept.get(key)
        if found is None:
            found = grid.transform(self.item_mass(item, grid, which))
            if grid.size <= ROUGH_SIZE:
                self._kept.put(key, found)
        return found

    def pooled_mass(self, grid: Grid, which: int = 0) -> Reals:
        """The pooled scenarios on `grid`, weighted with their rates: everything (0), atoms on points (1), or all atoms (2)."""
        mass, exact = self._spread_atoms(grid, *self._pool_atoms)
        if which:
            return exact if which == 1 else mass
        if self.merged is not None:
            mass += self.merged.mass(grid)
        for place in self.single:
            item = self.portfolio.scenarios[place]
            if isinstance(item.severity, Continuous) and place not in self._cornered:
                mass += item.frequency.mean * continuous_mass(item.severity, item.limit, grid)
        return mass + self._cornered_mass_on(grid) if self._cornered else mass

    def _cornered_mass_on(self, grid: Grid) -> Reals:
        # the pooled densities with corners
        key = (grid.step, grid.size)
        if key not in self._cornered_mass:
            found = np.zeros(grid.size)
            for place in sorted(self._cornered):
                item = self.portfolio.scenarios[place]
                if isinstance(item.severity, Continuous):
                    found += item.frequency.mean * continuous_mass(item.severity, item.limit, grid)
            self._cornered_mass[key] = found
        return self._cornered_mass[key]

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

    def severities_on(self, grid: Grid, which: int) -> Severities:
        """Transforms of single events: of everything (0), of atoms on points (1) or of all atoms (2)."""
        rest = LogProduct(grid.size // 2 + 1)
        for place in self.rest:
            rest.add(self.year.frequencies[place], self._phi(place, grid, which))
        apart = {place: grid.transform(self.event_mass(place, grid, which)) for place in self.apart}
        pooled = grid.transform(self.pooled_mass(grid, which))
        return Severities(pooled, self.pooled_rate, rest.found, apart, which)

    def rounded_on(self, grid: Grid) -> tuple[Severities, Severities]:
        """Transforms of single events with every amount rounded down, and with every amount rounded up."""
        rest = LogProduct(grid.size // 2 + 1), LogProduct(grid.size // 2 + 1)
        apart: tuple[dict[int, Complexes], dict[int, Complexes]] = ({}, {})
        for place in self.rest:
            for sums, mass in zip(rest, self.event_rounded(place, grid), strict=True):
                sums.add(self.year.frequencies[place], grid.transform(mass))
        for place in self.apart:
            for laws, mass in zip(apart, self.event_rounded(place, grid), strict=True):
                laws[place] = grid.transform(mass)
        low, high = (
            Severities(grid.transform(mass), self.pooled_rate, sums.found, laws)
            for mass, sums, laws in zip(self.pooled_rounded(grid), rest, apart, strict=True)
        )
        return low, high

    def state(self, grid: Grid) -> State:
        """Transforms and law on `grid`."""
        severities = self.severities_on(grid, 0)
        found = State(self, grid, annual(self.year, severities))
        found.__dict__["severities"] = severities
        return found

    def certain(self, grid: Grid, which: int) -> Certain:
        """The certain amounts on `grid`: those that lie on points (1), or all (2); the latest are kept."""
        key = (grid.step, grid.size, which)
        found = self._certain.get(key)
        if found is None:
            severities = self.severities_on(grid, which)
            found = Certain(severities, annual(self.year, severities))
            if len(self._certain) >= MOST_CERTAIN:
                self._certain.pop(next(iter(self._certain)))
            self._certain[key] = found
        return found

    def law(self, grid: Grid, spectrum: Complexes) -> Law:
        """The law whose transform on `grid` is `spectrum`, its atoms apart."""
        if self.bare:
            # with nothing but certain amounts all of the law is atoms
            return Law(grid, np.zeros(grid.size), grid.invert(spectrum))
        sums, smooth, kernels = self._sums_on(grid, spectrum)
        return self.stepped(grid, smooth, sums, kernels)

    @staticmethod
    def stepped(grid: Grid, smooth: Reals, sums: Sums, kernels: Sequence[Kernel]) -> Law:
        """The law with `smooth` on the grid, `sums` of certain amounts and single events in closed form."""
        single = np.zeros(grid.size)
        if kernels:
            together = kernels[0].spectrum
            for kernel in kernels[1:]:
                together = together + kernel.spectrum
            single = grid.invert(together)
        beside = tuple((kernel.sums, kernel.closed) for kernel in kernels)
        return Law(grid, smooth, np.zeros(grid.size), steps=Steps(sums, beside, single))

    def kernel(
        self, grid: Grid, sums: Sums, spectrum: Complexes | None, closed: Closed, density: Complexes, among: int = 1
    ) -> Kernel:
        """Single events of the law `closed`, which is `density` on the grid, beside `sums`, whose transform is `spectrum` if known.

        Of `among` such kernels each has its part of the pairs that are looked at.
        """
        some = sums.heaviest(max(1, self.pairs // (closed.size * among)))
        if some.values.size == 1 and some.values[0] == 0:
            return Kernel(some, closed, np.asarray(float(some.weights[0]) * density, dtype=np.complex128))
        if spectrum is None or some is not sums:
            spectrum = grid.transform(spread(grid, some.values / grid.step, some.weights))
        return Kernel(some, closed, np.asarray(spectrum * density, dtype=np.complex128))

    def _sums_on(self, grid: Grid, spectrum: Complexes) -> tuple[Sums, Reals, list[Kernel]]:
        # the sums of certain amounts in a year, what the law has on the grid beside them, and single events with corners beside them
        kernels: list[Kernel] = []
        density = self.density(grid)
        shared_rate = self.shared_rate
        pool: tuple[Sums, Complexes | None] | None
        if not self._any_atoms:
            sums = Sums(np.zeros(1), np.array([self.no_loss]))
            smooth = grid.invert(spectrum)
            smooth[0] -= self.no_loss
            pool = (Sums(np.zeros(1), np.array([self._pool_finds_nothing])), None) if shared_rate else (sums, None)
        elif self.few_events is not None:
            sums, pool = self.few_events.sums, None
            others = None if self.few_events.all else spectrum - self._few_events_on(self.few_events, grid)
            smooth = np.zeros(grid.size) if others is None else grid.invert(others)
        else:
            certain = self.certain(grid, 1 if self._sums is None else 2)
            if self._sums is None:
                placed = grid.invert(certain.spectrum)
                sums, smooth = _on_points(grid, placed), grid.invert(spectrum) - placed
            else:
                sums, smooth = self._sums, grid.invert(spectrum - certain.spectrum)
            pool = (sums, certain.spectrum)
            if shared_rate:
                found = pool_answer(self.year, certain.severities)
                pool = None if found is None else (_on_points(grid, grid.invert(found)), found)
        if density is not None and pool is not None:
            kernels.append(self.kernel(grid, pool[0], pool[1], self._closed, density))
        return sums, smooth, [*kernels, *self.rest_kernels(grid).values()]

    def rest_kernels(self, grid: Grid) -> dict[int, Kernel]:
        """Single events with corners of scenarios that find other sums than a pooled event; the latest are kept."""
        key = (grid.step, grid.size)
        if key in self._kept_kernels:
            return self._kept_kernels[key]
        found: dict[int, Kernel] = {}
        for place in self._cornered_rest:
            item = self.portfolio.scenarios[place]
            sums, spectrum = self._rest_sums.get(place), None
            if self._any_atoms and (sums is not None or self._sums is None):
                which = 1 if self._sums is None else 2
                phi = self.event_transform(item, grid, which)
                slope = self.year.frequencies[place].slope(phi)
                spectrum = np.asarray(self.certain(grid, which).spectrum * slope, dtype=np.complex128)
                sums = sums or _on_points(grid, grid.invert(spectrum))
            if sums is not None and isinstance(item.severity, Continuous):
                closed = Closed([(1.0, item.severity, item.limit)])
                density = self.event_transform(item, grid, DENSITY)
                found[place] = self.kernel(grid, sums, spectrum, closed, density, len(self._cornered_rest))
        if len(self._kept_kernels) >= MOST_CERTAIN:
            self._kept_kernels.pop(next(iter(self._kept_kernels)))
        self._kept_kernels[key] = found
        return found

    def density(self, grid: Grid) -> Complexes | None:
        """The transform of the densities with corners that find what a pooled event finds, weighted with rates; None without any."""
        if not self._cornered and not self._cornered_along:
            return None
        key = (grid.step, grid.size)
        if key not in self._cornered_transform:
            mass = self._cornered_mass_on(grid) if self._cornered else np.zeros(grid.size)
            for place, weight in self._cornered_along.items():
                item = self.portfolio.scenarios[place]
                if isinstance(item.severity, Continuous):
                    mass = mass + weight * continuous_mass(item.severity, item.limit, grid)
            self._cornered_transform[key] = grid.transform(mass)
        return self._cornered_transform[key]

    def bounds(self, grid: Grid) -> tuple[Reals, Reals]:
        """The annual loss's mass on `grid` with every event rounded down, and with every event rounded up."""
        low, high = (grid.invert(annual(self.year, severities)) for severities in self.rounded_on(grid))
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
        known: list[tuple[Severities, Complexes]] = [(state.severities, state.spectrum)]

        def year(severities: Severities) -> Complexes:
            # the same few are asked for by every scenario
            for given, found in known:
                if given is severities:
                    return found
            known.append((severities, annual(self.year, severities)))
            return known[-1][1]

        for place in self.rest:
            frequency = self.year.frequencies[place]

            def independent(severities: Severities, place: int = place, frequency: Frequency = frequency) -> Complexes:
                if severities is self._nothing:
                    phi = np.zeros(1, np.complex128)
                else:
                    phi = self._phi(place, state.grid, severities.which)
                return np.asarray(year(severities) * frequency.slope(phi), dtype=np.complex128)

            yield place, self._answer_law(state, independent, frequency.mean, place)
        for place in self.apart:
            shocks = self.year.shocks(self.portfolio.scenarios[place].id)
            if shocks > 0:

                def shocked(severities: Severities, place: int = place) -> Complexes:
                    return shock_answer(self.year, severities, year(severities), place)

                yield place, self._answer_law(state, shocked, shocks)
            elif self.year.frequencies[place].mean > 0:

                def tied_to(severities: Severities, place: int = place) -> Complexes:
                    return answer(self.year, severities, place)

                yield place, self._answer_law(state, tied_to, self.year.frequencies[place].mean)

    def _phi(self, place: int, grid: Grid, which: int) -> Complexes:
        # of a scenario whose transform is asked for once more when its contribution is
        return self.event_transform(self.portfolio.scenarios[place], grid, which)

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
            sums, placed = one_by_one, grid.invert(transform(self.certain(grid, 2).severities))
        elif self._any_atoms:
            placed = grid.invert(transform(self.certain(grid, 1).severities))
            sums = _on_points(grid, placed)
        else:
            placed = nothing.copy()
            placed[0] = float(transform(self._nothing)[0].real)
            sums = Sums(np.zeros(1), placed[:1].copy())
        beside, single = self._beside(grid, place, sums) if one_by_one is not None else ((), nothing)
        return Law(grid, full - placed, nothing, total, Steps(sums, beside, single))

    def _beside(self, grid: Grid, place: int | None, sums: Sums) -> tuple[tuple[tuple[Sums, Closed], ...], Reals]:
        # what one event of that scenario finds of single events with corners, in closed form and on the grid
        nothing = np.zeros(grid.size)
        if place is None or len(self.rest) > FEWEST:
            return (), nothing
        kernels: list[Kernel] = []
        density = self.density(grid)
        if density is not None and sums.values.size:
            kernels.append(self.kernel(grid, sums, None, self._closed, density))
        for other in self._cornered_rest:
            item = self.portfolio.scenarios[other]
            beside = self._sums_found_by(place, other)
            if beside is not None and beside.values.size and isinstance(item.severity, Continuous):
                closed = Closed([(1.0, item.severity, item.limit)])
                kernels.append(self.kernel(grid, beside, None, closed, self.event_transform(item, grid, DENSITY)))
        law = self.stepped(grid, nothing, sums, kernels)
        assert law.steps is not None
        return law.steps.beside, law.steps.single

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
