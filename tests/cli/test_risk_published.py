"""The figures that others have published, asked of ``risk quantify`` and of the engine behind it: six significant digits."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from quarterdeck.cli.main import main
from quarterdeck.engines.loss import quantified_json, quantify, read_portfolio
from quarterdeck.engines.loss.estimation import GammaRate, updated_rate
from tests.engines.loss.portfolios import RISKQUANT, Part, interval, poisson, scenario

SIX = 5e-7
Answer = dict[str, object]
Figure = Callable[[Answer], float]


def expected(found: Answer) -> float:
    return float(found["expected_annual_loss"])  # type: ignore[arg-type]


def at(name: str, level: str) -> Figure:
    return lambda found: float(found[name][level])  # type: ignore[index]


def exactly(found: Answer) -> float:
    """P(S = x) where the thresholds are x − 1 and x."""
    less, more = (float(item["annual_probability"]) for item in found["thresholds"])  # type: ignore[attr-defined]
    return less - more


def up_to(found: Answer) -> float:
    return 1 - float(found["thresholds"][0]["annual_probability"])  # type: ignore[index]


def some_event(found: Answer) -> float:
    return 1 - float(found["no_loss_probability"])  # type: ignore[arg-type]


def asked(*parts: Part, amounts: tuple[float, ...] = ()) -> Part:
    return {
        "currency": "USD",
        "scenarios": list(parts),
        "thresholds": [{"name": f"{x}", "amount": x} for x in amounts],
    }


def discrete(values: list[float], shares: list[float]) -> Part:
    return {"kind": "discrete", "values": values, "probabilities": shares}


THREE = asked(*RISKQUANT)
SUM = asked(scenario("s", poisson(50), {"kind": "exponential", "mean": 1}))
LEARNT = asked(scenario("s", {"kind": "gamma_poisson", "shape": 5, "rate": 9}, {"kind": "constant", "value": 1}))
ONCE: Part = {"kind": "bernoulli", "probability": 1}
GEOMETRIC: Part = {"kind": "negative_binomial", "r": 1, "beta": 4}
CENTS = [34_567.89, 98_765.43, 250_000.01]

TRUTHS: list[tuple[str, Part, Figure, float]] = [
    ("riskquant, one", asked(scenario("s", poisson(0.1), interval(1e5, 1e6))), expected, 40_400.128269457),
    ("riskquant, 95 %", THREE, at("var", "0.95"), 9.90405417e7),
    ("riskquant, 99 %", THREE, at("var", "0.99"), 6.12871516e8),
    ("riskquant, 99.9 %", THREE, at("var", "0.999"), 2.62445676e9),
    ("riskquant, mean beyond 99 %", THREE, at("tvar", "0.99"), 1.47660592e9),
    ("interval", asked(scenario("s", poisson(1), interval(635_000, 19e6))), expected, 5_922_706.83351131),
    ("Embrechts and Frei, 95 %", SUM, at("var", "0.95"), 67.261452),
    ("Embrechts and Frei, 99 %", SUM, at("var", "0.99"), 75.414506),
    ("Embrechts and Frei, 99.9 %", SUM, at("var", "0.999"), 85.105955),
    ("Klugman, P(S=2)", asked(scenario("s", poisson(3), discrete([1, 2, 3], [1.9 / 3, 0.8 / 3, 0.3 / 3])), amounts=(1, 2)), exactly, 0.1296953),
    ("Klugman, P(S=6)", asked(scenario("s", poisson(5), discrete([1, 5, 10], [0.8, 0.16, 0.04])), amounts=(5, 6)), exactly, 0.05989286),
    ("Klugman, P(S≤3)", asked(scenario("s", poisson(3), discrete([1, 2, 3, 4], [0.4, 0.3, 0.2, 0.1])), amounts=(3,)), up_to, 0.28816755),
    # what riskquant's own tests expect
    ("riskquant, a unit", asked(scenario("s", poisson(0.1), interval(1, 10))), expected, 0.4040012826945718),
    ("riskquant, hard to fit", asked(scenario("s", poisson(0.07), interval(635_000, 19e6))), expected, 414_589.4783457917),
    # Loss Data Analytics, 2nd edition, examples 5.3.3 and 10.3.4
    ("Frees, F(3)", asked(scenario("s", GEOMETRIC, discrete([1, 2, 3, 4], [0.25] * 4)), amounts=(3,)), up_to, 0.3456),
    ("Frees, 95 %", asked(scenario("s", ONCE, discrete([1, 3, 4], [0.75, 0.2, 0.05]))), at("var", "0.95"), 3),
    ("Frees, mean beyond 95 %", asked(scenario("s", ONCE, discrete([1, 3, 4], [0.75, 0.2, 0.05]))), at("tvar", "0.95"), 4),
    # closed forms
    ("certain exponential", asked(scenario("s", ONCE, {"kind": "exponential", "mean": 1e5})), at("var", "0.99"), 1e5 * math.log(100)),
    ("certain and even", asked(scenario("s", ONCE, {"kind": "pert", "low": 1, "mode": 2, "high": 3, "gamma": 0})), at("var", "0.95"), 2.9),
    ("geometric exponential", asked(scenario("s", GEOMETRIC, {"kind": "exponential", "mean": 1e5})), at("tvar", "0.99"), 5e5 * (1 + math.log(80))),
    ("Lévy", asked(scenario("s", ONCE, {"kind": "levy", "scale": 2}, infinite_mean="accept"), amounts=(9,)), up_to, math.erfc(1 / 3)),
    ("a cent below", asked(scenario("s", poisson(1), {"kind": "constant", "value": 25e6}), amounts=(25e6 - 0.01,)), up_to, math.exp(-1)),
    ("no common unit", asked(scenario("s", poisson(1), {"kind": "empirical", "values": CENTS}), amounts=(CENTS[0] + CENTS[1],)), up_to, math.exp(-1) * (1 + 2 / 3 + 1.5 / 9 + 1 / 6 / 27)),
    ("next year's events, learnt", LEARNT, some_event, 1 - 0.9**5),
]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "figure", "truth"), [item[1:] for item in TRUTHS], ids=[item[0] for item in TRUTHS]
)
def test_a_published_figure_is_met_by_the_engine_and_by_the_command(
    document: Part, figure: Figure, truth: float, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert figure(quantified_json(quantify(read_portfolio(document)), 0.0)) == pytest.approx(truth, rel=SIX)
    path = tmp_path / "portfolio.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert main(["risk", "quantify", str(path), "--json"]) == 0
    assert figure(json.loads(capsysbinary.readouterr().out)) == pytest.approx(truth, rel=SIX)


def test_a_rate_learnt_from_two_in_four_years_and_three_in_five() -> None:
    rate = updated_rate(GammaRate(2, 4), 3, 5)
    assert (rate.mean, *rate.interval()) == pytest.approx((0.5556, 0.2189, 1.0171), abs=5e-5)
    assert rate.at_least_one() == pytest.approx(0.40951, rel=SIX)
    assert math.isclose(rate.at_least_one(), 1 - 0.9**5, rel_tol=1e-12)
