"""How often: a Gamma law for a rate, which learns from counted events (Gelman et al., *Bayesian Data Analysis*, 2.6)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from quarterdeck.engines.loss.frequency import NegativeBinomial
from quarterdeck.engines.loss.late import optimize, special


@dataclass(frozen=True, slots=True)
class GammaRate:
    """What is known of a rate in events a year: as much as `events` events seen in `years` years would tell."""

    events: float
    years: float

    def __post_init__(self) -> None:
        if not (0 < self.events < math.inf and 0 < self.years < math.inf):
            raise ValueError("events and years of a Gamma law are finite and greater than 0")

    @property
    def mean(self) -> float:
        """The expected rate."""
        return self.events / self.years

    def quantile(self, level: float) -> float:
        """The rate that is not exceeded with probability `level`."""
        return float(special.gammaincinv(self.events, level)) / self.years

    def interval(self, confidence: float = 0.9) -> tuple[float, float]:
        """The central interval of that confidence."""
        return self.quantile(0.5 - confidence / 2), self.quantile(0.5 + confidence / 2)

    @property
    def counts(self) -> NegativeBinomial:
        """The events of one year, the rate's uncertainty included."""
        return NegativeBinomial(self.events, 1 / self.years)

    def at_least_one(self, years: float = 1.0) -> float:
        """The probability of any event in the next `years` years."""
        return -math.expm1(-self.events * math.log1p(years / self.years))


def updated_rate(prior: GammaRate, events: int, years: float) -> GammaRate:
    """`prior` after `events` were counted in `years` years. ValueError for negative numbers."""
    if events < 0 or not 0 <= years < math.inf:
        raise ValueError("events and years counted are not negative")
    return GammaRate(prior.events + events, prior.years + years)


def gamma_from_interval(low: float, high: float, confidence: float = 0.9) -> GammaRate:
    """The Gamma law whose central interval of that `confidence` is from `low` to `high`, 0 < low < high."""
    if not 0 < low < high < math.inf or not 0 < confidence < 1:
        raise ValueError("an interval has 0 < low < high and a confidence between 0 and 1")
    tails = 0.5 - confidence / 2, 0.5 + confidence / 2

    def gap(log_shape: float) -> float:
        shape = math.exp(log_shape)
        least, most = (float(special.gammaincinv(shape, tail)) for tail in tails)
        return math.log(most / least) - math.log(high / low) if least > 0 else 700.0

    shape = math.exp(float(optimize.brentq(gap, math.log(5e-3), math.log(1e10), xtol=1e-13)))
    return GammaRate(shape, float(special.gammaincinv(shape, tails[1])) / high)
