"""Whom a rule means on a day, and who of them still has to be assigned."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from quarterdeck.areas.people.models import Person, Position
from quarterdeck.areas.training.models import Assignment, AssignmentRule
from quarterdeck.kernel.permissions.models import Assignment as RoleHeld
from quarterdeck.kernel.permissions.models import UnitLine
from quarterdeck.kernel.records import in_effect_on

#: Positions that make somebody an employee; a director or an outside person is none.
EMPLOYED: Final = (
    Position.Level.EXECUTIVE.value,
    Position.Level.DEPARTMENT_HEAD.value,
    Position.Level.MANAGER.value,
    Position.Level.STAFF.value,
)


def employees(day: date) -> QuerySet[Person]:
    """Who worked for the company on ``day``: those with a position as an employee on it. Whoever has no position on record at
    all counts from the day they were recorded, so that nobody is left out for want of one."""
    positions = Position.objects.filter(person=OuterRef("pk"))
    after = datetime.combine(day + timedelta(days=1), time(), UTC)
    employed = Exists(positions.filter(in_effect_on(day), level__in=EMPLOYED))
    return Person.objects.filter(Q(left_on=None) | Q(left_on__gte=day)).filter(
        employed | (~Exists(positions) & Q(recorded_at__lt=after))
    )


def audience(rule: AssignmentRule, day: date) -> QuerySet[Person]:
    """The people whom ``rule`` means on ``day``."""
    if rule.role_id is None:
        rows = employees(day)
    else:
        held = RoleHeld.objects.filter(in_effect_on(day), user=OuterRef("user"), role=rule.role_id)
        rows = Person.objects.filter(Q(left_on=None) | Q(left_on__gte=day)).filter(Exists(held))
    below = UnitLine.objects.filter(above=rule.unit_id).values("below")
    return rows.filter(state=Person.State.ACTIVE, unit__in=below)


def candidates(rule: AssignmentRule, occasion: date, day: date) -> QuerySet[Person]:
    """Those of the audience who have not been assigned on this occasion, have the course not open, and have not completed it
    since the occasion came. In order of key."""
    theirs = Assignment.objects.filter(person=OuterRef("pk"))
    return (
        audience(rule, day)
        .exclude(Exists(theirs.filter(rule=rule, occasion_on=occasion)))
        .exclude(Exists(theirs.filter(course=rule.course_id, state__in=Assignment.OPEN)))
        .exclude(Exists(theirs.filter(course=rule.course_id, completed_on__gte=occasion)))
        .order_by("pk")
    )
