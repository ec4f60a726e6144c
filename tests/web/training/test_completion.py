"""Completion by unit and by course: what is counted, for whom, and how many questions it takes."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quarterdeck.kernel import clock
from tests.areas.training.school import assign, course, employee, finish, officer, unit
from tests.support import at, company, user_with

pytestmark = pytest.mark.django_db


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def table(client: Client, query: str = "") -> dict[str, tuple[int, int, int]]:
    """By the first cell of each row: assigned, completed, late."""
    page = client.get(f"/training/completion/{query}").content.decode()
    found = {}
    for row in re.findall(r"<tr data-row>(.*?)</tr>", page, re.S):
        name, assigned, completed, _share, late, _excused = (
            re.sub(r"<span class=\"hidden-text\">.*?</span>|<[^>]+>", "", cell).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        )
        found[name] = (int(assigned), int(completed), int(late))
    return found


@pytest.fixture
def two_shops() -> Client:
    who = officer()
    north, south = unit("north"), unit("south")
    with clock.fixed(at(2025, 3, 1)):
        first, second = course(who, "First course", quiz=False), course(who, "Second course", quiz=False)
        for name, place in (("An", north), ("Bo", north), ("Cui", south)):
            person = employee(name, place)
            done = assign(who, person, first, due="2025-03-20")
            assign(who, person, second, due="2026-03-20")
            if name == "An":
                finish(done)
    return signed_in(who)


def test_units_and_courses_are_counted_with_what_is_late(two_shops: Client) -> None:
    with clock.fixed(at(2025, 4, 1)):
        assert table(two_shops) == {"South": (2, 0, 1), "North": (4, 1, 1), "Altogether": (6, 1, 2)}
        assert table(two_shops, "?by=course") == {
            "Second course": (3, 0, 0), "First course": (3, 1, 2), "Altogether": (6, 1, 2),
        }  # fmt: skip


def test_a_unit_or_a_course_narrows_what_is_late_too(two_shops: Client) -> None:
    with clock.fixed(at(2025, 4, 1)):
        page = two_shops.get("/training/completion/").content.decode()
        north = re.search(r'href="(/training/completion/\?unit=\d+)">North', page)
        assert north
        by_course = two_shops.get("/training/completion/?by=course").content.decode()
        first = re.search(r'href="(/training/completion/\?course=\d+)">First course', by_course)
        assert first
        assert table(two_shops, north.group(1).removeprefix("/training/completion/")) == {
            "Second course": (2, 0, 0), "First course": (2, 1, 1), "Altogether": (4, 1, 1),
        }  # fmt: skip
        assert table(two_shops, first.group(1).removeprefix("/training/completion/")) == {
            "South": (1, 0, 1), "North": (2, 1, 1), "Altogether": (3, 1, 2),
        }  # fmt: skip


def test_of_many_the_least_complete_stand_first_and_the_rest_is_one_step_away(
    two_shops: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quarterdeck.web.training.completion.PAGE", 1)
    with clock.fixed(at(2025, 4, 1)):
        assert table(two_shops) == {"South": (2, 0, 1), "Altogether": (6, 1, 2)}, "the sum is over all of them"
        page = two_shops.get("/training/completion/?by=course").content.decode()
        rest = re.search(r'href="/training/completion/(\?by=course&amp;all=1)"', page)
        assert rest
        assert len(table(two_shops, rest.group(1).replace("&amp;", "&"))) == 3


def test_the_owner_of_a_unit_counts_their_own_unit_alone(two_shops: Client) -> None:
    south = company().children.get(code="south")
    with clock.fixed(at(2025, 4, 1)):
        owner = signed_in(user_with("unit_owner", unit=south))
        assert table(owner) == {"South": (2, 0, 1)}


@pytest.mark.parametrize("query", ["", "?by=course", "?unit=2", "?course=1"])
def test_the_table_takes_few_questions_however_many_are_late(two_shops: Client, query: str) -> None:
    two_shops.get(f"/training/completion/{query}")
    with CaptureQueriesContext(connection) as asked:
        two_shops.get(f"/training/completion/{query}")
    assert len(asked) <= 8
