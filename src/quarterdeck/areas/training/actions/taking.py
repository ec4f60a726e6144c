"""Taking a course: opening a lesson, saying that it was read, answering a quiz, hearing what a package reports.

All of it is one's own: the shipped roles hold these for their own assignments only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.training import content, counting, rules
from quarterdeck.areas.training.completing import complete
from quarterdeck.areas.training.models import Assignment, Attempt, Lesson, LessonProgress
from quarterdeck.engines.courseware import datamodel, statements
from quarterdeck.engines.courseware.datamodel import Standing
from quarterdeck.kernel.actions import Action, Context, Invalid, Refused

#: Whoever may be assigned a course may take it, whatever else they do here.
TRAINEES = tuple(
    f"own:{role}"
    for role in (
        "employee", "administrator", "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member",
        "secretary", "board_member", "disclosure_officer", "people_officer",
    )
)  # fmt: skip


class _Taking(Action[Assignment]):
    model = Assignment
    states = frozenset(Assignment.OPEN)
    roles = TRAINEES

    def form_class(self) -> type[forms.BaseForm] | None:
        # Which lessons somebody may see is decided by their assignment, not by the list of lessons.
        return _TakenLesson

    def guard(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        lesson = _lesson(record, data)
        for earlier in content.lessons_of(record.version):
            if earlier.pk == lesson.pk:
                return
            if not LessonProgress.objects.filter(assignment=record, lesson=earlier).exclude(done_at=None).exists():
                raise Refused(_("“%(lesson)s” comes first; finish that.") % {"lesson": earlier.title})


class _TakenLesson(forms.Form):
    lesson = forms.IntegerField(label=_("Lesson"), min_value=1, help_text=_("The number of its record."))


def _lesson(record: Assignment, data: Mapping[str, Any]) -> Lesson:
    found = Lesson.objects.filter(pk=data["lesson"], version=record.version_id, withdrawn=False).first()
    if found is None:
        raise Invalid({"lesson": [str(_("This course has no such lesson."))]})
    return found


def _progress(ctx: Context, record: Assignment, lesson: Lesson) -> LessonProgress:
    """The person's progress in the lesson; begun, and the course with it, where it was not."""
    found = LessonProgress.objects.filter(assignment=record, lesson=lesson).first()
    if found is None:
        found = ctx.save(LessonProgress(assignment=record, person_id=record.person_id, lesson=lesson, opened_at=ctx.at))
    if record.state == Assignment.State.ASSIGNED:
        before = record.state
        record.state, record.started_on = Assignment.State.STARTED, ctx.at.date()
        ctx.save(record)
        counting.moved(record, before)
    return found


def _done(ctx: Context, record: Assignment, progress: LessonProgress, score: int | None) -> None:
    """End a lesson, and the course with its last."""
    if progress.done_at is None:
        progress.done_at = ctx.at
    if score is not None:
        progress.score = score
    ctx.save(progress)
    all_of_it = {lesson.pk for lesson in content.lessons_of(record.version)}
    rows = LessonProgress.objects.filter(assignment=record, lesson_id__in=all_of_it).exclude(done_at=None)
    finished = dict(rows.values_list("lesson_id", "score"))
    if set(finished) >= all_of_it and record.open:
        complete(ctx, record, ctx.at.date(), rules.mean([score for score in finished.values() if score is not None]))


