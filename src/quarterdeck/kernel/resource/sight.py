"""What one person may see, asked once for each request or call.

A :class:`Sight` keeps the permissions of a person (one query) and which of the records that a page mentions they may
see (one query for each type mentioned), so that pages, API and command line cut names and counts by the same rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db import connection
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.http import HttpRequest

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.scope import everywhere, keys_where, permissions_of, rows_of
from quarterdeck.kernel.permissions.sql import Sql
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import Resource, resource_of

if TYPE_CHECKING:
    from quarterdeck.kernel.actions.base import Action

R = TypeVar("R", bound=Record)


class Sight:
    """The view of one person. Lives as long as one request or call; it never outlasts a change of permissions."""

    def __init__(self, user: User) -> None:
        self.user = user
        self._seen: dict[type[Record], dict[int, bool]] = {}
        self._rows: dict[str, QuerySet[Record]] = {}
        self._kept: dict[tuple[type[Model], int], Record] = {}
        self._whole: set[type[Model]] = set()

    @cached_property
    def permissions(self) -> frozenset[str]:
        """Every permission the person holds anywhere."""
        return permissions_of(self.user)

    def may_view(self, resource: Resource) -> bool:
        """Whether the person may see any row of this type at all."""
        return resource.view_permission in self.permissions or resource.scope.also is not None

    def may(self, action: type[Action[Any]]) -> bool:
        """Whether the person may do the action anywhere, on any row."""
        return action.code() in self.permissions

    def rows(self, resource: Resource) -> QuerySet[Record]:
        """The rows of this type that the person may see, in SQL."""
        kept = self._rows.get(resource.code)
        if kept is None:
            if self.may_view(resource):
                kept = rows_of(resource.model, resource.scope, self.user, resource.view_permission)
            else:
                kept = resource.model._base_manager.none()
            self._rows[resource.code] = kept
        # A fresh copy of the question; its answer is never kept.
        return kept.all()

    def each(self, model: type[R]) -> QuerySet[R]:
        """The rows of a model that the person may see, where the caller knows the model's own fields."""
        return cast("QuerySet[R]", self.rows(resource_of(model)))

    def sees_all(self, resource: Resource) -> bool:
        """Whether the person sees every row there is: no wall may stand before one, and every unit is open to them."""
        scope = resource.scope
        if scope.wall is not None or not self.may_view(resource) or not self.user.is_active or not _always(resource):
            return False
        question, values = everywhere(self.user, resource.view_permission)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {question}", values)
            return bool(cursor.fetchone()[0])

    def find(self, resource: Resource, key: int) -> Record | None:
        """The row with that key, or None where it does not exist for this person."""
        return self.rows(resource).select_related(*resource.select).filter(pk=key).first()

    def prime(self, records: Iterable[Model | None]) -> None:
        """Learn in one query for each type which of these records the person may see."""
        wanted: dict[type[Record], set[int]] = {}
        for record in records:
            if isinstance(record, Record) and record.pk not in self._seen.get(type(record), {}):
                wanted.setdefault(type(record), set()).add(record.pk)
        for model, keys in wanted.items():
            known = self._seen.setdefault(model, {})
            if model in self._whole:
                known.update(dict.fromkeys(keys, False))
                continue
            resource = registered(model)
            if resource is None:
                # No door leads to such a row; it shows only where an area declares it as part of another.
                known.update(dict.fromkeys(keys, True))
                continue
            seen = self._seen_among(resource, keys)
            known.update({key: key in seen for key in keys})

    def keys(self, resource: Resource) -> Sql | None:
        """The keys of :meth:`rows`, in no order, as SQL; None where there can be none."""
        return (
            keys_where(resource.model, resource.scope, self.user, resource.view_permission)
            if self.may_view(resource)
            else None
        )

    def _seen_among(self, resource: Resource, keys: set[int]) -> set[int]:
        worded = self.keys(resource)
        if worded is None:
            return set()
        question, values = worded
        places = ", ".join(["%s"] * len(keys))
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT "pk" FROM ({question}) seen WHERE "pk" IN ({places})', (*values, *keys))  # noqa: S608 - the query set's own SQL
            return {key for (key,) in cursor.fetchall()}

    def note(self, records: Iterable[Record]) -> None:
        """Remember records that were read through :meth:`rows` already."""
        for record in records:
            self._seen.setdefault(type(record), {})[record.pk] = True

    def settle(self, model: type[Record], keys: Iterable[int], seen: Iterable[int]) -> None:
        """Remember of all these keys which were found through :meth:`rows`; the others are hidden from the person."""
        found = set(seen)
        self._seen.setdefault(model, {}).update({key: key in found for key in keys})

    def keep(self, records: Iterable[Record]) -> None:
        """Remember whole records that were read through :meth:`rows`, so that other rows of the page may name them."""
        for record in records:
            self._seen.setdefault(type(record), {})[record.pk] = True
            self._kept[type(record), record.pk] = record

    def keep_all(self, model: type[Model], records: Iterable[Record]) -> None:
        """The same of every record of that model that the person may see: any other is known to be hidden."""
        self.keep(records)
        self._whole.add(model)

    def keeps(self, model: type[Model]) -> bool:
        """Whether any record of that model was kept."""
        return any(kind is model for kind, _key in self._kept)

    def kept(self, model: type[Model], key: int) -> Record | None:
        """The record, if it was kept."""
        return self._kept.get((model, key))

    def shows(self, record: Model | None) -> bool:
        """Whether the person may see this record; what is no record of the registry (a user, a role) is not hidden."""
        if record is None:
            return False
        if not isinstance(record, Record):
            return True
        if record.pk not in self._seen.get(type(record), {}):
            self.prime([record])
        return self._seen[type(record)][record.pk]


@cache
def _always(resource: Resource) -> bool:
    """Whether each of its rows hangs in some unit."""
    if resource.scope.unit is None:
        return False
    model: type[Model] = resource.model
    for step in resource.scope.unit.split("__"):
        found = model._meta.pk if step == "pk" else model._meta.get_field(step)
        if not isinstance(found, Field) or found.null:
            return False
        model = found.related_model if isinstance(found, ForeignKey) else model
    return True


def registered(model: type[Record]) -> Resource | None:
    """The resource of a model, or None where no area declares one."""
    try:
        return resource_of(model)
    except KeyError:
        return None


def sight_of(request: HttpRequest) -> Sight:
    """The sight of the person who asks, kept for the request. The person must be signed in."""
    kept = getattr(request, "_sight", None)
    if kept is None or kept.user != request.user:
        assert isinstance(request.user, User)
        kept = Sight(request.user)
        request._sight = kept  # type: ignore[attr-defined]
    assert isinstance(kept, Sight)
    return kept
