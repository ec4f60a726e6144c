"""Laws that hold for any portfolio."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from quarterdeck.engines.loss import Analysis, Change, portfolio_of, quantify, read_portfolio, what_if
from quarterdeck.engines.loss.contributions import tail_contributions
from tests.engines.loss.portfolios import Part, plain_amounts, scenario, scenario_lists, severities

many = settings(max_examples=40, deadline=None, derandomize=True)
few = settings(max_examples=6, deadline=None, derandomize=True)
"""For amounts without a common unit, which need large grids."""
plain = scenario_lists(plain=True, most=3)
LEVELS = (0.5, 0.9, 0.95, 0.99, 0.999)


def analysis(parts: list[Part], **more: object) -> Analysis:
    return Analysis(read_portfolio({"scenarios": parts, **more}))


def adds_up(made: Analysis, rel: float) -> None:
    amount, state = made.quantile(0.99)
    whole = made.tail_mean(0.99)
    assert whole is not None
    raw = tail_contributions(made.engine, state, made._place(amount, state) if state else amount, 0.99)
    # before they are made to sum
    assert float(raw.sum()) == pytest.approx(whole, rel=rel, abs=1e-9)
    found = made.contributions()
    assert math.fsum(item.tail or 0 for item in found) == pytest.approx(whole, rel=1e-9, abs=1e-9)
    assert math.fsum(item.expected or 0 for item in found) == pytest.approx(made.expected, rel=1e-12)
    assert all((item.tail or 0) >= -1e-9 * whole for item in found)


def holds(made: Analysis, noise: float = 1e-10) -> None:
    """Each quantile is the least amount that is exceeded so seldom, lies in its bracket, and no tail mean is less."""
    last = 0.0
    for level in LEVELS:
        amount = made.quantile(level)[0]
        low, high = made.bracket(level)
        assert low <= amount <= high
        assert amount >= last * (1 - 1e-9)
        last = amount
        mean = made.tail_mean(level)
        assert mean is None or mean >= amount * (1 - 1e-9)
        assert made.exceedance(amount) <= 1 - level + noise
        if amount > 0:
            assert made.exceedance(amount * (1 - 1e-6)) >= 1 - level - noise


@many
@given(plain)
def test_contributions_sum_to_the_tail_mean_and_to_the_expected_loss(parts: list[Part]) -> None:
    # what an event of other counts finds is read from a grid where it has corners
    every_poisson = all(part["frequency"]["kind"] == "poisson" for part in parts)  # type: ignore[index]
    adds_up(analysis(parts), 1e-5 if every_poisson else 1e-4)


@few
@given(scenario_lists())
def test_contributions_sum_where_amounts_have_no_common_unit(parts: list[Part]) -> None:
    # 2.3e-4 where two events of 1,000 to 2,000 lie between years of 4,824,240 and 4,830,721
    adds_up(analysis(parts), 3e-4)


@many
@given(plain)
def test_the_bracket_holds_the_quantile_which_is_the_least_amount_exceeded_so_seldom(parts: list[Part]) -> None:
    holds(analysis(parts))


@few
@given(scenario_lists())
def test_all_figures_of_amounts_without_a_common_unit_are_in_order(parts: list[Part]) -> None:
    found = quantify(read_portfolio({"scenarios": parts}))
    for level, amount in found.var.items():
        low, high = found.bracket[level]
        assert low <= amount <= high
        assert amount <= (found.tvar[level] or 0) * (1 + 1e-9)
    amounts = list(found.var.values())
    assert amounts == sorted(amounts)
    probabilities = [probability for _, probability in found.exceedance]
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(0 <= probability <= 1 for probability in probabilities)


def in_another_currency(parts: list[Part], factor: float) -> list[Part]:
    def scaled(severity: Part) -> Part:
        changed: Part = dict(severity)
        for name in ("low", "mode", "high", "mean", "value", "scale"):
            if name in changed:
                changed[name] = float(changed[name]) * factor  # type: ignore[arg-type]
        if "mu" in changed:
            changed["mu"] = float(changed["mu"]) + math.log(factor)  # type: ignore[arg-type]
        if "values" in changed:
            changed["values"] = [value * factor for value in changed["values"]]  # type: ignore[attr-defined]
        return changed

    return [
        {**part, "severity": scaled(part["severity"]), "cap": part["cap"] and part["cap"] * factor}  # type: ignore[arg-type, operator]
        for part in parts
    ]


@many
@given(plain, st.sampled_from([0.001, 0.25, 8.0, 125.0, 1e6]))
def test_another_currency_only_scales_amounts(parts: list[Part], factor: float) -> None:
    here, there = analysis(parts), analysis(in_another_currency(parts, factor))
    assert there.expected == pytest.approx((here.expected or 0) * factor, rel=1e-12)
    for level in LEVELS:
        amount, scaled = here.quantile(level)[0], there.quantile(level)[0] / factor
        # between two amounts that no year lies between every one is a quantile, to rounding of the probability
        alike = abs(here.exceedance(amount) - here.exceedance(scaled)) <= 1e-11
        assert scaled == pytest.approx(amount, rel=1e-4 if alike else 1e-6)
        assert there.tail_mean(level) == pytest.approx((here.tail_mean(level) or 0) * factor, rel=1e-6)


@few
@given(scenario_lists(), st.sampled_from([0.25, 7.1, 1234.5]))
def test_another_currency_scales_amounts_without_a_common_unit_too(parts: list[Part], factor: float) -> None:
    here, there = analysis(parts), analysis(in_another_currency(parts, factor))
    for level in (0.95, 0.99, 0.999):
        # certain amounts meet the grids of two currencies differently: half a step of a fine grid
        assert there.quantile(level)[0] == pytest.approx(here.quantile(level)[0] * factor, rel=2e-4)
        assert there.tail_mean(level) == pytest.approx((here.tail_mean(level) or 0) * factor, rel=1e-5)


@many
@given(plain, st.floats(1.05, 3), st.sampled_from([1.5, 2.0, 3.0]))
def test_more_events_or_dearer_ones_never_cost_less(parts: list[Part], rate: float, severity: float) -> None:
    kind = parts[0]["frequency"]["kind"]  # type: ignore[index]
    assume(kind not in ("binomial", "bernoulli") or rate <= 2)
    given_portfolio = read_portfolio({"scenarios": parts})
    before = Analysis(given_portfolio)
    for change in (Change("s0", rate_factor=rate), Change("s0", severity_factor=severity)):
        after = Analysis(portfolio_of(given_portfolio, [change]))
        for level in LEVELS:
            assert after.quantile(level)[0] >= before.quantile(level)[0] * (1 - 1e-6)
            assert (after.tail_mean(level) or 0) >= (before.tail_mean(level) or 0) * (1 - 1e-6)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(plain, st.floats(0.1, 1.9), st.sampled_from([0.1, 0.5, 1.0, 3.0]), st.booleans())
def test_a_what_if_is_what_computing_anew_gives(parts: list[Part], rate: float, severity: float, drop: bool) -> None:
    thresholds = [{"name": "limit", "amount": 333_333.3}, {"name": "round", "amount": 1e6}]
    given_portfolio = read_portfolio({"scenarios": parts, "thresholds": thresholds})
    last = str(parts[-1]["id"])
    changes = [Change("s0", rate, severity, cost=2000.0), Change(last, 0.0 if drop else 0.7, 1.0, cost=500.0)]
    found = what_if(given_portfolio, changes)
    before, after = Analysis(given_portfolio), Analysis(portfolio_of(given_portfolio, changes))
    assert found.before.tvar == pytest.approx(before.tail_mean(0.99), rel=3e-6)
    assert found.after.tvar == pytest.approx(after.tail_mean(0.99), rel=3e-6, abs=1e-6)
    assert found.after.expected == pytest.approx(after.expected, rel=1e-12)
    for (_, probability), limit in zip(found.after.thresholds, thresholds, strict=True):
        assert probability == pytest.approx(after.exceedance(float(str(limit["amount"]))), rel=3e-6, abs=1e-9)
    assert found.cost == 2500
    assert found.per_cost is not None
    assert found.per_cost.expected == pytest.approx(
        ((after.expected or 0) - (before.expected or 0)) / 2500, rel=1e-9, abs=1e-9
    )


# ---------------------------------------------------------------- what ties scenarios together


def near(one: float | None, other: float | None, rel: float) -> bool:
    return (one is None) == (other is None) and (one or 0.0) == pytest.approx(other or 0.0, rel=rel, abs=1e-6)


@st.composite
def faint_ties(draw: st.DrawFn, ids: list[str]) -> Part:
    """A dependence next to none. A t copula needs small loadings and many degrees of freedom, which is another test."""
    size = draw(st.floats(1e-12, 1e-8))
    kind = draw(st.sampled_from(["gamma", "common_shock", "gaussian"]))
    if kind == "gamma":
        return {"kind": kind, "theta": size}
    if kind == "common_shock":
        return {"kind": kind, "rate": size, "members": {name: draw(st.floats(0, 1)) for name in ids}}
    signs = {name: draw(st.sampled_from([-1.0, 1.0])) * size * 1e3 for name in ids}
    return {"kind": kind, "loadings": signs}


def agree(tied: Analysis, free: Analysis, rel: float) -> None:
    for level in (0.95, 0.99):
        # certain amounts make steps: what is compared is the probability of the same amount, and the tail mean; of scenarios
        # that are tied, steps are read from a grid
        amount = free.quantile(level)[0] * 1.0001
        assert tied.exceedance(amount) == pytest.approx(free.exceedance(amount), rel=rel, abs=2e-4)
        assert near(tied.tail_mean(level), free.tail_mean(level), rel)


tieable = scenario_lists(poisson_only=True, plain=True, most=2)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(tieable, st.data())
def test_independence_is_the_limit_of_every_dependence(parts: list[Part], data: st.DataObject) -> None:
    tie = data.draw(faint_ties([str(part["id"]) for part in parts]))
    tied, free = analysis(parts, dependence=tie), analysis(parts)
    agree(tied, free, 2e-4)
    assert near(tied.expected, free.expected, 1e-6)


chances = st.floats(0.02, 0.6).map(lambda chance: {"kind": "bernoulli", "probability": chance})


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(chances, min_size=2, max_size=2), st.lists(plain_amounts, min_size=2, max_size=2, unique=True))
def test_independence_is_the_limit_of_a_t_copula_as_its_degrees_of_freedom_grow(
    counts: list[Part], values: list[float]
) -> None:
    parts = [
        scenario(f"s{place}", count, {"kind": "constant", "value": value})
        for place, (count, value) in enumerate(zip(counts, values, strict=True))
    ]
    tie = {"kind": "t", "loadings": {"s0": 1e-7, "s1": -1e-7}, "df": 1e6}
    agree(analysis(parts, dependence=tie), analysis(parts), 2e-5)


def test_a_t_copula_with_small_loadings_alone_is_not_independence() -> None:
    chance: Part = {"kind": "bernoulli", "probability": 0.1}
    parts = [scenario(name, chance, {"kind": "constant", "value": 1}) for name in "ab"]
    limits = [{"name": "both", "amount": 1.0}]

    def both(df: float) -> float:
        tie = {"kind": "t", "loadings": {"a": 1e-6, "b": 1e-6}, "df": df}
        found = quantify(read_portfolio({"scenarios": parts, "thresholds": limits, "dependence": tie}))
        return found.thresholds[0].annual_probability

    assert both(1e6) == pytest.approx(0.01, rel=1e-4)
    assert both(2.0) > 0.011


rare = st.fixed_dictionaries({"kind": st.just("poisson"), "rate": st.floats(0.02, 0.6)})
two_rare = st.tuples(*(st.builds(scenario, st.just(name), rare, severities(plain=True)) for name in ("s0", "s1"))).map(
    list
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(two_rare, st.sampled_from(["gamma", "common_shock", "gaussian"]), st.floats(0.2, 0.6))
def test_contributions_sum_and_the_bracket_holds_under_every_tie(parts: list[Part], kind: str, strength: float) -> None:
    ids = [str(part["id"]) for part in parts]
    tie: Part = {"kind": kind}
    if kind == "gamma":
        tie["theta"] = strength
    elif kind == "common_shock":
        tie |= {"rate": strength, "members": dict.fromkeys(ids, 0.5)}
    else:
        tie["loadings"] = dict.fromkeys(ids, strength)
    made = analysis(parts, dependence=tie)
    adds_up(made, 1e-4)
    for level in (0.9, 0.99):
        low, high = made.bracket(level)
        assert low <= made.quantile(level)[0] <= high
