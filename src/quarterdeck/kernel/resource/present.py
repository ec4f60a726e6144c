"""A row as values and as JSON: the one serialiser of pages, API and command line.

Only what a resource declares (details and columns) leaves through a door. A reference to a record that the person may
not see reads as unknown, as if nothing stood there.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Prefetch, prefetch_related_objects
from django.db.models.fields.files import FieldFile
from django.utils.functional import Promise
from django.utils.text import capfirst

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.records import JSON, Dated, Record, plain
from quarterdeck.kernel.resource.registry import Column, Resource, Text
from quarterdeck.kernel.resource.sight import Sight, registered


@dataclass(frozen=True)
class Ref:
    """A record named in another one's field. ``id`` is a number, or a code for rows with a code as their key."""

    type: str
    id: int | str
    title: str


@dataclass(frozen=True)
class Choice:
    """One of a field's fixed values and its word."""

    value: str | int
    label: str


@runtime_checkable
class Measured(Protocol):
    """A field whose numbers have a unit: one for all records, or one that a field beside it names on each."""

    def unit(self) -> str:
        """The unit of all records."""

    def unit_field(self) -> str:
        """The field of the same record that names its unit; empty where all have one."""


@dataclass(frozen=True)
class Attribute:
    """One declared attribute of a resource, with what its model says of it."""

    name: str
    column: Column
    steps: tuple[str, ...]
    field: models.Field[Any, Any] | None
    choices: dict[Any, Text] | None

    @property
    def label(self) -> str:
        """The heading, in the reader's language."""
        if self.column.label:
            return str(self.column.label)
        if self.field is not None:
            return str(capfirst(str(self.field.verbose_name)))
        return str(capfirst(self.name.replace("_", " ")))

    @property
    def measured(self) -> Measured | None:
        """The field, where its numbers have a unit."""
        field: object = self.field
        return field if isinstance(field, Measured) else None

    def holds(self, record: Record, sight: Sight) -> object:
        """The value: None, bool, number, text, day, time, :class:`Choice`, :class:`Ref` or a list of them."""
        if self.column.value is not None:
            return _resolve(self.column.value(record), sight)
        found: object = record
        for step in self.steps:
            if isinstance(found, Record) and found is not record and not sight.shows(found):
                return None
            found = getattr(found, step, None)
            if found is None:
                return None
        if self.choices is not None and isinstance(found, str | int) and found != "":
            return Choice(found, str(self.choices.get(found, found)))
        return _resolve(found, sight)

    @property
    def names_records(self) -> bool:
        """Whether its value may name another record."""
        return len(self.steps) > 1 or self.field is None or self.field.remote_field is not None

    def refers(self, record: Record) -> Iterable[models.Model]:
        """The records that :meth:`holds` will name, so that they can be looked up together."""
        found: object = record
        for step in self.steps:
            found = getattr(found, step, None)
            if not isinstance(found, models.Model):
                return
            yield found


def _resolve(value: object, sight: Sight) -> object:
    if callable(value) and not isinstance(value, Promise):
        value = value()
    if isinstance(value, models.Model):
        return reference(value, sight)
    if isinstance(value, models.Manager | models.QuerySet):
        rows = list(value.all())
        sight.prime(rows)
        return [named for row in rows if (named := reference(row, sight)) is not None]
    if isinstance(value, list | tuple | set | frozenset):
        return [_resolve(item, sight) for item in value]
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, FieldFile):
        return value.name or None
    return None if value == "" else value


def reference(record: models.Model | None, sight: Sight) -> Ref | None:
    """How a record is named by another; None where the person may not see it."""
    if record is None or not sight.shows(record):
        return None
    return Ref(record._meta.label_lower, record.pk, str(record))


@lru_cache(maxsize=4096)
def _attribute(model: type[Record], column: Column) -> Attribute:
    steps = tuple(column.name.split("__"))
    found: models.Field[Any, Any] | None = None
    if column.value is None:
        owner: type[models.Model] = model
        for step in steps:
            try:
                candidate = owner._meta.get_field(step)
            except FieldDoesNotExist:
                found = None
                break
            if not isinstance(candidate, models.Field):
                found = None
                break
            found = candidate
            if candidate.remote_field is not None:
                owner = candidate.related_model  # type: ignore[assignment]
    choices = dict(found.flatchoices) if found is not None and found.choices else None
    return Attribute(column.name, column, steps, found, choices)


def columns(resource: Resource) -> tuple[Attribute, ...]:
    """The columns of the list."""
    return tuple(_attribute(resource.model, column) for column in resource.columns)


@lru_cache(maxsize=512)
def _detail_columns(details: tuple[str | Column, ...], declared: tuple[Column, ...]) -> tuple[Column, ...]:
    by_name = {column.name: column for column in declared}
    return tuple(item if isinstance(item, Column) else by_name.get(item, Column(item)) for item in details) or declared


