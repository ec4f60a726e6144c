"""Meetings behind a wall: who stands inside, who of the members outside, and who may take part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from quarterdeck.areas.bodies.models import Meeting, Recusal
from quarterdeck.areas.bodies.queries import members_on
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.actions import Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.permissions.models import Wall, WallMember


def inside(wall: Wall) -> set[int]:
    """Keys of the logins that stand inside it now."""
    return set(WallMember.objects.filter(wall=wall, left_at=None).values_list("user_id", flat=True))


def _out(people: Iterable[Person], wall: Wall) -> list[Person]:
    """Those of ``people`` who can sign in and stand outside. Whoever cannot sign in reads nothing here, and no list of logins can name them."""
    there = inside(wall)
    return [
        person for person in people if person.user is not None and person.user.is_active and person.user_id not in there
    ]


def members_outside(meeting: Meeting, day: date) -> list[Person]:
    """Voting members of ``day`` who can sign in, stand outside the meeting's wall and do not stand aside on every item.

    Empty without a standing wall.
    """
    wall = meeting.standing_wall
    if wall is None:
        return []
    aside = _aside(meeting)
    seats = members_on(meeting.body, day).select_related("person__user")
    return _out([seat.person for seat in seats if seat.person_id not in aside], wall)


def _aside(meeting: Meeting) -> set[int]:
    """Keys of the people recused on every item of the agenda."""
    items = set(meeting.items.filter(withdrawn=False).values_list("pk", flat=True))
    if not items:
        return set()
    recused: dict[int, set[int]] = {}
    rows = Recusal.objects.filter(item__in=items, lifted_because="").values_list("person_id", "item_id")
    for person, item in rows:
        recused.setdefault(person, set()).add(item)
    return {person for person, stood_aside in recused.items() if stood_aside == items}


def members_fault(meeting: Meeting, day: date) -> Text | None:
    """Why a walled meeting cannot be called or opened on ``day``: members who ought to be asked cannot see it."""
    out = len(members_outside(meeting, day))
    if not out:
        return None
    return ngettext_lazy(
        "%(n)d voting member stands outside the wall. Let them in, or record their recusal on every item, first.",
        "%(n)d voting members stand outside the wall. Let them in, or record their recusal on every item, first.",
        out,
    ) % {"n": out}


def outside(meeting: Meeting, people: Iterable[Person]) -> list[Person]:
    """Those of ``people`` who can sign in and stand outside the meeting's wall, by name. Empty without a standing wall."""
    wall = meeting.standing_wall
    if wall is None:
        return []
    keys = [person.pk for person in people]
    return _out(Person.objects.filter(pk__in=keys).select_related("user").order_by("full_name", "pk"), wall)


def demand_inside(meeting: Meeting, people: Iterable[Person]) -> None:
    """Refuse people who stand outside the meeting's wall: they cannot have taken part."""
    out = outside(meeting, people)
    if out:
        raise Refused(
            _("Outside the wall: %(names)s. Whoever takes part is let in first.")
            % {"names": ", ".join(str(person) for person in out)}
        )
