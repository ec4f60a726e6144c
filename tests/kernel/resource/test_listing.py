"""Keyset pages: whatever the order, ties and unknown values, every row comes once, and back again."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Assignment, Unit
from quarterdeck.kernel.records import writing
from quarterdeck.kernel.resource import listing
from quarterdeck.kernel.resource.listing import Query, page
from quarterdeck.kernel.resource.registry import Column, Resource, resource_of
from quarterdeck.kernel.resource.sight import Sight
from tests.support import act, company, system, user_with

pytestmark = pytest.mark.django_db
START = datetime(2024, 1, 1, tzinfo=UTC)


def sorted_by(*names: str) -> Resource:
    """The incidents, with columns that may be sorted by."""
    return replace(resource_of("incidents.incident"), columns=tuple(Column(name, sortable=True) for name in names))


def incidents(number: int, seed: int, unit: Unit, by: User) -> None:
    chance = random.Random(seed)
    with writing():
        Incident.objects.bulk_create(
            Incident(
                number=f"INC-{place}",
                title="Token leak",
                unit=unit,
                discovered_at=START,
                declared_at=START + timedelta(days=chance.randrange(4)),
                contained_at=None if chance.random() < 0.4 else START + timedelta(days=chance.randrange(3)),
                severity=chance.choice([None, "low", "high"]),
                nature=chance.choice(["incident", "threat"]),
                declared_by=by,
                revision=1,
                recorded_at=START,
            )
            for place in range(number)
        )


def walk(resource: Resource, sight: Sight, sort: str, size: int) -> tuple[list[int], list[int]]:
    """Keys read forward to the end, and backward again from there."""
    forward, cursor, last = [], "", None
    while True:
        found = page(resource, sight, Query(sort=sort, after=cursor, size=size))
        forward += [row.pk for row in found.rows]
        last = found
        if found.next is None:
            break
        cursor = found.next
    backward = [row.pk for row in last.rows]
    while last.previous is not None:
        last = page(resource, sight, Query(sort=sort, before=last.previous, size=size))
        backward = [row.pk for row in last.rows] + backward
    return forward, backward


@pytest.mark.parametrize("cap", [5, 1000], ids=["many", "few"])
@pytest.mark.parametrize(
    "sort", ["", "declared_at", "-declared_at", "contained_at", "-contained_at", "severity", "-severity"]
)
def test_every_row_comes_once_forward_and_back(sort: str, cap: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "COUNT_CAP", cap)
    unit, viewer = company(), user_with("ciso")
    incidents(41, seed=7, unit=unit, by=viewer)
    resource, sight = sorted_by("declared_at", "contained_at", "severity"), Sight(viewer)
    for size in (1, 4, 41):
        forward, backward = walk(resource, sight, sort, size)
        assert len(forward) == len(set(forward)) == 41
        assert backward == forward
    if sort:
        name = sort.removeprefix("-")
        values = [getattr(Incident.objects.get(pk=key), name) for key in forward]
        known = [value for value in values if value is not None]
        assert known == sorted(known, reverse=sort.startswith("-"))
        assert all(value is None for value in values[len(known) :]), "unknown values come last"


def test_few_and_many_read_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    unit = company()
    inner = act("permissions.unit.create", system(), code="i", name="Inner", kind="business", parent=unit)
    owner, everyone = user_with("unit_owner", unit=inner), user_with("ciso")
    incidents(20, seed=1, unit=inner, by=everyone)
    with writing():
        Incident.objects.filter(number__in=[f"INC-{n}" for n in range(0, 20, 2)]).update(unit=unit)
    resource = resource_of("incidents.incident")
    seen: dict[tuple[int, str], set[tuple[int, ...]]] = {}
    for cap in (3, 1000):
        monkeypatch.setattr(listing, "COUNT_CAP", cap)
        for person in (owner, everyone):
            for filters, search in (
                ({}, ""),
                ({"severity": ["high"]}, ""),
                ({"state": ["declared"]}, ""),
                ({"nature": ["threat"], "severity": ["low"]}, ""),
                ({"declared_at__from": ["2024-01-03"]}, "leak"),
                ({"unit": [str(unit.pk)]}, ""),
            ):
                # Asked twice: the second time it is known whether the person sees many.
                for _ in range(2):
                    found = page(resource, Sight(person), Query(filters=filters, search=search, size=200))
                    seen.setdefault((person.pk, str(filters)), set()).add(tuple(row.pk for row in found.rows))
    assert all(len(answers) == 1 for answers in seen.values())
    assert seen[owner.pk, str({"unit": [str(unit.pk)]})] == {()}
    assert len(next(iter(seen[owner.pk, "{}"]))) == 10
    assert len(next(iter(seen[everyone.pk, "{}"]))) == 20


def test_whoever_saw_all_units_and_sees_one_since_is_shown_the_rows_of_that_one_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listing, "COUNT_CAP", 3)
    monkeypatch.setattr(listing, "_SEES_MANY", {})
    unit = company()
    inner = act("permissions.unit.create", system(), code="i", name="Inner", kind="business", parent=unit)
    viewer = user_with("ciso")
    incidents(20, seed=1, unit=inner, by=viewer)
    with writing():
        Incident.objects.filter(number__in=[f"INC-{n}" for n in range(0, 20, 2)]).update(unit=unit)
    resource, asked = resource_of("incidents.incident"), Query(filters={"declared_at__from": ["2023-12-31"]}, size=200)
    assert len(page(resource, Sight(viewer), asked).rows) == 20
    assert listing._SEES_MANY[viewer.pk, resource.code] is True
    with writing():
        Assignment.objects.filter(user=viewer).update(unit=inner)
    found = page(resource, Sight(viewer), asked)
    assert {row.unit_id for row in found.rows} == {inner.pk}  # type: ignore[attr-defined]
    assert len(found.rows) == 10
    assert found.more


@pytest.mark.parametrize("person", ["ciso", "unit_owner"])
def test_a_filter_with_an_index_of_its_own_is_counted_once(
    person: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    unit, viewer = company(), user_with(person)
    incidents(20, seed=3, unit=unit, by=viewer)
    resource = resource_of("incidents.incident")
    with django_assert_num_queries(3):  # permissions, count, rows
        found = page(resource, Sight(viewer), Query(filters={"severity": ["high"]}))
    expected = Incident.objects.filter(severity="high").order_by("-declared_at", "-pk")
    assert [row.pk for row in found.rows] == [row.pk for row in expected]
    assert found.count == len(expected) > 0


def test_whoever_may_not_sign_in_sees_nothing() -> None:
    unit, viewer = company(), user_with("ciso")
    incidents(3, seed=1, unit=unit, by=viewer)
    viewer.is_active = False
    assert page(resource_of("incidents.incident"), Sight(viewer), Query()).rows == []
