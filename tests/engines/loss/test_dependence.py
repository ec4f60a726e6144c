"""What ties scenarios together, against closed forms, and independence as the limit of each tie."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy import integrate, special, stats

from quarterdeck.engines.loss import Analysis, LossError, Quantified, quantify
from quarterdeck.engines.loss.contributions import tail_contributions
from tests.engines.loss.portfolios import Part, interval, poisson, portfolio, scenario

MIXED = (
    scenario("a", poisson(0.5), interval(1e5, 1e6)),
    scenario("b", poisson(0.8), interval(2e5, 3e6)),
    scenario("c", poisson(2.0), {"kind": "exponential", "mean": 2e5}),
    scenario("d", {"kind": "negative_binomial", "r": 2, "beta": 0.5}, interval(1e5, 2e6)),
)
CHANCE = scenario("e", {"kind": "bernoulli", "probability": 0.2}, interval(1e5, 1e7), cap=4e6)


def gamma(theta: float) -> Part:
    return {"kind": "gamma", "theta": theta}


def shock(rate: float) -> Part:
    return {"kind": "common_shock", "rate": rate, "members": {"a": 0.5, "b": 1.0, "d": 0.3}}


def gaussian(loading: float) -> Part:
    return {"kind": "gaussian", "loadings": {"a": loading, "b": loading, "d": -loading}}


def same(one: Quantified, other: Quantified, rel: float) -> bool:
    pairs = [(one.var[level], other.var[level]) for level in one.var] + [
        (one.tvar[level], other.tvar[level]) for level in one.var
    ]
    return all(left == pytest.approx(right, rel=rel) for left, right in pairs)


@pytest.mark.parametrize(
    "tie",
    [
        gamma(0),
        gamma(1e-8),
        shock(0),
        shock(1e-9),
        gaussian(0),
        gaussian(1e-5),
        {"kind": "t", "loadings": {"a": 0.0}, "df": 3},
    ],
)
def test_independence_is_the_limit(tie: Part) -> None:
    assert same(quantify(portfolio(*MIXED, dependence=tie)), quantify(portfolio(*MIXED)), 5e-7)


def test_a_t_copula_with_many_degrees_of_freedom_is_gaussian() -> None:
    loadings = {"a": 0.4, "b": 0.4}
    t = quantify(portfolio(*MIXED[:2], dependence={"kind": "t", "loadings": loadings, "df": 1e6}))
    normal = quantify(portfolio(*MIXED[:2], dependence={"kind": "gaussian", "loadings": loadings}))
    assert same(t, normal, 1e-6)


@pytest.mark.parametrize("theta", [1e-3, 0.4, 2.0])
def test_a_shared_gamma_factor_makes_one_poisson_scenario_negative_binomial(theta: float) -> None:
    tied = quantify(portfolio(scenario("a", poisson(1.5), interval(1e4, 1e6)), dependence=gamma(theta)))
    counted: Part = {"kind": "negative_binomial", "r": 1 / theta, "beta": 1.5 * theta}
    assert same(tied, quantify(portfolio(scenario("a", counted, interval(1e4, 1e6)))), 5e-7)
    assert tied.no_loss == pytest.approx((1 + 1.5 * theta) ** (-1 / theta))


def test_shocks_to_one_scenario_only_add_events() -> None:
    tie: Part = {"kind": "common_shock", "rate": 0.8, "members": {"a": 0.25}}
    tied = quantify(portfolio(MIXED[0], dependence=tie))
    assert same(tied, quantify(portfolio(scenario("a", poisson(0.7), MIXED[0]["severity"]))), 5e-7)  # type: ignore[arg-type]


def test_shocks_alone_fire_members_together() -> None:
    tie: Part = {"kind": "common_shock", "rate": 0.3, "members": {"a": 1.0, "b": 1.0}}
    silent = [
        scenario(name, poisson(0), {"kind": "constant", "value": value}) for name, value in (("a", 1e5), ("b", 2e5))
    ]
    found = quantify(portfolio(*silent, dependence=tie, thresholds=(299_999.0, 300_000.0, 2e5)))
    assert [item.annual_probability for item in found.thresholds] == pytest.approx(
        [1 - math.exp(-0.3), 1 - 1.3 * math.exp(-0.3), 1 - math.exp(-0.3)], rel=1e-9
    )
    assert found.thresholds[1].single_event_probability == 0


def _both(shares: Sequence[float], loadings: Sequence[float], df: float | None) -> float:
    def given(z: float, root: float) -> float:
        product = 1.0
        for share, loading in zip(shares, loadings, strict=True):
            at = special.ndtri(1 - share) if df is None else special.stdtrit(df, 1 - share) * root
            product *= float(special.ndtr((loading * z - at) / math.sqrt(1 - loading**2)))
        return product

    if df is None:
        return float(integrate.quad(lambda z: given(z, 1.0) * stats.norm.pdf(z), -9, 9, epsabs=1e-13)[0])
    roots = stats.chi2(df)
    return float(
        integrate.dblquad(
            lambda z, w: given(z, math.sqrt(w / df)) * stats.norm.pdf(z) * roots.pdf(w), 0, 40, -8, 8, epsabs=1e-8
        )[0]
    )


@pytest.mark.parametrize(("df", "rel"), [(None, 1e-8), (4.0, 1e-5)])
def test_two_chances_under_a_copula_happen_together_as_often_as_its_integral_says(df: float | None, rel: float) -> None:
    shares, loadings = (0.1, 0.25), (0.7, 0.5)
    parts = [
        scenario(name, {"kind": "bernoulli", "probability": share}, {"kind": "constant", "value": value})
        for name, share, value in zip("ab", shares, (1, 2), strict=True)
    ]
    tie: Part = {"kind": "t" if df else "gaussian", "loadings": dict(zip("ab", loadings, strict=True))}
    found = quantify(portfolio(*parts, dependence={**tie, "df": df} if df else tie, thresholds=(2,)))
    assert found.thresholds[0].annual_probability == pytest.approx(_both(shares, loadings, df), rel=rel)


@pytest.mark.parametrize(
    "tie",
    [
        {"kind": "independent"},
        gamma(0.7),
        shock(0.4),
        gaussian(0.6),
        {"kind": "t", "loadings": {"a": 0.5, "d": 0.5}, "df": 4},
    ],
)
def test_contributions_sum_before_they_are_made_to(tie: Part) -> None:
    parts = MIXED if tie["kind"] == "gamma" else (*MIXED, CHANCE)
    analysis = Analysis(portfolio(*parts, dependence=tie))
    amount, state = analysis.quantile(0.99)
    tails = tail_contributions(analysis.engine, state, amount, 0.99)
    assert float(np.sum(tails)) == pytest.approx(analysis.tail_mean(0.99), rel=2e-6)


def test_a_tie_leaves_every_scenario_its_own_mean() -> None:
    free = quantify(portfolio(*MIXED))
    for tie in (gamma(0.7), gaussian(0.6)):
        assert quantify(portfolio(*MIXED, dependence=tie)).expected == pytest.approx(free.expected)


def test_a_factor_does_not_multiply_chances() -> None:
    with pytest.raises(LossError) as raised:
        quantify(portfolio(CHANCE, dependence=gamma(0.5)))
    assert (raised.value.scenario, raised.value.field) == ("e", "frequency")


def test_a_shared_factor_that_hardly_varies_keeps_its_digits() -> None:
    free = quantify(portfolio(*MIXED[:3]))
    for theta in (1e-12, 1e-10):
        assert same(quantify(portfolio(*MIXED[:3], dependence=gamma(theta))), free, 1e-8)


def test_a_rate_known_from_very_many_events_is_a_rate_known_for_certain() -> None:
    counted: Part = {"kind": "gamma_poisson", "shape": 1e12, "rate": 2e12}
    certain = quantify(portfolio(scenario("a", poisson(0.5), interval(1e5, 1e6))))
    assert same(quantify(portfolio(scenario("a", counted, interval(1e5, 1e6)))), certain, 1e-8)
