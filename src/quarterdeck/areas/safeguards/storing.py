"""Many records of one import in one action: validated, written in bulk, each with its version in the action's leaf.

``ctx.save`` asks the database four times for each record; a catalogue of 1,200 requirements would take ten seconds under
the writer's lock. Here the fields are checked without the database (keys were made a moment before), and the constraints of
the tables hold as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from quarterdeck.kernel.actions.base import Context, Refused
from quarterdeck.kernel.records import Record

R = TypeVar("R", bound=Record)

#: What one leaf of the ledger can name; see ``MAX_LEAF_BYTES``.
MOST = 6_800


def add_many(ctx: Context, rows: Sequence[R]) -> list[R]:
    """Insert new records. Refused beyond what one leaf can name."""
    if len(ctx.changed) + len(rows) > MOST:
        raise _too_many()
    for row in rows:
        row.revision = 1
        row.recorded_at = ctx.at
        row.clean_fields(exclude=_keys(row))
        row.clean()
    if rows:
        type(rows[0]).objects.bulk_create(rows, batch_size=500)
    ctx.changed.extend(rows)
    return list(rows)


def change_many(ctx: Context, rows: Sequence[R], fields: Sequence[str]) -> None:
    """Write ``fields`` of records that exist, each with its next revision."""
    if len(ctx.changed) + len(rows) > MOST:
        raise _too_many()
    for row in rows:
        row.revision += 1
    if rows:
        type(rows[0]).objects.bulk_update(rows, [*fields, "revision"], batch_size=200)
    ctx.changed.extend(rows)


def _keys(row: Record) -> list[str]:
    return [field.name for field in row._meta.concrete_fields if field.remote_field is not None]


def _too_many() -> Refused:
    from django.utils.translation import gettext as _

    return Refused(_("More than %(most)d records at once are not taken in; split the file.") % {"most": MOST})
