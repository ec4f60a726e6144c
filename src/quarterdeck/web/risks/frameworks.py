"""Whether cyber risks are part of the company's wider management: who owns the framework, and on which day they accepted them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from quarterdeck.areas.risks.models import FrameworkAcceptance, FrameworkOwner, Risk
from quarterdeck.areas.safeguards.rules import months_after
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight

#: An acceptance speaks for so many months; then it has to be given anew.
MONTHS = 12


@dataclass(frozen=True)
class Place:
    """A framework with its owner, the acceptance that stands, by when it is given anew, and what came since."""

    owner: FrameworkOwner
    person: str
    acceptance: FrameworkAcceptance | None
    until: date | None
    since: int
    late: bool
    mine: bool


def frameworks(sight: Sight, today: date) -> list[Place]:
    """Frameworks that somebody owns today, as far as the reader may see them."""
    if not sight.may_view(resource_of(FrameworkOwner)):
        return []
    owners = sight.each(FrameworkOwner).filter(effective_from__lte=today)
    owners = owners.filter(Q(effective_until=None) | Q(effective_until__gte=today)).select_related("person")
    rows = list(owners.order_by("framework", "-effective_from", "-pk"))
    if not rows:
        return []
    standing: dict[int, FrameworkAcceptance] = {}
    if sight.may_view(resource_of(FrameworkAcceptance)):
        given = sight.each(FrameworkAcceptance).filter(owner__in=rows, accepted_on__lte=today)
        given = given.filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=today))
        for row in given.order_by("accepted_on", "pk"):
            standing[row.owner_id] = row
    sight.prime([row.person for row in rows])
    return [_place(sight, row, standing.get(row.pk), today) for row in rows]


def _place(sight: Sight, row: FrameworkOwner, given: FrameworkAcceptance | None, today: date) -> Place:
    until = None if given is None else months_after(given.accepted_on, MONTHS)
    since = 0 if given is None else sight.each(Risk).filter(state="open", opened_on__gt=given.accepted_on).count()
    return Place(
        row,
        str(row.person) if sight.shows(row.person) else _("its owner"),
        given,
        until,
        since,
        until is None or until < today,
        row.person.user_id == sight.user.pk,
    )
