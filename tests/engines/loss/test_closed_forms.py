"""Further figures that textbooks and open tools publish, and closed forms: counts, amounts, caps, levels, ties, safeguards, learning.

Frees (ed.), *Loss Data Analytics*, 2nd edition: examples of chapters 5 and 10. Netflix, *riskquant*: what its tests expect. Grübel and
Hermesmeier, ASTIN Bulletin 29 (1999): Poisson sums of Lévy amounts. Vasicek, *The distribution of loan portfolio value* (2002).
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, special, stats

from quarterdeck.engines.loss import Portfolio, quantify
from quarterdeck.engines.loss.estimation import GammaRate, back_test, brier_score, hit_rate
from quarterdeck.engines.loss.safeguarding import Effect, Safeguard, applied, reliability
from tests.engines.loss.portfolios import Part, interval, one, poisson, portfolio, scenario

SIX = 5e-7
ONCE: Part = {"kind": "bernoulli", "probability": 1}
EXPONENTIAL: Part = {"kind": "exponential", "mean": 1e5}


def exceeds(given: Portfolio) -> list[float]:
    return [item.annual_probability for item in quantify(given).thresholds]


def discrete(values: list[float], shares: list[float]) -> Part:
    return {"kind": "discrete", "values": values, "probabilities": shares}


# ---------------------------------------------------------------- published


@pytest.mark.parametrize(
    ("rate", "low", "high", "mean"),
    [(0.1, 1, 10, 0.4040012826945718), (0.07, 635_000, 19_000_000, 414_589.4783457917)],
)
def test_what_riskquant_expects_of_one_loss(rate: float, low: float, high: float, mean: float) -> None:
    assert quantify(one(poisson(rate), interval(low, high))).expected == pytest.approx(mean, rel=1e-12)


def test_loss_data_analytics_geometric_counts_of_four_amounts() -> None:
    # example 5.3.3
    geometric: Part = {"kind": "negative_binomial", "r": 1, "beta": 4}
    assert 1 - exceeds(one(geometric, discrete([1, 2, 3, 4], [0.25] * 4), (3,)))[0] == pytest.approx(0.3456, rel=1e-9)


def test_loss_data_analytics_hours_beyond_fifteen() -> None:
    # example 5.3.6: 18.81
    geometric: Part = {"kind": "negative_binomial", "r": 1, "beta": 2}
    found = quantify(one(geometric, discrete([5, 10, 20], [0.2, 0.3, 0.5]), (0, 5, 10)))
    assert found.expected is not None
    paid = found.expected - 5 * math.fsum(item.annual_probability for item in found.thresholds)
    assert paid == pytest.approx(18.81, abs=0.005)
    assert paid == pytest.approx(28 - 1241 / 135, rel=1e-9)


def test_loss_data_analytics_quantiles_of_three_amounts() -> None:
    # example 10.3.4: the lower quantile of 95 % is 3, a little above it is 4
    found = quantify(one(ONCE, discrete([1, 3, 4], [0.75, 0.2, 0.05])), (0.6, 0.9, 0.95001))
    assert [found.var[level] for level in (0.6, 0.9, 0.95, 0.95001)] == [1, 3, 3, 4]
    assert (found.tvar[0.95], found.tvar[0.9]) == pytest.approx((4, 3.5))


def test_gruebel_and_hermesmeier() -> None:
    # their masses between x − 1/2 and x + 1/2
    points = (0.5, 1.5, 9.5, 10.5, 99.5, 100.5, 999.5, 1000.5)
    found = exceeds(one(poisson(20), {"kind": "levy", "scale": 1}, points, infinite_mean="accept"))
    n = np.arange(1, 120)
    exact = [float(stats.poisson.pmf(n, 20) @ special.erf(n / math.sqrt(2 * x))) for x in points]
    assert found == pytest.approx(exact, rel=SIX)
    masses = [less - more for less, more in zip(exact[2::2], exact[3::2], strict=True)]
    assert [less - more for less, more in zip(found[2::2], found[3::2], strict=True)] == pytest.approx(
        masses, rel=SIX, abs=1e-10
    )


# ---------------------------------------------------------------- counts and amounts


def test_a_geometric_number_of_exponential_losses_is_exponential_or_nothing() -> None:
    beta = 4.0
    found = quantify(one({"kind": "negative_binomial", "r": 1, "beta": beta}, EXPONENTIAL), (0.5, 0.9999))
    for level, amount in found.var.items():
        exact = -1e5 * (1 + beta) * math.log((1 - level) * (1 + beta) / beta)
        assert amount == pytest.approx(exact, rel=SIX)
        assert found.tvar[level] == pytest.approx(exact + 1e5 * (1 + beta), rel=SIX)


@pytest.mark.parametrize(
    ("frequency", "law"),
    [
        (poisson(9_999), stats.poisson(9_999)),
        (poisson(1e-9), stats.poisson(1e-9)),
        ({"kind": "binomial", "n": 50, "p": 0.02}, stats.binom(50, 0.02)),
        ({"kind": "gamma_poisson", "shape": 5, "rate": 9}, stats.nbinom(5, 0.9)),
    ],
)
def test_certain_amounts_count(frequency: Part, law: stats.rv_discrete) -> None:
    asked = (0.0, 250.0, 250.0 * 9_999, 250.0 * 10_200)
    found = quantify(one(frequency, {"kind": "constant", "value": 250}, asked), (0.5, 0.9999))
    for item in found.thresholds:
        exact = float(law.sf(item.amount / 250))
        assert item.annual_probability == pytest.approx(exact, rel=1e-7, abs=1e-11)
    assert [found.var[level] for level in found.var] == [250 * float(law.ppf(level)) for level in found.var]


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95, 0.99])
def test_an_interval_holds_as_often_as_it_says(confidence: float) -> None:
    given = one(ONCE, interval(1e5, 2e6, confidence), (1e5, 2e6))
    assert exceeds(given) == pytest.approx([0.5 + confidence / 2, 0.5 - confidence / 2], rel=SIX)
    sigma = math.log(20) / 2 / float(special.ndtri(0.5 + confidence / 2))
    assert quantify(given).expected == pytest.approx(math.sqrt(2e11) * math.exp(sigma**2 / 2), rel=1e-12)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e12])
def test_the_tail_mean_of_one_lognormal_loss(scale: float) -> None:
    severity: Part = {"kind": "lognormal", "mu": math.log(scale), "sigma": 1.2}
    found = quantify(one(ONCE, severity), (0.5, 0.9999))
    for level, tail in found.tvar.items():
        beyond = float(special.ndtr(1.2 - special.ndtri(level)))
        assert tail == pytest.approx(scale * math.exp(0.72) * beyond / (1 - level), rel=SIX)


@pytest.mark.parametrize(("mode", "gamma"), [(2e4, 4), (1e4, 4), (5e5, 4), (9e4, 1), (9e4, 40)])
def test_a_pert_loss_is_a_beta_law_between_its_bounds(mode: float, gamma: float) -> None:
    low, high = 1e4, 5e5
    law = stats.beta(1 + gamma * (mode - low) / (high - low), 1 + gamma * (high - mode) / (high - low), low, high - low)
    severity: Part = {"kind": "pert", "low": low, "mode": mode, "high": high, "gamma": gamma}
    found = quantify(one(ONCE, severity, (5e4, 3e5, high)), (0.5,))
    assert found.expected == pytest.approx((low + gamma * mode + high) / (gamma + 2), rel=1e-12)
    assert [item.annual_probability for item in found.thresholds] == pytest.approx(
        [float(law.sf(x)) for x in (5e4, 3e5, high)], rel=SIX, abs=1e-10
    )
    for level, amount in found.var.items():
        assert amount == pytest.approx(float(law.ppf(level)), rel=SIX)


@pytest.mark.parametrize("cap", [1.0, 1e4, 1e5, 1e6])
def test_what_a_cap_leaves_of_an_exponential_loss(cap: float) -> None:
    found = quantify(one(poisson(2), EXPONENTIAL, (cap / 2, cap), cap=cap))
    assert found.expected == pytest.approx(2e5 * -math.expm1(-cap / 1e5), rel=1e-10)
    single = [item.single_event_probability for item in found.thresholds]
    assert single == pytest.approx([-math.expm1(-2 * math.exp(-cap / 2e5)), 0], rel=1e-9)


def test_two_exponential_forms_of_one_event_are_a_gamma_law() -> None:
    severity: Part = {"kind": "forms", "primary": {"response": EXPONENTIAL, "productivity": EXPONENTIAL}}
    found = quantify(one(ONCE, severity), (0.5,))
    for level, amount in found.var.items():
        assert amount == pytest.approx(float(stats.gamma(2, scale=1e5).ppf(level)), rel=SIX)


# ---------------------------------------------------------------- ties


def counted(shares: dict[str, float], amounts: tuple[float, ...], tie: Part) -> list[float]:
    parts = [
        scenario(name, {"kind": "bernoulli", "probability": share}, {"kind": "constant", "value": 2**place})
        for place, (name, share) in enumerate(shares.items())
    ]
    return exceeds(portfolio(*parts, thresholds=amounts, dependence=tie))


@pytest.mark.parametrize(("first", "second"), [(0.7, 0.5), (-0.5, 0.6), (0.99, 0.99)])
def test_two_chances_under_a_gaussian_copula_are_the_bivariate_normal_law(first: float, second: float) -> None:
    shares, correlation = {"a": 0.1, "b": 0.25}, first * second
    a, b = (float(stats.norm.isf(share)) for share in shares.values())

    def slope(angle: float) -> float:
        # Owen, Annals of Mathematical Statistics 27 (1956)
        return math.exp(-(a * a - 2 * a * b * math.sin(angle) + b * b) / (2 * math.cos(angle) ** 2)) / (2 * math.pi)

    both = 0.025 + float(integrate.quad(slope, 0, math.asin(correlation), epsabs=1e-14)[0])
    found = counted(shares, (0, 1, 2), {"kind": "gaussian", "loadings": {"a": first, "b": second}})
    assert found == pytest.approx([0.35 - both, 0.25, both], rel=SIX)


def test_many_alike_chances_under_a_gaussian_copula_are_vasiceks_law() -> None:
    many, chance, loading = 50, 0.05, 0.5

    def beyond(count: int) -> float:
        def given(z: float) -> float:
            each = special.ndtr((special.ndtri(chance) + loading * z) / math.sqrt(1 - loading**2))
            return float(stats.binom.sf(count, many, each) * stats.norm.pdf(z))

        return float(integrate.quad(given, -9, 9, epsabs=1e-14)[0])

    names = [f"s{n}" for n in range(many)]
    parts = [
        scenario(name, {"kind": "bernoulli", "probability": chance}, {"kind": "constant", "value": 1}) for name in names
    ]
    tie: Part = {"kind": "gaussian", "loadings": dict.fromkeys(names, loading)}
    found = exceeds(portfolio(*parts, thresholds=(0, 2, 9, 20), dependence=tie))
    assert found == pytest.approx([beyond(count) for count in (0, 2, 9, 20)], rel=SIX)


@pytest.mark.parametrize("theta", [0.1, 1.0, 5.0])
def test_a_shared_factor_makes_the_count_of_all_scenarios_negative_binomial(theta: float) -> None:
    parts = [scenario(name, poisson(rate), {"kind": "constant", "value": 1}) for name, rate in (("a", 2), ("b", 4))]
    found = quantify(portfolio(*parts, thresholds=(0, 1, 6, 12), dependence={"kind": "gamma", "theta": theta}))
    law = stats.nbinom(1 / theta, 1 / (1 + 6 * theta))
    assert [item.annual_probability for item in found.thresholds] == pytest.approx(
        [float(law.sf(count)) for count in (0, 1, 6, 12)], rel=SIX
    )
    assert list(found.var.values()) == [float(law.ppf(level)) for level in found.var]


def test_a_common_shock_is_three_independent_counts() -> None:
    # alone the one, alone the other, both at once
    rates = (0.2 + 0.4 * 0.5 * 0.2, 0.3 + 0.4 * 0.5 * 0.8, 0.4 * 0.5 * 0.8)
    parts = (
        scenario("a", poisson(0.2), {"kind": "constant", "value": 1}),
        scenario("b", poisson(0.3), {"kind": "constant", "value": 10}),
    )
    tie: Part = {"kind": "common_shock", "rate": 0.4, "members": {"a": 0.5, "b": 0.8}}
    found = exceeds(portfolio(*parts, thresholds=(0, 1, 10, 11, 21), dependence=tie))
    counts = np.indices((20, 20, 20)).reshape(3, -1)
    weights = np.prod([stats.poisson.pmf(row, rate) for row, rate in zip(counts, rates, strict=True)], axis=0)
    totals = np.array([1, 10, 11]) @ counts
    assert found == pytest.approx([float(weights[totals > x].sum()) for x in (0, 1, 10, 11, 21)], rel=SIX)


# ---------------------------------------------------------------- safeguards, learning, calibration


def test_a_safeguard_takes_effectiveness_times_coverage_times_reliability_away() -> None:
    works = reliability(2, 0.05)
    guard = Safeguard("mfa", (Effect("one", "frequency", 0.8, 0.75, works),), 1e4)
    found = quantify(applied(one(poisson(0.5), {"kind": "constant", "value": 1e6}), [guard]))
    # 0.8 × 0.75 × (1 − 2 × 0.05) = 0.54
    assert (works, found.expected) == pytest.approx((0.9, 0.23e6), rel=1e-12)
    assert found.no_loss == pytest.approx(math.exp(-0.23), rel=1e-12)


def test_a_learnt_rate_and_its_next_year_agree_with_the_engine() -> None:
    rate = GammaRate(5, 9)
    given = one({"kind": "gamma_poisson", "shape": 5, "rate": 9}, {"kind": "constant", "value": 1}, (0, 1, 2))
    assert exceeds(given) == pytest.approx([float(stats.nbinom.sf(count, 5, 0.9)) for count in range(3)], rel=1e-9)
    assert rate.at_least_one() == pytest.approx(exceeds(given)[0], rel=1e-12)


def test_how_good_estimates_were() -> None:
    held = hit_rate([(0, 1, 0.5)] * 8 + [(0, 1, 2)] * 2)
    # Clopper and Pearson's interval of 8 out of 10
    assert (held.rate, held.low, held.high) == pytest.approx((0.8, 0.443905, 0.974789), rel=2e-6)
    # Brier: (0.3² + 0.9² + 0.2²) / 3
    found = brier_score([(0.7, True), (0.9, False), (0.2, False)])
    assert (found.score, found.baseline) == pytest.approx((0.94 / 3, 2 / 9), rel=1e-12)


def test_ten_years_tell_little_of_a_quantile() -> None:
    found = back_test(10, 2, 0.95)
    # P(2 or more of 10) at 5 %, and the least number that is as rare as 5 %
    assert (found.p_value, found.rejects_from) == pytest.approx((float(stats.binom.sf(1, 10, 0.05)), 3))
    assert found.power == pytest.approx(float(stats.binom.sf(2, 10, 0.1)), rel=1e-12)
