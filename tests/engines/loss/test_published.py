"""Figures that others have published or that have a closed form, to six significant digits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special

from quarterdeck.engines.loss import Portfolio, Quantified, quantify
from tests.engines.loss.portfolios import RISKQUANT, interval, one, poisson, portfolio

SIX = 5e-7


def exceeds(given: Portfolio) -> list[float]:
    return [item.annual_probability for item in quantify(given).thresholds]


def test_riskquant_one_scenario() -> None:
    assert quantify(one(poisson(0.1), interval(1e5, 1e6))).expected == pytest.approx(40_400.128269457, rel=1e-12)


def test_riskquant_three_scenarios() -> None:
    found = quantify(portfolio(*RISKQUANT))
    assert found.var[0.95] == pytest.approx(9.90405417e7, rel=SIX)
    assert found.var[0.99] == pytest.approx(6.12871516e8, rel=SIX)
    assert found.var[0.999] == pytest.approx(2.62445676e9, rel=SIX)
    assert found.tvar[0.99] == pytest.approx(1.47660592e9, rel=SIX)


def test_the_mean_of_an_elicited_interval() -> None:
    assert quantify(one(poisson(1), interval(635_000, 19_000_000))).expected == pytest.approx(
        5_922_706.83351131, rel=1e-12
    )


def test_embrechts_and_frei() -> None:
    found = quantify(one(poisson(50), {"kind": "exponential", "mean": 1}))
    assert [found.var[level] for level in (0.95, 0.99, 0.999)] == pytest.approx(
        [67.261452, 75.414506, 85.105955], rel=2e-8
    )


@pytest.mark.parametrize(
    ("rate", "values", "probabilities", "at", "probability"),
    [
        (3, [1, 2, 3], [1.9 / 3, 0.8 / 3, 0.3 / 3], 2, 0.1296953),
        (5, [1, 5, 10], [0.8, 0.16, 0.04], 6, 0.05989286),
    ],
)
def test_klugman_panjer_and_willmot_at_one_amount(
    rate: float, values: list[float], probabilities: list[float], at: float, probability: float
) -> None:
    severity: dict[str, object] = {"kind": "discrete", "values": values, "probabilities": probabilities}
    above = exceeds(one(poisson(rate), severity, (at - 1, at)))
    assert above[0] - above[1] == pytest.approx(probability, rel=SIX)


def test_klugman_panjer_and_willmot_up_to_an_amount() -> None:
    severity: dict[str, object] = {"kind": "discrete", "values": [1, 2, 3, 4], "probabilities": [0.4, 0.3, 0.2, 0.1]}
    assert 1 - exceeds(one(poisson(3), severity, (3.0,)))[0] == pytest.approx(0.28816755, rel=1e-7)


# ---------------------------------------------------------------- closed forms


def _exponential_sum(weights: list[float], mean: float, x: float) -> float:
    # P(S > x) for a sum of N exponential amounts, P(N = n) = weights[n]
    return sum(weight * float(special.gammaincc(n, x / mean)) for n, weight in enumerate(weights) if n)


def _negative_binomial(r: float, beta: float) -> list[float]:
    n = np.arange(2000)
    log = (
        special.gammaln(n + r)
        - special.gammaln(r)
        - special.gammaln(n + 1)
        + n * math.log(beta)
        - (n + r) * math.log1p(beta)
    )
    return [float(value) for value in np.exp(log)]


@pytest.mark.parametrize(
    ("frequency", "weights"),
    [
        ({"kind": "negative_binomial", "r": 2, "beta": 3}, _negative_binomial(2, 3)),
        ({"kind": "gamma_poisson", "shape": 0.7, "rate": 0.4}, _negative_binomial(0.7, 2.5)),
        (
            {"kind": "binomial", "n": 4, "p": 0.3},
            [float(special.comb(4, n)) * 0.3**n * 0.7 ** (4 - n) for n in range(5)],
        ),
        ({"kind": "bernoulli", "probability": 0.3}, [0.7, 0.3]),
        (poisson(3), [math.exp(-3) * 3**n / math.factorial(n) for n in range(120)]),
    ],
)
def test_every_count_of_exponential_losses(frequency: dict[str, object], weights: list[float]) -> None:
    points = (0.5, 3.0, 20.0, 60.0)
    found = exceeds(one(frequency, {"kind": "exponential", "mean": 2}, points))
    for x, probability in zip(points, found, strict=True):
        # rounding leaves 1e-10 of probability, which counts where little is left
        assert probability == pytest.approx(_exponential_sum(weights, 2, x), rel=SIX, abs=1e-10)


def test_levy_losses_are_stable_under_addition() -> None:
    # n amounts of a Lévy law together are one of n² times the scale
    scale, rate = 1e3, 2.0
    points = (2e3, 1e5, 1e7, 1e9)
    found = exceeds(one(poisson(rate), {"kind": "levy", "scale": scale}, points, infinite_mean="accept"))
    for x, probability in zip(points, found, strict=True):
        expected = sum(
            math.exp(-rate) * rate**n / math.factorial(n) * math.erf(math.sqrt(scale * n * n / (2 * x)))
            for n in range(1, 80)
        )
        assert probability == pytest.approx(expected, rel=SIX)


@pytest.mark.parametrize("sigma", [0.03, 0.5, 1.5, 3.0])
def test_one_event_at_most_of_a_lognormal_has_its_own_quantiles(sigma: float) -> None:
    severity: dict[str, object] = {"kind": "lognormal", "mu": 12, "sigma": sigma}
    found = quantify(one({"kind": "bernoulli", "probability": 0.5}, severity))
    for level, amount in found.var.items():
        exact = math.exp(12 + sigma * float(special.ndtri(1 - (1 - level) / 0.5)))
        assert amount == pytest.approx(exact, rel=SIX if sigma < 3 else 5e-5)


def test_one_event_at_most_of_a_pert_has_its_own_quantiles() -> None:
    severity: dict[str, object] = {"kind": "pert", "low": 1e4, "mode": 3e4, "high": 5e5}
    found = quantify(one({"kind": "bernoulli", "probability": 0.5}, severity))
    a, b = 1 + 4 * 2e4 / 4.9e5, 1 + 4 * 4.7e5 / 4.9e5
    for level, amount in found.var.items():
        exact = 1e4 + 4.9e5 * float(special.betaincinv(a, b, 1 - (1 - level) / 0.5))
        assert amount == pytest.approx(exact, rel=SIX)
    assert found.expected == pytest.approx(0.5 * (1e4 + 4 * 3e4 + 5e5) / 6, rel=1e-12)


@pytest.mark.parametrize("frequency", [{"kind": "bernoulli", "probability": 1}, {"kind": "binomial", "n": 1, "p": 1}])
def test_an_event_that_is_certain_has_its_own_law(frequency: dict[str, object]) -> None:
    found = quantify(one(frequency, {"kind": "exponential", "mean": 2e5}, (0.0, 1e5)))
    assert found.no_loss == 0
    for level, amount in found.var.items():
        exact = -2e5 * math.log(1 - level)
        assert (amount, found.tvar[level]) == pytest.approx((exact, exact + 2e5), rel=SIX)
    assert [item.annual_probability for item in found.thresholds] == pytest.approx([1, math.exp(-0.5)], rel=SIX)
    even: dict[str, object] = {"kind": "pert", "low": 100, "mode": 150, "high": 300, "gamma": 0}
    twice = [{"id": name, "frequency": frequency, "severity": even} for name in "ab"]
    # two amounts equally likely between bounds: a triangle
    assert quantify(portfolio(*twice)).var[0.95] == pytest.approx(600 - 200 * math.sqrt(2 * 0.05), rel=SIX)


def test_a_capped_scenario_has_its_cap_as_quantile() -> None:
    found = quantify(one(poisson(0.1), interval(1e5, 1e7), cap=5_123_456.78))
    assert found.var[0.99] == pytest.approx(5_123_456.78, rel=1e-12)
    assert found.bracket[0.99] == pytest.approx((5_123_456.78, 5_123_456.78), rel=1e-12)


def test_observed_losses_keep_their_own_amounts() -> None:
    severity: dict[str, object] = {"kind": "empirical", "values": [1234.56, 98765.43, 250000.0]}
    found = quantify(one({"kind": "bernoulli", "probability": 0.06}, severity, (98765.0, 98765.43)))
    assert (found.var[0.95], found.var[0.99]) == (1234.56, 250000.0)
    assert [item.annual_probability for item in found.thresholds] == pytest.approx([0.04, 0.02])


def test_no_loss_at_all() -> None:
    found = quantify(one(poisson(0), interval(1e5, 1e6), (1e5,)))
    assert (found.expected, found.no_loss, set(found.var.values()), set(found.tvar.values())) == (0, 1, {0.0}, {0.0})
    assert found.thresholds[0].annual_probability == 0


def test_a_rare_loss_counts_in_the_tail_mean_though_the_quantile_is_nothing() -> None:
    found = quantify(one(poisson(0.001), {"kind": "constant", "value": 1e6}))
    assert found.var[0.95] == found.var[0.99] == 0
    assert found.tvar[0.99] == pytest.approx(1e5)


def curve_is_falling(found: Quantified) -> bool:
    losses, probabilities = zip(*found.exceedance, strict=True)
    return list(losses) == sorted(losses) and list(probabilities) == sorted(probabilities, reverse=True)


def test_one_curve_spans_seven_powers_of_ten() -> None:
    found = quantify(
        portfolio(
            {"id": "small", "frequency": poisson(0.5), "severity": interval(1e4, 1e5)},
            {"id": "great", "frequency": poisson(0.01), "severity": interval(1e8, 5e10)},
        )
    )
    assert curve_is_falling(found)
    assert found.exceedance[0] == (0.0, pytest.approx(1 - math.exp(-0.51)))
    assert found.exceedance[1][0] < 1e4
    assert found.exceedance[-1][0] > 1e11
