"""Reading a meeting from the database into the form from which minutes are drafted."""

from __future__ import annotations

from datetime import date, datetime

from quarterdeck.areas.bodies.minutes import DecisionLine, ItemLine, MeetingRecord, VoteLine, draft
from quarterdeck.areas.bodies.models import AgendaItem, Attendance, Decision, Meeting
from quarterdeck.areas.bodies.queries import charter_on, local_zone, members_on, standing_recusals


def meeting_record(meeting: Meeting) -> MeetingRecord:
    """Everything that was recorded of a closed meeting."""
    assert meeting.held_on is not None
    charter = charter_on(meeting.body, meeting.held_on)
    entitled = members_on(meeting.body, meeting.held_on).count()
    names: dict[str, list[str]] = {status: [] for status in Attendance.Status.values}
    for row in meeting.attendance.select_related("person").order_by("person__full_name", "pk"):
        names[row.status].append(str(row.person))
    return MeetingRecord(
        body=str(meeting.body),
        held_on=meeting.held_on,
        opened=_time(meeting.held_at, meeting.held_on),
        closed=_time(meeting.closed_at, meeting.held_on),
        place=meeting.place,
        written=meeting.written,
        presided_by=str(meeting.presided_by) if meeting.presided_by is not None else "",
        present=tuple(names[Attendance.Status.PRESENT]),
        apologies=tuple(names[Attendance.Status.APOLOGIES]),
        in_attendance=tuple(names[Attendance.Status.IN_ATTENDANCE]),
        entitled=entitled,
        needed=charter.quorum_rule().needed(entitled) if charter is not None else 0,
        items=tuple(_item(item) for item in meeting.items.filter(withdrawn=False).order_by("number")),
    )


def minutes_draft(meeting: Meeting) -> str:
    """The minutes of a closed meeting as the record tells them."""
    return draft(meeting_record(meeting))


def _item(item: AgendaItem) -> ItemLine:
    return ItemLine(
        number=item.number,
        title=item.title,
        papers=tuple(paper.title for paper in item.papers.filter(withdrawn=False).order_by("pk")),
        recused=tuple((str(row.person), row.reason) for row in standing_recusals(item)),
        decisions=tuple(_decision(row) for row in item.decisions.order_by("pk")),
    )


def _decision(decision: Decision) -> DecisionLine:
    votes = decision.votes.select_related("person").order_by("pk")
    return DecisionLine(
        number=decision.number or "",
        title=decision.title,
        text=decision.text,
        outcome=decision.outcome,
        votes=tuple(VoteLine(str(vote.person), vote.choice, vote.dissent) for vote in votes),
        papers_hash=decision.papers_hash,
    )


def _time(moment: datetime | None, day: date) -> str:
    """The time of day at the registrant's place with its zone; with the date when that is not ``day``."""
    if moment is None:
        return ""
    local = moment.astimezone(local_zone())
    shown = f"{local:%H:%M} {local.tzname()}"
    return shown if local.date() == day else f"{local:%Y-%m-%d} {shown}"
