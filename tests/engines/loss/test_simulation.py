"""Simulation agrees with what is computed, and each scenario's draws are its own."""

from __future__ import annotations

import numpy as np
import pytest

from quarterdeck.engines.loss.simulation import cross_check, simulate
from tests.engines.loss.portfolios import Part, interval, poisson, portfolio, scenario

PARTS = (
    scenario("a", poisson(0.8), interval(1e5, 1e6)),
    scenario(
        "b", {"kind": "gamma_poisson", "shape": 2, "rate": 4}, {"kind": "pert", "low": 1e4, "mode": 5e4, "high": 9e5}
    ),
    scenario("c", {"kind": "negative_binomial", "r": 1.5, "beta": 0.6}, {"kind": "exponential", "mean": 2e5}),
    scenario("f", poisson(0.4), {"kind": "levy", "scale": 1e4}, cap=3e6),
)
CHANCES = (
    scenario("d", {"kind": "bernoulli", "probability": 0.2}, {"kind": "constant", "value": 5e5}),
    scenario(
        "e",
        {"kind": "binomial", "n": 3, "p": 0.1},
        {"kind": "discrete", "values": [1e5, 1e6], "probabilities": [0.7, 0.3]},
    ),
)
LOADINGS = {"a": 0.6, "b": 0.5, "d": -0.4}


@pytest.mark.parametrize(
    "tie",
    [
        {"kind": "independent"},
        {"kind": "gamma", "theta": 0.8},
        {"kind": "common_shock", "rate": 0.3, "members": {"a": 0.5, "b": 1.0, "d": 0.2}},
        {"kind": "gaussian", "loadings": LOADINGS},
        {"kind": "t", "loadings": LOADINGS, "df": 4},
    ],
    ids=lambda tie: str(tie["kind"]),
)
def test_simulation_agrees_within_four_standard_errors(tie: Part) -> None:
    parts = PARTS if tie["kind"] == "gamma" else (*PARTS, *CHANCES)
    for figure in cross_check(portfolio(*parts, dependence=tie), 100_000, seed=7):
        assert abs(figure.errors_apart) < 4, figure


def test_simulation_would_notice_a_wrong_rate() -> None:
    computed = cross_check(portfolio(*PARTS), 100_000, seed=7)
    wrong = simulate(portfolio({**PARTS[0], "frequency": poisson(0.84)}, *PARTS[1:]), 100_000, seed=7)
    assert abs(float(wrong.mean()) - computed[0].computed) > 4 * computed[0].standard_error


def test_the_same_seed_draws_the_same_and_editing_one_scenario_moves_no_other() -> None:
    whole = simulate(portfolio(*PARTS, *CHANCES), 2000, seed=3)
    assert np.array_equal(whole, simulate(portfolio(*PARTS, *CHANCES), 2000, seed=3))
    assert not np.array_equal(whole, simulate(portfolio(*PARTS, *CHANCES), 2000, seed=4))
    first = simulate(portfolio(PARTS[0]), 2000, seed=3)
    edited = simulate(portfolio({**PARTS[0], "frequency": poisson(3)}), 2000, seed=3)
    others = simulate(portfolio({**PARTS[0], "frequency": poisson(3)}, *PARTS[1:], *CHANCES), 2000, seed=3)
    assert np.allclose(whole - first, others - edited, rtol=1e-9, atol=1e-3)
