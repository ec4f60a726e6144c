"""What every kept thing is: a :class:`Record` changes only inside an Action, and tells its content canonically.

``revision`` counts the changes (two people saving one record: the second is told). ``recorded_at`` says when we were
told; :class:`Dated` adds when it was so.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, Self, TypeAlias, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.base import ModelState
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel import clock

JSON: TypeAlias = "bool | int | str | list[JSON] | dict[str, JSON] | None"

M = TypeVar("M", bound=models.Model)

_writable: ContextVar[bool] = ContextVar("quarterdeck_writable", default=False)


class WriteOutsideAction(RuntimeError):
    """A record was about to change without an Action: no policy, no guard, no ledger entry."""


@contextmanager
def writing() -> Iterator[None]:
    """Used by the action runner alone: records may be saved inside the block."""
    token = _writable.set(True)
    try:
        yield
    finally:
        _writable.reset(token)


def demand_action(what: str) -> None:
    if not _writable.get():
        raise WriteOutsideAction(f"{what} outside an action; declare an Action and perform it")


class RecordQuerySet(models.QuerySet[M]):
    """Reads as any query set; its bulk writes need an action too."""

    def update(self, **kwargs: object) -> int:
        demand_action("update()")
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise WriteOutsideAction("records are not deleted; end, retire or erase them")

    def bulk_create(self, objs: Iterable[M], *args: object, **kwargs: object) -> list[M]:
        demand_action("bulk_create()")
        return super().bulk_create(objs, *args, **kwargs)  # type: ignore[arg-type]


def plain(value: object) -> JSON:
    """One field's value as canonical JSON: dates ISO, times UTC with Z, decimals and bytes as text, choices as their value."""
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} has no canonical form")


class Record(models.Model):
    """Base of everything the company keeps. Saved only by an Action, never deleted."""

    revision = models.PositiveIntegerField(default=0, editable=False)
    recorded_at = models.DateTimeField(_("recorded"), editable=False)

    objects: ClassVar[models.Manager[Self]] = models.Manager.from_queryset(RecordQuerySet)()

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        id: int
        pk: int

    #: Fields that name or describe a person; erasing the person empties them.
    personal_fields: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def type_code(cls) -> str:
        """``app.model``, as the ledger, the API and the command line name this type."""
        return cls._meta.label_lower

    @classmethod
    def from_db(  # type: ignore[override]  # the fetch mode is a later Django's
        cls, db: str | None, field_names: Collection[str], values: Collection[object]
    ) -> Self:
        """A row that was read. Its values are put in place as they came: the constructor, which asks of every field
        whether it was given, takes longer than reading them did. Fields left in the database are read when asked for."""
        made = cls.__new__(cls)
        made._state = ModelState()
        made._state.adding = False
        made._state.db = db
        made.__dict__.update(zip(field_names, values, strict=True))
        return made

    def save(self, *args: object, **kwargs: object) -> None:
        demand_action(f"saving {self.type_code()}")
        if self.recorded_at is None:
            self.recorded_at = clock.now()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        raise WriteOutsideAction("records are not deleted; end, retire or erase them")

    def content(self) -> dict[str, JSON]:
        """Every concrete field as canonical JSON; foreign keys as the id they point to."""
        return {field.attname: plain(getattr(self, field.attname)) for field in self._meta.concrete_fields}

    def clean(self) -> None:
        super().clean()


class DatedQuerySet(RecordQuerySet[M]):
    """Rows that hold for a span of days."""

    def on(self, day: date) -> Self:
        """Rows in effect on ``day`` (both ends included)."""
        return self.filter(in_effect_on(day))

    def during(self, start: date, end: date) -> Self:
        """Rows in effect on any day of ``start``…``end``."""
        return self.filter(Q(effective_from__lte=end) & (Q(effective_until=None) | Q(effective_until__gte=start)))


def in_effect_on(day: date, prefix: str = "") -> Q:
    """The condition "in effect on ``day``" for rows reached through ``prefix`` (``"membership__"``)."""
    return Q(**{f"{prefix}effective_from__lte": day}) & (
        Q(**{f"{prefix}effective_until": None}) | Q(**{f"{prefix}effective_until__gte": day})
    )


class Dated(Record):
    """A record with two times: ``effective_*`` is when it was so (last day included), ``recorded_at`` when we were told."""

    effective_from = models.DateField(_("from"))
    effective_until = models.DateField(_("until"), null=True, blank=True)

    objects: ClassVar[models.Manager[Self]] = models.Manager.from_queryset(DatedQuerySet)()

    class Meta:
        abstract = True

    def in_effect(self, day: date) -> bool:
        """Whether this row holds on ``day``."""
        return self.effective_from <= day and (self.effective_until is None or day <= self.effective_until)

    def clean(self) -> None:
        super().clean()
        if (
            self.effective_until is not None
            and self.effective_from is not None
            and self.effective_until < self.effective_from
        ):
            from django.core.exceptions import ValidationError

            raise ValidationError({"effective_until": _("The last day is before the first.")})
