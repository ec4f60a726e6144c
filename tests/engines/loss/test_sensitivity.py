"""What the figures hang on."""

from __future__ import annotations

import pytest

from quarterdeck.engines.loss import Change, LossError, portfolio_of, quantify
from quarterdeck.engines.loss.sensitivity import Uncertainty, band, tornado
from tests.engines.loss.portfolios import RISKQUANT, interval, poisson, portfolio, scenario

AMOUNTS = (1e7, 1e8, 1e9)


def test_a_tornado_names_the_widest_input_first_and_is_what_computing_anew_gives() -> None:
    given = portfolio(*RISKQUANT)
    bars = tornado(given, 0.99, 1.25)
    assert bars[0].id == "b"
    assert [bar.swing for bar in bars] == sorted((bar.swing for bar in bars), reverse=True)
    assert {(bar.id, bar.input) for bar in bars} == {(i, n) for i in "abc" for n in ("rate", "severity", "sigma")}
    rate = next(bar for bar in bars if (bar.id, bar.input) == ("b", "rate"))
    for amount, factor in ((rate.low, 0.8), (rate.high, 1.25)):
        anew = quantify(portfolio_of(given, [Change("b", rate_factor=factor)]))
        assert amount == pytest.approx(anew.var[0.99], rel=1e-6)


def test_a_tornado_moves_chances_only_up_to_certainty() -> None:
    bars = tornado(portfolio(scenario("x", {"kind": "bernoulli", "probability": 0.9}, interval(1e4, 1e5))))
    assert {bar.input for bar in bars} == {"rate", "severity", "sigma"}


def test_a_band_holds_the_curve_narrows_with_knowledge_and_repeats_under_its_seed() -> None:
    given = portfolio(*RISKQUANT, thresholds=AMOUNTS)
    exact = [item.annual_probability for item in quantify(given).thresholds]
    little = band(given, {"b": Uncertainty(rate_events=4, losses=6)}, AMOUNTS, 60, seed=5)
    much = band(given, {"b": Uncertainty(rate_events=400, losses=600)}, AMOUNTS, 60, seed=5)
    for place, probability in enumerate(exact):
        assert little.lower[place] < probability < little.upper[place]
        assert much.lower[place] < probability < much.upper[place]
        assert much.upper[place] - much.lower[place] < (little.upper[place] - little.lower[place]) / 3
    assert little == band(given, {"b": Uncertainty(rate_events=4, losses=6)}, AMOUNTS, 60, seed=5)


def test_what_is_known_exactly_has_no_band() -> None:
    flat = band(portfolio(*RISKQUANT), {}, AMOUNTS, 2, seed=1)
    assert flat.lower == flat.upper == flat.mean


@pytest.mark.parametrize(
    ("name", "how", "field"),
    [
        ("nobody", Uncertainty(rate_events=3), "id"),
        ("chance", Uncertainty(rate_events=3), "rate_events"),
        ("chance", Uncertainty(losses=2), "losses"),
        ("a", Uncertainty(rate_events=0), "rate_events"),
    ],
)
def test_uncertainty_that_cannot_be(name: str, how: Uncertainty, field: str) -> None:
    given = portfolio(
        scenario("a", poisson(1), interval(1, 2)),
        scenario("chance", {"kind": "bernoulli", "probability": 0.5}, interval(1, 2)),
    )
    with pytest.raises(LossError) as raised:
        band(given, {name: how}, (1.5,), 2, seed=1)
    assert (raised.value.scenario, raised.value.field) == (name, field)
