"""Lists: scope, filters, search, order and keyset pages, the same for pages, API and command line.

A list of 100,000 rows must cost the same for someone who may see all of them and for someone who may see ten. Walking
the order's index until fifty permitted rows are found is quick for the first and reads the whole table for the second.
So the rows are counted first, at most ``COUNT_CAP`` + 1 of them and in no order, which lets the database start from the
person's units. Where they are few, those few are sorted; where they are many, the order's index soon finds fifty, and
the permission is written so that the database cannot be led to start from it.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.core.exceptions import EmptyResultSet, FieldDoesNotExist, ValidationError
from django.db import connection, models
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy, RawSQL
from django.utils.translation import gettext as _

from quarterdeck.kernel.permissions.scope import everywhere, rows_tested, tested
from quarterdeck.kernel.permissions.sql import Sql
from quarterdeck.kernel.records import Dated, Record, in_effect_on, plain
from quarterdeck.kernel.resource.filters import BadQuery, accepted
from quarterdeck.kernel.resource.past import Moment, known_at
from quarterdeck.kernel.resource.present import Attribute, columns, fetch
from quarterdeck.kernel.resource.registry import Resource
from quarterdeck.kernel.resource.searching import WORDS, every_word
from quarterdeck.kernel.resource.sight import Sight, registered

PAGE = 50
MAX_PAGE = 200
COUNT_CAP = 1000
PAST_LOOKED_AT = 2000


@dataclass(frozen=True)
class Query:
    """What is asked of a list. ``filters``: parameter → values as text; ``sort``: a column, with ``-`` for descending."""

    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    search: str = ""
    sort: str = ""
    after: str = ""
    before: str = ""
    moment: Moment = field(default_factory=Moment)
    size: int = PAGE


@dataclass(frozen=True)
class Page:
    """One page of rows. ``count`` stops at ``COUNT_CAP``; then ``more`` is true. Cursors are None at the ends."""

    rows: list[Record]
    next: str | None
    previous: str | None
    count: int | None
    more: bool


@dataclass(frozen=True)
class Key:
    """One step of the order: a field path and its direction. Unknown values come last in both directions."""

    name: str
    descending: bool
    nullable: bool
    field: models.Field[Any, Any]

    def order(self, backward: bool) -> OrderBy | str:
        down = self.descending != backward
        if not self.nullable:
            return f"-{self.name}" if down else self.name
        nulls = {"nulls_first": True} if backward else {"nulls_last": True}
        expression = F(self.name)
        return expression.desc(**nulls) if down else expression.asc(**nulls)

    def beyond(self, value: object, backward: bool) -> Q:
        """Rows that come strictly after ``value`` in this step (before it, when going backward)."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if backward else Q(pk__in=())
        down = self.descending != backward
        found = Q(**{f"{self.name}__{'lt' if down else 'gt'}": value})
        if self.nullable and not backward:
            found |= Q(**{f"{self.name}__isnull": True})
        return found

    def same(self, value: object) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})


def keys(resource: Resource, sort: str = "") -> tuple[Key, ...]:
    """The steps of the order: the column asked for, or the declared order, and always the key last."""
    names: list[str] = list(resource.order)
    if sort:
        bare = sort.removeprefix("-")
        if bare not in sortable(resource):
            known = ", ".join(sorted(sortable(resource))) or "–"
            raise BadQuery(
                "sort", _("This list is not sorted by “%(name)s”. Known: %(known)s.") % {"name": bare, "known": known}
            )
        names = [sort, "-pk" if sort.startswith("-") else "pk"]
    made = [_key(resource.model, name) for name in names]
    if not any(key.name == "pk" for key in made):
        made.append(_key(resource.model, "-pk"))
    return tuple(made)


def sortable(resource: Resource) -> frozenset[str]:
    """Columns a list may be sorted by."""
    return frozenset(a.name for a in columns(resource) if a.column.sortable and a.field is not None)


