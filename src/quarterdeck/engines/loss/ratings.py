"""Words for amounts and frequencies, by thresholds that a company set itself.

Words are derived from money, never the reverse: there is no function here from a word to an amount, because a word
stands for a whole interval, and multiplying or adding words has no meaning (Cox, *What's wrong with risk matrices?*, Risk Analysis
28, 2008).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from quarterdeck.engines.loss.model import LossError
from quarterdeck.engines.loss.quantify import Contribution


@dataclass(frozen=True, slots=True)
class Scale:
    """`lowest` is the word below the first threshold; each step is (from this value on, word), ascending.

    Build it with `scale`, which refuses what is no scale.
    """

    lowest: str
    steps: tuple[tuple[float, str], ...]

    def word(self, value: float | None) -> str | None:
        """The word for `value`; None where there is none. A loss without a finite mean has the highest word.

        A value on a threshold has the word that begins there. Raises `LossError` for a value that is no number or negative.
        """
        if value is None:
            return None
        if math.isnan(value) or value < 0:
            raise LossError("range", "an amount or a frequency is at least 0", "value")
        found = self.lowest
        for least, word in self.steps:
            if value >= least:
                found = word
        return found

    @property
    def words(self) -> tuple[str, ...]:
        """All words from the lowest to the highest."""
        return (self.lowest, *(word for _, word in self.steps))


def scale(lowest: str, steps: Sequence[tuple[float, str]]) -> Scale:
    """A scale of a company's own words. Raises `LossError`: thresholds that do not rise, words that are empty or stand twice."""
    last = 0.0
    for place, (least, _) in enumerate(steps):
        if not math.isfinite(least) or least <= last:
            reason = "thresholds are finite, greater than 0, and each is greater than the one before"
            raise LossError("order", reason, f"steps[{place}]")
        last = least
    made = Scale(lowest, tuple(steps))
    words = [word.strip() for word in made.words]
    if not all(words) or len(set(words)) < len(words):
        raise LossError("twice", "every step has a word of its own", "words")
    return made


def rated(
    contributions: Sequence[Contribution], by: Scale, measure: Literal["expected", "tail"] = "expected"
) -> dict[str, str]:
    """For each scenario the word for what it adds to the expected loss or to the tail mean.

    Where it adds no finite amount it has the highest word.
    """
    found: dict[str, str] = {}
    for item in contributions:
        amount = item.expected if measure == "expected" else item.tail
        word = by.word(math.inf if amount is None else max(0.0, amount))
        assert word is not None
        found[item.id] = word
    return found
