"""How courses and assignments show in pages, API and command line."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.training.actions import assigning, course, taking
from quarterdeck.areas.training.models import (
    Assignment,
    AssignmentRule,
    Attempt,
    Certificate,
    Choice,
    Course,
    CourseVersion,
    Lesson,
    LessonProgress,
    Question,
)
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Panel, Resource, register

#: Who sees the courses as they are built, right answers included: whoever makes them, and the auditor.
KEEPERS = (*course.OFFICERS, "auditor")
#: Who sees how far their part of the company is.
READERS = (
    *course.OFFICERS, "analyst", "group_lead", "unit_owner", "committee_member", "secretary", "board_member", "disclosure_officer", "auditor",
)  # fmt: skip
#: And everybody their own.
WITH_OWN = (*READERS, *(role for role in taking.TRAINEES if role.removeprefix("own:") not in READERS))
_TAKEN = Scope(unit="assignment__person__unit", own=("assignment__person__user",))

register(
    Resource(
        model=Course,
        named_by=("title",),
        scope=Scope(unit="unit"),
        group=_("Training"),
        columns=(Column("title", sortable=True), Column("unit"), Column("awareness"), Column("state")),
        filters=("state", "awareness", "unit"),
        search=("title", "summary"),
        order=("title", "pk"),
        details=("title", "summary", "unit", "awareness", "state"),
        select=("unit",),
        state_field="state",
        panels=(Panel(CourseVersion, "course"), Panel(AssignmentRule, "course")),
        actions=(course.CreateCourse, course.ChangeCourse, assigning.RecordAttendance, course.RetireCourse),
        view_roles=READERS,
    )
)
register(
    Resource(
        model=CourseVersion,
        scope=Scope(unit="course__unit"),
        columns=(Column("course"), Column("number", numeric=True), Column("state"), Column("published_on")),
        filters=("state", "course"),
        details=(
            "course", "number", "state", "content_sha256", "drafted_by", "published_by", "published_on",
        ),
        select=("course", "course__unit"),
        state_field="state",
        screen="course_version",
        panels=(Panel(Lesson, "version"),),
        actions=(course.DraftVersion, course.Publish),
        view_roles=READERS,
    )
)  # fmt: skip
register(
    Resource(
        model=Lesson,
        scope=Scope(unit="version__course__unit"),
        columns=(
            Column("number", numeric=True), Column("title"), Column("kind"), Column("minutes", numeric=True), Column("withdrawn"),
        ),
        filters=("kind",),
        search=("title",),
        order=("version", "number", "pk"),
        details=(
            "version", "number", "kind", "title", "text", "minutes", "file", "package", "pass_mark", "attempts", "withdrawn",
        ),
        select=("version", "version__course", "file"),
        panels=(Panel(Question, "lesson"),),
        actions=(
            course.AddPage, course.AddVideo, course.AddPackage, course.AddQuiz, course.ChangeLesson, course.MoveLesson,
            course.WithdrawLesson,
        ),
        view_roles=KEEPERS,
    )
)  # fmt: skip
register(
    Resource(
        model=Question,
        scope=Scope(unit="lesson__version__course__unit"),
        columns=(Column("number", numeric=True), Column("text"), Column("kind"), Column("withdrawn")),
        filters=("kind", "lesson"),
        search=("text",),
        order=("lesson", "number", "pk"),
        details=("lesson", "number", "kind", "text", "explanation", "withdrawn"),
        select=("lesson", "lesson__version", "lesson__version__course"),
        panels=(Panel(Choice, "question"),),
        actions=(course.AddQuestion, course.ChangeQuestion, course.WithdrawQuestion),
        view_roles=KEEPERS,
    )
)
register(
    Resource(
        model=Choice,
        scope=Scope(unit="question__lesson__version__course__unit"),
        columns=(Column("number", numeric=True), Column("text"), Column("right"), Column("withdrawn")),
        filters=("question",),
        order=("question", "number", "pk"),
        details=("question", "number", "text", "right", "withdrawn"),
        select=("question", "question__lesson"),
        view_roles=KEEPERS,
    )
)
register(
    Resource(
        model=AssignmentRule,
        scope=Scope(unit="unit"),
        group=_("Training"),
        columns=(
            Column("course"), Column("unit"), Column("role"), Column("recurrence_months", numeric=True),
            Column("days_allowed", numeric=True), Column("effective_from", sortable=True), Column("effective_until"),
        ),
        filters=("course", "unit"),
        order=("-effective_from", "-pk"),
        details=(
            "course", "unit", "role", "recurrence_months", "days_allowed", "effective_from", "effective_until",
        ),
        select=("course", "unit", "role"),
        actions=(assigning.AddRule, assigning.ChangeRule, assigning.EndRule, assigning.Fill),
        view_roles=READERS,
    )
)  # fmt: skip
register(
    Resource(
        model=Assignment,
        scope=Scope(unit="person__unit", own=("person__user",)),
        group=_("Training"),
        columns=(
            Column("person"), Column("course"), Column("assigned_on", sortable=True), Column("due_on"), Column("state"),
            Column("completed_on"), Column("score", numeric=True),
        ),
        filters=("state", "course", "unit", "due_on"),
        search=("person__full_name",),
        order=("-assigned_on", "-pk"),
        details=(
            "person", "course", "version", "unit", "rule", "occasion_on", "assigned_on", "due_on", "state", "because", "started_on",
            "completed_on", "score", "completed_how", "closed_on", "closed_because", "closed_by",
        ),
        select=("person", "course"),
        state_field="state",
        panels=(Panel(LessonProgress, "assignment"), Panel(Attempt, "assignment"), Panel(Certificate, "assignment")),
        actions=(
            assigning.Assign, assigning.Excuse, assigning.Extend, assigning.Expire, taking.OpenLesson, taking.FinishLesson, taking.Answer,
            taking.Report,
        ),
        view_roles=WITH_OWN,
    )
)  # fmt: skip
register(
    Resource(
        model=LessonProgress,
        scope=_TAKEN,
        columns=(
            Column("assignment"),
            Column("lesson"),
            Column("opened_at"),
            Column("done_at"),
            Column("score", numeric=True),
        ),
        details=("assignment", "lesson", "opened_at", "done_at", "score"),
        select=("assignment", "assignment__person", "assignment__course", "lesson"),
        view_roles=(*KEEPERS, *(role for role in taking.TRAINEES if role.removeprefix("own:") not in KEEPERS)),
    )
)
register(
    Resource(
        model=Attempt,
        scope=_TAKEN,
        columns=(
            Column("assignment"), Column("lesson"), Column("number", numeric=True), Column("score", numeric=True), Column("passed"),
            Column("made_at"),
        ),
        filters=("passed",),
        details=("assignment", "lesson", "number", "score", "passed", "made_at"),
        select=("assignment", "assignment__person", "assignment__course", "lesson"),
        view_roles=(*KEEPERS, *(role for role in taking.TRAINEES if role.removeprefix("own:") not in KEEPERS)),
    )
)  # fmt: skip
register(
    Resource(
        model=Certificate,
        scope=_TAKEN,
        group=_("Training"),
        columns=(Column("number"), Column("assignment"), Column("issued_on", sortable=True)),
        filters=("issued_on",),
        search=("number",),
        order=("-issued_on", "-pk"),
        details=("number", "assignment", "issued_on", "content_sha256"),
        select=("assignment", "assignment__person", "assignment__course"),
        screen="training_certificate",
        view_roles=WITH_OWN,
    )
)
