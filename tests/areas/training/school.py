"""Courses, people and packages for the tests of training."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from quarterdeck.areas.training.content import lessons_of, questions_of
from quarterdeck.areas.training.models import Assignment, CourseVersion
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import perform
from quarterdeck.kernel.jobs.worker import Worker
from tests.support import act, company, system, user_with

SCORM_12 = """<?xml version="1.0"?>
<manifest identifier="m" version="1.0" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>Strangers at the door</title>
<item identifier="i" identifierref="r"><title>Strangers at the door</title><adlcp:masteryscore>70</adlcp:masteryscore></item>
</organization></organizations>
<resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="index.html"><file href="index.html"/></resource></resources>
</manifest>"""
PAGE = "<!DOCTYPE html><html><head><title>Part</title></head><body><p>Part</p></body></html>"


def zipped(**files: str | bytes) -> bytes:
    """A ZIP of files by their names (``__`` stands for a dot, ``___`` for a slash)."""
    return archive({name.replace("___", "/").replace("__", "."): body for name, body in files.items()})


def archive(files: dict[str, str | bytes]) -> bytes:
    """A ZIP of files by their paths."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in files.items():
            target.writestr(name, body)
    return made.getvalue()


def scorm(page: str = PAGE, manifest: str = SCORM_12) -> bytes:
    """A small SCORM package of one page."""
    return archive({"imsmanifest.xml": manifest, "index.html": page})


def uploaded(who: User, version: CourseVersion, name: str, content: bytes, filename: str, **data: object) -> Any:
    """Add a lesson with a file."""
    given = {"version": version.pk, "title": "Lesson", "minutes": 5, **data}
    plain: MultiValueDict[str, Any] = MultiValueDict({key: [value] for key, value in given.items()})
    files: MultiValueDict[str, Any] = MultiValueDict({"file": [SimpleUploadedFile(filename, content)]})
    return perform(f"training.lesson.{name}", who, None, plain, files=files).record


def officer() -> User:
    company()
    return user_with("people_officer")


def course(
    who: User, title: str = "Recognising phishing", *, quiz: bool = True, publish: bool = True, **data: object
) -> Any:
    """A course with a page and a quiz of two questions, published."""
    made = act("training.course.create", who, title=title, unit=company(), **{"awareness": True, **data})
    version = made.versions.get()
    act(
        "training.lesson.add_page",
        who,
        version=version,
        title="What it looks like",
        text="# Look\n\nLook **twice**.",
        minutes=3,
    )
    if quiz:
        asked = act(
            "training.lesson.add_quiz", who, version=version, title="Questions", pass_mark=60, attempts=3, minutes=5
        )
        act(
            "training.question.add",
            who,
            lesson=asked,
            text="Who asks for a password?",
            answers="* Nobody\nThe bank",
            explanation="Nobody does.",
        )
        act(
            "training.question.add",
            who,
            lesson=asked,
            text="What is odd?",
            answers="* The sender\n* The haste\nThe logo",
        )
    if publish:
        act("training.courseversion.publish", who, version)
    return made


def version_of(made: Any) -> CourseVersion:
    return CourseVersion.objects.filter(course=made).latest("number")


def employee(
    name: str, unit: Any = None, *, login: bool = True, since: str = "2020-01-01", level: str = "staff"
) -> Any:
    """Somebody with a position, and a login if asked for."""
    email = f"{name.lower().replace(' ', '.')}@example.org"
    made = act("people.person.create", system(), full_name=name, unit=unit or company(), email=email)
    act(
        "people.position.create",
        system(),
        person=made,
        title="Clerk",
        level=level,
        unit=unit or company(),
        effective_from=since,
    )
    if login:
        user = user_with("employee", login=f"{name.lower().replace(' ', '.')}")
        made = act("people.person.connect_login", system(), made, user=user)
    return made


def unit(code: str, parent: Any = None) -> Any:
    return act(
        "permissions.unit.create", system(), code=code, name=code.title(), kind="business", parent=parent or company()
    )


def assign(who: User, person: Any, made: Any, due: str = "2030-01-31") -> Assignment:
    row: Assignment = act("training.assignment.assign", who, person=person, course=made, due_on=due)
    return row


def right_answers(lesson: Any) -> dict[str, list[int]]:
    return {str(q.pk): [c.pk for c in choices if c.right] for q, choices in questions_of(lesson.pk)}


def wrong_answers(lesson: Any) -> dict[str, list[int]]:
    return {str(q.pk): [c.pk for c in choices if not c.right][:1] for q, choices in questions_of(lesson.pk)}


def finish(row: Assignment) -> Assignment:
    """The person takes the whole course and passes."""
    user = row.person.user
    assert user is not None
    for lesson in lessons_of(row.version):
        if lesson.kind == "quiz":
            act("training.assignment.answer", user, row, lesson=lesson.pk, answers=right_answers(lesson))
        else:
            act("training.assignment.finish_lesson", user, row, lesson=lesson.pk)
    return Assignment.objects.get(pk=row.pk)


def worked() -> int:
    """Run every job that was asked for."""
    return Worker("test").drain()


def day(text: str) -> date:
    return date.fromisoformat(text)


def statement(verb: str, activity: str, **result: object) -> str:
    return json.dumps(
        {"verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"}, "object": {"id": activity}, "result": result}
    )
