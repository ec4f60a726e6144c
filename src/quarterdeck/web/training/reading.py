"""What a learner's pages show: their courses, and the lessons of one with how far they are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import Http404

from quarterdeck.areas.training import content
from quarterdeck.areas.training.models import Assignment, Attempt, Certificate, Lesson, LessonProgress
from quarterdeck.kernel import clock
from quarterdeck.kernel.resource.sight import Sight


@dataclass(frozen=True)
class Mine:
    """One course of a person: how many of its lessons are done, and whether it is late."""

    row: Assignment
    lessons: int
    done: int
    late: bool
    certificate: int | None


@dataclass(frozen=True)
class Step:
    """One lesson: ``state`` is done, now or later."""

    lesson: Lesson
    state: str
    score: int | None


@dataclass(frozen=True)
class Taken:
    """A course as its learner stands in it."""

    row: Assignment
    steps: tuple[Step, ...]
    certificate: Certificate | None

    @property
    def done(self) -> int:
        return sum(step.state == "done" for step in self.steps)

    @property
    def next(self) -> Step | None:
        return next((step for step in self.steps if step.state == "now"), None)

    def step(self, lesson: int) -> Step:
        """The step of a lesson; Http404 where the course has no such lesson."""
        for step in self.steps:
            if step.lesson.pk == lesson:
                return step
        raise Http404

    def after(self, lesson: int) -> Step | None:
        """The step that follows a lesson."""
        keys = [step.lesson.pk for step in self.steps]
        place = keys.index(lesson) + 1
        return self.steps[place] if place < len(keys) else None


def mine(sight: Sight) -> list[Mine]:
    """Everything that was assigned to the person, what is open and due first first. Three queries."""
    found = sight.each(Assignment).filter(person__user=sight.user).select_related("course", "certificate")
    rows = list(found.order_by("due_on", "pk"))
    lessons = dict(
        Lesson.objects.filter(version__in={row.version_id for row in rows}, withdrawn=False)
        .order_by()
        .values_list("version")
        .annotate(number=Count("pk"))
    )
    done = dict(
        LessonProgress.objects.filter(Q(assignment__in=[row.pk for row in rows]), ~Q(done_at=None))
        .order_by()
        .values_list("assignment")
        .annotate(number=Count("pk"))
    )
    today = clock.today()
    return [
        Mine(
            row, lessons.get(row.version_id, 0), done.get(row.pk, 0), row.open and row.due_on < today, _certificate(row)
        )
        for row in rows
    ]


def _certificate(row: Assignment) -> int | None:
    try:
        return row.certificate.pk
    except Certificate.DoesNotExist:
        return None


def taken(sight: Sight, pk: int) -> Taken:
    """The person's own course; Http404 for anybody else's."""
    rows = sight.each(Assignment).filter(person__user=sight.user, pk=pk)
    row = rows.select_related("course", "version", "version__course", "person", "certificate").first()
    if row is None:
        raise Http404
    known = {
        lesson: (done_at is not None, score)
        for lesson, done_at, score in LessonProgress.objects.filter(assignment=row).values_list(
            "lesson", "done_at", "score"
        )
    }
    steps: list[Step] = []
    reached = False
    for lesson in content.lessons_of(row.version):
        done, score = known.get(lesson.pk, (False, None))
        state = "done" if done else "later" if reached or not row.open else "now"
        reached = reached or not done
        steps.append(Step(lesson, state, score))
    certificate = row.certificate if _certificate(row) is not None else None
    return Taken(row, tuple(steps), certificate)


@dataclass(frozen=True)
class Option:
    """A possible answer, as drawn: nothing of whether it is right."""

    key: int
    text: str
    chosen: bool


@dataclass(frozen=True)
class Asked:
    """A question as drawn. ``right``: None before it was answered; the explanation is empty until then."""

    key: int
    text: str
    several: bool
    options: tuple[Option, ...]
    right: bool | None = None
    explanation: str = ""


@dataclass(frozen=True)
class Quiz:
    """A quiz as drawn. ``left``: tries that are left, None for as many as it takes."""

    asked: tuple[Asked, ...]
    last: Attempt | None
    left: int | None


def quiz(row: Assignment, lesson: Lesson, chosen: dict[int, frozenset[int]] | None, told: bool) -> Quiz:
    """The questions with what was ``chosen``. ``told``: the last try is looked at, so what it was worth is said too."""
    tries = list(Attempt.objects.filter(assignment=row, lesson=lesson).order_by("number"))
    last = tries[-1] if tries else None
    if chosen is None and told and last is not None:
        chosen = {int(question): frozenset(answers) for question, answers in last.answers.items()}
    chosen = chosen or {}
    asked = []
    for question, choices in content.questions_of(lesson.pk):
        given = chosen.get(question.pk, frozenset())
        judged = told and last is not None
        right = given == frozenset(row.pk for row in choices if row.right) if judged else None
        options = tuple(Option(row.pk, row.text, row.pk in given) for row in choices)
        several = question.kind == question.Kind.MULTIPLE
        asked.append(Asked(question.pk, question.text, several, options, right, question.explanation if judged else ""))
    left = max(0, lesson.attempts - len(tries)) if lesson.attempts else None
    return Quiz(tuple(asked), last, left)
