"""How fast and how exact a year's loss is computed, beside simulation in the same run.

    python benchmarks/bench_loss.py [--sizes 50,1000,10000] [--years 100000,10000000] [--most-events 3e9]
                                    [--json FILE] [--repeats 15]

With these defaults it takes some ten minutes, most of it ten million simulated years. CPU seconds (process time); nothing here uses more than one thread. The truth is the same portfolio on grids 32 times as fine and, where it has to be
believed without us, the bracket. Simulation is numpy's: Poisson counts and lognormal losses, added up by year; more events than --most-events are
not drawn, and said so. pyfair and aggregate are measured where they can be imported, else a line says that they are not. Memory is
the peak that Python and numpy asked for during one computation, and the largest that a process of its own was which does nothing else. Budgets: 50 scenarios in 20 ms, 10,000 in 150 ms, an error of at most 1e-5
at 99.9 %, a what-if in 5 ms, 300 MB at 10,000.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np

from quarterdeck.engines.loss import (
    Analysis,
    Change,
    Limit,
    Lognormal,
    OneFactorCopula,
    Poisson,
    Portfolio,
    Scenario,
    quantify,
    read_portfolio,
    what_if,
)

LEVELS = (0.95, 0.99, 0.999)
TRUTH_SIZE = 2**20


def portfolio(count: int) -> Portfolio:
    """Lognormal scenarios between nearly harmless and ruinous, about as many events a year as a company counts."""
    draw = np.random.default_rng(20250101)
    rates = draw.uniform(0.01, 0.5, count) * min(1.0, 7 / count**0.5)
    mu, sigma = draw.uniform(10, 15, count), draw.uniform(0.4, 2.0, count)
    return Portfolio(
        tuple(
            Scenario(f"s{n}", Poisson(float(rate)), Lognormal(float(m), float(s)))
            for n, (rate, m, s) in enumerate(zip(rates, mu, sigma, strict=True))
        ),
        "USD",
        (Limit("materiality", 2e8),),
    )


def mixed(count: int) -> Portfolio:
    """Every kind of count and severity, caps among them, with a threshold."""
    draw = np.random.default_rng(7)
    scenarios = []
    for n in range(count):
        rate = float(draw.uniform(0.01, 0.5)) * min(1.0, 7 / count**0.5)
        frequency: dict[str, object] = [
            {"kind": "poisson", "rate": rate},
            {"kind": "poisson", "rate": rate},
            {"kind": "negative_binomial", "r": 2, "beta": rate / 2},
            {"kind": "gamma_poisson", "shape": 3, "rate": 3 / rate},
            {"kind": "binomial", "n": 4, "p": rate / 4},
            {"kind": "bernoulli", "probability": rate},
        ][n % 6]
        whole = [float(value) * 1000 for value in draw.integers(10, 3000, 6)]
        severity: dict[str, object] = [
            {"kind": "lognormal", "mu": float(draw.uniform(10, 15)), "sigma": float(draw.uniform(0.4, 2))},
            {"kind": "pert", "low": 1e4, "mode": 5e4, "high": float(draw.uniform(1e6, 1e7))},
            {"kind": "exponential", "mean": float(draw.uniform(1e5, 3e6))},
            {"kind": "levy", "scale": float(draw.uniform(1e3, 1e5))},
            {"kind": "constant", "value": whole[0]},
            {"kind": "empirical", "values": whole},
            {"kind": "discrete", "values": [1e5, 4e5, 2.5e6], "probabilities": [0.5, 0.3, 0.2]},
        ][n % 7]
        cap = float(draw.integers(20, 200)) * 1e5 if severity["kind"] == "levy" or n % 8 == 0 else None
        scenarios.append({"id": f"s{n}", "frequency": frequency, "severity": severity, "cap": cap})
    return read_portfolio({"scenarios": scenarios, "thresholds": [{"name": "materiality", "amount": 1e7}]})


def mixed_what_ifs(count: int) -> tuple[float, float]:
    """The median and the longest CPU seconds of a what-if on rate and severity of each scenario of `mixed`."""
    given = mixed(count)
    analysis = Analysis(given)
    what_if(given, [Change("s0", 0.5, 0.8)], analysis)
    seconds = []
    for item in given.scenarios:
        # each time by other factors: nothing of the answer is there already
        changes = iter([Change(item.id, 0.5 + step / 10, 0.8 + step / 20) for step in range(3)])
        seconds.append(cpu(lambda changes=changes: what_if(given, [next(changes)], analysis), 3))  # type: ignore[misc]
    return statistics.median(seconds), max(seconds)


TIED = (
    (2, 1.0, 0.5, None),
    (2, 1.0, 0.9999, 4.0),
    (5, 1.0, 0.9, 4.0),
    (20, 1.0, 0.5, None),
    (20, 5.0, 0.9, None),
    (20, 1.0, 0.5, 4.0),
    (20, 5.0, 0.9, 4.0),
    (20, 0.1, 0.9999, 4.0),
)
"""Scenarios, expected events a year of each, loading, and degrees of freedom of a t copula or None."""


def tied(count: int, rate: float, loading: float, df: float | None) -> Portfolio:
    """Lognormal scenarios with different rates about `rate`, tied by a one-factor copula with one loading."""
    draw = np.random.default_rng(3)
    scenarios = []
    for n in range(count):
        law = Lognormal(float(draw.uniform(10, 15)), float(draw.uniform(0.5, 2)))
        scenarios.append(Scenario(f"s{n}", Poisson(rate * float(draw.uniform(0.5, 1.5))), law))
    return Portfolio(tuple(scenarios), "USD", dependence=OneFactorCopula({item.id: loading for item in scenarios}, df))


def cpu(work: Callable[[], object], repeats: int) -> float:
    """The median CPU seconds of `work`."""
    seconds = []
    for _ in range(repeats):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return statistics.median(seconds)


def truth(given: Portfolio) -> dict[float, float]:
    """Quantiles from a grid 32 times as fine."""
    analysis = Analysis(given)
    analysis.engine.size = TRUTH_SIZE
    return {level: analysis.quantile(level)[0] for level in reversed(LEVELS)}


def simulate(given: Portfolio, years: int, seed: int = 1) -> tuple[dict[float, float], float]:
    """Quantiles of simulated years, and the CPU seconds they took."""
    started = time.process_time()
    draw = np.random.default_rng(seed)
    total = np.zeros(years)
    for item in given.scenarios:
        law = item.severity
        assert isinstance(law, Lognormal)
        # as many events as Poisson counts of all years sum to, each in a year of its own choice: the same law, and faster
        events = int(draw.poisson(item.frequency.mean * years))
        when = draw.integers(0, years, events)
        np.add.at(total, when, draw.lognormal(law.mu, law.sigma, events))
    total.sort()
    found = {level: float(total[int(np.ceil(level * years)) - 1]) for level in LEVELS}
    return found, time.process_time() - started


def installed(name: str) -> bool:
    """Whether the package and what it needs can be imported."""
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


def peers() -> dict[str, str]:
    """What is said of each peer after the table."""
    said = {
        "pyfair": "each year it multiplies one count by one loss drawn for all its events, so it answers a neighbouring question",
        "aggregate": "on 65,536 points; all scenarios as one count of a mixed severity, which is the same law",
    }
    return {name: text if installed(name) else "not installed here, not measured" for name, text in said.items()}


def by_pyfair(given: Portfolio, years: int) -> tuple[dict[float, float], float] | None:
    """Quantiles of the sum of pyfair's models, fed with our counts and losses, and its CPU seconds."""
    if not installed("pyfair"):
        return None
    pyfair = importlib.import_module("pyfair")
    draw = np.random.default_rng(2)
    started = time.process_time()
    total = np.zeros(years)
    for item in given.scenarios:
        law = item.severity
        assert isinstance(law, Lognormal)
        model = pyfair.FairModel(name=item.id, n_simulations=years)
        model.input_raw_data("Loss Event Frequency", draw.poisson(item.frequency.mean, years).tolist())
        model.input_raw_data("Loss Magnitude", draw.lognormal(law.mu, law.sigma, years).tolist())
        total += model.calculate_all().export_results()["Risk"].to_numpy()
    total.sort()
    found = {level: float(total[int(np.ceil(level * years)) - 1]) for level in LEVELS}
    return found, time.process_time() - started


