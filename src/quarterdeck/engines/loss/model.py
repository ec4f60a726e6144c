"""What a portfolio of loss scenarios is. Amounts are in the portfolio's one currency, rates in events a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from quarterdeck.engines.loss.frequency import Frequency
from quarterdeck.engines.loss.severity import Severity

MAX_SCENARIOS: Final = 100_000
"""The most scenarios of one portfolio: about half a second and 150 MB."""


class LossError(ValueError):
    """A portfolio that cannot be computed.

    `code` is a short name, `scenario` the id it is about (None for the portfolio itself), `field` where in it, and
    `reason` a sentence in English.
    """

    def __init__(self, code: str, reason: str, field: str, scenario: str | None = None) -> None:
        self.code = code
        self.reason = reason
        self.field = field
        self.scenario = scenario
        super().__init__(f"{self.where}: {reason}")

    @property
    def where(self) -> str:
        """Scenario and field as they are named to a person: ``scenario phishing: frequency.rate``."""
        return self.field if self.scenario is None else f"scenario {self.scenario}: {self.field}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One source of loss: how often in a year, how much each time, at most `cap` per event (None: without limit).

    `accept_infinite_mean` is the explicit answer that a severity without a finite mean needs when it has no cap.
    """

    id: str
    frequency: Frequency
    severity: Severity
    cap: float | None = None
    accept_infinite_mean: bool = False

    @property
    def limit(self) -> float:
        """The most one event costs, infinite without a cap."""
        return float("inf") if self.cap is None else self.cap

    @property
    def mean_severity(self) -> float:
        """The expected cost of one event after the cap; may be infinite."""
        return self.severity.mean if self.cap is None else float(self.severity.limited(self.cap))

    def exceeds(self, amount: float) -> float:
        """The probability that one event costs more than `amount`."""
        return float(self.severity.survival(amount)) if amount < self.limit else 0.0


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount that people ask about: materiality, tolerance, cover."""

    name: str
    amount: float


@dataclass(frozen=True, slots=True)
class Independent:
    """Scenarios know nothing of each other."""


@dataclass(frozen=True, slots=True)
class SharedGamma:
    """One latent factor with mean 1 and variance `theta` multiplies every rate of the year."""

    theta: float


@dataclass(frozen=True, slots=True)
class CommonShock:
    """`rate` shocks a year; each fires the severity of member `id` once with its probability, beside its own events."""

    rate: float
    members: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class OneFactorCopula:
    """A one-factor copula on annual event counts: the latent value of `id` is r·Z + sqrt(1−r²)·e.

    `df` makes it a t copula; None is Gaussian. Scenarios without a loading are independent of all others.
    """

    loadings: Mapping[str, float]
    df: float | None = None


Dependence = Independent | SharedGamma | CommonShock | OneFactorCopula


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What one annual loss is made of."""

    scenarios: tuple[Scenario, ...]
    currency: str | None = None
    thresholds: tuple[Limit, ...] = ()
    dependence: Dependence = field(default_factory=Independent)
