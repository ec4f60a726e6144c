"""Proof documents: one leaf is in the ledger, one head continues another. Making them is in `tree`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from quarterdeck.engines.merkle.files import read_small
from quarterdeck.engines.merkle.hashing import leaf_hash, verify_consistency, verify_inclusion
from quarterdeck.engines.merkle.note import Checkpoint, MalformedNote, Note, VerifierKey, parse_note, signature_fault
from quarterdeck.engines.merkle.result import Problem, UnusableExport

MAX_PROOF_BYTES = 1 << 20


def _hashes(document: Mapping[str, object], field: str) -> tuple[bytes, ...]:
    value = document.get(field)
    if not isinstance(value, list) or len(value) > 128:
        raise UnusableExport("bad_proof", f"{field} is not a list of hashes", field)
    return tuple(hash_field({field: item}, field) for item in value)


def hash_field(document: Mapping[str, object], field: str) -> bytes:
    value = document.get(field)
    if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{64}", value):
        raise UnusableExport("bad_proof", f"{field} is not 64 lower-case hexadecimal digits", field)
    return bytes.fromhex(value)


def count_field(document: Mapping[str, object], field: str) -> int:
    value = document.get(field)
    if type(value) is not int or not 0 <= value < 10**18:
        raise UnusableExport("bad_proof", f"{field} is not a count", field)
    return value


def _head_of(document: Mapping[str, object]) -> tuple[Note, Checkpoint]:
    value = document.get("checkpoint")
    try:
        if isinstance(value, str):
            note = parse_note(value.encode("utf-8", "surrogatepass"))
            return note, Checkpoint.parse(note.text)
        raise MalformedNote("is missing")
    except MalformedNote as error:
        raise UnusableExport("bad_proof", str(error), "checkpoint") from error


def proof_problems(
    document: Mapping[str, object], keys: Sequence[VerifierKey] = (), line: bytes | None = None
) -> list[Problem]:
    """What is wrong with an inclusion or consistency proof; UnusableExport when a field is missing or malformed.

    `keys`: who may sign its checkpoint; without any, the signature is not looked at. `line`: the leaf's own bytes.
    """
    problems: list[Problem] = []
    note, head = _head_of(document)
    if keys and (fault := signature_fault(note, keys)):
        problems.append(Problem("signature", "checkpoint", fault))
    if "audit_path" in document:
        size, root, digest = (
            count_field(document, "size"),
            hash_field(document, "root"),
            hash_field(document, "leaf_hash"),
        )
        if not verify_inclusion(digest, count_field(document, "leaf"), size, _hashes(document, "audit_path"), root):
            problems.append(Problem("proof", "audit_path", "does not lead from the leaf to the root"))
        if line is not None and leaf_hash(line) != digest:
            problems.append(Problem("leaf", "leaf_hash", "is not the hash of this leaf"))
    else:
        size, root, old = (
            count_field(document, "second"),
            hash_field(document, "second_root"),
            hash_field(document, "first_root"),
        )
        if not verify_consistency(
            count_field(document, "first"), size, old, root, _hashes(document, "consistency_path")
        ):
            problems.append(Problem("proof", "consistency_path", "does not lead from the first root to the second"))
    if (size, root) != (head.size, head.root):
        problems.append(Problem("proof", "checkpoint", "is of another size or root than the proof"))
    return problems


def load_proof(path: Path) -> dict[str, object]:
    """A proof document from a file."""
    try:
        document: object = json.loads(read_small(path, MAX_PROOF_BYTES).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UnusableExport("bad_proof", "is not JSON", str(path)) from error
    if not isinstance(document, dict):
        raise UnusableExport("bad_proof", "is not a JSON object", str(path))
    return document
