"""Permission as a query-set filter.

A :class:`Scope` says how rows of a model hang in the organisation: through which unit, whose own they are, behind which
wall. :func:`permitted` turns scope, user and permission into one SQL condition, so that lists, counts, choices, search
and the ledger page are all cut by the same rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, Exists, Model, OuterRef, Q, QuerySet, Value, When

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Assignment, Grant, Unit, UnitLine
from quarterdeck.kernel.permissions.sql import (
    TRUTH,
    Holds,
    KeysOfUser,
    OutsideNoWall,
    Sql,
    UnitsWhere,
    held_everywhere,
    permissions_held,
)
from quarterdeck.kernel.records import in_effect_on

M = TypeVar("M", bound=Model)
_YES, _NO = Value(True, output_field=TRUTH), Value(False, output_field=TRUTH)


@dataclass(frozen=True)
class Scope:
    """Where the rows of one model hang.

    ``unit``: lookup to the unit (``"unit"``, ``"incident__unit"``; ``"pk"`` for units themselves), or None for what belongs to the enterprise as a whole
    and is open to whoever holds the permission anywhere.
    ``own``: lookups to a user whose own row it is.
    ``wall``: lookup to the nullable wall.
    ``also``: from user and permission to a further condition under which rows are open, for rows that are seen through
    the records that cite them (files).
    """

    unit: str | None = None
    own: tuple[str, ...] = field(default=())
    wall: str | None = None
    also: Callable[[User, str], Q] | None = None


def units_where(user: User, permission: str, day: date | None = None) -> QuerySet[UnitLine, int]:
    """Ids of the units in which ``user`` holds ``permission``, as a subquery."""
    return UnitLine.objects.filter(
        Exists(_holding(user, permission, Grant.Reach.UNIT, day).filter(unit=OuterRef("above")))
    ).values_list("below", flat=True)


def in_units(path: str, user: User, permission: str) -> Q:
    """Rows whose unit, at ``path``, is one in which ``user`` holds ``permission``: the condition alone, written out in SQL."""
    return _in_units(path, user.pk, permission, clock.today())


def _in_units(path: str, user: int, permission: str, day: date) -> Q:
    return Q(**{f"{path}__in": UnitsWhere(user, permission, Grant.Reach.UNIT.value, day)})


def _holding(user: User, permission: str, reach: str, day: date | None = None) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        in_effect_on(day or clock.today()), user=user, role__grants__permission=permission, role__grants__reach=reach
    )


def holds(user: User, permission: str) -> bool:
    """Whether ``user`` holds ``permission`` anywhere, on any rows. One query."""
    if not user.is_active:
        return False
    return Assignment.objects.filter(
        in_effect_on(clock.today()), user=user, role__grants__permission=permission
    ).exists()


def holds_for_own(user: User, permission: str) -> Q:
    """Whether ``user`` holds ``permission`` for own rows, as a condition: for a :class:`Scope` that says by ``also`` which
    rows are somebody's own."""
    return Q(Holds(user.pk, permission, Grant.Reach.OWN.value, clock.today()))


def permissions_of(user: User) -> frozenset[str]:
    """Every permission the user holds anywhere: to decide which buttons and menus are drawn. One query."""
    if not user.is_active:
        return frozenset()
    return permissions_held(user.pk, clock.today())


def outside_no_wall(user: User, wall: str) -> Q:
    """Rows with no wall, a lifted wall, or a wall that ``user`` is inside."""
    return Q(OutsideNoWall(f"{wall}_id", user.pk))


def condition(scope: Scope, user: User, permission: str) -> Q:
    """The rows on which ``user`` may do ``permission``, as one condition on a model of that scope."""
    further = None if scope.also is None else scope.also(user, permission)
    return _condition(scope, user.pk, permission, clock.today(), further)


def _condition(scope: Scope, user: int, permission: str, day: date, further: Q | None = None) -> Q:
    if scope.unit is None:
        allowed = Q(Holds(user, permission, Grant.Reach.UNIT.value, day))
    else:
        allowed = _in_units(scope.unit, user, permission, day)
    if scope.own:
        own = Q()
        for path in scope.own:
            own |= _own(path, scope.unit, user)
        allowed |= own & Q(Holds(user, permission, Grant.Reach.OWN.value, day))
    if further is not None:
        allowed |= further
    return allowed if scope.wall is None else allowed & Q(OutsideNoWall(f"{scope.wall}_id", user))


