"""Incidents and threats of a story: found, contained, assessed, determined by a body's review, closed with a lesson."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

from quarterdeck.demo.persons import key
from quarterdeck.demo.stage import Stage
from quarterdeck.kernel import clock


@dataclass(frozen=True)
class Counsel:
    """An opinion of counsel on which privilege is claimed: whom, the legal question, who directed it, who receives it, the
    login of the counsel who keeps its text."""

    name: str
    purpose: str
    directed_by: str
    recipients: str
    keeper: str
    text: str


@dataclass(frozen=True)
class Case:
    """One incident or threat of the story. ``timeline``: (minutes after discovery, what, source); ``tasks``: (unit, title, the
    login that accepts it or empty); ``opinion``: (by whom, name, text); ``determined``: the day of the review that covers it."""

    key: str
    nature: str
    title: str
    unit: str
    found: datetime
    facts: str
    severity: str
    severity_why: str
    source: str
    source_why: str
    measures: tuple[str, ...]
    timeline: tuple[tuple[int, str, str], ...]
    tasks: tuple[tuple[str, str, str], ...]
    opinion: tuple[str, str, str] | None
    result: str
    lesson: str
    determined: date
    privileged: Counsel | None = None


@dataclass(frozen=True)
class Desk:
    """How a company works on its cases: who leads the assessment (login and person), who takes the measures, how management
    is told, whether the board is told too, by which version of the plan."""

    lead: str
    assessor: str
    owner: str
    told: str
    plan: str
    board_told: str = ""
    open_because: str = "Known in the whole unit already; nothing in it could move the price of the shares."


def at(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    """A moment in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def iso(moment: datetime) -> str:
    """As a form takes it."""
    return moment.isoformat().replace("+00:00", "Z")


def run(stage: Stage, cases: Iterable[tuple[Case, date]], desk: Desk) -> None:
    """The scenes of each case from discovery to closing, on the day given."""
    for case, closing in cases:
        stage.scene(case.found + timedelta(minutes=45), partial(_declare, stage, case, desk))
        stage.scene(case.found + timedelta(hours=20), partial(_organise, stage, case, desk))
        stage.scene(case.found + timedelta(days=6), partial(_assess, stage, case, desk))
        stage.later(closing, partial(_close, stage, case, desk), hour=3)


def _declare(stage: Stage, case: Case, desk: Desk) -> None:
    analyst = stage.hands.analyst
    incident = stage.do(
        "incidents.incident.declare",
        analyst,
        cast=f"incident:{case.key}",
        title=case.title,
        nature=case.nature,
        unit=stage.cast[case.unit],
        discovered_at=iso(case.found),
        facts=case.facts,
    )
    _tell(stage, case, early=True)
    stage.do("incidents.incident.rate", analyst, incident, severity=case.severity, severity_why=case.severity_why)
    for number, title in enumerate(case.measures):
        stage.do(
            "incidents.measure.add",
            analyst,
            cast=f"measure:{case.key}:{number}",
            incident=incident,
            title=title,
            owner=stage.cast[key(desk.owner)],
        )


def _tell(stage: Stage, case: Case, *, early: bool) -> None:
    """The entries of the timeline that are known when it is declared, or those that come to light later."""
    for minutes, text, source in case.timeline:
        if (minutes <= 45) is early:
            stage.do(
                "incidents.timelineentry.add",
                stage.hands.analyst,
                incident=stage.cast[f"incident:{case.key}"],
                at=iso(case.found + timedelta(minutes=minutes)),
                text=text,
                source=source,
            )


def _organise(stage: Stage, case: Case, desk: Desk) -> None:
    incident = stage.cast[f"incident:{case.key}"]
    stage.do(
        "incidents.incident.contain",
        stage.hands.analyst,
        incident,
        contained_at=iso(case.found + timedelta(minutes=50 + len(case.title) * 3)),
    )
    stage.do("incidents.incident.ratify_containment", desk.lead, incident)
    stage.do(
        "incidents.incident.organise_assessment",
        desk.lead,
        incident,
        assessor=stage.cast[key(desk.assessor)],
        opinions_needed=case.opinion is not None,
        open_because=desk.open_because,
    )
    for informed, how in (("management", desk.told), ("board", desk.board_told)):
        if how:
            stage.do(
                "incidents.notice.give",
                desk.lead,
                incident=incident,
                informed=informed,
                at=iso(clock.now()),
                how=how,
            )
    for number, (unit, title, owner) in enumerate(case.tasks):
        task = stage.do(
            "incidents.task.give",
            desk.lead,
            cast=f"task:{case.key}:{number}",
            incident=incident,
            unit=stage.cast[unit],
            title=title,
            due=(case.found + timedelta(days=5)).date(),
        )
        if owner:
            stage.do("incidents.task.accept", owner, task)
    if case.opinion is not None:
        by, name, _text = case.opinion
        stage.do("incidents.opinion.ask", desk.lead, cast=f"opinion:{case.key}", incident=incident, by=by, name=name)
    if case.privileged is not None:
        counsel = case.privileged
        stage.do(
            "incidents.opinion.ask",
            counsel.keeper,
            cast=f"privileged:{case.key}",
            incident=incident,
            by="counsel",
            name=counsel.name,
            privileged=True,
            purpose=counsel.purpose,
            directed_by=counsel.directed_by,
            recipients=counsel.recipients,
        )


def _assess(stage: Stage, case: Case, desk: Desk) -> None:
    incident, analyst = stage.cast[f"incident:{case.key}"], stage.hands.analyst
    _tell(stage, case, early=False)
    stage.do("incidents.incident.trace", analyst, incident, source=case.source, source_why=case.source_why)
    for number in range(len(case.measures)):
        stage.do("incidents.measure.finish", analyst, f"measure:{case.key}:{number}")
    for number, (_unit, _title, owner) in enumerate(case.tasks):
        if owner:
            stage.do("incidents.task.finish", owner, f"task:{case.key}:{number}")
    if case.opinion is not None:
        stage.do("incidents.opinion.receive", desk.lead, f"opinion:{case.key}", text=case.opinion[2])
    if case.privileged is not None:
        stage.do(
            "incidents.advice.receive",
            case.privileged.keeper,
            opinion=stage.cast[f"privileged:{case.key}"],
            text=case.privileged.text,
        )
    stage.do(
        "incidents.incident.record_assessment", desk.lead, incident, assessment=case.result, potentially_material="no"
    )


def _close(stage: Stage, case: Case, desk: Desk) -> None:
    incident = stage.cast[f"incident:{case.key}"]
    decision = stage.cast[f"decision:board:materiality_review:{case.determined.isoformat()}"]
    stage.do(
        "incidents.incident.determine",
        stage.hands.secretary,
        incident,
        determination=decision,
        materiality="not_material",
    )
    lesson = stage.do("incidents.lesson.add", desk.lead, incident=incident, text=case.lesson)
    stage.do("incidents.lesson.finish", desk.lead, lesson)
    stage.do("incidents.incident.record_lessons", desk.lead, incident, lessons=case.lesson)
    stage.do("incidents.incident.change", desk.lead, incident, plan_version=desk.plan)
    stage.do("incidents.incident.close", desk.lead, incident)