def _key(model: type[Record], name: str) -> Key:
    bare = name.removeprefix("-")
    if bare in {"pk", "id"}:
        return Key("pk", name.startswith("-"), False, model._meta.pk)
    owner: type[models.Model] = model
    nullable = False
    found: models.Field[Any, Any] | None = None
    for step in bare.split("__"):
        candidate = owner._meta.get_field(step)
        if not isinstance(candidate, models.Field):
            raise FieldDoesNotExist(bare)
        found = candidate
        nullable = nullable or candidate.null
        if candidate.remote_field is not None:
            owner = candidate.remote_field.model
    assert found is not None
    return Key(bare, name.startswith("-"), nullable, found)


def cursor_of(record: Record, order: Sequence[Key]) -> str:
    """Where a page ends, as text for an address."""
    values = [plain(_value(record, key)) for key in order]
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def _value(record: object, key: Key) -> object:
    if key.name == "pk":
        return record.pk  # type: ignore[attr-defined]
    *way, last = key.name.split("__")
    for step in way:
        record = getattr(record, step, None)
    if record is None:
        return None
    return getattr(record, key.field.attname if hasattr(record, key.field.attname) else last)


def _read_cursor(parameter: str, text: str, order: Sequence[Key]) -> list[object]:
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(order):
            raise ValueError
        return [None if value is None else _python(key, value) for key, value in zip(order, values, strict=True)]
    except (ValueError, binascii.Error, ValidationError, TypeError, RecursionError):
        raise BadQuery(parameter, _("This page address is damaged; start again from the first page.")) from None


def _python(key: Key, value: object) -> object:
    target = key.field.target_field if isinstance(key.field, models.ForeignKey) else key.field
    if not isinstance(value, str | int | bool):
        raise TypeError
    return target.to_python(value)


def after(
    queryset: QuerySet[Record], order: Sequence[Key], values: Sequence[object], backward: bool
) -> QuerySet[Record]:
    """The rows beyond a cursor."""
    condition = Q(pk__in=())
    settled = Q()
    for key, value in zip(order, values, strict=True):
        condition |= settled & key.beyond(value, backward)
        settled &= key.same(value)
    first = order[0]
    if len(order) > 1 and values[0] is not None:
        # Says again what the condition implies, so that the order's index is entered in the right place.
        down = first.descending != backward
        bound = Q(**{f"{first.name}__{'lte' if down else 'gte'}": values[0]})
        if first.nullable and not backward:
            bound |= Q(**{f"{first.name}__isnull": True})
        queryset = queryset.filter(bound)
    return queryset.filter(condition)


def _asked(resource: Resource, query: Query) -> Q:
    """What the query asks for, as one condition; empty where it asks for everything.

    :class:`BadQuery` names what the list does not know.
    """
    known = accepted(resource)
    asked = Q()
    for parameter, values in query.filters.items():
        found = known.get(parameter)
        if found is None:
            raise BadQuery(parameter, _("This list has no filter “%(name)s”.") % {"name": parameter})
        asked &= found.condition(parameter, values)
    asked &= every_word(resource.search, query.search)
    moment = query.moment
    if moment.as_of is not None and issubclass(resource.model, Dated) and moment.known_at is None:
        asked &= in_effect_on(moment.as_of)
    return asked


def matching(queryset: QuerySet[Record], resource: Resource, text: str) -> QuerySet[Record]:
    """Rows in which every word of ``text`` stands in one of the searched fields."""
    return queryset.filter(every_word(resource.search, text))


