"""The tree as rows: reading hashes for proofs, signing checkpoints, verifying the database, exporting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from quarterdeck.engines.merkle.canonical import leaf_fault
from quarterdeck.engines.merkle.commitment import opens
from quarterdeck.engines.merkle.export import inclusion_document, write_export
from quarterdeck.engines.merkle.hashing import leaf_hash
from quarterdeck.engines.merkle.note import Checkpoint as TreeHead
from quarterdeck.engines.merkle.note import parse_note, signature_fault
from quarterdeck.engines.merkle.signing import SigningKey, sign_checkpoint
from quarterdeck.engines.merkle.tree import Frontier
from quarterdeck.kernel import clock
from quarterdeck.kernel.ledger.keys import signing_key
from quarterdeck.kernel.ledger.models import Checkpoint, Head, Leaf, Subtree, Version

CHUNK = 2000


class RowHashes:
    """Stored hashes as the engine reads them: level 0 are the leaves, higher levels the complete subtrees."""

    def read(self, level: int, start: int, count: int) -> bytes:
        """``count`` hashes of ``level`` from number ``start``; fewer when rows are missing."""
        if level == 0:
            rows = Leaf.objects.filter(seq__gte=start, seq__lt=start + count).order_by("seq").values_list("leaf_hash", flat=True)
        else:
            rows = (
                Subtree.objects.filter(level=level, index__gte=start, index__lt=start + count)
                .order_by("index")
                .values_list("hash", flat=True)
            )
        return b"".join(bytes(row) for row in rows)


def home_key() -> SigningKey:
    """The signing key of the home in use."""
    return signing_key(settings.HOME.keys, settings.HOME.settings.ledger_origin)


def checkpoint() -> Checkpoint:
    """Sign the present size and root, unless that size is signed already. Not an action: it changes no record."""
    with transaction.atomic():
        head = Head.objects.select_for_update().get(pk=1)
        present = Checkpoint.objects.filter(size=head.size).first()
        if present is not None:
            return present
        root = Frontier.from_bytes(bytes(head.frontier)).root()
        key = home_key()
        note = sign_checkpoint(TreeHead(key.verifier.name, head.size, root), [key])
        return Checkpoint.objects.create(size=head.size, root=root, note=note, at=clock.now())


@dataclass(frozen=True)
class Verified:
    """What verification found. ``first_bad`` is the 0-based leaf that is wrong first, or None."""

    ok: bool
    size: int
    root: str
    first_bad: int | None
    checkpoint: str | None
    problems: tuple[str, ...] = ()


def verify(outside: str | None = None) -> Verified:
    """Recompute the whole ledger from its stored bytes.

    Compares every leaf with its number, its hash, the versions it commits to and the index columns beside it; the root with
    the head, with every signed checkpoint, and with ``outside``: the text of an earlier checkpoint that somebody else kept.
    """
    problems: list[str] = []
    first_bad: int | None = None

    def bad(leaf: int | None, problem: str) -> None:
        nonlocal first_bad
        if leaf is not None and (first_bad is None or leaf < first_bad):
            first_bad = leaf
        if len(problems) < 20:
            problems.append(problem)

    head = Head.objects.get(pk=1)
    wanted = _wanted_roots(outside, bad)
    frontier = Frontier()
    expected = 0
    subtree_bad: int | None = None
    for seq, body, stored, columns in _leaves():
        if seq != expected:
            bad(min(seq, expected), f"leaf {expected} is missing: the next one there is {seq}")
            break
        fault = leaf_fault(seq, body)
        if fault is not None:
            bad(seq, f"leaf {seq}: {fault}")
            break
        digest = leaf_hash(body)
        if digest != stored:
            bad(seq, f"leaf {seq}: its bytes do not give the stored hash")
            break
        if not _columns_agree(body, columns):
            bad(seq, f"leaf {seq}: the columns beside it do not say what it says")
        for done in frontier.append(digest):
            kept = Subtree.objects.filter(level=done.level, index=done.index).values_list("hash", flat=True).first()
            if subtree_bad is None and (kept is None or bytes(kept) != done.hash):
                subtree_bad = done.index * 256**done.level
        expected += 1
        for root, where in wanted.pop(expected, ()):
            if frontier.root() != root:
                bad(subtree_bad if subtree_bad is not None else _after_last_good(expected), f"{where} at size {expected} signs another root")
    for size, claims in sorted(wanted.items()):
        for _root, where in claims:
            if size > 0:
                bad(min(expected, size), f"{where} signs {size} leaves; there are {expected}")
    if subtree_bad is not None:
        bad(subtree_bad, f"the stored hash of leaves from {subtree_bad} on is not that of their bytes")
    if first_bad is None and (head.size != expected or bytes(head.frontier) != frontier.to_bytes()):
        bad(min(head.size, expected), f"the head counts {head.size} leaves; there are {expected}")
    _check_versions(bad, expected)
    latest = Checkpoint.objects.order_by("-size").first()
    return Verified(not problems, expected, frontier.root().hex(), first_bad, latest.note if latest else None, tuple(problems))


def _after_last_good(size: int) -> int:
    earlier = Checkpoint.objects.filter(size__lt=size).order_by("-size").values_list("size", flat=True).first()
    return earlier or 0


def _wanted_roots(outside: str | None, bad: object) -> dict[int, list[tuple[bytes, str]]]:
    wanted: dict[int, list[tuple[bytes, str]]] = {}
    key = home_key().verifier
    notes = [(row.note, "a checkpoint") for row in Checkpoint.objects.order_by("size").iterator()]
    if outside is not None:
        notes.append((outside, "the checkpoint kept outside"))
    for text, where in notes:
        note = parse_note(text.encode("utf-8"))
        fault = signature_fault(note, [key])
        head = TreeHead.parse(note.text)
        if fault is not None and callable(bad):
            bad(None, f"{where} of size {head.size}: {fault}")
        wanted.setdefault(head.size, []).append((head.root, where))
    return wanted


Columns = tuple[str, int, str, int, str, int | None, int | None]


def _leaves() -> Iterator[tuple[int, bytes, bytes, Columns]]:
    rows = Leaf.objects.order_by("seq").values_list(
        "seq", "body", "leaf_hash", "action", "actor_id", "record_type", "record_id", "view_permission", "unit_id", "wall_id"
    )
    for seq, body, stored, *columns in rows.iterator(chunk_size=CHUNK):
        yield seq, bytes(body), bytes(stored), tuple(columns)  # type: ignore[misc]


def _columns_agree(body: bytes, columns: Columns) -> bool:
    action, actor, kind, key, view, unit, wall = columns
    # Canonical text has each of these exactly once, so a search in the bytes is a comparison without parsing.
    fragments = (
        f'"action":"{action}"',
        f'"actor":{actor}',
        f'"record":{{"id":{key},"type":"{kind}"}}',
        f'"unit":{"null" if unit is None else unit}',
        f'"view":"{view}"',
        f'"wall":{"null" if wall is None else wall}',
    )
    return all(fragment.encode() in body for fragment in fragments)


def _check_versions(bad: object, size: int) -> None:
    """Every version opens the digest it carries (unless erased), and its leaf carries that digest."""
    assert callable(bad)
    rows = (
        Version.objects.order_by("leaf_id", "pk")
        .values_list("leaf_id", "leaf__body", "digest", "salt", "content", "record_type", "record_id")
        .iterator(chunk_size=CHUNK)
    )
    counted: dict[int, int] = {}
    for leaf, body, digest, salt, content, kind, key in rows:
        counted[leaf] = counted.get(leaf, 0) + 1
        if bytes(digest).hex().encode() not in bytes(body):
            bad(leaf, f"leaf {leaf} does not commit to the kept version of {kind} {key}")
        elif content is not None and not opens(bytes(digest), bytes(salt or b""), bytes(content)):
            bad(leaf, f"the kept version of {kind} {key} is not the one leaf {leaf} commits to")
    for seq, body in Leaf.objects.filter(seq__lt=size).order_by("seq").values_list("seq", "body").iterator(chunk_size=CHUNK):
        if bytes(body).count(b'"digest":') != counted.get(seq, 0):
            bad(seq, f"leaf {seq} commits to versions that are not there")
            break


def export(directory: Path) -> TreeHead:
    """Write the ledger as a folder that anyone can verify without this product."""
    key = home_key()
    row = checkpoint()
    head = TreeHead.parse(parse_note(row.note.encode("utf-8")).text)
    bodies = Leaf.objects.filter(seq__lt=head.size).order_by("seq").values_list("body", flat=True).iterator(chunk_size=CHUNK)
    earlier = [size for size in Checkpoint.objects.filter(size__lt=head.size, size__gt=0).values_list("size", flat=True)]
    return write_export(directory, (bytes(body) for body in bodies), row.note, [key.verifier], earlier=earlier)


def prove(seq: int) -> dict[str, object]:
    """The JSON document that proves leaf ``seq`` under the latest checkpoint."""
    row = checkpoint()
    head = TreeHead.parse(parse_note(row.note.encode("utf-8")).text)
    return inclusion_document(seq, head, row.note, RowHashes())


