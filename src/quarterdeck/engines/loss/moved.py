"""A few scenarios of a portfolio changed: what they change is added to what was computed before."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.dependence import Severities
from quarterdeck.engines.loss.engine import Engine, State
from quarterdeck.engines.loss.frequency import Poisson
from quarterdeck.engines.loss.grid import Grid, continuous_mass
from quarterdeck.engines.loss.model import Portfolio, Scenario, SharedGamma
from quarterdeck.engines.loss.prepared import never_below_cap
from quarterdeck.engines.loss.severity import Continuous

Reals = npt.NDArray[np.float64]


def moved(engine: Engine, portfolio: Portfolio, base: Callable[[Grid], State]) -> MovedEngine | None:
    """`engine` with the rates or severities of `portfolio`, which differs in a few pooled scenarios, or None.

    `base` gives that engine's state on a grid. None where everything has to be computed anew.
    """
    if engine.bare or isinstance(portfolio.dependence, SharedGamma):
        return None
    pairs: list[tuple[int, Scenario, Scenario]] = []
    untouchable = {*engine.rest, *engine.apart}
    now, then = portfolio.scenarios, engine.portfolio.scenarios
    for place in [place for place, pair in enumerate(zip(then, now, strict=True)) if pair[0] is not pair[1]]:
        old, new = then[place], now[place]
        if place in untouchable or not isinstance(new.frequency, Poisson):
            return None
        if not isinstance(new.severity, Continuous) or not isinstance(old.severity, Continuous):
            return None
        if never_below_cap(new) or old.frequency.mean <= 0:
            return None
        pairs.append((place, old, new))
    return MovedEngine(engine, portfolio, pairs, base)


_OWN: Final = (
    "expected", "no_loss", "_nothing", "_any_atoms", "_closed", "_sums", "_rest_sums",
    "_pool_finds_nothing", "_pool_atoms",
)  # fmt: skip
"""What is not taken over from the other engine."""


class MovedEngine(Engine):
    """An engine that differs from another in a few pooled scenarios: it adds what they change to what is already there.

    Good for laws and what is read from them; brackets and contributions need an engine of their own.
    """

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
        rates = {place: new.frequency for place, _, new in pairs}
        self.year = replace(engine.year, frequencies={**engine.year.frequencies, **rates})
        self.pooled_rate = engine.pooled_rate + sum(new.frequency.mean - old.frequency.mean for _, old, new in pairs)

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
        fewer = sum(
            new.frequency.mean * new.exceeds(amount) - old.frequency.mean * old.exceeds(amount)
            for _, old, new in self._pairs
        )
        before = self._engine.no_loss if amount == 0 else self._engine.none_above(amount)
        return min(1.0, before * math.exp(-fewer))

    def state(self, grid: Grid) -> State:
        # the same grid as an object, which has its tilt ready
        return super().state(self._base(grid).grid)

    def severities_on(self, grid: Grid, which: int, rounding: bool = False) -> Severities:
        if rounding:
            raise NotImplementedError("a bracket needs an engine of its own")
        if which == 0:
            there = self._base(grid).severities
        else:
            there = self._engine.severities_on(grid, which)
        gap = np.zeros(grid.size // 2 + 1, np.complex128)
        for _, old, new in self._pairs:
            if old.severity == new.severity and old.cap == new.cap:
                gap += (new.frequency.mean - old.frequency.mean) * self._engine.event_transform(old, grid, which)
                continue
            for item, sign in ((new, 1.0), (old, -1.0)):
                gap += (sign * item.frequency.mean) * self._engine.event_transform(item, grid, which)
        return replace(there, pooled=there.pooled + gap, rate=self.pooled_rate)

    def _density(self, grid: Grid) -> Reals | None:
        self._base(grid)
        found = self._engine._density(grid)
        if found is None:
            return None
        found = found.copy()
        for place, old, new in self._pairs:
            if place not in self._cornered:
                continue
            for item, sign in ((new, 1.0), (old, -1.0)):
                if item.frequency.mean > 0 and isinstance(item.severity, Continuous):
                    found += sign * item.frequency.mean * continuous_mass(item.severity, item.limit, grid)
        return found
