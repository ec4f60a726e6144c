"""What is missing and what comes next in an incident: pure functions over plain values.

The order of steps follows the incident-handling life cycle (preparation aside): declare, contain, assess, escalate,
determine, learn, close. What no step depends on (timeline, measures, tasks, opinions) may happen at any time until closing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final


class State(StrEnum):
    DECLARED = "declared"
    CONTAINED = "contained"
    ASSESSING = "assessing"
    ASSESSED = "assessed"
    CLOSED = "closed"


OPEN_STATES: Final = frozenset(State) - {State.CLOSED}


class Materiality(StrEnum):
    UNASSESSED = "unassessed"
    NOT_MATERIAL = "not_material"
    MATERIAL = "material"
    UNDETERMINED = "undetermined"


DETERMINED: Final = frozenset({Materiality.NOT_MATERIAL, Materiality.MATERIAL})

_HANDLERS = ("analyst", "group_lead", "ciso")
_LEADERS = ("ciso", "panel_member", "committee_member")
#: Who may take each step on an incident, as shipped.
WHO: Final[Mapping[str, tuple[str, ...]]] = {
    "declare": (*_HANDLERS, "unit_owner"),
    "change": _HANDLERS,
    "rate": _HANDLERS,
    "trace": _HANDLERS,
    "contain": _HANDLERS,
    "ratify_containment": _LEADERS,
    "organise_assessment": (*_LEADERS, "secretary"),
    "record_assessment": _LEADERS,
    "escalate": (*_LEADERS, "secretary"),
    "determine": ("secretary", "disclosure_officer", "counsel"),
    "link_measures_decision": ("secretary", "disclosure_officer", "counsel"),
    "record_lessons": _HANDLERS,
    "close": ("ciso", "panel_member"),
    "reopen": ("ciso", "panel_member", "disclosure_officer"),
    "raise_wall": ("ciso", "counsel", "disclosure_officer"),
    "let_in": ("ciso", "counsel", "disclosure_officer"),
    "let_out": ("ciso", "counsel", "disclosure_officer"),
    "lift_wall": ("ciso", "counsel", "disclosure_officer"),
    "add_measure": _HANDLERS,
    "give_notice": (*_LEADERS, "group_lead", "secretary"),
}


class Missing(StrEnum):
    """What an incident still lacks. Each names the step that supplies it (:data:`SUPPLIED_BY`)."""

    SEVERITY = "severity"
    SOURCE = "source"
    MEASURE = "measure"
    NOTICE = "notice"
    CONTAINMENT = "containment"
    RATIFICATION = "ratification"
    ASSESSMENT_ORGANISED = "assessment_organised"
    ASSESSMENT = "assessment"
    ESCALATION = "escalation"
    DETERMINATION = "determination"
    LESSONS = "lessons"
    PLAN_VERSION = "plan_version"


SUPPLIED_BY: Final[Mapping[Missing, str]] = {
    Missing.SEVERITY: "rate",
    Missing.SOURCE: "trace",
    Missing.MEASURE: "add_measure",
    Missing.NOTICE: "give_notice",
    Missing.CONTAINMENT: "contain",
    Missing.RATIFICATION: "ratify_containment",
    Missing.ASSESSMENT_ORGANISED: "organise_assessment",
    Missing.ASSESSMENT: "record_assessment",
    Missing.ESCALATION: "escalate",
    Missing.DETERMINATION: "determine",
    Missing.LESSONS: "record_lessons",
    Missing.PLAN_VERSION: "change",
}


@dataclass(frozen=True)
class Situation:
    """An incident as the rules see it. ``measures`` and ``notices``: how many there are."""

    state: State
    severity: str | None
    source: str | None
    measures: int
    notices: int
    contained: bool
    ratified: bool
    potentially_material: bool | None
    escalated: bool
    materiality: Materiality
    lessons: bool
    plan_version: bool


@dataclass(frozen=True)
class Step:
    """The next legal step: the action's name on an incident, why it is next, and the roles that may take it as shipped."""

    action: str
    because: Missing | None
    who: tuple[str, ...]


