"""Losses that are certain amounts, against the convolution of their probabilities: with and without a common unit, to the cent."""

from __future__ import annotations

import math
from itertools import accumulate

import numpy as np
import pytest
from scipy import stats

from quarterdeck.engines.loss import Change, Quantified, portfolio_of, quantify, what_if
from tests.engines.loss.portfolios import Part, one, poisson, portfolio, scenario

Law = dict[float, float]


def convolved(counts: list[float], event: Law) -> Law:
    """The law of a sum of so many amounts, each amount of a year written with nine decimals less than a float has."""
    found: Law = {0.0: counts[0]}
    power: Law = {0.0: 1.0}
    for count in counts[1:]:
        following: Law = {}
        for value, share in power.items():
            for more, part in event.items():
                amount = float(f"{value + more:.13g}")
                following[amount] = following.get(amount, 0.0) + share * part
        power = following
        for value, share in power.items():
            found[value] = found.get(value, 0.0) + count * share
    return dict(sorted(found.items()))


def agrees(found: Quantified, law: Law) -> None:
    for item in found.thresholds:
        exact = math.fsum(share for value, share in law.items() if value > item.amount * (1 + 1e-12))
        assert item.annual_probability == pytest.approx(exact, rel=1e-7, abs=1e-10), item.amount
    for level, amount in found.var.items():
        reached = accumulate(law.values())
        value = next(each for each, so_far in zip(law, reached, strict=True) if so_far >= level - 1e-12)
        assert amount == pytest.approx(value, rel=1e-12)
        tail = math.fsum(share * more for more, share in law.items() if more > value)
        rest = 1 - level - math.fsum(share for more, share in law.items() if more > value)
        assert found.tvar[level] == pytest.approx((tail + value * rest) / (1 - level), rel=1e-7)
        low, high = found.bracket[level]
        assert low <= value * (1 + 1e-12)
        assert high >= value * (1 - 1e-12)


COUNTS: list[tuple[Part, list[float]]] = [
    (poisson(0.4), [float(stats.poisson.pmf(n, 0.4)) for n in range(14)]),
    ({"kind": "binomial", "n": 3, "p": 0.2}, [float(stats.binom.pmf(n, 3, 0.2)) for n in range(4)]),
    ({"kind": "negative_binomial", "r": 1, "beta": 0.1}, [float(stats.geom.pmf(n + 1, 1 / 1.1)) for n in range(16)]),
    ({"kind": "bernoulli", "probability": 0.06}, [0.94, 0.06]),
]


@pytest.mark.parametrize(("frequency", "counts"), COUNTS, ids=[str(item[0]["kind"]) for item in COUNTS])
@pytest.mark.parametrize(
    "values",
    [
        # as computing has them: 3 times 0.1 is 0.30000000000000004
        [0.1 * n for n in (1, 3, 7)],
        [1234.56 * n for n in (1, 2, 10)],
        # without a common unit that is not small beside them
        [1234.56, 98_765.43, 250_000.0],
        [math.e, math.pi],
        [1.0, 1e9],
        [1e-3, 1e15],
    ],
    ids=["tenths", "multiples", "cents", "irrational", "one and a milliard", "as far apart as can be"],
)
def test_observed_amounts_are_convolved_to_the_cent(frequency: Part, counts: list[float], values: list[float]) -> None:
    least, most = min(values), max(values)
    # at an amount, just below and just above it
    asked = [amount * part for amount in (least, most, least + most) for part in (1, 1 - 1e-8, 1 + 1e-8)]
    law = convolved(counts, dict.fromkeys(values, 1 / len(values)))
    agrees(quantify(one(frequency, {"kind": "empirical", "values": values}, (0.0, *asked))), law)


CENTS = [1_203.47, 8_811.09, 15_420.5, 21_987.33, 40_010.01, 66_666.66, 97_531.13, 124_816.32, 350_000.99, 812_345.67]


@pytest.mark.parametrize(("rate", "many", "events"), [(0.02, 10, 7), (0.5, 7, 12), (2.0, 4, 24)])
def test_many_observed_amounts_have_more_sums_than_are_kept_and_keep_their_cents(
    rate: float, many: int, events: int
) -> None:
    values = CENTS[-many:]
    law = convolved([float(stats.poisson.pmf(n, rate)) for n in range(events)], dict.fromkeys(values, 1 / many))
    asked = (values[0], values[0] - 0.01, values[-1], values[-1] - 0.01, values[0] + values[-1], 2 * values[-1])
    agrees(quantify(one(poisson(rate), {"kind": "empirical", "values": values}, asked)), law)


def test_ten_thousand_observed_losses_of_which_one_happens_at_most() -> None:
    drawn = stats.lognorm(1.5, scale=6e4).ppf((np.arange(10_000) + 0.5) / 10_000)
    values = [round(value, 2) for value in drawn.tolist()]
    asked = (values[4_999], values[4_999] - 0.01, values[-1], values[-1] - 0.01)
    found = quantify(one({"kind": "bernoulli", "probability": 0.3}, {"kind": "empirical", "values": values}, asked))
    assert [item.annual_probability for item in found.thresholds] == pytest.approx([0.15, 0.15003, 0, 3e-5], abs=1e-12)
    for level, amount in found.var.items():
        beyond = (1 - level) / 0.3 * 10_000
        assert amount == pytest.approx(values[9_999 - math.floor(beyond + 1e-6)], rel=1e-12)
        worst = math.fsum(values[10_000 - math.floor(beyond) :]) + amount * (beyond - math.floor(beyond))
        assert found.tvar[level] == pytest.approx(worst / beyond, rel=1e-9)


