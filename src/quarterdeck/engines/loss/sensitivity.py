"""What the figures hang on: each input moved by itself, and all uncertain inputs moved together."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.frequency import Binomial, Poisson
from quarterdeck.engines.loss.model import LossError, Portfolio, Scenario
from quarterdeck.engines.loss.quantify import Analysis
from quarterdeck.engines.loss.severity import Lognormal
from quarterdeck.engines.loss.simulation import stream

Reals = npt.NDArray[np.float64]

BAND: Final = (0.05, 0.5, 0.95)
"""Shares of the draws below the lower edge, the middle and the upper edge of a band."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A quantile with one input of one scenario at its low and its high end; `input` is rate, severity or sigma."""

    id: str
    input: str
    low: float
    high: float

    @property
    def swing(self) -> float:
        """How far apart the two are."""
        return abs(self.high - self.low)


def tornado(
    portfolio: Portfolio,
    level: float = 0.99,
    factor: float = 1.25,
    analysis: Analysis | None = None,
    most: int = 50,
) -> tuple[Bar, ...]:
    """The quantile at `level` with each rate, severity and sigma divided and multiplied by `factor`, widest first.

    Only the `most` scenarios that add most to the tail mean are moved. A probability stops at 1. Raises `LossError`.
    """
    if not 1 < factor < 100:
        raise LossError("range", "a factor is greater than 1 and less than 100", "factor")
    base = analysis or Analysis(portfolio)
    ranked = sorted(base.contributions(level), key=lambda item: -(math.inf if item.tail is None else item.tail))
    chosen = {item.id for item in ranked[:most]}
    bars = []
    for place, item in enumerate(portfolio.scenarios):
        if item.id not in chosen:
            continue
        for name, move in _MOVES.items():
            ends = [move(item, by) for by in (1 / factor, factor)]
            if ends[0] is None or ends[1] is None:
                continue
            amounts = [_with(base, portfolio, place, end).quantile(level)[0] for end in ends if end is not None]
            bars.append(Bar(item.id, name, amounts[0], amounts[1]))
    return tuple(sorted(bars, key=lambda bar: -bar.swing))


def _with(base: Analysis, portfolio: Portfolio, place: int, item: Scenario) -> Analysis:
    scenarios = (*portfolio.scenarios[:place], item, *portfolio.scenarios[place + 1 :])
    return base.changed(replace(portfolio, scenarios=scenarios))


def _move_rate(item: Scenario, by: float) -> Scenario | None:
    law = item.frequency
    if isinstance(law, Binomial):
        by = min(by, 1 / law.p) if law.p > 0 else by
    return replace(item, frequency=law.scaled(by))


def _move_severity(item: Scenario, by: float) -> Scenario | None:
    return replace(item, severity=item.severity.scaled(by))


def _move_sigma(item: Scenario, by: float) -> Scenario | None:
    law = item.severity
    if not isinstance(law, Lognormal):
        return None
    return replace(item, severity=replace(law, sigma=law.sigma * by))


_MOVES: Final[Mapping[str, Callable[[Scenario, float], Scenario | None]]] = {
    "rate": _move_rate,
    "severity": _move_severity,
    "sigma": _move_sigma,
}


# ---------------------------------------------------------------- parameter uncertainty


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """How well one scenario's inputs are known.

    The rate as if `rate_events` events had been counted (its relative standard deviation is 1/sqrt of that); mu and sigma as
    if `losses` losses had been seen. None: known exactly.
    """

    rate_events: float | None = None
    losses: int | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """At each amount the probability of exceeding it: lower edge, middle and upper edge over the draws, and their mean.

    The mean is the predictive curve, which includes the uncertainty.
    """

    amounts: tuple[float, ...]
    lower: tuple[float, ...]
    middle: tuple[float, ...]
    upper: tuple[float, ...]
    mean: tuple[float, ...]


def band(
    portfolio: Portfolio,
    uncertainty: Mapping[str, Uncertainty],
    amounts: Sequence[float],
    draws: int,
    seed: int,
) -> Band:
    """The exceedance curve at `amounts` with inputs drawn `draws` times from what is known of them.

    Rates are drawn from a Gamma law around the scenario's own, mu and sigma of lognormals from their posterior under a vague
    prior (Gelman et al., *Bayesian Data Analysis*, 3.2), each with a stream of its own under `seed`. Every draw is computed
    exactly. Only Poisson rates and lognormal severities can be uncertain. Raises `LossError`.
    """
    if draws < 1:
        raise LossError("range", "at least one draw", "draws")
    known = {item.id: item for item in portfolio.scenarios}
    drawn: dict[str, list[Scenario]] = {}
    for name, how in uncertainty.items():
        if name not in known:
            raise LossError("unknown-scenario", "the portfolio has no scenario with this id", "id", name)
        drawn[name] = _draw(known[name], how, draws, seed)
    values = np.empty((draws, len(amounts)))
    for turn in range(draws):
        scenarios = tuple(drawn[item.id][turn] if item.id in drawn else item for item in portfolio.scenarios)
        analysis = Analysis(replace(portfolio, scenarios=scenarios))
        # the widest first: its grid often serves narrower amounts
        for place in sorted(range(len(amounts)), key=lambda k: -amounts[k]):
            values[turn, place] = analysis.exceedance(amounts[place])
    edges = np.quantile(values, BAND, axis=0)
    return Band(
        tuple(amounts), tuple(edges[0].tolist()), tuple(edges[1].tolist()), tuple(edges[2].tolist()),
        tuple(values.mean(axis=0).tolist()),
    )  # fmt: skip


def _draw(item: Scenario, how: Uncertainty, draws: int, seed: int) -> list[Scenario]:
    frequencies = [item.frequency] * draws
    severities = [item.severity] * draws
    if how.rate_events is not None:
        if not isinstance(item.frequency, Poisson) or not how.rate_events > 0:
            raise LossError("uncertainty", "only a Poisson rate, known from more than 0 events", "rate_events", item.id)
        factors = stream(seed, item.id, "rate uncertainty").gamma(how.rate_events, 1 / how.rate_events, draws)
        frequencies = [item.frequency.scaled(float(factor)) for factor in factors]
    if how.losses is not None:
        law = item.severity
        if not isinstance(law, Lognormal) or how.losses < 3:
            raise LossError("uncertainty", "only a lognormal, known from at least three losses", "losses", item.id)
        draw = stream(seed, item.id, "severity uncertainty")
        degrees = how.losses - 1
        sigma = law.sigma * np.sqrt(degrees / draw.chisquare(degrees, draws))
        mu = law.mu + draw.standard_normal(draws) * sigma / math.sqrt(how.losses)
        severities = [Lognormal(float(m), float(min(s, 10.0))) for m, s in zip(mu, sigma, strict=True)]
    return [
        replace(item, frequency=frequency, severity=severity)
        for frequency, severity in zip(frequencies, severities, strict=True)
    ]
