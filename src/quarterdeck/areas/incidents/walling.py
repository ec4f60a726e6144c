"""Who stands inside the wall around an incident, and how one goes up: for the actions of this area and of those above it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from quarterdeck.areas.bodies.making import follow_wall
from quarterdeck.areas.bodies.walls import inside
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Context
from quarterdeck.kernel.permissions.models import Wall, WallMember


def people() -> QuerySet[User]:
    """Logins that may be let in."""
    return User.objects.filter(is_active=True).exclude(kind=User.Kind.SERVICE).order_by("full_name", "pk")


def may_stand_inside(user: User | None) -> bool:
    """Whether it is the login of a person who can sign in."""
    return user is not None and user.is_active and user.kind != User.Kind.SERVICE


def standing_wall(incident: Incident) -> Wall | None:
    """The wall that stands around it now."""
    return incident.wall if incident.wall is not None and incident.wall.lifted_at is None else None


def enclose(ctx: Context, incident: Incident, users: Iterable[User], why: str) -> Wall:
    """Let ``users`` inside the standing wall, raising one first where none stands. The caller saves the incident."""
    wall = standing_wall(incident)
    if wall is None:
        former, wall = incident.wall, ctx.save(Wall(title=incident.number))
        incident.wall = wall
        if former is not None:
            follow_wall(ctx, former, wall)
    there = inside(wall)
    for user in sorted(set(users), key=lambda user: user.pk):
        if user.pk not in there:
            ctx.save(WallMember(wall=wall, user=user, why=why, entered_at=ctx.at))
    return wall
