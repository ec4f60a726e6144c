"""What hangs on an incident: measures, timeline, tasks, lessons, notices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.incidents.actions.course import moment, past
from quarterdeck.areas.incidents.models import Incident, Lesson, Measure, Notice, Task, TimelineEntry
from quarterdeck.areas.incidents.rules import WHO
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Record

R = TypeVar("R", bound=Record)
HANDLERS = ("analyst", "group_lead", "ciso")


def demand_open(incident: Incident) -> Incident:
    """Hold the incident until the action is over; Refused once it is closed."""
    held = Incident._base_manager.select_for_update().get(pk=incident.pk)
    if held.state == Incident.State.CLOSED:
        raise Refused(_("%(incident)s is closed; reopen it first.") % {"incident": held.number})
    return held


class _Part(Create[R]):
    """Something new on an open incident."""

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["incident"].unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: R | None, data: Mapping[str, Any]) -> None:
        demand_open(data["incident"])


class AddMeasure(_Part[Measure]):
    name = "add"
    model = Measure
    label = _("Add a protective measure")
    fields = ("incident", "title", "owner")
    roles = WHO["add_measure"]


class FinishForm(forms.Form):
    done_at = moment(_("Done"))


class FinishMeasure(Action[Measure]):
    name = "finish"
    model = Measure
    label = _("Done")
    roles = (*HANDLERS, "unit_owner", "own:employee")

    def form_class(self) -> type[forms.BaseForm] | None:
        return FinishForm

    def available(self, user: User, record: Measure) -> Text | None:
        return _("Already done.") if record.done_at is not None else None

    def mutate(self, ctx: Context, record: Measure | None, data: Mapping[str, Any]) -> Measure:
        assert record is not None
        record.done_at = past(ctx, data["done_at"])
        return ctx.save(record)


class AddTimelineEntry(_Part[TimelineEntry]):
    """Entries are never changed; a correction is another entry."""

    name = "add"
    model = TimelineEntry
    label = _("Add to the timeline")
    fields = ("incident", "at", "text", "source")
    author_field = "entered_by"
    roles = (*HANDLERS, "counsel", "panel_member", "committee_member")

    def guard(self, ctx: Context, record: TimelineEntry | None, data: Mapping[str, Any]) -> None:
        super().guard(ctx, record, data)
        past(ctx, data["at"])


class GiveTask(_Part[Task]):
    """Ask a unit to do something."""

    name = "give"
    model = Task
    label = _("Give a task to a unit")
    fields = ("incident", "unit", "title", "assignee", "due")
    roles = (*HANDLERS, "panel_member", "committee_member")


class AcceptTask(Action[Task]):
    """The unit takes it on."""

    name = "accept"
    model = Task
    label = _("Accept")
    states = frozenset({Task.State.OPEN})
    roles = ("unit_owner", "group_lead", "own:employee", "own:analyst")

    def mutate(self, ctx: Context, record: Task | None, data: Mapping[str, Any]) -> Task:
        assert record is not None
        record.state = Task.State.ACCEPTED
        record.accepted_at = ctx.at
        record.accepted_by = ctx.user
        return ctx.save(record)


class FinishTask(Action[Task]):
    name = "finish"
    model = Task
    label = _("Done")
    states = frozenset({Task.State.ACCEPTED})
    roles = ("unit_owner", "group_lead", "ciso", "own:employee", "own:analyst")

    def mutate(self, ctx: Context, record: Task | None, data: Mapping[str, Any]) -> Task:
        assert record is not None
        record.state = Task.State.DONE
        record.done_at = ctx.at
        return ctx.save(record)


class AddLesson(_Part[Lesson]):
    name = "add"
    model = Lesson
    label = _("Add a lesson")
    fields = ("incident", "text")
    roles = (*HANDLERS, "panel_member")


class FinishLesson(Action[Lesson]):
    """Done after the incident is closed as well: learning takes longer."""

    name = "finish"
    model = Lesson
    label = _("Done")
    states = frozenset({Lesson.State.OPEN})
    roles = (*HANDLERS, "panel_member", "unit_owner")

    def mutate(self, ctx: Context, record: Lesson | None, data: Mapping[str, Any]) -> Lesson:
        assert record is not None
        record.state = Lesson.State.DONE
        record.done_on = local_day(ctx.at)
        return ctx.save(record)


class GiveNotice(_Part[Notice]):
    """Write down that management or the board was informed."""

    name = "give"
    model = Notice
    label = _("Inform management or the board")
    fields = ("incident", "informed", "at", "how")
    author_field = "given_by"
    roles = WHO["give_notice"]

    def guard(self, ctx: Context, record: Notice | None, data: Mapping[str, Any]) -> None:
        super().guard(ctx, record, data)
        past(ctx, data["at"])