def memory(given: Portfolio) -> float:
    """The most megabytes that computing all figures of `given` holds at once."""
    tracemalloc.start()
    quantify(given)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def process_memory(count: int) -> float:
    """The most megabytes that a process of its own takes for computing all figures of so many scenarios, interpreter and libraries
    included. Read from /proc, because what the system says of resources used includes the process that started it."""
    lines = (
        "import sys",
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})",
        "from bench_loss import portfolio, quantify",
        f"quantify(portfolio({count}))",
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))",
        "print(int(peak.split()[1]) / 1024)",
    )
    return float(
        subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True).stdout
    )


def by_aggregate(given: Portfolio, widest: float) -> tuple[dict[float, float], float] | None:
    """Quantiles from the package aggregate on 2^16 points up to four times `widest`, and its CPU seconds.

    Independent scenarios with Poisson counts are one Poisson count of a mixed severity, which is what it computes fastest.
    """
    if not installed("aggregate"):
        return None
    build = importlib.import_module("aggregate").build
    laws = [(item.frequency.mean, item.severity) for item in given.scenarios]
    whole = sum(rate for rate, _ in laws)
    scales, sigmas, weights = [], [], []
    for rate, law in laws:
        assert isinstance(law, Lognormal)
        scales.append(repr(float(np.exp(law.mu))))
        sigmas.append(repr(law.sigma))
        weights.append(repr(rate / whole))
    text = f"agg Bench {whole} claims sev [{' '.join(scales)}] * lognorm [{' '.join(sigmas)}] wts [{' '.join(weights)}] poisson"
    started = time.process_time()
    made = build(text, update=False)
    made.update(log2=16, bs=float(2 ** np.ceil(np.log2(4 * widest / 2**16))))
    found = {level: float(made.q(level)) for level in LEVELS}
    return found, time.process_time() - started


