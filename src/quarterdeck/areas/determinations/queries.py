"""Questions about assessments and determinations that actions, claims, screens and disclosures ask."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Body, CharterDuty
from quarterdeck.areas.bodies.queries import duty_on, local_day
from quarterdeck.areas.determinations import rules
from quarterdeck.areas.determinations.models import Assessment, Determination, Factor, FollowUp
from quarterdeck.areas.incidents.models import Incident, Opinion, Task
from quarterdeck.areas.incidents.queries import GOVERNING
from quarterdeck.areas.organisation.models import FilerStatus
from quarterdeck.kernel import clock
from quarterdeck.kernel.claims import parameters
from quarterdeck.kernel.claims.registry import value_on

UNITS = parameters.declare(
    "assessment.units_at_least",
    label=_("Units that take part in an assessment"),
    says=_("How many units have to have accepted a task before an assessment is submitted."),
    unit=parameters.Unit.NUMBER,
)

Question = Determination.Question


def body_that_decides(day: date) -> Body | None:
    """The body that a charter in force on ``day`` charges with deciding whether disclosure is necessary; of several, or
    with none, nobody knows and the answer is None."""
    charged = [
        body
        for body in Body.objects.on(day).filter(kind__in=GOVERNING).order_by("pk")
        if duty_on(body, CharterDuty.Duty.DECIDE_DISCLOSURE, day) is not None
    ]
    return charged[0] if len(charged) == 1 else None


def domestic_on(day: date) -> bool | None:
    """Whether the company files as a domestic registrant on ``day``; None where its status is not on record."""
    status = FilerStatus.objects.on(day).order_by("-effective_from", "-pk").first()
    return None if status is None else status.filer == FilerStatus.Filer.DOMESTIC


def latest_assessment(incident: Incident) -> Assessment | None:
    """The newest assessment that was not replaced: being written, or submitted."""
    return (
        Assessment.objects.filter(incident=incident).exclude(state=Assessment.State.SUPERSEDED).order_by("-pk").first()
    )


def submitted_assessment(incident: Incident) -> Assessment | None:
    """The submitted assessment that stands."""
    return Assessment.objects.filter(incident=incident, state=Assessment.State.SUBMITTED).order_by("-pk").first()


def decided(incident: Incident, question: str, by: date | None = None) -> Determination | None:
    """What the body decided last on the question (by the day ``by``), unless the incident was reopened since."""
    rows = Determination.objects.filter(incident=incident, question=question, state=Determination.State.DECIDED)
    if by is not None:
        rows = rows.filter(decision__decided_on__lte=by)
    return rows.select_related("decision__meeting__body", "assessment").order_by("-decided_at", "-pk").first()


def material_since(incident: Incident) -> Determination | None:
    """The decision by which it has been *material* without a break: the first of those in a row up to the newest.

    Deciding again that it still is material starts no clock anew. None where the body's newest answer is another.
    """
    rows = Determination.objects.filter(
        incident=incident, question=Question.MATERIALITY, state=Determination.State.DECIDED
    ).select_related("decision__meeting__body", "assessment")
    found: Determination | None = None
    for row in rows.order_by("-decided_at", "-pk"):
        if row.answer != Determination.Answer.MATERIAL:
            break
        found = row
    return found


def decided_questions(incident: Incident) -> set[rules.Question]:
    """The questions that stand decided."""
    return {rules.Question(question) for question in Question.values if decided(incident, question) is not None}


def before_the_body(incident: Incident) -> list[Determination]:
    """What is proposed and not decided."""
    rows = Determination.objects.filter(incident=incident, state=Determination.State.PROPOSED)
    return list(rows.select_related("decision__meeting").order_by("pk"))


def open_follow_ups(incident: Incident) -> list[FollowUp]:
    """Questions still open, the next due first."""
    return list(FollowUp.objects.filter(incident=incident, state=FollowUp.State.OPEN).order_by("due", "pk"))


def draft_of(assessment: Assessment) -> rules.Draft:
    """The assessment as the rules see it."""
    incident = assessment.incident
    accepted = Task.objects.filter(incident=incident).exclude(state=Task.State.OPEN)
    wanted = value_on(UNITS, local_day(clock.now()))
    return rules.Draft(
        texts={name: getattr(assessment, name) for name in ("nature", "scope", "timing", "impact", "because")},
        unanswered=Factor.objects.filter(assessment=assessment, answer=None).count(),
        recommendation=assessment.recommendation,
        severity=incident.severity is not None,
        source=incident.source is not None,
        units=accepted.order_by().values("unit").distinct().count(),
        units_wanted=rules.UNITS_AT_LEAST if wanted is None else int(wanted),
        opinions=Opinion.objects.filter(incident=incident, received_at__isnull=False).count(),
        opinions_needed=bool(incident.opinions_needed),
    )
