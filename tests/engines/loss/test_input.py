"""What cannot be computed is refused, naming the scenario and the field."""

from __future__ import annotations

import json
import math

import pytest

from quarterdeck.engines.loss import LossError, quantify, read_changes, read_portfolio
from tests.engines.loss.portfolios import Part, interval, poisson, scenario

GOOD = scenario("good", poisson(1), interval(1e5, 1e6))


def refusal(*scenarios: object, **more: object) -> LossError:
    with pytest.raises(LossError) as raised:
        read_portfolio({"currency": "USD", "scenarios": [GOOD, *scenarios], **more})
    return raised.value


@pytest.mark.parametrize(
    ("frequency", "severity", "field", "said"),
    [
        (poisson(-0.1), interval(1, 2), "frequency.rate", "at least 0"),
        (poisson(math.nan), interval(1, 2), "frequency.rate", "not a finite number"),
        (poisson(math.inf), interval(1, 2), "frequency.rate", "not a finite number"),
        (poisson(10**400), interval(1, 2), "frequency.rate", "too large"),
        (poisson(1e7), interval(1, 2), "frequency.rate", "at most"),
        ({"kind": "poisson"}, interval(1, 2), "frequency.rate", "missing"),
        ({"kind": "poisson", "rate": "2"}, interval(1, 2), "frequency.rate", "a number"),
        ({"kind": "poisson", "rate": True}, interval(1, 2), "frequency.rate", "a number"),
        ({"kind": "pareto"}, interval(1, 2), "frequency.kind", "poisson"),
        ({"kind": "poisson", "rate": 1, "shape": 2}, interval(1, 2), "frequency.shape", "no such field"),
        ("often", interval(1, 2), "frequency", "an object"),
        ({"kind": "binomial", "n": 2.5, "p": 0.1}, interval(1, 2), "frequency.n", "whole number"),
        ({"kind": "binomial", "n": 2, "p": 1.1}, interval(1, 2), "frequency.p", "at most 1"),
        ({"kind": "gamma_poisson", "shape": 0, "rate": 1}, interval(1, 2), "frequency.shape", "greater than 0"),
        ({"kind": "gamma_poisson", "shape": 1, "rate": 1e-12}, interval(1, 2), "frequency", "events a year"),
        (poisson(1), interval(2, 1), "severity.low", "greater than high"),
        (poisson(1), interval(0, 1), "severity.low", "greater than 0"),
        (poisson(1), interval(1, 2, 1.0), "severity.confidence", "less than 1"),
        (poisson(1), interval(1, math.nan), "severity.high", "not a finite"),
        (poisson(1), {"kind": "pert", "low": 3, "mode": 9, "high": 5}, "severity.mode", "not between"),
        (poisson(1), {"kind": "levy", "scale": 3}, "severity", "no finite mean"),
        (poisson(1), {"kind": "lognormal", "mu": 3, "sigma": -1}, "severity.sigma", "at least 0"),
        (poisson(1), {"kind": "empirical", "values": []}, "severity.values", "at least one"),
        (poisson(1), {"kind": "empirical", "values": [1, None]}, "severity.values[1]", "a number"),
        (
            poisson(1),
            {"kind": "discrete", "values": [1, 2], "probabilities": [0.5]},
            "severity.probabilities",
            "1 prob",
        ),
        (
            poisson(1),
            {"kind": "discrete", "values": [1, 2], "probabilities": [0.5, 0.4]},
            "severity.probabilities",
            "sum",
        ),
        (poisson(1), {**interval(1, 2), "currency": "EUR"}, "severity.currency", "EUR"),
        (poisson(1), None, "severity", "an object"),
    ],
)
def test_the_refusal_names_scenario_and_field(frequency: object, severity: object, field: str, said: str) -> None:
    found = refusal({"id": "bad one", "frequency": frequency, "severity": severity})
    assert (found.scenario, found.field) == ("bad one", field)
    assert said in found.reason
    assert "bad one" in str(found)
    assert field in str(found)


def test_an_infinite_mean_is_computed_only_when_it_was_answered_for_or_capped() -> None:
    levy: Part = {"kind": "levy", "scale": 1e4}
    accepted = quantify(read_portfolio({"scenarios": [scenario("x", poisson(1), levy, infinite_mean="accept"), GOOD]}))
    assert (accepted.expected, accepted.tvar[0.99], accepted.contributions[0].tail) == (None, None, None)
    assert accepted.var[0.99] > 0
    assert accepted.contributions[1].tail is not None
    capped = quantify(read_portfolio({"scenarios": [scenario("x", poisson(1), levy, cap=1e6)]}))
    assert capped.expected is not None
    assert capped.var[0.99] < 1e7


def test_ids_currencies_caps_and_thresholds() -> None:
    assert refusal(GOOD).field == "id"
    assert refusal({**GOOD, "id": ""}).scenario == "scenarios[1]"
    mixed = refusal({**GOOD, "id": "b", "currency": "EUR"})
    assert (mixed.scenario, mixed.field, mixed.code) == ("b", "currency", "currency")
    assert refusal({**GOOD, "id": "b", "cap": -1}).field == "cap"
    assert refusal({**GOOD, "id": "b", "caps": 5}).field == "caps"
    assert refusal(thresholds=[{"name": "m", "amount": math.nan}]).field == "thresholds[0].amount"
    assert refusal(thresholds=[{"name": "m", "amount": 1, "currency": "EUR"}]).field == "thresholds[0].currency"
    assert refusal("x").where == "scenarios[1]"


@pytest.mark.parametrize(
    ("dependence", "field"),
    [
        ({"kind": "vine"}, "dependence.kind"),
        ({"kind": "gamma", "theta": -1}, "dependence.theta"),
        ({"kind": "common_shock", "rate": 1, "members": {"nobody": 0.5}}, "dependence.members.nobody"),
        ({"kind": "common_shock", "rate": 1, "members": {"good": 1.5}}, "dependence.members.good"),
        ({"kind": "gaussian", "loadings": {"good": 1.5}}, "dependence.loadings.good"),
        ({"kind": "t", "loadings": {"good": 0.5}}, "dependence.df"),
    ],
)
def test_a_dependence_that_cannot_be(dependence: object, field: str) -> None:
    assert refusal(dependence=dependence).field == field


def test_a_million_scenarios_are_refused_at_once() -> None:
    with pytest.raises(LossError, match="at most 100000") as raised:
        read_portfolio({"scenarios": [GOOD] * 1_000_000})
    assert raised.value.field == "scenarios"


@pytest.mark.parametrize("document", [[], None, "x", {}, {"scenarios": {}}, {"scenarios": [[]]}])
def test_what_is_no_portfolio(document: object) -> None:
    with pytest.raises(LossError):
        read_portfolio(document)


@pytest.mark.parametrize(
    "document", [{}, [{}], [{"id": "a", "rate_factor": -1}], [{"id": "a", "factor": 2}], [{"id": "a", "cost": "x"}]]
)
def test_changes_that_cannot_be(document: object) -> None:
    with pytest.raises(LossError):
        read_changes(json.loads(json.dumps(document)))


def test_an_empty_portfolio_loses_nothing() -> None:
    found = quantify(read_portfolio({"scenarios": []}))
    assert (found.expected, found.no_loss, found.var[0.99]) == (0, 1, 0)
