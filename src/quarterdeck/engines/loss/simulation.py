"""The same portfolio simulated, as a check on what is computed: agreement is said in standard errors.

Every scenario has random streams of its own, drawn by a counter-based generator (Philox: Salmon et al., SC 2011) under a key made
of the seed and the scenario's id. Editing, adding or removing one scenario leaves the draws of all others as they were.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.forms import Forms
from quarterdeck.engines.loss.frequency import Binomial, Frequency, NegativeBinomial, Poisson
from quarterdeck.engines.loss.late import special
from quarterdeck.engines.loss.model import (
    CommonShock,
    LossError,
    OneFactorCopula,
    Portfolio,
    Scenario,
    SharedGamma,
)
from quarterdeck.engines.loss.quantify import LEVELS, Analysis
from quarterdeck.engines.loss.severity import Atomic, Exponential, Levy, Lognormal, Pert, Severity

Reals = npt.NDArray[np.float64]
Wholes = npt.NDArray[np.int64]

MOST_EVENTS: Final = 50_000_000
"""The most single events that one scenario's simulation draws."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One figure computed and simulated, the standard error of the latter, and how many of those lie between them."""

    figure: str
    computed: float
    simulated: float
    standard_error: float

    @property
    def errors_apart(self) -> float:
        """The difference in standard errors; beyond 4 something is wrong."""
        if self.standard_error == 0:
            return 0.0 if math.isclose(self.computed, self.simulated, rel_tol=1e-9, abs_tol=1e-12) else math.inf
        return (self.simulated - self.computed) / self.standard_error


def stream(seed: int, name: str, purpose: str) -> np.random.Generator:
    """The generator of one scenario for one purpose: it depends on nothing else."""
    digest = sha256(f"{seed}\x1f{name}\x1f{purpose}".encode("utf-8", "surrogatepass")).digest()
    key = np.frombuffer(digest[:16], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key))


def simulate(portfolio: Portfolio, years: int, seed: int) -> Reals:
    """The losses of `years` simulated years. Raises `LossError` when a scenario would draw too many events."""
    if years < 1:
        raise LossError("range", "at least one year is simulated", "years")
    total = np.zeros(years)
    for item in portfolio.scenarios:
        counts = _counts(portfolio, item, years, seed)
        events = int(counts.sum())
        if events > MOST_EVENTS:
            raise LossError("too-many", f"{events} events: at most {MOST_EVENTS} are simulated", "years", item.id)
        if events:
            when = np.repeat(np.arange(years), counts)
            amounts = np.minimum(_amounts(item.severity, events, stream(seed, item.id, "severity")), item.limit)
            total += np.bincount(when, amounts, years)
    return total


def _counts(portfolio: Portfolio, item: Scenario, years: int, seed: int) -> Wholes:
    tie, own = portfolio.dependence, stream(seed, item.id, "frequency")
    common = stream(seed, "", "common")
    if isinstance(tie, SharedGamma) and tie.theta > 0:
        return _drawn(item.frequency, own, years, common.gamma(1 / tie.theta, tie.theta, years))
    if isinstance(tie, OneFactorCopula) and tie.loadings.get(item.id):
        loading = tie.loadings[item.id]
        latent = loading * common.standard_normal(years) + math.sqrt(1 - loading**2) * own.standard_normal(years)
        below = special.ndtr(latent)
        if tie.df is not None:
            mixing = stream(seed, "", "mixing").chisquare(tie.df, years) / tie.df
            below = special.stdtr(tie.df, latent / np.sqrt(mixing))
        steps = item.frequency.cumulative(np.arange(item.frequency.counts(), dtype=np.float64))
        return np.asarray(np.searchsorted(steps, below, side="left"), dtype=np.int64)
    counts = _drawn(item.frequency, own, years, None)
    if isinstance(tie, CommonShock) and tie.members.get(item.id):
        shocks = common.poisson(tie.rate, years)
        counts = counts + stream(seed, item.id, "shock").binomial(shocks, tie.members[item.id])
    return counts


def _drawn(law: Frequency, draw: np.random.Generator, years: int, factor: Reals | None) -> Wholes:
    scale: Reals | float = 1.0 if factor is None else factor
    if isinstance(law, Poisson):
        found = draw.poisson(law.rate * np.broadcast_to(scale, years))
    elif isinstance(law, NegativeBinomial):
        found = draw.poisson(draw.gamma(law.r, law.beta, years) * scale)
    elif isinstance(law, Binomial):
        found = draw.binomial(law.n, law.p, years)
    else:
        raise TypeError(type(law).__name__)
    return np.asarray(found, dtype=np.int64)


def _amounts(law: Severity, events: int, draw: np.random.Generator) -> Reals:
    if isinstance(law, Lognormal):
        found = draw.lognormal(law.mu, law.sigma, events)
    elif isinstance(law, Exponential):
        found = draw.exponential(law.scale, events)
    elif isinstance(law, Levy):
        found = law.scale / draw.standard_normal(events) ** 2
    elif isinstance(law, Pert):
        found = law.minimum + (law.maximum - law.minimum) * draw.beta(law.a, law.b, events)
    elif isinstance(law, Atomic):
        found = draw.choice(np.asarray(law.values), events, p=np.asarray(law.probabilities))
    elif isinstance(law, Forms):
        found = np.zeros(events)
        for part in law.primary:
            found += _amounts(part, events, draw)
        if law.secondary:
            also = draw.random(events) < law.probability
            for part in law.secondary:
                found += also * _amounts(part, events, draw)
    else:
        raise TypeError(type(law).__name__)
    return np.asarray(found, dtype=np.float64)


def cross_check(portfolio: Portfolio, years: int, seed: int, levels: Sequence[float] = LEVELS) -> tuple[Agreement, ...]:
    """The computed law against `years` simulated years.

    A quantile is checked as the share of simulated years above it, whose standard error is known whatever the law; where the
    quantile is an amount of its own weight both are compared above it, strictly.
    """
    losses, analysis = simulate(portfolio, years, seed), Analysis(portfolio)
    found: list[Agreement] = []
    mean = analysis.expected
    if mean is not None:
        error = float(losses.std(ddof=1)) / math.sqrt(years) if years > 1 else 0.0
        found.append(Agreement("expected_annual_loss", mean, float(losses.mean()), error))
    found.append(_share("no_loss_probability", analysis.engine.no_loss, float(np.mean(losses == 0)), years))
    for level in levels:
        amount = analysis.quantile(level)[0]
        # sums of certain amounts carry rounding
        share = float(np.mean(losses > amount * (1 + 1e-9)))
        found.append(_share(f"exceedance of the {100 * level:g} % quantile", analysis.exceedance(amount), share, years))
    return tuple(found)


def _share(name: str, computed: float, simulated: float, years: int) -> Agreement:
    computed = min(1.0, max(0.0, computed))
    return Agreement(name, computed, simulated, math.sqrt(computed * (1 - computed) / years))
