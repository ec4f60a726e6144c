"""About how large a year may be, before any grid is chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.grid import atoms_of
from quarterdeck.engines.loss.late import special
from quarterdeck.engines.loss.mixture import Mixture
from quarterdeck.engines.loss.model import Scenario
from quarterdeck.engines.loss.severity import Continuous

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Profile:
    """At ascending `amounts`: expected events above, and of the events up to there the sum of losses and of squares."""

    amounts: Reals
    above: Reals
    lost: Reals
    squares: Reals

    def small(self, amount: float, most: float) -> float:
        """Of the spread that events up to `most` bring, the part that comes from those up to `amount`."""
        if not self.amounts.size:
            return 0.0
        here, there = (min(int(np.searchsorted(self.amounts, x)), self.amounts.size - 1) for x in (amount, most))
        return float(self.squares[here] / self.squares[there]) if self.squares[there] > 0 else 0.0

    def guess(self, level: float) -> float:
        """About the quantile at `level`: the largest single event of such a year, or the mean and some deviations."""
        if not self.amounts.size:
            return 0.0
        rare = -math.log(level)
        k = min(int(np.searchsorted(-self.above, -rare)), self.amounts.size - 1)
        single = float(self.amounts[k] + self.lost[k])
        deviations = float(special.ndtri(level))
        return max(single, float(self.lost[k] + deviations * math.sqrt(self.squares[k])))


def profile(scenarios: Sequence[Scenario], rates: Mapping[int, float], merged: Mixture | None) -> Profile:
    """The profile of a portfolio: events a year of the scenarios at `rates` places, and the merged ones."""
    low, high = math.inf, 0.0
    if merged is not None:
        low, high = merged.reach
    for place in rates:
        item = scenarios[place]
        law = item.severity
        if isinstance(law, Continuous):
            near, far = law.reach
            far = min(law.low + far, item.limit)
            low, high = min(low, law.low + near, far / 2), max(high, far)
        else:
            values = [value for value in atoms_of(law, item.limit)[0] if value > 0]
            if values:
                low, high = min(low, float(min(values))), max(high, float(max(values)))
    if not high or low > high:
        return Profile(*(np.zeros(0),) * 4)
    x = np.geomspace(max(low, high * 1e-40) * 0.99, high * 1.01, 160)
    above = np.zeros(x.size)
    if merged is not None:
        above += merged.above(x)
    for place, rate in rates.items():
        item = scenarios[place]
        above += rate * np.where(x < item.limit, item.severity.survival(x), 0.0)
    lost = -np.diff(above, prepend=float(above[0]))
    middle = np.sqrt(x * np.roll(x, 1))
    middle[0] = x[0]
    return Profile(x, above, np.cumsum(lost * middle), np.cumsum(lost * middle**2))