class OpenLesson(_Taking):
    name = "open_lesson"
    label = _("Open a lesson")

    def mutate(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> Assignment:
        assert record is not None
        _progress(ctx, record, _lesson(record, data))
        return record


class FinishLesson(_Taking):
    """Say that a page was read or a video watched."""

    name = "finish_lesson"
    label = _("Finish a lesson")

    def guard(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> None:
        super().guard(ctx, record, data)
        assert record is not None
        lesson = _lesson(record, data)
        if lesson.kind == Lesson.Kind.QUIZ:
            raise Refused(_("A quiz ends when it is passed; answer it."))
        if lesson.kind == Lesson.Kind.PACKAGE and lesson.package.get("reports"):
            raise Refused(_("This lesson tells by itself when it is done."))

    def mutate(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> Assignment:
        assert record is not None
        progress = _progress(ctx, record, _lesson(record, data))
        _done(ctx, record, progress, None)
        return record


class _Answers(_TakenLesson):
    answers = forms.JSONField(
        label=_("Answers"), required=False, help_text=_("Question → list of the answers chosen, by their numbers.")
    )

    def clean_answers(self) -> dict[int, frozenset[int]]:
        given = self.cleaned_data["answers"] or {}
        try:
            return {int(question): frozenset(int(one) for one in chosen) for question, chosen in given.items()}
        except (AttributeError, TypeError, ValueError, OverflowError):
            raise forms.ValidationError(_("Not a list of answers for each question."), code="invalid") from None


class Answer(_Taking):
    """Answer a quiz. What is right is looked up here and nowhere else."""

    name = "answer"
    label = _("Answer a quiz")

    def form_class(self) -> type[forms.BaseForm] | None:
        return _Answers

    def guard(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> None:
        super().guard(ctx, record, data)
        assert record is not None
        lesson = _lesson(record, data)
        if lesson.kind != Lesson.Kind.QUIZ:
            raise Refused(_("This lesson is no quiz."))
        made = Attempt.objects.filter(assignment=record, lesson=lesson)
        if made.filter(passed=True).exists():
            raise Refused(_("This quiz is passed already."))
        if lesson.attempts and made.count() >= lesson.attempts:
            raise Refused(
                _("All %(n)s tries are used. Ask who keeps the course to assign it anew.") % {"n": lesson.attempts}
            )
        asked = {question.pk: {row.pk for row in choices} for question, choices in content.questions_of(lesson.pk)}
        given: dict[int, frozenset[int]] = data["answers"]
        if any(question not in asked or not chosen <= asked[question] for question, chosen in given.items()):
            raise Invalid({"answers": [str(_("This quiz has no such question or answer."))]})
        if any(not given.get(question) for question in asked):
            raise Invalid({"answers": [str(_("Answer every question."))]})

    def mutate(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> Assignment:
        assert record is not None
        lesson = _lesson(record, data)
        given: dict[int, frozenset[int]] = data["answers"]
        right = {
            question.pk: frozenset(row.pk for row in choices if row.right)
            for question, choices in content.questions_of(lesson.pk)
        }
        marked = rules.mark(right, given)
        passed = marked.score >= lesson.pass_mark
        progress = _progress(ctx, record, lesson)
        ctx.save(
            Attempt(
                assignment=record,
                lesson=lesson,
                number=Attempt.objects.filter(assignment=record, lesson=lesson).count() + 1,
                answers={str(question): sorted(chosen) for question, chosen in given.items()},
                score=marked.score,
                passed=passed,
                made_at=ctx.at,
            )
        )
        if passed:
            _done(ctx, record, progress, marked.score)
        return record


class _Report(_TakenLesson):
    values = forms.JSONField(
        label=_("Reported"),
        required=False,
        help_text=_("SCORM: element → value, as texts. At most 200,000 characters."),
    )
    statements = forms.CharField(label=_("Statements"), required=False, max_length=statements.MAX_BYTES)

    def clean_values(self) -> dict[str, str]:
        given = self.cleaned_data["values"] or {}
        if not isinstance(given, dict) or not all(
            isinstance(name, str) and isinstance(value, str) for name, value in given.items()
        ):
            raise forms.ValidationError(_("Elements and values are texts."), code="invalid")
        if sum(len(name) + len(value) for name, value in given.items()) > datamodel.MAX_CHARACTERS:
            raise forms.ValidationError(_("More than a package may report."), code="invalid")
        return given


class Report(_Taking):
    """Hear what a package reports, keep what is valid of it, and end the lesson once it says so and the pass mark is met."""

    name = "report"
    label = _("Report from a package")

    def form_class(self) -> type[forms.BaseForm] | None:
        return _Report

    def guard(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> None:
        super().guard(ctx, record, data)
        assert record is not None
        lesson = _lesson(record, data)
        if lesson.kind != Lesson.Kind.PACKAGE or not lesson.package.get("reports"):
            raise Refused(_("This lesson reports nothing."))

    def mutate(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> Assignment:
        assert record is not None
        lesson = _lesson(record, data)
        progress = _progress(ctx, record, lesson)
        progress.runtime, standing = heard(lesson, progress.runtime or {}, data["values"], data["statements"])
        if standing.done or progress.done_at is not None:
            _done(ctx, record, progress, standing.score)
        else:
            progress.score = standing.score
            ctx.save(progress)
        return record


def heard(
    lesson: Lesson, before: Mapping[str, str], values: Mapping[str, str], said: str
) -> tuple[dict[str, str], Standing]:
    """What is kept of a report, and where it leaves the learner. Values that are not valid are left out, one by one."""
    standard, item = content.item_of(lesson)
    if standard.is_scorm:
        taken = datamodel.take(standard, before, values)
        return dict(taken.values), datamodel.standing(standard, taken.values, item.mastery)
    try:
        kept = statements.heard(before, statements.read_statements((said or "[]").encode(), item.identifier))
    except statements.StatementError as error:
        raise Invalid({"statements": [f"{error.where}: {error.reason}"]}) from error
    return kept, statements.launched_standing(kept, item.mastery, item.move_on)
