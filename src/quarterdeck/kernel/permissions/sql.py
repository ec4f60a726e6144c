"""The questions of permission in SQL, written out.

Every page asks them several times. Built by the query-set API each of them costs a third of a list page's time before
the database has seen it, so they are expressions with their text at hand. They are the same on SQLite and PostgreSQL.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, BooleanField, Field
from django.db.models.expressions import Expression, F
from django.db.models.sql.compiler import SQLCompiler

Sql = tuple[str, tuple[Any, ...]]

#: What a condition answers with: one field for all of them, since making one costs more than asking.
TRUTH = BooleanField()

_IN_EFFECT = 'qa."effective_from" <= %s AND (qa."effective_until" IS NULL OR qa."effective_until" >= %s)'
_GRANTS = 'INNER JOIN "permissions_grant" qg ON qg."role_id" = qa."role_id" WHERE qa."user_id" = %s AND '
_HELD = f'{_GRANTS}qg."permission" = %s AND qg."reach" = %s AND {_IN_EFFECT}'
# Said twice where two roles grant it: a set takes less time to find that than the database.
_ALL = f'SELECT qg."permission" FROM "permissions_assignment" qa {_GRANTS}{_IN_EFFECT}'  # noqa: S608 - constants
_UNITS = _HELD.join(
    (
        '(SELECT ql."below_id" FROM "permissions_assignment" qa '
        'INNER JOIN "permissions_unitline" ql ON ql."above_id" = qa."unit_id" ',
        ")",
    )
)
_EVERYWHERE = f'NOT EXISTS(SELECT 1 FROM "permissions_unit" qu WHERE qu."id" NOT IN {_UNITS})'  # noqa: S608 - constants
_HOLDS = _HELD.join(('EXISTS(SELECT 1 FROM "permissions_assignment" qa ', ")"))
_OUTSIDE_NO_WALL = (
    "({wall} IS NULL"
    ' OR EXISTS(SELECT 1 FROM "permissions_wall" qw WHERE qw."id" = {wall} AND qw."lifted_at" IS NOT NULL)'
    ' OR EXISTS(SELECT 1 FROM "permissions_wallmember" qm'
    ' WHERE qm."wall_id" = {wall} AND qm."user_id" = %s AND qm."left_at" IS NULL))'
)


def permissions_held(user_id: int, on: date) -> frozenset[str]:
    """Every permission that the user holds on that day, anywhere and on any rows. One query."""
    day = connection.ops.adapt_datefield_value(on)
    with connection.cursor() as cursor:
        cursor.execute(_ALL, (user_id, day, day))
        return frozenset(permission for (permission,) in cursor.fetchall())


def held_everywhere(user_id: int, permission: str, on: date) -> Sql:
    """Whether the user holds the permission in every unit, as a condition."""
    day = connection.ops.adapt_datefield_value(on)
    return _EVERYWHERE, (user_id, permission, "unit", day, day)


class _Held(Expression):
    """A permission that a user holds on a day with a reach (``unit`` or ``own``)."""

    text = _HOLDS
    answer: Field[Any, Any] = TRUTH

    def __init__(self, user_id: int, permission: str, reach: str, day: date) -> None:
        super().__init__(output_field=self.answer)
        self.user_id, self.permission, self.reach, self.day = user_id, permission, reach, day

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        day = connection.ops.adapt_datefield_value(self.day)
        return self.text, (self.user_id, self.permission, self.reach, day, day)


class Holds(_Held):
    """Whether the user holds the permission anywhere, as a condition."""


class UnitsWhere(_Held):
    """Keys of the units in which the user holds the permission: the right side of ``unit__in``."""

    text = _UNITS
    answer = BigIntegerField()


class KeysOfUser(Expression):
    """Keys of the records that ``through`` leads to and whose field ``last`` names the user: the right side of ``through__in``."""

    def __init__(self, through: str, last: str, user_id: int) -> None:
        super().__init__(output_field=BigIntegerField())
        self.through, self.last, self.user_id = through, last, user_id
        self.text = ""

    def resolve_expression(self, query: Any = None, *given: Any, **more: Any) -> KeysOfUser:
        if self.text:
            # A condition that stands in another question is resolved once more, for a model that has no such field.
            return self
        found: KeysOfUser = super().resolve_expression(query, *given, **more)
        target = query.model
        for step in self.through.split("__"):
            target = target._meta.get_field(step).remote_field.model
        table, key, user = target._meta.db_table, target._meta.pk.column, target._meta.get_field(self.last).column
        found.text = f'(SELECT "{key}" FROM "{table}" WHERE "{user}" = %s)'  # noqa: S608 - names of our own tables
        return found

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self.text, (self.user_id,)


class OutsideNoWall(Expression):
    """Whether ``column``, the key of a wall, is empty, that of a lifted wall or of one that the user is inside."""

    def __init__(self, column: str, user_id: int) -> None:
        super().__init__(output_field=TRUTH)
        self.column: Any = F(column)
        self.user_id = user_id

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.column,) = exprs

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        wall, params = compiler.compile(self.column)
        return _OUTSIDE_NO_WALL.format(wall=wall), (*params, *params, *params, self.user_id)
