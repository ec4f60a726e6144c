"""Who sees which leaf: unit, permission and wall, in lists and alone."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.ledger.append import NOBODY, append_many
from quarterdeck.kernel.ledger.models import Leaf
from quarterdeck.kernel.ledger.sight import (
    PAGE,
    Line,
    Position,
    Wanted,
    leaf_for,
    may_export,
    page,
    places_seen,
    shut_out,
)
from quarterdeck.kernel.permissions.models import Grant, Role, Unit, Wall, WallMember
from quarterdeck.kernel.records import writing
from tests.kernel.ledger.hands import START, entry
from tests.support import act, company, system, user_with

VIEWS = ("sample.thing.view", "sample.other.view")


def wall(*inside: User, lifted: bool = False) -> Wall:
    with writing():
        made = Wall.objects.create(title="W", lifted_at=clock.now() if lifted else None, recorded_at=clock.now())
        for user in inside:
            WallMember.objects.create(
                wall=made, user=user, why="needed", entered_at=clock.now(), recorded_at=clock.now()
            )
    return made


def grant(role: str, *permissions: str) -> None:
    for permission in permissions:
        Grant.objects.get_or_create(role=Role.objects.get(code=role), permission=permission, reach=Grant.Reach.UNIT)


@pytest.fixture
def crowd(founded: User) -> list[User]:
    """People of every reach, and 400 leaves in two kinds, four units and three walls."""
    enterprise = company()
    units = [
        act("permissions.unit.create", system(), code=f"u{n}", name=f"U{n}", kind="business", parent=enterprise)
        for n in range(3)
    ]
    grant("auditor", *VIEWS)
    grant("analyst", VIEWS[0])
    everywhere, nobody = user_with("auditor", login="everywhere"), user_with("employee", login="nobody")
    in_one, in_two = user_with("analyst", unit=units[0], login="one"), user_with("analyst", unit=units[1], login="two")
    walls = [None, None, None, None, wall(in_one), wall(everywhere), wall(lifted=True)]
    chosen = random.Random(7)
    with transaction.atomic():
        append_many(
            entry(
                n,
                [everywhere, in_one][n % 2],
                action=f"sample.thing.{'create' if n % 5 else 'end'}",
                view=chosen.choice([*VIEWS, NOBODY] if n % 40 == 0 else VIEWS),
                unit_id=chosen.choice([None, enterprise.pk, *(unit.pk for unit in units)]),
                wall_id=getattr(chosen.choice(walls), "pk", None),
                at=START + timedelta(minutes=n // 3),
            )
            for n in range(1, 401)
        )
    return [everywhere, in_one, in_two, nobody, user_with()]


def allowed(user: User, leaf: Leaf) -> bool:
    """The rule, written out once more and slowly."""
    place = leaf.place
    wall = place.wall
    if wall is not None and wall.lifted_at is None and not wall.members.filter(user=user, left_at=None).exists():
        return False
    for assignment in user.assignments.all():
        if not assignment.role.grants.filter(permission=place.view_permission, reach="unit").exists():
            continue
        unit: Unit | None = place.unit
        if unit is None:
            return True
        while unit is not None:
            if unit == assignment.unit:
                return True
            unit = unit.parent
    return False


def everything(user: User, wanted: Wanted) -> list[Line]:
    found: list[Line] = []
    position: Position | None = None
    while True:
        one = page(user, wanted, after=position, size=30)
        found += one.lines
        if one.older is None:
            return found
        position = one.older


class TestLists:
    def test_hold_exactly_the_leaves_that_the_rule_allows_newest_first(self, crowd: list[User]) -> None:
        leaves = list(Leaf.objects.select_related("place__wall", "place__unit").order_by("-seq"))
        counts = []
        for user in crowd:
            wanted = [leaf.seq for leaf in leaves if allowed(user, leaf)]
            assert [line.seq for line in everything(user, Wanted())] == wanted
            counts.append(len(wanted))
        assert counts[0] > 250
        assert 10 < counts[1] < counts[0]
        assert counts[1] != counts[2] > 0
        assert counts[4] == 0

    @pytest.mark.parametrize(
        ("wanted", "holds"),
        [
            (Wanted(action="sample.thing.end"), lambda leaf: leaf.action == "sample.thing.end"),
            (Wanted(login="one"), lambda leaf: leaf.actor.login == "one"),
            (Wanted(record_type="sample.thing", record_id=17), lambda leaf: leaf.record_id == 17),
            (
                Wanted(since=START + timedelta(minutes=20), until=START + timedelta(minutes=50), login="one"),
                lambda leaf: START + timedelta(minutes=20) <= leaf.at < START + timedelta(minutes=50)
                and leaf.actor.login == "one",
            ),
        ],
    )  # fmt: skip
    def test_are_narrowed_by_action_person_record_and_time(
        self, crowd: list[User], wanted: Wanted, holds: object
    ) -> None:
        assert callable(holds)
        leaves = Leaf.objects.select_related("place__wall", "place__unit", "actor").order_by("-at", "-seq")
        expected = [
            leaf.seq
            for leaf in leaves
            if allowed(crowd[0], leaf)
            and holds(leaf)
            and (wanted.record_type in ("", leaf.place.view_permission.removesuffix(".view")))
        ]
        assert [line.seq for line in everything(crowd[0], wanted)] == expected

    @pytest.mark.parametrize("wanted", [Wanted(), Wanted(since=START)])
    def test_turn_back_to_the_page_before(self, crowd: list[User], wanted: Wanted) -> None:
        first = page(crowd[0], wanted)
        second = page(crowd[0], wanted, after=first.older)
        third = page(crowd[0], wanted, after=second.older)
        assert len(first.lines) == len(second.lines) == PAGE
        assert page(crowd[0], wanted, before=third.newer).lines == second.lines
        back = page(crowd[0], wanted, before=second.newer)
        assert (back.lines, back.newer) == (first.lines, None)

    def test_cost_three_queries_for_whoever_looks(self, crowd: list[User]) -> None:
        for user in crowd[:3]:
            page(user, Wanted())
            with CaptureQueriesContext(
                connection,
            ) as queries:
                page(user, Wanted())
            assert len(queries) == 3

    def test_are_empty_for_a_login_that_was_closed(self, crowd: list[User]) -> None:
        crowd[0].is_active = False
        assert page(crowd[0], Wanted()).lines == []


class TestOneLeaf:
    def test_is_there_for_whoever_may_see_it_and_for_nobody_else(self, crowd: list[User]) -> None:
        leaves = list(Leaf.objects.select_related("place__wall", "place__unit").filter(record_type="sample.thing"))
        for user in crowd:
            for leaf in leaves[::9]:
                assert (leaf_for(user, leaf.seq) is not None) == allowed(user, leaf)

    @pytest.mark.parametrize("number", [-1, 10**6, 2**63, 2**70])
    def test_that_does_not_exist_is_not_there(self, crowd: list[User], number: int) -> None:
        assert leaf_for(crowd[0], number) is None

    def test_of_an_own_record_opens_for_its_owner(self, founded: User) -> None:
        employee = user_with("employee")
        given = employee.assignments.get()
        leaf = Leaf.objects.get(record_type="permissions.assignment", record_id=given.pk)
        assert leaf_for(employee, leaf.seq) is not None
        assert leaf_for(user_with("employee"), leaf.seq) is None


class TestWalls:
    """A wall hides what happened behind it, and what had happened before it was raised."""

    @pytest.fixture
    def incident(self, founded: User) -> object:
        from quarterdeck.areas.incidents.models import Incident

        self.ciso, self.auditor = user_with("ciso"), user_with("auditor")
        made = act(
            "incidents.incident.declare",
            self.ciso,
            title="Odd logins",
            nature="incident",
            unit=company(),
            discovered_at="2025-03-01T09:00:00Z",
        )
        assert isinstance(made, Incident)
        return made

    def leaves(self, incident: object) -> list[int]:
        key = incident.pk  # type: ignore[attr-defined]
        return list(Leaf.objects.filter(record_type="incidents.incident", record_id=key).values_list("seq", flat=True))

    def seen(self, user: User) -> set[int]:
        return {line.seq for line in page(user, Wanted(record_type="incidents.incident")).lines}

    def test_hide_from_auditors_too_and_after_the_fact(self, incident: object) -> None:
        before = self.leaves(incident)
        assert self.seen(self.auditor) >= set(before)
        act("incidents.incident.raise_wall", self.ciso, incident, why="Under assessment")
        assert not self.seen(self.auditor) & set(self.leaves(incident))
        assert shut_out(self.auditor, before) == set(before)
        for number in self.leaves(incident):
            assert leaf_for(self.auditor, number) is None
            assert leaf_for(self.ciso, number) is not None
        assert self.seen(self.ciso) == set(self.leaves(incident))

    def test_let_it_be_seen_again_once_lifted(self, incident: object) -> None:
        act("incidents.incident.raise_wall", self.ciso, incident, why="Under assessment")
        act("incidents.incident.lift_wall", self.ciso, incident)
        assert self.seen(self.auditor) >= set(self.leaves(incident))

    def test_keep_an_export_from_whoever_is_outside(self, incident: object) -> None:
        assert may_export(self.auditor)
        act("incidents.incident.raise_wall", self.ciso, incident, why="Under assessment")
        assert not may_export(self.auditor)
        act("incidents.incident.let_in", self.ciso, incident, user=self.auditor, why="Year-end audit")
        assert may_export(self.auditor)


def test_an_export_is_for_whoever_holds_it_in_the_whole_enterprise(founded: User) -> None:
    part = act("permissions.unit.create", system(), code="p", name="P", kind="business", parent=company())
    assert may_export(user_with("auditor"))
    assert may_export(user_with("administrator"))
    assert not may_export(user_with("auditor", unit=part))
    assert not may_export(user_with("ciso"))


def test_places_are_few(crowd: list[User]) -> None:
    assert places_seen(crowd[0]).count() < 80
