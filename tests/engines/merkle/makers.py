"""Real ledgers for the tests: canonical leaves, a signed head over them, an export on disk."""

from __future__ import annotations

from pathlib import Path

from quarterdeck.engines.merkle.canonical import canonical_bytes
from quarterdeck.engines.merkle.export import write_export
from quarterdeck.engines.merkle.hashing import leaf_hash, node_hash
from quarterdeck.engines.merkle.note import Checkpoint
from quarterdeck.engines.merkle.signing import SigningKey, sign_checkpoint
from quarterdeck.engines.merkle.tree import root_of

ORIGIN = "example.com/ledger"
KEY = SigningKey(ORIGIN, bytes(range(32)))
OTHER_KEY = SigningKey(ORIGIN, bytes(range(1, 33)))

CT_LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")] + [
    bytes(range(0x60, 0x70))
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves(count: int, word: str = "evaluated") -> list[bytes]:
    return [
        canonical_bytes({"n": n, "action": "vendor.evaluate", "after": word, "by": f"p{n % 7}"}) for n in range(count)
    ]


def head(lines: list[bytes], key: SigningKey = KEY) -> str:
    root = root_of(leaf_hash(line) for line in lines)
    return sign_checkpoint(Checkpoint(ORIGIN, len(lines), root), [key])


def export(folder: Path, lines: list[bytes], *, earlier: tuple[int, ...] = (), prove: tuple[int, ...] = ()) -> Path:
    write_export(folder, lines, head(lines), [KEY.verifier], earlier=earlier, prove=prove)
    return folder


def put(folder: Path, lines: list[bytes]) -> None:
    (folder / "leaves.ndjson").write_bytes(b"".join(line + b"\n" for line in lines))


def naive_root(hashes: list[bytes]) -> bytes:
    """The recursive definition of RFC 9162 section 2.1.1, as the RFC words it."""
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node_hash(naive_root(hashes[:k]), naive_root(hashes[k:]))


def naive_path(m: int, hashes: list[bytes]) -> list[bytes]:
    if len(hashes) == 1:
        return []
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if m < k:
        return [*naive_path(m, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_path(m - k, hashes[k:]), naive_root(hashes[:k])]


def naive_subproof(m: int, hashes: list[bytes], whole: bool) -> list[bytes]:
    if m == len(hashes):
        return [] if whole else [naive_root(hashes)]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if m <= k:
        return [*naive_subproof(m, hashes[:k], whole), naive_root(hashes[k:])]
    return [*naive_subproof(m - k, hashes[k:], False), naive_root(hashes[:k])]