def _own(path: str, unit: str | None, user: int) -> Q:
    """Rows that lead to ``user`` by ``path``.

    A row that hangs in one table by its unit and in another by its owner could be found through neither's index: the
    database would read everybody's rows. So an owner is looked up first, and the row's own column is compared.
    """
    through, _mark, last = path.rpartition("__")
    if not through or unit is None or through == unit.rpartition("__")[0]:
        return Q(**{path: user})
    return Q(**{f"{through}__in": KeysOfUser(through, last, user)})


@lru_cache(maxsize=1024)
def _remembered(model: type[Model], scope: Scope, user: int, permission: str, day: date) -> QuerySet[Model]:
    return model._base_manager.filter(_condition(scope, user, permission, day))


def rows_of(model: type[M], scope: Scope, user: User, permission: str) -> QuerySet[M]:
    """The rows of ``model`` on which ``user`` may do ``permission``.

    The question is put into words once for a person and a day, which takes a tenth of a page. Its answer is never kept:
    roles, units and walls are looked up by the database whenever it is asked.
    """
    if scope.also is not None or not user.is_active:
        return permitted(model._base_manager.all(), scope, user, permission)
    return cast("QuerySet[M]", _remembered(model, scope, user.pk, permission, clock.today()).all())


def everywhere(user: User, permission: str) -> Sql:
    """Whether ``user`` holds ``permission`` in every unit, as a condition in SQL."""
    return held_everywhere(user.pk, permission, clock.today())


def keys_where(model: type[Model], scope: Scope, user: User, permission: str) -> Sql | None:
    """The keys of these rows as SQL, or None where there can be none: for what is asked on every page beside its rows."""
    if scope.also is not None or not user.is_active:
        return _in_words(permitted(model._base_manager.all(), scope, user, permission))
    return _keys_in_words(model, scope, user.pk, permission, clock.today())


@lru_cache(maxsize=1024)
def _keys_in_words(model: type[Model], scope: Scope, user: int, permission: str, day: date) -> Sql | None:
    return _in_words(_remembered(model, scope, user, permission, day))


def _in_words(rows: QuerySet[Model]) -> Sql | None:
    try:
        question, values = rows.order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return None
    return question, tuple(values)


def rows_tested(model: type[M], scope: Scope, user: User, permission: str) -> QuerySet[M]:
    """The same rows as :func:`rows_of`; the permission is tested row by row, and the database is not led to start from it."""
    if scope.also is not None or not user.is_active:
        return model._base_manager.filter(tested(condition(scope, user, permission)))
    return cast("QuerySet[M]", _remembered_tested(model, scope, user.pk, permission, clock.today()).all())


@lru_cache(maxsize=1024)
def _remembered_tested(model: type[Model], scope: Scope, user: int, permission: str, day: date) -> QuerySet[Model]:
    return model._base_manager.filter(tested(_condition(scope, user, permission, day)))


def tested(wanted: Q) -> Case:
    """The condition inside a CASE: it is tested row by row, and no index is chosen for it.

    It also names the row itself (no key is below nought). Where the condition reads another table alone, SQLite would
    first pass through the whole of that table, to sieve with what it finds there, and take longer for that than for the
    fifty rows.
    """
    return Case(When(pk__lt=0, then=_NO), When(wanted, then=_YES), default=_NO, output_field=TRUTH)


def permitted(queryset: QuerySet[M], scope: Scope, user: User, permission: str) -> QuerySet[M]:
    """The rows of ``queryset`` on which ``user`` may do ``permission``."""
    if not user.is_active:
        return queryset.none()
    return queryset.filter(condition(scope, user, permission))


def unit_of(record: Model, scope: Scope) -> Unit | None:
    """The unit a record hangs in, following ``scope.unit``."""
    if scope.unit is None:
        return None
    if scope.unit == "pk":
        return record if isinstance(record, Unit) else None
    found: object = record
    for step in scope.unit.split("__"):
        found = getattr(found, step, None)
    return found if isinstance(found, Unit) else None


__all__ = [
    "Scope",
    "condition",
    "everywhere",
    "holds",
    "holds_for_own",
    "in_units",
    "keys_where",
    "outside_no_wall",
    "permissions_of",
    "permitted",
    "rows_of",
    "rows_tested",
    "tested",
    "unit_of",
    "units_where",
]
