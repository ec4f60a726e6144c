"""Building courses: a course, its versions, their lessons and questions. What is published is changed no more."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django import forms
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.training import content, rules
from quarterdeck.areas.training.models import Choice, Course, CourseVersion, Lesson, Question
from quarterdeck.engines.merkle.canonical import canonical_bytes
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, Invalid, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import record_form
from quarterdeck.kernel.files.fields import UploadField, keep
from quarterdeck.kernel.permissions.models import Unit

#: Who makes courses and says who has to take them.
OFFICERS = ("people_officer", "ciso")
MOST_LESSONS = 100


class CreateCourse(Create[Course]):
    """A new course, with its first version as a draft."""

    model = Course
    label = _("Add a course")
    fields = ("title", "summary", "unit", "awareness")
    roles = OFFICERS

    def mutate(self, ctx: Context, record: Course | None, data: Mapping[str, Any]) -> Course:
        made = ctx.save(self.build(ctx, data))
        ctx.save(CourseVersion(course=made, number=1, drafted_by=ctx.user))
        return made


class ChangeCourse(Change[Course]):
    model = Course
    fields = ("title", "summary", "unit", "awareness")
    roles = OFFICERS

    def available(self, user: User, record: Course) -> Text | None:
        return _retired(record)


class RetireCourse(Action[Course]):
    """Nobody is assigned it any more; what is open closes within a day."""

    name = "retire"
    model = Course
    label = _("Retire the course")
    states = frozenset({Course.State.ACTIVE.value})
    confirm = _("Nobody is assigned this course any more, and open assignments are closed.")
    roles = OFFICERS

    def mutate(self, ctx: Context, record: Course | None, data: Mapping[str, Any]) -> Course:
        assert record is not None
        record.state = Course.State.RETIRED
        return ctx.save(record)


def _retired(course: Course) -> Text | None:
    return _("The course is retired.") if course.state == Course.State.RETIRED else None


class DraftVersion(Action[CourseVersion]):
    """Begin the next version as a copy of the last; the published one stays in force until this one is published."""

    name = "draft"
    model = CourseVersion
    label = _("Draft the next version")
    creates = True
    roles = OFFICERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return record_form(CourseVersion, ("course",))

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        course: Course = data["course"]
        return course.unit

    def guard(self, ctx: Context, record: CourseVersion | None, data: Mapping[str, Any]) -> None:
        course: Course = data["course"]
        reason = _retired(course)
        if reason:
            raise Refused(reason)
        if course.versions.filter(state=CourseVersion.State.DRAFT).exists():
            raise Refused(_("A draft of this course is open already; publish that first."))

    def mutate(self, ctx: Context, record: CourseVersion | None, data: Mapping[str, Any]) -> CourseVersion:
        course: Course = data["course"]
        last = course.versions.order_by("-number").first()
        made = ctx.save(CourseVersion(course=course, number=last.number + 1 if last else 1, drafted_by=ctx.user))
        for lesson in content.lessons_of(last) if last else []:
            source = lesson.pk
            copy = _copied(lesson, version=made)
            ctx.save(copy)
            for question, choices in content.questions_of(source):
                asked = ctx.save(_copied(question, lesson=copy))
                for choice in choices:
                    ctx.save(_copied(choice, question=asked))
        return made


def _copied(record: Any, **changed: object) -> Any:
    kept = {
        field.name: getattr(record, field.name)
        for field in record._meta.concrete_fields
        if field.name not in ("id", "revision", "recorded_at")
    }
    return type(record)(**(kept | changed))


class Publish(Action[CourseVersion]):
    """Freeze the content by its hash. From now on this is what people are assigned."""

    name = "publish"
    model = CourseVersion
    label = _("Publish")
    help = _("The content stays as it is from then on; a change takes a new version.")
    states = frozenset({CourseVersion.State.DRAFT.value})
    roles = OFFICERS

    def available(self, user: User, record: CourseVersion) -> Text | None:
        reason = _retired(record.course)
        return reason or content.unready(record)

    def mutate(self, ctx: Context, record: CourseVersion | None, data: Mapping[str, Any]) -> CourseVersion:
        assert record is not None
        for earlier in CourseVersion.objects.filter(course=record.course_id, state=CourseVersion.State.PUBLISHED):
            earlier.state = CourseVersion.State.SUPERSEDED
            ctx.save(earlier)
        record.content_sha256 = sha256(canonical_bytes(content.frozen(record))).hexdigest()
        record.state = CourseVersion.State.PUBLISHED
        record.published_by = ctx.user
        record.published_on = ctx.at.date()
        return ctx.save(record)

    def enqueue(self, ctx: Context, record: CourseVersion, data: Mapping[str, Any]) -> None:
        from quarterdeck.areas.training.jobs import ask_for_rules

        ask_for_rules(ctx, record.course_id)


# ---------------------------------------------------------------- lessons


class _OfDraft(Action[Lesson]):
    """What adds a lesson to a draft."""

    model = Lesson
    creates = True
    roles = OFFICERS
    kind: Lesson.Kind
    fields: tuple[str, ...] = ()
    takes_file: Text = ""

    def form_class(self) -> type[forms.BaseForm] | None:
        base = record_form(Lesson, ("version", *self.fields))
        if not self.takes_file:
            return base
        return type("LessonWithFile", (base,), {"file": UploadField(label=self.takes_file)})

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Lesson | None) -> None:
        field = form.fields["version"]
        if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
            field.queryset = field.queryset.filter(state=CourseVersion.State.DRAFT).select_related("course")

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        version: CourseVersion = data["version"]
        return version.course.unit

    def guard(self, ctx: Context, record: Lesson | None, data: Mapping[str, Any]) -> None:
        not_draft = _not_draft(data["version"])
        if not_draft:
            raise Refused(not_draft)
        if Lesson.objects.filter(version=data["version"]).count() >= MOST_LESSONS:
            raise Refused(_("A course has at most %(n)s lessons; make two courses of it.") % {"n": MOST_LESSONS})

    def mutate(self, ctx: Context, record: Lesson | None, data: Mapping[str, Any]) -> Lesson:
        values = {name: data[name] for name in ("version", *self.fields) if name in data}
        made = Lesson(kind=self.kind, number=_next(data["version"]), **values)
        return self.complete(ctx, made, data)

    def complete(self, ctx: Context, made: Lesson, data: Mapping[str, Any]) -> Lesson:
        return ctx.save(made)


def _next(version: CourseVersion) -> int:
    last: int | None = Lesson.objects.filter(version=version).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _not_draft(version: CourseVersion) -> Text | None:
    if version.state == CourseVersion.State.DRAFT:
        return None
    return _("This version is published and stays as it is; draft the next version to change it.")


class AddPage(_OfDraft):
    name = "add_page"
    label = _("Add a page")
    kind = Lesson.Kind.PAGE
    fields = ("title", "text", "minutes")


class AddQuiz(_OfDraft):
    name = "add_quiz"
    label = _("Add a quiz")
    kind = Lesson.Kind.QUIZ
    fields = ("title", "pass_mark", "attempts", "minutes")


class AddVideo(_OfDraft):
    """A video file, with the words that go with it."""

    name = "add_video"
    label = _("Add a video")
    kind = Lesson.Kind.VIDEO
    fields = ("title", "text", "minutes")
    takes_file = _("Video (MP4 or WebM)")

    def complete(self, ctx: Context, made: Lesson, data: Mapping[str, Any]) -> Lesson:
        if content.video_type(content.head_of(data["file"])) is None:
            raise Invalid({"file": [str(_("This is neither an MP4 nor a WebM video."))]})
        made.file = keep(ctx, data["file"])
        return ctx.save(made)


class AddPackage(_OfDraft):
    """A SCORM 1.2, SCORM 2004, Tin Can or cmi5 package; one lesson for each part that it launches."""

    name = "add_package"
    label = _("Add a course package")
    kind = Lesson.Kind.PACKAGE
    fields = ("title", "minutes")
    takes_file = _("Package (ZIP)")

    def complete(self, ctx: Context, made: Lesson, data: Mapping[str, Any]) -> Lesson:
        read = content.package_of(data["file"])
        file = keep(ctx, data["file"])
        first: Lesson | None = None
        for place, item in enumerate(read.items):
            title = made.title if len(read.items) == 1 else f"{made.title}: {item.title or place + 1}"[:200]
            lesson = Lesson(
                version=made.version, kind=self.kind, number=made.number + place, title=title, minutes=made.minutes,
                file=file, package=content.kept_item(read, item), pass_mark=item.mastery or made.pass_mark,
            )  # fmt: skip
            ctx.save(lesson)
            first = first or lesson
        assert first is not None
        return first


class ChangeLesson(Change[Lesson]):
    model = Lesson
    fields = ("title", "text", "minutes", "pass_mark", "attempts")
    roles = OFFICERS

    def available(self, user: User, record: Lesson) -> Text | None:
        return _not_draft(record.version)


class MoveLesson(Action[Lesson]):
    """Put the lesson before the one above it."""

    name = "move_up"
    model = Lesson
    label = _("Move up")
    roles = OFFICERS

    def available(self, user: User, record: Lesson) -> Text | None:
        return _not_draft(record.version)

    def guard(self, ctx: Context, record: Lesson | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if self._above(record) is None:
            raise Refused(_("It is the first already."))

    def _above(self, lesson: Lesson) -> Lesson | None:
        rows = Lesson.objects.filter(version=lesson.version_id, withdrawn=False, number__lt=lesson.number)
        return rows.order_by("-number", "-pk").first()

    def mutate(self, ctx: Context, record: Lesson | None, data: Mapping[str, Any]) -> Lesson:
        assert record is not None
        above = self._above(record)
        assert above is not None
        record.number, above.number = above.number, record.number
        ctx.save(above)
        return ctx.save(record)


class WithdrawLesson(Action[Lesson]):
    name = "withdraw"
    model = Lesson
    label = _("Take out")
    roles = OFFICERS

    def available(self, user: User, record: Lesson) -> Text | None:
        return _("It was taken out already.") if record.withdrawn else _not_draft(record.version)

    def mutate(self, ctx: Context, record: Lesson | None, data: Mapping[str, Any]) -> Lesson:
        assert record is not None
        record.withdrawn = True
        return ctx.save(record)


# ---------------------------------------------------------------- questions

_FAULTS: Mapping[str, Text] = {
    "few": _("A question takes at least two answers."),
    "many": _("At most %(n)s answers.") % {"n": rules.MOST_ANSWERS},
    "long": _("An answer has at most 500 characters."),
    "none_right": _("Put * before each right answer; none is marked."),
    "twice": _("The same answer stands there twice."),
}


class _Asked(forms.Form):
    text = forms.CharField(label=_("Question"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    answers = forms.CharField(
        label=_("Answers"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line; put * before each right one."),
    )
    explanation = forms.CharField(
        label=_("Explanation"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Shown once it was answered."),
    )

    def clean_answers(self) -> str:
        text = str(self.cleaned_data["answers"])
        try:
            rules.listed_answers(text)
        except rules.AnswersFault as fault:
            raise forms.ValidationError(str(_FAULTS[fault.code])) from fault
        return text


class AddQuestion(Action[Question]):
    name = "add"
    model = Question
    label = _("Add a question")
    creates = True
    roles = OFFICERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return type("QuestionForm", (record_form(Question, ("lesson",)), _Asked), {})

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Question | None) -> None:
        field = form.fields["lesson"]
        if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
            field.queryset = field.queryset.filter(kind=Lesson.Kind.QUIZ, withdrawn=False)

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        lesson: Lesson = data["lesson"]
        return lesson.version.course.unit

    def guard(self, ctx: Context, record: Question | None, data: Mapping[str, Any]) -> None:
        not_draft = _not_draft(data["lesson"].version)
        if not_draft:
            raise Refused(not_draft)

    def mutate(self, ctx: Context, record: Question | None, data: Mapping[str, Any]) -> Question:
        lesson: Lesson = data["lesson"]
        last: int | None = lesson.questions.aggregate(last=Max("number"))["last"]
        return _asked(ctx, Question(lesson=lesson, number=(last or 0) + 1), data, [])


class ChangeQuestion(Action[Question]):
    name = "change"
    model = Question
    label = _("Change")
    roles = OFFICERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return _Asked

    def initial(self, record: Question | None) -> dict[str, object]:
        if record is None:
            return {}
        lines = [f"* {row.text}" if row.right else row.text for row in content.choices_of(record.pk)]
        return {"text": record.text, "answers": "\n".join(lines), "explanation": record.explanation}

    def available(self, user: User, record: Question) -> Text | None:
        return _not_draft(record.lesson.version)

    def mutate(self, ctx: Context, record: Question | None, data: Mapping[str, Any]) -> Question:
        assert record is not None
        return _asked(ctx, record, data, list(record.choices.order_by("number", "pk")))


class WithdrawQuestion(Action[Question]):
    name = "withdraw"
    model = Question
    label = _("Take out")
    roles = OFFICERS

    def available(self, user: User, record: Question) -> Text | None:
        return _("It was taken out already.") if record.withdrawn else _not_draft(record.lesson.version)

    def mutate(self, ctx: Context, record: Question | None, data: Mapping[str, Any]) -> Question:
        assert record is not None
        record.withdrawn = True
        return ctx.save(record)


def _asked(ctx: Context, question: Question, data: Mapping[str, Any], known: list[Choice]) -> Question:
    """Write a question with its answers, over those it had; what is left of them is withdrawn."""
    answers = rules.listed_answers(str(data["answers"]))
    several = sum(right for _words, right in answers) > 1
    question.kind = Question.Kind.MULTIPLE if several else Question.Kind.SINGLE
    question.text, question.explanation = data["text"], data["explanation"]
    ctx.save(question)
    for place, (words, right) in enumerate(answers):
        choice = known[place] if place < len(known) else Choice(question=question)
        choice.number, choice.text, choice.right, choice.withdrawn = place + 1, words, right, False
        ctx.save(choice)
    for choice in known[len(answers) :]:
        choice.withdrawn = True
        ctx.save(choice)
    return question
