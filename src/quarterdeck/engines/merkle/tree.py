"""Growing the RFC 9162 tree and making its proofs from stored hashes; verifying them is in `hashing`.

The store keeps, for every level k, the hashes of complete subtrees of 256**k leaves: level 0 is the leaf hashes
themselves, and a row of a higher level is final when it is written, so the store is only ever inserted into. Among
four thousand million leaves a proof then reads at most eight runs of at most 256 hashes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from quarterdeck.engines.merkle.hashing import (
    EMPTY_ROOT,
    HASH_BYTES,
    TILE,
    HashReader,
    MissingHashes,
    fold,
    node_hash,
    span_root,
    split_hashes,
    split_point,
    subtree,
)

_SIZE = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Completed:
    """A complete subtree of 256**level leaves (level >= 1), to be stored as number `index` of that level."""

    level: int
    index: int
    hash: bytes


class Frontier:
    """The right edge of a growing tree: one hash per set bit of its size, enough to append and to know the root."""

    __slots__ = ("_edge", "size")

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []  # complete subtrees from left to right, largest first

    def append(self, leaf: bytes) -> tuple[Completed, ...]:
        """Add one leaf hash; O(log n). Returns the subtrees to store, mostly none."""
        if len(leaf) != HASH_BYTES:
            raise ValueError(f"a leaf hash has {HASH_BYTES} bytes, not {len(leaf)}")
        edge, number, height = self._edge, self.size, 0
        completed: list[Completed] = []
        while number & 1:
            leaf = node_hash(edge.pop(), leaf)
            number >>= 1
            height += 1
            if height % 8 == 0:
                completed.append(Completed(height // 8, number, leaf))
        edge.append(leaf)
        self.size += 1
        return tuple(completed)

    def extend(self, leaves: Iterable[bytes]) -> Iterator[Completed]:
        """Add many leaf hashes; consume the iterator to the end, it yields the subtrees to store."""
        for leaf in leaves:
            yield from self.append(leaf)

    def root(self) -> bytes:
        """RFC 9162 root of the leaves so far; SHA-256 of nothing for the empty tree."""
        if not self._edge:
            return EMPTY_ROOT
        parts = list(self._edge)
        root = parts.pop()
        while parts:
            root = node_hash(parts.pop(), root)
        return root

    def to_bytes(self) -> bytes:
        """Size (8 bytes, big endian) and the hashes of the edge."""
        return _SIZE.pack(self.size) + b"".join(self._edge)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """Inverse of `to_bytes`; ValueError when length and size do not belong together."""
        if len(data) < _SIZE.size:
            raise ValueError("a frontier has at least 8 bytes")
        frontier = cls()
        (frontier.size,) = _SIZE.unpack_from(data)
        if len(data) - _SIZE.size != HASH_BYTES * frontier.size.bit_count():
            raise ValueError(f"a frontier of {frontier.size} leaves has {frontier.size.bit_count()} hashes")
        frontier._edge = split_hashes(data[_SIZE.size :])
        return frontier

    @classmethod
    def load(cls, size: int, reader: HashReader) -> Frontier:
        """The frontier of the first `size` stored leaves; MissingHashes when the store has fewer."""
        frontier = cls()
        tiles = TileCache(reader, size)
        for height in range(size.bit_length() - 1, -1, -1):
            if size >> height & 1:
                frontier._edge.append(subtree(tiles, height, (size >> height) - 1))
        frontier.size = size
        return frontier


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Root over leaf hashes, in batch."""
    frontier: list[bytes] = list(leaves)
    if not frontier:
        return EMPTY_ROOT
    parts: list[bytes] = []
    start = 0
    while start < len(frontier):
        width = 1 << ((len(frontier) - start).bit_length() - 1)
        parts.append(fold(frontier[start : start + width]))
        start += width
    root = parts.pop()
    while parts:
        root = node_hash(parts.pop(), root)
    return root


class MemoryHashes:
    """A HashReader over leaf hashes in memory, for small trees and for tests."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._frontier = Frontier()
        self._levels: list[bytearray] = [bytearray()]
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self._levels[0] += leaf
        for done in self._frontier.append(leaf):
            if done.level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[done.level] += done.hash

    def read(self, level: int, start: int, count: int) -> bytes:
        if level >= len(self._levels):
            return b""
        return bytes(self._levels[level][start * HASH_BYTES : (start + count) * HASH_BYTES])


class TileCache:
    """Reads whole tiles of a tree of `size` leaves, each at most once; `reads` counts them."""

    def __init__(self, reader: HashReader, size: int) -> None:
        self._reader, self._size = reader, size
        self._tiles: dict[tuple[int, int], bytes] = {}
        self.reads = 0

    def read(self, level: int, start: int, count: int) -> bytes:
        tile, offset = divmod(start, TILE)
        if offset + count > TILE:
            raise ValueError("a read must not cross a tile")
        data = self._tiles.get((level, tile))
        if data is None:
            width = min(TILE, (self._size >> (8 * level)) - tile * TILE)
            data = self._reader.read(level, tile * TILE, width)
            if len(data) != width * HASH_BYTES:
                raise MissingHashes(f"level {level} lacks hashes from {tile * TILE} on, {width} expected")
            self._tiles[level, tile] = data
            self.reads += 1
        return data[offset * HASH_BYTES : (offset + count) * HASH_BYTES]


def root_at(size: int, reader: HashReader) -> bytes:
    """Root of the first `size` leaves."""
    return span_root(TileCache(reader, size), 0, size)


def inclusion_proof(index: int, size: int, reader: HashReader) -> tuple[bytes, ...]:
    """Audit path of leaf `index` in the tree of `size` leaves (RFC 9162 section 2.1.3.1), nearest sibling first."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
    tiles = TileCache(reader, size)
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split_point(end - start)
        if index < middle:
            path.append(span_root(tiles, middle, end))
            end = middle
        else:
            path.append(span_root(tiles, start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_proof(first: int, second: int, reader: HashReader) -> tuple[bytes, ...]:
    """Proof that the tree of `second` leaves begins with that of `first` (RFC 9162 section 2.1.4.1).

    Empty when `first` is 0 or equals `second`.
    """
    if not 0 <= first <= second:
        raise ValueError(f"a tree of {second} leaves does not continue one of {first}")
    if first in (0, second):
        return ()
    tiles = TileCache(reader, second)
    path: list[bytes] = []
    start, end, whole = 0, second, True  # whole: the old tree's own root needs no sending
    while first != end:
        middle = start + split_point(end - start)
        if first <= middle:
            path.append(span_root(tiles, middle, end))
            end = middle
        else:
            path.append(span_root(tiles, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(span_root(tiles, start, end))
    return tuple(reversed(path))