def measure(count: int, years: list[int], repeats: int, most: float) -> dict[str, object]:
    given = portfolio(count)
    figures = quantify(given)
    seconds = cpu(lambda: quantify(given), repeats)
    analysis = Analysis(given)
    what_if(given, [Change("s0", 0.5, 0.8)], analysis)
    change = iter(range(1, repeats + 1))
    moved = cpu(lambda: what_if(given, [Change(f"s{next(change)}", 0.5, 0.8)], analysis), repeats)
    exact = truth(given)

    def errors(found: dict[float, float]) -> dict[str, float]:
        return {str(level): abs(found[level] / exact[level] - 1) for level in LEVELS}

    simulated = []
    rate = sum(item.frequency.mean for item in given.scenarios)
    left_out = [number for number in years if number * rate > most]
    for number in (number for number in years if number not in left_out):
        found, spent = simulate(given, number)
        simulated.append({"years": number, "cpu_seconds": spent, "relative_error": errors(found)})
    others = {"aggregate": by_aggregate(given, exact[0.999]), "pyfair": by_pyfair(given, min(years, default=100_000))}
    return {
        "peers": {name: {"cpu_seconds": o[1], "relative_error": errors(o[0])} for name, o in others.items() if o},
        "years_left_out": left_out,
        "megabytes": memory(given),
        "scenarios": count,
        "cpu_seconds": seconds,
        "what_if_cpu_seconds": moved,
        "process_megabytes": process_memory(count),
        "relative_error": errors(figures.var),
        "truth": {str(level): amount for level, amount in exact.items()},
        "truth_within_bracket": all(figures.bracket[at][0] <= exact[at] <= figures.bracket[at][1] for at in LEVELS),
        "simulation": simulated,
    }


def bars(found: dict[str, object]) -> dict[str, bool]:
    """The budgets of this size, and whether they are met."""
    milliseconds = {50: 20.0, 10_000: 150.0}.get(int(found["scenarios"]))  # type: ignore[call-overload]
    worst = max(found["relative_error"].values())  # type: ignore[attr-defined]
    said = {"an error of at most 1e-5": worst <= 1e-5, "a what-if in 5 ms": float(found["what_if_cpu_seconds"]) <= 5e-3}  # type: ignore[arg-type]
    if milliseconds is not None:
        said[f"computed in {milliseconds:.0f} ms"] = float(found["cpu_seconds"]) * 1000 <= milliseconds  # type: ignore[arg-type]
    if found["scenarios"] == 10_000:
        said["at most 300 MB"] = float(found["process_megabytes"]) <= 300  # type: ignore[arg-type]
    return said


def row(name: str, seconds: float, error: dict[str, float]) -> str:
    return f"{name:>34}  {seconds * 1000:12.1f}  " + "  ".join(f"{value:10.1e}" for value in error.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="50,1000,10000")
    parser.add_argument("--years", default="100000,10000000")
    parser.add_argument("--most-events", type=float, default=3e9)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    results = []
    print(f"{'':>34}  {'CPU ms':>12}  " + "  ".join(f"error {100 * level:g} %".rjust(10) for level in LEVELS))
    for size in (int(word) for word in args.sizes.split(",")):
        found = measure(size, [int(word) for word in args.years.split(",")], args.repeats, args.most_events)
        results.append(found)
        print(row(f"{size} scenarios, computed", float(found["cpu_seconds"]), found["relative_error"]))  # type: ignore[arg-type]
        print(f"{'what-if':>34}  {float(found['what_if_cpu_seconds']) * 1000:12.1f}")  # type: ignore[arg-type]
        for bar, met in bars(found).items():
            print(f"{bar:>34}  {'met' if met else 'NOT MET':>12}")
        for run in found["simulation"]:  # type: ignore[attr-defined]
            print(row(f"simulated, {run['years']:,} years", run["cpu_seconds"], run["relative_error"]))
        for number in found["years_left_out"]:  # type: ignore[attr-defined]
            print(f"{f'simulated, {number:,} years':>34}  left out: more than {args.most_events:g} events")
        for name, run in found["peers"].items():  # type: ignore[attr-defined]
            print(row(name, run["cpu_seconds"], run["relative_error"]))
        print(
            f"{'memory of computing':>34}  {found['megabytes']:12.0f} MB; a process of its own {found['process_megabytes']:.0f} MB"
        )
        print(f"{'truth in bracket':>34}  {found['truth_within_bracket']!s:>12}")
    for size in (10, 20, 50):
        middle, longest = (1000 * seconds for seconds in mixed_what_ifs(size))
        print(f"{f'what-ifs, {size} of all kinds':>34}  {middle:12.1f}  longest {longest:.1f}")
    for count, rate, loading, df in TIED:
        given = tied(count, rate, loading, df)
        seconds = cpu(lambda given=given: quantify(given), 1)  # type: ignore[misc]
        name = f"{count} x {rate:g} a year, {'Gaussian' if df is None else f't{df:g}'} {loading:g}"
        print(f"{name:>34}  {seconds * 1000:12.0f}")
    for name, state in peers().items():
        print(f"{name}: {state}")
    if args.json:
        args.json.write_text(json.dumps({"results": results, "peers": peers()}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
