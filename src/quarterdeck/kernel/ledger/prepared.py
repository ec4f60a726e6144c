"""Conditions of permission as SQL text, built once for a process instead of once for a request.

A condition over a dozen kinds of records costs the ORM far more than the database. The text depends on nothing but the
declarations; person, day and row numbers are parameters, found again by the stand-ins they were built with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from quarterdeck.kernel.accounts.models import User

#: Stand-ins: values that no row has.
SOMEBODY = User(pk=-(2**62) - 1)
SOME_DAY = date(1111, 11, 11)


def some_rows(count: int) -> list[int]:
    """Stand-ins for the numbers of ``count`` rows."""
    return [-(2**62) - 100 - at for at in range(count)]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL of a query set and what to put in its place holders."""

    sql: str
    parameters: tuple[object, ...]

    def filled(self, user: User, day: date, rows: Sequence[int] = (), count: int = 0) -> tuple[Any, ...]:
        """The parameters for this person, day and rows (at most ``count``, as many as it was built with)."""
        given: dict[object, object] = {
            SOMEBODY.pk: user.pk,
            SOME_DAY: connection.ops.adapt_datefield_value(day),
            SOME_DAY.isoformat(): connection.ops.adapt_datefield_value(day),
        }
        # Fewer rows than place holders: -1 is the number of none.
        given.update(zip(some_rows(count), [*rows, *[-1] * (count - len(rows))], strict=True))
        return tuple(_replaced(value, given) for value in self.parameters)


def _replaced(value: object, given: Mapping[object, object]) -> object:
    return given.get(value, value) if isinstance(value, int | str | date) else value


_kept: dict[tuple[object, ...], Statement] = {}


def statement(name: str, build: Callable[[], QuerySet[Any]], *depends_on: object) -> Statement:
    """The statement called ``name``, built anew only for another database or when what it ``depends_on`` changed."""
    key = (name, connection.vendor, *depends_on)
    if key not in _kept:
        sql, parameters = build().query.sql_with_params()
        _kept[key] = Statement(sql, tuple(parameters))
    return _kept[key]
