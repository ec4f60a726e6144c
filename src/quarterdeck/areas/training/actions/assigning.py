"""Who has to take what until when: rules, assignments made by them or by hand, and the ways in which one ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people.actions import not_erased
from quarterdeck.areas.people.models import Person
from quarterdeck.areas.training import counting
from quarterdeck.areas.training.actions.course import OFFICERS
from quarterdeck.areas.training.audience import candidates
from quarterdeck.areas.training.completing import complete_all
from quarterdeck.areas.training.models import Assignment, AssignmentRule, Course, CourseVersion
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, End, Invalid, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput, record_form
from quarterdeck.kernel.permissions.models import Unit

#: Assignments in one batch: one action, one leaf, one transaction.
BATCH = 500


def published(course: Course) -> CourseVersion | None:
    """The version that people are assigned now."""
    return CourseVersion.objects.filter(course=course, state=CourseVersion.State.PUBLISHED).first()


def _unassignable(course: Course) -> Text | None:
    if course.state == Course.State.RETIRED:
        return _("The course is retired.")
    if published(course) is None:
        return _("No version of the course is published; publish one first.")
    return None


class AddRule(Create[AssignmentRule]):
    """Say who takes the course, how often, and in how many days. It begins to assign at once, in batches."""

    name = "add"
    model = AssignmentRule
    label = _("Assign to an audience")
    fields = (
        "course", "unit", "role", "recurrence_months", "days_allowed", "effective_from", "effective_until",
    )  # fmt: skip
    roles = OFFICERS

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: AssignmentRule | None) -> None:
        field = form.fields["course"]
        if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
            field.queryset = field.queryset.filter(state=Course.State.ACTIVE).order_by("title", "pk")

    def guard(self, ctx: Context, record: AssignmentRule | None, data: Mapping[str, Any]) -> None:
        reason = _unassignable(data["course"])
        if reason:
            raise Refused(reason)

    def enqueue(self, ctx: Context, record: AssignmentRule, data: Mapping[str, Any]) -> None:
        from quarterdeck.areas.training.jobs import ask_for_rule

        ask_for_rule(ctx, record)


class ChangeRule(Change[AssignmentRule]):
    """Correct whom it means and how; what was assigned stays."""

    model = AssignmentRule
    fields = ("unit", "role", "recurrence_months", "days_allowed")
    roles = OFFICERS

    def available(self, user: User, record: AssignmentRule) -> Text | None:
        return _("Already ended.") if record.effective_until is not None else None


class EndRule(End[AssignmentRule]):
    model = AssignmentRule
    label = _("End the rule")
    roles = OFFICERS


class _Batch(forms.Form):
    occasion_on = forms.DateField(label=_("Occasion"), widget=DateInput)
    first = forms.IntegerField(label=_("From person"), min_value=1, required=False)
    last = forms.IntegerField(label=_("To person"), min_value=1, required=False)


class NobodyLeft(Refused):
    """Everybody whom the rule means in this span has been assigned, by whomever."""


class Fill(Action[AssignmentRule]):
    """Done by the product itself: assign those whom the rule means whose keys lie from ``first`` to ``last``, or the first
    of them, as many as one batch takes."""

    name = "fill"
    model = AssignmentRule
    label = _("Assign a batch")

    def form_class(self) -> type[forms.BaseForm] | None:
        return _Batch

    def guard(self, ctx: Context, record: AssignmentRule | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        reason = _unassignable(record.course)
        if reason:
            raise Refused(reason)
        if not record.in_effect(ctx.at.date()):
            raise Refused(_("The rule is not in effect today."))

    def mutate(self, ctx: Context, record: AssignmentRule | None, data: Mapping[str, Any]) -> AssignmentRule:
        assert record is not None
        version = published(record.course)
        assert version is not None
        day = ctx.at.date()
        meant = candidates(record, data["occasion_on"], day)
        if data["first"] is not None:
            meant = meant.filter(pk__gte=data["first"])
        if data["last"] is not None:
            # Whoever came into the span since it was cut belongs to it.
            meant = meant.filter(pk__lte=data["last"])
        else:
            meant = meant[:BATCH]
        rows = [
            Assignment(
                person_id=person,
                unit_id=unit,
                course_id=record.course_id,
                version=version,
                rule=record,
                occasion_on=data["occasion_on"],
                assigned_on=day,
                due_on=day + timedelta(days=record.days_allowed),
                revision=1,
                recorded_at=ctx.at,
            )
            for person, unit in meant.values_list("pk", "unit_id")
        ]
        if not rows:
            raise NobodyLeft(_("Everybody whom the rule means has been assigned."))
        # Every value comes from this rule and the people found, so there is nothing that validating row by row would find.
        made = Assignment.objects.bulk_create(rows)
        ctx.changed.extend(made)
        counting.added(made)
        return record


class _ByHand(forms.Form):
    person = forms.ModelChoiceField(Person._base_manager.all(), label=_("Person"))
    course = forms.ModelChoiceField(Course._base_manager.all(), label=_("Course"))
    due_on = forms.DateField(label=_("Due"), widget=DateInput)
    because = forms.CharField(label=_("Why"), max_length=200, required=False)


class Assign(Action[Assignment]):
    """Assign a course to one person."""

    name = "assign"
    model = Assignment
    label = _("Assign to a person")
    creates = True
    roles = (*OFFICERS, "unit_owner")

    def form_class(self) -> type[forms.BaseForm] | None:
        return _ByHand

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Assignment | None) -> None:
        for name, kept in (("person", {"state": Person.State.ACTIVE}), ("course", {"state": Course.State.ACTIVE})):
            field = form.fields[name]
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                field.queryset = field.queryset.filter(**kept).order_by(
                    "full_name" if name == "person" else "title", "pk"
                )

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        person: Person = data["person"]
        return person.unit

    def guard(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> None:
        not_erased(data["person"])
        reason = _unassignable(data["course"])
        if reason:
            raise Refused(reason)
        if data["due_on"] < ctx.at.date():
            raise Refused(_("The last day has passed; give one that is still to come."))
        if Assignment.objects.filter(person=data["person"], course=data["course"], state__in=Assignment.OPEN).exists():
            raise Refused(_("This person has this course open already."))

    def mutate(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> Assignment:
        return given(ctx, data["person"], data["course"], data["due_on"], data["because"])


def given(ctx: Context, person: Person, course: Course, due_on: Any, because: str) -> Assignment:
    """Assign ``course`` to ``person`` inside an action; the caller has made sure that it is not open already."""
    version = published(course)
    assert version is not None
    day = ctx.at.date()
    row = ctx.save(
        Assignment(
            person=person, course=course, version=version, unit=person.unit, occasion_on=day, assigned_on=day, due_on=due_on,
            because=because,
        )
    )  # fmt: skip
    counting.added([row])
    return row


class Excuse(Action[Assignment]):
    """Let somebody off, for a reason, by somebody else. It leaves the share of completion and stays on record."""

    name = "excuse"
    model = Assignment
    label = _("Excuse")
    states = frozenset(Assignment.OPEN)
    differs_from = ("person__user",)
    roles = (*OFFICERS, "unit_owner")

    def form_class(self) -> type[forms.BaseForm] | None:
        reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
        return type("ExcuseForm", (forms.Form,), {"reason": reason})

    def mutate(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> Assignment:
        assert record is not None
        return _closed(ctx, record, Assignment.State.EXCUSED, data["reason"])


class Extend(Action[Assignment]):
    """Give more time."""

    name = "extend"
    model = Assignment
    label = _("Give more time")
    states = frozenset(Assignment.OPEN)
    differs_from = ("person__user",)
    roles = OFFICERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return record_form(Assignment, ("due_on",))

    def initial(self, record: Assignment | None) -> dict[str, object]:
        return {} if record is None else {"due_on": record.due_on}

    def guard(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if data["due_on"] <= record.due_on:
            raise Refused(_("It is due on %(day)s; give a later day.") % {"day": record.due_on.isoformat()})

    def mutate(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> Assignment:
        assert record is not None
        record.due_on = data["due_on"]
        return ctx.save(record)


class Expire(Action[Assignment]):
    """Done by the product itself: the person left, or the course was retired."""

    name = "expire"
    model = Assignment
    label = _("Close what can no longer be done")
    states = frozenset(Assignment.OPEN)

    def guard(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if record.person.state != Person.State.LEFT and record.course.state != Course.State.RETIRED:
            raise Refused(_("The person is still here and the course is not retired."))

    def mutate(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> Assignment:
        assert record is not None
        left = record.person.state == Person.State.LEFT
        because = _("The person left.") if left else _("The course was retired.")
        return _closed(ctx, record, Assignment.State.EXPIRED, str(because))


def _closed(ctx: Context, row: Assignment, state: Assignment.State, because: str) -> Assignment:
    before = row.state
    row.state, row.closed_on, row.closed_because, row.closed_by = state, ctx.at.date(), because, ctx.user
    saved = ctx.save(row)
    counting.moved(saved, before)
    return saved


class _Attended(forms.Form):
    held_on = forms.DateField(label=_("Held on"), widget=DateInput)
    how = forms.CharField(
        label=_("How it was held"),
        max_length=300,
        help_text=_("Where, by whom, and where the list of those present lies."),
    )
    attended = forms.CharField(
        label=_("Who completed it"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One e-mail address or full name a line, of people who have the course open."),
    )


class RecordAttendance(Action[Course]):
    """The course was held elsewhere: record who completed it, by a list of names or addresses."""

    name = "record_attendance"
    model = Course
    label = _("Record attendance")
    roles = OFFICERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return _Attended

    def guard(self, ctx: Context, record: Course | None, data: Mapping[str, Any]) -> None:
        if data["held_on"] > ctx.at.date():
            raise Refused(_("That day lies ahead; record it once it has come."))

    def mutate(self, ctx: Context, record: Course | None, data: Mapping[str, Any]) -> Course:
        assert record is not None
        lines = list(dict.fromkeys(line.strip() for line in str(data["attended"]).splitlines() if line.strip()))
        if len(lines) > 2000:
            raise Invalid({"attended": [str(_("At most 2,000 names at once; send the rest again."))]})
        rows = Assignment.objects.filter(course=record, state__in=Assignment.OPEN).select_related("person", "version")
        by_name: dict[str, list[Assignment]] = {}
        for row in rows.order_by("pk"):
            for key in {row.person.full_name.casefold(), row.person.email.casefold()} - {""}:
                by_name.setdefault(key, []).append(row)
        unknown = [line for line in lines if len(by_name.get(line.casefold(), ())) != 1]
        if unknown:
            words = _("Nobody, or more than one, has this course open by: %(names)s.")
            raise Invalid({"attended": [str(words) % {"names": "; ".join(unknown[:20])}]})
        # The same person by name and by address is one.
        found = {by_name[line.casefold()][0].pk: by_name[line.casefold()][0] for line in lines}
        if any(row.person.user_id is not None and row.person.user_id == ctx.user.pk for row in found.values()):
            raise Refused(_("Your own attendance is recorded by somebody else."))
        if any(row.assigned_on > data["held_on"] for row in found.values()):
            raise Refused(_("Somebody named was assigned the course only after that day."))
        complete_all(ctx, list(found.values()), data["held_on"], data["how"])
        return record
