"""Appending: one leaf for each committed action, inside the action's own transaction."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from quarterdeck.engines.merkle.canonical import canonical_bytes
from quarterdeck.engines.merkle.commitment import commit
from quarterdeck.engines.merkle.hashing import leaf_hash
from quarterdeck.engines.merkle.tree import Frontier
from quarterdeck.kernel.ledger.models import Head, Leaf, Subtree, Version
from quarterdeck.kernel.permissions.models import Unit, Wall
from quarterdeck.kernel.permissions.scope import Scope, unit_of
from quarterdeck.kernel.records import JSON, Record, plain

if TYPE_CHECKING:
    from quarterdeck.kernel.actions.base import Context
    from quarterdeck.kernel.resource.registry import Resource

FORMAT = 1
SALT_BYTES = 16


def wall_of(record: Record, scope: Scope) -> Wall | None:
    """The wall a record stands behind, following ``scope.wall``."""
    if scope.wall is None:
        return None
    found: object = record
    for step in scope.wall.split("__"):
        found = getattr(found, step, None)
    return found if isinstance(found, Wall) else None


def append(ctx: Context, action: str, record: Record, resource: Resource) -> Leaf:
    """Write the leaf of ``action`` and the versions of every record it changed; the last write of its transaction."""
    head = Head.objects.select_for_update().get(pk=1)
    seq = head.size
    unit: Unit | None = unit_of(record, resource.scope)
    wall = wall_of(record, resource.scope)
    versions: list[Version] = []
    changes: list[JSON] = []
    for changed in ctx.changed:
        salt = secrets.token_bytes(SALT_BYTES)
        content = canonical_bytes(changed.content())
        digest = commit(salt, content)
        versions.append(
            Version(
                leaf_id=seq,
                record_type=changed.type_code(),
                record_id=changed.pk,
                revision=changed.revision,
                digest=digest,
                salt=salt,
                content=content,
            )
        )
        changes.append({"digest": digest.hex(), "id": changed.pk, "revision": changed.revision, "type": changed.type_code()})
    erased: list[JSON] = [{"id": key, "type": kind} for kind, key in ctx.erased]
    body: dict[str, JSON] = {
        "action": action,
        "actor": ctx.user.pk,
        "at": plain(ctx.at),
        "changes": changes,
        "erased": erased,
        "n": seq,
        "record": {"id": record.pk, "type": record.type_code()},
        "system": ctx.actor.system,
        "unit": unit.pk if unit is not None else None,
        "v": FORMAT,
        "view": resource.view_permission,
        "wall": wall.pk if wall is not None else None,
    }
    text = canonical_bytes(body)
    hashed = leaf_hash(text)
    leaf = Leaf(
        seq=seq,
        body=text,
        leaf_hash=hashed,
        at=ctx.at,
        action=action,
        actor=ctx.user,
        record_type=record.type_code(),
        record_id=record.pk,
        view_permission=resource.view_permission,
        unit=unit,
        wall=wall,
    )
    leaf.save(force_insert=True)
    Version.objects.bulk_create(versions)
    for kind, key in ctx.erased:
        Version.objects.filter(record_type=kind, record_id=key, leaf_id__lt=seq).update(salt=None, content=None)
    frontier = Frontier.from_bytes(bytes(head.frontier))
    Subtree.objects.bulk_create(Subtree(level=done.level, index=done.index, hash=done.hash) for done in frontier.append(hashed))
    head.size = frontier.size
    head.frontier = frontier.to_bytes()
    head.save(update_fields=["size", "frontier"])
    return leaf
