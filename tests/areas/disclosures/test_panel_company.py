"""A company with an internal panel under its senior executives and no committee of the board, and what becomes of its page when
the record bears more or less."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from quarterdeck.areas.disclosures import vocabulary as words
from quarterdeck.areas.disclosures.models import Disclosure, Statement
from quarterdeck.demo import a
from quarterdeck.demo.persons import key
from quarterdeck.demo.sittings import Sitting, hold, review
from quarterdeck.demo.stage import Stage
from quarterdeck.demo.story import Annual
from quarterdeck.kernel import clock
from tests.areas.disclosures.conftest import told
from tests.support import parameter

pytestmark = pytest.mark.django_db

assert isinstance(a.STORY.files, Annual)
PRESENT = a.STORY.files.sealed
#: What the page that stands behind this company tags, flags with their values.
PAGE = {
    (words.PROCESSES, None),
    (words.INTEGRATED, None),
    (words.INTEGRATED_FLAG, True),
    (words.AFFECTED_FLAG, False),
    (words.INFORM_BOARD, None),
    (words.ROLE, None),
    (words.RESPONSIBLE, None),
    (words.RESPONSIBLE_FLAG, True),
    (words.EXPERTISE, None),
    (words.INFORM_MANAGEMENT, None),
    (words.REPORT_FLAG, True),
}


@pytest.fixture(scope="module")
def whole(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    with told(a.stage, django_db_blocker) as stage:
        yield stage


@pytest.fixture
def panel_company(whole: Stage, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """Company A for one test: what the test changes is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.fixed(PRESENT):
        yield whole
        transaction.set_rollback(True)


def drafted(stage: Stage, as_of: str = "2026-04-27") -> tuple[dict[str, str], set[tuple[str, bool | None]]]:
    """Sentences by their key, and what the page tags."""
    made = stage.do("disclosures.disclosure.draft", "an.bei", form="20-F", as_of=as_of)
    assert isinstance(made, Disclosure)
    rows = list(Statement.objects.filter(disclosure=made))
    tags: set[tuple[str, bool | None]] = {(concept, None) for row in rows for concept in row.blocks}
    tags |= {(p["concept"], p["value"]) for row in rows for p in row.phrases}
    return {row.key: row.text for row in rows}, tags


def test_the_page_has_the_concepts_and_flags_of_the_one_it_stands_for(panel_company: Stage) -> None:
    sentences, tags = drafted(panel_company)
    assert tags == PAGE
    assert "senior executive officers" in sentences["panel"]
    assert "integrated_erm" not in sentences
    assert "board" not in sentences


def test_a_stricter_word_for_most_takes_the_sentence_away(panel_company: Stage) -> None:
    assert "panel_expertise" in drafted(panel_company)[0]
    parameter("most.share", "0.6", since=date(2025, 1, 1))
    assert "panel_expertise" not in drafted(panel_company)[0]


def test_one_certificate_is_not_some(panel_company: Stage) -> None:
    for name in ("Meng Qi", "Pei Zhou"):
        panel_company.do("people.certification.expire", "hou.jian", f"{key(name)}:holds:0", expires_on="2025-12-30")
    assert "certified" not in drafted(panel_company)[0]


def test_without_executives_over_it_the_panel_is_nobodys_answer(panel_company: Stage) -> None:
    for name in a.bodies.OVERSEERS:
        panel_company.do("bodies.membership.end", "kong.yi", f"panel:{key(name)}", effective_until="2025-12-30")
    sentences, tags = drafted(panel_company)
    assert "panel" not in sentences
    assert not {name for name, _value in tags} & {words.RESPONSIBLE, words.RESPONSIBLE_FLAG, words.REPORT_FLAG}


def test_outside_tests_bring_the_flag_that_the_page_leaves_out(panel_company: Stage) -> None:
    parameter("continuous.tests_a_year", "2", since=date(2025, 1, 1))
    for day in (date(2025, 4, 3), date(2025, 10, 9)):
        with clock.fixed(PRESENT + timedelta(minutes=day.month)):
            panel_company.attest(
                "security_test", "gu.tian", f"Outside test of {day.isoformat()}", performer="outside",
                performer_name="Cormorant Testing", tested_on=day, scope="Payments", findings=2, followed=2,
            )  # fmt: skip
    sentences, tags = drafted(panel_company)
    assert (words.ENGAGED_FLAG, True) in tags
    assert "tests" in sentences
    assert "tests_in_house" not in sentences


def test_a_review_by_the_panel_does_not_stand_for_the_boards(panel_company: Stage) -> None:
    day = date(2026, 5, 28)
    assert "none_material" not in drafted(panel_company, "2026-05-30")[0], "the board's last review is too old by then"
    for body, written in (("panel", False), ("board", True)):
        with panel_company.on(day):
            hold(
                panel_company,
                Sitting(body, day, (review("2025-01-01", "2026-05-28", "every case"),)),
                a.bodies.ROOMS[body],
            )
            sentences, tags = drafted(panel_company, "2026-05-30")
        assert ("none_material" in sentences) == written
        assert ((words.AFFECTED_FLAG, False) in tags) == written
