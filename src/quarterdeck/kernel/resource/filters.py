"""What a list can be narrowed by, and how the values given are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.past import end_of
from quarterdeck.kernel.resource.registry import Resource, all_resources

MAX_VALUES = 50


class BadQuery(ValueError):
    """A list was asked for in a way it does not know; ``where`` names the parameter."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(message)
        self.where = where
        self.message = message


class Kind(StrEnum):
    """How a filter's value is given."""

    CHOICE = "choice"
    BOOLEAN = "boolean"
    REFERENCE = "reference"
    DAY = "day"
    TIME = "time"
    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True)
class Filter:
    """One field by which a list is narrowed. Days and times take ``name__from`` and ``name__until``."""

    name: str
    kind: Kind
    field: models.Field[Any, Any]
    target: type[models.Model] | None = None

    @property
    def label(self) -> str:
        return str(capfirst(str(self.field.verbose_name)))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names it takes in an address."""
        if self.kind in (Kind.DAY, Kind.TIME):
            return (f"{self.name}__from", f"{self.name}__until")
        return (self.name,)

    def choices(self) -> list[tuple[str, str]]:
        """Fixed values with their words; empty where values are records."""
        if self.kind is Kind.BOOLEAN:
            return [("true", _("yes")), ("false", _("no"))]
        return [(str(value), str(label)) for value, label in self.field.flatchoices or ()]

    def condition(self, parameter: str, values: Sequence[str]) -> Q:
        """The SQL condition; :class:`BadQuery` says what is wrong with a value."""
        if len(values) > MAX_VALUES:
            raise BadQuery(parameter, _("At most %(n)d values.") % {"n": MAX_VALUES})
        if self.kind in (Kind.DAY, Kind.TIME):
            return self._span(parameter, values[-1])
        return Q(**{f"{self.name}__in": [self.read(parameter, value) for value in values]})

    def read(self, parameter: str, value: str) -> object:
        """One value as the field keeps it."""
        if self.kind is Kind.BOOLEAN:
            if value not in {"true", "false"}:
                raise BadQuery(parameter, _("“%(value)s” is neither true nor false.") % {"value": value})
            return value == "true"
        if self.kind is Kind.CHOICE:
            known = {str(item): item for item, _label in self.field.flatchoices or ()}
            if value not in known:
                raise BadQuery(
                    parameter,
                    _("“%(value)s” is none of %(known)s.") % {"value": value, "known": ", ".join(sorted(known))},
                )
            return known[value]
        key = self.target._meta.pk if self.target is not None else self.field
        try:
            return key.to_python(value)
        except ValidationError as error:
            raise BadQuery(parameter, " ".join(error.messages)) from error

    def _span(self, parameter: str, value: str) -> Q:
        end = parameter.endswith("__until")
        lookup = f"{self.name}__{'lte' if end else 'gte'}"
        if self.kind is Kind.DAY:
            return Q(**{lookup: day(parameter, value)})
        parsed: datetime | date | None = None
        try:
            parsed = parse_datetime(value) if len(value) > 10 else None
        except ValueError:
            parsed = None
        if parsed is None or parsed.tzinfo is None:
            whole = day(parameter, value)
            from django.utils import timezone

            start = datetime(whole.year, whole.month, whole.day, tzinfo=timezone.get_default_timezone())
            parsed = end_of(whole) if end else start
        return Q(**{lookup: parsed})


def day(parameter: str, value: str) -> date:
    """An ISO date."""
    try:
        found = parse_date(value)
    except ValueError:
        found = None
    if found is None:
        raise BadQuery(parameter, _("“%(value)s” is no date like 2025-12-31.") % {"value": value})
    return found


def moment(parameter: str, value: str) -> datetime:
    """An RFC 3339 time with its offset."""
    try:
        found = parse_datetime(value)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise BadQuery(
            parameter, _("“%(value)s” is no time with an offset like 2025-12-31T09:00:00Z.") % {"value": value}
        )
    return found


def _kind(field: models.Field[Any, Any]) -> tuple[Kind, type[models.Model] | None]:
    if field.remote_field is not None:
        return Kind.REFERENCE, field.remote_field.model
    if field.choices:
        return Kind.CHOICE, None
    if isinstance(field, models.BooleanField):
        return Kind.BOOLEAN, None
    if isinstance(field, models.DateTimeField):
        return Kind.TIME, None
    if isinstance(field, models.DateField):
        return Kind.DAY, None
    if isinstance(field, models.IntegerField | models.DecimalField):
        return Kind.NUMBER, None
    return Kind.TEXT, None


@lru_cache(maxsize=256)
def _filter(model: type[Record], name: str) -> Filter:
    owner: type[models.Model] = model
    field: models.Field[Any, Any] | None = None
    for step in name.split("__"):
        found = owner._meta.get_field(step)
        assert isinstance(found, models.Field)
        field = found
        if found.remote_field is not None:
            owner = found.remote_field.model
    assert field is not None
    kind, target = _kind(field)
    return Filter(name, kind, field, target)


def filters(resource: Resource) -> tuple[Filter, ...]:
    """The filters a list offers, as declared."""
    return tuple(_filter(resource.model, name) for name in resource.filters)


@lru_cache(maxsize=256)
def _through_panels(code: str) -> tuple[str, ...]:
    found = {panel.via for owner in all_resources() for panel in owner.panels if panel.model.type_code() == code}
    return tuple(sorted(found))


def accepted(resource: Resource) -> Mapping[str, Filter]:
    """Every parameter a list takes: its declared filters, and the keys through which another record's panel leads here."""
    known: dict[str, Filter] = {}
    for name in (*resource.filters, *_through_panels(resource.code)):
        found = _filter(resource.model, name)
        for parameter in found.parameters:
            known.setdefault(parameter, found)
    return known
