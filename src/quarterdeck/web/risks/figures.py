"""Figures of scenarios, computed when a page asks for them and kept by the text of their inputs.

The same text gives the same figures, so what was computed once serves everybody who may see the same inputs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import QuerySet

from quarterdeck.areas.risks import scenarios
from quarterdeck.areas.risks.models import Estimate, Risk
from quarterdeck.areas.risks.queries import canonical, inputs_of
from quarterdeck.engines.loss import (
    Analysis,
    Change,
    Quantified,
    WhatIf,
    portfolio_of,
    quantify,
    read_portfolio,
    what_if,
)

#: The probability of the year that the register shows beside the expected one: one in twenty.
BAD = 0.95
WORST = 0.99
#: More risks than this are not put together while somebody waits for a page; an analysis does that.
MOST = 2000

Points = tuple[tuple[float, float], ...]


@lru_cache(maxsize=512)
def quantified(text: str) -> Quantified:
    """The figures of a portfolio as canonical text. Raises LossError."""
    return quantify(read_portfolio(json.loads(text)))


@dataclass(frozen=True)
class Band:
    """How the curve lies if events come as rarely, and as often, as the interval of the rate allows."""

    lower: Points
    upper: Points


@dataclass(frozen=True)
class Law:
    """One estimate computed: its figures, and what is not known of how often."""

    estimate: Estimate
    figures: Quantified
    band: Band | None


def text_of(estimate: Estimate, currency: str, thresholds: Sequence[tuple[str, float]] = ()) -> str:
    """The portfolio of one estimate by itself."""
    return _text(scenarios.scenario_of(estimate, "risk"), currency, thresholds)


def _text(
    scenario: Mapping[str, object], currency: str, thresholds: Sequence[tuple[str, float]] = (), **more: object
) -> str:
    limits = [{"name": name, "amount": amount} for name, amount in thresholds]
    return canonical({"currency": currency, "scenarios": [dict(scenario)], "thresholds": limits, **more})


def law_of(estimate: Estimate, currency: str, thresholds: Sequence[tuple[str, float]] = ()) -> Law:
    """The figures of one estimate and, where its rate is an interval, the curves at both ends. Raises LossError."""
    scenario = scenarios.scenario_of(estimate, "risk")
    figures = quantified(_text(scenario, currency, thresholds))
    gamma = scenarios.gamma_of(estimate)
    if gamma is None:
        return Law(estimate, figures, None)
    # The chance of exceeding anything rises with the rate, so the ends of the rate's interval are the ends of the band.
    low, high = gamma.interval()
    ends = [
        quantified(_text({**scenario, "frequency": {"kind": "poisson", "rate": rate}}, currency)).exceedance
        for rate in (low, high)
    ]
    return Law(estimate, figures, Band(ends[0], ends[1]))


@dataclass(frozen=True)
class Compared:
    """A portfolio as it is and with changes: what the engine says of both, and both curves."""

    answer: WhatIf
    before: Quantified
    after: Quantified


@lru_cache(maxsize=256)
def compared(text: str, changes: tuple[Change, ...]) -> Compared:
    """The figures before and after ``changes``. Raises LossError."""
    portfolio = read_portfolio(json.loads(text))
    return Compared(
        what_if(portfolio, changes, Analysis(portfolio)),
        quantified(text),
        quantify(portfolio_of(portfolio, changes)),
    )


@dataclass(frozen=True)
class Whole:
    """Several risks as one year: how many, which are without an estimate, and the figures. None: too many to compute here."""

    risks: int
    left_out: tuple[str, ...]
    text: str
    figures: Quantified | None


def whole(risks: QuerySet[Risk], kind: str, day: date) -> Whole:
    """The year of ``risks`` as they are estimated. Raises LossError."""
    if risks.order_by()[: MOST + 1].count() > MOST:
        return Whole(0, (), "", None)
    inputs = inputs_of(risks, kind, day)
    figures = quantified(inputs.text) if inputs.risks else None
    return Whole(inputs.risks, inputs.left_out, inputs.text, figures)


def sentence_amounts(estimate: scenarios.Estimated, currency: str) -> scenarios.Figures:
    """The figures of fields that are still being typed. Raises LossError, FieldFault."""
    return scenarios.figures_of(scenarios.scenario_of(estimate, "risk"), currency)
