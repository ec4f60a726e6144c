"""Certain amounts and corners of densities against closed forms: at, below and above each step, and what scenarios add there."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import pytest
from scipy import special, stats

from quarterdeck.engines.loss import Analysis, Change, Quantified, Scenario, portfolio_of, quantify, what_if
from tests.engines.loss.portfolios import Part, interval, one, poisson, portfolio, scenario

Exceeds = Callable[[float], float]
LEVELS = (0.9, 0.9999)


def agrees(found: Quantified, exceeds: Exceeds, steps: Sequence[float] = (), rel: float = 1e-6) -> None:
    """Thresholds are exceeded as `exceeds` says; each quantile is the least amount that is, and lies in its bracket."""
    for item in found.thresholds:
        assert item.annual_probability == pytest.approx(exceeds(item.amount), rel=rel, abs=1e-10), item.amount
    for level, amount in found.var.items():
        assert exceeds(amount * (1 + rel)) <= 1 - level + 1e-12
        assert amount == 0 or exceeds(amount * (1 - rel)) > 1 - level - 1e-12
        for step in steps:
            # a quantile on a step is that step
            assert amount == step or abs(amount - step) > 1e-9 * step
        low, high = found.bracket[level]
        assert low <= amount <= high
    assert math.fsum(item.tail or 0 for item in found.contributions) == pytest.approx(found.tvar[0.99], rel=1e-9)


def exponential_to_a_cap(rate: float, cap: float) -> Exceeds:
    # the m-fold sum of what lies below the cap has the density exp(-u) times that of m uniform amounts
    at_cap = math.exp(-cap)

    def short(m: int, y: float) -> float:
        if m == 0:
            return 1.0 if y < -1e-9 else 0.0
        if y < 0:
            return float((1 - at_cap) ** m)
        terms = (
            (-1) ** j * math.comb(m, j) * math.exp(-j * cap) * float(special.gammaincc(m, max(y - j * cap, 0.0)))
            for j in range(m + 1)
        )
        return math.fsum(terms)

    def exceeds(x: float) -> float:
        return math.fsum(
            float(stats.poisson.pmf(n, rate)) * math.comb(n, k) * at_cap**k * short(n - k, x - k * cap)
            for n in range(1, 16)
            for k in range(n + 1)
        )

    return exceeds


@pytest.mark.parametrize(("rate", "cap"), [(1e-4, 1.0), (0.1, 0.5), (0.1, 3.0), (1.0, 1.0)])
def test_exponential_losses_with_a_cap(rate: float, cap: float) -> None:
    thresholds = (0.0, 0.3 * cap, cap, 1.5 * cap, 2 * cap, 3 * cap)
    found = quantify(one(poisson(rate), {"kind": "exponential", "mean": 1}, thresholds, cap=cap), LEVELS)
    agrees(found, exponential_to_a_cap(rate, cap), [k * cap for k in range(1, 9)])


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (1e6, 2e6), (1e6, 1.001e6)])
def test_amounts_equally_likely_between_two_bounds(low: float, high: float) -> None:
    rate, span = 0.1, high - low

    def exceeds(x: float) -> float:
        # Irwin and Hall
        found = 0.0
        for n in range(1, 12):
            y = min(max((x - n * low) / span, 0.0), float(n))
            below = math.fsum((-1) ** j * math.comb(n, j) * (y - j) ** n for j in range(int(y) + 1))
            found += float(stats.poisson.pmf(n, rate)) * (1 - below / math.factorial(n))
        return found

    even: Part = {"kind": "pert", "low": low, "mode": (low + high) / 2, "high": high, "gamma": 0}
    thresholds = (0.0, low + span / 4, high, 2 * low + span / 2, low + high)
    agrees(quantify(one(poisson(rate), even, thresholds), LEVELS), exceeds, rel=3e-6)


@pytest.mark.parametrize("sigma", [0.01, 0.3, 2.0])
@pytest.mark.parametrize("beyond", [0.3, 0.002])
@pytest.mark.parametrize("chance", [0.3, 1.0])
def test_one_capped_event_at_most(sigma: float, beyond: float, chance: float) -> None:
    law = stats.lognorm(sigma, scale=math.exp(12))
    cap = float(law.isf(beyond))
    thresholds = (float(law.isf(0.5)), cap * (1 - 1e-9), cap)
    severity: Part = {"kind": "lognormal", "mu": 12, "sigma": sigma}
    found = quantify(one({"kind": "bernoulli", "probability": chance}, severity, thresholds, cap=cap), LEVELS)
    agrees(found, lambda x: chance * float(law.sf(x)) if x < cap else 0.0, [cap], rel=1e-6 if sigma < 1 else 1e-5)
    assert max(found.var.values()) <= cap
    assert found.tvar[0.9999] is not None
    assert found.tvar[0.9999] <= cap * (1 + 1e-11)


COUNTS = [
    (poisson(0.3), stats.poisson(0.3)),
    ({"kind": "bernoulli", "probability": 0.1}, stats.binom(1, 0.1)),
    ({"kind": "negative_binomial", "r": 0.5, "beta": 0.4}, stats.nbinom(0.5, 1 / 1.4)),
    ({"kind": "binomial", "n": 5, "p": 0.1}, stats.binom(5, 0.1)),
]


@pytest.mark.parametrize(("frequency", "counts"), COUNTS)
def test_certain_amounts_without_a_common_unit_beside_a_density(frequency: Part, counts: stats.rv_discrete) -> None:
    first, second, rate, mean = 750_000.0, 1_234_567.89, 0.5, 3e5
    pairs = [
        (i * first + k * second, float(counts.pmf(i) * stats.poisson.pmf(k, 0.02)))
        for i, k in product(range(25), range(10))
    ]
    amounts, shares = (np.array(part) for part in zip(*pairs, strict=True))
    n = np.arange(1, 40)
    weights = stats.poisson.pmf(n, rate)

    def small(y: np.ndarray, more: int = 0) -> np.ndarray:
        # P(G > y), or the mean of G beyond y, of the exponential losses G
        z = np.maximum(y, 0.0)[:, np.newaxis] / mean
        found = special.gammaincc(n + more, z) @ (weights * (n * mean if more else 1.0))
        return np.asarray(found, dtype=np.float64)

    def exceeds(x: float) -> float:
        left = x * (1 + 1e-13) - amounts
        none = math.exp(-rate) * float(shares[left < 0].sum())
        return none + float(shares @ np.where(left < 0, weights.sum(), small(left)))

    given = portfolio(
        scenario("often", frequency, {"kind": "constant", "value": first}),
        scenario("rare", poisson(0.02), {"kind": "constant", "value": second}),
        scenario("small", poisson(rate), {"kind": "exponential", "mean": mean}),
        thresholds=(0.0, first, second, first + second, 2 * first, 5e5),
    )
    found = quantify(given, LEVELS)
    agrees(found, exceeds, [first, second, first + second, 2 * first])
    expected = float(shares @ small(found.var[0.99] - amounts, 1)) / 0.01
    assert found.contributions[2].tail == pytest.approx(expected, rel=3e-5)


@pytest.mark.parametrize(("rate", "factor"), [(0.0, 1.0), (0.1, 3.0), (3.0, 0.1)])
def test_a_what_if_of_capped_scenarios_is_what_computing_anew_gives(rate: float, factor: float) -> None:
    given = portfolio(
        scenario("a", poisson(0.4), {"kind": "exponential", "mean": 2e5}, cap=5e5),
        scenario("b", poisson(0.2), {"kind": "lognormal", "mu": 12, "sigma": 1.5}, cap=3e6),
        scenario("c", {"kind": "bernoulli", "probability": 0.1}, {"kind": "constant", "value": 8e5}),
        thresholds=(5e5, 3e6, 3.5e6),
    )
    changes = [Change("a", rate_factor=rate), Change("b", severity_factor=factor)]
    found, anew = what_if(given, changes).after, quantify(portfolio_of(given, changes))
    assert found.tvar == pytest.approx(anew.tvar[0.99], rel=1e-7)
    assert [probability for _, probability in found.thresholds] == pytest.approx(
        [item.annual_probability for item in anew.thresholds], rel=1e-7, abs=1e-11
    )


MIXED = portfolio(
    scenario("lognormal", poisson(0.4), {"kind": "lognormal", "mu": 12, "sigma": 1.5}),
    scenario("capped", poisson(0.2), {"kind": "lognormal", "mu": 13, "sigma": 1.2}, cap=3e6),
    scenario("pert", poisson(0.3), {"kind": "pert", "low": 1e4, "mode": 5e4, "high": 2.5e6}),
    scenario("levy", poisson(0.3), {"kind": "levy", "scale": 2e4}, cap=1.5e7),
    scenario("constant", poisson(0.4), {"kind": "constant", "value": 7.5e5}),
    scenario("discrete", poisson(0.2), {"kind": "discrete", "values": [1e5, 2.5e6], "probabilities": [0.7, 0.3]}),
    scenario("negative", {"kind": "negative_binomial", "r": 2, "beta": 0.2}, {"kind": "exponential", "mean": 3e5}),
    scenario("binomial", {"kind": "binomial", "n": 4, "p": 0.1}, {"kind": "exponential", "mean": 4e5}, cap=2e6),
    scenario("once", {"kind": "bernoulli", "probability": 0.1}, {"kind": "empirical", "values": [1e5, 9e5]}),
    thresholds=(7.5e5, 5e6),
)


@pytest.mark.parametrize("item", MIXED.scenarios, ids=lambda item: item.id)
@pytest.mark.parametrize(("rate", "severity"), [(0.5, 1.0), (1.0, 0.8), (0.0, 1.0), (1.6, 1.3)])
def test_a_what_if_of_any_kind_among_all_kinds_is_what_computing_anew_gives(
    item: Scenario, rate: float, severity: float
) -> None:
    changes = [Change(item.id, rate, severity)]
    after = Analysis(MIXED).changed(portfolio_of(MIXED, changes))
    anew = Analysis(portfolio_of(MIXED, changes))
    assert after.quantile(0.99)[0] == pytest.approx(anew.quantile(0.99)[0], rel=3e-6)
    assert after.tail_mean(0.99) == pytest.approx(anew.tail_mean(0.99), rel=3e-6)
    assert after.engine.no_loss == pytest.approx(anew.engine.no_loss, rel=1e-12)
    for limit in MIXED.thresholds:
        assert after.exceedance(limit.amount) == pytest.approx(anew.exceedance(limit.amount), rel=3e-6)


def test_a_changed_analysis_has_the_bracket_and_the_contributions_of_its_own_portfolio() -> None:
    there = portfolio_of(MIXED, [Change("lognormal", 0.5, 0.8), Change("negative", 0.5)])
    after, anew = Analysis(MIXED).changed(there), Analysis(there)
    assert after.bracket(0.99) == pytest.approx(anew.bracket(0.99), rel=1e-6)
    assert after.contributions() == anew.contributions()


@pytest.mark.parametrize("rate", [1_000.0, 10_000.0])
def test_the_tail_mean_of_very_many_small_events(rate: float) -> None:
    found = quantify(one(poisson(rate), {"kind": "exponential", "mean": 3.0}), (0.9999,))
    n = np.arange(int(rate - 12 * math.sqrt(rate)), int(rate + 12 * math.sqrt(rate)))
    weights = stats.poisson.pmf(n, rate)
    for level, mean in found.tvar.items():
        x = found.var[level] / 3
        whole = 3 * float(weights @ (n * special.gammaincc(n + 1, x)))
        left = 1 - level - float(weights @ special.gammaincc(n, x))
        assert mean == pytest.approx((whole + 3 * x * left) / (1 - level), rel=1e-6)


def test_what_was_computed_is_given_back_at_once() -> None:
    # grids are large: nothing may wait for a collector of circles
    given = portfolio(scenario("a", poisson(0.5), interval(1e5, 1e6), cap=5e5))
    quantify(given)
    gc.collect()
    gc.disable()
    try:
        what_if(given, [Change("a", 0.5)])
        quantify(given)
        assert gc.collect() == 0
    finally:
        gc.enable()
