"""From the transforms of single events to that of the year: frequencies, and what ties scenarios together.

The generating function of independent compound sums is the product of theirs (Klugman, Panjer, Willmot, *Loss Models*,
chapter 9). A shared factor mixes such products; its integral is a sum over the nodes of a quadrature.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.frequency import Frequency
from quarterdeck.engines.loss.model import CommonShock, Dependence, Independent

Complexes = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Severities:
    """Transforms of one event's loss on one grid.

    `pooled` is the sum of rate times transform over all scenarios with Poisson counts that stand alone, `rate` the sum of
    these rates, `log_rest` the summed log generating functions of other scenarios that stand alone. `apart` has the
    transforms of scenarios that a dependence needs one by one, under their place in the portfolio.
    """

    pooled: Complexes
    rate: float
    log_rest: Complexes
    apart: Mapping[int, Complexes] = field(default_factory=dict)


@dataclass(frozen=True)
class Year:
    """How events become a year: `frequencies` by place in the portfolio, the tie, and the places of those tied by id."""

    frequencies: Mapping[int, Frequency]
    dependence: Dependence = field(default_factory=Independent)
    places: Mapping[str, int] = field(default_factory=dict)

    def expected_events(self, place: int, name: str) -> float:
        """Expected events a year of a scenario, those of common shocks with them."""
        own = self.frequencies[place].mean
        if isinstance(self.dependence, CommonShock):
            return own + self.dependence.rate * self.dependence.members.get(name, 0.0)
        return own


def annual(year: Year, severities: Severities) -> Complexes:
    """The transform of the annual loss."""
    return np.asarray(np.exp(severities.pooled - severities.rate + severities.log_rest), dtype=np.complex128)


def answer(year: Year, place: int, severities: Severities, spectrum: Complexes, phi: Complexes) -> Complexes:
    """The transform of what one more event of an independent scenario finds: spectrum times P'(phi)/P(phi)."""
    return np.asarray(spectrum * year.frequencies[place].slope(phi), dtype=np.complex128)
