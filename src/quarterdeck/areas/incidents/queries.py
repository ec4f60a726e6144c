"""Questions about incidents that claims and the Incident room ask."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet

from quarterdeck.areas.bodies.models import Body, CharterDuty, Decision
from quarterdeck.areas.bodies.queries import duty_on, local_day, local_zone
from quarterdeck.areas.incidents import rules
from quarterdeck.areas.incidents.models import Incident, Lesson

#: Bodies whose review of materiality counts. A panel advises; it does not determine.
GOVERNING = (Body.Kind.MANAGEMENT_COMMITTEE, Body.Kind.BOARD_COMMITTEE, Body.Kind.BOARD)


def situation(incident: Incident) -> rules.Situation:
    """The incident as the rules see it."""
    return rules.Situation(
        state=rules.State(incident.state),
        severity=incident.severity,
        source=incident.source,
        measures=incident.measures.count(),
        notices=incident.notices.count(),
        contained=incident.contained_at is not None,
        ratified=incident.containment_ratified_at is not None,
        potentially_material=incident.potentially_material,
        escalated=incident.escalated_at is not None,
        materiality=rules.Materiality(incident.materiality),
        lessons=bool(incident.lessons) or Lesson.objects.filter(incident=incident).exists(),
        plan_version=bool(incident.plan_version),
    )


def next_step(incident: Incident) -> rules.Step | None:
    """The next legal step on it, and who may take it."""
    return rules.next_step(situation(incident))


def start_of(day: date) -> datetime:
    """The first moment of ``day`` at the registrant's place."""
    return datetime.combine(day, time.min, tzinfo=local_zone())


def declared_within(start: date, end: date) -> QuerySet[Incident]:
    """Incidents and threats declared from ``start`` to ``end``, oldest first."""
    rows = Incident.objects.filter(declared_at__gte=start_of(start), declared_at__lt=start_of(end + timedelta(days=1)))
    return rows.select_related("wall", "unit").order_by("declared_at", "pk")


def alive_within(start: date, end: date) -> QuerySet[Incident]:
    """Incidents and threats declared by ``end`` and not closed before ``start``."""
    rows = Incident.objects.filter(
        Q(closed_at=None) | Q(closed_at__gte=start_of(start)), declared_at__lt=start_of(end + timedelta(days=1))
    )
    return rows.select_related("wall", "unit", "determination", "response_decision").order_by("declared_at", "pk")


def counted(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    """With the numbers of measures and notices, in the same query."""
    return rows.annotate(measure_count=Count("measures", distinct=True), notice_count=Count("notices", distinct=True))


def standing(incident: Incident) -> rules.Standing:
    """What a claim on materiality needs to know of it."""
    return rules.Standing(
        rules.Materiality(incident.materiality),
        None if incident.closed_at is None else local_day(incident.closed_at),
        None if incident.determination is None else incident.determination.decided_on,
    )


def duty_in_force(duty: str, day: date) -> CharterDuty | None:
    """Where a charter in force on ``day`` makes it some body's duty; None where none does."""
    for body in Body.objects.on(day).order_by("pk"):
        found = duty_on(body, duty, day)
        if found is not None:
            return found
    return None


def materiality_reviews(decided_by: date | None = None) -> QuerySet[Decision]:
    """Carried materiality reviews of governing bodies, oldest first."""
    rows = Decision.objects.filter(
        outcome=Decision.Outcome.CARRIED,
        topic=Decision.Topic.MATERIALITY_REVIEW,
        meeting__body__kind__in=GOVERNING,
        covers_from__isnull=False,
        covers_until__isnull=False,
    )
    if decided_by is not None:
        rows = rows.filter(decided_on__lte=decided_by)
    return rows.select_related("meeting__body").order_by("decided_on", "pk")
