"""The figures of a portfolio: expected loss, quantiles, tail means, thresholds, contributions, and the curve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.contributions import tail_contributions
from quarterdeck.engines.loss.engine import Engine, State
from quarterdeck.engines.loss.frequency import AS_GOOD_AS_ZERO
from quarterdeck.engines.loss.grid import Grid
from quarterdeck.engines.loss.law import lattice_quantile
from quarterdeck.engines.loss.model import LossError, Portfolio
from quarterdeck.engines.loss.moved import MovedEngine, moved

Reals = npt.NDArray[np.float64]

LEVELS: Final = (0.95, 0.99, 0.999)
CONTRIBUTION_LEVEL: Final = 0.99
DEEPEST: Final = 1 - 1e-6
"""The highest level computed; beyond it rounding is no longer small beside what is left."""
CURVE_SIZE: Final = 2**13
FINEST: Final = 256
"""The first point of a grid from which the curve is read."""
WIDEST: Final = 2**22
"""The most points of a grid for a bracket; where rounding up needs more, its upper end is infinite."""
_SURE: Final = 1e-9
"""By how much a level is missed and passed for the bracket, so that rounding cannot move it inward."""


@dataclass(frozen=True, slots=True)
class ThresholdResult:
    """How likely an amount is exceeded in a year: by the annual loss, and by any single event."""

    name: str
    amount: float
    annual_probability: float
    single_event_probability: float


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one scenario adds to the expected loss and to the tail mean at 99%. None where there is no finite mean."""

    id: str
    expected: float | None
    tail: float | None


@dataclass(frozen=True, slots=True)
class Quantified:
    """Amounts in the portfolio's currency, probabilities a year. None stands for no finite value.

    `var`, `tvar` and `bracket` go by level; `bracket` holds the quantile whatever the grid does. `exceedance` is pairs of
    loss and probability that the annual loss is strictly greater.
    """

    expected: float | None
    no_loss: float
    var: dict[float, float]
    tvar: dict[float, float | None]
    bracket: dict[float, tuple[float, float]]
    exceedance: tuple[tuple[float, float], ...]
    thresholds: tuple[ThresholdResult, ...]
    contributions: tuple[Contribution, ...]


