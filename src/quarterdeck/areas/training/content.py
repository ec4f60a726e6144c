"""What a version of a course holds: its lessons and questions in order, its files, and the whole of it for the hash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.training.models import Choice, CourseVersion, Lesson, Question
from quarterdeck.engines.courseware.packages import Fault, Item, Package, PackageError, Standard, read_package
from quarterdeck.kernel.actions import Invalid
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.files.fields import Upload
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.records import JSON


def lessons_of(version: CourseVersion) -> list[Lesson]:
    """The lessons in order. One query."""
    return list(Lesson.objects.filter(version=version, withdrawn=False).order_by("number", "pk"))


def questions_of(lesson: int) -> list[tuple[Question, list[Choice]]]:
    """The questions of a quiz in order, each with its answers. Two queries."""
    questions = list(Question.objects.filter(lesson=lesson, withdrawn=False).order_by("number", "pk"))
    answers: dict[int, list[Choice]] = {}
    rows = Choice.objects.filter(question__lesson=lesson, withdrawn=False).order_by("number", "pk")
    for row in rows:
        answers.setdefault(row.question_id, []).append(row)
    return [(question, answers.get(question.pk, [])) for question in questions]


def choices_of(question: int) -> list[Choice]:
    """The answers of one question, in order."""
    return list(Choice.objects.filter(question=question, withdrawn=False).order_by("number", "pk"))


def unready(version: CourseVersion) -> Text | None:
    """Why a draft cannot be published yet."""
    lessons = lessons_of(version)
    if not lessons:
        return _("It has no lesson yet; add one first.")
    asked = set(Question.objects.filter(lesson__version=version, withdrawn=False).values_list("lesson_id", flat=True))
    for lesson in lessons:
        if lesson.kind == Lesson.Kind.QUIZ and lesson.pk not in asked:
            return _("The quiz “%(title)s” has no question yet; add one first.") % {"title": lesson.title}
        if lesson.kind == Lesson.Kind.PAGE and not lesson.text.strip():
            return _("The page “%(title)s” has no text yet.") % {"title": lesson.title}
    return None


def frozen(version: CourseVersion) -> dict[str, JSON]:
    """Everything that a learner is shown and judged by, for the hash."""
    lessons: list[JSON] = []
    for lesson in lessons_of(version):
        questions: list[JSON] = [
            {
                "text": question.text,
                "kind": question.kind,
                "explanation": question.explanation,
                "answers": [{"text": row.text, "right": row.right} for row in choices],
            }
            for question, choices in questions_of(lesson.pk)
        ]
        lessons.append(
            {
                "kind": lesson.kind,
                "title": lesson.title,
                "text": lesson.text,
                "minutes": lesson.minutes,
                "file": lesson.file.sha256 if lesson.file is not None else None,
                "package": lesson.package,
                "pass_mark": lesson.pass_mark,
                "attempts": lesson.attempts,
                "questions": questions,
            }
        )
    return {"course": version.course.title, "version": version.number, "lessons": lessons}


# ---------------------------------------------------------------- files


def _opened(given: Upload | StoredFile) -> BinaryIO:
    if isinstance(given, StoredFile):
        return given.open()
    given.source.seek(0)
    return given.source


def head_of(given: Upload | StoredFile) -> bytes:
    """The first bytes of a file."""
    source = _opened(given)
    head = source.read(64)
    if isinstance(given, StoredFile):
        source.close()
    return head


def video_type(head: bytes) -> str | None:
    """The media type of a video by its first bytes (ISO 14496-12 ``ftyp``; EBML), or None."""
    if head[4:8] == b"ftyp":
        return "video/mp4"
    return "video/webm" if head.startswith(b"\x1aE\xdf\xa3") else None


FAULTS: Mapping[Fault, Text] = {
    Fault.NOT_A_ZIP: _("This is no ZIP archive that can be read (%(where)s)."),
    Fault.NO_MANIFEST: _(
        "It holds no course: none of %(where)s lies at the top of the archive. Zip the content of the folder, not the folder."
    ),
    Fault.TOO_LARGE: _("The package is larger than can be taken in (%(where)s)."),
    Fault.BAD_XML: _("The description of the package is no proper XML (%(where)s)."),
    Fault.DOCUMENT_TYPE: _(
        "The description of the package declares a document type or entities (%(where)s). Remove them."
    ),
    Fault.OUTSIDE: _("The package names a place outside of itself: %(where)s."),
    Fault.NO_LAUNCH: _("The package names nothing to launch (%(where)s)."),
    Fault.MISSING: _("The package names something that it does not hold: %(where)s."),
    Fault.BAD_SCORE: _("The package states a pass mark that is no number in its range (%(where)s)."),
}


def package_of(given: Upload | StoredFile) -> Package:
    """The package in an uploaded file. Invalid, naming what and where, when it is none."""
    source = _opened(given)
    try:
        return read_package(source)
    except PackageError as error:
        words = str(FAULTS[error.fault]) % {"where": error.where}
        raise Invalid({"file": [words]}) from error
    finally:
        if isinstance(given, StoredFile):
            source.close()


def kept_item(package: Package, item: Item) -> dict[str, JSON]:
    """What a lesson keeps of an item of a package."""
    return {
        "standard": package.standard.value,
        "identifier": item.identifier,
        "path": item.path,
        "query": item.query,
        "reports": item.reports,
        "mastery": item.mastery,
        "data": item.data,
        "move_on": item.move_on,
    }


def item_of(lesson: Lesson) -> tuple[Standard, Item]:
    """The item of a package lesson, as it was taken in."""
    kept = lesson.package
    item = Item(
        identifier=kept["identifier"], title=lesson.title, path=kept["path"], query=kept["query"], reports=kept["reports"],
        mastery=kept["mastery"], data=kept["data"], move_on=kept["move_on"],
    )  # fmt: skip
    return Standard(kept["standard"]), item
