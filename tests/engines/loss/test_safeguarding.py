"""Safeguards as modifiers, what they return, the frontier of sets, and words from money."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.loss import (
    Analysis,
    Effect,
    LossError,
    Safeguard,
    applied,
    changes,
    frontier,
    lifted,
    quantify,
    rated,
    reliability,
    returns,
    scale,
    what_if,
)
from tests.engines.loss.portfolios import RISKQUANT, interval, poisson, portfolio, scenario

BASE = portfolio(
    scenario("fraud", poisson(2), interval(1e4, 3e5)),
    scenario("ransomware", poisson(0.2), interval(1e6, 4e7)),
    scenario("vendor", poisson(0.5), interval(1e5, 5e6)),
    thresholds=(1.2e7,),
)


def guard(name: str, cost: float | None, *effects: tuple[str, str, float]) -> Safeguard:
    return Safeguard(name, tuple(Effect(where, on, much) for where, on, much in effects), cost)  # type: ignore[arg-type]


MFA = guard("mfa", 1e5, ("fraud", "frequency", 0.6), ("ransomware", "frequency", 0.4))
BACKUPS = guard("backups", 2e5, ("ransomware", "severity", 0.7))
CONTRACTS = guard("contracts", 5e4, ("vendor", "severity", 0.2))


def test_reliability_is_the_share_of_time_without_a_variance() -> None:
    assert reliability(4, 0.05) == pytest.approx(0.8)
    assert reliability(100, 1) == 0
    with pytest.raises(LossError, match="duration"):
        reliability(1, math.nan)


def test_what_is_left_is_one_minus_effectiveness_coverage_and_reliability_and_safeguards_multiply() -> None:
    effect = Effect("fraud", "frequency", 0.5, 0.8, 0.9)
    assert effect.factor == pytest.approx(0.64)
    again = Effect("fraud", "frequency", 0.25)
    after = applied(BASE, [Safeguard("a", (effect,)), Safeguard("b", (again,))])
    assert after.scenarios[0].frequency.mean == pytest.approx(2 * 0.64 * 0.75)
    assert after.scenarios[1] == BASE.scenarios[1]


def test_lifting_undoes_what_applying_does() -> None:
    back = lifted(applied(BASE, [MFA, BACKUPS]), [MFA, BACKUPS])
    for was, item in zip(BASE.scenarios, back.scenarios, strict=True):
        assert item.frequency.mean == pytest.approx(was.frequency.mean)
        assert item.mean_severity == pytest.approx(was.mean_severity)
    with pytest.raises(LossError, match="leaves nothing"):
        lifted(BASE, [guard("all", 1, ("fraud", "frequency", 1.0))])


def test_what_a_safeguard_returns_is_what_computing_anew_gives_per_cost() -> None:
    found = returns(BASE, [MFA, BACKUPS])
    before, after = quantify(BASE), quantify(applied(BASE, [MFA]))
    mine = found.each[0]
    assert (mine.id, mine.cost) == ("mfa", 1e5)
    assert mine.difference.expected == pytest.approx(after.expected - before.expected, rel=1e-9)  # type: ignore[operator]
    assert mine.difference.tvar == pytest.approx(after.tvar[0.99] - before.tvar[0.99], rel=1e-5)  # type: ignore[operator]
    gap = after.thresholds[0].annual_probability - before.thresholds[0].annual_probability
    assert mine.difference.thresholds[0][1] == pytest.approx(gap, rel=1e-5)
    assert mine.per_cost is not None
    assert mine.per_cost.expected == pytest.approx((after.expected - before.expected) / 1e5, rel=1e-9)  # type: ignore[operator]
    assert found.together.cost == 3e5
    assert found.together.difference.tvar < 0  # type: ignore[operator]


def test_a_cost_is_counted_once_though_a_safeguard_has_two_effects_and_an_unknown_one_stays_unknown() -> None:
    assert what_if(BASE, changes([MFA])).cost == 1e5
    assert what_if(BASE, changes([MFA, guard("free", None, ("vendor", "frequency", 0.1))])).cost is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Effect("fraud", "frequency", 1.1), "effects[0].effectiveness"),
        (Effect("fraud", "frequency", 0.1, coverage=-0.1), "effects[0].coverage"),
        (Effect("fraud", "severity", 0.1, reliability=math.nan), "effects[0].reliability"),
        (Effect("fraud", "luck", 0.1), "effects[0].on"),  # type: ignore[arg-type]
    ],
)
def test_a_share_that_cannot_be_is_named(wrong: Effect, field: str) -> None:
    with pytest.raises(LossError) as raised:
        changes([Safeguard("bad", (wrong,))])
    assert (raised.value.scenario, raised.value.field) == ("bad", field)


def test_the_frontier_has_every_set_that_nothing_as_cheap_beats() -> None:
    treatments = [MFA, BACKUPS, CONTRACTS, guard("dear", 9e5, ("vendor", "frequency", 0.1))]
    found = frontier(BASE, treatments, "tail")
    assert found.exact
    assert found.computed == 16
    before = quantify(BASE).tvar[0.99]
    truth = {}
    for size in range(5):
        for chosen in combinations(treatments, size):
            saved = before - quantify(applied(BASE, chosen)).tvar[0.99]  # type: ignore[operator]
            truth[tuple(item.id for item in chosen)] = (sum(item.cost or 0 for item in chosen), saved)
    best = {
        ids for ids, (cost, value) in truth.items()
        if not any(c <= cost and v > value * (1 + 1e-6) + 1e-6 for other, (c, v) in truth.items() if other != ids)
    }  # fmt: skip
    assert {item.ids for item in found.choices if item.on_frontier} == best
    for item in found.choices:
        assert item.value == pytest.approx(truth[item.ids][1], rel=1e-5, abs=1)
    assert {item.ids for item in found.choices} >= {(item.id,) for item in treatments}


def test_beyond_what_is_computed_whole_the_frontier_grows_one_by_one_and_says_so() -> None:
    treatments = [
        guard(f"t{k}", 1e4 * (k + 1), (("fraud", "ransomware", "vendor")[k % 3], "frequency", 0.05 + k / 50))
        for k in range(14)
    ]
    found = frontier(BASE, treatments)
    assert not found.exact
    line = [item for item in found.choices if item.on_frontier]
    assert [item.cost for item in line] == sorted(item.cost for item in line)
    assert [item.value for item in line] == sorted(item.value for item in line)
    assert len(line[-1].ids) == 14
    few = frontier(BASE, treatments[:6], exact_up_to=3)
    whole = frontier(BASE, treatments[:6])
    assert (few.exact, whole.exact) == (False, True)
    for item in few.choices:
        assert item.value <= max(other.value for other in whole.choices if other.cost <= item.cost) * (1 + 1e-9)


def test_a_frontier_needs_costs_and_finite_means() -> None:
    with pytest.raises(LossError, match="cost"):
        frontier(BASE, [guard("x", None, ("fraud", "frequency", 0.5))])
    with pytest.raises(LossError, match="id"):
        frontier(BASE, [MFA, MFA])
    heavy = portfolio(scenario("fraud", poisson(1), {"kind": "levy", "scale": 1e3}, infinite_mean="accept"))
    with pytest.raises(LossError, match="finite mean"):
        frontier(heavy, [guard("x", 1.0, ("fraud", "frequency", 0.5))])


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.sampled_from(["frequency", "severity"]))
def test_more_effect_never_costs_more(one: float, coverage: float, trust: float, on: str) -> None:
    weak = Safeguard("g", (Effect("ransomware", on, one * 0.9, coverage, trust),), 1.0)  # type: ignore[arg-type]
    strong = Safeguard("g", (Effect("ransomware", on, one, coverage, trust),), 1.0)  # type: ignore[arg-type]
    analysis = Analysis(BASE)
    less, more = (returns(BASE, [item], analysis).each[0].difference for item in (weak, strong))
    assert more.expected <= less.expected + 1e-6 <= 2e-6  # type: ignore[operator]
    assert more.tvar <= less.tvar + 1  # type: ignore[operator]


# ---------------------------------------------------------------- words

OWN = scale("minor", [(1e5, "moderate"), (1e6, "major"), (1e7, "severe")])


def test_words_come_from_money_by_the_companys_own_thresholds() -> None:
    assert [OWN.word(x) for x in (0, 99_999.99, 1e5, 5e6, 1e7, math.inf)] == [
        "minor", "minor", "moderate", "major", "severe", "severe",
    ]  # fmt: skip
    assert OWN.word(None) is None
    assert OWN.words == ("minor", "moderate", "major", "severe")
    found = rated(quantify(portfolio(*RISKQUANT)).contributions, OWN)
    assert found == {"a": "minor", "b": "severe", "c": "major"}


@pytest.mark.parametrize(
    "steps",
    [
        [(1e6, "a"), (1e5, "b")],
        [(0.0, "a")],
        [(math.nan, "a")],
        [(1.0, "minor")],
        [(1.0, " ")],
        [(1.0, "a"), (1.0, "b")],
    ],
)
def test_what_is_no_scale_is_refused(steps: list[tuple[float, str]]) -> None:
    with pytest.raises(LossError):
        scale("minor", steps)


def test_what_is_no_amount_has_no_word() -> None:
    for value in (math.nan, -1.0):
        with pytest.raises(LossError):
            OWN.word(value)
