"""Differences between two texts, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

Piece = tuple[Literal["same", "ins", "del"], str]

# A word with the white space after it; a Chinese character stands alone, for there are no spaces between words.
_TOKEN = re.compile(r"[㐀-鿿　-〿＀-￯]|[^\s㐀-鿿　-〿＀-￯]+\s*|\s+")
#: Beyond this many words two texts are shown one after the other: comparing costs the square of the length.
LONGEST = 4000


def word_diff(before: str, now: str) -> tuple[Piece, ...]:
    """Pieces that spell ``before`` when insertions are left out, and ``now`` when deletions are."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(now)
    if len(old) > LONGEST or len(new) > LONGEST:
        return tuple(piece for piece in (("del", before), ("ins", now)) if piece[1])
    pieces: list[Piece] = []
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            pieces.append(("same", "".join(old[a:b])))
            continue
        if b > a:
            pieces.append(("del", "".join(old[a:b])))
        if d > c:
            pieces.append(("ins", "".join(new[c:d])))
    return tuple(pieces)