def missing(now: Situation) -> tuple[Missing, ...]:
    """Everything that is still to come before it may be closed, in the order in which it is best done."""
    escalation_due = now.potentially_material is True and not now.escalated
    wanted = (
        (Missing.SEVERITY, now.severity is None),
        (Missing.CONTAINMENT, not now.contained),
        (Missing.RATIFICATION, now.contained and not now.ratified),
        (Missing.MEASURE, now.measures == 0),
        (Missing.ASSESSMENT_ORGANISED, now.state in (State.DECLARED, State.CONTAINED)),
        (Missing.NOTICE, now.notices == 0),
        (Missing.SOURCE, now.source is None),
        (Missing.ASSESSMENT, now.state in (State.DECLARED, State.CONTAINED, State.ASSESSING)),
        (Missing.ESCALATION, escalation_due),
        (Missing.DETERMINATION, now.materiality not in DETERMINED),
        (Missing.LESSONS, not now.lessons),
        (Missing.PLAN_VERSION, not now.plan_version),
    )
    return () if now.state is State.CLOSED else tuple(what for what, lacks in wanted if lacks)


#: Without these an incident cannot be closed. The others are asked for and may stay away (a threat needs no containment).
NEEDED_TO_CLOSE: Final = frozenset(
    {
        Missing.SEVERITY,
        Missing.RATIFICATION,
        Missing.SOURCE,
        Missing.DETERMINATION,
        Missing.LESSONS,
        Missing.PLAN_VERSION,
    }
)


def missing_to_close(now: Situation) -> tuple[Missing, ...]:
    """What closing still needs."""
    return tuple(what for what in missing(now) if what in NEEDED_TO_CLOSE)


def next_step(now: Situation) -> Step | None:
    """The step to take next; None once it is closed."""
    if now.state is State.CLOSED:
        return None
    lacking = missing(now)
    if not lacking:
        return Step("close", None, WHO["close"])
    action = SUPPLIED_BY[lacking[0]]
    return Step(action, lacking[0], WHO[action])


def handled(now: Situation) -> tuple[Missing, ...]:
    """What the rules on handling demand and it lacks: severity, source, a measure, a notice."""
    demanded = (
        (Missing.SEVERITY, now.severity is None),
        (Missing.SOURCE, now.source is None),
        (Missing.MEASURE, now.measures == 0),
        (Missing.NOTICE, now.notices == 0),
    )
    return tuple(what for what, lacks in demanded if lacks)


def within(start: datetime, end: datetime | None, hours: int) -> bool:
    """Whether ``end`` came no later than ``hours`` after ``start``; something that never came was not prompt."""
    return end is not None and end - start <= timedelta(hours=hours)


@dataclass(frozen=True)
class Cover:
    """Days, both ends included, that a review covers."""

    start: date
    end: date


def first_uncovered(covers: Iterable[Cover], start: date, end: date) -> date | None:
    """The first day of ``start``…``end`` that no review covers; None when every day is covered."""
    day = start
    for cover in sorted(covers, key=lambda span: (span.start, span.end)):
        if cover.start > day:
            break
        day = max(day, cover.end + timedelta(days=1))
    return None if day > end else day


@dataclass(frozen=True)
class Standing:
    """What a claim on materiality needs to know of one incident.

    ``closed_on``: day of closing or None; ``determined_on``: day of the body's decision or None.
    """

    materiality: Materiality
    closed_on: date | None
    determined_on: date | None


class Bearing(StrEnum):
    """What one incident means for "no material incident"."""

    CLEAR = "clear"
    OPEN = "open"
    UNDETERMINED = "undetermined"
    MATERIAL = "material"


def bearing(incident: Standing, day: date | None) -> Bearing:
    """As of ``day``; None for what the record knows by now. A decision taken after the day is not known on it."""
    known = day is None or (incident.determined_on is not None and incident.determined_on <= day)
    materiality = incident.materiality if known else Materiality.UNASSESSED
    if materiality is Materiality.MATERIAL:
        return Bearing.MATERIAL
    if incident.closed_on is None or (day is not None and incident.closed_on > day):
        return Bearing.OPEN
    return Bearing.CLEAR if materiality is Materiality.NOT_MATERIAL else Bearing.UNDETERMINED
