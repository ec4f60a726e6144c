"""How much, learnt: an interval that somebody judged, corrected by recorded losses of which those below a floor are missing.

The judged interval is the central interval of the *next* loss. It is worth so many losses seen: the prior of mu is normal with
sigma/sqrt(n) and that of log sigma normal with 1/sqrt(2n), as n losses would leave them (Gelman et al., *Bayesian Data Analysis*,
3.2 and 4.1). The prior's centre of sigma is chosen so that the prior by itself gives the interval back: learning from nothing
changes nothing. Losses enter with the likelihood that their floor leaves (`lognormal_posterior`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from quarterdeck.engines.loss.estimation.frequency import GammaRate, updated_rate
from quarterdeck.engines.loss.estimation.severity import LognormalPosterior, lognormal_posterior
from quarterdeck.engines.loss.late import optimize, special

MOST_LOSSES: Final = 500
"""The most losses read at once; more tell hardly more, and each is held against thousands of laws."""
LEAST_WORTH: Final = 1.0
MOST_WORTH: Final = 10_000.0
NODES: Final = 64


@dataclass(frozen=True, slots=True)
class SeverityPrior:
    """A lognormal known as if from `losses` losses: mu with its standard deviation, the centre of sigma, that of its logarithm."""

    mu: float
    mu_error: float
    sigma: float
    log_sigma_error: float
    losses: float


@dataclass(frozen=True, slots=True)
class LearntSeverity:
    """What is known of the next loss: its central interval, how many losses that is worth, and the share above the floor."""

    low: float
    high: float
    losses: float
    recorded_share: float
    posterior: LognormalPosterior


def severity_prior(low: float, high: float, losses: float, confidence: float = 0.9) -> SeverityPrior:
    """The prior under which the next loss lies between `low` and `high` with `confidence`, worth `losses` losses.

    ValueError unless 0 < low < high, 0 < confidence < 1, and 1 <= losses <= 10,000.
    """
    if not 0 < low < high < math.inf or not 0 < confidence < 1:
        raise ValueError("an interval has 0 < low < high and a confidence between 0 and 1")
    if not LEAST_WORTH <= losses <= MOST_WORTH:
        raise ValueError("an interval is worth at least one loss and at most 10,000")
    sigma = math.log(high / low) / 2 / _half_width(losses, confidence)
    mu = (math.log(low) + math.log(high)) / 2
    return SeverityPrior(mu, sigma / math.sqrt(losses), sigma, 1 / math.sqrt(2 * losses), losses)


@lru_cache(maxsize=256)
def _half_width(losses: float, confidence: float) -> float:
    # of the next log loss around mu, in units of the centre of sigma; Gauss-Hermite over log sigma
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()
    spread = np.sqrt(1 / losses + np.exp(2 * nodes / math.sqrt(2 * losses)))

    def gap(width: float) -> float:
        return float(weights @ special.ndtr(-width / spread)) - (1 - confidence) / 2

    return float(optimize.brentq(gap, 0.0, 1e4, xtol=1e-13))


def learnt_severity(
    prior: SeverityPrior, losses: Sequence[float], floor: float = 0.0, confidence: float = 0.9
) -> LearntSeverity:
    """`prior` after the recorded `losses`, none of which could have been recorded below `floor`.

    ValueError for a loss that is not above 0 or lies below the floor, a negative floor, and more than 500 losses.
    """
    if len(losses) > MOST_LOSSES:
        raise ValueError(f"at most {MOST_LOSSES} losses are read at once")
    if not 0 <= floor < math.inf:
        raise ValueError("a reporting floor is finite and at least 0")
    posterior = lognormal_posterior(
        losses, floor, (prior.mu, prior.mu_error), (math.log(prior.sigma), prior.log_sigma_error)
    )
    weights, mu, log_sigma = (np.asarray(part) for part in (posterior.weights, posterior.mu, np.log(posterior.sigma)))
    centre = float(weights @ mu)
    error = math.sqrt(float(weights @ (mu - centre) ** 2))
    worth = (math.exp(float(weights @ log_sigma)) / error) ** 2
    low, high = (_quantile(posterior, level) for level in (0.5 - confidence / 2, 0.5 + confidence / 2))
    share = 1.0 if floor == 0 else posterior.exceeds(floor)
    return LearntSeverity(low, high, min(max(worth, LEAST_WORTH), MOST_WORTH), share, posterior)


def _quantile(posterior: LognormalPosterior, level: float) -> float:
    reach = 12 * max(posterior.sigma)
    low, high = min(posterior.mu) - reach, max(posterior.mu) + reach

    def gap(log_amount: float) -> float:
        return (1 - level) - posterior.exceeds(math.exp(log_amount))

    return math.exp(float(optimize.brentq(gap, max(low, -700.0), min(high, 700.0), xtol=1e-12)))


def learnt_rate(prior: GammaRate, events: int, years: float, recorded_share: float = 1.0) -> GammaRate:
    """`prior` after `events` recorded in `years` years, of which only a share is ever recorded.

    Events recorded are Poisson with the rate times that share, so the years count for that share of themselves. ValueError
    unless 0 < recorded_share <= 1.
    """
    if not 0 < recorded_share <= 1:
        raise ValueError("the share of events that is recorded is greater than 0 and at most 1")
    return updated_rate(prior, events, years * recorded_share)
