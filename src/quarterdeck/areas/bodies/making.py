"""Meetings of matters behind a wall, made by the actions of other areas: the same checks as the actions of this one.

A walled matter is never put on the agenda of an open meeting, where a number or a title would betray it. Whoever takes it
to a body plans a meeting, or a written resolution, behind the same wall.
"""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.actions.footing import demand_before_close, next_item
from quarterdeck.areas.bodies.actions.standing import demand_existing
from quarterdeck.areas.bodies.models import AgendaItem, Body, Decision, Meeting, Paper
from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.bodies.walls import inside
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.actions import Context, NotVisible, Refused
from quarterdeck.kernel.permissions.models import Wall


def plan_behind(ctx: Context, body: Body, kind: str, planned_at: datetime, wall: Wall, place: str = "") -> Meeting:
    """A meeting or written resolution (a value of :class:`Meeting.Kind`) of ``body`` behind ``wall``, planned.

    Refused for a day on which the body does not exist, and behind a wall that was lifted; for somebody outside the wall
    there is none.
    """
    if not ctx.actor.system and ctx.user.pk not in inside(wall):
        raise NotVisible(_("There is no such record."))
    if wall.lifted_at is not None:
        raise Refused(_("The wall was lifted; plan an ordinary meeting."))
    day = local_day(planned_at)
    demand_existing(body, day, day)
    return ctx.save(Meeting(body=body, kind=kind, planned_at=planned_at, place=place, wall=wall))


def follow_wall(ctx: Context, former: Wall, wall: Wall) -> None:
    """Take every meeting behind ``former`` behind ``wall``: when another wall goes up around the same matter."""
    for meeting in Meeting.objects.select_for_update().filter(wall=former).order_by("pk"):
        meeting.wall = wall
        ctx.save(meeting)


def add_item(ctx: Context, meeting: Meeting, title: str, text: str = "", presenter: Person | None = None) -> AgendaItem:
    """The next item on the meeting's agenda. Refused once it is closed."""
    demand_before_close(meeting)
    item = AgendaItem(meeting=meeting, number=next_item(meeting), title=title, text=text, presenter=presenter)
    return ctx.save(item)


def add_paper(ctx: Context, item: AgendaItem, title: str, text: str) -> Paper:
    """A text that lies before the members on ``item``. Refused once the meeting is closed."""
    demand_before_close(item.meeting)
    return ctx.save(Paper(item=item, title=title, text=text))


def propose(
    ctx: Context,
    item: AgendaItem,
    topic: str,
    title: str,
    text: str,
    covers_from: date | None = None,
    covers_until: date | None = None,
) -> Decision:
    """A proposal on ``item``: ``topic`` is a value of :class:`Decision.Topic`; a materiality review says which days it covers."""
    demand_before_close(item.meeting)
    if item.withdrawn:
        raise Refused(_("This item is off the agenda; choose another or add one."))
    return ctx.save(
        Decision(
            meeting=item.meeting, item=item, topic=topic, title=title, text=text, covers_from=covers_from,
            covers_until=covers_until,
        )
    )  # fmt: skip


__all__ = ["add_item", "add_paper", "follow_wall", "plan_behind", "propose"]
