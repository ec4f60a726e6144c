"""A judged interval corrected by recorded losses, and counts held against rates with what the test can tell."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from quarterdeck.engines.loss.estimation import (
    GammaRate,
    count_test,
    learnt_rate,
    learnt_severity,
    severity_prior,
)


def drawn(mu: float, sigma: float, count: int, floor: float = 0.0) -> list[float]:
    """Evenly spaced quantiles of a lognormal above a floor: what `count` records of it look like at their likeliest."""
    law = stats.lognorm(sigma, scale=math.exp(mu))
    below = float(law.cdf(floor))
    return [float(law.ppf(below + (1 - below) * (k + 0.5) / count)) for k in range(count)]


@settings(max_examples=25, deadline=None)
@given(
    low=st.floats(1e2, 1e6), ratio=st.floats(2, 200), worth=st.floats(3, 200), confidence=st.sampled_from([0.8, 0.9, 0.95])
)  # fmt: skip
def test_learning_from_nothing_gives_the_judged_interval_back(
    low: float, ratio: float, worth: float, confidence: float
) -> None:
    learnt = learnt_severity(severity_prior(low, low * ratio, worth, confidence), (), 0.0, confidence)
    assert learnt.low == pytest.approx(low, rel=1e-4)
    assert learnt.high == pytest.approx(low * ratio, rel=1e-4)
    assert learnt.losses == pytest.approx(worth, rel=1e-3)
    assert learnt.recorded_share == 1


def test_many_losses_outweigh_the_prior_and_few_do_not() -> None:
    prior = severity_prior(1e5, 1e6, 10)
    centre = math.sqrt(1e5 * 1e6)
    few, many = (learnt_severity(prior, drawn(math.log(3e6), 0.8, count)) for count in (3, 400))
    assert centre < math.sqrt(few.low * few.high) < 1.2e6
    assert math.sqrt(many.low * many.high) == pytest.approx(3e6, rel=0.1)
    assert few.losses < many.losses
    # 400 losses leave the law's own spread: its 5th and 95th percentiles
    assert many.high / many.low == pytest.approx(math.exp(2 * 1.6449 * 0.8), rel=0.1)


def test_leaving_the_floor_out_makes_losses_look_larger_than_they_are() -> None:
    truth = math.log(1e5)
    losses = drawn(truth, 1.2, 300, floor=8e4)
    prior = severity_prior(1e4, 1e6, 5)
    corrected, naive = learnt_severity(prior, losses, 8e4), learnt_severity(prior, losses)
    assert math.sqrt(corrected.low * corrected.high) == pytest.approx(1e5, rel=0.25)
    assert math.sqrt(naive.low * naive.high) > 1.7e5
    assert corrected.recorded_share == pytest.approx(1 - stats.norm.cdf(math.log(8e4), truth, 1.2), abs=0.08)


def test_what_is_never_recorded_is_not_taken_for_not_happening() -> None:
    # Three recorded in five years, half of all events too small to be recorded: as three in two and a half years.
    assert learnt_rate(GammaRate(2, 4), 3, 5, 0.5) == GammaRate(5, 6.5)
    assert learnt_rate(GammaRate(2, 4), 3, 5) == GammaRate(5, 9)
    with pytest.raises(ValueError, match="share"):
        learnt_rate(GammaRate(2, 4), 3, 5, 0.0)


@pytest.mark.parametrize(
    ("losses", "floor", "words"),
    [((5.0,), 10.0, "below its reporting floor"), ((-1.0,), 0.0, "greater than 0"), ((1.0,), -1.0, "floor"),
     ((1.0,) * 501, 0.0, "at most 500"), ((math.nan,), 0.0, "finite")],
)  # fmt: skip
def test_losses_that_cannot_be_are_refused(losses: tuple[float, ...], floor: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        learnt_severity(severity_prior(1, 10, 5), losses, floor)


@pytest.mark.parametrize(("low", "high", "worth"), [(0, 1, 5), (2, 1, 5), (1, 2, 0.5), (1, 2, 1e6), (1, math.inf, 5)])
def test_a_prior_that_cannot_be_is_refused(low: float, high: float, worth: float) -> None:
    with pytest.raises(ValueError, match="interval"):
        severity_prior(low, high, worth)


def test_counts_are_judged_by_the_law_of_the_count() -> None:
    found = count_test(4.0, 9)
    assert found.as_many == pytest.approx(1 - stats.poisson.cdf(8, 4), rel=1e-12)
    assert found.as_few == pytest.approx(stats.poisson.cdf(9, 4), rel=1e-12)
    assert (found.low, found.high) == (1, 8)
    assert not found.consistent
    assert found.power == pytest.approx(stats.poisson.sf(8, 8) + stats.poisson.cdf(0, 8), rel=1e-9)
    # A rate that is itself uncertain: Gamma(2, 4 years) over 8 years, so the count is negative binomial.
    uncertain = count_test(4.0, 9, spread=8.0)
    assert uncertain.as_many == pytest.approx(stats.nbinom.sf(8, 2, 1 / 3), rel=1e-9)
    assert uncertain.consistent
    assert uncertain.power < found.power


@settings(max_examples=30, deadline=None)
@given(expected=st.floats(0.05, 300), counted=st.integers(0, 500), spread=st.floats(0, 50))
def test_a_test_of_counts_errs_no_more_often_than_it_says(expected: float, counted: int, spread: float) -> None:
    found = count_test(expected, counted, spread, significance=0.1)
    size = expected**2 / spread if spread > 1e-9 else math.inf
    law = stats.poisson(expected) if math.isinf(size) else stats.nbinom(size, size / (size + expected))
    if size < 1e7:
        assert law.cdf(found.low - 1) + law.sf(found.high) <= 0.1 + 1e-9
    assert 0 <= found.power <= 1 + 1e-12
    assert found.consistent == (found.low <= counted <= found.high)


def test_too_little_to_tell_is_said_with_how_much_would_do() -> None:
    little = count_test(0.5, 0)
    assert little.consistent
    assert little.power < 0.2
    assert little.exposure_needed is not None
    assert little.exposure_needed > 5
    more = count_test(0.5 * little.exposure_needed, 0)
    assert more.power >= 0.79
    # Rates known no better than their own size can never be told from their double.
    assert count_test(4.0, 4, spread=16.0).exposure_needed is None
    with pytest.raises(ValueError, match="expected count"):
        count_test(0.0, 1)


def test_the_posterior_agrees_with_a_million_weighted_draws() -> None:
    losses, floor = [120e3, 180e3, 260e3, 700e3, 1.4e6], 1e5
    prior = severity_prior(5e4, 2e6, 8)
    found = learnt_severity(prior, losses, floor)
    draw = np.random.default_rng(5)
    mu = prior.mu + prior.mu_error * draw.standard_normal(400_000)
    sigma = prior.sigma * np.exp(prior.log_sigma_error * draw.standard_normal(400_000))
    logs = np.log(losses)
    weight = stats.norm.logpdf(logs[:, None], mu, sigma).sum(axis=0)
    weight -= len(losses) * stats.norm.logsf(math.log(floor), mu, sigma)
    share = np.exp(weight - weight.max())
    share /= share.sum()
    for amount, level in ((found.low, 0.95), (found.high, 0.05)):
        assert float(share @ stats.norm.sf(math.log(amount), mu, sigma)) == pytest.approx(level, abs=4e-3)
