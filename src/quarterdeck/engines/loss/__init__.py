"""What a year of loss events may cost: exactly, from closed forms and transforms, not by simulation.

    portfolio = read_portfolio({"currency": "USD", "scenarios": [{
        "id": "phishing",
        "frequency": {"kind": "poisson", "rate": 0.1},
        "severity": {"kind": "lognormal_interval", "low": 1e5, "high": 1e6, "confidence": 0.9}}]})
    figures = quantify(portfolio)
    figures.expected, figures.var[0.99], figures.bracket[0.99]

How it is computed, and how accurately: docs/guide/loss.md.
"""

from quarterdeck.engines.loss.forms import FORMS, Forms, composed
from quarterdeck.engines.loss.frequency import Binomial, Frequency, NegativeBinomial, Poisson
from quarterdeck.engines.loss.model import (
    MAX_SCENARIOS,
    CommonShock,
    Independent,
    Limit,
    LossError,
    OneFactorCopula,
    Portfolio,
    Scenario,
    SharedGamma,
)
from quarterdeck.engines.loss.quantify import Analysis, Contribution, Quantified, ThresholdResult, quantify
from quarterdeck.engines.loss.ratings import Scale, rated, scale
from quarterdeck.engines.loss.reading import read_portfolio
from quarterdeck.engines.loss.safeguarding import (
    Choice,
    Effect,
    Frontier,
    Return,
    Returns,
    Safeguard,
    applied,
    changes,
    frontier,
    lifted,
    reliability,
    returns,
)
from quarterdeck.engines.loss.sensitivity import Band, Bar, Uncertainty, band, tornado
from quarterdeck.engines.loss.severity import (
    Atomic,
    Exponential,
    Levy,
    Lognormal,
    Pert,
    Severity,
    atomic,
    lognormal_interval,
)
from quarterdeck.engines.loss.shape import Shape, shape
from quarterdeck.engines.loss.simulation import Agreement, cross_check, simulate
from quarterdeck.engines.loss.whatif import Change, Difference, WhatIf, portfolio_of, read_changes, what_if
from quarterdeck.engines.loss.writing import quantified_json, what_if_json

VERSION = "5"
"""Changes whenever a figure of an unchanged portfolio may change beyond rounding."""

__all__ = [
    "FORMS",
    "MAX_SCENARIOS",
    "VERSION",
    "Agreement",
    "Analysis",
    "Atomic",
    "Band",
    "Bar",
    "Binomial",
    "Change",
    "Choice",
    "CommonShock",
    "Contribution",
    "Difference",
    "Effect",
    "Exponential",
    "Forms",
    "Frequency",
    "Frontier",
    "Independent",
    "Levy",
    "Limit",
    "Lognormal",
    "LossError",
    "NegativeBinomial",
    "OneFactorCopula",
    "Pert",
    "Poisson",
    "Portfolio",
    "Quantified",
    "Return",
    "Returns",
    "Safeguard",
    "Scale",
    "Scenario",
    "Severity",
    "Shape",
    "SharedGamma",
    "ThresholdResult",
    "Uncertainty",
    "WhatIf",
    "applied",
    "atomic",
    "band",
    "changes",
    "composed",
    "cross_check",
    "frontier",
    "lifted",
    "lognormal_interval",
    "portfolio_of",
    "quantified_json",
    "quantify",
    "rated",
    "read_changes",
    "read_portfolio",
    "reliability",
    "returns",
    "scale",
    "shape",
    "simulate",
    "tornado",
    "what_if",
    "what_if_json",
]
