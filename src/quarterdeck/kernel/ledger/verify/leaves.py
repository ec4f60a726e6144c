"""First pass: the stored bytes. Numbers without gaps, hashes, and the tree over them."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from quarterdeck.engines.merkle.hashing import EMPTY_ROOT, HASH_BYTES, TILE, span_root
from quarterdeck.engines.merkle.narrowing import ComputedHashes
from quarterdeck.kernel.ledger.reading import BATCH, bounded, leaf_bodies, raw_rows
from quarterdeck.kernel.ledger.verify.verdict import Findings

_NOTHING = bytes(HASH_BYTES)


def reread(tile: int) -> list[bytes]:
    """The hashes of one tile's leaves, from their bytes again."""
    return [sha256(b"\x00" + body).digest() for body in leaf_bodies(tile * TILE, (tile + 1) * TILE)]


def hash_leaves(findings: Findings, sizes: Mapping[int, object]) -> tuple[ComputedHashes, dict[int, bytes]]:
    """The tree of the leaves as they stand, and its root at each of ``sizes`` that it reaches.

    Stops where a number is missing: what comes after has no place in the tree.
    """
    computed = ComputedHashes(reread)
    roots: dict[int, bytes] = {0: EMPTY_ROOT}
    stops = sorted(size for size in sizes if size > 0)
    stops.reverse()
    hashes: list[bytes] = []
    expected = 0
    stop = stops.pop() if stops else -1

    def flush() -> None:
        computed.add(hashes)
        hashes.clear()

    sql = f"SELECT seq, {bounded('body')}, leaf_hash FROM ledger_leaf ORDER BY seq"
    with raw_rows(sql) as rows:
        for seq, body, stored in rows:
            if seq != expected:
                missing = max(0, min(expected, seq)) if type(seq) is int else expected
                findings.add(
                    "missing",
                    f"leaf {expected}",
                    f"there is no leaf {expected}; the next row is numbered {str(seq)[:40]}",
                    missing,
                )
                break
            if type(body) is bytes:
                digest = sha256(b"\x00" + body).digest()
                if digest != stored:
                    findings.at(seq, "altered", "its bytes do not give the stored hash")
            else:
                findings.at(seq, "altered", "its bytes are missing, of another type or longer than a leaf may be")
                digest = _NOTHING
            hashes.append(digest)
            expected += 1
            if expected == stop:
                flush()
                roots[stop] = span_root(computed, 0, stop)
                stop = stops.pop() if stops else -1
            elif len(hashes) == BATCH:
                flush()
    flush()
    return computed, roots


def check_subtrees(findings: Findings, computed: ComputedHashes) -> None:
    """The stored hashes of complete subtrees are those of the leaves, and all are there."""
    level, index = 1, 0
    with raw_rows('SELECT level, "index", hash FROM ledger_subtree ORDER BY level, "index"') as rows:
        for found_level, found_index, stored in rows:
            while index >= computed.size >> (8 * level) and computed.size >> (8 * level):
                level, index = level + 1, 0
            first = index * TILE**level
            where = f"subtree {level}/{index}"
            if (found_level, found_index) != (level, index):
                findings.add("tree", where, "the row of this subtree is missing or one too many is there", first)
                return
            if stored != computed.read(level, index, 1):
                findings.add("tree", where, f"is not the hash of leaves {first} to {first + TILE**level - 1}", first)
            index += 1
    while computed.size >> (8 * level):
        if index < computed.size >> (8 * level):
            first = index * TILE**level
            findings.add("tree", f"subtree {level}/{index}", "the row of this subtree is missing", first)
            return
        level, index = level + 1, 0
