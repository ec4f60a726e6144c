"""Who owns a risk or a treatment sees it, whatever unit it stands in; the database finds a few such rows without reading everybody's."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Q

from quarterdeck.areas.risks.models import Acceptance, Estimate, Risk, Treatment
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Grant, Unit
from quarterdeck.kernel.records import Record, writing
from quarterdeck.kernel.resource.listing import Query, page
from quarterdeck.kernel.resource.registry import all_resources, resource_of
from quarterdeck.kernel.resource.sight import Sight
from tests.support import act, person, system, user_with
from tests.web.risks.scene import Scene, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> Scene:
    return scene()


def seen(user: User, model: type[Record]) -> set[int]:
    return set(Sight(user).each(model).values_list("pk", flat=True))


def test_an_employee_sees_exactly_the_risks_and_treatments_that_are_theirs(register: Scene) -> None:
    mine = user_with("employee", login="olga")
    olga = person("Olga Owner")
    act("people.person.connect_login", system(), olga, user=mine)
    assert seen(mine, Risk) == seen(mine, Treatment) == set()
    with writing():
        Risk.objects.filter(pk=register.risks["fraud"].pk).update(owner=olga)
    assert seen(mine, Risk) == {register.risks["fraud"].pk}
    assert (
        seen(mine, Acceptance) == set(Acceptance.objects.filter(risk__owner=olga).values_list("pk", flat=True)) != set()
    )
    assert seen(mine, Estimate) == set(Estimate.objects.filter(risk__owner=olga).values_list("pk", flat=True)) != set()
    # A treatment of somebody else's risk is theirs too; the risk is not.
    treatment = Treatment.objects.order_by("pk")[0]
    with writing():
        Treatment.objects.filter(pk=treatment.pk).update(owner=olga)
    assert seen(mine, Treatment) == {treatment.pk}
    assert treatment.risk_id not in seen(mine, Risk)


def test_what_is_ones_own_is_found_in_every_list_as_by_following_the_owner(register: Scene) -> None:
    """For every type with owners: the rows that a person holds in units or owns, and no others."""
    tried = 0
    for resource in all_resources():
        scope = resource.scope
        if not scope.own or scope.unit is None or scope.also is not None or scope.wall is not None:
            continue
        tried += 1
        for user in (register.head, register.ciso):
            grants = Grant.objects.filter(permission=resource.view_permission, role__assignments__user=user)
            held = set(grants.values_list("reach", flat=True))
            units = Unit.objects.filter(
                lines_above__above__assignments__in=user.assignments.filter(
                    role__grants__permission=resource.view_permission, role__grants__reach="unit"
                )
            )
            wanted = Q(**{f"{scope.unit}__in": units})
            if "own" in held:
                for path in scope.own:
                    wanted |= Q(**{path: user})
            rows = resource.model._base_manager.filter(wanted)
            assert set(Sight(user).rows(resource).values_list("pk", flat=True)) == set(
                rows.values_list("pk", flat=True)
            )
    assert tried > 10


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is SQLite's")
def test_the_risks_of_one_unit_are_found_by_their_units_and_owners(register: Scene) -> None:
    for model in (Risk, Estimate, Acceptance):
        rows = Sight(register.head).rows(resource_of(model)).values_list("pk").order_by()
        plan = rows.explain()
        assert "SCAN people_person" not in plan
        assert "SCAN risks_" not in plan, plan


@pytest.mark.parametrize(
    "sort", ["", "title", "-title", "expected", "-expected", "bad_year", "-bad_year", "next_review"]
)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is SQLite's")
def test_many_risks_are_walked_in_the_order_of_an_index(
    register: Scene, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _plans_of_pages(register, Risk, sort, monkeypatch)
    assert asked
    assert all("TEMP B-TREE FOR ORDER BY" not in plan for plan in asked), asked


@pytest.mark.parametrize("model", [Estimate, Treatment, Acceptance])
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is SQLite's")
def test_many_rows_about_risks_are_walked_in_the_order_of_an_index(
    register: Scene, model: type[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _plans_of_pages(register, model, "", monkeypatch)
    assert asked
    assert all("TEMP B-TREE FOR ORDER BY" not in plan for plan in asked), asked


def _plans_of_pages(register: Scene, model: type[Record], sort: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How SQLite goes about the ordered questions of a list's first page, for somebody who sees more than are counted."""
    monkeypatch.setattr("quarterdeck.kernel.resource.listing.COUNT_CAP", 0)
    asked: list[tuple[str, object]] = []

    def watch(execute: object, sql: str, parameters: object, many: bool, context: object) -> object:
        if "ORDER BY" in sql:
            asked.append((sql, parameters))
        return execute(sql, parameters, many, context)  # type: ignore[operator]

    with connection.execute_wrapper(watch):
        assert page(resource_of(model), Sight(register.ciso), Query(sort=sort)).rows
    plans = []
    with connection.cursor() as cursor:
        for sql, parameters in asked:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
            plans.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
    return plans
