"""Learning from incidents and judging the judges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from quarterdeck.engines.loss.estimation import (
    FairError,
    GammaRate,
    back_test,
    back_test_power,
    brier_score,
    fit_lognormal,
    gamma_from_interval,
    hit_rate,
    lognormal_posterior,
    loss_event_frequency,
    updated_rate,
    vulnerability,
)


def test_gamma_prior_and_three_events_in_five_years() -> None:
    rate = updated_rate(GammaRate(2, 4), 3, 5)
    assert rate.mean == pytest.approx(0.5556, abs=5e-5)
    assert rate.interval() == pytest.approx((0.2189, 1.0171), abs=5e-5)
    assert rate.at_least_one() == pytest.approx(0.40951, abs=5e-6)
    assert 1 - rate.counts.pgf(0.0) == pytest.approx(rate.at_least_one(), rel=1e-12)


def test_updating_twice_is_updating_once_and_more_years_narrow_the_interval() -> None:
    prior = GammaRate(2, 4)
    assert updated_rate(updated_rate(prior, 1, 2), 2, 3) == updated_rate(prior, 3, 5)
    low, high = updated_rate(prior, 50, 100).interval()
    assert high - low < prior.interval()[1] - prior.interval()[0]


@pytest.mark.parametrize(("low", "high"), [(0.1, 0.9), (0.01, 5.0), (2.0, 2.5)])
def test_an_elicited_interval_of_a_rate_is_kept(low: float, high: float) -> None:
    assert gamma_from_interval(low, high).interval() == pytest.approx((low, high), rel=1e-8)


def test_fair_factors_enter_at_any_level() -> None:
    assert loss_event_frequency(loss_event=0.3, threat_event=9) == 0.3
    assert loss_event_frequency(threat_event=4, vulnerability=0.25) == 1
    assert loss_event_frequency(contact=40, action=0.1, vulnerability=0.25) == 1
    assert vulnerability((40, 60), (40, 60)) == pytest.approx(0.5)
    assert vulnerability((70, 90), (40, 60)) > 0.99
    with pytest.raises(FairError, match="vulnerability"):
        loss_event_frequency(threat_event=4)
    with pytest.raises(FairError, match="action"):
        loss_event_frequency(contact=4, action=1.5, vulnerability=0.1)


def _recorded(floor: float, count: int = 4000) -> list[float]:
    # quantiles instead of draws: the same losses on every machine
    shares = (np.arange(count) + 0.5) / count
    amounts = np.exp(11 + 1.5 * stats.norm.ppf(shares))
    return [float(amount) for amount in amounts if amount > floor]


def test_the_reporting_floor_is_corrected() -> None:
    floor = 50_000.0
    losses = _recorded(floor)
    fit = fit_lognormal(losses, floor)
    assert (fit.law.mu, fit.law.sigma) == pytest.approx((11, 1.5), abs=0.03)
    assert fit.recorded_share == pytest.approx(len(losses) / 4000, abs=0.01)
    naive = fit_lognormal(losses)
    assert naive.law.mu > 11.7
    assert naive.law.sigma < 1.1
    assert naive.law.mu == pytest.approx(float(np.mean(np.log(losses))), abs=1e-6)
    assert naive.mu_error == pytest.approx(naive.law.sigma / math.sqrt(len(losses)), rel=1e-3)


def test_floors_may_differ_from_loss_to_loss() -> None:
    early, late = _recorded(100_000.0, 2000), _recorded(20_000.0, 2000)
    fit = fit_lognormal([*early, *late], [100_000.0] * len(early) + [20_000.0] * len(late))
    assert (fit.law.mu, fit.law.sigma) == pytest.approx((11, 1.5), abs=0.04)


@pytest.mark.parametrize("losses", [[], [1.0, 2.0], [5.0, -1.0, 3.0], [math.nan, 1.0, 2.0]])
def test_too_few_or_impossible_losses_are_refused(losses: list[float]) -> None:
    with pytest.raises(ValueError, match="loss"):
        fit_lognormal(losses)


def test_a_loss_below_its_floor_is_refused() -> None:
    with pytest.raises(ValueError, match="below its reporting floor"):
        fit_lognormal([10.0, 20.0, 30.0], 15.0)


def test_a_prior_weighs_until_the_losses_do() -> None:
    prior = lognormal_posterior([], 0.0, (12, 0.5), (0.0, 0.3))
    assert prior.mean_mu == pytest.approx(12, abs=1e-6)
    few = lognormal_posterior(_recorded(50_000.0, 12), 50_000.0, (12, 0.5), (0.0, 0.3))
    many = lognormal_posterior(_recorded(50_000.0, 2000), 50_000.0, (12, 0.5), (0.0, 0.3))
    assert 11 < few.mean_mu < 12.3
    assert (many.mean_mu, many.mean_sigma) == pytest.approx((11, 1.5), abs=0.15)
    assert many.exceeds(1e6) == pytest.approx(float(stats.norm.sf((math.log(1e6) - 11) / 1.5)), rel=0.05)


def test_hit_rate_and_its_own_uncertainty() -> None:
    found = hit_rate([(0, 1, 0.5)] * 9 + [(0, 1, 2.0)])
    assert (found.hits, found.rate, found.consistent) == (9, 0.9, True)
    assert (found.low, found.high) == pytest.approx((0.5549839, 0.9974714), abs=1e-6)
    assert not hit_rate([(0, 1, 0.5)] * 5 + [(0, 1, 2.0)] * 5).consistent


def test_brier_score_and_skill() -> None:
    assert brier_score([(1.0, True), (0.0, False)]).score == 0
    coin = brier_score([(0.5, True), (0.5, False)])
    assert (coin.score, coin.skill) == (0.25, 0)
    assert brier_score([(0.3, False)]).skill is None


def test_a_back_test_says_how_little_it_can_tell() -> None:
    ten = back_test(10, 1, 0.95)
    assert ten.p_value == pytest.approx(1 - 0.95**10)
    assert ten.rejects_from == 3
    assert ten.power == pytest.approx(float(stats.binom.sf(2, 10, 0.1)))
    assert ten.power < 0.1
    assert back_test_power(1000, 0.95, 2.0) > 0.99
    assert back_test(1, 0, 0.9).rejects_from is None or back_test(1, 0, 0.9).power <= 0.2
    with pytest.raises(ValueError, match="beyond"):
        back_test(5, 6, 0.95)
