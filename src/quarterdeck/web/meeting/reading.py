"""A meeting as its screen shows it: read in a dozen queries however long the agenda is, counted by the pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext as _

from quarterdeck.areas.bodies import rules
from quarterdeck.areas.bodies.models import (
    AgendaItem,
    Attendance,
    Charter,
    Decision,
    Meeting,
    Membership,
    Minutes,
    Paper,
    Recusal,
    Vote,
)
from quarterdeck.areas.bodies.models.standing import VOTING
from quarterdeck.areas.bodies.queries import charter_on, local_day
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.web.meeting.matter import Matter, matters

R = TypeVar("R", bound=Record)


@dataclass
class Ballot:
    """A decision with its votes, counted as the record now stands."""

    decision: Decision
    votes: list[Vote] = field(default_factory=list)
    result: rules.Result | None = None
    waiting: list[Person] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    matter: Matter | None = None

    @property
    def undecided(self) -> bool:
        return self.decision.outcome == Decision.Outcome.PROPOSED

    @property
    def voting(self) -> bool:
        """Put to the vote, no result yet."""
        return self.undecided and self.decision.put_at is not None


@dataclass
class Point:
    """One agenda item. ``quorum`` counts who is there and not recused; None without a charter."""

    item: AgendaItem
    papers: list[Paper] = field(default_factory=list)
    recusals: list[Recusal] = field(default_factory=list)
    ballots: list[Ballot] = field(default_factory=list)
    quorum: rules.Quorum | None = None
    recused_present: list[Person] = field(default_factory=list)


@dataclass
class Sitting:
    """The whole meeting."""

    meeting: Meeting
    day: date
    charter: Charter | None
    members: list[Membership]
    others: list[Membership]
    attendance: list[Attendance]
    points: list[Point]
    off_agenda: list[AgendaItem]
    minutes: Minutes | None
    needed: int | None

    @property
    def voters(self) -> list[Person]:
        """Members who vote, in order of appointment."""
        return [seat.person for seat in self.members]

    @property
    def present(self) -> set[int]:
        """Ids of those recorded as present."""
        return {row.person_id for row in self.attendance if row.status == Attendance.Status.PRESENT}

    @property
    def ballots(self) -> list[Ballot]:
        return [ballot for point in self.points for ballot in point.ballots]

    @property
    def answers(self) -> dict[int, tuple[int, int]]:
        """Of a written resolution: to how many of the questions put to them each member has answered."""
        counted: dict[int, tuple[int, int]] = {}
        for point in self.points:
            recused = {row.person_id for row in point.recusals}
            for ballot in point.ballots:
                if ballot.decision.put_at is None or ballot.decision.outcome == Decision.Outcome.WITHDRAWN:
                    continue
                voted = {vote.person_id for vote in ballot.votes}
                for person in self.voters:
                    if person.pk not in recused:
                        given, asked = counted.get(person.pk, (0, 0))
                        counted[person.pk] = (given + (person.pk in voted), asked + 1)
        return counted

    def by_status(self, status: Attendance.Status) -> list[Person]:
        return [row.person for row in self.attendance if row.status == status]


def read(meeting: Meeting, sight: Sight) -> Sitting:
    """Everything the person may see of the meeting."""
    day = meeting.held_on or local_day(meeting.planned_at)
    seats = list(
        Membership.objects.on(day).filter(body=meeting.body).select_related("person").order_by("effective_from", "pk")
    )
    charter = charter_on(meeting.body, day)
    members = [seat for seat in seats if seat.role in VOTING]
    members.sort(key=lambda seat: seat.role != Membership.Role.CHAIR)
    attendance = _rows(sight, Attendance, "person", meeting=meeting)
    attendance.sort(key=lambda row: (row.person.full_name, row.pk))
    items = _rows(sight, AgendaItem, "presenter", meeting=meeting)
    items.sort(key=lambda item: item.number)
    for item in items:
        item.meeting = meeting
    minutes = _rows(sight, Minutes, "author", "approved_by", meeting=meeting)
    for row in minutes:
        row.meeting = meeting
    sitting = Sitting(
        meeting=meeting,
        day=day,
        charter=charter,
        members=members,
        others=[seat for seat in seats if seat.role not in VOTING],
        attendance=attendance,
        points=[Point(item) for item in items if not item.withdrawn],
        off_agenda=[item for item in items if item.withdrawn],
        minutes=minutes[0] if minutes else None,
        needed=None if charter is None else charter.quorum_rule().needed(len(members)),
    )
    _hang(sitting, sight, items)
    for point in sitting.points:
        _count(sitting, point)
    found = matters(meeting, [ballot.decision for ballot in sitting.ballots], sight)
    for ballot in sitting.ballots:
        ballot.matter = found.get(ballot.decision.pk)
    return sitting


def _rows(sight: Sight, model: type[R], *select: str, **where: object) -> list[R]:
    rows = list(sight.each(model).filter(**where).select_related(*select).order_by("pk"))
    sight.note(rows)
    return rows


def _hang(sitting: Sitting, sight: Sight, items: Iterable[AgendaItem]) -> None:
    """Papers, recusals, decisions and votes, each where it belongs."""
    meeting = sitting.meeting
    points = {point.item.pk: point for point in sitting.points}
    by_key = {item.pk: item for item in items}
    for paper in _rows(sight, Paper, "file", item__meeting=meeting):
        if paper.item_id in by_key:
            paper.item = by_key[paper.item_id]
        if paper.item_id in points and not paper.withdrawn:
            points[paper.item_id].papers.append(paper)
    for recusal in _rows(sight, Recusal, "person", item__meeting=meeting, lifted_because=""):
        if recusal.item_id in by_key:
            recusal.item = by_key[recusal.item_id]
        if recusal.item_id in points:
            points[recusal.item_id].recusals.append(recusal)
    ballots: dict[int, Ballot] = {}
    for decision in _rows(sight, Decision, meeting=meeting):
        decision.meeting = meeting
        if decision.item_id in by_key:
            decision.item = by_key[decision.item_id]
        if decision.item_id in points:
            ballots[decision.pk] = Ballot(decision)
            points[decision.item_id].ballots.append(ballots[decision.pk])
    if ballots:
        for vote in _rows(sight, Vote, "person", decision__meeting=meeting):
            if vote.decision_id in ballots:
                ballots[vote.decision_id].votes.append(vote)


def _count(sitting: Sitting, point: Point) -> None:
    entitled = {person.pk for person in sitting.voters}
    recused = {row.person_id for row in point.recusals}
    present = sitting.present
    point.recused_present = [row.person for row in point.recusals if row.person_id in present]
    rule = None if sitting.charter is None else sitting.charter.quorum_rule()
    if rule is not None:
        point.quorum = rules.quorum(rule, entitled, present, recused)
    written = sitting.meeting.written
    for ballot in point.ballots:
        decision = ballot.decision
        votes = {vote.person_id: vote.choice for vote in ballot.votes}
        if decision.put_at is not None and rule is not None:
            ballot.result = rules.tally(rule, entitled, set(votes) if written else present, recused, votes)
        if ballot.voting:
            may = entitled - recused - votes.keys()
            ballot.waiting = [p for p in sitting.voters if p.pk in (may if written else may & present)]
        if decision.put_at is not None and decision.outcome != Decision.Outcome.WITHDRAWN:
            words = {
                rules.PaperChange.ADDED: _("added"),
                rules.PaperChange.REMOVED: _("removed"),
                rules.PaperChange.ALTERED: _("altered"),
            }
            ballot.changed = [f"{title} ({words[kind]})" for kind, title in decision.papers_changed(point.papers)]


__all__ = ["Ballot", "Point", "Sitting", "read"]
