"""What changed between two texts, paragraph by paragraph and word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

#: Pieces of a changed paragraph are told apart by word up to this many words; beyond, it counts as written anew.
MOST_WORDS = 3000
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")

Piece = tuple[str, str]


@dataclass(frozen=True)
class Change:
    """One paragraph on both sides. ``kind``: same, ins, del or changed; ``pieces``: ("same" | "ins" | "del", text)."""

    kind: str
    before: str
    after: str
    pieces: tuple[Piece, ...]


def compare(before: str, after: str) -> tuple[Change, ...]:
    """Every paragraph of both texts in order, those that are alike side by side."""
    old, new = _paragraphs(before), _paragraphs(after)
    found: list[Change] = []
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            found += [Change("same", text, text, (("same", text),)) for text in old[a:b]]
            continue
        for left, right in zip_longest(old[a:b], new[c:d]):
            found.append(_change(left, right))
    return tuple(found)


def _change(left: str | None, right: str | None) -> Change:
    if left is None:
        assert right is not None
        return Change("ins", "", right, (("ins", right),))
    if right is None:
        return Change("del", left, "", (("del", left),))
    return Change("changed", left, right, _pieces(left, right))


def _paragraphs(text: str) -> list[str]:
    found: list[str] = []
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        lines = [line.rstrip() for line in part.split("\n") if line.strip()]
        if lines and all(re.match(r"\s*(?:[-*+|]|\d+[.)])", line) for line in lines):
            found += lines
        elif lines:
            found.append("\n".join(lines))
    return found


def _pieces(left: str, right: str) -> tuple[Piece, ...]:
    old, new = _WORDS.findall(left), _WORDS.findall(right)
    if max(len(old), len(new)) > MOST_WORDS:
        return (("del", left), ("ins", right))
    pieces: list[Piece] = []
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            pieces.append(("same", "".join(old[a:b])))
            continue
        if a < b:
            pieces.append(("del", "".join(old[a:b])))
        if c < d:
            pieces.append(("ins", "".join(new[c:d])))
    return tuple(pieces)
