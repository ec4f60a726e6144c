"""An incident as its room shows it: rows read once, clocks counted, the course told as steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.db.models import Q
from django.utils.translation import gettext as _

from quarterdeck.areas.bodies.queries import local_day, local_zone
from quarterdeck.areas.incidents import rules
from quarterdeck.areas.incidents.models import (
    Advice,
    Incident,
    Lesson,
    Measure,
    Notice,
    Opinion,
    Task,
    TimelineEntry,
)
from quarterdeck.areas.incidents.queries import situation
from quarterdeck.kernel.claims.models import Parameter
from quarterdeck.kernel.permissions.models import Wall, WallMember
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.sight import Sight

R = TypeVar("R", bound=Record)

#: The company parameter that says what "promptly" is here.
PROMPTLY = "promptly.hours"
#: Rows of a kind drawn in the room; the rest is in their list.
MOST = 200


@dataclass
class Case:
    """The incident with what hangs on it, cut to what the person may see."""

    incident: Incident
    now: datetime
    situation: rules.Situation
    timeline: list[TimelineEntry]
    measures: list[Measure]
    tasks: list[Task]
    opinions: list[Opinion]
    lessons: list[Lesson]
    notices: list[Notice]
    wall: Wall | None
    inside: list[WallMember]
    promptly: Parameter | None
    #: Texts of privileged opinions by the opinion's id: only those that the person may see.
    advice: dict[int, Advice] = field(default_factory=dict)

    @property
    def cut(self) -> list[str]:
        """Types of which more rows may exist than are drawn."""
        kinds = (self.timeline, self.measures, self.tasks, self.opinions, self.lessons, self.notices)
        return [rows[0].type_code() for rows in kinds if len(rows) == MOST]

    @property
    def lacking(self) -> tuple[rules.Missing, ...]:
        """Everything still to come, in the order in which it is best done."""
        return rules.missing(self.situation)

    @property
    def step(self) -> rules.Step | None:
        """The next legal step."""
        return rules.next_step(self.situation)

    @property
    def standing(self) -> Wall | None:
        """The wall, while it stands."""
        return self.wall if self.wall is not None and self.wall.lifted_at is None else None

    @property
    def now_inside(self) -> list[WallMember]:
        return [member for member in self.inside if member.left_at is None]

    @property
    def progress(self) -> datetime:
        """The newest thing the record tells of it: what "without unreasonable delay" is looked at by."""
        one = self.incident
        times = [
            one.declared_at, one.contained_at, one.assessing_at, one.assessed_at, one.escalated_at, one.closed_at,
            *(entry.at for entry in self.timeline), *(notice.at for notice in self.notices),
            *(opinion.received_at or opinion.asked_at for opinion in self.opinions),
            *(measure.done_at for measure in self.measures), *(task.done_at or task.accepted_at for task in self.tasks),
        ]  # fmt: skip
        return max(time for time in times if time is not None)


def read(incident: Incident, sight: Sight, now: datetime, *, with_advice: bool) -> Case:
    """Everything the person may see of the incident. Advice is asked for only where it is shown."""
    found = Case(
        incident=incident,
        now=now,
        situation=situation(incident),
        timeline=_rows(sight, TimelineEntry, "at", "entered_by", incident=incident),
        measures=_rows(sight, Measure, "pk", "owner", incident=incident),
        tasks=_rows(sight, Task, "due", "unit", "assignee", incident=incident),
        opinions=_rows(sight, Opinion, "asked_at", incident=incident),
        lessons=_rows(sight, Lesson, "pk", incident=incident),
        notices=_rows(sight, Notice, "at", "given_by", incident=incident),
        wall=incident.wall,
        inside=[],
        promptly=_promptly(incident),
    )
    for rows in (found.measures, found.tasks, found.opinions, found.lessons):
        for row in rows:
            row.incident = incident
    if found.wall is not None:
        found.inside = _rows(sight, WallMember, "entered_at", "user", wall=found.wall)
    if with_advice and any(opinion.privileged for opinion in found.opinions):
        texts = _rows(sight, Advice, "pk", "file", opinion__incident=incident)
        found.advice = {row.opinion_id: row for row in texts}
    return found


def _rows(sight: Sight, model: type[R], order: str, *select: str, **where: object) -> list[R]:
    rows = list(sight.each(model).filter(**where).select_related(*select).order_by(order, "pk")[:MOST])
    sight.note(rows)
    return rows


def _promptly(incident: Incident) -> Parameter | None:
    """What the company meant by "promptly" on the day the incident was declared."""
    day = local_day(incident.declared_at)
    rows = Parameter.objects.filter(
        Q(effective_until=None) | Q(effective_until__gte=day), code=PROMPTLY, effective_from__lte=day
    )
    return rows.order_by("-effective_from", "-pk").first()


@dataclass(frozen=True)
class Clock:
    """One time counted. ``running``: nothing stopped it yet. ``over``: longer than the company itself says."""

    span: timedelta
    running: bool
    limit: timedelta | None = None

    @property
    def over(self) -> bool:
        return self.limit is not None and self.span > self.limit


def containment(case: Case) -> Clock:
    """From discovery to containment."""
    one = case.incident
    return Clock((one.contained_at or case.now) - one.discovered_at, one.contained_at is None)


def assessment(case: Case) -> Clock:
    """From declaring to organising the assessment, beside what the company calls prompt; no limit where it set none."""
    one = case.incident
    limit = None
    if case.promptly is not None and case.promptly.value.isdecimal():
        limit = timedelta(hours=int(case.promptly.value))
    return Clock((one.assessing_at or case.now) - one.declared_at, one.assessing_at is None, limit)


@dataclass(frozen=True)
class Moment:
    """One entry of the timeline: ``source`` says where it is known from, ``record`` where that can be looked up."""

    at: datetime | date
    title: str
    source: str
    record: tuple[str, int] | None = None
    kind: str = ""
    detail: str = ""


def moments(case: Case) -> list[Moment]:
    """What people wrote down and what the record itself tells, in order of time."""
    one = case.incident
    me = (one.type_code(), one.pk)
    found = [
        Moment(entry.at, entry.text, entry.source, (entry.type_code(), entry.pk), detail="") for entry in case.timeline
    ]
    found.append(Moment(one.discovered_at, _("Discovered"), _("declaration of %(who)s") % {"who": one.declared_by}, me))
    found.append(Moment(one.declared_at, _("Declared"), _("declaration of %(who)s") % {"who": one.declared_by}, me))
    if one.occurred_at is not None:
        found.append(Moment(one.occurred_at, _("Occurred"), _("what is known"), me))
    told: Iterable[tuple[datetime | None, str, str]] = (
        (one.contained_at, _("Contained"), _("record of containment")),
        (one.assessing_at, _("Assessment organised, led by %(who)s") % {"who": one.assessor}, _("record of the assessment")),
        (one.assessed_at, _("Assessed"), _("record of the assessment")),
        (one.escalated_at, _("Escalated to %(body)s") % {"body": one.escalated_to}, _("record of the escalation")),
        (one.closed_at, _("Closed"), _("record of closing")),
    )  # fmt: skip
    found += [Moment(at, title, source, me) for at, title, source in told if at is not None]
    for notice in case.notices:
        title = _("%(who)s informed") % {"who": notice.get_informed_display()}
        found.append(Moment(notice.at, title, notice.how, (notice.type_code(), notice.pk)))
    for opinion in case.opinions:
        here = (opinion.type_code(), opinion.pk)
        asked = _("%(who)s asked for an opinion") % {"who": opinion.name}
        found.append(Moment(opinion.asked_at, asked, opinion.get_by_display(), here))
        if opinion.received_at is not None:
            answered = _("%(who)s answered") % {"who": opinion.name}
            found.append(Moment(opinion.received_at, answered, opinion.get_by_display(), here))
    for measure in case.measures:
        if measure.done_at is not None:
            found.append(Moment(measure.done_at, measure.title, _("measure, %(who)s") % {"who": measure.owner}, (measure.type_code(), measure.pk)))  # fmt: skip
    for task in case.tasks:
        if task.done_at is not None:
            found.append(Moment(task.done_at, task.title, _("task of %(unit)s") % {"unit": task.unit}, (task.type_code(), task.pk)))  # fmt: skip
    found += _through_the_wall(case)
    if case.wall is not None and case.wall.lifted_at is not None:
        found.append(Moment(case.wall.lifted_at, _("Wall lifted"), _("record of the wall"), me, "wall-entry"))
    if one.determination is not None and one.determination.decided_on is not None:
        title = _("Determined: %(result)s") % {"result": one.get_materiality_display()}
        source = _("decision %(number)s") % {"number": one.determination.number}
        here = (one.determination.type_code(), one.determination.pk)
        found.append(Moment(one.determination.decided_on, title, source, here))
    return sorted(found, key=_when)


def _when(entry: Moment) -> datetime:
    """A day stands after the times of that day."""
    if isinstance(entry.at, datetime):
        return entry.at
    return datetime.combine(entry.at, time.max, tzinfo=local_zone())


def _through_the_wall(case: Case) -> list[Moment]:
    """Who was let in and out; those who passed together in one entry."""
    passed: dict[tuple[datetime, bool, str], list[str]] = {}
    for member in case.inside:
        passed.setdefault((member.entered_at, True, member.why), []).append(str(member.user))
        if member.left_at is not None:
            passed.setdefault((member.left_at, False, _("record of the wall")), []).append(str(member.user))
    found = []
    for (at, entered, source), names in passed.items():
        title = _("Let inside the wall: %(names)s") if entered else _("Let out of the wall: %(names)s")
        found.append(Moment(at, title % {"names": ", ".join(names)}, source, None, "wall-entry"))
    return found


__all__ = ["PROMPTLY", "Case", "Clock", "Moment", "assessment", "containment", "moments", "read"]
