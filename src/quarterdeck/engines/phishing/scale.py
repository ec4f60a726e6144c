"""The NIST Phish Scale: from the cues in a message and how well its premise fits its readers to how hard it is to detect.

Source: M. Steves, K. Greene, M. Theofanos, "Categorizing human phishing difficulty: a Phish Scale", Journal of
Cybersecurity 6 (2020), and NIST Technical Note 2276, "NIST Phish Scale User Guide" (2023): bands of cues, bands of premise
alignment and the table of outcomes are theirs. Click rates mean little without it: few clicks on an easy message and many
on a hard one may be the same staff.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Category(StrEnum):
    """What kind of thing a cue is."""

    ERROR = "error"
    TECHNICAL = "technical"
    VISUAL = "visual"
    LANGUAGE = "language"
    TACTIC = "tactic"


#: The cues that are counted, each in its category. A cue counts as often as it occurs.
CUES: Final[Mapping[str, Category]] = {
    "spelling_grammar": Category.ERROR,
    "inconsistency": Category.ERROR,
    "attachment": Category.TECHNICAL,
    "sender_mismatch": Category.TECHNICAL,
    "hidden_link": Category.TECHNICAL,
    "domain_spoofing": Category.TECHNICAL,
    "no_branding": Category.VISUAL,
    "imitated_branding": Category.VISUAL,
    "unprofessional_design": Category.VISUAL,
    "security_icons": Category.VISUAL,
    "legal_language": Category.LANGUAGE,
    "distracting_detail": Category.LANGUAGE,
    "sensitive_request": Category.LANGUAGE,
    "urgency": Category.LANGUAGE,
    "threat": Category.LANGUAGE,
    "generic_greeting": Category.LANGUAGE,
    "no_signer_details": Category.LANGUAGE,
    "humanitarian_appeal": Category.TACTIC,
    "too_good": Category.TACTIC,
    "you_are_special": Category.TACTIC,
    "limited_time": Category.TACTIC,
    "mimics_business": Category.TACTIC,
    "poses_as_known": Category.TACTIC,
}

#: The elements of premise alignment, each 0, 2, 4, 6 or 8. The last one is subtracted: who was trained for just this
#: premise is not taken in by it so easily.
ALIGNMENT: Final = ("mimics_process", "relevance", "timely", "consequences", "trained")
SCORES: Final = (0, 2, 4, 6, 8)


class Cues(StrEnum):
    """Band of the number of cues: few cues make a message hard to recognise."""

    FEW = "few"
    SOME = "some"
    MANY = "many"


class Alignment(StrEnum):
    """Band of premise alignment."""

    WEAK = "weak"
    MEDIUM = "medium"
    STRONG = "strong"


class Difficulty(StrEnum):
    """How hard the message is to detect, from easy to hard."""

    LEAST = "least"
    MODERATE_TO_LEAST = "moderate_to_least"
    MODERATE = "moderate"
    VERY = "very"


class ScaleError(ValueError):
    """An unknown cue or element, a negative count, a score that the scale does not have; the message names it."""


@dataclass(frozen=True)
class Rating:
    """A message on the scale: number of cues and their band, alignment (-8…32) and its band, and the outcome."""

    cues: int
    cue_band: Cues
    alignment: int
    alignment_band: Alignment
    difficulty: Difficulty


_TABLE: Final[Mapping[tuple[Cues, Alignment], Difficulty]] = {
    (Cues.FEW, Alignment.STRONG): Difficulty.VERY,
    (Cues.FEW, Alignment.MEDIUM): Difficulty.VERY,
    (Cues.FEW, Alignment.WEAK): Difficulty.MODERATE,
    (Cues.SOME, Alignment.STRONG): Difficulty.VERY,
    (Cues.SOME, Alignment.MEDIUM): Difficulty.MODERATE,
    (Cues.SOME, Alignment.WEAK): Difficulty.MODERATE_TO_LEAST,
    (Cues.MANY, Alignment.STRONG): Difficulty.MODERATE,
    (Cues.MANY, Alignment.MEDIUM): Difficulty.MODERATE,
    (Cues.MANY, Alignment.WEAK): Difficulty.LEAST,
}


def rate(cues: Mapping[str, int], alignment: Mapping[str, int]) -> Rating:
    """Rate a message. ``cues``: cue → how often; ``alignment``: element → score, all five.

    A message without any cue is rated as one with few. ScaleError for what the scale does not know.
    """
    for name, count in cues.items():
        if name not in CUES:
            raise ScaleError(f"there is no cue called “{name}”")
        if count < 0:
            raise ScaleError(f"{name}: a cue cannot occur {count} times")
    for name in alignment:
        if name not in ALIGNMENT:
            raise ScaleError(f"there is no element of premise alignment called “{name}”")
    for name in ALIGNMENT:
        if alignment.get(name) not in SCORES:
            raise ScaleError(f"{name}: give 0, 2, 4, 6 or 8")
    number = sum(cues.values())
    band = Cues.FEW if number <= 8 else Cues.SOME if number <= 14 else Cues.MANY
    value = sum(alignment[name] for name in ALIGNMENT[:-1]) - alignment[ALIGNMENT[-1]]
    fit = Alignment.WEAK if value <= 10 else Alignment.MEDIUM if value <= 17 else Alignment.STRONG
    return Rating(number, band, value, fit, _TABLE[band, fit])
