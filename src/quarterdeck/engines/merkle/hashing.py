"""Hashes of the RFC 9162 Merkle tree (section 2.1, SHA-256) and the verification of its proofs."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Protocol

HASH_BYTES = 32
TILE = 256  # a tile holds 256 hashes of one level; level k counts subtrees of 256**k leaves

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash of one leaf's bytes, RFC 9162 section 2.1.1."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an interior node, RFC 9162 section 2.1.1."""
    return sha256(b"\x01" + left + right).digest()


class HashReader(Protocol):
    """Where subtree hashes come from: rows, files or memory."""

    def read(self, level: int, start: int, count: int) -> bytes:
        """`count` hashes of complete subtrees of 256**level leaves from number `start`; fewer if not all are there."""
        ...


class MissingHashes(LookupError):
    """The reader has fewer hashes than the tree size asks for."""


def fold(hashes: list[bytes]) -> bytes:
    """Root of a complete subtree of 2**k hashes."""
    while len(hashes) > 1:
        pair = iter(hashes)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in zip(pair, pair, strict=True)]
    return hashes[0]


def split_hashes(data: bytes) -> list[bytes]:
    """Concatenated hashes as a list."""
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def subtree(reader: HashReader, height: int, position: int, top: int = 64) -> bytes:
    """Hash of the complete subtree number `position` of 2**height leaves, from level `top` of the reader or lower."""
    level = min(height // 8, top)
    below = height - 8 * level
    if below > 16:  # keeps memory small when only the lowest level is to be had
        pair = (subtree(reader, height - 1, 2 * position + side, top) for side in (0, 1))
        return node_hash(next(pair), next(pair))
    data = reader.read(level, position << below, 1 << below)
    if len(data) != HASH_BYTES << below:
        raise MissingHashes(f"level {level} lacks hashes {position << below} to {((position + 1) << below) - 1}")
    return fold(split_hashes(data))


def span_root(reader: HashReader, start: int, end: int, top: int = 64) -> bytes:
    """MTH(D[start:end]), `start` being a multiple of a power of two >= the width, as in RFC 9162 section 2.1."""
    if start == end:
        return EMPTY_ROOT
    parts: list[bytes] = []
    while start < end:
        height = (end - start).bit_length() - 1
        parts.append(subtree(reader, height, start >> height, top))
        start += 1 << height
    root = parts.pop()
    while parts:
        root = node_hash(parts.pop(), root)
    return root


def split_point(width: int) -> int:
    """Largest power of two smaller than `width` (>= 2)."""
    return 1 << ((width - 1).bit_length() - 1)


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2: `leaf` (a hash) is number `index` of the tree of `size` leaves under `root`."""
    if not 0 <= index < size:
        return False
    fn, sn, running = index, size - 1, leaf
    for step in path:
        if sn == 0 or len(step) != HASH_BYTES:
            return False
        if fn & 1 or fn == sn:
            running = node_hash(step, running)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            running = node_hash(running, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and running == root


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]) -> bool:
    """RFC 9162 section 2.1.4.2: the tree of `second` leaves begins with the tree of `first`; 0 begins every tree."""
    if not 0 <= first <= second:
        return False
    if first in (0, second):
        # The empty tree proves nothing about later ones, and a tree is consistent with itself: both without a path.
        return not path and first_root == (second_root if first == second else EMPTY_ROOT)
    steps = list(path)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    if not steps or any(len(step) != HASH_BYTES for step in steps):
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = node_hash(step, old), node_hash(step, new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old == first_root and new == second_root
