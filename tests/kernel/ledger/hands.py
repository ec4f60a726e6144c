"""What the tests of the ledger share: a ledger with a past, and hands that change it behind its back."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from quarterdeck.engines.merkle.canonical import canonical_bytes
from quarterdeck.engines.merkle.commitment import commit
from quarterdeck.engines.merkle.hashing import leaf_hash
from quarterdeck.engines.merkle.note import Checkpoint as TreeHead
from quarterdeck.engines.merkle.signing import SigningKey, sign_checkpoint
from quarterdeck.engines.merkle.tree import Frontier
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.ledger import checkpoints, triggers
from quarterdeck.kernel.ledger.append import Draft, Entry, append_many
from quarterdeck.kernel.ledger.models import Head, Leaf, Subtree
from quarterdeck.kernel.ledger.verify import Verified, verify

START = datetime(2025, 3, 1, 9, tzinfo=UTC)


def entry(number: int, actor: User, **said: object) -> Entry:
    """One entry about a record type that no table holds, so that only the ledger itself is judged."""
    salt = secrets.token_bytes(16)
    content = canonical_bytes({"id": number, "name": f"Thing {number}"})
    fields: dict[str, object] = {
        "at": START + timedelta(minutes=number),
        "action": "sample.thing.create",
        "actor_id": actor.pk,
        "system": False,
        "record_type": "sample.thing",
        "record_id": number,
        "view": "sample.thing.view",
        "unit_id": None,
        "wall_id": None,
        "versions": (Draft("sample.thing", number, 1, salt, content, commit(salt, content)),),
        "erased": (),
    }
    return Entry(**(fields | said))  # type: ignore[arg-type]


def fill(count: int, actor: User) -> None:
    """Append ``count`` leaves."""
    first = Head.objects.get().size
    with transaction.atomic():
        append_many(entry(first + at, actor) for at in range(count))


@contextmanager
def triggers_lifted() -> Iterator[None]:
    """What somebody does who owns the database."""
    with connection.cursor() as cursor:
        triggers.take(connection.vendor, cursor)
        try:
            yield
        finally:
            triggers.put(connection.vendor, cursor)


def by_hand(sql: str, parameters: Sequence[object] = ()) -> int:
    """Run a statement past the triggers; how many rows it changed."""
    with triggers_lifted(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)  # type: ignore[arg-type]
        return int(cursor.rowcount)


def hostile(sql: str, parameters: Sequence[object] = ()) -> None:
    """Run a statement past triggers, constraints and checks, as whoever holds the SQLite file can."""
    with triggers_lifted(), connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute(sql, parameters)  # type: ignore[arg-type]
        cursor.execute("PRAGMA ignore_check_constraints = OFF")


def rebuild(*, signed_by: SigningKey | None = None) -> None:
    """Recompute everything that follows from the leaves' bytes, as somebody does who rewrites history with care."""
    frontier = Frontier()
    done: list[Subtree] = []
    hashes: list[tuple[bytes, int]] = []
    for seq, body in Leaf.objects.order_by("seq").values_list("seq", "body"):
        hashes.append((leaf_hash(bytes(body)), seq))
        done += [Subtree(level=one.level, index=one.index, hash=one.hash) for one in frontier.append(hashes[-1][0])]
    with triggers_lifted(), connection.cursor() as cursor:
        cursor.executemany("UPDATE ledger_leaf SET leaf_hash = %s WHERE seq = %s", hashes)
        cursor.execute("DELETE FROM ledger_subtree")
        cursor.execute("UPDATE ledger_head SET size = %s, frontier = %s", [frontier.size, frontier.to_bytes()])
    Subtree.objects.bulk_create(done)
    if signed_by is not None:
        by_hand("DELETE FROM ledger_checkpoint")
        head = TreeHead(signed_by.verifier.name, frontier.size, frontier.root())
        note = sign_checkpoint(head, [signed_by])
        by_hand(
            "INSERT INTO ledger_checkpoint (size, root, note, at) VALUES (%s, %s, %s, %s)",
            [head.size, head.root, note, connection.ops.adapt_datetimefield_value(START)],
        )


def say_otherwise(seq: int, old: bytes, new: bytes) -> None:
    """Change words in a leaf's bytes, nothing else."""
    body = bytes(Leaf.objects.values_list("body", flat=True).get(pk=seq))
    assert old in body
    by_hand("UPDATE ledger_leaf SET body = %s WHERE seq = %s", [body.replace(old, new), seq])


def key() -> SigningKey:
    return checkpoints.home_key()


def origin() -> str:
    return settings.HOME.settings.ledger_origin


def broken(**outside: str) -> Verified:
    """The verdict, which must be a bad one and must say why."""
    found = verify([(name, text.encode()) for name, text in outside.items()])
    assert not found.ok
    assert found.problems
    return found
