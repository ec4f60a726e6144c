"""An incident as its room shows it: rows read once, clocks counted, the course told as steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Q

from quarterdeck.areas.bodies.queries import local_day
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
        return [kind[0].type_code() for kind in kinds if len(kind) == MOST]

    @property
    def lacking(self) -> tuple[rules.Missing, ...]:
        """Everything still to come, in the order in which it is best done."""
        return rules.missing(self.situation)

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
        timeline=rows(sight, TimelineEntry, "at", "entered_by", incident=incident),
        measures=rows(sight, Measure, "pk", "owner", incident=incident),
        tasks=rows(sight, Task, "due", "unit", "assignee", incident=incident),
        opinions=rows(sight, Opinion, "asked_at", incident=incident),
        lessons=rows(sight, Lesson, "pk", incident=incident),
        notices=rows(sight, Notice, "at", "given_by", incident=incident),
        wall=incident.wall,
        inside=[],
        promptly=_promptly(incident),
    )
    for kept in (found.measures, found.tasks, found.opinions, found.lessons):
        for row in kept:
            row.incident = incident
    if found.wall is not None:
        found.inside = rows(sight, WallMember, "entered_at", "user", wall=found.wall)
    if with_advice and any(opinion.privileged for opinion in found.opinions):
        texts = rows(sight, Advice, "pk", "file", opinion__incident=incident)
        found.advice = {row.opinion_id: row for row in texts}
    return found


def rows(sight: Sight, model: type[R], order: str, *select: str, **where: object) -> list[R]:
    """Rows that the person may see, at most :data:`MOST`; the person is known to see them from now on."""
    found = list(sight.each(model).filter(**where).select_related(*select).order_by(order, "pk")[:MOST])
    sight.note(found)
    return found


def _promptly(incident: Incident) -> Parameter | None:
    """What the company meant by "promptly" on the day the incident was declared."""
    day = local_day(incident.declared_at)
    set_then = Parameter.objects.filter(
        Q(effective_until=None) | Q(effective_until__gte=day), code=PROMPTLY, effective_from__lte=day
    )
    return set_then.order_by("-effective_from", "-pk").first()


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


__all__ = ["MOST", "PROMPTLY", "Case", "Clock", "assessment", "containment", "read", "rows"]
