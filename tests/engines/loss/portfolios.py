"""Portfolios for the tests: short ways to say them, and ones drawn by hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from quarterdeck.engines.loss import Portfolio, read_portfolio

Part = dict[str, object]


def poisson(rate: float) -> Part:
    return {"kind": "poisson", "rate": rate}


def interval(low: float, high: float, confidence: float = 0.9) -> Part:
    return {"kind": "lognormal_interval", "low": low, "high": high, "confidence": confidence}


def scenario(name: str, frequency: Part, severity: Part, **more: object) -> Part:
    return {"id": name, "frequency": frequency, "severity": severity, **more}


def portfolio(*scenarios: Part, thresholds: tuple[float, ...] = (), **more: object) -> Portfolio:
    limits = [{"name": f"{amount:g}", "amount": amount} for amount in thresholds]
    return read_portfolio({"currency": "USD", "scenarios": list(scenarios), "thresholds": limits, **more})


def one(frequency: Part, severity: Part, thresholds: tuple[float, ...] = (), **more: object) -> Portfolio:
    return portfolio(scenario("one", frequency, severity, **more), thresholds=thresholds)


RISKQUANT = (
    scenario("a", poisson(0.01), interval(1e6, 1e7)),
    scenario("b", poisson(0.10), interval(1e7, 1e9)),
    scenario("c", poisson(0.05), interval(5e6, 5e7)),
)

amounts = st.floats(1e3, 1e7)
rates = st.floats(0.02, 5)


plain_amounts = st.integers(1, 1000).map(lambda thousands: 1e3 * thousands)
"""Amounts with a common unit, so that portfolios of certain amounts alone are cheap and exact."""


@st.composite
def severities(draw: st.DrawFn, plain: bool = False) -> Part:
    kind = draw(
        st.sampled_from(["lognormal", "lognormal_interval", "pert", "exponential", "constant", "discrete", "empirical"])
    )
    base = draw(plain_amounts if plain else amounts)
    ratio = draw(st.floats(1.2, 50))
    if kind == "lognormal":
        return {"kind": kind, "mu": draw(st.floats(7, 15)), "sigma": draw(st.floats(0.02, 2.2))}
    if kind == "lognormal_interval":
        return interval(base, base * ratio)
    if kind == "pert":
        return {
            "kind": kind,
            "low": base,
            "mode": base * (1 + (ratio - 1) * draw(st.floats(0, 1))),
            "high": base * ratio,
        }
    if kind == "exponential":
        return {"kind": kind, "mean": base}
    if kind == "constant":
        return {"kind": kind, "value": base}
    if plain:
        ratio = float(draw(st.integers(2, 10)))
    values = [base, base * ratio, base * ratio * 2]
    if kind == "discrete":
        return {"kind": kind, "values": values, "probabilities": [0.5, 0.3, 0.2]}
    return {"kind": kind, "values": values}


@st.composite
def frequencies(draw: st.DrawFn) -> Part:
    kind = draw(st.sampled_from(["poisson", "gamma_poisson", "negative_binomial", "binomial", "bernoulli"]))
    if kind == "poisson":
        return poisson(draw(rates))
    if kind == "gamma_poisson":
        return {"kind": kind, "shape": draw(st.floats(0.5, 9)), "rate": draw(st.floats(1, 9))}
    if kind == "negative_binomial":
        return {"kind": kind, "r": draw(st.floats(0.3, 5)), "beta": draw(st.floats(0.05, 2))}
    if kind == "binomial":
        return {"kind": kind, "n": draw(st.integers(1, 12)), "p": draw(st.floats(0.01, 0.5))}
    return {"kind": kind, "probability": draw(st.floats(0.01, 0.5))}


@st.composite
def scenario_lists(
    draw: st.DrawFn, least: int = 1, most: int = 4, poisson_only: bool = False, plain: bool = False
) -> list[Part]:
    counts = frequencies() if not poisson_only else rates.map(poisson)
    caps = st.integers(5, 20_000).map(lambda thousands: 1e3 * thousands) if plain else st.floats(5e3, 5e7)
    found = []
    for place in range(draw(st.integers(least, most))):
        cap = draw(st.one_of(st.none(), caps))
        found.append(scenario(f"s{place}", draw(counts), draw(severities(plain)), cap=cap))
    return found