def test_scenarios_with_many_sums_together_are_their_convolution() -> None:
    law = convolved([float(stats.poisson.pmf(n, 0.1)) for n in range(9)], dict.fromkeys(CENTS[:5], 0.2))
    once = convolved([0.8, 0.2], dict.fromkeys(CENTS[5:], 0.2))
    both: Law = {}
    for value, share in law.items():
        for more, part in once.items():
            both[value + more] = both.get(value + more, 0.0) + share * part
    given = portfolio(
        scenario("a", poisson(0.1), {"kind": "empirical", "values": CENTS[:5]}),
        scenario("b", {"kind": "bernoulli", "probability": 0.2}, {"kind": "empirical", "values": CENTS[5:]}),
        thresholds=(CENTS[7], CENTS[7] - 0.01, CENTS[7] + CENTS[1], CENTS[7] + CENTS[1] - 0.01, CENTS[9]),
    )
    found = quantify(given)
    agrees(found, dict(sorted(both.items())))
    halved = [Change("b", 0.5)]
    assert what_if(given, halved).after.tvar == quantify(portfolio_of(given, halved)).tvar[0.99]


def test_a_cent_below_an_amount_is_below_it() -> None:
    found = quantify(one(poisson(0.5), {"kind": "constant", "value": 25e6}, (25e6 - 0.01, 25e6, 25e6 + 0.01)))
    some, two = 1 - math.exp(-0.5), 1 - 1.5 * math.exp(-0.5)
    assert [item.annual_probability for item in found.thresholds] == pytest.approx([some, two, two], rel=1e-12)


def test_scenarios_of_amounts_without_a_common_unit_add_what_each_adds() -> None:
    given = portfolio(
        scenario("a", poisson(0.3), {"kind": "constant", "value": 100 * math.pi}),
        scenario("b", {"kind": "bernoulli", "probability": 0.1}, {"kind": "constant", "value": 100 * math.e}),
    )
    found = quantify(given)
    law = {
        n * 100 * math.pi + k * 100 * math.e: (float(stats.poisson.pmf(n, 0.3)) * (0.1 if k else 0.9), n, k)
        for n in range(12)
        for k in range(2)
    }
    left, a, b = 0.01, 0.0, 0.0
    for value in sorted(law, reverse=True):
        share, n, k = law[value]
        part = min(share, left)
        left -= part
        a, b = a + part * n * math.pi * 1e4, b + part * k * math.e * 1e4
    assert [item.tail for item in found.contributions] == pytest.approx([a, b], rel=1e-8)


@pytest.mark.parametrize("change", [Change("a", 0.5), Change("b", 2.0), Change("b", 1.0, 0.5), Change("c", 0.5)])
def test_a_what_if_of_amounts_without_a_common_unit_is_what_computing_anew_gives(change: Change) -> None:
    given = portfolio(
        scenario("a", poisson(0.3), {"kind": "constant", "value": 100 * math.pi}),
        scenario("b", {"kind": "bernoulli", "probability": 0.1}, {"kind": "constant", "value": 100 * math.e}),
        scenario("c", {"kind": "bernoulli", "probability": 1}, {"kind": "empirical", "values": [1.23, 45.67]}),
        thresholds=(1.23, 100 * math.pi + 1.23, 100 * (math.pi + math.e) + 1.23),
    )
    found, anew = what_if(given, [change]).after, quantify(portfolio_of(given, [change]))
    assert found.tvar == pytest.approx(anew.tvar[0.99], rel=1e-9)
    assert [probability for _, probability in found.thresholds] == pytest.approx(
        [item.annual_probability for item in anew.thresholds], rel=1e-9
    )


@pytest.mark.parametrize(("likely", "blurred"), [(0.008, 1e-11), (0.04, 1e-8), (0.2, 3e-5)])
def test_many_scenarios_that_may_happen_once_are_followed_together(likely: float, blurred: float) -> None:
    # the seldom years of more events are on a grid
    draw = np.random.default_rng(5)
    shares = draw.uniform(0.2, 1.8, 20) * likely
    amounts = np.exp(draw.uniform(10, 15, 20))
    values, weights = np.zeros(1), np.ones(1)
    for share, amount in zip(shares, amounts, strict=True):
        values = np.concatenate([values, values + amount])
        weights = np.concatenate([weights * (1 - share), weights * share])
    order = np.argsort(values)
    values, weights = values[order], weights[order]
    up_to, beyond = np.cumsum(weights), np.append(np.cumsum(weights[::-1])[::-1], 0.0)
    asked = (float(amounts[3]), float(amounts[3] + amounts[8]), 2e5, 3e6)
    found = quantify(
        portfolio(
            *(
                scenario(
                    f"s{n}",
                    {"kind": "bernoulli", "probability": float(share)},
                    {"kind": "constant", "value": float(amount)},
                )
                for n, (share, amount) in enumerate(zip(shares, amounts, strict=True))
            ),
            thresholds=asked,
        )
    )
    for item in found.thresholds:
        exact = float(beyond[int(np.searchsorted(values, item.amount * (1 + 1e-12), side="right"))])
        assert item.annual_probability == pytest.approx(exact, rel=1e-10, abs=blurred)
    for level, amount in found.var.items():
        at = int(np.searchsorted(up_to, level - 1e-12))
        assert amount == pytest.approx(float(values[at]), rel=blurred)
        worst = float(values[at + 1 :] @ weights[at + 1 :]) + float(values[at] * (up_to[at] - level))
        assert found.tvar[level] == pytest.approx(worst / (1 - level), rel=max(1e-9, blurred / 10))
        low, high = found.bracket[level]
        assert low <= amount <= high
    assert math.fsum(item.tail or 0 for item in found.contributions) == pytest.approx(found.tvar[0.99] or 0, rel=1e-9)
