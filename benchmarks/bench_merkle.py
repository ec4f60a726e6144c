"""How fast the ledger's tree grows and an export is verified, beside the naive ways of doing both.

    python benchmarks/bench_merkle.py [--leaves 200000] [--repeats 3] [--json FILE]

Naive verification parses every line, writes it again canonically and hashes that; naive roots and proofs follow the
recursive definition of RFC 9162 word for word. Both are checked to give the same root before anything is timed.
Budgets: append >= 2,000 leaves/s (with the database, measured elsewhere), verify >= 200,000 leaves/s.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from quarterdeck.engines.merkle.canonical import canonical_bytes
from quarterdeck.engines.merkle.export import write_export
from quarterdeck.engines.merkle.hashing import leaf_hash, node_hash, split_point
from quarterdeck.engines.merkle.note import Checkpoint
from quarterdeck.engines.merkle.signing import SigningKey, sign_checkpoint
from quarterdeck.engines.merkle.tree import Frontier, MemoryHashes, inclusion_proof, root_of
from quarterdeck.engines.merkle.verify import verify_export

KEY = SigningKey("bench.example/ledger", bytes(range(32)))


def record(n: int) -> dict[str, object]:
    """One leaf as the product writes it: who did what to which record, when, and the commitment to its content."""
    return {
        "n": n,
        "at": f"2025-03-{n % 28 + 1:02d}T12:{n % 60:02d}:00.{n % 1000000:06d}Z",
        "by": f"person:{n % 50}",
        "action": "vendor.evaluate",
        "object": {"type": "vendor", "id": n % 1000},
        "reason": "Annual evaluation of tier one",
        "before": "draft",
        "after": "evaluated",
        "version": sha256(b"%d" % n).hexdigest(),
    }


def naive_root(hashes: list[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    k = split_point(len(hashes))
    return node_hash(naive_root(hashes[:k]), naive_root(hashes[k:]))


def naive_path(m: int, hashes: list[bytes]) -> list[bytes]:
    if len(hashes) == 1:
        return []
    k = split_point(len(hashes))
    if m < k:
        return [*naive_path(m, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_path(m - k, hashes[k:]), naive_root(hashes[:k])]


def naive_verify(folder: Path) -> bytes:
    with (folder / "leaves.ndjson").open("rb") as file:
        hashes = [leaf_hash(canonical_bytes(json.loads(line))) for line in file]
    return naive_root(hashes)


def median(work: Callable[[], object], repeats: int) -> float:
    seconds: list[float] = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def append_all(lines: list[bytes]) -> bytes:
    frontier = Frontier()
    for line in lines:
        frontier.append(leaf_hash(line))
    return frontier.root()


def main() -> None:
    parser = argparse.ArgumentParser(description="Ledger tree and export verification.")
    parser.add_argument("--leaves", type=int, default=200_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    count, repeats = options.leaves, options.repeats

    records = [record(n) for n in range(count)]
    lines = [canonical_bytes(one) for one in records]
    hashes = [leaf_hash(line) for line in lines]
    root = root_of(hashes)
    store = MemoryHashes(hashes)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "export"
        note = sign_checkpoint(Checkpoint(KEY.verifier.name, count, root), [KEY])
        started = time.perf_counter()
        write_export(folder, lines, note, [KEY.verifier])
        export_seconds = time.perf_counter() - started
        pin = str(KEY.verifier)
        if not verify_export(folder, pin).ok or naive_verify(folder) != root or append_all(lines) != root:
            raise SystemExit("the ways of verifying disagree; nothing was measured")
        probe = count // 3
        if list(inclusion_proof(probe, count, store)) != naive_path(probe, hashes):
            raise SystemExit("the proofs disagree; nothing was measured")
        seconds = {
            "verify export, stored bytes": median(lambda: verify_export(folder, pin), repeats),
            "verify export, strict": median(lambda: verify_export(folder, pin, strict=True), repeats),
            "verify naively, re-canonicalising": median(lambda: naive_verify(folder), repeats),
            "append stored bytes": median(lambda: append_all(lines), repeats),
            "canonicalise and append": median(lambda: append_all([canonical_bytes(one) for one in records]), repeats),
            "root from leaf hashes": median(lambda: root_of(hashes), repeats),
            "root by naive recursion": median(lambda: naive_root(hashes), repeats),
            "write export": export_seconds,
        }
        proof = median(lambda: [inclusion_proof(n, count, store) for n in range(0, count, count // 100)], repeats) / 100
        naive_proof = median(lambda: naive_path(probe, hashes), 1)

    rates = {name: count / taken for name, taken in seconds.items()}
    ratios = {
        "verify, stored bytes : naive": rates["verify export, stored bytes"]
        / rates["verify naively, re-canonicalising"],
        "verify, strict : naive": rates["verify export, strict"] / rates["verify naively, re-canonicalising"],
        "root : naive recursion": rates["root from leaf hashes"] / rates["root by naive recursion"],
        "inclusion proof : naive": naive_proof / proof,
    }
    print(f"{count} leaves of {sum(map(len, lines)) // count} bytes, median of {repeats}\n")
    print(f"{'':36}{'seconds':>10}{'leaves/s':>14}")
    for name, taken in seconds.items():
        print(f"{name:36}{taken:10.3f}{rates[name]:14,.0f}")
    print(f"{'one inclusion proof':36}{proof:10.6f}\n{'one inclusion proof, naive':36}{naive_proof:10.6f}\n")
    for name, ratio in ratios.items():
        print(f"{name:36}{ratio:10.1f} x")
    budget = rates["verify export, stored bytes"] >= 200_000
    print(f"\nbudget verify >= 200,000 leaves/s: {'met' if budget else 'MISSED'}")
    if options.json:
        document = {
            "leaves": count,
            "repeats": repeats,
            "seconds": seconds,
            "leaves_per_second": rates,
            "inclusion_proof_seconds": {"ours": proof, "naive": naive_proof},
            "ratios": ratios,
            "budget_verify_200000_met": budget,
        }
        options.json.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
