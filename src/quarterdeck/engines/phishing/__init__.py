"""Phishing exercises: how hard a message is to recognise (NIST Phish Scale), and whether a person or a machine clicked."""

from quarterdeck.engines.phishing.clicks import Because, Hit, Judged, Kind, Rules, Verdict, judge
from quarterdeck.engines.phishing.scale import (
    ALIGNMENT,
    CUES,
    Alignment,
    Category,
    Cues,
    Difficulty,
    Rating,
    ScaleError,
    rate,
)

__all__ = [
    "ALIGNMENT", "CUES", "Alignment", "Because", "Category", "Cues", "Difficulty", "Hit", "Judged", "Kind", "Rating",
    "Rules", "ScaleError", "Verdict", "judge", "rate",
]  # fmt: skip