def page(resource: Resource, sight: Sight, query: Query, shown: Sequence[Attribute] | None = None) -> Page:
    """One page. Two queries: the capped count and the rows.

    ``shown``: the only attributes that the caller will read, so that a row's long texts and times stay in the database.
    """
    if not 1 <= query.size <= MAX_PAGE:
        raise BadQuery("limit", _("A page has 1 to %(n)d rows.") % {"n": MAX_PAGE})
    if query.moment.knowledge(resource.model) is not None:
        return _past_page(resource, sight, query)
    order = keys(resource, query.sort)
    rows, counted = _counted(resource, sight, query)
    if counted == 0:
        return Page([], None, None, 0, False)
    more = counted > COUNT_CAP
    backward = bool(query.before) and not query.after
    cursor = query.before if backward else query.after
    if cursor:
        rows = after(rows, order, _read_cursor("before" if backward else "after", cursor, order), backward)
    rows = rows.order_by(*(key.order(backward) for key in order))
    lean = None if shown is None else _only(resource, shown, order)
    if lean is None:
        rows = rows.select_related(*resource.select) if resource.select else rows
    else:
        joined = _unread(resource, sight)
        # Without a name it would join everything.
        rows = (rows.select_related(*joined) if joined else rows).only(*lean)
    found = list(rows[: query.size + 1])
    beyond = len(found) > query.size
    found = found[: query.size]
    if backward:
        found.reverse()
    if lean is not None and shown is not None:
        fetch(resource, found, shown, sight)
    sight.note(found)
    has_next = beyond if not backward else True
    has_previous = bool(cursor) if not backward else beyond
    return Page(
        found,
        cursor_of(found[-1], order) if found and has_next else None,
        cursor_of(found[0], order) if found and has_previous else None,
        min(counted, COUNT_CAP),
        more,
    )


def _only(resource: Resource, shown: Sequence[Attribute], order: Sequence[Key]) -> set[str] | None:
    """The columns that these attributes need, or None where one is worked out in Python or read through another record."""
    names = {"pk", *(key.name for key in order)}
    for attribute in shown:
        if attribute.field is None or attribute.column.value is not None:
            return None
        if not attribute.field.many_to_many:
            names.add(attribute.name)
        if attribute.measured is not None and attribute.measured.unit_field():
            # each row's own unit is read beside the amount
            names.add(attribute.measured.unit_field())
    if any("__" in name for name in names):
        return None
    for path in resource.select:
        head, _mark, rest = path.partition("__")
        named_by = _named_by(resource, head)
        if rest and not named_by:
            return None
        names |= {f"{head}__{name}" for name in named_by} or {head}
    return names


def _named_by(resource: Resource, head: str) -> tuple[str, ...]:
    """What the records in that field are named by, where their type declares it."""
    target = resource.model._meta.get_field(head).related_model
    owner = registered(target) if isinstance(target, type) and issubclass(target, Record) else None
    return () if owner is None else owner.named_by


def _unread(resource: Resource, sight: Sight) -> list[str]:
    """What has to be joined, since the page has read no record of that type yet."""
    paths: dict[str, None] = {}
    for path in resource.select:
        head = path.partition("__")[0]
        target = resource.model._meta.get_field(head).related_model
        if isinstance(target, type) and sight.keeps(target):
            continue
        through = {name.rpartition("__")[0] for name in _named_by(resource, head)}
        # Of what is named by few columns nothing else is joined than these need.
        paths |= (
            dict.fromkeys(f"{head}__{step}" if step else head for step in sorted(through)) if through else {path: None}
        )
    return list(paths)


#: Who was found to see more than ``COUNT_CAP`` rows of a type, so that it need not be asked on every page, and whether in
#: all units. It decides only from which end the database starts, never what is found: whoever sees less since then waits
#: a little longer.
_SEES_MANY: dict[tuple[int, str], bool] = {}
_REMEMBERED = 10_000


def _remember(person: tuple[int, str], all_units: bool) -> None:
    if len(_SEES_MANY) >= _REMEMBERED:
        _SEES_MANY.clear()
    _SEES_MANY[person] = all_units


