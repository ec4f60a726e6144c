"""Signed heads, the folder that anyone can verify, and the proof of one leaf."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction

from quarterdeck.engines.merkle.export import inclusion_document, write_export
from quarterdeck.engines.merkle.hashing import MissingHashes, leaf_hash
from quarterdeck.engines.merkle.note import MAX_NOTE_BYTES
from quarterdeck.engines.merkle.note import Checkpoint as TreeHead
from quarterdeck.engines.merkle.signing import SigningKey, sign_checkpoint
from quarterdeck.engines.merkle.tree import Frontier, root_at
from quarterdeck.kernel import clock
from quarterdeck.kernel.ledger.keys import signing_key, verifier_keys
from quarterdeck.kernel.ledger.models import Checkpoint, Head
from quarterdeck.kernel.ledger.reading import RowHashes, leaf_bodies, snapshot

#: Consistency proofs in one export: enough for every witness of the last weeks, thinned out before.
EARLIER = 64
MOST_COPIES = 20_000


class LedgerBroken(Exception):
    """The stored tree does not hang together, so its head is not signed. ``ledger verify`` says where."""


class NoSuchLeaf(LookupError):
    """The ledger is not that long."""


class NotSignedYet(LookupError):
    """The leaf is there; no checkpoint covers it yet."""


def home_key() -> SigningKey:
    """The signing key of the home in use."""
    return signing_key(settings.HOME.keys, settings.HOME.settings.ledger_origin)


def checkpoint() -> Checkpoint:
    """Sign the present size and root, unless that size is signed already. Not an action: it changes no record.

    What is signed is read again from the stored hashes and must continue the last checkpoint: raises `LedgerBroken`
    rather than vouch for a tree that was tampered with. Call it outside an action's transaction.
    """
    with transaction.atomic():
        head = Head.objects.select_for_update().get(pk=1)
        last = Checkpoint.objects.order_by("-size").first()
        if last is not None and last.size == head.size:
            return last
        root = Frontier.from_bytes(bytes(head.frontier)).root()
        try:
            if root_at(head.size, RowHashes()) != root:
                raise LedgerBroken("the stored hashes do not give the head's root")
            if last is not None and root_at(last.size, RowHashes()) != bytes(last.root):
                raise LedgerBroken(f"the stored hashes do not continue the checkpoint of size {last.size}")
        except MissingHashes as error:
            raise LedgerBroken(str(error)) from error
        key = home_key()
        note = sign_checkpoint(TreeHead(key.verifier.name, head.size, root), [key])
        return Checkpoint.objects.create(size=head.size, root=root, note=note, at=clock.now())


def copies_folder() -> Path:
    """Where the home keeps copies of its checkpoints, for a witness or a backup to fetch."""
    return Path(settings.HOME.path) / "exports" / "checkpoints"


def keep_copy(row: Checkpoint) -> Path:
    """Write a checkpoint as a file of its own, beside the database; whole or not at all."""
    folder = copies_folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{row.size:012d}.checkpoint"
    draft = path.with_suffix(f".{os.getpid()}.part")
    draft.write_text(row.note, encoding="utf-8", newline="\n")
    draft.replace(path)
    return path


def copies() -> Iterator[tuple[str, bytes]]:
    """Name and text of the copies that the home keeps. A file too long to be a checkpoint is cut, and then is none."""
    folder = copies_folder()
    if not folder.is_dir():
        return
    for path in sorted(folder.glob("*.checkpoint"))[-MOST_COPIES:]:
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                yield f"{folder.name}/{path.name}", file.read(MAX_NOTE_BYTES + 1)


def export(directory: Path) -> TreeHead:
    """Write the ledger as a folder that anyone can verify without this product.

    The folder appears whole or not at all. Raises `ExportRefused` when it is there already or the stored leaves do not
    give the signed root, `LedgerBroken` when there is nothing that could be signed.
    """
    row = checkpoint()
    head = TreeHead(settings.HOME.settings.ledger_origin, row.size, bytes(row.root))
    keys = verifier_keys(settings.HOME.keys, settings.HOME.settings.ledger_origin)
    sizes = list(
        Checkpoint.objects.filter(size__lt=head.size, size__gt=0).order_by("size").values_list("size", flat=True)
    )
    with snapshot():
        return write_export(directory, leaf_bodies(0, head.size), row.note, keys, earlier=thinned(sizes))


def thinned(sizes: list[int]) -> list[int]:
    """At most ``EARLIER`` of the sizes: the newest half as they are, the rest evenly spread."""
    if len(sizes) <= EARLIER:
        return sizes
    half = EARLIER // 2
    old, new = sizes[:-half], sizes[-half:]
    return [old[at * len(old) // half] for at in range(half)] + new


def prove(seq: int, *, sign: bool = True) -> dict[str, object]:
    """The JSON document that proves leaf ``seq`` under the newest checkpoint, with the leaf's own bytes as text.

    Without ``sign`` no new checkpoint is made for it. Raises `NoSuchLeaf`, `NotSignedYet` or `LedgerBroken`.
    """
    length = Head.objects.values_list("size", flat=True).get(pk=1)
    if not 0 <= seq < length:
        raise NoSuchLeaf(f"there is no leaf {seq}; the ledger has {length}")
    row = checkpoint() if sign else Checkpoint.objects.order_by("-size").first()
    if row is None or row.size <= seq:
        raise NotSignedYet(f"no checkpoint covers leaf {seq} yet")
    head = TreeHead(settings.HOME.settings.ledger_origin, row.size, bytes(row.root))
    with snapshot():
        body = next(leaf_bodies(seq, seq + 1), None)
        if body is None:
            raise LedgerBroken(f"leaf {seq} cannot be read")
        try:
            document = inclusion_document(seq, head, row.note, RowHashes())
        except MissingHashes as error:
            raise LedgerBroken(str(error)) from error
    if document["leaf_hash"] != leaf_hash(body).hex():
        raise LedgerBroken(f"the bytes of leaf {seq} do not give its stored hash")
    document["line"] = body.decode("utf-8", "replace")
    return document
