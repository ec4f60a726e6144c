"""Running a meeting: plan, call, open, who is there, agenda, papers, recusals, close."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.actions.footing import (
    BEFORE_CLOSE,
    NOT_CLOSED,
    demand_before_close,
    demand_state,
    lock_meeting,
    next_item,
    own_person,
    state_fault,
)
from quarterdeck.areas.bodies.actions.standing import KEEPERS, demand_existing
from quarterdeck.areas.bodies.making import add_item, add_paper, follow_wall, plan_behind, propose
from quarterdeck.areas.bodies.models import AgendaItem, Attendance, Decision, Meeting, Membership, Paper, Recusal, Vote
from quarterdeck.areas.bodies.models.standing import VOTING
from quarterdeck.areas.bodies.queries import charter_on, local_day, members_on, seat_on
from quarterdeck.areas.bodies.walls import demand_inside, members_fault, outside
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import IsoDateTimeField

#: Roles whose holders sit on bodies: they vote, recuse themselves and approve minutes.
SITTING = ("panel_member", "committee_member", "board_member")
SECRETARY = ("secretary",)


class PlanMeeting(Create[Meeting]):
    name = "plan"
    model = Meeting
    label = _("Plan a meeting")
    fields = ("body", "kind", "planned_at", "place")
    roles = KEEPERS

    def guard(self, ctx: Context, record: Meeting | None, data: Mapping[str, Any]) -> None:
        day = local_day(data["planned_at"])
        demand_existing(data["body"], day, day)


class ChangeMeeting(Change[Meeting]):
    model = Meeting
    label = _("Move or change")
    states = frozenset({Meeting.State.PLANNED.value, Meeting.State.CALLED.value})
    fields = ("planned_at", "place")
    roles = KEEPERS


class CallMeeting(Action[Meeting]):
    """Send out time, place and agenda."""

    name = "call"
    model = Meeting
    label = _("Call the meeting")
    states = frozenset({Meeting.State.PLANNED.value})
    roles = SECRETARY

    def available(self, user: User, record: Meeting) -> Text | None:
        if not record.items.filter(withdrawn=False).exists():
            return _("The agenda is empty; add an item first.")
        return members_fault(record, local_day(record.planned_at))

    def mutate(self, ctx: Context, record: Meeting | None, data: Mapping[str, Any]) -> Meeting:
        assert record is not None
        record.state = Meeting.State.CALLED
        record.called_at = ctx.at
        return ctx.save(record)


class OpenForm(forms.Form):
    held_at = IsoDateTimeField(label=_("Opened at"), required=False, help_text=_("Empty: now."))
    presided_by = forms.ModelChoiceField(
        label=_("Presided by"), queryset=Person.objects.all(), required=False, help_text=_("Empty: the chair.")
    )


class OpenMeeting(Action[Meeting]):
    """Open a meeting, or circulate a written resolution. Members are those of that day."""

    name = "open"
    model = Meeting
    label = _("Open the meeting")
    states = frozenset({Meeting.State.CALLED.value})
    roles = SECRETARY

    def form_class(self) -> type[forms.BaseForm] | None:
        return OpenForm

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Meeting | None) -> None:
        if record is not None:
            field = form.fields["presided_by"]
            assert isinstance(field, forms.ModelChoiceField)
            assert field.queryset is not None
            field.queryset = field.queryset.filter(
                memberships__body=record.body, memberships__role__in=VOTING
            ).distinct()

    def guard(self, ctx: Context, record: Meeting | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        moment = data["held_at"] or ctx.at
        if moment > ctx.at:
            raise Refused(_("That time lies ahead; open the meeting when it begins."))
        day = local_day(moment)
        body = record.body
        demand_existing(body, day, day)
        if charter_on(body, day) is None:
            raise Refused(
                _(
                    "%(body)s has no charter in force on %(day)s, so nothing says what a quorum is; approve a charter first."
                )
                % {"body": body, "day": day.isoformat()}
            )
        members = members_on(body, day)
        if not members.exists():
            raise Refused(
                _("%(body)s has no members on %(day)s; appoint them first.") % {"body": body, "day": day.isoformat()}
            )
        preside = data["presided_by"]
        if preside is not None and not members.filter(person=preside).exists():
            raise Refused(
                _("%(person)s is not a member on that day; choose a member to preside.") % {"person": preside}
            )
        chair = members.filter(role=Membership.Role.CHAIR).first()
        if preside is None and not record.written and chair is None:
            raise Refused(_("The body has no chair on that day; say which member presides."))
        fault = members_fault(record, day)
        if fault is not None:
            raise Refused(fault)
        # A chair who stands aside on everything may stand outside; then somebody else presides.
        presiding = preside or (None if chair is None or record.written else chair.person)
        if presiding is not None:
            demand_inside(record, [presiding])

    def mutate(self, ctx: Context, record: Meeting | None, data: Mapping[str, Any]) -> Meeting:
        assert record is not None
        record.held_at = data["held_at"] or ctx.at
        record.held_on = local_day(record.held_at)
        record.state = Meeting.State.OPEN
        record.presided_by = data["presided_by"]
        if record.presided_by is None:
            chair = members_on(record.body, record.held_on, [Membership.Role.CHAIR]).first()
            if chair is not None and not outside(record, [chair.person]):
                record.presided_by = chair.person
        return ctx.save(record)


class AttendanceForm(forms.Form):
    present = forms.ModelMultipleChoiceField(label=_("Present"), queryset=Person.objects.all(), required=False)
    apologies = forms.ModelMultipleChoiceField(label=_("Apologies"), queryset=Person.objects.all(), required=False)
    in_attendance = forms.ModelMultipleChoiceField(
        label=_("In attendance, not members"), queryset=Person.objects.all(), required=False
    )


class RecordAttendance(Action[Meeting]):
    """Say who is there. Naming somebody again changes what was said; who is not named stays as recorded."""

    name = "record_attendance"
    model = Meeting
    label = _("Record attendance")
    states = frozenset({Meeting.State.OPEN.value})
    roles = SECRETARY

    def form_class(self) -> type[forms.BaseForm] | None:
        return AttendanceForm

    def available(self, user: User, record: Meeting) -> Text | None:
        if record.written:
            return _("A written resolution has no attendance: whoever answers takes part.")
        return None

    def guard(self, ctx: Context, record: Meeting | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        assert record.held_on is not None
        named = [*data["present"], *data["apologies"], *data["in_attendance"]]
        if len(named) != len({person.pk for person in named}):
            raise Refused(_("Somebody is named twice; each person has one place."))
        sitting = set(
            Membership.objects.on(record.held_on).filter(body=record.body).values_list("person_id", flat=True)
        )
        for person in [*data["present"], *data["apologies"]]:
            if person.pk not in sitting:
                raise Refused(
                    _("%(person)s is not a member on %(day)s; record them as in attendance, or appoint them first.")
                    % {"person": person, "day": record.held_on.isoformat()}
                )
        for person in data["in_attendance"]:
            if person.pk in sitting:
                raise Refused(_("%(person)s is a member: either present or with apologies.") % {"person": person})
        voted = set(Vote.objects.filter(decision__meeting=record).values_list("person_id", flat=True))
        for person in data["apologies"]:
            if person.pk in voted:
                raise Refused(_("%(person)s has voted in this meeting and so was present.") % {"person": person})
        demand_inside(record, [*data["present"], *data["in_attendance"]])

    def mutate(self, ctx: Context, record: Meeting | None, data: Mapping[str, Any]) -> Meeting:
        assert record is not None
        before = {row.person_id: row for row in Attendance.objects.filter(meeting=record)}
        for status in Attendance.Status:
            for person in data[status.value]:
                row = before.get(person.pk) or Attendance(meeting=record, person=person)
                if row.pk is None or row.status != status:
                    row.status = status
                    ctx.save(row)
        return ctx.save(record)


class CloseMeeting(Action[Meeting]):
    name = "close"
    model = Meeting
    label = _("Close the meeting")
    states = frozenset({Meeting.State.OPEN.value})
    confirm = _("No vote, recusal or paper can be added afterwards.")
    roles = SECRETARY

    def available(self, user: User, record: Meeting) -> Text | None:
        left = Decision.objects.filter(meeting=record, outcome=Decision.Outcome.PROPOSED).order_by("pk")
        if left:
            return _("Still undecided: %(titles)s. Declare the result, or withdraw the proposal, first.") % {
                "titles": "; ".join(row.title for row in left)
            }
        return None

    def mutate(self, ctx: Context, record: Meeting | None, data: Mapping[str, Any]) -> Meeting:
        assert record is not None
        record.state = Meeting.State.CLOSED
        record.closed_at = ctx.at
        return ctx.save(record)


class CancelForm(forms.Form):
    because = forms.CharField(label=_("Why"), max_length=300)


class CancelMeeting(Action[Meeting]):
    name = "cancel"
    model = Meeting
    label = _("Cancel the meeting")
    states = frozenset({Meeting.State.PLANNED.value, Meeting.State.CALLED.value})
    danger = True
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return CancelForm

    def mutate(self, ctx: Context, record: Meeting | None, data: Mapping[str, Any]) -> Meeting:
        assert record is not None
        record.state = Meeting.State.CANCELLED
        record.cancelled_because = data["because"]
        return ctx.save(record)


class AddItem(Create[AgendaItem]):
    name = "add"
    model = AgendaItem
    label = _("Put on the agenda")
    fields = ("meeting", "title", "text", "presenter")
    roles = KEEPERS

    def guard(self, ctx: Context, record: AgendaItem | None, data: Mapping[str, Any]) -> None:
        demand_before_close(data["meeting"])

    def build(self, ctx: Context, data: Mapping[str, Any]) -> AgendaItem:
        item = super().build(ctx, data)
        item.number = next_item(item.meeting)
        return item


class ChangeItem(Change[AgendaItem]):
    model = AgendaItem
    fields = ("title", "text", "presenter")
    roles = KEEPERS

    def available(self, user: User, record: AgendaItem) -> Text | None:
        return state_fault(record.meeting, BEFORE_CLOSE, NOT_CLOSED)

    def guard(self, ctx: Context, record: AgendaItem | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        demand_before_close(record.meeting)


class WithdrawItem(Action[AgendaItem]):
    name = "withdraw"
    model = AgendaItem
    label = _("Take off the agenda")
    roles = KEEPERS

    def available(self, user: User, record: AgendaItem) -> Text | None:
        if record.withdrawn:
            return _("Already off the agenda.")
        return state_fault(record.meeting, BEFORE_CLOSE, NOT_CLOSED)

    def guard(self, ctx: Context, record: AgendaItem | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        demand_before_close(record.meeting)
        if record.decisions.exclude(outcome=Decision.Outcome.WITHDRAWN).exists():
            raise Refused(_("Something is proposed or decided under it; withdraw the proposals first."))

    def mutate(self, ctx: Context, record: AgendaItem | None, data: Mapping[str, Any]) -> AgendaItem:
        assert record is not None
        record.withdrawn = True
        return ctx.save(record)


class AddPaper(Create[Paper]):
    name = "add"
    model = Paper
    label = _("Add a paper")
    fields = ("item", "title", "file", "text")
    roles = KEEPERS

    def guard(self, ctx: Context, record: Paper | None, data: Mapping[str, Any]) -> None:
        demand_before_close(data["item"].meeting)


class ReplacePaper(Change[Paper]):
    """Put another file or text in its place. A decision already put to the vote shows that it changed."""

    name = "replace"
    model = Paper
    label = _("Replace")
    fields = ("title", "file", "text")
    roles = KEEPERS

    def available(self, user: User, record: Paper) -> Text | None:
        if record.withdrawn:
            return _("It is withdrawn; add a new paper.")
        return state_fault(record.item.meeting, BEFORE_CLOSE, NOT_CLOSED)

    def guard(self, ctx: Context, record: Paper | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        demand_before_close(record.item.meeting)

    def mutate(self, ctx: Context, record: Paper | None, data: Mapping[str, Any]) -> Paper:
        assert record is not None
        if data["text"] and data["text"] != record.text:
            record.file = None
            data = {**data, "file": None}
        elif data["file"] is not None and data["file"] != record.file:
            data = {**data, "text": ""}
        return super().mutate(ctx, record, data)


class WithdrawPaper(Action[Paper]):
    name = "withdraw"
    model = Paper
    label = _("Withdraw the paper")
    roles = KEEPERS

    def available(self, user: User, record: Paper) -> Text | None:
        if record.withdrawn:
            return _("Already withdrawn.")
        return state_fault(record.item.meeting, BEFORE_CLOSE, NOT_CLOSED)

    def guard(self, ctx: Context, record: Paper | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        demand_before_close(record.item.meeting)

    def mutate(self, ctx: Context, record: Paper | None, data: Mapping[str, Any]) -> Paper:
        assert record is not None
        record.withdrawn = True
        return ctx.save(record)


def _demand_may_recuse(item: AgendaItem, person: Person, ctx: Context) -> None:
    meeting = lock_meeting(item.meeting)
    demand_state(meeting, BEFORE_CLOSE, NOT_CLOSED)
    seat = seat_on(meeting.body, person, meeting.held_on or local_day(ctx.at))
    if seat is None or seat.role not in VOTING:
        raise Refused(
            _("%(person)s has no vote in this body, and so nothing to stand aside from.") % {"person": person}
        )
    if Recusal.objects.filter(item=item, person=person, lifted_because="").exists():
        raise Refused(_("%(person)s is recused on this item already.") % {"person": person})
    decided = Vote.objects.filter(decision__item=item, person=person).exclude(
        decision__outcome=Decision.Outcome.WITHDRAWN
    )
    if decided.exists():
        raise Refused(
            _("%(person)s has voted on this item. Withdraw the proposal and put it to the vote again without them.")
            % {"person": person}
        )


class Recuse(Create[Recusal]):
    """Record that a member stands aside."""

    name = "record"
    model = Recusal
    label = _("Record a recusal")
    fields = ("item", "person", "reason")
    roles = SECRETARY

    def guard(self, ctx: Context, record: Recusal | None, data: Mapping[str, Any]) -> None:
        _demand_may_recuse(data["item"], data["person"], ctx)


class RecuseMyself(Create[Recusal]):
    name = "declare"
    model = Recusal
    label = _("Recuse myself")
    fields = ("item", "reason")
    roles = SITTING

    def guard(self, ctx: Context, record: Recusal | None, data: Mapping[str, Any]) -> None:
        _demand_may_recuse(data["item"], own_person(ctx), ctx)

    def build(self, ctx: Context, data: Mapping[str, Any]) -> Recusal:
        recusal = super().build(ctx, data)
        recusal.person = own_person(ctx)
        return recusal


class LiftRecusal(Action[Recusal]):
    """For a recusal recorded in error. What was put to the vote without the member is put again."""

    name = "lift"
    model = Recusal
    label = _("Lift: recorded in error")
    roles = SECRETARY

    def form_class(self) -> type[forms.BaseForm] | None:
        return CancelForm

    def available(self, user: User, record: Recusal) -> Text | None:
        if record.lifted_because:
            return _("Already lifted.")
        return state_fault(record.item.meeting, BEFORE_CLOSE, NOT_CLOSED)

    def guard(self, ctx: Context, record: Recusal | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        demand_before_close(record.item.meeting)
        if record.item.decisions.filter(outcome__in=[Decision.Outcome.CARRIED, Decision.Outcome.LOST]).exists():
            raise Refused(_("The item is decided; propose a new decision if the member should have voted."))

    def mutate(self, ctx: Context, record: Recusal | None, data: Mapping[str, Any]) -> Recusal:
        assert record is not None
        record.lifted_because = data["because"]
        return ctx.save(record)


MEETING_ACTIONS: tuple[type[Action[Any]], ...] = (
    PlanMeeting,
    ChangeMeeting,
    CallMeeting,
    OpenMeeting,
    RecordAttendance,
    CloseMeeting,
    CancelMeeting,
)
ITEM_ACTIONS: tuple[type[Action[Any]], ...] = (AddItem, ChangeItem, WithdrawItem)
PAPER_ACTIONS: tuple[type[Action[Any]], ...] = (AddPaper, ReplacePaper, WithdrawPaper)
RECUSAL_ACTIONS: tuple[type[Action[Any]], ...] = (Recuse, RecuseMyself, LiftRecusal)

__all__ = [
    "ITEM_ACTIONS", "MEETING_ACTIONS", "PAPER_ACTIONS", "RECUSAL_ACTIONS", "SECRETARY", "SITTING", "AddItem", "CallMeeting",
    "CloseMeeting", "OpenMeeting", "RecordAttendance", "RecuseMyself", "add_item", "add_paper", "demand_state",
    "follow_wall", "lock_meeting", "own_person", "plan_behind", "propose",
]  # fmt: skip
