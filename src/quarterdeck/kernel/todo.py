"""What waits for a person, across all areas: one declaration for the page "My tasks", the calendar and the mail.

An area says in its module ``todo`` which of its rows wait for whom, as one query set that is not yet cut to a person::

    def _open() -> QuerySet[Assignment]:
        return Assignment.objects.filter(state="assigned").annotate(
            todo_user=F("person__user_id"), todo_due=F("due_on"), todo_since=F("assigned_on"), todo_unit=F("person__unit_id"))

    source(Source("training.assignment", _("Training"), _open, lambda row, user: Item(...)))

What waits on a day depends on the day alone, not on its hour: the question whether anything of a source waits for a person
is put into SQL once a day.

From it come one person's list (:func:`waiting_for`), and, in SQL, whom to remind of what on a day and whose unit is late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

from django.core.exceptions import EmptyResultSet, ImproperlyConfigured
from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.scope import condition, permissions_of

Text = str | Promise

#: The annotations that a source's rows carry: whose task it is (id of the login), the last day (or None), since when it
#: waits, and the unit whose owner hears of it when it is late (or None).
ANNOTATIONS: Final = ("todo_user", "todo_due", "todo_since", "todo_unit")
#: What one page shows of one source; who has more is shown how many.
MOST: Final = 100


@dataclass(frozen=True)
class Item:
    """One thing that waits for a person.

    ``asked`` is what is asked, as a verb ("Acknowledge"); ``title`` what it is about; ``url`` where it is done, empty for
    the record's own page. The rest is filled in by :func:`waiting_for`: type and key of the row, and whether it stands
    behind a wall, so that its title goes no further than the signed-in page.
    """

    asked: Text
    title: Text
    url: str
    due: date | None
    since: date
    source: str = ""
    key: int = 0
    walled: bool = False


@dataclass(frozen=True)
class Source:
    """Rows that wait for people. ``code`` is the type code of the rows, whose scope and wall hold here too.

    ``optional``: mail about it may be turned off by its reader; what the programme's rules demand may not.
    ``part``: a name of its own where rows of one type wait for several reasons. ``late_after``: so many days after the last day the owner of the row's unit is told as well; None for never.
    """

    code: str
    label: Text
    rows: Callable[[], QuerySet[Any]]
    show: Callable[[Any, User], Item]
    optional: bool = False
    late_after: int | None = None
    part: str = ""

    @property
    def key(self) -> str:
        return f"{self.code}:{self.part}" if self.part else self.code


_sources: dict[str, Source] = {}


def source(made: Source) -> Source:
    """Make a source known. Called at import of an area's ``todo.py``."""
    if made.key in _sources:
        raise ImproperlyConfigured(f"{made.key} is declared twice in the list of what waits for people")
    _sources[made.key] = made
    return made


def all_sources() -> Iterator[Source]:
    """Every source, in the order the areas declared them."""
    return iter(tuple(_sources.values()))


def source_of(key: str) -> Source:
    """The source of a type of rows, or of a part of them; KeyError when there is none."""
    return _sources[key]


def rows_for(asked: Source, user: User) -> QuerySet[Any]:
    """The rows of one source that wait for ``user`` and that they may see, what is due first first."""
    from quarterdeck.kernel.resource.registry import resource_of

    resource = resource_of(asked.code)
    rows = asked.rows().filter(todo_user=user.pk).filter(condition(resource.scope, user, resource.view_permission))
    return rows.order_by(F("todo_due").asc(nulls_last=True), "pk")


def waiting_for(user: User, held: frozenset[str] | None = None) -> list[Item]:
    """Everything that waits for ``user``, what is due first first; at most :data:`MOST` of a source.

    One query finds the sources that hold anything for them, and one more each of those. ``held``: every permission of the
    person, where the caller knows them already.
    """
    from quarterdeck.kernel.resource.registry import resource_of
    from quarterdeck.kernel.resource.walls import standing_wall

    permissions = permissions_of(user) if held is None else held
    open_to = [asked for asked in all_sources() if resource_of(asked.code).view_permission in permissions]
    found: list[Item] = []
    for asked in _holding(open_to, user):
        for row in rows_for(asked, user)[:MOST]:
            behind = standing_wall(row) is not None
            found.append(replace(asked.show(row, user), source=asked.code, key=row.pk, walled=behind))
    return sorted(found, key=lambda item: (item.due is None, item.due or item.since, item.since, str(item.title)))


#: Stands for the person in a question that is kept; no login has such a key.
_SOMEBODY: Final = -2_147_483_629


def _holding(sources: Sequence[Source], user: User) -> list[Source]:
    """Those of the sources in which a row waits for ``user``, whether or not they may see it. One query.

    A person has something in two or three of some twenty sources, and building a source's question takes a hundred times
    as long as finding that it has no answer.
    """
    day, zone = clock.today(), timezone.get_current_timezone_name()
    parts: list[str] = []
    values: list[Any] = []
    for place, asked in enumerate(sources):
        question = _question(asked.key, day, zone)
        if question is not None:
            text, given = question
            parts.append(f"SELECT {place} WHERE EXISTS({text})")
            values += [user.pk if value == _SOMEBODY else value for value in given]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        held = {place for (place,) in cursor.fetchall()}
    return [asked for place, asked in enumerate(sources) if place in held]


@lru_cache(maxsize=256)
def _question(key: str, day: date, zone: str) -> tuple[str, tuple[Any, ...]] | None:
    """The keys of a source's rows that wait for :data:`_SOMEBODY` on ``day``, as SQL; None where there can be none.

    ``zone``: the reader's time zone, in which a query turns times into days.
    """
    rows = source_of(key).rows().filter(todo_user=_SOMEBODY).order_by().values_list("pk")
    try:
        text, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return text, tuple(values)


__all__ = ["ANNOTATIONS", "MOST", "Item", "Source", "all_sources", "rows_for", "source", "source_of", "waiting_for"]
