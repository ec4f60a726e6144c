"""The course builder: one version of a course with its lessons and questions, and who is to take it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.areas.training.models import AssignmentRule, Choice, Course, CourseVersion, Lesson, Question, Tally
from quarterdeck.engines.courseware.markup import drawn
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.records.addresses import list_address, record_address
from quarterdeck.web.records.detail import head
from quarterdeck.web.records.lists import resource_or_404
from quarterdeck.web.rooms.pressing import Press, Room

TONES = {CourseVersion.State.DRAFT: "unresolved", CourseVersion.State.PUBLISHED: "supported"}


@dataclass
class Part:
    """One lesson as its maker sees it: drawn text, questions with their answers, and what may be done."""

    lesson: Lesson
    drawn: str
    do: list[Press]
    questions: list[tuple[Question, list[Choice], list[Press]]] = field(default_factory=list)
    add: list[Press] = field(default_factory=list)


@login_required
@require_safe
def course_version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of a course."""
    sight = sight_of(request)
    resource = resource_or_404(CourseVersion.type_code(), sight)
    rows = sight.each(CourseVersion).select_related("course", "course__unit", "published_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    sight.note([found])
    here = reverse("course_version", args=[pk])
    room = Room(sight, found.course.unit, here)
    draft = found.state == CourseVersion.State.DRAFT
    lessons = resource_of(Lesson)
    keeps = sight.may_view(lessons)
    parts = _parts(sight, room, found, draft) if keeps else []
    rules = resource_of(AssignmentRule)
    add: list[Press] = []
    if draft:
        for name in ("add_page", "add_video", "add_package", "add_quiz"):
            add += room.create(lessons, name, {"version": pk})
    context = head(resource, found, found, sight)
    context |= {
        "title": found.course.title,
        "version": found,
        "tone": TONES.get(CourseVersion.State(found.state), "unevidenced"),
        "parts": parts,
        "keeps": keeps,
        "minutes": sum(part.lesson.minutes for part in parts),
        "add": add,
        "publish": room.on(found, "publish", primary="publish"),
        "onward": _onward(room, found, draft),
        "rules": list(
            sight.each(AssignmentRule)
            .filter(course=found.course_id)
            .select_related("unit", "role")
            .order_by("-pk")[:20]
        ),
        "assign": room.create(
            rules,
            "add",
            {"course": found.course_id},
            reason=_("Publish it first.") if draft and not _published(found) else None,
        ),
        "counts": _counts(sight, found),
        "address": record_address,
        "completion": f"{reverse('training_completion')}?course={found.course_id}",
        "record": reverse("records:detail", args=[found.type_code(), found.pk]),
        "history": reverse("records:history", args=[found.type_code(), found.pk]),
        "course_list": list_address(resource_of(Course)),
    }
    return render(request, "training/builder.html", context)


def _published(found: CourseVersion) -> bool:
    return CourseVersion.objects.filter(course=found.course_id, state=CourseVersion.State.PUBLISHED).exists()


def _onward(room: Room, found: CourseVersion, draft: bool) -> list[Press]:
    if draft:
        return room.on(found.course, "change", quiet=True)
    return [
        *room.create(resource_of(CourseVersion), "draft", {"course": found.course_id}),
        *room.on(found.course, "record_attendance", "change", quiet=True),
    ]


def _parts(sight: Sight, room: Room, version: CourseVersion, draft: bool) -> list[Part]:
    """Every lesson with its questions. Three queries."""
    lessons = list(sight.each(Lesson).filter(version=version, withdrawn=False).order_by("number", "pk"))
    questions: dict[int, list[Question]] = {}
    rows = sight.each(Question).filter(lesson__version=version, withdrawn=False).order_by("number", "pk")
    for question in rows:
        questions.setdefault(question.lesson_id, []).append(question)
    answers: dict[int, list[Choice]] = {}
    choices = sight.each(Choice).filter(question__lesson__version=version, withdrawn=False).order_by("number", "pk")
    for choice in choices:
        answers.setdefault(choice.question_id, []).append(choice)
    parts = []
    for place, lesson in enumerate(lessons):
        lesson.version = version
        names = ["change", *(["move_up"] if place else []), "withdraw"]
        part = Part(lesson, drawn(lesson.text, 4), room.on(lesson, *names, quiet=True) if draft else [])
        for question in questions.get(lesson.pk, []):
            question.lesson = lesson
            do = room.on(question, "change", "withdraw", quiet=True) if draft else []
            part.questions.append((question, answers.get(question.pk, []), do))
        if draft and lesson.kind == Lesson.Kind.QUIZ:
            part.add = room.create(resource_of(Question), "add", {"lesson": lesson.pk}, about=str(lesson.pk))
        parts.append(part)
    return parts


def _counts(sight: Sight, version: CourseVersion) -> dict[str, Any]:
    """How the assignments of this version stand, over the whole company."""
    return Tally.objects.filter(version=version).aggregate(
        assigned=Sum("assigned"), started=Sum("started"), completed=Sum("completed")
    )
