"""What the actions of a meeting stand on: the meeting held fast, its state, and who acts."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import AgendaItem, Meeting
from quarterdeck.areas.people.models import Person
from quarterdeck.areas.people.queries import person_of
from quarterdeck.kernel.actions import Context, Refused
from quarterdeck.kernel.actions.base import Text

#: States in which something may still be put on the agenda.
BEFORE_CLOSE = frozenset({Meeting.State.PLANNED.value, Meeting.State.CALLED.value, Meeting.State.OPEN.value})
NOT_CLOSED = _("What belongs to a closed meeting goes on the agenda of the next.")


def lock_meeting(meeting: Meeting) -> Meeting:
    """Hold the meeting until the action is over: nobody closes it between a guard and a write."""
    return Meeting._base_manager.select_for_update().get(pk=meeting.pk)


def state_fault(meeting: Meeting, states: Iterable[str], first: Text) -> Text | None:
    """Why not, unless the meeting is in one of ``states``; ``first`` says what would have to happen."""
    if meeting.state in states:
        return None
    return _("The meeting is “%(state)s”. %(first)s") % {"state": meeting.get_state_display(), "first": first}


def demand_state(meeting: Meeting, states: Iterable[str], first: Text) -> None:
    """Refuse unless the meeting is in one of ``states``."""
    fault = state_fault(meeting, states, first)
    if fault is not None:
        raise Refused(fault)


def demand_before_close(meeting: Meeting) -> None:
    """Hold the meeting, and refuse once it is closed."""
    demand_state(lock_meeting(meeting), BEFORE_CLOSE, NOT_CLOSED)


def next_item(meeting: Meeting) -> int:
    """The number of the next item on its agenda."""
    return AgendaItem.objects.filter(meeting=meeting).count() + 1


def own_person(ctx: Context) -> Person:
    """The person behind the login that acts."""
    person = person_of(ctx.user)
    if person is None:
        raise Refused(_("Your login is not connected to a person; an administrator has to connect it first."))
    return person
