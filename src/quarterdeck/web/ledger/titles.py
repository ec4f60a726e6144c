"""What the records of a list of leaves are called, for whoever may see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from django.db import connection
from django.db.models import Exists, ForeignKey, OuterRef, Q, QuerySet

from quarterdeck.kernel import clock
from quarterdeck.kernel.ledger.models import Version
from quarterdeck.kernel.ledger.prepared import SOME_DAY, SOMEBODY, some_rows, statement
from quarterdeck.kernel.ledger.sight import PAGE, Line
from quarterdeck.kernel.permissions.scope import permitted
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.past import rebuild
from quarterdeck.kernel.resource.registry import all_resources, resource_of
from quarterdeck.kernel.resource.sight import Sight


class _NeedsAnother(Exception):
    """The title of a record names another record, which would have to be read."""


def titles(sight: Sight, lines: Sequence[Line]) -> dict[int, str]:
    """Leaf → title of its record as that action left it, where this person may see the record now. One query.

    Left out, so that they show by type and number: records one may not see, erased versions, and records that are called
    by another record's name (a vote by its voter), which would cost a query for each type. At most `PAGE` lines.
    """
    models = {resource.code: resource.model for resource in all_resources() if sight.may_view(resource)}
    about = {line.seq: (line.record_type, line.record_id) for line in lines}
    if not any(code in models for code, _key in about.values()):
        return {}
    # The text is the same for everyone who may look into these types; building it costs more than asking.
    asked = statement("titles", lambda: _visible_versions(tuple(models)), *models)
    with connection.cursor() as cursor:
        cursor.execute(asked.sql, asked.filled(sight.user, clock.today(), list(about), PAGE))
        rows = cursor.fetchall()
    made: dict[int, str] = {}
    for seq, code, key, content in rows:
        if about[seq] == (code, key):
            title = _title(models[code], bytes(content))
            if title:
                made[seq] = title
    return made


def _visible_versions(codes: Sequence[str]) -> QuerySet[Any]:
    """The versions in some leaves of records of these types that somebody may see, on some day."""
    known = Q(pk__in=())
    # Permissions hold on a day; the stand-in of it is found again when the place holders are filled.
    with clock.fixed(datetime.combine(SOME_DAY, time(12), tzinfo=UTC)):
        for code in codes:
            resource = resource_of(code)
            rows = resource.model._base_manager.filter(pk=OuterRef("record_id"))
            visible = permitted(rows, resource.scope, SOMEBODY, resource.view_permission)
            known |= Q(Exists(visible.order_by()), record_type=code)
        found = Version.objects.filter(known, leaf__in=some_rows(PAGE), content__isnull=False)
        return found.values_list("leaf_id", "record_type", "record_id", "content")


class _Unread:
    """Stands for another record that a title asks for."""

    def __str__(self) -> str:
        raise _NeedsAnother

    def __getattr__(self, name: str) -> object:
        raise _NeedsAnother


def _title(model: type[Record], content: bytes) -> str:
    record = rebuild(model, content)
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey) and getattr(record, field.attname) is not None:
            record._state.fields_cache[field.name] = _Unread()
    try:
        return str(record)
    except _NeedsAnother:
        return ""


__all__ = ["titles"]
