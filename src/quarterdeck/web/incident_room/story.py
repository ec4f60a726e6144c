"""The timeline: what people wrote down and what the record itself tells, each entry with where it is known from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from quarterdeck.areas.bodies.queries import local_zone
from quarterdeck.areas.determinations.models import Clearance, Determination
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.kernel.records import Record
from quarterdeck.web.incident_room.dossier import Dossier
from quarterdeck.web.incident_room.reading import Case


@dataclass(frozen=True)
class Moment:
    """One entry: ``source`` says where it is known from, ``of`` the record where that can be looked up."""

    at: datetime | date
    title: str
    source: str
    of: Record | None = None
    kind: str = ""
    detail: str = ""


def moments(case: Case, file: Dossier) -> list[Moment]:
    """All of them, in order of time."""
    found = [
        *_course(case, file),
        *_parts(case),
        *_through_the_wall(case),
        *_assessed(file),
        *_decided(file),
        *_left(file),
    ]
    return sorted(found, key=_when)


def _when(entry: Moment) -> datetime:
    """A day stands after the times of that day."""
    if isinstance(entry.at, datetime):
        return entry.at
    return datetime.combine(entry.at, time.max, tzinfo=local_zone())


def _course(case: Case, file: Dossier) -> Iterator[Moment]:
    one = case.incident
    declaration = _("declaration of %(who)s") % {"who": one.declared_by}
    yield Moment(one.discovered_at, _("Discovered"), declaration, one)
    yield Moment(one.declared_at, _("Declared"), declaration, one)
    if one.occurred_at is not None:
        yield Moment(one.occurred_at, _("Occurred"), _("what is known"), one)
    assessed = _("record of the assessment")
    steps: Iterable[tuple[datetime | None, str, str, str]] = (
        (one.contained_at, _("Contained"), _("record of containment"), ""),
        (one.containment_ratified_at, _("Containment ratified"), _("ratification by %(who)s") % {"who": one.containment_ratified_by}, one.ratified_late_because),
        (one.assessing_at, _("Assessment organised, led by %(who)s") % {"who": one.assessor}, assessed, ""),
        (None if any(row.submitted_at for row in file.assessments) else one.assessed_at, _("Assessed"), assessed, ""),
        (one.escalated_at, _("Escalated to %(body)s") % {"body": one.escalated_to}, _("record of the escalation"), ""),
        (one.closed_at, _("Closed"), _("record of closing"), ""),
    )  # fmt: skip
    for at, title, source, detail in steps:
        if at is not None:
            yield Moment(at, title, source, one, detail=detail)
    if case.wall is not None and case.wall.lifted_at is not None:
        yield Moment(case.wall.lifted_at, _("Wall lifted"), _("record of the wall"), one, "wall-entry")
    decision = one.determination
    known = {row.decision_id for row in file.determinations}
    if decision is not None and decision.decided_on is not None and decision.pk not in known:
        title = _("Determined: %(result)s") % {"result": one.get_materiality_display()}
        yield Moment(decision.decided_on, title, _("decision %(number)s") % {"number": decision.number}, decision)


def _parts(case: Case) -> Iterator[Moment]:
    for entry in case.timeline:
        yield Moment(entry.at, entry.text, entry.source, entry)
    for notice in case.notices:
        title = _("%(who)s informed") % {"who": notice.get_informed_display()}
        yield Moment(notice.at, title, notice.how, notice)
    for opinion in case.opinions:
        asked = _("%(who)s asked for an opinion") % {"who": opinion.name}
        yield Moment(opinion.asked_at, asked, opinion.get_by_display(), opinion)
        if opinion.received_at is not None:
            answered = _("%(who)s answered") % {"who": opinion.name}
            yield Moment(opinion.received_at, answered, opinion.get_by_display(), opinion)
    for measure in case.measures:
        if measure.done_at is not None:
            yield Moment(measure.done_at, measure.title, _("measure, %(who)s") % {"who": measure.owner}, measure)
    for task in case.tasks:
        if task.done_at is not None:
            yield Moment(task.done_at, task.title, _("task of %(unit)s") % {"unit": task.unit}, task)


def _assessed(file: Dossier) -> Iterator[Moment]:
    for row in file.assessments:
        if row.submitted_at is not None:
            title = _("%(assessment)s submitted: %(recommendation)s") % {
                "assessment": row,
                "recommendation": row.get_recommendation_display(),
            }
            source = _("submitted by %(who)s, hash %(hash)s") % {"who": row.submitted_by, "hash": f"{row.sha256[:12]}…"}
            yield Moment(row.submitted_at, title, source, row)


def _decided(file: Dossier) -> Iterator[Moment]:
    """When it was brought before the body, once for each meeting, and every answer with its decision."""
    brought: set[tuple[int, datetime]] = set()
    for row in file.determinations:
        meeting = row.decision.meeting
        if (meeting.pk, row.recorded_at) not in brought:
            brought.add((meeting.pk, row.recorded_at))
            title = _("Brought before %(body)s") % {"body": meeting.body}
            yield Moment(row.recorded_at, title, str(meeting), meeting)
        at = row.decided_at or row.decision.decided_on
        if at is not None:
            source = _("decision %(number)s") % {"number": row.decision.number}
            lost = row.state == Determination.State.LOST
            yield Moment(at, _("Not carried: %(answer)s") % {"answer": row} if lost else str(row), source, row.decision)


def _left(file: Dossier) -> Iterator[Moment]:
    """What was kept, closed, asked and answered beside it."""
    hold, window = _("record of the legal hold"), _("record of the trading window")
    for row in file.holds:
        yield Moment(row.issued_at, _("Legal hold placed"), hold, row)
        if row.released_at is not None:
            yield Moment(row.released_at, _("Legal hold released"), hold, row, detail=row.released_because)
    for closed in file.windows:
        yield Moment(closed.closed_at, _("Trading window closed"), window, closed, "wall-entry")
        if closed.opened_at is not None:
            yield Moment(
                closed.opened_at, _("Trading window opened"), window, closed, "wall-entry", closed.opened_because
            )
    for question in file.follow_ups:
        if question.settled_at is not None:
            title = _("Known now: %(question)s") % {"question": question}
            yield Moment(question.settled_at, title, _("record of the follow-up"), question, detail=question.answer)
    for asked in file.clearances:
        if asked.decided_at is not None:
            cleared = asked.state == Clearance.State.CLEARED
            title = _("Release abroad cleared: %(what)s") if cleared else _("Release abroad refused: %(what)s")
            source = _("answer of %(who)s") % {"who": asked.decided_by}
            yield Moment(asked.decided_at, title % {"what": asked}, source, asked)
    for report in file.reports:
        if report.state == Disclosure.State.RELEASED:
            yield Moment(
                report.filing_date, _("Filed: %(report)s") % {"report": report}, _("record of the filing"), report
            )
    for notice in file.told:
        title = _("%(who)s told: %(rule)s") % {"who": notice.recipient, "rule": notice.get_duty_display()}
        yield Moment(notice.told_at, title, notice.reference, notice)


def _through_the_wall(case: Case) -> Iterator[Moment]:
    """Who was let in and out; those who passed together in one entry."""
    passed: dict[tuple[datetime, bool, str], list[str]] = {}
    for member in case.inside:
        passed.setdefault((member.entered_at, True, member.why), []).append(str(member.user))
        if member.left_at is not None:
            passed.setdefault((member.left_at, False, _("record of the wall")), []).append(str(member.user))
    for (at, entered, source), names in passed.items():
        title = _("Let inside the wall: %(names)s") if entered else _("Let out of the wall: %(names)s")
        listed = pgettext("between names", ", ").join(names)
        yield Moment(at, title % {"names": listed}, source, None, "wall-entry")


__all__ = ["Moment", "moments"]
