"""A portfolio sorted before anything is computed: what merges, which amounts are certain, what single events find beside them."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.closed import Closed
from quarterdeck.engines.loss.dependence import Severities, Year, annual, pool_answer, tied
from quarterdeck.engines.loss.frequency import Frequency, Poisson
from quarterdeck.engines.loss.grid import atoms_of
from quarterdeck.engines.loss.mixture import NARROWEST, Mixture, merge
from quarterdeck.engines.loss.model import Independent, OneFactorCopula, Portfolio, Scenario, SharedGamma
from quarterdeck.engines.loss.severity import Atomic, Composed, Continuous, Lognormal, Pert, Severity
from quarterdeck.engines.loss.steps import LOST, Sums, compound, gathered, has_corners, poisson_sums, summed
from quarterdeck.engines.loss.units import unit_of

Reals = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]

SIZE: Final = 2**15
"""Points of the grids that quantiles are read from."""
ROUGH_SIZE: Final = 2**16
"""The same where some amounts are certain, a cap or a constant: the law has steps, which a grid blurs."""
CROWD_SIZE: Final = 2**13
"""The same where each of many laws is put onto the grid by itself and no amount is certain: quantiles still come out to 2e-7."""
CROWD_ROUGH_SIZE: Final = 2**14
"""The same where caps are the only certain amounts."""
STEADY: Final = 0.1
"""Laws whose densities change shape over less than this part of their middle need finer grids than that."""
MANY: Final = 500
"""With more laws than so many that do not merge, grids stay small all the same."""
FEW: Final = 16
"""Of so many scenarios with counts other than Poisson single events are read in closed form."""
FEWEST: Final = 6
"""Of so many also what a further event of theirs finds."""
MOST_COUNTED: Final = 200
"""The most events of a year of one such scenario that are followed one by one."""
MOST_KEPT: Final = 64 * 2**20
"""Bytes of the transforms of single events that are kept, for contributions and for further changes."""
MOST_CERTAIN: Final = 6
"""Grids of which the transforms of certain amounts are kept."""
DENSITY: Final = 3
"""Asks of one event on a grid for what has a density, atoms left out."""
FINE_SIZE: Final = 2**18
"""The most points of a grid that is made finer because many small events make the year."""
SMALL: Final = 0.001
"""From this share of the spread of a year on, events of less than four steps ask for a finer grid."""
STEPPED_SIZE: Final = 2**19
"""Points of a grid for amounts without densities that have no common unit."""
COARSE: Final = 512
"""From this grid point on certain amounts are shared between two points; the spread of a year is then right to 1e-6."""
ALONE: Final = 2**12
"""From this grid point on, where nothing has a density, they go to the nearest one."""
SELDOM: Final = 1e-6
"""Scenarios that pass fewer years than this share without an event are looked at one by one."""
ROOM: Final = 2.5
"""How much further than the amount asked for a grid reaches at least."""


class Kept:
    """Transforms by what they were made of; beyond `MOST_KEPT` bytes the oldest make room."""

    def __init__(self) -> None:
        self._found: dict[tuple[Severity, float | None, float, int, int], Complexes] = {}
        self._bytes = 0

    def get(self, key: tuple[Severity, float | None, float, int, int]) -> Complexes | None:
        """What was put there, if it is still there."""
        return self._found.get(key)

    def put(self, key: tuple[Severity, float | None, float, int, int], found: Complexes) -> None:
        """Keeps it as the newest."""
        while self._found and self._bytes + found.nbytes > MOST_KEPT:
            self._bytes -= self._found.pop(next(iter(self._found))).nbytes
        self._found[key] = found
        self._bytes += found.nbytes


class Prepared:
    """A portfolio sorted once: what merges, what stands alone, what is certain, and how fine its grids have to be."""

    def __init__(self, portfolio: Portfolio) -> None:
        if any(never_below_cap(item) for item in portfolio.scenarios):
            portfolio = replace(portfolio, scenarios=tuple(_at_cap(item) for item in portfolio.scenarios))
        self.portfolio = portfolio
        self._kept = Kept()
        self._without: dict[int, tuple[Sums, float] | None] = {}
        self._atoms: dict[int, tuple[Reals, Reals]] = {}
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
        self._cornered_transform: dict[tuple[float, int], Complexes] = {}
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
        if self.bare:
            self.size = STEPPED_SIZE
        elif self._crowd(single, rest):
            self.size = CROWD_ROUGH_SIZE if rough else CROWD_SIZE
        else:
            self.size = ROUGH_SIZE if rough else SIZE
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

    def _crowd(self, *groups: list[int]) -> bool:
        # whether there are many laws on the grid, none of which needs a fine one
        laws = [self.portfolio.scenarios[place].severity for places in groups for place in places]
        return len(laws) > FEW and not any(isinstance(law, Atomic) or _narrow(law) for law in laws)

    @cached_property
    def _pool_atoms(self) -> tuple[Reals, Reals]:
        return _weighted([(self.year.frequencies[place].mean, self.atoms(place)) for place in self.single])

    def atoms(self, place: int) -> tuple[Reals, Reals]:
        """The amounts that one event of the scenario at `place` costs with positive probability, and the probabilities; kept."""
        if place not in self._atoms:
            item = self.portfolio.scenarios[place]
            self._atoms[place] = atoms_of(item.severity, item.limit)
        return self._atoms[place]

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

    @property
    def shared_rate(self) -> bool:
        """Whether a factor of the year multiplies rates: a pooled event then finds another year than there is."""
        tie = self.portfolio.dependence
        return isinstance(tie, SharedGamma) and tie.theta > 0

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
        # of other counts than Poisson those whose single event finds other sums than a pooled one
        found = [place for place in self.rest if self._has_corners(place) and not self.finds_as_pooled(place)]
        return tuple(found if len(found) <= FEW else ())

    @cached_property
    def _cornered_along(self) -> dict[int, float]:
        # the others: what such an event finds is what a pooled one finds, times a number
        found = [place for place in self.rest if self._has_corners(place) and self.finds_as_pooled(place)]
        if len(found) + len(self._cornered) > MANY or self.shared_rate:
            return {}
        return {place: self.along(self.portfolio.scenarios[place]) for place in found}

    def finds_as_pooled(self, place: int) -> bool:
        """Whether one event of a scenario with other counts than Poisson finds certain amounts as a pooled event does.

        That is so where it has none itself: beside its event are years without another one of its own.
        """
        item = self.portfolio.scenarios[place]
        return not self.atoms(place)[0].size and item.frequency.pgf(0.0) > SELDOM

    @staticmethod
    def along(item: Scenario) -> float:
        """P(N = 1) / P(N = 0): how often one event of `item` is in a year that has no other of it, as a pooled rate is."""
        return float(item.frequency.slope(np.zeros(1, np.complex128)).real[0])

    def _has_corners(self, place: int) -> bool:
        item = self.portfolio.scenarios[place]
        return isinstance(item.severity, Continuous) and has_corners(item.severity, item.limit)

    @cached_property
    def _closed(self) -> Closed:
        items = []
        for place in sorted((*self._cornered, *self._cornered_along)):
            item = self.portfolio.scenarios[place]
            assert isinstance(item.severity, Continuous)
            weight = self._cornered_along.get(place, item.frequency.mean)
            items.append((weight, item.severity, item.limit))
        return Closed(items)

    @cached_property
    def _sums(self) -> Sums | None:
        # the certain amounts of a year one by one; None where they are too many, or tied
        if not isinstance(self.portfolio.dependence, Independent) or len(self.rest) > MANY:
            return None
        return self._sums_found_by()

    def _sums_found_by(self, *places: int) -> Sums | None:
        # the certain amounts that one event of each of these scenarios, which are not pooled, finds beside it
        found, sure = self._pool_sums()
        for place in self.rest:
            one = self._counted_sums(self.portfolio.scenarios[place], places.count(place))
            found = None if found is None or one is None else summed(found, one[0])
            if found is None or one is None:
                return None
            sure *= one[1]
        if found is None or abs(sure - float(found.up_to[-1])) > LOST:
            return None
        return found

    def _pool_sums(self, without: int | None = None) -> tuple[Sums | None, float]:
        # the certain amounts of all pooled scenarios but one, and how likely there is nothing else of them
        values, rates = self._pool_atoms
        rate = self.pooled_rate
        if without is not None:
            others = [place for place in self.single if place != without]
            values, rates = _weighted([(self.year.frequencies[place].mean, self.atoms(place)) for place in others])
            rate -= self.year.frequencies[without].mean
        nothing = float(rates[values <= 0].sum())
        return poisson_sums(values, rates, rate - nothing), math.exp(-max(0.0, rate - float(rates.sum())))

    @staticmethod
    def _counted_sums(item: Scenario, times: int = 0) -> tuple[Sums, float] | None:
        # the certain amounts of one scenario, or those that each of its events finds beside it, and how likely there is nothing else
        shares = item.frequency.shares(MOST_COUNTED)
        if shares is None:
            return None
        for _ in range(times):
            # n times the chance of n events, for the n − 1 others
            shares = [n * share for n, share in enumerate(shares)][1:] or [0.0]
        atoms = atoms_of(item.severity, item.limit)
        found = compound(shares, gathered(*atoms))
        certain = float(atoms[1].sum())
        return None if found is None else (found, math.fsum(share * certain**n for n, share in enumerate(shares)))

    def sums_without(self, place: int) -> tuple[Sums, float] | None:
        """The certain amounts of all other scenarios that stand alone, and how likely there is nothing else of them; kept."""
        if place not in self._without:
            found, sure = self._pool_sums(place if place not in self.rest else None)
            for other in self.rest:
                one = None if other == place or found is None else self._counted_sums(self.portfolio.scenarios[other])
                if other != place and found is not None:
                    found = None if one is None else summed(found, one[0])
                    sure *= 1.0 if one is None else one[1]
            self._without[place] = None if found is None else (found, sure)
        return self._without[place]

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

    @cached_property
    def _nothing(self) -> Severities:
        # transforms of events that are never small enough to be seen: what is left is the chance of none
        zero = np.zeros(1, np.complex128)
        log_rest = zero.copy()
        for place in self.rest:
            log_rest += self.year.frequencies[place].log_pgf(zero)
        return Severities(zero, self.pooled_rate, log_rest, dict.fromkeys(self.apart, zero))


def _narrow(law: Severity) -> bool:
    # whether a density may change shape over less than a tenth of the amounts that it stands for
    if isinstance(law, Pert):
        return law.deviation < STEADY * law.mean
    return isinstance(law, Composed) or (isinstance(law, Continuous) and law.width < STEADY)


def never_below_cap(item: Scenario) -> bool:
    """Whether every event costs at least the cap, and so exactly the cap."""
    return item.cap is not None and isinstance(item.severity, Continuous) and item.cap <= item.severity.low


def _at_cap(item: Scenario) -> Scenario:
    # whose every event costs the cap
    return replace(item, severity=Atomic((item.limit,), (1.0,))) if never_below_cap(item) else item


def _weighted(groups: list[tuple[float, tuple[Reals, Reals]]]) -> tuple[Reals, Reals]:
    if not groups:
        return np.zeros(0), np.zeros(0)
    values = np.concatenate([values for _, (values, _) in groups])
    return values, np.concatenate([weight * shares for weight, (_, shares) in groups])
