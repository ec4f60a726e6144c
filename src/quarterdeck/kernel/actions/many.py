"""Writing many records in one action at the cost of a few: validated before the transaction, written in bulk inside it.

:meth:`Context.save` validates and writes one record with a handful of queries; ten thousand of them hold SQLite's only write
lock for longer than anybody waits. Here the same is done in two steps: :func:`sound` before the transaction, :func:`write_all`
inside it. What only the database knows (that a number is free, that a reference leads somewhere) it refuses itself, and
then nothing is kept. The caller says in which leaves the records stand: :func:`quarterdeck.kernel.ledger.append.append_many`.
"""

# ruff: noqa: S608 - names of tables and columns are the models' own; values are parameters

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _

from quarterdeck.kernel.actions.base import Stale
from quarterdeck.kernel.records import Record, demand_action

#: Fields that :func:`write_all` fills in.
WRITTEN = ("revision", "recorded_at")


def sound(record: Record, without: Iterable[str] = ()) -> None:
    """Every limit that the record's own fields set, but those of the fields ``without``. Asks the database nothing.

    Raises ValidationError. References are not looked up: whoever builds the record has read what it refers to.
    """
    references = [field.name for field in record._meta.concrete_fields if field.remote_field is not None]
    record.full_clean(exclude={*WRITTEN, *references, *without}, validate_unique=False, validate_constraints=False)


def write_all(at: datetime, records: Sequence[Record]) -> None:
    """Write records of one type, each with its next revision: new ones get their keys, known ones take the place of what stood.

    Runs inside an action's transaction. Raises Stale where a known one has another revision by now,
    IntegrityError where the database refuses one; either undoes the action.
    """
    if not records:
        return
    demand_action(f"saving {records[0].type_code()}")
    for record in records:
        record.revision += 1
        if record.recorded_at is None:
            record.recorded_at = at
    new = [record for record in records if record.pk is None]
    known = [record for record in records if record.pk is not None]
    model = type(records[0])
    if new:
        _insert(model, new)
    if known:
        _replace(model, known)


def _insert(model: type[Record], records: Sequence[Record]) -> None:
    """One prepared statement for all of them; the ORM writes a text for every few dozen, which takes three times as long."""
    fields = list(model._meta.concrete_fields)
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join("%s" for _field in fields)
    for record, key in zip(records, _keys(model, len(records)), strict=True):
        record.pk = key
    rows = [
        tuple(field.get_db_prep_save(field.pre_save(record, True), connection) for field in fields)
        for record in records
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)
    for record in records:
        record._state.adding, record._state.db = False, connection.alias


def _keys(model: type[Record], number: int) -> list[int]:
    """The next keys of a table, taken for good. SQLite has one writer, and this is it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
            found = cursor.fetchone()
            first = 1 + (0 if found is None else int(found[0]))
            return list(range(first, first + number))
        table, column = connection.ops.quote_name(model._meta.db_table), model._meta.pk.column
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, number]
        )
        return [int(row[0]) for row in cursor.fetchall()]


def _replace(model: type[Record], records: Sequence[Record]) -> None:
    """One prepared statement for all of them; through the ORM each row is a text of its own."""
    fields: list[models.Field[Any, Any]] = [field for field in model._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    key = model._meta.pk
    table = quote(model._meta.db_table)
    statement = f"UPDATE {table} SET {columns} WHERE {quote(str(key.column))} = %s AND revision = %s"
    values = attrgetter(*(field.attname for field in fields))
    rows = [
        (
            *(field.get_db_prep_save(value, connection) for field, value in zip(fields, values(record), strict=True)),
            record.pk,
            record.revision - 1,
        )
        for record in records
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
        if cursor.rowcount != len(rows):
            raise Stale(_("Somebody else changed one of these records at the same moment; try again."))


__all__ = ["sound", "write_all"]
