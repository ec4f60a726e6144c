"""What a cell may hold when it leaves the house: never a formula that somebody else typed as an answer."""

from __future__ import annotations

from typing import Final

#: A spreadsheet takes a text that begins so for a formula, or for one after the blank is taken away.
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
LONGEST: Final = 32_000


def neutral(text: str) -> str:
    """``text`` with an apostrophe before it where a spreadsheet would run it; cut to what a cell holds, no control characters."""
    kept = "".join(
        c
        for c in text
        if c in "\t\n\r" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) not in (0xFFFE, 0xFFFF))
    )
    if kept.lstrip(" ").startswith(_DANGEROUS) or kept.startswith(_DANGEROUS):
        kept = "'" + kept
    return kept[:LONGEST]


def as_typed(text: str) -> str:
    """What :func:`neutral` was given: the apostrophe taken away again."""
    if text.startswith("'") and text[1:].lstrip(" ").startswith(_DANGEROUS):
        return text[1:]
    return text
