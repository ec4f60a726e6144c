"""What the person may do in the meeting, where on the page it stands, and why something cannot be done now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from quarterdeck.areas.bodies.actions import decision as deciding
from quarterdeck.areas.bodies.actions import meeting as meeting_actions
from quarterdeck.areas.bodies.models import AgendaItem, Decision, Meeting, Minutes, Paper, Recusal, Vote
from quarterdeck.areas.determinations.models import Determination
from quarterdeck.areas.people.models import Person
from quarterdeck.areas.people.queries import person_of
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.web.meeting.reading import Ballot, Point, Sitting
from quarterdeck.web.rooms.pressing import Choices, Press, Room, who_may
from quarterdeck.workflows.agenda import Suggestion

BEFORE_CLOSE = (Meeting.State.PLANNED, Meeting.State.CALLED, Meeting.State.OPEN)
#: The action that brings a meeting out of each state.
ONWARD = {Meeting.State.PLANNED: "call", Meeting.State.CALLED: "open", Meeting.State.OPEN: "close"}


@dataclass(frozen=True)
class Step:
    """One line of what comes next. ``state``: done, now, later or skipped; ``at``: when it was done."""

    label: str
    state: str
    at: object = None
    who: str = ""
    note: str = ""
    href: str = ""


@dataclass
class Offers:
    """Presses by the place on the page where they are drawn."""

    onward: list[Press] = field(default_factory=list)
    meeting: list[Press] = field(default_factory=list)
    attendance: list[Press] = field(default_factory=list)
    agenda: list[Press] = field(default_factory=list)
    minutes: list[Press] = field(default_factory=list)
    items: dict[int, list[Press]] = field(default_factory=dict)
    papers: dict[int, list[Press]] = field(default_factory=dict)
    recusals: dict[int, list[Press]] = field(default_factory=dict)
    decisions: dict[int, list[Press]] = field(default_factory=dict)
    #: Another answer to a question that was lost or withdrawn, by the key of its determination.
    again: dict[int, list[Press]] = field(default_factory=dict)
    suggested: list[tuple[Suggestion, list[Press]]] = field(default_factory=list)


def offers(sitting: Sitting, room: Room, user: User, suggested: list[Suggestion]) -> Offers:
    """Everything the person may press."""
    meeting = sitting.meeting
    made = Offers()
    voters = _names(sitting.voters)
    _meeting_presses(sitting, room, made, voters)
    if meeting.state in BEFORE_CLOSE:
        items = resource_of(AgendaItem)
        people = _names([*sitting.voters, *(seat.person for seat in sitting.others)])
        made.agenda = room.create(items, "add", {"meeting": meeting.pk}, choices={"presenter": people})
        made.suggested = [
            (one, room.create(items, "add", {"meeting": meeting.pk, "title": one.title, "text": one.text, "presenter": ""}, about=f"s{place}"))
            for place, one in enumerate(suggested)
        ]  # fmt: skip
        me = _me(room, user)
        for point in sitting.points:
            _point_presses(sitting, point, room, made, people, me)
    made.minutes = _minutes_presses(sitting, room)
    return made


def _me(room: Room, user: User) -> Person | None:
    """The person behind the login, asked for only where somebody sits on bodies."""
    if room.may(deciding.CastVote) or room.may(meeting_actions.RecuseMyself):
        return person_of(user)
    return None


def _names(people: list[Person]) -> Choices:
    return [(person.pk, str(person)) for person in people]


def _meeting_presses(sitting: Sitting, room: Room, made: Offers, voters: Choices) -> None:
    meeting = sitting.meeting
    next_name = ONWARD.get(Meeting.State(meeting.state), "")
    if next_name:
        bar = _("Record the attendance first: nobody is recorded as present.")
        empty = next_name == "close" and not meeting.written and not sitting.present
        made.onward = room.on(
            meeting,
            next_name,
            choices={"presided_by": voters},
            primary=next_name,
            bar={"close": bar if empty else None},
        )
    if meeting.state in (Meeting.State.PLANNED, Meeting.State.CALLED):
        made.meeting = room.on(meeting, "change", "cancel")
    if meeting.state == Meeting.State.OPEN and not meeting.written:
        sitting_members = _names([*sitting.voters, *(seat.person for seat in sitting.others)])
        made.attendance = room.on(
            meeting, "record_attendance", choices={"present": sitting_members, "apologies": sitting_members, "in_attendance": []}
        )  # fmt: skip


def _point_presses(
    sitting: Sitting, point: Point, room: Room, made: Offers, people: Choices, me: Person | None
) -> None:
    item = point.item
    recused = {row.person_id for row in point.recusals}
    voted = {v.person_id for b in point.ballots if b.decision.outcome != Decision.Outcome.WITHDRAWN for v in b.votes}
    standing = [person for person in sitting.voters if person.pk not in recused | voted]
    presses = room.create(resource_of(Decision), "propose", {"item": item.pk})
    presses += room.create(resource_of(Paper), "add", {"item": item.pk})
    if standing:
        presses += room.create(resource_of(Recusal), "record", {"item": item.pk}, choices={"person": _names(standing)})
    if me is not None and me in standing:
        presses += room.create(resource_of(Recusal), "declare", {"item": item.pk})
    taken_off = _("Something is proposed or decided under it; withdraw the proposals first.")
    live = any(ballot.decision.outcome != Decision.Outcome.WITHDRAWN for ballot in point.ballots)
    presses += room.on(item, "change", choices={"presenter": people})
    presses += room.on(item, "withdraw", bar={"withdraw": taken_off if live else None})
    made.items[item.pk] = presses
    for paper in point.papers:
        made.papers[paper.pk] = room.on(paper, "replace", "withdraw", quiet=True)
    if not any(b.decision.outcome in (Decision.Outcome.CARRIED, Decision.Outcome.LOST) for b in point.ballots):
        for recusal in point.recusals:
            made.recusals[recusal.pk] = room.on(recusal, "lift", quiet=True)
    for ballot in point.ballots:
        row = None if ballot.matter is None else ballot.matter.determination
        if row is not None and row.state in (Determination.State.LOST, Determination.State.WITHDRAWN):
            made.again[row.pk] = room.on(row, "propose_again")
        if ballot.undecided:
            made.decisions[ballot.decision.pk] = _ballot_presses(sitting, point, ballot, room, me)


def _ballot_presses(sitting: Sitting, point: Point, ballot: Ballot, room: Room, me: Person | None) -> list[Press]:
    decision = ballot.decision
    if not ballot.voting:
        bar = _no_vote_yet(sitting, point)
        return room.on(decision, "put", "change", "withdraw", bar={"put": bar}, primary="put")
    presses: list[Press] = []
    if sitting.meeting.state == Meeting.State.OPEN:
        if me is not None and all(vote.person_id != me.pk for vote in ballot.votes):
            reason = None if me in ballot.waiting else _no_voice(sitting, point, me)
            presses += room.create(resource_of(Vote), "cast", {"decision": decision.pk}, reason=reason, primary=True)
        if ballot.waiting:
            waiting = {"person": _names(ballot.waiting)}
            presses += room.create(resource_of(Vote), "record", {"decision": decision.pk}, choices=waiting)
    return presses + room.on(
        decision, "declare", "withdraw", bar={"declare": _no_result_yet(sitting, ballot)}, primary="declare"
    )


def _no_vote_yet(sitting: Sitting, point: Point) -> str | None:
    if sitting.meeting.state != Meeting.State.OPEN:
        return _("Open the meeting first.")
    if sitting.charter is None:
        return _("No charter is in force on that day; approve one first.")
    if not sitting.meeting.written and point.quorum is not None and not point.quorum.met:
        return _no_quorum()
    return None


def _no_quorum() -> str:
    return _("No quorum on this item. Record who else is present, or take it to another meeting.")


def _no_voice(sitting: Sitting, point: Point, me: Person) -> str:
    if me not in sitting.voters:
        return _("You have no vote in this body.")
    if any(row.person_id == me.pk for row in point.recusals):
        return _("You are recused on this item.")
    return _("You are not recorded as present; the secretary records the attendance.")


def _no_result_yet(sitting: Sitting, ballot: Ballot) -> str | None:
    if sitting.meeting.state != Meeting.State.OPEN:
        return _("Open the meeting first.")
    if ballot.changed:
        return _("The papers changed since they were put to the vote. Withdraw the proposal and put it again.")
    if ballot.waiting and not sitting.meeting.written:
        return _("Still to vote: %(names)s. Record their vote, or that they abstain, first.") % {
            "names": ", ".join(str(person) for person in ballot.waiting)
        }
    if ballot.result is None:
        return _("No charter is in force on that day; approve one first.")
    return None if ballot.result.quorum.met else _no_quorum()


def _minutes_presses(sitting: Sitting, room: Room) -> list[Press]:
    meeting, minutes = sitting.meeting, sitting.minutes
    if minutes is not None:
        return room.on(minutes, "approve", "change", primary="approve") if minutes.state == Minutes.State.DRAFT else []
    if meeting.state != Meeting.State.CLOSED:
        return []
    return room.create(resource_of(Minutes), "draft", {"meeting": meeting.pk, "text": ""}, primary=True)


def steps(sitting: Sitting) -> list[Step]:
    """What was done, what comes next and who may do it. One query."""
    meeting, minutes = sitting.meeting, sitting.minutes
    allowed = who_may(
        (
            meeting_actions.AddItem, meeting_actions.CallMeeting, meeting_actions.OpenMeeting,
            meeting_actions.RecordAttendance, deciding.Declare, meeting_actions.CloseMeeting, deciding.DraftMinutes,
            deciding.ApproveMinutes,
        )
    )  # fmt: skip
    states = list(Meeting.State)
    past = states.index(Meeting.State(meeting.state))
    over = past >= states.index(Meeting.State.CLOSED)
    decided = sum(not ballot.undecided for ballot in sitting.ballots)
    lines: list[tuple[str, bool, object, type[Action[Any]], str]] = [
        (_("Agenda"), bool(sitting.points), None, meeting_actions.AddItem, ""),
        (_("Call"), meeting.called_at is not None, meeting.called_at, meeting_actions.CallMeeting, ""),
        (_("Opening"), meeting.held_at is not None, meeting.held_at, meeting_actions.OpenMeeting, ""),
    ]
    if not meeting.written:
        lines.append((_("Attendance"), bool(sitting.present) or over, None, meeting_actions.RecordAttendance, ""))
    if sitting.ballots:
        note = _("%(decided)s of %(all)s decided") % {"decided": decided, "all": len(sitting.ballots)}
        lines.append((_("Decisions"), decided == len(sitting.ballots), None, deciding.Declare, note))
    lines += [
        (_("Close"), meeting.closed_at is not None, meeting.closed_at, meeting_actions.CloseMeeting, ""),
        (_("Minutes drafted"), minutes is not None, None, deciding.DraftMinutes, ""),
        (
            _("Minutes approved"),
            minutes is not None and minutes.state == Minutes.State.APPROVED,
            None if minutes is None else minutes.approved_on,
            deciding.ApproveMinutes,
            "",
        ),
    ]
    made: list[Step] = []
    now = meeting.state != Meeting.State.CANCELLED
    for label, done, at, action, note in lines:
        state = "done" if done else "now" if now else "later"
        if not done and meeting.state == Meeting.State.CANCELLED:
            state = "skipped"
        now = now and done
        made.append(Step(label, state, at, allowed[action.code()], note, "#agenda-title" if note else ""))
    return made


__all__ = ["Offers", "Step", "offers", "steps"]
