"""Appending: one leaf for each committed action, inside the action's own transaction.

:func:`append` is what every action uses. :func:`append_many` writes many at once in one transaction, for imports: the same
bytes, one lock on the head, rows in bulk. What an action changed is read by :func:`prepare`, right after it changed it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from quarterdeck.engines.merkle.canonical import MAX_LEAF_BYTES, canonical_bytes
from quarterdeck.engines.merkle.commitment import commit
from quarterdeck.engines.merkle.hashing import leaf_hash
from quarterdeck.engines.merkle.tree import Frontier
from quarterdeck.kernel.ledger.models import Head, Leaf, Place, Subtree, Version
from quarterdeck.kernel.permissions.models import Unit, Wall
from quarterdeck.kernel.permissions.scope import Scope, unit_of
from quarterdeck.kernel.records import JSON, Record, plain
from quarterdeck.kernel.resource.registry import resource_of

if TYPE_CHECKING:
    from quarterdeck.kernel.actions.base import Context
    from quarterdeck.kernel.resource.registry import Resource

FORMAT = 1
SALT_BYTES = 16
#: What nobody holds: the permission of a leaf that touches two walls, which nobody is shown.
NOBODY = "ledger.leaf.nobody"


class LeafTooLong(ValueError):
    """One action changed more records than one leaf can name; do it in several."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One version to be written: a record as an action left it."""

    record_type: str
    record_id: int
    revision: int
    salt: bytes
    content: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything a leaf says but its number."""

    at: datetime
    action: str
    actor_id: int
    system: bool
    record_type: str
    record_id: int
    view: str
    unit_id: int | None
    wall_id: int | None
    versions: tuple[Draft, ...]
    erased: tuple[tuple[str, int], ...]

    def body(self, seq: int) -> bytes:
        """The canonical bytes of this entry as leaf ``seq``. Raises `LeafTooLong`."""
        changes: list[JSON] = [
            {"digest": one.digest.hex(), "id": one.record_id, "revision": one.revision, "type": one.record_type}
            for one in self.versions
        ]
        erased: list[JSON] = [{"id": key, "type": kind} for kind, key in self.erased]
        record: dict[str, JSON] = {"id": self.record_id, "type": self.record_type}
        text = canonical_bytes(
            {
                "action": self.action,
                "actor": self.actor_id,
                "at": plain(self.at),
                "changes": changes,
                "erased": erased,
                "n": seq,
                "record": record,
                "system": self.system,
                "unit": self.unit_id,
                "v": FORMAT,
                "view": self.view,
                "wall": self.wall_id,
            }
        )
        if len(text) > MAX_LEAF_BYTES:
            raise LeafTooLong(f"{self.action} changed {len(changes)} records at once; a leaf cannot name so many")
        return text


def wall_of(record: Record, scope: Scope | None) -> Wall | None:
    """The wall a record stands behind, following ``scope.wall``; a wall and its members stand behind the wall itself."""
    if isinstance(record, Wall):
        return record
    if scope is None:
        found = getattr(record, "wall", None)
        return found if isinstance(found, Wall) else None
    if scope.wall is None:
        return None
    found = record
    for step in scope.wall.split("__"):
        found = getattr(found, step, None)
    return found if isinstance(found, Wall) else None


def _scope_of(record: Record) -> Scope | None:
    try:
        return resource_of(type(record)).scope
    except KeyError:
        return None


def _unit_id(record: Record, scope: Scope) -> int | None:
    """The unit that counts for who may see the leaf. A record that could hang in a unit and hangs in none is the enterprise's."""
    if scope.unit is None:
        return None
    unit = unit_of(record, scope) or Unit.objects.filter(parent=None).first()
    return None if unit is None else unit.pk


