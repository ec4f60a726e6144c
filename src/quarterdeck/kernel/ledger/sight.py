"""Which leaves a person may see.

A leaf is listed for whoever holds its view permission in its unit (or above) and stands outside no wall that it, or a
record it names, stands behind: the wall of the time of the action as well as one raised later. The page of a single leaf
opens for whoever may see the record itself, too.

A ledger has a million leaves and few places (permission, unit, wall). The newest fifty-one leaves that a person may see
lie in the fifty-one of their places that have the newest leaves; so one seek for each place finds where to look, and the
cost is the same for somebody who sees ten leaves as for somebody who sees all.
"""

# ruff: noqa: S608 - every piece of SQL here is a text of ours; values are parameters

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.ledger.append import NOBODY
from quarterdeck.kernel.ledger.models import Leaf, Place, Version
from quarterdeck.kernel.ledger.prepared import SOME_DAY, SOMEBODY, some_rows, statement
from quarterdeck.kernel.permissions.models import Assignment, Grant, UnitLine, Wall, WallMember
from quarterdeck.kernel.permissions.scope import outside_no_wall, permitted, units_where
from quarterdeck.kernel.records import in_effect_on
from quarterdeck.kernel.resource.registry import Resource, all_resources, resource_of

PAGE = 50
#: Who may take the whole ledger away; shipped with these roles.
EXPORT = "ledger.leaf.export"
EXPORT_ROLES = ("administrator", "auditor")


def may_export(user: User) -> bool:
    """Whether an export may be made for this person: they hold the permission for the enterprise, and no wall shuts them out.

    A leaf names records by type and number only, and their contents by salted digests; but that something is happening
    behind a wall, how often and by whose hand is what a wall is there to keep.
    """
    if not user.is_active or not units_where(user, EXPORT).filter(below__parent=None).exists():
        return False
    inside = WallMember.objects.filter(wall=OuterRef("pk"), user=user, left_at=None)
    return not Wall.objects.filter(lifted_at=None).exclude(Exists(inside)).exists()


def places_seen(user: User, day: date | None = None) -> QuerySet[Place]:
    """The places whose leaves ``user`` may see."""
    holding = Assignment.objects.filter(
        in_effect_on(day or clock.today()),
        user=user,
        role__grants__permission=OuterRef("view_permission"),
        role__grants__reach=Grant.Reach.UNIT,
    )
    above = UnitLine.objects.filter(above=OuterRef("unit"), below=OuterRef(OuterRef("unit")))
    return Place.objects.filter(
        Q(unit=None) & Exists(holding) | Exists(holding.filter(Exists(above))), outside_no_wall(user, "wall")
    )


def _walled() -> Iterable[tuple[Resource, str]]:
    for resource in all_resources():
        if resource.scope.wall is not None:
            yield resource, resource.scope.wall


def _behind(user: User, kind: str = "record_type", key: str = "record_id") -> Combinable | Q:
    """Rows that name a record which now stands behind a wall that ``user`` is outside of."""
    found: Combinable | Q = Q(pk__in=())
    for resource, wall in _walled():
        named = resource.model._base_manager.filter(pk=OuterRef(key)).exclude(outside_no_wall(user, wall))
        found |= Q(**{kind: resource.code}) & Exists(named)
    inside = WallMember.objects.filter(wall=OuterRef("pk"), user=user, left_at=None)
    shut = Wall.objects.filter(pk=OuterRef(key), lifted_at=None).exclude(Exists(inside))
    return found | Q(**{kind: Wall.type_code()}) & Exists(shut)


def _naming_behind(user: User, leaves: Collection[int]) -> QuerySet[Any]:
    own = Leaf.objects.filter(_behind(user), pk__in=leaves).values_list("pk", flat=True)
    named = Version.objects.filter(_behind(user), leaf__in=leaves).values_list("leaf_id", flat=True)
    return own.order_by().union(named.order_by())


