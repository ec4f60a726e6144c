"""The path of what could be material, walked by the product itself: for tests that need its end, not its steps."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from quarterdeck.areas.bodies.models import Decision, Meeting
from quarterdeck.areas.determinations.factors import FACTORS, Measured
from quarterdeck.areas.determinations.models import Assessment, Determination, Factor
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.incidents.walling import standing_wall
from quarterdeck.areas.organisation.models import FilerStatus
from quarterdeck.kernel import clock
from quarterdeck.kernel.permissions.models import Unit
from tests.support import LONG_AGO, act, company, system
from tests.web.workbench.scene import REGISTRANT

TEXTS = {
    "nature": "A stolen token read the records of employees through the payroll interface.",
    "scope": "41,200 records of employees in two units; no systems beyond the interface.",
    "timing": "It began on a Monday morning and ended when the token was withdrawn the same day.",
    "impact": "Direct cost of 2.4 million and a delay of the payroll by three days.",
    "because": "Reasonable investors would want to know.",
}


def register(filer: str = "domestic") -> None:
    """The company as a registrant that files as ``domestic`` or ``fpi``, unless it is on record already."""
    if FilerStatus.objects.exists():
        return
    registrant = act("organisation.registrant.create", system(), **{**REGISTRANT, "time_zone": "UTC"})
    act(
        "organisation.filerstatus.create", system(), registrant=registrant, filer=filer, category="accelerated",
        shell_company=False, effective_from=LONG_AGO,
    )  # fmt: skip


def take_part(incident: Incident, count: int = 2) -> None:
    """Units that accepted a task of its assessment."""
    for place in range(count):
        code = f"part-{place}"
        unit = Unit.objects.filter(code=code).first() or act(
            "permissions.unit.create", system(), code=code, name=f"Part {place}", kind="business", parent=company()
        )
        task = act(
            "incidents.task.give", system(), incident=incident, unit=unit, title="Say what was reached",
            due=clock.today() + timedelta(days=2),
        )  # fmt: skip
        act("incidents.task.accept", system(), task)


def answer_all(assessment: Assessment) -> None:
    """Every factor answered: amounts where one is asked for."""
    for row in Factor.objects.filter(assessment=assessment):
        amount = None if row.kind is Measured.IN_WORDS else "12"
        act("determinations.factor.answer", system(), row, answer="answered", amount=amount or "", reason="Measured.")


def written(incident: Incident, lead: Any, *, recommendation: str = "material", **texts: object) -> Assessment:
    """An assessment ready to be submitted."""
    made: Assessment = act("determinations.assessment.open", system(), incident=incident, lead=lead)
    act("determinations.assessment.write", system(), made, recommendation=recommendation, **TEXTS | texts)
    answer_all(made)
    return Assessment.objects.get(pk=made.pk)


def submitted(
    incident: Incident, lead: Any, *, recommendation: str = "material", could: bool = True, **texts: object
) -> Assessment:
    """The same, submitted; ``could``: that it could be material."""
    take_part(incident)
    made = written(incident, lead, recommendation=recommendation, **texts)
    done: Assessment = act(
        "determinations.assessment.submit", system(), made, potentially_material="yes" if could else "no"
    )
    return done


def bring(assessment: Assessment, moment: datetime, **more: object) -> list[Determination]:
    """The three proposals before the body it was escalated to, in a meeting planned for ``moment``."""
    register()
    answer = more.get("materiality", assessment.recommendation)
    given: dict[str, object] = {
        "kind": "meeting", "planned_at": moment, "materiality": answer, "materiality_because": "As assessed.",
        "measures": "Rotate every token.", "disclosure_because": "As the rules ask.",
        "disclosure": "necessary" if answer == "material" else "not_necessary",
    }  # fmt: skip
    if answer == "undetermined":
        given["follow_up_on"] = moment.date() + timedelta(days=10)
    act("determinations.assessment.bring", system(), assessment, **given | more)
    rows = Determination.objects.filter(assessment=assessment, state="proposed").select_related("decision__meeting")
    return list(rows.order_by("pk"))


def vote(decision: Decision, votes: dict[Any, str]) -> Decision:
    """Put to the vote, voted on and declared."""
    act("bodies.decision.put", system(), decision)
    for person, choice in votes.items():
        act("bodies.vote.record", system(), decision=decision, person=person, choice=choice)
    done: Decision = act("bodies.decision.declare", system(), decision)
    return done


def convene(meeting: Meeting, present: list[Any]) -> None:
    """Called, opened, with those present."""
    act("bodies.meeting.call", system(), meeting)
    act("bodies.meeting.open", system(), meeting)
    if not meeting.written:
        act("bodies.meeting.record_attendance", system(), meeting, present=[person.pk for person in present])


def determined(
    incident: Incident, lead: Any, body: Any, voters: list[Any], *, answer: str = "material", hours: float = 1
) -> Incident:
    """Walled, assessed, escalated and decided, from ``hours`` after it was declared or assessed."""
    incident.refresh_from_db()
    start = (incident.assessed_at or incident.declared_at) + timedelta(hours=hours)
    with clock.fixed(start):
        if standing_wall(incident) is None:
            act("incidents.incident.raise_wall", system(), incident, why="Could be material")
        if incident.escalated_at is None:
            act("incidents.incident.escalate", system(), incident, escalated_to=body)
        standing = Assessment.objects.filter(incident=incident, state="submitted").last()
        if standing is None:
            incident.refresh_from_db()
            standing = submitted(incident, lead, recommendation=answer)
        rows = bring(standing, start, materiality=answer)
    with clock.fixed(start + timedelta(minutes=30)):
        convene(rows[0].decision.meeting, voters)
        for row in rows:
            vote(row.decision, dict.fromkeys(voters, "for"))
        act("bodies.meeting.close", system(), rows[0].decision.meeting)
    incident.refresh_from_db()
    return incident


__all__ = [
    "FACTORS",
    "answer_all",
    "bring",
    "convene",
    "determined",
    "register",
    "submitted",
    "take_part",
    "vote",
    "written",
]
