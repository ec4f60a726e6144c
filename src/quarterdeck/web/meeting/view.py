"""The meeting's page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.areas.bodies.models import Attendance, Decision, Meeting, Membership
from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.bodies.walls import members_fault
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import WallMember
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.meeting.offers import BEFORE_CLOSE, offers, steps
from quarterdeck.web.meeting.reading import Sitting, read
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.records.detail import head
from quarterdeck.web.records.lists import resource_or_404
from quarterdeck.web.rooms.pressing import Room
from quarterdeck.workflows.agenda import suggestions

TONES = {
    Meeting.State.OPEN: "accent",
    Meeting.State.MINUTED: "supported",
    Meeting.State.CLOSED: "attested",
    Meeting.State.CANCELLED: "contradicted",
}
OUTCOMES = {
    Decision.Outcome.CARRIED: "supported",
    Decision.Outcome.LOST: "contradicted",
    Decision.Outcome.PROPOSED: "unresolved",
    Decision.Outcome.WITHDRAWN: "unevidenced",
}


@login_required
@require_safe
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting, as far as the person may see it. Somebody who may not see it learns nothing of it: 404."""
    sight = sight_of(request)
    resource = resource_or_404(Meeting.type_code(), sight)
    found = sight.each(Meeting).select_related("body", "body__unit", "presided_by", "wall").filter(pk=pk).first()
    if found is None:
        raise Http404
    assert isinstance(request.user, User)
    sight.note([found])
    sitting = read(found, sight)
    suggested = []
    if found.state in BEFORE_CLOSE:
        suggested = suggestions(found, sight, sitting.charter, {point.item.title for point in sitting.points})
    room = Room(sight, found.body.unit, reverse("meeting", args=[pk]))
    context = head(resource, found, found, sight)
    context |= {
        "title": str(found.body),
        "sitting": sitting,
        "meeting": found,
        "tone": TONES.get(Meeting.State(found.state), "unevidenced"),
        "outcomes": OUTCOMES,
        "stages": _stages(sitting),
        "steps": steps(sitting),
        "do": offers(sitting, room, request.user, suggested),
        "places": _places(sitting, sight),
        "can_see_people": _people(sitting, sight),
        "address": record_address,
        "statuses": {row.person_id: row for row in sitting.attendance},
        "in_attendance": sitting.by_status(Attendance.Status.IN_ATTENDANCE),
        "inside": _inside(found, sight),
        "shut_out": _shut_out(found),
    }
    return render(request, "meeting/meeting.html", context)


def _inside(found: Meeting, sight: Sight) -> list[WallMember]:
    """Who stands inside the meeting's wall now. One query, none without a wall."""
    wall = found.standing_wall
    if wall is None:
        return []
    return list(
        sight.each(WallMember).filter(wall=wall, left_at=None).select_related("user").order_by("entered_at", "pk")
    )


def _shut_out(found: Meeting) -> object:
    """Why it cannot be opened today though it is called: since then somebody sits on the body, or was let out."""
    return members_fault(found, local_day(clock.now())) if found.state == Meeting.State.CALLED else None


def _stages(sitting: Sitting) -> list[dict[str, object]]:
    """planned → called → open → closed → minuted, each with its time."""
    found = sitting.meeting
    minutes = sitting.minutes
    times = {
        Meeting.State.PLANNED: found.planned_at,
        Meeting.State.CALLED: found.called_at,
        Meeting.State.OPEN: found.held_at,
        Meeting.State.CLOSED: found.closed_at,
        Meeting.State.MINUTED: None if minutes is None else minutes.approved_on,
    }
    labels = {Meeting.State.PLANNED: _("Planned for"), Meeting.State.OPEN: _("Opened")}
    if found.written:
        labels = {Meeting.State.PLANNED: _("Planned for"), Meeting.State.OPEN: _("Circulated")}
    return [
        {"label": labels.get(state, state.label), "at": at, "current": state == found.state}
        for state, at in times.items()
    ]


def _places(sitting: Sitting, sight: Sight) -> dict[str, str | None]:
    """Where the numbers of the page come from."""
    found = sitting.meeting
    day = sitting.day.isoformat()
    of_body = urlencode({"body": found.body_id, "as_of": day})
    seats = resource_of(Membership)
    charter = sitting.charter
    return {
        "members": f"{reverse('records:list', args=[seats.code])}?{of_body}" if sight.may_view(seats) else None,
        "charter": record_address(charter.type_code(), charter.pk)
        if charter is not None and sight.shows(charter)
        else None,
        "history": reverse("records:history", args=[found.type_code(), found.pk]),
        "record": reverse("records:detail", args=[found.type_code(), found.pk]),
        "body": record_address(found.body.type_code(), found.body_id),
        "inside": reverse("records:list", args=[WallMember.type_code()])
        if found.standing_wall is not None and sight.may_view(resource_of(WallMember))
        else None,
    }


def _people(sitting: Sitting, sight: Sight) -> frozenset[int]:
    """People named on the page whose own page the person may open. One query."""
    named: dict[int, Person] = {person.pk: person for person in sitting.voters}
    named |= {seat.person_id: seat.person for seat in sitting.others}
    named |= {row.person_id: row.person for row in sitting.attendance}
    sight.prime(named.values())
    return frozenset(key for key, person in named.items() if sight.shows(person))