def _counted(resource: Resource, sight: Sight, query: Query) -> tuple[QuerySet[Record], int]:
    """The rows to read a page from, and how many the query finds, at most ``COUNT_CAP`` + 1. One query."""
    asked = _asked(resource, query)
    everything = resource.model._base_manager.all()
    person = (sight.user.pk, resource.code)
    walked = rows_tested(resource.model, resource.scope, sight.user, resource.view_permission)
    if asked:
        walked = walked.filter(asked)
        # Whoever sees all units may start from the filter; others from their units, if the database thinks these fewer.
        direct = _Keys.of(walked if _SEES_MANY.get(person) else sight.rows(resource).filter(asked))
    else:
        direct = _Keys.seen(resource, sight)
    if direct is None:
        return everything.none(), 0
    among: _Keys | None = None
    if asked and person not in _SEES_MANY and not _finds_own(resource, query):
        # Somebody who may see few rows starts from these, whatever a filter's own index promises.
        few = _Keys.seen(resource, sight)
        among = few and _Keys.of(everything.filter(tested(asked), pk__in=few.sql()))
    if among is None and query.search:
        # Every row is read for its words: once, and not to count and to read again.
        keys = direct.read()
        return (everything.filter(pk__in=keys) if len(keys) <= COUNT_CAP else walked), len(keys)
    if among is None:
        number, found = direct.number(), direct
    else:
        assert few is not None
        seen, number, all_units = few.numbers(among, direct, everywhere(sight.user, resource.view_permission))
        found = among if seen <= COUNT_CAP else direct
        if seen > COUNT_CAP:
            _remember(person, all_units)
    if number > COUNT_CAP or (_SEES_MANY.get(person) and _walks_in_order(resource, query)):
        return walked, number
    return everything.filter(pk__in=found.sql()), number


def _finds_own(resource: Resource, query: Query) -> bool:
    """Whether an index stands ready for each filter with the unit: then a few units' rows are found at once."""
    scope = resource.scope
    if query.search or query.moment or scope.own or scope.also is not None:
        return False
    ready = {tuple(index.fields[:2]) for index in resource.model._meta.indexes if index.condition is None}
    return all((name, scope.unit) in ready for name in query.filters)


def _walks_in_order(resource: Resource, query: Query) -> bool:
    """Whether an index holds the rows of the filter in the list's own order: then nothing has to be sorted."""
    if query.search or query.moment or query.sort or len(query.filters) != 1:
        return False
    ((name, values),) = query.filters.items()
    wanted = [name, *(step.replace("pk", "id") for step in resource.order)]
    return len(values) == 1 and any(
        index.condition is None and list(index.fields[: len(wanted)]) == wanted
        for index in resource.model._meta.indexes
    )


@dataclass(frozen=True)
class _Keys:
    """The keys of at most ``COUNT_CAP`` + 1 rows in no order, as SQL: put into words once for counting and for reading,
    and cut, so that the database works it out by itself."""

    question: str
    values: tuple[Any, ...]
    key: models.Field[Any, Any]

    @classmethod
    def of(cls, rows: QuerySet[Record]) -> Self | None:
        """None where the condition can hold for no row."""
        try:
            question, values = rows.order_by().values_list("pk")[: COUNT_CAP + 1].query.sql_with_params()
        except EmptyResultSet:
            return None
        return cls(question, values, rows.model._meta.pk)

    @classmethod
    def seen(cls, resource: Resource, sight: Sight) -> Self | None:
        """Those of every row that the person may see."""
        worded = sight.keys(resource)
        if worded is None:
            return None
        question, values = worded
        return cls(f"{question} LIMIT {COUNT_CAP + 1}", values, resource.model._meta.pk)

    def sql(self) -> RawSQL:
        """As a subquery."""
        return RawSQL(self.question, self.values, self.key)  # noqa: S611 - the query set's own SQL

    @property
    def _counted(self) -> str:
        return f"SELECT COUNT(*) AS n FROM ({self.question}) found"  # noqa: S608 - the same

    def read(self) -> list[int]:
        """The keys themselves."""
        with connection.cursor() as cursor:
            cursor.execute(self.question, self.values)
            return [key for (key,) in cursor.fetchall()]

    def number(self) -> int:
        """How many there are."""
        with connection.cursor() as cursor:
            cursor.execute(self._counted, self.values)
            return int(cursor.fetchone()[0])

    def numbers(self, among: _Keys, otherwise: _Keys, condition: Sql) -> tuple[int, int, bool]:
        """How many there are, how many of ``among`` where these are few, else of ``otherwise``, and whether the condition
        holds. The database counts only the one that is wanted."""
        also, values = condition
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT n, CASE WHEN n <= {COUNT_CAP} THEN ({among._counted}) ELSE ({otherwise._counted}) END, {also} "  # noqa: S608
                f"FROM ({self._counted}) few",
                (*among.values, *otherwise.values, *values, *self.values),
            )
            seen, number, holds = cursor.fetchone()
        return int(seen), int(number), bool(holds)


