"""Pure rules: the hash of a version's content, when it has to be reviewed, what changed."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import Final

from quarterdeck.engines.merkle.canonical import canonical_bytes
from quarterdeck.engines.prose import Change

#: The four duties that rules on threats and incidents may cover.
DUTIES: Final = ("severity", "source", "measures", "informing")


def content_hash(number: str, text: str, covers: Mapping[str, str]) -> str:
    """SHA-256 of the canonical JSON of version, text and what is covered: what approvals and readers agree to."""
    return sha256(canonical_bytes({"covers": dict(covers), "number": number, "text": text})).hexdigest()


def section_hash(words: str) -> str:
    """SHA-256 of the words of one section."""
    return sha256(words.encode()).hexdigest()


def settled(text: str) -> str:
    """The text with one kind of line break, as it is kept and hashed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


def months_after(day: date, months: int) -> date:
    """The same day of the month, so many months later; the last of that month where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def review_due(effective_from: date, reviews: Iterable[date], months: int, day: date) -> date:
    """The last day of the review cycle as it stood on ``day``: ``months`` after it came into force or was last reviewed."""
    return months_after(max([effective_from, *(one for one in reviews if one <= day)]), months)


def told(changes: Iterable[Change], most: int = 3) -> str:
    """What changed, in the words themselves: at most ``most`` places, each shortened."""
    places = []
    for change in changes:
        if change.kind == "same":
            continue
        before, after = _short(change.before), _short(change.after)
        places.append(f"“{before}” → “{after}”" if before and after else f"+ “{after}”" if after else f"− “{before}”")
    rest = f"; … ({len(places) - most} +)" if len(places) > most else ""
    return "; ".join(places[:most]) + rest


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:59]}…"