def details(resource: Resource) -> tuple[Attribute, ...]:
    """What the record's own page shows."""
    wanted = _detail_columns(resource.details, resource.columns)
    return tuple(_attribute(resource.model, column) for column in wanted)


def declared(resource: Resource) -> tuple[Attribute, ...]:
    """Details, then the columns that are not among them: everything that may leave through a door."""
    shown = details(resource)
    names = {attribute.name for attribute in shown}
    return (*shown, *(attribute for attribute in columns(resource) if attribute.name not in names))


def fetch(
    resource: Resource, records: Sequence[Record], attributes: Sequence[Attribute], sight: Sight | None = None
) -> None:
    """Read together, one query for each foreign key, what these rows name and the list did not join.

    What ``sight`` has read already is taken from there.
    """
    if not records:
        return
    # A column that is worked out, or reads through a record, may need any of its fields; a name needs few.
    naming = all(attribute.column.value is None and len(attribute.steps) == 1 for attribute in attributes)
    wanted: list[Prefetch[Any]] = []
    for name in {attribute.steps[0] for attribute in attributes if attribute.column.value is None}:
        try:
            field = resource.model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if not isinstance(field, models.ForeignKey) or all(field.is_cached(record) for record in records):
            continue
        target: type[models.Model] = field.remote_field.model
        if sight is not None and _from_sight(field, target, records, sight):
            continue
        owner = registered(target) if issubclass(target, Record) else None
        rows = None
        if owner is not None and naming and owner.named_by:
            rows = named(target._base_manager.all(), owner)
        elif owner is not None and owner.select:
            rows = target._base_manager.select_related(*owner.select)
        wanted.append(Prefetch(name, queryset=rows))
    if wanted:
        prefetch_related_objects(list(records), *wanted)


def named(rows: models.QuerySet[Any], resource: Resource) -> models.QuerySet[Any]:
    """``rows`` of a resource with only what their names are made of, where it is declared."""
    if not resource.named_by:
        return rows
    through = resource.named_through
    return (rows.select_related(*through) if through else rows).only("pk", *resource.named_by)


def _from_sight(
    field: models.ForeignKey[Any, Any], target: type[models.Model], records: Sequence[Record], sight: Sight
) -> bool:
    """Whether everything the rows name in ``field`` was read before; then it is given to them."""
    keys = [getattr(record, field.attname) for record in records]
    known = {key: sight.kept(target, key) for key in set(keys) if key is not None}
    if not all(known.values()):
        return False
    for record, key in zip(records, keys, strict=True):
        field.set_cached_value(record, None if key is None else known[key])
    return True


def prime(records: Sequence[Record], attributes: Sequence[Attribute], sight: Sight) -> None:
    """Look up together, one query for each type, which of the records named in these rows the person may see."""
    naming = [attribute for attribute in attributes if attribute.names_records]
    sight.prime(named for record in records for attribute in naming for named in attribute.refers(record))


def as_json(value: object) -> JSON:
    """A value of :meth:`Attribute.holds` as JSON; unknown is null."""
    if isinstance(value, Ref):
        return {"type": value.type, "id": value.id, "title": value.title}
    if isinstance(value, Choice):
        return value.value
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, float):
        # Ratios that a column computes; kept values are never floating point.
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    try:
        return plain(value)
    except TypeError:
        return str(value)


def document(resource: Resource, record: Record, sight: Sight) -> dict[str, JSON]:
    """The record as the API and the command line give it."""
    fields: dict[str, JSON] = {
        attribute.name: as_json(attribute.holds(record, sight)) for attribute in declared(resource)
    }
    made: dict[str, JSON] = {
        "type": resource.code,
        "id": record.pk,
        "title": str(record),
        "revision": record.revision,
        "recorded_at": plain(record.recorded_at),
        "fields": fields,
    }
    if isinstance(record, Dated):
        made["effective_from"] = plain(record.effective_from)
        made["effective_until"] = plain(record.effective_until)
    return made


def documents(resource: Resource, records: Sequence[Record], sight: Sight) -> list[dict[str, JSON]]:
    """Several rows, with one look-up of what they refer to."""
    fetch(resource, records, declared(resource))
    prime(records, declared(resource), sight)
    return [document(resource, record, sight) for record in records]


def person(user: User) -> dict[str, JSON]:
    """A signing-in user as JSON."""
    return {"type": user._meta.label_lower, "id": user.pk, "title": str(user)}


__all__ = [
    "Attribute", "Choice", "Measured", "Ref", "as_json", "columns", "declared", "details", "document", "documents", "fetch", "named", "person",
    "prime", "reference",
]  # fmt: skip
