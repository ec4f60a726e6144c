"""Questions about bodies that later areas ask too: who sat where on a day, which body answers for what, what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import QuerySet

from quarterdeck.areas.bodies import rules
from quarterdeck.areas.bodies.models import (
    AgendaItem,
    Attendance,
    Body,
    Charter,
    CharterDuty,
    Decision,
    Meeting,
    Membership,
    Recusal,
)
from quarterdeck.areas.bodies.models.standing import VOTING
from quarterdeck.areas.organisation.models import Registrant
from quarterdeck.areas.people.models import Person

#: The duty that tells which of several bodies of a kind answers for cybersecurity.
ANCHORS: Final = {
    Body.Kind.PANEL: CharterDuty.Duty.IDENTIFY_ASSESS_RISKS,
    Body.Kind.MANAGEMENT_COMMITTEE: CharterDuty.Duty.MANAGE_CYBERSECURITY,
    Body.Kind.BOARD_COMMITTEE: CharterDuty.Duty.OVERSEE_CYBERSECURITY,
    Body.Kind.BOARD: CharterDuty.Duty.OVERSEE_CYBERSECURITY,
}


def local_zone() -> tzinfo:
    """The registrant's time zone; UTC while there is no registrant."""
    from datetime import UTC

    name = Registrant.objects.values_list("time_zone", flat=True).first()
    try:
        return ZoneInfo(name) if name else UTC
    except ZoneInfoNotFoundError:
        return UTC


def local_day(moment: datetime) -> date:
    """The day it is at the registrant's place at ``moment``: meetings and decisions are dated by it."""
    return moment.astimezone(local_zone()).date()


@dataclass(frozen=True)
class InCharge:
    """The body of a kind that answers for cybersecurity on a day: one, none, or several that cannot be told apart."""

    body: Body | None
    candidates: tuple[Body, ...]
    #: Bodies of that kind that do not exist on the day: dissolved before, or founded after.
    others: tuple[Body, ...]


def body_in_charge(kind: str, day: date) -> InCharge:
    """The body of ``kind`` on ``day``; of several, the one whose charter in force has the duty of :data:`ANCHORS`."""
    everyone = list(Body.objects.filter(kind=kind).order_by("pk"))
    there = tuple(body for body in everyone if body.in_effect(day))
    others = tuple(body for body in everyone if not body.in_effect(day))
    if len(there) > 1:
        anchor = ANCHORS[Body.Kind(kind)]
        charged = [body for body in there if duty_on(body, anchor, day) is not None]
        return InCharge(charged[0] if len(charged) == 1 else None, there, others)
    return InCharge(there[0] if there else None, there, others)


def charter_on(body: Body, day: date) -> Charter | None:
    """The approved charter in force on ``day``."""
    rows = Charter.objects.on(day).filter(body=body, state=Charter.State.APPROVED)
    return rows.select_related("body").order_by("-effective_from", "-pk").first()


def duty_on(body: Body, duty: str, day: date) -> CharterDuty | None:
    """The charter in force on ``day`` says that ``duty`` is the body's: where it says so, or None."""
    charter = charter_on(body, day)
    if charter is None:
        return None
    rows = CharterDuty.objects.filter(charter=charter, duty=duty, struck=False)
    return rows.select_related("charter__body").first()


def members_on(body: Body, day: date, roles: Iterable[str] = VOTING) -> QuerySet[Membership]:
    """Memberships in effect on ``day`` in ``roles`` (chair and members unless said otherwise), in order of appointment."""
    rows = Membership.objects.on(day).filter(body=body, role__in=list(roles))
    return rows.select_related("person", "body").order_by("effective_from", "pk")


def seat_on(body: Body, person: Person, day: date) -> Membership | None:
    """The membership ``person`` holds on ``day``, in any role."""
    return Membership.objects.on(day).filter(body=body, person=person).select_related("person", "body").first()


def standing_recusals(item: AgendaItem) -> QuerySet[Recusal]:
    """Recusals on an item that were not lifted."""
    return Recusal.objects.filter(item=item, lifted_because="").select_related("person").order_by("pk")


def present_at(meeting: Meeting) -> set[int]:
    """Ids of the people recorded as present."""
    rows = Attendance.objects.filter(meeting=meeting, status=Attendance.Status.PRESENT)
    return set(rows.values_list("person_id", flat=True))


@dataclass(frozen=True)
class Standing:
    """Who may vote on an item, as the record now stands. Sets of person ids."""

    rule: rules.QuorumRule | None
    entitled: frozenset[int]
    present: frozenset[int]
    recused: frozenset[int]

    def quorum(self) -> rules.Quorum | None:
        """Quorum on the item, or None without a charter in force to say what it is."""
        return None if self.rule is None else rules.quorum(self.rule, self.entitled, self.present, self.recused)


def standing_of(item: AgendaItem, day: date) -> Standing:
    """Members in effect on ``day``, those present, those recused. A written resolution has nobody present: whoever answers takes part."""
    meeting = item.meeting
    charter = charter_on(meeting.body, day)
    return Standing(
        charter.quorum_rule() if charter is not None else None,
        frozenset(members_on(meeting.body, day).values_list("person_id", flat=True)),
        frozenset(present_at(meeting)),
        frozenset(standing_recusals(item).values_list("person_id", flat=True)),
    )


def votes_of(decision: Decision) -> dict[int, str]:
    """Votes by person id."""
    return dict(decision.votes.values_list("person_id", "choice"))


def result_of(decision: Decision) -> rules.Result | None:
    """The vote counted from the record as it stands now: a later correction of memberships shows here. None without a charter."""
    day = decision.meeting.held_on
    if day is None:
        return None
    standing = standing_of(decision.item, day)
    if standing.rule is None:
        return None
    votes = votes_of(decision)
    taking_part = votes.keys() if decision.meeting.written else standing.present
    return rules.tally(standing.rule, standing.entitled, set(taking_part), standing.recused, votes)


def still_to_vote(decision: Decision) -> list[Person]:
    """Members who may vote on it and have not: of a meeting, those present; of a written resolution, all."""
    day = decision.meeting.held_on
    if day is None:
        return []
    standing = standing_of(decision.item, day)
    may = standing.entitled - standing.recused
    if not decision.meeting.written:
        may &= standing.present
    return list(Person.objects.filter(pk__in=may - votes_of(decision).keys()).order_by("full_name", "pk"))


def carried_between(kind: str, topic: str, start: date, end: date) -> Iterator[Decision]:
    """Decisions of bodies of ``kind`` on ``topic`` carried from ``start`` to ``end``, both included, in order."""
    rows = Decision.objects.filter(
        outcome=Decision.Outcome.CARRIED,
        topic=topic,
        decided_on__gte=start,
        decided_on__lte=end,
        meeting__body__kind=kind,
    )
    yield from rows.select_related("meeting__body", "meeting__wall", "item").order_by("decided_on", "pk")


def next_number(day: date, walled: bool = False) -> str:
    """The next decision number of the calendar year of ``day``. Decisions are never deleted, so counting leaves no gap.

    What is decided behind a wall is numbered apart (2026-R1): a number lacking between two open ones would betray it. A
    wall lifted since changes no number.
    """
    rows = Decision.objects.filter(decided_on__year=day.year, number__isnull=False, meeting__wall__isnull=not walled)
    return f"{day.year}-{'R' if walled else ''}{rows.count() + 1}"