def shut_out(user: User, leaves: Sequence[int]) -> set[int]:
    """Those of ``leaves`` that name a record behind a wall that ``user`` is outside of now. One query for each fifty."""
    found: set[int] = set()
    for start in range(0, len(leaves), PAGE):
        asked = statement(
            "shut out",
            lambda: _naming_behind(SOMEBODY, some_rows(PAGE)),
            tuple((resource.code, wall) for resource, wall in _walled()),
        )
        with connection.cursor() as cursor:
            cursor.execute(asked.sql, asked.filled(user, SOME_DAY, leaves[start : start + PAGE], PAGE))
            found.update(row[0] for row in cursor.fetchall())
    return found


def leaf_for(user: User, seq: int) -> Leaf | None:
    """Leaf ``seq``, or None where it does not exist for this person."""
    leaf = Leaf.objects.select_related("actor", "place").filter(pk=seq).first() if 0 <= seq < 2**63 else None
    if leaf is None or leaf.place.view_permission == NOBODY or not user.is_active:
        return None
    place = Place.objects.filter(outside_no_wall(user, "wall"), pk=leaf.place_id)
    if not place.exists() or shut_out(user, [seq]):
        return None
    if places_seen(user).filter(pk=leaf.place_id).exists() or _sees_record(user, leaf):
        return leaf
    return None


