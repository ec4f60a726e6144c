"""An employee takes a course lesson by lesson; the record judges, and a certificate ends it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.areas.training import content, rules
from quarterdeck.areas.training.models import Assignment, Attempt, Certificate, LessonProgress
from quarterdeck.kernel.actions import Denied, Invalid, NotVisible, Refused
from tests.areas.training.school import archive as archived
from tests.areas.training.school import (
    assign,
    course,
    employee,
    finish,
    officer,
    right_answers,
    scorm,
    statement,
    unit,
    uploaded,
    version_of,
    wrong_answers,
)
from tests.support import act, company, user_with

pytestmark = pytest.mark.django_db


def test_a_course_is_finished_lesson_by_lesson_and_ends_with_a_certificate() -> None:
    who = officer()
    row = assign(who, employee("Fu An"), course(who))
    page, quiz = content.lessons_of(row.version)
    user = row.person.user
    with pytest.raises(Refused, match="comes first"):
        act("training.assignment.answer", user, row, lesson=quiz.pk, answers=right_answers(quiz))
    act("training.assignment.finish_lesson", user, row, lesson=page.pk)
    assert Assignment.objects.get().state == "started"
    act("training.assignment.answer", user, row, lesson=quiz.pk, answers=right_answers(quiz))
    done = Assignment.objects.get()
    assert (done.state, done.score) == ("completed", 100)
    certificate = Certificate.objects.get()
    assert certificate.assignment == done
    assert certificate.content_sha256 == done.version.content_sha256


def test_a_quiz_counts_exactly_right_questions_and_ends_after_its_tries() -> None:
    who = officer()
    row = assign(who, employee("Fu An"), course(who))
    page, quiz = content.lessons_of(row.version)
    user = row.person.user
    act("training.assignment.finish_lesson", user, row, lesson=page.pk)
    half = right_answers(quiz)
    half[sorted(half)[-1]] = half[sorted(half)[-1]][:1]  # one of two right answers is not right
    for answers in (half, wrong_answers(quiz), wrong_answers(quiz)):
        act("training.assignment.answer", user, row, lesson=quiz.pk, answers=answers)
    assert list(Attempt.objects.order_by("number").values_list("score", "passed")) == [
        (50, False),
        (0, False),
        (0, False),
    ]
    with pytest.raises(Refused, match="tries are used"):
        act("training.assignment.answer", user, row, lesson=quiz.pk, answers=right_answers(quiz))
    assert Assignment.objects.get().state == "started"


@pytest.mark.parametrize("answers", [{}, {"1": "x"}, [1], {"999999": [1]}, {"1": [999999]}])
def test_answers_that_are_none_are_refused(answers: object) -> None:
    who = officer()
    row = assign(who, employee("Fu An"), course(who))
    page, quiz = content.lessons_of(row.version)
    act("training.assignment.finish_lesson", row.person.user, row, lesson=page.pk)
    with pytest.raises(Invalid):
        act("training.assignment.answer", row.person.user, row, lesson=quiz.pk, answers=answers)
    assert not Attempt.objects.exists()


def test_nobody_takes_a_course_for_somebody_else() -> None:
    who = officer()
    row = assign(who, employee("Fu An"), course(who))
    other = employee("Bai Ling")
    page = content.lessons_of(row.version)[0]
    with pytest.raises(NotVisible):
        act("training.assignment.finish_lesson", other.user, row, lesson=page.pk)
    with pytest.raises((Denied, NotVisible)):
        act("training.assignment.finish_lesson", who, row, lesson=page.pk)


def test_a_lesson_of_another_course_is_not_one_of_this() -> None:
    who = officer()
    row = assign(who, employee("Fu An"), course(who))
    other = content.lessons_of(version_of(course(who, "Another")))[0]
    with pytest.raises(Invalid, match="no such lesson"):
        act("training.assignment.finish_lesson", row.person.user, row, lesson=other.pk)


def test_excusing_needs_a_reason_and_another_person() -> None:
    who = officer()
    made = course(who)
    mine = act("people.person.create", who, full_name="The officer", unit=company())
    mine = act("people.person.connect_login", user_with("administrator"), mine, user=who)
    row = assign(who, mine, made)
    with pytest.raises(Refused, match="another person"):
        act("training.assignment.excuse", who, row, reason="Busy")
    with pytest.raises(Invalid):
        act("training.assignment.excuse", user_with("ciso"), row, reason="")
    excused = act("training.assignment.excuse", user_with("ciso"), row, reason="On leave until spring")
    assert (excused.state, excused.closed_because) == ("excused", "On leave until spring")


def test_a_unit_owner_excuses_in_their_own_unit_only() -> None:
    who = officer()
    here, there = unit("here"), unit("there")
    made = course(who)
    rows = [assign(who, employee(name, place), made) for name, place in (("An", here), ("Bo", there))]
    owner = user_with("unit_owner", unit=here)
    act("training.assignment.excuse", owner, rows[0], reason="Left for parental leave")
    with pytest.raises(NotVisible):
        act("training.assignment.excuse", owner, rows[1], reason="No")


def test_attendance_completes_those_named_and_nobody_else() -> None:
    who = officer()
    made = course(who)
    rows = {
        name: assign(who, employee(name, login=False), made, due="2030-01-31")
        for name in ("Fu An", "Bai Ling", "Wei An")
    }
    today = rows["Fu An"].assigned_on.isoformat()
    with pytest.raises(Invalid, match="Nobody Known"):
        act("training.course.record_attendance", who, made, held_on=today, how="Hall", attended="Fu An\nNobody Known")
    assert not Certificate.objects.exists()
    act(
        "training.course.record_attendance",
        who,
        made,
        held_on=today,
        how="Hall",
        attended="fu an\nbai.ling@example.org\nFu An",
    )
    states = dict(Assignment.objects.values_list("person__full_name", "state"))
    assert states == {"Fu An": "completed", "Bai Ling": "completed", "Wei An": "assigned"}


def test_a_scorm_package_ends_its_lesson_when_the_pass_mark_is_met() -> None:
    who = officer()
    made = course(who, quiz=False, publish=False)
    version = version_of(made)
    uploaded(who, version, "add_package", scorm(), "course.zip")
    act("training.courseversion.publish", who, version)
    row = assign(who, employee("Fu An"), made)
    page, package = content.lessons_of(version)
    user = row.person.user
    act("training.assignment.finish_lesson", user, row, lesson=page.pk)
    with pytest.raises(Refused, match="tells by itself"):
        act("training.assignment.finish_lesson", user, row, lesson=package.pk)
    act(
        "training.assignment.report", user, row, lesson=package.pk,
        values={"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "50", "cmi.core.student_name": "Mallory", "no.such": "1"},
    )  # fmt: skip
    progress = LessonProgress.objects.get(lesson=package)
    assert progress.done_at is None  # fifty is below its own pass mark of seventy, whatever the package says
    assert set(progress.runtime) == {"cmi.core.lesson_status", "cmi.core.score.raw"}
    act("training.assignment.report", user, row, lesson=package.pk, values={"cmi.core.score.raw": "90"})
    done = Assignment.objects.get()
    assert (done.state, done.score) == ("completed", 90)


TIN_CAN = '<tincan xmlns="http://projecttincan.com/tincan.xsd"><activities><activity id="urn:doors" type="course"><name>Doors</name><launch lang="en">index.html</launch></activity></activities></tincan>'


def test_statements_end_a_tin_can_lesson_and_those_about_others_do_not() -> None:
    who = officer()
    made = course(who, quiz=False, publish=False)
    version = version_of(made)
    uploaded(who, version, "add_package", archived({"tincan.xml": TIN_CAN, "index.html": "x"}), "course.zip")
    act("training.courseversion.publish", who, version)
    row = assign(who, employee("Fu An"), made)
    page, package = content.lessons_of(version)
    user = row.person.user
    act("training.assignment.finish_lesson", user, row, lesson=page.pk)
    with pytest.raises(Invalid, match="not the activity"):
        act("training.assignment.report", user, row, lesson=package.pk, statements=statement("passed", "urn:other"))
    act(
        "training.assignment.report",
        user,
        row,
        lesson=package.pk,
        statements=statement("completed", "urn:doors/part/1"),
    )
    assert Assignment.objects.get().state == "started"
    act(
        "training.assignment.report",
        user,
        row,
        lesson=package.pk,
        statements=statement("passed", "urn:doors", score={"scaled": 0.85}),
    )
    assert (Assignment.objects.get().state, Assignment.objects.get().score) == ("completed", 85)


def test_erasing_a_person_empties_what_a_package_kept_and_why_they_were_excused() -> None:
    who = officer()
    made = course(who)
    row = assign(who, employee("Fu An"), made)
    act("training.assignment.open_lesson", row.person.user, row, lesson=content.lessons_of(row.version)[0].pk)
    act("training.assignment.excuse", who, row, reason="Illness")
    act("people.person.leave", who, row.person_id, left_on=row.assigned_on)
    act("people.person.erase", who, row.person_id)
    assert Assignment.objects.get().closed_because == ""
    assert LessonProgress.objects.get().runtime is None


def test_taking_twice_gives_one_certificate() -> None:
    who = officer()
    row = finish(assign(who, employee("Fu An"), course(who)))
    with pytest.raises(Refused, match="Completed"):
        act("training.assignment.finish_lesson", row.person.user, row, lesson=content.lessons_of(row.version)[0].pk)
    assert Certificate.objects.count() == 1


@settings(max_examples=50)
@given(st.dictionaries(st.integers(1, 9), st.frozensets(st.integers(1, 4), min_size=1), min_size=1), st.data())
def test_a_score_is_full_for_the_right_answers_and_for_nothing_else(
    right: dict[int, frozenset[int]], data: st.DataObject
) -> None:
    assert rules.mark(right, right).score == 100
    changed = data.draw(st.sampled_from(sorted(right)))
    other = right | {changed: right[changed] ^ {7}}
    assert rules.mark(right, other).right == len(right) - 1
