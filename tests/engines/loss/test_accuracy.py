"""Very many small events, heavy tails and both together, against closed forms, limits and finer grids."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import optimize, special, stats

from quarterdeck.engines.loss import Analysis, Portfolio, quantify
from tests.engines.loss.portfolios import Part, interval, one, poisson, portfolio, scenario

LEVELS = (0.95, 0.99, 0.999)


def truth(given: Portfolio) -> dict[float, float]:
    """Quantiles from grids of a million points, sixteen to thirty-two times as fine."""
    analysis = Analysis(given)
    analysis.engine.size = 2**20
    return {level: analysis.quantile(level)[0] for level in reversed(LEVELS)}


@pytest.mark.parametrize("rate", [1_000.0, 10_000.0])
def test_very_many_small_events_sum_as_the_gamma_laws_of_their_counts_say(rate: float) -> None:
    found = quantify(one(poisson(rate), {"kind": "exponential", "mean": 3.0}))
    n = np.arange(int(rate - 12 * math.sqrt(rate)), int(rate + 12 * math.sqrt(rate)))
    weights = stats.poisson.pmf(n, rate)
    for level, amount in found.var.items():

        def missed(x: float, level: float = level) -> float:
            return float(weights @ special.gammaincc(n, x / 3)) - (1 - level)

        assert amount == pytest.approx(optimize.brentq(missed, 2 * rate, 5 * rate, rtol=1e-13), rel=5e-7)
    assert found.expected == pytest.approx(3 * rate, rel=1e-12)


def test_many_small_events_beside_a_rare_great_one() -> None:
    given = portfolio(
        scenario("small", poisson(10_000), {"kind": "exponential", "mean": 100.0}),
        scenario("great", poisson(0.02), interval(1e8, 1e10)),
    )
    found, exact = quantify(given), truth(given)
    for level in LEVELS:
        assert found.var[level] == pytest.approx(exact[level], rel=1e-5)


@pytest.mark.parametrize("rate", [5.0, 200.0, 5000.0])
@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.0])
def test_merged_lognormals_are_as_exact_as_single_ones_on_a_large_grid(rate: float, sigma: float) -> None:
    severity: Part = {"kind": "lognormal", "mu": 8.0, "sigma": sigma}
    found = quantify(one(poisson(rate), severity))
    # with a cap far beyond every loss a law is not merged
    exact = truth(one(poisson(rate), severity, cap=1e17))
    for level in LEVELS:
        assert found.var[level] == pytest.approx(exact[level], rel=5e-7)


@pytest.mark.parametrize("sigma", [1.0, 2.0, 3.0, 4.0])
def test_heavy_lognormal_tails_agree_with_a_large_grid(sigma: float) -> None:
    severity: Part = {"kind": "lognormal", "mu": 10.0, "sigma": sigma}
    given = portfolio(scenario("heavy", poisson(1.7), severity), scenario("light", poisson(3), interval(1e4, 1e5)))
    found, exact = quantify(given), truth(given)
    for level in LEVELS:
        assert found.var[level] == pytest.approx(exact[level], rel=1e-5 if sigma < 3 else 5e-5)
        low, high = found.bracket[level]
        assert low <= exact[level] <= high


@pytest.mark.parametrize("cap", [None, 1e9])
def test_levy_tails_agree_with_a_large_grid(cap: float | None) -> None:
    given = one(poisson(2), {"kind": "levy", "scale": 1e4}, cap=cap, infinite_mean="accept")
    found, exact = quantify(given), truth(given)
    for level in LEVELS:
        assert found.var[level] == pytest.approx(exact[level], rel=5e-5)


def test_one_largest_loss_decides_a_very_heavy_year() -> None:
    # P(S > x) ~ E[N]·P(X > x) for subexponential losses (Embrechts, Klüppelberg, Mikosch, theorem 1.3.9)
    severity: Part = {"kind": "lognormal", "mu": 10.0, "sigma": 4.0}
    amount = math.exp(10 + 4 * 4.0)
    found = quantify(one(poisson(1.0), severity, (amount,)))
    assert found.thresholds[0].annual_probability == pytest.approx(float(special.ndtr(-4.0)), rel=2e-3)


@pytest.mark.parametrize(
    ("frequency", "weights"),
    [
        ({"kind": "negative_binomial", "r": 50, "beta": 20}, stats.nbinom(50, 1 / 21)),
        ({"kind": "negative_binomial", "r": 0.5, "beta": 2000}, stats.nbinom(0.5, 1 / 2001)),
        ({"kind": "gamma_poisson", "shape": 2, "rate": 0.01}, stats.nbinom(2, 0.01 / 1.01)),
        ({"kind": "binomial", "n": 9000, "p": 0.5}, stats.binom(9000, 0.5)),
    ],
)
def test_very_many_events_of_other_counts(frequency: Part, weights: stats.rv_discrete) -> None:
    found = quantify(one(frequency, {"kind": "exponential", "mean": 3.0}))
    n = np.arange(1, 100_000)
    shares = weights.pmf(n)
    for level, amount in found.var.items():
        # a step of 5e-7 to either side passes the level
        less, more = (float(shares @ special.gammaincc(n, amount * by / 3)) for by in (1 - 5e-7, 1 + 5e-7))
        assert more <= 1 - level <= less
