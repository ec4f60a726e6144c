"""Proposing, putting to the vote, voting, declaring the result; drafting and approving minutes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies import rules
from quarterdeck.areas.bodies.actions.footing import demand_state, lock_meeting, own_person
from quarterdeck.areas.bodies.actions.meeting import SECRETARY, SITTING
from quarterdeck.areas.bodies.actions.standing import KEEPERS
from quarterdeck.areas.bodies.models import Attendance, Decision, Meeting, Minutes, Recusal, Vote
from quarterdeck.areas.bodies.models.standing import VOTING
from quarterdeck.areas.bodies.queries import local_day, next_number, result_of, seat_on, standing_of, still_to_vote
from quarterdeck.areas.bodies.record import minutes_draft
from quarterdeck.areas.bodies.walls import demand_inside
from quarterdeck.areas.people.models import Person
from quarterdeck.areas.people.queries import person_of
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.permissions.models import Unit

_PROPOSED = frozenset({Decision.Outcome.PROPOSED.value})
_PROPOSAL = ("topic", "title", "text", "covers_from", "covers_until")


class Propose(Create[Decision]):
    name = "propose"
    model = Decision
    label = _("Propose a decision")
    fields = ("item", *_PROPOSAL)
    roles = (*KEEPERS, "disclosure_officer", "counsel")

    def guard(self, ctx: Context, record: Decision | None, data: Mapping[str, Any]) -> None:
        item = data["item"]
        states = (Meeting.State.PLANNED, Meeting.State.CALLED, Meeting.State.OPEN)
        demand_state(lock_meeting(item.meeting), states, _("Put it on the agenda of the next meeting."))
        if item.withdrawn:
            raise Refused(_("This item is off the agenda; choose another or add one."))

    def build(self, ctx: Context, data: Mapping[str, Any]) -> Decision:
        decision = super().build(ctx, data)
        decision.meeting = decision.item.meeting
        return decision


class ChangeProposal(Change[Decision]):
    model = Decision
    label = _("Change the proposal")
    states = _PROPOSED
    state_field = "outcome"
    fields = _PROPOSAL
    roles = (*KEEPERS, "disclosure_officer", "counsel")

    def available(self, user: User, record: Decision) -> Text | None:
        if record.put_at is not None:
            return _("It has been put to the vote. Withdraw it and propose the new words.")
        return None


class PutToVote(Action[Decision]):
    """Freeze words and papers, and let the members vote."""

    name = "put"
    model = Decision
    label = _("Put to the vote")
    states = _PROPOSED
    state_field = "outcome"
    roles = SECRETARY

    def available(self, user: User, record: Decision) -> Text | None:
        return _("It has been put to the vote.") if record.put_at is not None else None

    def guard(self, ctx: Context, record: Decision | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        meeting = lock_meeting(record.meeting)
        demand_state(meeting, (Meeting.State.OPEN,), _("Open the meeting first."))
        assert meeting.held_on is not None
        if meeting.written:
            return
        quorum = standing_of(record.item, meeting.held_on).quorum()
        if quorum is None:
            raise Refused(_("No charter is in force on that day; approve one first."))
        if not quorum.met:
            raise Refused(_no_quorum(quorum))

    def mutate(self, ctx: Context, record: Decision | None, data: Mapping[str, Any]) -> Decision:
        assert record is not None
        papers = record.papers_now()
        record.papers = [{"key": p.key, "title": p.title, "sha256": p.sha256} for p in papers]
        record.papers_hash = rules.freeze(papers)
        record.put_at = ctx.at
        return ctx.save(record)


def _no_quorum(quorum: rules.Quorum) -> Text:
    return _(
        "No quorum on this item: %(counted)s of %(entitled)s members take part and are not recused; %(needed)s are needed. "
        "Record who else is present, or withdraw the proposal and take it to another meeting."
    ) % {"counted": quorum.counted, "entitled": quorum.entitled, "needed": quorum.needed}


class Declare(Action[Decision]):
    """Count the votes: carried with quorum and more votes for than against, otherwise lost. It gets the year's next number."""

    name = "declare"
    model = Decision
    label = _("Declare the result")
    states = _PROPOSED
    state_field = "outcome"
    roles = SECRETARY

    def available(self, user: User, record: Decision) -> Text | None:
        return _("Put it to the vote first.") if record.put_at is None else None

    def guard(self, ctx: Context, record: Decision | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        demand_state(lock_meeting(record.meeting), (Meeting.State.OPEN,), _("Open the meeting first."))
        changed = record.papers_changed()
        if changed:
            raise Refused(
                _(
                    "The papers changed since they were put to the vote: %(papers)s. Withdraw the proposal and put it again."
                )
                % {"papers": "; ".join(title for _kind, title in changed)}
            )
        waiting = [] if record.meeting.written else still_to_vote(record)
        if waiting:
            raise Refused(
                _("Still to vote: %(names)s. Record their vote, or that they abstain, first.")
                % {"names": ", ".join(str(person) for person in waiting)}
            )
        result = result_of(record)
        if result is None:
            raise Refused(_("No charter is in force on that day; approve one first."))
        if not result.quorum.met:
            raise Refused(_no_quorum(result.quorum))

    def mutate(self, ctx: Context, record: Decision | None, data: Mapping[str, Any]) -> Decision:
        assert record is not None
        result = result_of(record)
        assert result is not None
        # One result at a time in the company, so that numbers follow each other.
        Unit._base_manager.select_for_update().get(parent=None)
        record.outcome = Decision.Outcome.CARRIED if result.carried else Decision.Outcome.LOST
        record.decided_on = local_day(ctx.at) if record.meeting.written else record.meeting.held_on
        assert record.decided_on is not None
        record.number = next_number(record.decided_on, record.meeting.wall_id is not None)
        return ctx.save(record)


class WithdrawProposal(Action[Decision]):
    name = "withdraw"
    model = Decision
    label = _("Withdraw the proposal")
    states = _PROPOSED
    state_field = "outcome"
    roles = SECRETARY

    def mutate(self, ctx: Context, record: Decision | None, data: Mapping[str, Any]) -> Decision:
        assert record is not None
        record.outcome = Decision.Outcome.WITHDRAWN
        return ctx.save(record)


def _demand_may_vote(decision: Decision, person: Person) -> None:
    meeting = lock_meeting(decision.meeting)
    demand_state(meeting, (Meeting.State.OPEN,), _("Votes are cast in an open meeting."))
    if decision.put_at is None:
        raise Refused(_("It has not been put to the vote yet."))
    if decision.outcome != Decision.Outcome.PROPOSED:
        raise Refused(_("The vote is over: “%(outcome)s”.") % {"outcome": decision.get_outcome_display()})
    assert meeting.held_on is not None
    seat = seat_on(meeting.body, person, meeting.held_on)
    if seat is None:
        raise Refused(
            _("%(person)s was no member of %(body)s on %(day)s.")
            % {"person": person, "body": meeting.body, "day": meeting.held_on.isoformat()}
        )
    if seat.role not in VOTING:
        raise Refused(
            _("%(person)s sits as %(role)s and has no vote.") % {"person": person, "role": seat.get_role_display()}
        )
    if Recusal.objects.filter(item=decision.item, person=person, lifted_because="").exists():
        raise Refused(_("%(person)s is recused on this item.") % {"person": person})
    present = Attendance.objects.filter(meeting=meeting, person=person, status=Attendance.Status.PRESENT)
    if not meeting.written and not present.exists():
        raise Refused(_("%(person)s is not recorded as present; record the attendance first.") % {"person": person})
    if Vote.objects.filter(decision=decision, person=person).exists():
        raise Refused(_("%(person)s has voted already; a vote stands.") % {"person": person})
    demand_inside(meeting, [person])


class CastVote(Create[Vote]):
    """A member's own vote."""

    name = "cast"
    model = Vote
    label = _("Vote")
    fields = ("decision", "choice", "dissent")
    roles = SITTING

    def guard(self, ctx: Context, record: Vote | None, data: Mapping[str, Any]) -> None:
        _demand_may_vote(data["decision"], own_person(ctx))

    def build(self, ctx: Context, data: Mapping[str, Any]) -> Vote:
        vote = super().build(ctx, data)
        vote.person = own_person(ctx)
        return vote


class RecordVote(Create[Vote]):
    """The secretary writes down how a member voted in the meeting."""

    name = "record"
    model = Vote
    label = _("Record a member's vote")
    fields = ("decision", "person", "choice", "dissent")
    roles = SECRETARY

    def guard(self, ctx: Context, record: Vote | None, data: Mapping[str, Any]) -> None:
        _demand_may_vote(data["decision"], data["person"])


class DraftForm(forms.Form):
    meeting = forms.ModelChoiceField(label=_("Meeting"), queryset=Meeting.objects.all())
    text = forms.CharField(
        label=_("Text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 20}),
        help_text=_("Empty: drafted from the record of the meeting."),
    )


class DraftMinutes(Create[Minutes]):
    name = "draft"
    model = Minutes
    label = _("Draft the minutes")
    fields = ("meeting", "text")
    author_field = "author"
    roles = SECRETARY

    def form_class(self) -> type[forms.BaseForm] | None:
        return DraftForm

    def guard(self, ctx: Context, record: Minutes | None, data: Mapping[str, Any]) -> None:
        meeting = lock_meeting(data["meeting"])
        demand_state(meeting, (Meeting.State.CLOSED,), _("Minutes are drafted once it is closed."))
        if Minutes.objects.filter(meeting=meeting).exists():
            raise Refused(_("There is a draft already; change that one."))

    def build(self, ctx: Context, data: Mapping[str, Any]) -> Minutes:
        drafted = super().build(ctx, data)
        if not drafted.text.strip():
            drafted.text = minutes_draft(drafted.meeting)
        return drafted


class ChangeMinutes(Change[Minutes]):
    model = Minutes
    states = frozenset({Minutes.State.DRAFT.value})
    fields = ("text",)
    roles = SECRETARY

    def mutate(self, ctx: Context, record: Minutes | None, data: Mapping[str, Any]) -> Minutes:
        assert record is not None
        record.author = ctx.user
        return super().mutate(ctx, record, data)


class ApproveMinutes(Action[Minutes]):
    """A member of the body on the day of the meeting, other than the author, says that the minutes are true."""

    name = "approve"
    model = Minutes
    label = _("Approve the minutes")
    states = frozenset({Minutes.State.DRAFT.value})
    differs_from = ("author",)
    confirm = _("Approved minutes cannot be changed.")
    roles = SITTING

    def available(self, user: User, record: Minutes) -> Text | None:
        person = person_of(user)
        day = record.meeting.held_on
        seat = None if person is None or day is None else seat_on(record.meeting.body, person, day)
        if seat is None or seat.role not in VOTING:
            return _("Minutes are approved by somebody who was a member of the body on that day.")
        return None

    def mutate(self, ctx: Context, record: Minutes | None, data: Mapping[str, Any]) -> Minutes:
        assert record is not None
        record.state = Minutes.State.APPROVED
        record.approved_by = ctx.user
        record.approved_on = local_day(ctx.at)
        record.meeting.state = Meeting.State.MINUTED
        ctx.save(record.meeting)
        return ctx.save(record)


DECISION_ACTIONS: tuple[type[Action[Any]], ...] = (
    Propose,
    ChangeProposal,
    PutToVote,
    Declare,
    WithdrawProposal,
)
VOTE_ACTIONS: tuple[type[Action[Any]], ...] = (CastVote, RecordVote)
MINUTES_ACTIONS: tuple[type[Action[Any]], ...] = (DraftMinutes, ChangeMinutes, ApproveMinutes)
