"""Laws that hold for any portfolio."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from quarterdeck.engines.loss import Analysis, Change, portfolio_of, quantify, read_portfolio, what_if
from quarterdeck.engines.loss.contributions import tail_contributions
from tests.engines.loss.portfolios import Part, scenario, scenario_lists

some = settings(max_examples=4, deadline=None, derandomize=True)


def figures(parts: list[Part], **more: object):  # type: ignore[no-untyped-def]
    return quantify(read_portfolio({"scenarios": parts, **more}))


@some
@given(scenario_lists())
def test_contributions_sum_to_the_tail_mean_and_to_the_expected_loss(parts: list[Part]) -> None:
    found = figures(parts)
    assert sum(item.tail or 0 for item in found.contributions) == pytest.approx(found.tvar[0.99], rel=1e-9)
    assert sum(item.expected or 0 for item in found.contributions) == pytest.approx(found.expected, rel=1e-12)
    assert all((item.tail or 0) >= 0 for item in found.contributions)


@some
@given(scenario_lists())
def test_the_bracket_holds_the_quantile_and_quantiles_rise(parts: list[Part]) -> None:
    found = figures(parts)
    for level, amount in found.var.items():
        low, high = found.bracket[level]
        assert low <= amount <= high
        assert amount <= found.tvar[level] * (1 + 1e-9)
    amounts = list(found.var.values())
    assert amounts == sorted(amounts)
    probabilities = [probability for _, probability in found.exceedance]
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(0 <= probability <= 1 for probability in probabilities)


@some
@given(scenario_lists(), st.sampled_from([0.001, 0.25, 7.1, 1234.5]))
def test_another_currency_only_scales_amounts(parts: list[Part], factor: float) -> None:
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

    other = [
        {**part, "severity": scaled(part["severity"]), "cap": part["cap"] and part["cap"] * factor}  # type: ignore[arg-type, operator]
        for part in parts
    ]
    here, there = figures(parts), figures(other)
    assert there.expected == pytest.approx(here.expected * factor, rel=1e-9)
    for level in here.var:
        # certain amounts meet the grids of two currencies differently: half a step of a fine grid
        assert there.var[level] == pytest.approx(here.var[level] * factor, rel=2e-4)
        assert there.tvar[level] == pytest.approx(here.tvar[level] * factor, rel=1e-5)


@some
@given(scenario_lists(), st.floats(1.05, 3), st.floats(1.05, 3))
def test_more_events_or_dearer_ones_never_cost_less(parts: list[Part], rate: float, severity: float) -> None:
    kind = parts[0]["frequency"]["kind"]  # type: ignore[index]
    assume(kind not in ("binomial", "bernoulli") or rate <= 2)
    given_portfolio = read_portfolio({"scenarios": parts})
    before = quantify(given_portfolio)
    for change in (Change("s0", rate_factor=rate), Change("s0", severity_factor=severity)):
        after = quantify(portfolio_of(given_portfolio, [change]))
        for level in before.var:
            assert after.var[level] >= before.var[level] * (1 - 2e-4)
            assert after.tvar[level] >= before.tvar[level] * (1 - 1e-6)


@some
@given(scenario_lists(), st.floats(0.1, 1.9), st.floats(0.3, 3), st.booleans())
def test_a_what_if_is_what_computing_anew_gives(parts: list[Part], rate: float, severity: float, drop: bool) -> None:
    thresholds = [{"name": "limit", "amount": 333_333.3}]
    given_portfolio = read_portfolio({"scenarios": parts, "thresholds": thresholds})
    last = str(parts[-1]["id"])
    changes = [Change("s0", rate, severity, cost=2000.0), Change(last, 0.0 if drop else 0.7, 1.0, cost=500.0)]
    found = what_if(given_portfolio, changes)
    before, after = quantify(given_portfolio), quantify(portfolio_of(given_portfolio, changes))
    assert found.before.tvar == pytest.approx(before.tvar[0.99], rel=5e-5)
    assert found.after.tvar == pytest.approx(after.tvar[0.99], rel=5e-5)
    assert found.after.expected == pytest.approx(after.expected, rel=1e-12)
    assert found.after.thresholds[0][1] == pytest.approx(after.thresholds[0].annual_probability, rel=1e-4, abs=1e-6)
    assert found.cost == 2500
    assert found.per_cost is not None
    assert found.per_cost.expected == pytest.approx((after.expected - before.expected) / 2500, rel=1e-9, abs=1e-9)


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


@settings(max_examples=4, deadline=None, derandomize=True)
@given(scenario_lists(poisson_only=True, most=3), st.data())
def test_independence_is_the_limit_of_every_dependence(parts: list[Part], data: st.DataObject) -> None:
    tie = data.draw(faint_ties([str(part["id"]) for part in parts]))
    tied, free = (
        Analysis(read_portfolio({"scenarios": parts, "dependence": tie})),
        Analysis(read_portfolio({"scenarios": parts})),
    )
    for level in (0.95, 0.99):
        amount = free.quantile(level)[0]
        # certain amounts make steps: what is compared is the probability of the same amount, and the tail mean; where all are
        # certain and have no common unit, they go to the nearest point of grids that a copula has smaller
        rough = free.engine.bare
        assert tied.exceedance(amount * 1.0001) == pytest.approx(
            free.exceedance(amount * 1.0001), rel=1e-2 if rough else 2e-4, abs=1e-7
        )
        assert near(tied.tail_mean(level), free.tail_mean(level), 1e-3 if rough else 2e-5)
    assert near(tied.expected, free.expected, 1e-6)


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


@settings(max_examples=4, deadline=None, derandomize=True)
@given(
    scenario_lists(poisson_only=True, least=2, most=3),
    st.sampled_from(["gamma", "common_shock", "gaussian"]),
    st.floats(0.2, 0.7),
)
def test_contributions_sum_and_the_bracket_holds_under_every_tie(parts: list[Part], kind: str, strength: float) -> None:
    ids = [str(part["id"]) for part in parts]
    tie: Part = {"kind": kind}
    if kind == "gamma":
        tie["theta"] = strength
    elif kind == "common_shock":
        tie |= {"rate": strength, "members": dict.fromkeys(ids, 0.5)}
    else:
        tie["loadings"] = dict.fromkeys(ids, strength)
    found = quantify(read_portfolio({"scenarios": parts, "dependence": tie}))
    assert near(sum(item.tail or 0 for item in found.contributions), found.tvar[0.99], 1e-9)
    assert near(sum(item.expected or 0 for item in found.contributions), found.expected, 1e-9)
    for level, amount in found.var.items():
        low, high = found.bracket[level]
        assert low <= amount <= high


@settings(max_examples=4, deadline=None, derandomize=True)
@given(scenario_lists())
def test_what_each_scenario_adds_sums_before_it_is_made_to(parts: list[Part]) -> None:
    analysis = Analysis(read_portfolio({"scenarios": parts}))
    amount, state = analysis.quantile(0.99)
    assume(state is not None)
    raw = tail_contributions(analysis.engine, state, analysis._place(amount, state), 0.99)  # type: ignore[arg-type]
    assert float(raw.sum()) == pytest.approx(analysis.tail_mean(0.99), rel=1e-5)
