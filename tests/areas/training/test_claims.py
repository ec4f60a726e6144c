"""Completion rests on assignments: it holds, falls with one record, and names who was left out."""

from __future__ import annotations

import pytest

from quarterdeck.areas.training.models import Assignment
from quarterdeck.kernel import clock
from quarterdeck.kernel.claims import Outcome, Verdict
from tests.areas.training.school import assign, course, employee, finish, officer
from tests.support import act, ask, at, company, parameter

pytestmark = pytest.mark.django_db


def said() -> Outcome:
    return ask("training.completion", "period")


def year_of(completed: int, open_ones: int) -> tuple[object, list[Assignment]]:
    """A course due in 2024, assigned to everybody; so many finished it in the year."""
    who = officer()
    parameter("training.completion", "0.75")
    made = course(who)
    rows = []
    for number in range(completed + open_ones):
        with clock.fixed(at(2024, 3, 1)):
            rows.append(assign(who, employee(f"Person {number}"), made, due="2024-03-31"))
    for row in rows[:completed]:
        with clock.fixed(at(2024, 3, 20)):
            finish(row)
    return who, rows


def test_completion_is_supported_by_the_share_and_falls_with_one_more_assignment() -> None:
    who, rows = year_of(3, 1)
    answer = said()
    assert (answer.verdict, answer.value, answer.expected) == (Verdict.SUPPORTED, "0.75", "0.75")
    assert [row.type for row in answer.evidence] == ["training.courseversion"]
    with clock.fixed(at(2024, 3, 1)):
        assign(who, employee("One more"), rows[0].course, due="2024-03-31")  # type: ignore[arg-type]
    answer = said()
    assert (answer.verdict, answer.value) == (Verdict.CONTRADICTED, "0.6")


def test_somebody_employed_on_the_last_day_who_was_never_assigned_contradicts_by_name() -> None:
    year_of(4, 0)
    assert said().verdict == Verdict.SUPPORTED
    with clock.fixed(at(2024, 6, 1)):
        employee("Left Out", login=False, since="2024-06-01")
        employee("A Director", login=False, level="director")
        employee("Hired Later", login=False, since="2025-01-01")
    answer = said()
    assert answer.verdict == Verdict.CONTRADICTED
    assert [row.title for row in answer.evidence if row.type == "people.person"] == ["Left Out"]
    assert "1 of those employed on 2024-12-31" in str(answer.because)


def test_names_behind_a_verdict_are_bounded_and_counted() -> None:
    year_of(1, 0)
    with clock.fixed(at(2024, 6, 1)):
        for number in range(60):
            act("people.person.create", officer(), full_name=f"Unseen {number:02}", unit=company())
    answer = said()
    assert len(answer.evidence) <= 50
    assert "60 of those employed" in str(answer.because)


def test_what_happened_after_the_year_does_not_count_for_it() -> None:
    _who, rows = year_of(3, 1)
    with clock.fixed(at(2025, 2, 1)):
        finish(rows[3])
    assert said().value == "0.75"


def test_who_is_excused_leaves_the_share_and_whoever_was_excused_later_does_not() -> None:
    who, rows = year_of(2, 2)
    assert said().verdict == Verdict.CONTRADICTED
    with clock.fixed(at(2025, 1, 15)):
        act("training.assignment.excuse", who, rows[3], reason="Ill all year")  # type: ignore[arg-type]
    assert said().value == "0.5"
    with clock.fixed(at(2024, 12, 15)):
        act("training.assignment.excuse", who, rows[2], reason="Ill all year")  # type: ignore[arg-type]
    assert said().value == "0.666"


def test_a_retired_course_does_not_hide_who_was_late() -> None:
    who, rows = year_of(2, 2)
    with clock.fixed(at(2024, 9, 1)):
        act("training.course.retire", who, rows[0].course)  # type: ignore[arg-type]
        from quarterdeck.areas.training import jobs
        from tests.areas.training.school import worked

        jobs.close_gone.enqueue()
        worked()
    assert Assignment.objects.filter(state="expired").count() == 2
    assert said().value == "0.5"


def test_training_of_an_earlier_year_is_stale_and_other_courses_prove_nothing() -> None:
    year_of(2, 0)
    assert ask("training.completion", "period", 2026).verdict == Verdict.STALE
    assert ask("training.completion", "period", 2022).verdict == Verdict.UNEVIDENCED
    act("training.course.change", officer(), Assignment.objects.first().course, awareness=False)  # type: ignore[union-attr]
    assert said().verdict == Verdict.UNEVIDENCED


def test_without_the_companys_parameter_nothing_is_said() -> None:
    officer()
    assert said().verdict == Verdict.UNEVIDENCED
