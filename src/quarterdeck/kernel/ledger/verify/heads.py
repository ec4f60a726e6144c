"""What was promised: the head row, the home's signed checkpoints, and the ones that somebody else kept."""

# ruff: noqa: S608 - every piece of SQL here is a text of ours; values are parameters

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quarterdeck.engines.merkle.narrowing import ComputedHashes, Head, departures
from quarterdeck.engines.merkle.note import (
    MAX_NOTE_BYTES,
    Checkpoint,
    MalformedNote,
    VerifierKey,
    parse_note,
    signature_fault,
)
from quarterdeck.engines.merkle.tree import Frontier
from quarterdeck.kernel.ledger.reading import RowHashes, bounded, raw_rows
from quarterdeck.kernel.ledger.verify.verdict import Findings

#: Enough wrong heads to narrow a fault; more only repeat it.
NARROWED = 3


@dataclass(frozen=True, slots=True)
class Promises:
    """Believed heads, by size, and the text of the newest checkpoint of the home."""

    heads: dict[int, list[Head]]
    latest: str | None
    last_size: int


def _believed(
    findings: Findings, where: str, text: bytes, keys: Sequence[VerifierKey], origin: str
) -> Checkpoint | None:
    try:
        note = parse_note(text)
        head = Checkpoint.parse(note.text)
    except MalformedNote as error:
        findings.add("checkpoint", where, str(error))
        return None
    if fault := signature_fault(note, keys):
        findings.add("signature", where, fault)
        return None
    if head.origin != origin:
        findings.add("origin", where, f"is of {head.origin}, this ledger is {origin}")
        return None
    return head


def collect(
    findings: Findings, keys: Sequence[VerifierKey], origin: str, outside: Iterable[tuple[str, bytes]]
) -> Promises:
    """Every checkpoint whose signature holds. A checkpoint that cannot be believed is a problem and is left out."""
    heads: dict[int, list[Head]] = {}
    latest: str | None = None
    last_size = -1
    sql = f"SELECT size, root, {bounded('note', MAX_NOTE_BYTES)} FROM ledger_checkpoint ORDER BY size"
    with raw_rows(sql) as rows:
        stored = [(size, root, note) for size, root, note in rows]
    for size, root, note in stored:
        where = f"checkpoint {str(size)[:24]}"
        text = note.encode("utf-8", "surrogatepass") if isinstance(note, str) else note
        if not isinstance(text, bytes):
            findings.add("checkpoint", where, "has no text, or a longer one than a checkpoint may have")
            continue
        head = _believed(findings, where, text, keys, origin)
        if head is None:
            continue
        if (head.size, head.root) != (size, root):
            findings.add("checkpoint", where, f"its columns do not say what its text signs (size {head.size})")
        heads.setdefault(head.size, []).append(Head(where, head.size, head.root))
        if head.size > last_size:
            latest, last_size = text.decode("utf-8"), head.size
    for where, text in outside:
        head = _believed(findings, where, text, keys, origin)
        if head is not None:
            heads.setdefault(head.size, []).append(Head(where, head.size, head.root))
    return Promises(heads, latest, last_size)


def _head_row(findings: Findings, computed: ComputedHashes) -> None:
    with raw_rows(f"SELECT id, size, {bounded('frontier', 4096)} FROM ledger_head ORDER BY id") as rows:
        found = [next(rows, None), next(rows, None)]
    row = found[0]
    if row is None or found[1] is not None:
        findings.add("head", "head", "there must be exactly one row that says how long the ledger is")
        return
    _id, size, edge = row
    if type(size) is not int or size < 0 or type(edge) is not bytes:
        findings.add("head", "head", "does not say how long the ledger is")
    elif size > computed.size:
        findings.add("missing", "head", f"{size} leaves were written, {computed.size} are there", computed.size)
    elif size < computed.size:
        findings.add("extra", "head", f"{size} leaves were written, {computed.size} are there", size)
    elif edge != Frontier.load(computed.size, computed).to_bytes():
        _narrow_by_frontier(findings, computed, edge)


def _narrow_by_frontier(findings: Findings, computed: ComputedHashes, edge: bytes) -> None:
    """The head's hashes are of blocks whose sizes are powers of two: the first that differs holds the fault."""
    try:
        kept = Frontier.from_bytes(edge)
        head = Head("head", kept.size, kept.root())
    except ValueError as error:
        findings.add("head", "head", str(error))
        return
    if kept.size != computed.size:
        findings.add("head", "head", f"its hashes are of {kept.size} leaves, {computed.size} are there")
        return
    _report(findings, [head], computed)


def check(findings: Findings, promises: Promises, computed: ComputedHashes, roots: dict[int, bytes]) -> int:
    """Every believed head is one that the leaves lead to; where one is not, how far the fault can be narrowed.

    Returns how many leaves the heads prove.
    """
    kept: list[Head] = []
    wrong: list[Head] = []
    for size, heads in sorted(promises.heads.items()):
        for head in heads:
            if size in roots and roots[size] == head.root:
                # What was signed after history was rewritten fits it; only what came before the first lie proves.
                if not wrong:
                    kept = [head]
            elif len(wrong) < NARROWED:
                wrong.append(head)
    kept = [head for head in kept if not wrong or head.size < wrong[0].size]
    if wrong:
        _report(findings, kept + wrong, computed)
    _head_row(findings, computed)
    return kept[0].size if kept else 0


def _report(findings: Findings, heads: Sequence[Head], computed: ComputedHashes) -> None:
    for one in departures(heads, computed, RowHashes()):
        if one.head.size > computed.size:
            findings.add(
                "missing",
                one.head.where,
                f"{one.head.size} leaves promised, {computed.size} present",
                computed.size,
            )
        else:
            findings.add("altered", one.head.where, f"the first {one.head.size} leaves do not give its root")
        if one.last is not None:
            if one.first == one.last:
                findings.exact = one.first if findings.exact is None else min(findings.exact, one.first)
            else:
                findings.spans.append((one.first, one.last))
