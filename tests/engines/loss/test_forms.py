"""One event's cost as the sum of Open FAIR's forms: closed forms, simulation, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from quarterdeck.engines.loss import (
    Change,
    Forms,
    LossError,
    cross_check,
    portfolio_of,
    quantify,
    read_portfolio,
    tornado,
    what_if,
)
from tests.engines.loss.portfolios import Part, interval, one, poisson, portfolio, scenario, severities

ONCE: Part = {"kind": "bernoulli", "probability": 1.0}


def exponential(mean: float) -> Part:
    return {"kind": "exponential", "mean": mean}


def constant(value: float) -> Part:
    return {"kind": "constant", "value": value}


def forms(primary: dict[str, Part], probability: float = 0.0, secondary: dict[str, Part] | None = None) -> Part:
    found: Part = {"kind": "forms", "primary": primary}
    if secondary:
        found["secondary"] = {"probability": probability, "forms": secondary}
    return found


def test_two_exponential_forms_are_a_gamma_law() -> None:
    points = (20.0, 300.0, 900.0, 2000.0)
    made = forms({"productivity": exponential(100.0), "response": exponential(100.0)})
    found = quantify(one(ONCE, made, points))
    for item in found.thresholds:
        exact = float(special.gammaincc(2, item.amount / 100))
        assert item.annual_probability == pytest.approx(exact, rel=5e-7)
        assert item.single_event_probability == pytest.approx(exact, rel=5e-7, abs=1e-10)
    assert found.expected == pytest.approx(200, rel=1e-12)
    for level, amount in found.var.items():
        assert amount == pytest.approx(100 * float(special.gammaincinv(2, level)), rel=5e-7)
        low, high = found.bracket[level]
        assert low <= amount <= high < 1.01 * low


def test_secondary_losses_happen_with_their_probability() -> None:
    made = forms({"response": exponential(100.0)}, 0.2, {"fines_and_judgments": exponential(100.0)})
    found = quantify(one(ONCE, made, (50.0, 500.0, 1200.0)))
    for item in found.thresholds:
        x = item.amount / 100
        exact = 0.8 * math.exp(-x) + 0.2 * float(special.gammaincc(2, x))
        assert item.annual_probability == pytest.approx(exact, rel=5e-7)
    assert found.expected == pytest.approx(100 + 0.2 * 100, rel=1e-12)


def test_a_certain_primary_loss_stays_an_atom_beside_the_density_of_the_secondary() -> None:
    made = forms({"response": constant(1000.0)}, 0.3, {"reputation": exponential(500.0)})
    found = quantify(one(ONCE, made, (999.0, 1000.0, 1500.0)))
    above, at, beyond = (item.annual_probability for item in found.thresholds)
    assert above == pytest.approx(1, abs=1e-14)
    # exactly where a density begins with a jump the last digits are those of the grid
    assert at == pytest.approx(0.3, rel=1e-4)
    assert beyond == pytest.approx(0.3 * math.exp(-1), rel=5e-7)
    assert found.expected == pytest.approx(1000 + 150, rel=1e-12)


def test_secondary_losses_alone_leave_events_that_cost_nothing() -> None:
    found = quantify(one(ONCE, forms({}, 0.3, {"reputation": exponential(500.0)}), (500.0,)))
    assert found.no_loss == pytest.approx(0.7, rel=1e-9)
    assert found.thresholds[0].annual_probability == pytest.approx(0.3 * math.exp(-1), rel=5e-7)


def test_a_cap_ends_the_sum_and_not_its_forms() -> None:
    made = forms({"productivity": exponential(100.0), "response": exponential(100.0)})
    found = quantify(one(ONCE, made, (100.0, 250.0), cap=250.5))
    tail = float(special.gammaincc(2, 2.505))
    below = 200 * float(special.gammainc(3, 2.505))
    assert found.expected == pytest.approx(below + 250.5 * tail, rel=1e-6)
    assert found.thresholds[0].annual_probability == pytest.approx(float(special.gammaincc(2, 1.0)), rel=1e-6)
    assert found.var[0.95] == pytest.approx(250.5, rel=1e-9)
    assert sum(item.tail or 0 for item in found.contributions) == pytest.approx(found.tvar[0.99] or 0, rel=1e-9)


def test_certain_forms_alone_are_a_discrete_law() -> None:
    made = forms(
        {"response": {"kind": "discrete", "values": [1, 2], "probabilities": [0.5, 0.5]}, "replacement": constant(10)},
        0.25, {"fines_and_judgments": constant(100)},
    )  # fmt: skip
    found = quantify(one(ONCE, made, (11.0, 12.0, 111.0)))
    assert [item.annual_probability for item in found.thresholds] == pytest.approx([0.625, 0.25, 0.125])


SIX = forms(
    {"productivity": interval(1e4, 2e5), "response": interval(5e4, 4e5), "replacement": {"kind": "pert", "low": 0, "mode": 1e4, "high": 9e4}},
    0.15,
    {"fines_and_judgments": interval(1e5, 2e7), "competitive_advantage": exponential(3e5), "reputation": interval(1e5, 5e6)},
)  # fmt: skip


def test_six_forms_agree_with_simulation_within_four_standard_errors() -> None:
    given_portfolio = portfolio(
        scenario("six", poisson(0.8), SIX, cap=3e7), scenario("fraud", poisson(2), interval(1e4, 3e5))
    )
    for figure in cross_check(given_portfolio, 100_000, seed=11):
        assert abs(figure.errors_apart) < 4, figure


def test_six_forms_have_the_mean_of_their_parts_and_agree_with_a_large_simulation() -> None:
    law = read_portfolio({"scenarios": [scenario("six", poisson(1), SIX)]}).scenarios[0].severity
    assert isinstance(law, Forms)
    parts = sum(item.mean for item in law.primary) + 0.15 * sum(item.mean for item in law.secondary)
    assert law.mean == pytest.approx(parts, rel=1e-14)
    draw = np.random.default_rng(5)
    count = 1_000_000

    def lognormal(low: float, high: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        sigma = (math.log(high) - math.log(low)) / (2 * 1.6448536269514722)
        return np.asarray(draw.lognormal((math.log(low) + math.log(high)) / 2, sigma, count))

    total = lognormal(1e4, 2e5) + lognormal(5e4, 4e5) + 9e4 * draw.beta(1 + 4 / 9, 1 + 4 * 8 / 9, count)
    total += (draw.random(count) < 0.15) * (lognormal(1e5, 2e7) + draw.exponential(3e5, count) + lognormal(1e5, 5e6))
    for amount in (1e5, 3e5, 1e6, 1e7, 5e7):
        computed = float(law.survival(amount))
        error = math.sqrt(computed * (1 - computed) / count)
        assert abs(float(np.mean(total > amount)) - computed) < 4 * error
    # E[min(X, d)] is the integral of P(X > x) up to d
    x = np.geomspace(1, 2e6, 4000)
    survival = law.survival(x)
    integral = 1 + float(np.sum((survival[1:] + survival[:-1]) / 2 * np.diff(x)))
    assert float(law.limited(2e6)) == pytest.approx(integral, rel=1e-5)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(st.lists(severities(), min_size=2, max_size=3), st.floats(0.05, 0.95), severities())
def test_any_forms_keep_the_laws_of_the_engine(primary: list[Part], probability: float, extra: Part) -> None:
    names = ("productivity", "response", "replacement")
    made = forms(dict(zip(names, primary, strict=False)), probability, {"reputation": extra})
    given_portfolio = portfolio(scenario("s0", poisson(0.7), made), scenario("s1", poisson(0.5), interval(1e5, 1e6)))
    found = quantify(given_portfolio)
    assert sum(item.tail or 0 for item in found.contributions) == pytest.approx(found.tvar[0.99] or 0, rel=1e-9)
    for level, amount in found.var.items():
        low, high = found.bracket[level]
        assert low <= amount <= high
    change = [Change("s0", 0.5, 0.8)]
    after = quantify(portfolio_of(given_portfolio, change))
    assert what_if(given_portfolio, change).after.tvar == pytest.approx(after.tvar[0.99] or 0, rel=5e-5)
    assert all((after.tvar[level] or 0) <= (found.tvar[level] or 0) * (1 + 1e-6) for level in found.tvar)


def test_forms_move_in_a_tornado() -> None:
    found = tornado(portfolio(scenario("six", poisson(0.8), SIX)))
    assert {bar.input for bar in found} == {"rate", "severity"}
    assert all(bar.low < bar.high for bar in found)


@pytest.mark.parametrize(
    ("made", "field", "said"),
    [
        (forms({"productivity": interval(2, 1)}), "severity.primary.productivity.low", "greater than high"),
        (forms({"luck": interval(1, 2)}), "severity.primary.luck", "no such field"),
        (forms({}), "severity.primary", "at least one form"),
        (forms({"response": interval(1, 2)}, 1.5, {"reputation": interval(1, 2)}), "severity.secondary.probability", "at most 1"),
        (forms({"response": interval(1, 2)}, 0.5, {"reputation": exponential(-1)}), "severity.secondary.forms.reputation.mean", "greater than 0"),
        (forms({"response": {**interval(1, 2), "currency": "EUR"}}), "severity.primary.response.currency", "EUR"),
        (forms({"response": forms({"response": constant(1)})}), "severity.primary.response.kind", "no forms of its own"),
        (forms({"response": {"kind": "levy", "scale": 1}}), "severity", "no finite mean"),
        ({"kind": "forms", "primary": []}, "severity.primary", "an object"),
        ({"kind": "forms", "primary": {}, "tertiary": {}}, "severity.tertiary", "no such field"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_form(made: Part, field: str, said: str) -> None:
    with pytest.raises(LossError) as raised:
        portfolio(scenario("bad", poisson(1), made))
    assert (raised.value.scenario, raised.value.field) == ("bad", field)
    assert said in raised.value.reason


def test_certain_amounts_that_make_too_many_sums_are_refused() -> None:
    many: Part = {"kind": "empirical", "values": [float(k * k * 1.37 + k) for k in range(400)]}
    other: Part = {"kind": "empirical", "values": [float(k**3 * 0.71) for k in range(400)]}
    with pytest.raises(LossError, match="5000"):
        portfolio(scenario("bad", poisson(1), forms({"response": many, "replacement": other})))
