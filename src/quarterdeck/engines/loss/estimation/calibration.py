"""How good estimates were: intervals that should have held, probabilities that came true or not, years against the model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quarterdeck.engines.loss.late import special


@dataclass(frozen=True, slots=True)
class HitRate:
    """How many intervals held what came, and the exact 95% interval of the rate behind it (Clopper and Pearson, 1934).

    `consistent` is whether the confidence that was claimed lies in that interval.
    """

    hits: int
    estimates: int
    claimed: float
    low: float
    high: float

    @property
    def rate(self) -> float:
        """The share of intervals that held."""
        return self.hits / self.estimates

    @property
    def consistent(self) -> bool:
        """Whether what happened does not speak against the claim. With few estimates that says little."""
        return self.low <= self.claimed <= self.high


def hit_rate(intervals: Sequence[tuple[float, float, float]], claimed: float = 0.9) -> HitRate:
    """`intervals` as low, high and what came. ValueError when there are none or one is inverted."""
    if not intervals or not 0 < claimed < 1:
        raise ValueError("at least one interval, and a confidence between 0 and 1")
    if any(not low <= high for low, high, _ in intervals):
        raise ValueError("an interval's low end is above its high end")
    n = len(intervals)
    hits = sum(low <= came <= high for low, high, came in intervals)
    least = 0.0 if hits == 0 else float(special.betaincinv(hits, n - hits + 1, 0.025))
    most = 1.0 if hits == n else float(special.betaincinv(hits + 1, n - hits, 0.975))
    return HitRate(hits, n, claimed, least, most)


@dataclass(frozen=True, slots=True)
class Brier:
    """The mean squared error of probabilities, 0 best; what always saying the observed share would have scored; and skill.

    `skill` is 1 − score / baseline: above 0 is better than knowing only how often such things happen; None where all came alike.
    """

    score: float
    baseline: float
    forecasts: int

    @property
    def skill(self) -> float | None:
        return None if self.baseline == 0 else 1 - self.score / self.baseline


def brier_score(forecasts: Sequence[tuple[float, bool]]) -> Brier:
    """`forecasts` as probability and whether it came true (Brier, Monthly Weather Review 78, 1950)."""
    if not forecasts or any(not 0 <= probability <= 1 for probability, _ in forecasts):
        raise ValueError("at least one forecast, each a probability between 0 and 1")
    said = np.array([probability for probability, _ in forecasts])
    came = np.array([float(happened) for _, happened in forecasts])
    return Brier(float(np.mean((said - came) ** 2)), float(came.mean() * (1 - came.mean())), len(forecasts))


@dataclass(frozen=True, slots=True)
class BackTest:
    """Years beyond the quantile against what the model allows, and how much that can tell.

    `p_value` is the probability of so many or more such years if the model is right. `rejects_from` is the least number of
    years beyond that would reject it at `significance`, None where no number could; `power` is the probability that it
    would be rejected if years beyond were really `factor` times as likely.
    """

    years: int
    beyond: int
    level: float
    p_value: float
    significance: float
    rejects_from: int | None
    factor: float
    power: float


def back_test(years: int, beyond: int, level: float, significance: float = 0.05, factor: float = 2.0) -> BackTest:
    """Judges `beyond` of `years` years above the quantile at `level` (Kupiec, Journal of Derivatives 3, 1995; exact, one-sided)."""
    if not 0 <= beyond <= years or years < 1 or not 0 < level < 1:
        raise ValueError("0 <= beyond <= years, at least one year, and a level between 0 and 1")
    share = 1 - level
    needed = _rejects_from(years, share, significance)
    return BackTest(
        years, beyond, level, _at_least(years, share, beyond), significance, needed, factor,
        back_test_power(years, level, factor, significance),
    )  # fmt: skip


def back_test_power(years: int, level: float, factor: float, significance: float = 0.05) -> float:
    """The probability that `years` years reject a model whose years beyond are really `factor` times as likely."""
    needed = _rejects_from(years, 1 - level, significance)
    return 0.0 if needed is None else _at_least(years, min(1.0, factor * (1 - level)), needed)


def _at_least(n: int, share: float, k: int) -> float:
    if k <= 0:
        return 1.0
    return float(special.betainc(k, n - k + 1, share)) if share < 1 else 1.0


def _rejects_from(n: int, share: float, significance: float) -> int | None:
    for k in range(1, n + 1):
        if _at_least(n, share, k) <= significance:
            return k
        if k > n * share + 60 * math.sqrt(n * share + 1):
            break
    return None
