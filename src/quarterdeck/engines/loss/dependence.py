"""From the transforms of single events to that of the year: frequencies, and what ties scenarios together.

The generating function of independent compound sums is the product of theirs (Klugman, Panjer, Willmot, *Loss Models*,
chapter 9). A shared factor mixes such products; its integral is a sum over the nodes of a quadrature.

`annual` gives the transform of the year. `pool_answer`, `answer` and `shock_answer` are its derivatives with respect to one
event's transform: what one more event of a scenario finds, from which contributions are read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.copula import Copula
from quarterdeck.engines.loss.frequency import Binomial, Frequency, Poisson, log_one_plus
from quarterdeck.engines.loss.late import special
from quarterdeck.engines.loss.model import (
    CommonShock,
    Dependence,
    Independent,
    LossError,
    OneFactorCopula,
    Portfolio,
    SharedGamma,
)

Complexes = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]

MEMBERS: Final = 200
"""The most scenarios that a shock or a copula ties together."""
COPULA_RATE: Final = 1000.0
"""The most expected events a year of a scenario in a copula, whose counts are laid out one by one."""


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
    which: int = 0
    """Of everything (0), of only the certain amounts that lie on points of the grid (1), or of all certain amounts (2)."""
    answers: dict[int, Complexes] = field(default_factory=dict, repr=False, compare=False)
    """What one more event of a member of a copula finds beside what stands alone: kept until it is asked for."""

    @property
    def alone(self) -> Complexes:
        """The transform of all that stands alone."""
        return np.asarray(np.exp(self.pooled - self.rate + self.log_rest), dtype=np.complex128)


@dataclass(frozen=True)
class Year:
    """How events become a year: `frequencies` by place in the portfolio, the tie, and the places of those tied by id."""

    frequencies: Mapping[int, Frequency]
    dependence: Dependence = field(default_factory=Independent)
    places: Mapping[str, int] = field(default_factory=dict)

    def expected_events(self, place: int, name: str) -> float:
        """Expected events a year of a scenario, those of common shocks with them."""
        return self.frequencies[place].mean + self.shocks(name)

    def shocks(self, name: str) -> float:
        """Expected events a year that common shocks bring to a scenario."""
        tie = self.dependence
        return tie.rate * tie.members.get(name, 0.0) if isinstance(tie, CommonShock) else 0.0

    @cached_property
    def members(self) -> dict[int, float]:
        """Probabilities or loadings of the scenarios tied together, by place."""
        tie = self.dependence
        given: Mapping[str, float] = {}
        if isinstance(tie, CommonShock):
            given = tie.members
        elif isinstance(tie, OneFactorCopula):
            given = tie.loadings
        return {place: given[name] for name, place in self.places.items() if name in given}

    @cached_property
    def copula(self) -> Copula:
        """What ties annual counts together, with for each scenario the latent values at which its count rises by one."""
        tie = self.dependence
        if not isinstance(tie, OneFactorCopula):
            raise TypeError(type(tie).__name__)
        steps: dict[int, Reals] = {}
        for place in self.members:
            frequency = self.frequencies[place]
            below = frequency.cumulative(np.arange(frequency.counts(), dtype=np.float64))
            steps[place] = special.ndtri(below) if tie.df is None else special.stdtrit(tie.df, below)
        return Copula(steps, self.members, tie.df)


def _gamma_nodes(shape: float, widest: float = 0.25, depth: float = 32) -> tuple[Reals, Reals]:
    # a Gamma law with mean 1, trapezoidal in its logarithm t, where the density is exp(shape (t − e^t)) times a constant;
    # nodes lighter than exp(−depth) are left out
    step = min(widest, 0.6 / math.sqrt(shape))
    spread = math.sqrt(68 / shape)
    t = np.arange(math.floor(-(1.5 * spread + 34 / shape) / step), math.ceil(spread / step) + 1) * step
    log_weight = shape * (t - np.expm1(t))
    keep = log_weight > -depth
    weight = np.exp(log_weight[keep])
    nodes = np.exp(t[keep])
    weight /= weight.sum()
    return np.asarray(nodes / float(weight @ nodes), dtype=np.float64), np.asarray(weight, dtype=np.float64)


# ---------------------------------------------------------------- who is tied


def tied(portfolio: Portfolio) -> dict[int, bool]:
    """The places of scenarios whose single events the dependence asks for; true where it takes over their counts too.

    Raises `LossError` for a scenario that cannot be tied so.
    """
    tie, found = portfolio.dependence, {}
    for place, item in enumerate(portfolio.scenarios):
        rate = item.frequency.mean
        if isinstance(tie, SharedGamma) and tie.theta > 0 and rate > 0:
            if isinstance(item.frequency, Binomial):
                reason = "a shared factor multiplies rates, and a fixed number of chances has none: take a Poisson law"
                raise LossError("dependence", reason, "frequency", item.id)
            if not isinstance(item.frequency, Poisson):
                found[place] = True
        elif isinstance(tie, CommonShock) and tie.rate > 0 and tie.members.get(item.id, 0) > 0:
            found[place] = False
        elif isinstance(tie, OneFactorCopula) and tie.loadings.get(item.id, 0) != 0 and rate > 0:
            if rate > COPULA_RATE:
                raise LossError(
                    "dependence", f"in a copula at most {COPULA_RATE:g} events a year", "frequency", item.id
                )
            found[place] = True
    if len(found) > MEMBERS and not isinstance(tie, SharedGamma):
        raise LossError("too-many", f"at most {MEMBERS} scenarios can be tied so, here are {len(found)}", "dependence")
    return found


# ---------------------------------------------------------------- the year


def annual(year: Year, severities: Severities) -> Complexes:
    """The transform of the annual loss."""
    tie = year.dependence
    if isinstance(tie, SharedGamma) and tie.theta > 0:
        return _shared(year, severities, tie.theta, None)
    if not severities.apart:
        return severities.alone
    if isinstance(tie, CommonShock):
        fired = np.ones_like(severities.pooled)
        for place, share in year.members.items():
            fired *= 1 + share * (severities.apart[place] - 1)
        return np.asarray(severities.alone * np.exp(tie.rate * (fired - 1)), dtype=np.complex128)
    return np.asarray(severities.alone * year.copula.mean(severities.apart), dtype=np.complex128)


def pool_answer(year: Year, severities: Severities) -> Complexes | None:
    """What one more event of a pooled scenario finds; None where that is the year itself."""
    tie = year.dependence
    if isinstance(tie, SharedGamma) and tie.theta > 0:
        return _shared(year, severities, tie.theta, -1)
    return None


def answer(year: Year, severities: Severities, place: int) -> Complexes:
    """What one more event of a scenario finds whose counts the dependence takes over."""
    tie = year.dependence
    if isinstance(tie, SharedGamma):
        return _shared(year, severities, tie.theta, place)
    if place not in severities.answers:
        # those of all members cost little more than that of one, and are asked for one after another
        severities.answers.update(year.copula.slopes(severities.apart))
    return np.asarray(severities.alone * severities.answers.pop(place), dtype=np.complex128)


def shock_answer(year: Year, severities: Severities, spectrum: Complexes, place: int) -> Complexes:
    """What one more event that a common shock brings to a scenario finds; `spectrum` is that of the year."""
    tie = year.dependence
    if not isinstance(tie, CommonShock):
        raise TypeError(type(tie).__name__)
    others = np.full(severities.pooled.shape, tie.rate * year.members[place], dtype=np.complex128)
    for other, share in year.members.items():
        if other != place:
            others *= 1 + share * (severities.apart[other] - 1)
    return np.asarray(spectrum * others, dtype=np.complex128)


def _shared(year: Year, severities: Severities, theta: float, place: int | None) -> Complexes:
    # place: None for the year, −1 for what a pooled event finds, otherwise what an event of that scenario finds
    tied_rate = severities.pooled - severities.rate
    if not severities.apart:
        power = 1 / theta + (0 if place is None else 1)
        return np.asarray(np.exp(-power * log_one_plus(-theta * tied_rate)), dtype=np.complex128)
    factors, weights = _gamma_nodes(1 / theta)
    found = np.zeros_like(severities.pooled)
    for factor, weight in zip(factors.tolist(), weights.tolist(), strict=True):
        log = factor * tied_rate
        for other, phi in severities.apart.items():
            log = log + year.frequencies[other].scaled(factor).log_pgf(phi)
        term = weight * np.exp(log)
        if place == -1:
            term = term * factor
        elif place is not None:
            term = term * year.frequencies[place].scaled(factor).slope(severities.apart[place])
        found += term
    return np.asarray(found, dtype=np.complex128)