def every(resource: Resource, sight: Sight, query: Query) -> Iterator[list[Record]]:
    """All pages one after the other, for an export."""
    step = replace(query, size=MAX_PAGE, after="", before="")
    while True:
        found = page(resource, sight, step)
        if found.rows:
            yield found.rows
        if found.next is None:
            return
        step = replace(step, after=found.next)


def _past_page(resource: Resource, sight: Sight, query: Query) -> Page:
    """Rows as they were known at a time, newest record first.

    Filters and search look at the rebuilt rows, since today's columns say nothing of that day; so at most
    ``PAST_LOOKED_AT`` records are looked at for one page, and the cursor goes on from the last of them.
    """
    limit = query.moment.knowledge(resource.model)
    assert limit is not None
    if query.sort:
        raise BadQuery("sort", _("A past state is listed newest first and not sorted."))
    if query.before:
        raise BadQuery("before", _("A past state is read forward only."))
    order = (_key(resource.model, "-pk"),)
    tests = _past_tests(resource, query)
    permitted_rows = sight.rows(resource).filter(recorded_at__lte=limit).order_by("-pk")
    position = query.after
    found: list[Record] = []
    looked = 0
    while len(found) < query.size and looked < PAST_LOOKED_AT:
        rows = permitted_rows
        if position:
            rows = after(rows, order, _read_cursor("after", position, order), False)
        batch = list(rows[:MAX_PAGE])
        if not batch:
            return Page(found, None, None, None, False)
        sight.note(batch)
        for now, then in zip(batch, known_at(batch, limit), strict=True):
            looked += 1
            position = cursor_of(now, order)
            if then is not None and all(test(then) for test in tests):
                found.append(then)
                if len(found) == query.size:
                    break
    return Page(found, position, None, None, False)


def _past_tests(resource: Resource, query: Query) -> list[Any]:
    tests: list[Any] = []
    known = accepted(resource)
    for parameter, values in query.filters.items():
        chosen = known.get(parameter)
        if chosen is None:
            raise BadQuery(parameter, _("This list has no filter “%(name)s”.") % {"name": parameter})
        if "__" in parameter:
            raise BadQuery(parameter, _("This filter does not look into the past."))
        wanted = {chosen.read(parameter, value) for value in values}
        name = chosen.field.attname
        tests.append(lambda record, name=name, wanted=wanted: getattr(record, name) in wanted)
    words = query.search.lower().split()[:WORDS]
    if words:
        own = [name for name in resource.search if "__" not in name]

        def holds_words(record: Record) -> bool:
            text = [str(getattr(record, name)).lower() for name in own]
            return all(any(word in part for part in text) for word in words)

        tests.append(holds_words)
    day = query.moment.as_of
    if day is not None:
        tests.append(lambda record: not isinstance(record, Dated) or record.in_effect(day))
    return tests
