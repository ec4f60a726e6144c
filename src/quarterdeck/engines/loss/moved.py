"""A few scenarios of a portfolio changed: what they change is multiplied onto what was computed before."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.closed import Closed
from quarterdeck.engines.loss.dependence import Severities
from quarterdeck.engines.loss.engine import Certain, Engine, Kernel, State
from quarterdeck.engines.loss.frequency import Poisson
from quarterdeck.engines.loss.grid import Grid, atoms_of
from quarterdeck.engines.loss.model import Portfolio, Scenario, SharedGamma
from quarterdeck.engines.loss.prepared import DENSITY, ROUGH_SIZE, SIZE, never_below_cap
from quarterdeck.engines.loss.severity import Composed, Continuous
from quarterdeck.engines.loss.steps import LOST, NOTHING, Sums, gathered, summed

Reals = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]

MOST_MOVED: Final = 40
"""Of more changes at once everything is computed anew."""
_PAIRS: Final = 1000
_BESIDE: Final = 400
"""Sums of certain amounts beside which single events of other counts are looked at."""
_TERMS: Final = 30


def moved(engine: Engine, portfolio: Portfolio, base: Callable[[Grid], State]) -> MovedEngine | None:
    """`engine` with the rates or severities of `portfolio`, which differs in a few scenarios that stand alone, or None.

    `base` gives that engine's state on a grid. None where everything has to be computed anew.
    """
    while isinstance(engine, MovedEngine):
        engine, base = engine.moved_from
    if engine.bare or isinstance(portfolio.dependence, SharedGamma):
        return None
    pairs: list[tuple[int, Scenario, Scenario]] = []
    now, then = portfolio.scenarios, engine.portfolio.scenarios
    tied = frozenset(engine.apart)
    for place in [place for place, pair in enumerate(zip(then, now, strict=True)) if pair[0] is not pair[1]]:
        old, new = then[place], now[place]
        if (
            place in tied
            or old.frequency.mean <= 0
            or old.frequency.pgf(0.0) <= 0
            or type(new.frequency) is not type(old.frequency)
        ):
            return None
        if never_below_cap(new) or type(new.severity) is not type(old.severity):
            return None
        pairs.append((place, old, new))
    return MovedEngine(engine, portfolio, pairs, base) if len(pairs) <= MOST_MOVED else None


_OWN: Final = (
    "expected", "no_loss", "_nothing", "_any_atoms", "_closed", "_sums", "_rest_sums",
    "_pool_finds_nothing", "_pool_atoms", "_cornered_along",
)  # fmt: skip
"""What is not taken over from the other engine."""


class MovedEngine(Engine):
    """An engine that differs from another in a few scenarios: it multiplies what they change onto the transforms that are there.

    That gives laws, quickly. Single events, for brackets and contributions, come from an engine of the changed portfolio's own.
    """

    pairs = _PAIRS

    def __init__(
        self,
        engine: Engine,
        portfolio: Portfolio,
        pairs: list[tuple[int, Scenario, Scenario]],
        base: Callable[[Grid], State],
    ) -> None:
        self.__dict__.update(engine.__dict__)
        for name in _OWN:
            self.__dict__.pop(name, None)
        self._engine, self.portfolio, self._pairs, self._base = engine, portfolio, pairs, base
        self.moved_from = (engine, base)
        # steps and corners are not on the grid, so that one half as fine does for a comparison
        self.size = engine.size // 2 if engine.size in (ROUGH_SIZE, SIZE) else min(engine.size, SIZE)
        self._atoms = dict(engine._atoms)
        for place, _, _ in pairs:
            self._atoms.pop(place, None)
        rates = {place: new.frequency for place, _, new in pairs}
        self.year = replace(engine.year, frequencies={**engine.year.frequencies, **rates})
        self.pooled_rate = engine.pooled_rate + sum(
            new.frequency.mean - old.frequency.mean for place, old, new in pairs if isinstance(new.frequency, Poisson)
        )

    @cached_property
    def own(self) -> Engine:
        """An engine of the changed portfolio that was computed anew."""
        return Engine(self.portfolio)

    @cached_property
    def expected(self) -> Reals:
        found = self._engine.expected.copy()
        for place, _, new in self._pairs:
            rate = new.frequency.mean
            found[place] = rate * new.mean_severity if rate > 0 else 0.0
        return found

    @cached_property
    def no_loss(self) -> float:
        return self.none_above(0.0)

    def none_above(self, amount: float) -> float:
        found = self._engine.no_loss if amount == 0 else self._engine.none_above(amount)
        for _, old, new in self._pairs:
            before = old.frequency.pgf(1 - old.exceeds(amount))
            found *= new.frequency.pgf(1 - new.exceeds(amount)) / before
        return min(1.0, found)

    def severities_on(self, grid: Grid, which: int) -> Severities:
        return self.own.severities_on(grid, which)

    def rounded_on(self, grid: Grid) -> tuple[Severities, Severities]:
        return self.own.rounded_on(grid)

    def state(self, grid: Grid) -> State:
        before = self._base(grid)
        # the same grid as an object, which has its tilt ready
        return State(self, before.grid, self._changed(before.spectrum, before.grid, 0))

    def certain(self, grid: Grid, which: int) -> Certain:
        # only the year is asked for while there are no ties
        before = self._engine.certain(grid, which)
        return Certain(before.severities, self._changed(before.spectrum, grid, which))

    def _changed(self, spectrum: Complexes, grid: Grid, which: int) -> Complexes:
        # a transform of the year with the generating functions of the changed scenarios exchanged
        if which and not any(self.atoms(place)[0].size for place, _, _ in self._pairs):
            factor = math.prod(new.frequency.pgf(0.0) / old.frequency.pgf(0.0) for _, old, new in self._pairs)
            return np.asarray(spectrum * factor, dtype=np.complex128)
        gap: Complexes | None = None
        for _, old, new in self._pairs:
            before, after = self._event(old, grid, which), self._event(new, grid, which)
            if isinstance(new.frequency, Poisson) and isinstance(old.frequency, Poisson):
                part = new.frequency.rate * after
                part -= old.frequency.rate * before
                part -= new.frequency.rate - old.frequency.rate
                gap = part if gap is None else gap + part
            else:
                spectrum = np.asarray(spectrum * old.frequency.exchanged(before, new.frequency, after), np.complex128)
        return spectrum if gap is None else np.asarray(spectrum * np.exp(gap), dtype=np.complex128)

    def _event(self, item: Scenario, grid: Grid, which: int) -> Complexes:
        if which == 0 and isinstance(item.severity, Continuous) and item.cap is not None:
            # the parts are asked for too
            whole = self._engine.event_transform(item, grid, DENSITY) + self._engine.event_transform(item, grid, 2)
            return np.asarray(whole, dtype=np.complex128)
        if which == 2 and not isinstance(item.severity, Continuous):
            which = 0
        return self._engine.event_transform(item, grid, DENSITY if which == 0 and self._no_atoms(item) else which)

    @staticmethod
    def _no_atoms(item: Scenario) -> bool:
        return isinstance(item.severity, Continuous) and item.cap is None and not isinstance(item.severity, Composed)

    # ------------------------------------------------------------ steps and corners

    @cached_property
    def _sums(self) -> Sums | None:
        if self._engine._sums is None:
            return None
        if len(self._pairs) != 1:
            return self._sums_found_by()
        place, _, new = self._pairs[0]
        others = self._engine.sums_without(place)
        one = self._counted_sums(new)
        if others is None or one is None:
            return None
        found = summed(others[0], one[0])
        if found is None or abs(others[1] * one[1] - float(found.up_to[-1])) > LOST:
            return None
        return found

    def density(self, grid: Grid) -> Complexes | None:
        found = self._engine.density(grid)
        if found is None:
            return None
        weights = self._engine._cornered_along
        for place, old, new in self._pairs:
            if place in self._cornered:
                before, after = old.frequency.mean, new.frequency.mean
            elif place in weights:
                before, after = weights[place], self.along(new)
            else:
                continue
            found = found + (
                after * self._engine.event_transform(new, grid, DENSITY)
                - before * self._engine.event_transform(old, grid, DENSITY)
            )
        return np.asarray(found, dtype=np.complex128)

    def rest_kernels(self, grid: Grid) -> dict[int, Kernel]:
        # some of the sums do, as long as grid and closed form have the same
        changed = {place: new for place, _, new in self._pairs}
        factor = math.prod(new.frequency.pgf(0.0) / old.frequency.pgf(0.0) for _, old, new in self._pairs)
        among = len(self._cornered_rest)
        found: dict[int, Kernel] = {}
        for place, kernel in self._engine.rest_kernels(grid).items():
            item = self.portfolio.scenarios[place]
            law = item.severity
            if not isinstance(law, Continuous) or item.frequency.mean <= 0:
                continue
            sums, spectrum = self._found_beside(item), None
            if sums is None and place not in changed:
                # exact beside years without an event of what was changed
                sums = Sums(kernel.sums.values, kernel.sums.weights * factor)
                spectrum = np.asarray(kernel.spectrum * factor, dtype=np.complex128)
                found[place] = Kernel(sums, kernel.closed, spectrum)
                continue
            sums = sums or Sums(kernel.sums.values, kernel.sums.weights * factor)
            closed = Closed([(1.0, law, item.limit)])
            density = self._engine.event_transform(item, grid, DENSITY)
            found[place] = self.kernel(grid, sums, spectrum, closed, density, among)
        return found

    def _found_beside(self, item: Scenario) -> Sums | None:
        # what certain amounts one event of this scenario finds: those of the year times P'/P, a series in its own amounts
        shares = item.frequency.shares(_TERMS)
        counts = [*(shares or []), *[0.0] * (_TERMS + 2)][: _TERMS + 2]
        event = gathered(*atoms_of(item.severity, item.limit))
        whole = float(event.weights.sum())
        if self._sums is None or shares is None or counts[0] <= 0:
            return None
        series: list[float] = []
        for k in range(_TERMS + 1):
            lower = math.fsum(counts[j] * series[k - j] for j in range(1, k + 1))
            series.append(((k + 1) * counts[k + 1] - lower) / counts[0])
        if abs(series[-1]) * whole**_TERMS > 1e-7 * series[0]:
            return None
        some = self._sums.heaviest(_BESIDE)
        values, weights, power = [], [], NOTHING
        for k, each in enumerate(series):
            if abs(each) * whole**k <= 1e-9 * series[0]:
                break
            values.append(np.add.outer(some.values, power.values).ravel())
            weights.append(np.multiply.outer(some.weights, power.weights * each).ravel())
            following = summed(power, event)
            if following is None:
                return None
            power = following
        found = gathered(np.concatenate(values), np.concatenate(weights))
        return found if found.values.size else None
