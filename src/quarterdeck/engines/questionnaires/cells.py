"""What a cell may hold when it leaves the house: never a formula that somebody else typed as an answer."""

from __future__ import annotations

from typing import Final

#: A spreadsheet takes a text that begins so for a formula, or for one after the blank is taken away.
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
LONGEST: Final = 32_000


def neutral(text: str) -> str:
    """``text`` with an apostrophe before it where a spreadsheet would run it (and before one that stands there already, so
    that :func:`as_typed` takes away the right one); cut to what a cell holds, no control characters."""
    kept = "".join(
        c
        for c in text
        if c in "\t\n\r" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) not in (0xFFFE, 0xFFFF))
    )
    if _would_run(kept) or (kept.startswith("'") and _would_run(kept.lstrip("'"))):
        kept = "'" + kept
    return kept[:LONGEST]


def as_typed(text: str) -> str:
    """What :func:`neutral` was given: the apostrophe taken away again. One that somebody typed there stays."""
    return text[1:] if text.startswith("'") and _would_run(text.lstrip("'")) else text


def _would_run(text: str) -> bool:
    return text.startswith(_DANGEROUS) or text.lstrip(" ").startswith(_DANGEROUS)
