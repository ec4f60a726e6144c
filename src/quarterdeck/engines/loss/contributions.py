"""What each scenario adds to the mean of the worst years (Euler's allocation: Tasche, arXiv:0708.2542).

For a Poisson scenario E[S_i; S > q] = rate·E[X; S + X > q] (Mecke's formula), a sum over the law of the year that is
already there: no further transform. Other counts answer to one more event with P'(phi)/P(phi), one inverse transform each.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.engine import Engine, State
from quarterdeck.engines.loss.grid import SNAP
from quarterdeck.engines.loss.law import Law
from quarterdeck.engines.loss.severity import Continuous

Reals = npt.NDArray[np.float64]


def tail_contributions(engine: Engine, state: State | None, quantile: float, level: float) -> Reals:
    """For each scenario E[S_i | the worst 1 − level of years], in the portfolio's order.

    Infinite where the scenario's mean is; zero for one without events. `quantile` and `state` are those at `level`; without
    a state the quantile is 0.
    """
    expected = engine.expected
    if state is None:
        return expected / (1 - level)
    law, grid = state.law, state.grid
    share = _share(law, quantile, level)
    amounts = np.arange(grid.size) * grid.step
    found = np.zeros(expected.size)
    pool = engine.pool_answers(state) or law
    tail, alone = _without_atom(engine, pool, quantile, share)
    weight = amounts * tail
    beyond = grid.top - grid.step / 2
    if engine.merged is not None:
        shared = engine.merged.expectations(engine.merged.adjoint(grid, weight))
        found[engine.merged_places] = shared + engine.merged.beyond(beyond, 1)
        if alone > 0:
            # all that the grid has beyond the quantile, less what its end leaves to the line above
            single = engine.merged.beyond(quantile, 1) - engine.merged.beyond(beyond, 1)
            found[engine.merged_places] += alone * single
    for place in engine.single:
        rate = engine.year.frequencies[place].mean
        found[place] = rate * (
            float(engine.event_mass(place, grid)[0] @ weight)
            + alone * _alone(engine, place, quantile, beyond, share)
            + _beyond(engine, place, beyond)
        )
    for place, kernel in engine.answers(state):
        tail, alone = _without_atom(engine, kernel, quantile, share)
        mass = engine.event_mass(place, grid)[0]
        found[place] += float(mass @ (amounts * tail)) + alone * _alone(engine, place, quantile, beyond, share)
        found[place] += kernel.total * _beyond(engine, place, beyond)
    found /= 1 - level
    found[~np.isfinite(expected)] = math.inf
    return found


def _share(law: Law, quantile: float, level: float) -> float:
    # of the years with exactly this loss, the part that belongs to the worst
    j = round(quantile / law.grid.step)
    if abs(quantile / law.grid.step - j) > 1e-7 or law.atoms[j] <= 0:
        return 0.0
    up_to = 1 - law.exceedance(quantile)
    return min(1.0, max(0.0, (up_to - level) / float(law.atoms[j])))


def _without_atom(engine: Engine, law: Law, quantile: float, share: float) -> tuple[Reals, float]:
    """What `Law.tail_at` gives, less what comes from years that lose nothing else, and the weight of these.

    They make a step at the quantile, which lies inside a cell: what one event adds in such a year is known in closed form.
    """
    tail = law.tail_at(quantile, share)
    if engine.bare:
        return tail, 0.0
    nothing = float(law.atoms[0])
    position = quantile / law.grid.step
    j = int(np.floor(position + SNAP))
    tail[j + 1 :] -= nothing
    if position - j <= SNAP:
        tail[j] -= share * nothing
    return tail, nothing


def _alone(engine: Engine, place: int, quantile: float, end: float, share: float) -> float:
    # E[X; quantile < X < end] of one event, and of an event that costs exactly the quantile the share that counts
    values, shares = engine.atoms(place)
    at = float(shares[np.abs(values - quantile) <= SNAP * max(1.0, quantile)].sum())
    if quantile >= end:
        return 0.0
    found = _beyond(engine, place, quantile) - _beyond(engine, place, end)
    if not isinstance(engine.portfolio.scenarios[place].severity, Continuous) and at:
        # which counts an amount on the edge
        found -= quantile * at
    return (0.0 if math.isnan(found) else found) + share * quantile * at


def _beyond(engine: Engine, place: int, x: float) -> float:
    # E[X; X > x] of one event, after the cap
    item = engine.portfolio.scenarios[place]
    if x >= item.limit:
        values, shares = engine.atoms(place)
        return float(values[values > x] @ shares[values > x])
    if not isinstance(item.severity, Continuous):
        values, shares = engine.atoms(place)
        return float(values[values >= x] @ shares[values >= x])
    whole = item.mean_severity
    if not math.isfinite(whole):
        return math.inf
    return max(0.0, whole - float(item.severity.limited(x)) + x * item.exceeds(x))
