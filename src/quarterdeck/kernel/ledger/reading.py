"""Reading the ledger's tables lean and without trusting them: one snapshot, raw rows, bounded memory.

The ORM would cost more than the hashing, and it raises on values that no table of ours should hold. Whoever verifies
must look at exactly those.
"""

# ruff: noqa: S608 - every piece of SQL here is a text of ours; values are parameters

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection, transaction

from quarterdeck.engines.merkle.canonical import MAX_LEAF_BYTES
from quarterdeck.engines.merkle.hashing import HASH_BYTES

#: What reading a database that somebody tampered with may raise.
UNREADABLE = (DatabaseError, sqlite3.Error)
BATCH = 2048
_numbers = itertools.count()
Row = tuple[Any, ...]


def on_sqlite() -> bool:
    """Whether the record is kept by SQLite."""
    return bool(connection.vendor == "sqlite")


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside the block is of one moment, and no writer waits for it.

    Inside a transaction that is open already, it is that transaction's view.
    """
    connection.ensure_connection()
    if connection.in_atomic_block or (on_sqlite() and connection.connection.in_transaction):
        yield
    elif on_sqlite():
        # transaction.atomic() would take the write lock here; a deferred transaction only reads.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


@contextmanager
def raw_rows(sql: str, parameters: Sequence[object] = ()) -> Iterator[Iterator[Row]]:
    """Rows of a query as the driver gives them, one at a time. ``?`` marks parameters.

    On SQLite text comes as bytes, so that bytes that are no UTF-8 do not stop the reading; on PostgreSQL it is ``str``.
    Do not use the ORM inside the block.
    """
    connection.ensure_connection()
    raw = connection.connection
    if on_sqlite():
        kept = raw.text_factory
        raw.text_factory = bytes
        cursor = raw.cursor()
        try:
            cursor.execute(sql, tuple(parameters))
            yield iter(cursor)
        finally:
            cursor.close()
            raw.text_factory = kept
    elif not connection.in_atomic_block:
        raise RuntimeError("reading rows takes a snapshot")
    else:
        # Several may be open at once.
        with raw.cursor(f"ledger_{next(_numbers)}", binary=True) as cursor:
            cursor.itersize = 500
            cursor.execute(sql.replace("?", "%s"), tuple(parameters))
            yield iter(cursor)


def bounded(column: str, limit: int = MAX_LEAF_BYTES) -> str:
    """SQL of a bytes column, NULL where it is longer than ``limit``: nobody's row may fill our memory."""
    return f"CASE WHEN length({column}) <= {limit} THEN {column} END"


class RowHashes:
    """Stored hashes as the engine reads them: level 0 are the leaves, higher levels the complete subtrees."""

    def read(self, level: int, start: int, count: int) -> bytes:
        """``count`` hashes of ``level`` from number ``start``; fewer when rows are missing or hold no hash."""
        if level == 0:
            sql = "SELECT seq, leaf_hash FROM ledger_leaf WHERE seq >= ? AND seq < ? ORDER BY seq"
            parameters: tuple[int, ...] = (start, start + count)
        else:
            sql = (
                'SELECT "index", hash FROM ledger_subtree WHERE level = ? AND "index" >= ? AND "index" < ? '
                'ORDER BY "index"'
            )
            parameters = (level, start, start + count)
        found: list[bytes] = []
        with snapshot(), raw_rows(sql, parameters) as rows:
            for number, stored in rows:
                if number != start + len(found) or type(stored) is not bytes or len(stored) != HASH_BYTES:
                    break
                found.append(stored)
        return b"".join(found)


def leaf_bodies(start: int, end: int) -> Iterator[bytes]:
    """The stored bytes of leaves ``start`` to ``end - 1``; ends early where one is missing or is no bytes."""
    sql = f"SELECT seq, {bounded('body')} FROM ledger_leaf WHERE seq >= ? AND seq < ? ORDER BY seq"
    with snapshot(), raw_rows(sql, (start, end)) as rows:
        for expected, (seq, body) in enumerate(rows, start):
            if seq != expected or type(body) is not bytes:
                return
            yield body
