"""First pass: the stored bytes. Numbers without gaps, hashes, and the tree over them."""

# ruff: noqa: S608 - every piece of SQL here is a text of ours; values are parameters

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256

from quarterdeck.engines.merkle.hashing import EMPTY_ROOT, HASH_BYTES, TILE, span_root
from quarterdeck.engines.merkle.narrowing import ComputedHashes
from quarterdeck.kernel.ledger.reading import BATCH, bounded, raw_rows
from quarterdeck.kernel.ledger.verify.verdict import Findings

_NOTHING = bytes(HASH_BYTES)


def reread(tile: int) -> list[bytes]:
    """The hashes of one tile's leaves, from their bytes again."""
    sql = f"SELECT {bounded('body')} FROM ledger_leaf WHERE seq >= ? AND seq < ? ORDER BY seq"
    with raw_rows(sql, (tile * TILE, (tile + 1) * TILE)) as rows:
        return [sha256(b"\x00" + body).digest() if type(body) is bytes else _NOTHING for (body,) in rows]


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


def check_subtrees(findings: Findings, computed: ComputedHashes, proven: int) -> None:
    """The stored hashes of complete subtrees are those of the leaves, and all are there.

    The first ``proven`` leaves are known to be right: there the stored hash is what is wrong. Elsewhere it may be any of
    the leaves below it.
    """
    wanted = _complete(computed.size)
    expected = next(wanted, None)
    with raw_rows('SELECT level, "index", hash FROM ledger_subtree ORDER BY level, "index"') as rows:
        for level, index, stored in rows:
            if (level, index) != expected:
                break
            expected = next(wanted, None)
            first, last = index * TILE**level, (index + 1) * TILE**level - 1
            if stored != computed.read(level, index, 1) and not findings.names_one_of(first, last):
                message = f"is not the hash of leaves {first} to {last}"
                findings.add("tree", f"subtree {level}/{index}", message, first if last < proven else None)
                findings.spans.append((first, last))
        else:
            if expected is not None:
                level, index = expected
                findings.add("tree", f"subtree {level}/{index}", "its row is missing", index * TILE**level)
            return
    if expected is not None:
        level, index = expected
        findings.add("tree", f"subtree {level}/{index}", "its row is missing or out of place", index * TILE**level)
    elif not findings:
        findings.add("tree", f"subtree {str(level)[:20]}/{str(index)[:20]}", "is a row too many")


def _complete(size: int) -> Iterator[tuple[int, int]]:
    """Level and number of every complete subtree of a tree, in order."""
    level = 1
    while count := size >> (8 * level):
        yield from ((level, index) for index in range(count))
        level += 1