class Analysis:
    """Figures of one portfolio, each computed when asked for, from laws on grids that are kept."""

    def __init__(self, portfolio: Portfolio, engine: Engine | None = None) -> None:
        self.engine = engine or Engine(portfolio)
        self._states: dict[tuple[float, int], State] = {}
        self._edges: dict[tuple[float, int], tuple[Reals, Reals]] = {}
        self._levels: dict[float, tuple[float, State | None]] = {}
        self._tails: dict[float, float | None] = {}
        self._exceeded: dict[tuple[float, int | None], float] = {}

    def changed(self, portfolio: Portfolio) -> Analysis:
        """An analysis of `portfolio`, which differs from this one's in a few scenarios, for quantiles, tail means and thresholds.

        Where it can it adds the change to the laws that this one has.
        """
        if self.engine.few_events is not None:
            return Analysis(portfolio)
        return Analysis(portfolio, moved(self.engine, portfolio, self._on))

    @cached_property
    def _own(self) -> Analysis | None:
        # of a changed portfolio: one that looks at its single events, not only at the law of the year
        return Analysis(self.engine.portfolio, self.engine.own) if isinstance(self.engine, MovedEngine) else None

    def _on(self, grid: Grid) -> State:
        key = (grid.step, grid.size)
        if key not in self._states:
            self._states[key] = self.engine.state(grid)
        return self._states[key]

    # ------------------------------------------------------------ laws

    def _state(self, amount: float, size: int | None = None) -> State:
        return self._on(self.engine.grid_for(amount, size or self.engine.size))

    def state_at(self, amount: float, size: int | None = None) -> State:
        """A state whose grid is fine and wide enough for the law near `amount`."""
        for state in self._states.values():
            exact = self.engine.on_lattice(state.grid)
            fine = exact or (amount >= FINEST * state.grid.step and state.grid.size >= (size or self.engine.size))
            if fine and amount <= state.grid.usable:
                return state
        return self._state(amount, size)

    def quantile(self, level: float) -> tuple[float, State | None]:
        """The lower quantile of the annual loss at `level`, and the state it was read from (None where it is 0)."""
        if level not in self._levels:
            self._levels[level] = self._find(level)
        return self._levels[level]

    def _find(self, level: float) -> tuple[float, State | None]:
        if not 0 < level <= DEEPEST:
            raise LossError("level", f"a level lies between 0 and {DEEPEST}", "levels")
        if self.engine.no_loss >= level - 1e-12:
            return 0.0, None
        for state in sorted(self._states.values(), key=lambda item: item.grid.step):
            first = 0 if self.engine.on_lattice(state.grid) else FINEST
            if state.grid.size < self.engine.size and first:
                continue
            found = state.law.quantile(level, first)
            if found is not None and found >= first * state.grid.step:
                return self._exact(found, state), state
        amount = self.engine.guess(level)
        for _ in range(200):
            state = self._state(amount)
            first = 0 if self.engine.on_lattice(state.grid) else FINEST
            found = state.law.quantile(level, first)
            if found is None:
                amount = 1.9 * state.grid.usable
            elif found < first * state.grid.step:
                amount = found
            else:
                return self._exact(found, state), state
        raise LossError("range", "no grid holds this quantile", "levels")

    def _exact(self, found: float, state: State) -> float:
        if not self.engine.bare or self.engine.on_lattice(state.grid):
            return found
        return self.engine.exact_near(found, 2 * state.grid.step)

    def exceedance(self, x: float, size: int | None = None) -> float:
        """P(S > x)."""
        if x < 0:
            return 1.0
        if x == 0:
            return 1 - self.engine.no_loss
        if (x, size) not in self._exceeded:
            state = self.state_at(x, size)
            self._exceeded[x, size] = state.law.exceedance(self._place(x, state))
        return self._exceeded[x, size]

    def tail_mean(self, level: float) -> float | None:
        """TVaR after Acerbi and Tasche: the mean of the worst 1 − level of years; None where there is no finite mean."""
        if level not in self._tails:
            self._tails[level] = self._mean_beyond(level)
        return self._tails[level]

    def _mean_beyond(self, level: float) -> float | None:
        mean = float(self.engine.expected.sum())
        if not math.isfinite(mean):
            return None
        amount, state = self.quantile(level)
        if state is None:
            return mean / (1 - level)
        beyond = self.engine.expected_on(state.grid) - state.law.limited(self._place(amount, state))
        return amount + max(0.0, beyond) / (1 - level)

    def _place(self, x: float, state: State) -> float:
        # without densities amounts went to the nearest point, and so does what is compared with them
        if not self.engine.bare or self.engine.on_lattice(state.grid):
            return x
        return round(x / state.grid.step) * state.grid.step

    def bracket(self, level: float) -> tuple[float, float]:
        """Between which amounts the quantile lies for certain: every event rounded down, and every event rounded up."""
        amount, state = self.quantile(level)
        if state is None:
            return 0.0, 0.0
        if self._own is not None:
            least, most = self._own.bracket(level)
            return min(amount, least), max(amount, most)
        grid = state.grid
        while True:
            low, high = self._bounds(grid)
            under = lattice_quantile(low, grid.step, level - _SURE)
            over = lattice_quantile(high, grid.step, level + _SURE)
            if under is not None and over is not None:
                return min(amount, under), max(amount, over)
            # rounding up sent it off the grid: one of more points of the same step has room
            if grid.size >= WIDEST:
                return min(amount, under or 0.0), math.inf
            grid = Grid(grid.step, grid.size * 2)

    def _bounds(self, grid: Grid) -> tuple[Reals, Reals]:
        key = (grid.step, grid.size)
        if key not in self._edges:
            self._edges[key] = self.engine.bounds(grid)
        return self._edges[key]

    # ------------------------------------------------------------ the curve

    def curve(self, levels: Sequence[float]) -> tuple[tuple[float, float], ...]:
        """Points of the exceedance curve from nearly every year with a loss to one in a hundred thousand."""
        some = 1 - self.engine.no_loss
        if some <= 0:
            return ((0.0, 0.0),)
        widest = max((state.grid for state in self._states.values()), key=lambda grid: grid.top, default=None)
        if widest is not None and self.engine.on_lattice(widest):
            law = self._states[widest.step, widest.size].law
            support = np.flatnonzero(law.atoms[: law.grid.size // 2] > 1e-12)
            if 0 < support.size <= 200:
                return tuple((float(j) * law.grid.step, law.exceedance(float(j) * law.grid.step)) for j in support)
        top = max(self.engine.guess(1 - 1e-5), self.quantile(max(levels))[0])
        worst = 0.0
        found: list[tuple[float, float]] = []
        start = math.ceil(10 * math.log10(top)) + 3
        for k in range(start, start - 400, -1):
            x = float(10 ** (k / 10))
            # neighbouring grids agree to rounding; the curve never rises
            worst = max(worst, min(some, self.exceedance(x, CURVE_SIZE)))
            if worst >= 1e-6:
                found.append((x, worst))
            if worst > 0.999 * some:
                break
        return ((0.0, some), *reversed(found))

    # ------------------------------------------------------------ everything

    @property
    def expected(self) -> float | None:
        """The expected annual loss; None where it is not finite."""
        return _finite(float(self.engine.expected.sum()))

    def thresholds(self) -> tuple[ThresholdResult, ...]:
        """Each amount that the portfolio asks about, with its probabilities."""
        return tuple(
            ThresholdResult(
                limit.name, limit.amount, self.exceedance(limit.amount), 1 - self.engine.none_above(limit.amount)
            )
            for limit in self.engine.portfolio.thresholds
        )

    def contributions(self, level: float = CONTRIBUTION_LEVEL) -> tuple[Contribution, ...]:
        """What each scenario adds; the tail parts sum to the tail mean."""
        if self._own is not None:
            return self._own.contributions(level)
        amount, state = self.quantile(level)
        tails = tail_contributions(self.engine, state, self._place(amount, state) if state else amount, level)
        whole, total = self.tail_mean(level), float(tails.sum())
        if whole is not None and total > 0:
            # both are the same integral; what numerical noise parts them is spread evenly
            tails *= whole / total
        return tuple(
            Contribution(item.id, _finite(mean), _finite(tail))
            for item, mean, tail in zip(
                self.engine.portfolio.scenarios, self.engine.expected.tolist(), tails.tolist(), strict=True
            )
        )


def quantify(portfolio: Portfolio, levels: Sequence[float] = ()) -> Quantified:
    """All figures of `portfolio`, at 95, 99 and 99.9 % and at `levels`. Raises `LossError`."""
    analysis = Analysis(portfolio)
    asked = sorted({*LEVELS, *levels})
    var = {level: analysis.quantile(level)[0] for level in reversed(asked)}
    return Quantified(
        expected=analysis.expected,
        no_loss=_possible(analysis.engine.no_loss),
        var={level: var[level] for level in asked},
        tvar={level: analysis.tail_mean(level) for level in asked},
        bracket={level: analysis.bracket(level) for level in asked},
        exceedance=analysis.curve(asked),
        thresholds=analysis.thresholds(),
        contributions=analysis.contributions(),
    )


def _possible(chance: float) -> float:
    # a year without an event that is certain has the chance that stands for none
    return chance if chance > AS_GOOD_AS_ZERO * (1 + 1e-9) else 0.0


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
