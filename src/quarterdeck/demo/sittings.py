"""Bodies of a story: how they are established, and how they meet, vote and approve their minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.demo.persons import key
from quarterdeck.demo.stage import Stage
from quarterdeck.kernel.records import Record

#: A duty of a charter: code, section, words.
Duty = tuple[str, str, str]


@dataclass(frozen=True)
class Point:
    """One decision of a meeting: topic, title, words put to the vote, days covered, who votes against and why."""

    topic: str
    title: str
    text: str
    covers: tuple[str, str] | None = None
    against: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Sitting:
    """One meeting, or one written resolution. ``overseers``: who was there without a vote; ``recused``: (person, reason), of
    every point."""

    body: str
    day: date
    points: tuple[Point, ...]
    absent: tuple[str, ...] = ()
    overseers: tuple[str, ...] = ()
    recused: tuple[tuple[str, str], ...] = ()
    written: bool = False


@dataclass(frozen=True)
class Room:
    """Where a body meets and who votes in it, the chair first. ``logins``: of those who can approve minutes."""

    place: str
    members: tuple[str, ...]
    logins: Mapping[str, str]


def review(start: str, end: str, what: str, body: str = "the committee") -> Point:
    """The review of materiality that a governing body makes of the days from ``start`` to ``end``."""
    return Point(
        "materiality_review",
        f"Materiality review to {end}",
        f"Having considered {what}, {body} determines that no cybersecurity incident of the time from {start} to {end} was material, "
        "and that no risk from a cybersecurity threat has materially affected the company or is reasonably likely to.",
        covers=(start, end),
    )


def establish(
    stage: Stage, cast: str, name: str, kind: str, duties: tuple[Duty, ...], *, since: str, charter_from: str
) -> None:
    """Establish a body with the second version of its charter, still to be approved."""
    secretary = stage.hands.secretary
    body = stage.do(
        "bodies.body.establish",
        secretary,
        cast=cast,
        name=name,
        kind=kind,
        unit=stage.cast["enterprise"],
        effective_from=since,
    )
    charter = stage.do(
        "bodies.charter.draft",
        secretary,
        cast=f"{cast}:charter",
        body=body,
        version="2",
        text=f"Charter of the {name}, second version.",
        quorum_kind="majority",
        effective_from=charter_from,
    )
    for duty, section, text in duties:
        stage.do("bodies.charterduty.add", secretary, charter=charter, duty=duty, section=section, text=text)


def report_to(stage: Stage, body: str, to: str, since: str) -> None:
    """One body reports to the other."""
    stage.do(
        "bodies.reportingline.report_to",
        stage.hands.secretary,
        body=stage.cast[body],
        reports_to=stage.cast[to],
        effective_from=since,
    )


def appoint(stage: Stage, body: str, person: str, role: str, since: str) -> None:
    """Give somebody a seat."""
    stage.do(
        "bodies.membership.appoint",
        stage.hands.secretary,
        cast=f"{body}:{key(person)}",
        body=stage.cast[body],
        person=stage.cast[key(person)],
        role=role,
        effective_from=since,
    )


def hold(stage: Stage, sitting: Sitting, room: Room) -> None:
    """Hold it from calling to approved minutes. Its decisions join the cast as ``decision:BODY:TOPIC:DAY``."""
    secretary = stage.hands.secretary
    present = [name for name in room.members if name not in sitting.absent]
    meeting = stage.do(
        "bodies.meeting.plan",
        secretary,
        body=stage.cast[sitting.body],
        kind="written_resolution" if sitting.written else "meeting",
        planned_at=f"{sitting.day.isoformat()}T14:00",
        place="" if sitting.written else room.place,
    )
    items = []
    for point in sitting.points:
        item = stage.do("bodies.agendaitem.add", secretary, meeting=meeting, title=point.title, text=point.text)
        stage.do("bodies.paper.add", secretary, item=item, title=f"Paper: {point.title}", text=point.text)
        items.append(item)
    stage.do("bodies.meeting.call", secretary, meeting)
    chair = present[0]
    stage.do("bodies.meeting.open", secretary, meeting, presided_by=stage.cast[key(chair)])
    if not sitting.written:
        stage.do(
            "bodies.meeting.record_attendance",
            secretary,
            meeting,
            present=[stage.cast[key(name)].pk for name in (*present, *sitting.overseers)],
            apologies=[stage.cast[key(name)].pk for name in sitting.absent],
        )
    for point, item in zip(sitting.points, items, strict=True):
        _decide(stage, sitting, point, item, present)
    _conclude(stage, meeting, room.logins[chair])


def settle(stage: Stage, proposals: Sequence[Decision], room: Room, against: Mapping[str, tuple[str, str]]) -> None:
    """Hold the meeting, or circulate the resolution, that ``proposals`` were brought to, in their order. Every member votes
    for it under their own login; ``against``: by topic, who does not, and why."""
    meeting, secretary = proposals[0].meeting, stage.hands.secretary
    stage.do("bodies.meeting.call", secretary, meeting)
    stage.do("bodies.meeting.open", secretary, meeting)
    if not meeting.written:
        present = [stage.cast[key(name)].pk for name in room.members]
        stage.do("bodies.meeting.record_attendance", secretary, meeting, present=present)
    for decision in proposals:
        stage.do("bodies.decision.put", secretary, decision)
        opponent, dissent = against.get(decision.topic, ("", ""))
        for name in room.members:
            voted = {"choice": "against", "dissent": dissent} if name == opponent else {"choice": "for"}
            stage.do("bodies.vote.cast", room.logins[name], decision=decision, **voted)
        stage.do("bodies.decision.declare", secretary, decision)
    _conclude(stage, meeting, room.logins[room.members[0]])


def _conclude(stage: Stage, meeting: Record, approver: str) -> None:
    stage.do("bodies.meeting.close", stage.hands.secretary, meeting)
    minutes = stage.do("bodies.minutes.draft", stage.hands.secretary, meeting=meeting)
    stage.do("bodies.minutes.approve", approver, minutes)


def _decide(stage: Stage, sitting: Sitting, point: Point, item: object, present: list[str]) -> None:
    secretary = stage.hands.secretary
    aside = dict(sitting.recused)
    for name, reason in sitting.recused:
        stage.do("bodies.recusal.record", secretary, item=item, person=stage.cast[key(name)], reason=reason)
    start, end = point.covers or ("", "")
    decision = stage.do(
        "bodies.decision.propose",
        secretary,
        cast=f"decision:{sitting.body}:{point.topic}:{sitting.day.isoformat()}",
        item=item,
        topic=point.topic,
        title=point.title,
        text=point.text,
        covers_from=start,
        covers_until=end,
    )
    stage.do("bodies.decision.put", secretary, decision)
    against = dict(point.against)
    for name in present:
        if name in aside:
            continue
        dissent = against.get(name, "")
        stage.do(
            "bodies.vote.record",
            secretary,
            decision=decision,
            person=stage.cast[key(name)],
            choice="against" if dissent else "for",
            dissent=dissent,
        )
    stage.do("bodies.decision.declare", secretary, decision)
