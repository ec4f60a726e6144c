"""Verification of an export directory: `verify_export`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from quarterdeck.engines.merkle.files import LeafFile, TileFiles, read_small
from quarterdeck.engines.merkle.hashing import span_root
from quarterdeck.engines.merkle.narrowing import ComputedHashes, Head, departures
from quarterdeck.engines.merkle.note import (
    MAX_NOTE_BYTES,
    Checkpoint,
    MalformedNote,
    Note,
    VerifierKey,
    parse_note,
    signature_fault,
)
from quarterdeck.engines.merkle.proofs import count_field, hash_field, load_proof, proof_problems
from quarterdeck.engines.merkle.result import Problem, UnusableExport, VerifyResult

MAX_PROOF_FILES = 10_000


def load_keys(key: str | Path) -> tuple[VerifierKey, ...]:
    """Verifier keys from name+hash+base64 itself or from a file with one or more of them, one a line."""
    where = str(key)
    try:
        if isinstance(key, str) and key.count("+") >= 2 and not os.path.lexists(key):
            return (VerifierKey.parse(key),)
        lines = read_small(Path(key), MAX_NOTE_BYTES).decode("utf-8").split("\n")
        keys = tuple(VerifierKey.parse(line) for line in lines if line.strip())
    except (MalformedNote, UnicodeDecodeError) as error:
        raise UnusableExport("bad_key", str(error), where[:200]) from error
    if not keys:
        raise UnusableExport("bad_key", "holds no key", where)
    return keys


def _load_head(path: Path) -> tuple[Note, Checkpoint, str]:
    data = read_small(path, MAX_NOTE_BYTES)
    try:
        note = parse_note(data)
        return note, Checkpoint.parse(note.text), data.decode("utf-8")
    except MalformedNote as error:
        raise UnusableExport("bad_checkpoint", str(error), str(path)) from error


def _proof_problems(folder: Path, keys: Sequence[VerifierKey], computed: ComputedHashes) -> list[Problem]:
    if not folder.is_dir():
        return []
    problems: list[Problem] = []
    for number, path in enumerate(sorted(folder.glob("*.json"))):
        where = f"proofs/{path.name}"
        if number >= MAX_PROOF_FILES:
            return [*problems, Problem("proof", where, f"more than {MAX_PROOF_FILES} proofs; the rest was not read")]
        try:
            document = load_proof(path)
            problems += [Problem(p.code, f"{where}: {p.where}", p.message) for p in proof_problems(document, keys)]
            for at, hashed in (("size", "root"), ("first", "first_root"), ("second", "second_root")):
                if at in document:
                    size = count_field(document, at)
                    if size > computed.size or span_root(computed, 0, size) != hash_field(document, hashed):
                        problems.append(Problem("proof", f"{where}: {hashed}", "is not the root of these leaves"))
        except UnusableExport as error:
            problems.append(Problem(error.code, f"{where}: {error.where}", error.message))
    return problems


def verify_export(
    directory: str | Path,
    key: str | Path | None = None,
    checkpoint: str | Path | Sequence[str | Path] | None = None,
    *,
    strict: bool = False,
) -> VerifyResult:
    """Judge an export directory.

    `key` pins trust: a verifier key or a file of them. `checkpoint`: heads kept outside, one path or several; more of
    them narrow a rewriting further. `strict` parses every line even when its hash is proven. Memory: about 40 bytes
    per 256 leaves. UnusableExport when the input cannot be judged; everything else that is wrong is in the result.
    """
    home = Path(directory)
    if not home.is_dir():
        raise UnusableExport("no_export", "is not a folder", str(home)[:200])
    keys = load_keys(key if key is not None else home / "key")
    note, head, text = _load_head(home / "checkpoint")
    outside = [checkpoint] if isinstance(checkpoint, str | Path) else list(checkpoint or ())
    kept = [(path, *_load_head(Path(path))[:2]) for path in outside]
    leaves = LeafFile(home / "leaves.ndjson")
    leaves.scan(home / "tiles" / "0")
    computed, tiles = leaves.hashes, TileFiles(home / "tiles")

    problems: list[Problem] = []
    heads: list[Head] = []
    signed = not (fault := signature_fault(note, keys))
    if fault:
        problems.append(Problem("signature", "checkpoint", fault))
    else:
        heads.append(Head("checkpoint", head.size, head.root))
    for path, kept_note, kept_head in kept:
        if fault := signature_fault(kept_note, keys):
            problems.append(Problem("earlier_signature", str(path), fault))
        elif kept_head.origin != head.origin:
            problems.append(Problem("origin", str(path), f"is of {kept_head.origin}, the export of {head.origin}"))
        else:
            heads.append(Head(str(path), kept_head.size, kept_head.root))

    exact: list[int] = []
    spans: list[tuple[int, int]] = []
    for one in departures(heads, computed, tiles):
        if one.head.size > computed.size:
            message = f"{one.head.size} leaves promised, {computed.size} present"
            problems.append(Problem("missing", one.head.where, message))
            exact.append(computed.size)
        else:
            problems.append(
                Problem("altered", one.head.where, f"the first {one.head.size} leaves do not give its root")
            )
        if one.last is not None:
            spans.append((one.first, one.last))
    exact += [first for first, last in spans if first == last]
    if signed and computed.size > head.size:
        problems.append(Problem("extra", "leaves.ndjson", f"{computed.size} leaves, {head.size} signed"))
        exact.append(head.size)
    if not signed and (computed.size != head.size or span_root(computed, 0, head.size) != head.root):
        problems.append(Problem("altered", "checkpoint", "the leaves do not give the root of the unproven checkpoint"))

    if strict or problems or leaves.misnumbered is not None:
        own = leaves.first_fault()
        if own:
            exact.append(own[0])
            problems.append(Problem("bad_line", f"leaf {own[0]}", own[1]))
    if not problems:
        problems += [
            Problem("tiles", f"tiles/{level}", "does not match the leaves, which are proven")
            for level in range(8)
            if (leaves.tiles_differ if level == 0 else tiles.differs(level, computed))
        ]
        problems += _proof_problems(home / "proofs", keys, computed)

    first_bad = min(exact, default=None)
    # The narrowest span stands; it is of use only if it begins before the leaf that can be named.
    bad_range = min(
        (span for span in spans if first_bad is None or span[0] < first_bad),
        key=lambda span: (span[1] - span[0], span),
        default=None,
    )
    return VerifyResult(
        ok=not problems,
        size=computed.size,
        root=span_root(computed, 0, computed.size).hex(),
        first_bad=first_bad,
        checkpoint=text,
        trusted=key is not None and signed,
        strict=strict or bool(problems),
        key=next((str(one) for one in note.signers(keys)), None) if signed else None,
        bad_range=bad_range,
        problems=tuple(problems),
    )
