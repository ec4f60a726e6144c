"""The NIST Phish Scale: how difficult it is for people to detect that a mail is a phish.

Source: Steves, Greene and Theofanos, "Categorizing human phishing difficulty: a Phish Scale", Journal of Cybersecurity 6(1),
2020; and NIST Technical Note 2276, "NIST Phish Scale User Guide" (2023): cues in five categories, counted and put into bands,
against the alignment of the mail's premise with what its readers expect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Cues(StrEnum):
    """How many cues tell the mail apart."""

    FEW = "few"
    SOME = "some"
    MANY = "many"


class Alignment(StrEnum):
    """How well the premise fits the readers' work, their expectations and what happens around them."""

    WEAK = "weak"
    MEDIUM = "medium"
    STRONG = "strong"


class Difficulty(StrEnum):
    """How difficult it is to see through."""

    LEAST = "least"
    LEAST_TO_MODERATELY = "least_to_moderately"
    MODERATELY = "moderately"
    VERY = "very"


#: The five categories of cues.
CATEGORIES: Final = ("error", "technical_indicator", "visual_presentation", "language_and_content", "common_tactic")
#: The most cues that count as few, and as some.
FEW_UP_TO: Final = 8
SOME_UP_TO: Final = 14

#: What makes a premise fit, each 0, 2, 4, 6 or 8 points; the last is taken off: readers were warned of just this.
ELEMENTS: Final = ("workplace_process", "workplace_relevance", "situation", "consequence", "warned")
POINTS: Final = (0, 2, 4, 6, 8)
#: The most points of a weak premise, and of a medium one.
WEAK_UP_TO: Final = 10
MEDIUM_UP_TO: Final = 17

_TABLE: Final[Mapping[tuple[Cues, Alignment], Difficulty]] = {
    (Cues.FEW, Alignment.STRONG): Difficulty.VERY,
    (Cues.FEW, Alignment.MEDIUM): Difficulty.VERY,
    (Cues.FEW, Alignment.WEAK): Difficulty.MODERATELY,
    (Cues.SOME, Alignment.STRONG): Difficulty.VERY,
    (Cues.SOME, Alignment.MEDIUM): Difficulty.MODERATELY,
    (Cues.SOME, Alignment.WEAK): Difficulty.LEAST_TO_MODERATELY,
    (Cues.MANY, Alignment.STRONG): Difficulty.MODERATELY,
    (Cues.MANY, Alignment.MEDIUM): Difficulty.MODERATELY,
    (Cues.MANY, Alignment.WEAK): Difficulty.LEAST,
}


def alignment(points: Mapping[str, int]) -> Alignment:
    """How well a premise fits, from the points of its elements. ValueError for an element or points that there are not."""
    if set(points) != set(ELEMENTS) or any(value not in POINTS for value in points.values()):
        raise ValueError(f"points are one of {POINTS} for each of {', '.join(ELEMENTS)}")
    summed = sum(points[name] for name in ELEMENTS[:-1]) - points[ELEMENTS[-1]]
    return Alignment.WEAK if summed <= WEAK_UP_TO else Alignment.MEDIUM if summed <= MEDIUM_UP_TO else Alignment.STRONG


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating with what it rests on."""

    difficulty: Difficulty
    cues: Cues
    counted: int
    premise: Alignment


def rate(counts: Mapping[str, int], premise: Alignment) -> Rated:
    """Rate a mail by its cues in each category and the alignment of its premise.

    ValueError for a category that the scale does not have, or a count below zero.
    """
    unknown = set(counts) - set(CATEGORIES)
    if unknown:
        raise ValueError(f"no category of cues: {', '.join(sorted(unknown))}")
    if any(count < 0 for count in counts.values()):
        raise ValueError("a count of cues is at least zero")
    counted = sum(counts.values())
    cues = Cues.FEW if counted <= FEW_UP_TO else Cues.SOME if counted <= SOME_UP_TO else Cues.MANY
    return Rated(_TABLE[cues, premise], cues, counted, premise)


__all__ = ["CATEGORIES", "ELEMENTS", "POINTS", "Alignment", "Cues", "Difficulty", "Rated", "alignment", "rate"]
