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

from quarterdeck.areas.risks import learning, scenarios
from quarterdeck.areas.risks.models import Estimate, Risk
from quarterdeck.areas.risks.queries import canonical, inputs_of
from quarterdeck.engines.loss import (
    Analysis,
    Change,
    Lognormal,
    LossError,
    Poisson,
    Quantified,
    ThresholdResult,
    Uncertainty,
    WhatIf,
    band,
    portfolio_of,
    quantify,
    read_portfolio,
    what_if,
)

#: The probability of the year that the register shows beside the expected one: one in twenty.
BAD = 0.95
WORST = 0.99
#: More risks than this are not put together while somebody waits for a page; an analysis does that.
MOST = 1000
#: With more scenarios than this, what moves a whole portfolio again and again is computed when somebody asks for it.
LARGE = 150

#: Draws of what is not known, for the band of one risk, and their seed.
DRAWS = 40
SEED = 20_260_101

Points = tuple[tuple[float, float], ...]


@lru_cache(maxsize=512)
def quantified(text: str) -> Quantified:
    """The figures of a portfolio as canonical text. Raises LossError."""
    return quantify(read_portfolio(json.loads(text)))


@dataclass(frozen=True)
class Headline:
    """What a page says of the year of many risks: a tenth of the work of all figures, which say also what each risk adds."""

    expected: float | None
    var: dict[float, float]
    exceedance: Points
    thresholds: tuple[ThresholdResult, ...]


@lru_cache(maxsize=1024)
def headline(text: str) -> Headline:
    """The headline figures of a portfolio as canonical text, which :func:`quantified` gives too. Raises LossError."""
    analysis = Analysis(read_portfolio(json.loads(text)))
    # From the higher level down: the grid of the rarer year holds the other too.
    var = {level: analysis.quantile(level)[0] for level in (WORST, BAD)}
    return Headline(analysis.expected, var, analysis.curve((BAD, WORST)), analysis.thresholds())


@dataclass(frozen=True)
class Band:
    """Between which edges nine in ten of the curves lie that what is not known of how often and how much allows."""

    lower: Points
    middle: Points
    upper: Points


@dataclass(frozen=True)
class Law:
    """One estimate computed: its figures, and what is not known of how often and how much."""

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
    """The figures of one estimate, and the band of what is not known of it. Raises LossError."""
    scenario = scenarios.scenario_of(estimate, "risk")
    figures = quantified(_text(scenario, currency, thresholds))
    if estimate.kind != Estimate.Kind.CURRENT:
        return Law(estimate, figures, None)  # no page draws more than one band
    spread = spread_over(figures.exceedance, 9)
    worth = {"risk": losses_worth(estimate)}
    return Law(estimate, figures, band_of(_text(scenario, currency), tuple(worth.items()), spread, DRAWS))


def losses_worth(estimate: Estimate) -> int:
    """So many losses an interval of one event is worth to the engine, which asks for three at least."""
    return max(3, round(float(learning.worth_of(estimate))))


def spread_over(points: Points, most: int) -> tuple[float, ...]:
    """At most ``most`` amounts of a curve, from its first above nothing to one year in a hundred thousand."""
    amounts = [loss for loss, chance in points if loss > 0 and chance >= 1e-5]
    if len(amounts) <= most:
        return tuple(amounts)
    step = (len(amounts) - 1) / (most - 1)
    return tuple(amounts[round(place * step)] for place in range(most))


@lru_cache(maxsize=256)
def band_of(text: str, worth: tuple[tuple[str, int], ...], amounts: tuple[float, ...], draws: int) -> Band | None:
    """The band at ``amounts`` where anything is not known: rates given as intervals, and lognormal losses worth so many seen.

    ``worth`` names scenarios of the portfolio. None where everything is certain, and where the engine cannot say.
    """
    document = json.loads(text)
    rates: dict[str, float] = {}
    for scenario in document["scenarios"]:
        law = scenario["frequency"]
        if law["kind"] == "gamma_poisson":
            rates[scenario["id"]] = law["shape"]
            scenario["frequency"] = {"kind": "poisson", "rate": law["shape"] / law["rate"]}
    try:
        portfolio = read_portfolio(document)
        losses = dict(worth)
        unknown = {
            item.id: Uncertainty(
                rates.get(item.id) if isinstance(item.frequency, Poisson) else None,
                losses.get(item.id) if isinstance(item.severity, Lognormal) else None,
            )
            for item in portfolio.scenarios
        }
        unknown = {name: how for name, how in unknown.items() if how != Uncertainty()}
        if not unknown or not amounts:
            return None
        found = band(portfolio, unknown, amounts, draws, SEED)
    except LossError:
        return None
    lower, middle, upper = (
        tuple(zip(found.amounts, part, strict=True)) for part in (found.lower, found.middle, found.upper)
    )
    return Band(lower, middle, upper)


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
    figures: Headline | None


def whole(risks: QuerySet[Risk], kind: str, day: date) -> Whole:
    """The year of ``risks`` as they are estimated. Raises LossError."""
    if risks.order_by()[: MOST + 1].count() > MOST:
        return Whole(0, (), "", None)
    inputs = inputs_of(risks, kind, day)
    figures = headline(inputs.text) if inputs.risks else None
    return Whole(inputs.risks, inputs.left_out, inputs.text, figures)


def sentence_amounts(estimate: scenarios.Estimated, currency: str) -> scenarios.Figures:
    """The figures of fields that are still being typed. Raises LossError, FieldFault."""
    return scenarios.figures_of(scenarios.scenario_of(estimate, "risk"), currency)