def prepare(ctx: Context, action: str, record: Record, resource: Resource) -> Entry:
    """Read what ``action`` did, as it is now: the contents of every record it changed, each with a salt of its own."""
    walls = {
        wall.pk
        for wall in (
            wall_of(record, resource.scope),
            *(wall_of(changed, _scope_of(changed)) for changed in ctx.changed if changed is not record),
        )
        if wall is not None
    }
    drafts = []
    for changed in ctx.changed:
        salt = secrets.token_bytes(SALT_BYTES)
        content = canonical_bytes(changed.content())
        drafts.append(Draft(changed.type_code(), changed.pk, changed.revision, salt, content, commit(salt, content)))
    return Entry(
        at=ctx.at,
        action=action,
        actor_id=ctx.user.pk,
        system=ctx.actor.system,
        record_type=record.type_code(),
        record_id=record.pk,
        view=resource.view_permission if len(walls) < 2 else NOBODY,
        unit_id=_unit_id(record, resource.scope),
        wall_id=min(walls, default=None),
        versions=tuple(drafts),
        erased=tuple(ctx.erased),
    )


def append(ctx: Context, action: str, record: Record, resource: Resource) -> Leaf:
    """Write the leaf of ``action`` and the versions of every record it changed; the last write of its transaction."""
    return append_many([prepare(ctx, action, record, resource)])[0]


def append_many(entries: Iterable[Entry]) -> list[Leaf]:
    """Write a leaf for each entry, in order. Must run inside a transaction; holds the head's lock until it ends."""
    head = Head.objects.select_for_update().get(pk=1)
    frontier = Frontier.from_bytes(bytes(head.frontier))
    leaves: list[Leaf] = []
    leaf_rows: list[tuple[Any, ...]] = []
    version_rows: list[tuple[Any, ...]] = []
    subtrees: list[Subtree] = []
    erasures: list[tuple[int, str, int]] = []
    places: dict[tuple[str, int | None, int | None], int] = {}
    for entry in entries:
        seq = frontier.size
        text = entry.body(seq)
        hashed = leaf_hash(text)
        sight = (entry.view, entry.unit_id, entry.wall_id)
        if sight not in places:
            places[sight] = _place(*sight)
        leaves.append(
            Leaf(
                seq=seq,
                body=text,
                leaf_hash=hashed,
                at=entry.at,
                action=entry.action,
                actor_id=entry.actor_id,
                record_type=entry.record_type,
                record_id=entry.record_id,
                place_id=places[sight],
            )
        )
        leaf_rows.append(
            (seq, text, hashed, connection.ops.adapt_datetimefield_value(entry.at), entry.action, entry.actor_id,
             entry.record_type, entry.record_id, places[sight])
        )  # fmt: skip
        version_rows += [
            (seq, one.record_type, one.record_id, one.revision, one.digest, one.salt, one.content)
            for one in entry.versions
        ]
        subtrees += [Subtree(level=done.level, index=done.index, hash=done.hash) for done in frontier.append(hashed)]
        erasures += [(seq, kind, key) for kind, key in entry.erased]
    # Plain rows: through the ORM's bulk_create the same writing takes three times as long.
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT_LEAF, leaf_rows)
        if version_rows:
            cursor.executemany(_INSERT_VERSION, version_rows)
    Subtree.objects.bulk_create(subtrees)
    if erasures:
        _erase(erasures)
    head.size = frontier.size
    head.frontier = frontier.to_bytes()
    head.save(update_fields=["size", "frontier"])
    for leaf in leaves:
        leaf._state.adding = False
        leaf._state.db = connection.alias
    return leaves


_INSERT_LEAF = (
    "INSERT INTO ledger_leaf (seq, body, leaf_hash, at, action, actor_id, record_type, record_id, place_id) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_INSERT_VERSION = (
    "INSERT INTO ledger_version (leaf_id, record_type, record_id, revision, digest, salt, content) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s)"
)


def _place(view: str, unit: int | None, wall: int | None) -> int:
    """The place with that sight. Made under the head's lock, so there is one of each."""
    found = (
        Place.objects.filter(Q(unit_id=unit) if unit else Q(unit=None), Q(wall_id=wall) if wall else Q(wall=None))
        .filter(view_permission=view)
        .values_list("pk", flat=True)
        .first()
    )
    return found or Place.objects.create(view_permission=view, unit_id=unit, wall_id=wall).pk


def _erase(erasures: Iterable[tuple[int, str, int]]) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # Otherwise the bytes stay readable in the file until something else is written over them.
            cursor.execute("PRAGMA secure_delete = ON")
    for seq, kind, key in erasures:
        Version.objects.filter(record_type=kind, record_id=key, leaf_id__lt=seq).update(salt=None, content=None)