def _sees_record(user: User, leaf: Leaf) -> bool:
    try:
        resource = resource_of(leaf.record_type)
    except KeyError:
        return False
    rows = resource.model._base_manager.filter(pk=leaf.record_id)
    return permitted(rows, resource.scope, user, resource.view_permission).exists()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of leaves is narrowed to. ``since`` and ``until`` bound the time: from, and before."""

    record_type: str = ""
    record_id: int | None = None
    action: str = ""
    login: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def __bool__(self) -> bool:
        return self != Wanted()


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: strictly beyond this leaf. ``at`` counts only in lists that are bounded in time."""

    seq: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What a list shows of a leaf."""

    seq: int
    at: datetime
    action: str
    actor: str
    login: str
    record_type: str
    record_id: int


@dataclass(frozen=True, slots=True)
class LeafPage:
    """Newest first. ``older`` and ``newer`` are where the neighbouring pages begin, None at the ends."""

    lines: list[Line]
    older: Position | None = None
    newer: Position | None = None


@dataclass(frozen=True, slots=True)
class _Walk:
    """One way through the leaves of each place: narrowed, ordered, beyond a position."""

    newer: bool
    by_time: bool
    where: tuple[str, ...]
    parameters: tuple[object, ...]

    @classmethod
    def of(cls, wanted: Wanted, position: Position | None, newer: bool) -> _Walk:
        where: list[str] = ["place_id = {place}"]
        parameters: list[object] = []
        by_time = wanted.since is not None or wanted.until is not None

        def need(condition: str, *values: object) -> None:
            where.append(condition)
            parameters.extend(
                connection.ops.adapt_datetimefield_value(v) if isinstance(v, datetime) else v for v in values
            )

        if wanted.record_type:
            need("record_type = %s", wanted.record_type)
        if wanted.record_id is not None:
            need("record_id = %s", wanted.record_id)
        if wanted.action:
            need("action = %s", wanted.action)
        if wanted.login:
            need("actor_id = (SELECT id FROM accounts_user WHERE login = %s)", wanted.login)
        if wanted.since is not None:
            need("at >= %s", wanted.since)
        if wanted.until is not None:
            need("at < %s", wanted.until)
        if position is not None:
            sign = ">" if newer else "<"
            if by_time and position.at is not None:
                need(f"at {sign}= %s", position.at)
                need(f"(at {sign} %s OR seq {sign} %s)", position.at, position.seq)
            else:
                need(f"seq {sign} %s", position.seq)
        return cls(newer, by_time, tuple(where), tuple(parameters))

    @property
    def order(self) -> tuple[str, ...]:
        return ("at", "seq") if self.by_time else ("seq",)

    def ordered(self, *columns: str) -> str:
        way = "ASC" if self.newer else "DESC"
        return ", ".join(f"{column} {way}" for column in columns)

    def of_place(self, columns: str, place: str, limit: int) -> str:
        """SQL of the first ``limit`` leaves of a place."""
        where = " AND ".join(self.where).replace("{place}", place)
        return f"SELECT {columns} FROM ledger_leaf WHERE {where} ORDER BY {self.ordered(*self.order)} LIMIT {limit}"

    def places(self, user: User, wanted: Wanted, limit: int) -> list[int]:
        """The ``limit`` places, of those the person may look into, whose first leaves come first."""
        seen = statement("places seen", lambda: places_seen(SOMEBODY, SOME_DAY).values("pk", "view_permission"))
        of_type = "WHERE seen.view_permission = %s " if wanted.record_type else ""
        firsts = ", ".join(f"({self.of_place(column, 'seen.pk', 1)}) AS first_{column}" for column in self.order)
        sql = (
            f"SELECT pk FROM (SELECT seen.pk, {firsts} FROM ({seen.sql}) AS seen {of_type}) AS places "
            f"WHERE first_seq IS NOT NULL ORDER BY {self.ordered(*(f'first_{name}' for name in self.order))} LIMIT {limit}"
        )
        parameters: list[Any] = [
            *self.parameters * len(self.order),
            *seen.filled(user, clock.today()),
            *([f"{wanted.record_type}.view"] if wanted.record_type else []),
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return [row[0] for row in cursor.fetchall()]

    def lines(self, places: Sequence[int], limit: int) -> list[Line]:
        """The first ``limit`` leaves of these places together."""
        one = f"SELECT seq FROM ({self.of_place('seq', '%s', limit)}) AS leaves"
        sql = (
            "SELECT leaf.seq, leaf.at, leaf.action, actor.full_name, actor.login, leaf.record_type, leaf.record_id "
            "FROM ledger_leaf AS leaf JOIN accounts_user AS actor ON actor.id = leaf.actor_id "
            f"WHERE leaf.seq IN ({' UNION ALL '.join([one] * len(places))}) "
            f"ORDER BY {self.ordered(*(f'leaf.{name}' for name in self.order))} LIMIT {limit}"
        )
        parameters: list[Any] = []
        for place in places:
            parameters += [place, *self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return [Line(seq, _aware(at), *rest) for seq, at, *rest in cursor.fetchall()]


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def page(
    user: User, wanted: Wanted, *, after: Position | None = None, before: Position | None = None, size: int = PAGE
) -> LeafPage:
    """The leaves that ``user`` may see beyond a position, newest first. Three queries, however long the ledger is.

    ``after`` goes on to older leaves, ``before`` back to newer ones. Lists bounded in time are in order of time, others
    in order of number. A page may show fewer than ``size`` leaves where later walls hide some.
    """
    if not user.is_active:
        return LeafPage([])
    newer = before is not None and after is None
    walk = _Walk.of(wanted, before if newer else after, newer)
    places = walk.places(user, wanted, size + 1)
    if not places:
        return LeafPage([])
    lines = walk.lines(places, size + 1)
    beyond = len(lines) > size
    lines = lines[:size]
    if newer:
        lines.reverse()
    older = _position(lines[-1], walk.by_time) if beyond or newer else None
    back = _position(lines[0], walk.by_time) if (beyond if newer else after is not None) else None
    hidden = shut_out(user, [line.seq for line in lines])
    return LeafPage([line for line in lines if line.seq not in hidden], older, back)


def _position(line: Line, by_time: bool) -> Position:
    return Position(line.seq, line.at if by_time else None)


__all__ = [
    "EXPORT", "EXPORT_ROLES", "PAGE", "LeafPage", "Line", "Position", "Wanted", "leaf_for", "may_export", "page", "places_seen",
    "shut_out",
]  # fmt: skip
