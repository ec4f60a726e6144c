"""Courses of a story: written by the people officer, assigned to everyone employed on the day one begins, taken by some at their
own desk, and by the others in sessions whose attendance is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from quarterdeck.areas.training.content import lessons_of, questions_of
from quarterdeck.areas.training.models import Assignment, CourseVersion
from quarterdeck.demo.stage import Stage
from quarterdeck.kernel.records import Record


@dataclass(frozen=True)
class Taught:
    """A course: its text, the one question at its end with its answers (right ones marked), first and last day, and who had
    not completed it when it ended."""

    title: str
    text: str
    question: str
    answers: str
    start: date
    end: date
    missed: tuple[str, ...] = ()


def teach(stage: Stage, courses: Iterable[Taught], by_themselves: tuple[str, ...]) -> None:
    """Each course is written a fortnight before it begins, assigned, taken, and its attendance recorded. In the cast as
    ``course:NUMBER``."""
    for number, taught in enumerate(courses):
        name = f"course:{number}"
        stage.later(taught.start - timedelta(days=14), partial(_build, stage, name, taught), hour=3)
        stage.later(taught.start, partial(_assign, stage, name, taught), hour=1)
        stage.later(taught.start + timedelta(days=8), partial(_by_themselves, stage, name, by_themselves), hour=3)
        stage.later(taught.end, partial(_attendance, stage, name, taught), hour=8)


def _build(stage: Stage, name: str, taught: Taught) -> None:
    officer = stage.hands.people
    course = stage.do(
        "training.course.create", officer, cast=name, title=taught.title, summary="Part of the yearly programme for everyone.",
        unit=stage.cast["enterprise"], awareness=True,
    )  # fmt: skip
    version = CourseVersion.objects.get(course_id=course.pk)
    stage.do("training.lesson.add_page", officer, version=version, title="What to know", text=taught.text, minutes=8)
    quiz = stage.do(
        "training.lesson.add_quiz",
        officer,
        version=version,
        title="What you would do",
        pass_mark=80,
        attempts=0,
        minutes=4,
    )
    stage.do(
        "training.question.add", officer, lesson=quiz, text=taught.question, answers=taught.answers, explanation=""
    )
    stage.do("training.courseversion.publish", officer, version)


def _assign(stage: Stage, name: str, taught: Taught) -> None:
    rule = stage.do(
        "training.assignmentrule.add", stage.hands.people, course=stage.cast[name], unit=stage.cast["enterprise"], recurrence_months=0,
        days_allowed=(taught.end - taught.start).days, effective_from=taught.start, effective_until=taught.end,
    )  # fmt: skip
    # What a worker does within the hour in a home that is served.
    stage.do("training.assignmentrule.fill", None, rule, occasion_on=taught.start)


def _by_themselves(stage: Stage, name: str, logins: Iterable[str]) -> None:
    for login in logins:
        row = _assignment(stage.cast[name], login)
        page, quiz = lessons_of(row.version)
        stage.do("training.assignment.finish_lesson", login, row, lesson=page.pk)
        answers = {
            str(question.pk): [choice.pk for choice in choices if choice.right]
            for question, choices in questions_of(quiz.pk)
        }
        stage.do("training.assignment.answer", login, row, lesson=quiz.pk, answers=answers)


def _assignment(course: Record, login: str) -> Assignment:
    return Assignment.objects.select_related("version").get(course_id=course.pk, person__user__login=login)


def _attendance(stage: Stage, name: str, taught: Taught) -> None:
    rows = Assignment.objects.filter(course_id=stage.cast[name].pk, state="assigned").order_by("pk")
    present = [person for person in rows.values_list("person__full_name", flat=True) if person not in taught.missed]
    stage.do(
        "training.course.record_attendance", stage.hands.people, stage.cast[name], held_on=taught.end,
        how="Sessions of the teams; lists of those present with the people department", attended="\n".join(present),
    )  # fmt: skip
