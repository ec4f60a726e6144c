"""From "the root differs" to the first leaf that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from quarterdeck.engines.merkle.hashing import (
    HASH_BYTES,
    TILE,
    HashReader,
    MissingHashes,
    fold,
    node_hash,
    span_root,
    split_hashes,
    split_point,
)


class ComputedHashes:
    """Hashes recomputed from the leaves as they stand; a HashReader that keeps one hash per 256 leaves in memory.

    Leaf hashes themselves are not kept: `reread(tile)` brings the (at most 256) leaf hashes of one tile again.
    """

    def __init__(self, reread: Callable[[int], list[bytes]]) -> None:
        self.size = 0
        self._pending: list[bytes] = []
        self._levels: list[bytearray] = []
        self._reread = reread
        self._cache: tuple[int, list[bytes]] = (-1, [])

    def add(self, hashes: list[bytes]) -> None:
        """Append leaf hashes."""
        self.size += len(hashes)
        pending = self._pending
        pending += hashes
        full = len(pending) // TILE * TILE
        for at in range(0, full, TILE):
            self._complete(0, fold(pending[at : at + TILE]))
        del pending[:full]

    def _complete(self, depth: int, digest: bytes) -> None:
        if depth == len(self._levels):
            self._levels.append(bytearray())
        row = self._levels[depth]
        row += digest
        if len(row) % (TILE * HASH_BYTES) == 0:
            self._complete(depth + 1, fold(split_hashes(bytes(row[-TILE * HASH_BYTES :]))))

    def read(self, level: int, start: int, count: int) -> bytes:
        if level:
            row = self._levels[level - 1] if level <= len(self._levels) else bytearray()
            return bytes(row[start * HASH_BYTES : (start + count) * HASH_BYTES])
        found: list[bytes] = []
        for tile in range(start // TILE, (start + count - 1) // TILE + 1):
            base = tile * TILE
            if base >= self.size:
                break
            if base == self.size - len(self._pending):
                hashes = self._pending
            else:
                if self._cache[0] != tile:
                    self._cache = (tile, self._reread(tile))
                hashes = self._cache[1]
            found += hashes[max(start - base, 0) : start + count - base]
        return b"".join(found)


def narrow(claimed: HashReader, actual: ComputedHashes, size: int, root: bytes) -> tuple[int, int]:
    """Smallest span (start, end) that must hold the first leaf in which `actual` departs from the head (size, root).

    Call it only when `actual` does not have this root. Walking down from the root, a claimed pair of children counts
    only if it hashes to the parent already proven, so altered claims can widen the answer but never mislead it. Each
    level of the claims is tried in turn, hence damage to one level is bridged by another. end - start == 1 is exact.
    """
    start, end, expected = 0, size, root
    while end - start > 1:
        middle = start + split_point(end - start)
        for top in range((middle - start).bit_length() // 8, -1, -1):
            try:
                left = span_root(claimed, start, middle, top)
                right = span_root(claimed, middle, end, top)
            except MissingHashes:
                continue
            if node_hash(left, right) == expected:
                break
        else:
            return start, min(end, max(actual.size, start) + 1)
        if middle <= actual.size and span_root(actual, start, middle) == left:
            start, expected = middle, right
        else:
            end, expected = middle, left
    return start, end


@dataclass(frozen=True, slots=True)
class Head:
    """A tree head that is believed, and where it comes from."""

    where: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Departure:
    """The leaves depart from a believed head; the first that does is one of `first` to `last` (equal: known exactly).

    `last` is None when no leaf can be blamed: the head has no leaves and yet not the root of none.
    """

    head: Head
    first: int
    last: int | None


def departures(heads: Iterable[Head], actual: ComputedHashes, claimed: HashReader) -> list[Departure]:
    """Every believed head that the leaves as they stand do not lead to."""
    found: list[Departure] = []
    proven: list[int] = []
    # Smallest head first: what it proves bounds from below the fault that a larger one shows.
    for head in sorted(heads, key=lambda one: one.size):
        if head.size <= actual.size and span_root(actual, 0, head.size) == head.root:
            proven.append(head.size)
        elif head.size == 0:
            found.append(Departure(head, 0, None))
        else:
            start, end = narrow(claimed, actual, head.size, head.root)
            start = max(start, max((size for size in proven if size < end), default=0))
            found.append(Departure(head, start, end - 1))
    return found
