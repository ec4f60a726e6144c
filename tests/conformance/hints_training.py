"""What the forms of training cannot tell: answers with a right one among them, a package, what has to be published first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.areas.training.content import lessons_of
from quarterdeck.kernel import clock
from quarterdeck.kernel.records import Record

if TYPE_CHECKING:
    from tests.conformance.factory import World


def _ahead(world: World) -> str:
    return (clock.today() + timedelta(days=30)).isoformat()


def _published(world: World) -> Any:
    """A course with a page and a quiz, published."""
    course = world.do("training.course.create", unit=world.inside)
    version = course.versions.get()
    world.do("training.lesson.add_page", version=version, text="Words.")
    quiz = world.do("training.lesson.add_quiz", version=version)
    world.do("training.question.add", lesson=quiz, text="Well?", answers="* Yes\nNo")
    return world.do("training.courseversion.publish", version)


def _draft(world: World) -> Any:
    """A draft with a quiz that has a question."""
    version = world.do("training.course.create", unit=world.inside).versions.get()
    quiz = world.do("training.lesson.add_quiz", version=version)
    world.do("training.question.add", lesson=quiz, text="Well?", answers="* Yes\nNo")
    return version


def _assignment(world: World) -> Record:
    person = world.do("people.person.create", unit=world.inside)
    return world.do("training.assignment.assign", person=person, course=_published(world).course, due_on=_ahead(world))


def _taken(world: World) -> Any:
    row = world.another("training.assignment")
    page, quiz = lessons_of(row.version)  # type: ignore[attr-defined]
    world.do("training.assignment.finish_lesson", row, lesson=page.pk)
    question = quiz.questions.get()
    right = [choice.pk for choice in question.choices.filter(right=True)]
    return world.do("training.assignment.answer", row, lesson=quiz.pk, answers={str(question.pk): right})


def _page(world: World) -> int:
    row: Any = world.sample("training.assignment")
    return lessons_of(row.version)[0].pk


def _film(world: World) -> int:
    from io import BytesIO

    from quarterdeck.kernel.files.inspection import inspect
    from quarterdeck.kernel.files.models import StoredFile
    from quarterdeck.kernel.files.store import keep_blob
    from quarterdeck.kernel.records import writing
    from tests.support import system

    source = BytesIO(b"\x00\x00\x00\x18ftypmp42" + bytes(64))
    return _kept(source, inspect(source, "film.mp4"), StoredFile, keep_blob, writing, system().user)


def _package(world: World) -> int:
    from io import BytesIO

    from quarterdeck.kernel.files.inspection import inspect
    from quarterdeck.kernel.files.models import StoredFile
    from quarterdeck.kernel.files.store import keep_blob
    from quarterdeck.kernel.records import writing
    from tests.areas.training.school import scorm
    from tests.support import system

    source = BytesIO(scorm())
    return _kept(source, inspect(source, "course.zip"), StoredFile, keep_blob, writing, system().user)


def _kept(source: Any, found: Any, stored: Any, keep: Any, writing: Any, user: Any) -> int:
    keep(source, found.sha256, found.size)
    row = stored(
        sha256=found.sha256, size=found.size, name=found.name, media_type=found.media_type, uploaded_by=user, revision=1
    )
    with writing():
        row.save()
    return int(row.pk)


DATA: dict[str, dict[str, Any]] = {
    "training.course.create": {"unit": lambda world: world.inside},
    "training.course.record_attendance": {
        "held_on": lambda world: clock.today().isoformat(),
        "attended": "nobody@example.org",
    },
    "training.courseversion.draft": {"course": lambda world: _published(world).course},
    **{f"training.lesson.{name}": {"version": _draft} for name in ("add_page", "add_quiz")},
    "training.lesson.add_video": {"version": _draft, "file": _film},
    "training.lesson.add_package": {"version": _draft, "file": _package},
    "training.question.add": {"lesson": lambda world: _draft(world).lessons.first(), "answers": "* Yes\nNo"},
    "training.assignmentrule.add": {
        "course": lambda world: _published(world).course,
        "unit": lambda world: world.inside,
    },
    "training.assignmentrule.change": {"unit": lambda world: world.inside},
    "training.assignmentrule.fill": {"occasion_on": "2024-01-15"},
    "training.assignment.assign": {
        "person": lambda world: world.do("people.person.create", unit=world.inside),
        "course": lambda world: _published(world).course,
        "due_on": _ahead,
    },
    "training.assignment.extend": {"due_on": lambda world: (clock.today() + timedelta(days=90)).isoformat()},
    "training.assignment.open_lesson": {"lesson": _page},
    "training.assignment.finish_lesson": {"lesson": _page},
    "training.assignment.answer": {"lesson": _page, "answers": {"1": [1]}},
    "training.assignment.report": {"lesson": _page},
}
SAMPLES: dict[str, Any] = {
    "training.courseversion": _draft,
    "training.lesson": lambda world: _draft(world).lessons.first(),
    "training.question": lambda world: _draft(world).lessons.first().questions.first(),
    "training.choice": lambda world: _draft(world).lessons.first().questions.first().choices.first(),
    "training.assignment": _assignment,
    "training.lessonprogress": lambda world: _taken(world).progress.first(),
    "training.attempt": lambda world: _taken(world).tries.first(),
    "training.certificate": lambda world: _taken(world).certificate,
}
