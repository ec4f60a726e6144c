"""What each scenario adds to the mean of the worst years (Euler's allocation: Tasche, arXiv:0708.2542).

For a Poisson scenario E[S_i; S > q] = rate·E[X; S + X > q] (Mecke's formula), a sum over the law of the year that is
already there: no further transform. Other counts answer to one more event with P'(phi)/P(phi), one inverse transform each.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.engine import Engine, State
from quarterdeck.engines.loss.grid import Grid, continuous_mass
from quarterdeck.engines.loss.law import Law
from quarterdeck.engines.loss.model import Scenario
from quarterdeck.engines.loss.severity import Composed, Continuous
from quarterdeck.engines.loss.steps import EQUAL, Sums

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
    tail, sums = _without_sums(engine, pool, quantile, share, len(engine.merged_places))
    weight = amounts * tail
    beyond = grid.top - grid.step / 2
    if engine.merged is not None:
        shared = engine.merged.expectations(engine.merged.adjoint(grid, weight))
        found[engine.merged_places] = shared + engine.merged.beyond(beyond, 1)
        for value, alone in zip(sums.values.tolist(), sums.weights.tolist(), strict=True):
            # all that the grid has beyond the quantile, less what its end leaves to the line above
            if quantile - value < beyond:
                single = engine.merged.beyond(max(0.0, quantile - value), 1) - engine.merged.beyond(beyond, 1)
                found[engine.merged_places] += alone * single
    # each sum looks at every amount of an event
    most = max((engine.atoms(place)[0].size for place in (*engine.single, *engine.rest)), default=1)
    if engine.single:
        tail, sums = _without_sums(engine, pool, quantile, share, most)
        weight = amounts * tail
    for place in engine.single:
        rate = engine.year.frequencies[place].mean
        found[place] = rate * _added(engine, place, pool, (weight, sums), quantile, share, grid)
    for place, kernel in engine.answers(state):
        tail, sums = _without_sums(engine, kernel, quantile, share, most)
        found[place] += _added(engine, place, kernel, (amounts * tail, sums), quantile, share, grid)
    found /= 1 - level
    found[~np.isfinite(expected)] = math.inf
    return found


def _share(law: Law, quantile: float, level: float) -> float:
    # of the years with exactly this loss, the part that belongs to the worst
    at = law.at(quantile)
    if at <= 0:
        return 0.0
    return min(1.0, max(0.0, (1 - law.exceedance(quantile) - level) / at))


def _without_sums(engine: Engine, law: Law, quantile: float, share: float, laws: int) -> tuple[Reals, Sums]:
    """What `Law.tail_at` gives, and the sums of certain amounts that are not in it, for as many laws of events.

    Each makes a step, which may lie inside a cell: what one event adds to such a year is known in closed form.
    """
    tail = law.tail_at(quantile, share)
    if engine.bare or law.steps is None:
        return tail, _NO_SUMS
    sums = law.steps.sums
    some = sums.heaviest(max(1, _PAIRS // max(1, laws)))
    if some.values.size < sums.values.size:
        # the light ones are left on the grid
        kept = np.isin(sums.values, some.values, assume_unique=True)
        light = Sums(sums.values[~kept], sums.weights[~kept])
        reach = quantile - np.arange(law.grid.size) * law.grid.step
        tail += float(light.up_to[-1]) - np.where(reach >= 0, light.below(np.maximum(reach, 0.0)), 0.0)
    return tail, some


_NO_SUMS: Final = Sums(np.zeros(0), np.zeros(0))
_PAIRS: Final = 200_000
"""The most pairs of a sum and a law of one event that are computed one by one."""


def _added(
    engine: Engine, place: int, law: Law, read: tuple[Reals, Sums], quantile: float, share: float, grid: Grid
) -> float:
    """E[X; S + X > quantile] of one event of the scenario at `place`, where S has `law`; `read` is what is on the grid of it
    and the sums that are not."""
    weight, sums = read
    beyond = grid.top - grid.step / 2
    severity = engine.portfolio.scenarios[place].severity
    values, shares = engine.atoms(place)
    if engine.bare or isinstance(severity, Composed) or values.size > _ONE_BY_ONE:
        mass = engine.event_mass(place, grid)
        return (
            float((mass * weight).sum())
            + _beside(engine, place, sums, quantile, beyond, share)
            + law.total * _beyond(engine, place, beyond)
        )
    # a certain amount looks at one place of the law, which may be a step or a corner
    found = math.fsum(
        value * part * _finds(law, quantile - value, quantile * EQUAL, share)
        for value, part in zip(values.tolist(), shares.tolist(), strict=True)
    )
    if isinstance(severity, Continuous):
        limit = engine.portfolio.scenarios[place].limit
        density = continuous_mass(severity, limit, grid)
        least = np.append(np.maximum(quantile - sums.values, 0.0), [beyond, limit])
        up_to = _density_up_to(severity, np.minimum(least, limit))
        up_to[-1] = severity.mean if math.isinf(limit) else up_to[-1]
        found += float((density * weight).sum()) + law.total * max(0.0, float(up_to[-1] - up_to[-2]))
        found += float((sums.weights * np.maximum(0.0, up_to[-2] - up_to[:-2])).sum())
    return found


_ONE_BY_ONE: Final = 64
"""The most certain amounts of one event that are looked at one by one."""


def _finds(law: Law, x: float, near: float, share: float) -> float:
    # P(S > x) + share·P(S = x), amounts within `near` being the same
    if x < -near:
        return law.total
    at = law.steps.sums.between(x - near, x + near) if law.steps is not None else 0.0
    return max(0.0, law.total - law.below(max(0.0, x) + near)) + share * at


def _density_up_to(law: Continuous, x: Reals) -> Reals:
    # E[X; X <= x] before any cap
    inside = np.where(np.isfinite(x), x, 1.0)
    return np.asarray(law.limited(inside) - inside * law.survival(inside), dtype=np.float64)


def _beside(engine: Engine, place: int, sums: Sums, quantile: float, end: float, share: float) -> float:
    """E[X; quantile − A < X < end] of one event beside each sum A of certain amounts, weighted; where X makes up exactly the
    quantile the share that counts."""
    if not sums.values.size:
        return 0.0
    least = quantile - sums.values
    least[np.abs(least) <= EQUAL * quantile] = 0.0
    values, shares = engine.atoms(place)
    item = engine.portfolio.scenarios[place]
    part = np.maximum(least, 0.0)
    inside = part < end
    found = np.zeros(part.size)
    if isinstance(item.severity, Continuous):
        found[inside] = _up_to(item, end) - _up_to_each(item, part[inside])
    if values.size:
        close = np.abs(values - part[:, np.newaxis]) <= EQUAL * quantile
        if not isinstance(item.severity, Continuous):
            more = (values > part[:, np.newaxis]) & ~close & (values <= end)
            found[inside] = (more @ (values * shares))[inside]
        # a sum beyond the quantile is counted without a share
        found += share * np.where(least >= 0, close @ (values * shares), 0.0)
    return float(sums.weights @ np.maximum(found, 0.0))


def _up_to(item: Scenario, x: float) -> float:
    return float(_up_to_each(item, np.array([x]))[0])


def _up_to_each(item: Scenario, x: Reals) -> Reals:
    # E[X; X <= x] of one event, after the cap
    whole = x >= item.limit
    inside = np.where(whole, 1.0, x)
    found = item.severity.limited(inside) - inside * item.severity.survival(inside)
    return np.where(whole, item.mean_severity if whole.any() else 0.0, found)


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
