"""Laws that hold for any portfolio."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from quarterdeck.engines.loss import Change, portfolio_of, quantify, read_portfolio, what_if
from tests.engines.loss.portfolios import Part, scenario_lists

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
