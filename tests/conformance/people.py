"""People who hold exactly what a test says, and nothing else."""

from __future__ import annotations

import itertools
from typing import Any

from django.test import Client

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Grant, Role, Unit, Wall, WallMember
from quarterdeck.kernel.records import Record, writing
from quarterdeck.kernel.resource.registry import Resource
from tests.support import act, system

_number = itertools.count(1)


def holder(unit: Unit, *permissions: str) -> User:
    """A login with a role of its own that grants ``permissions`` in ``unit`` and below."""
    place = next(_number)
    role = Role.objects.create(code=f"probe-{place}", name=f"Probe {place}")
    Grant.objects.bulk_create(Grant(role=role, permission=permission) for permission in permissions)
    return with_role(role.code, unit)


def with_role(code: str, unit: Unit) -> User:
    """A login that holds a role in ``unit``."""
    user = User.objects.create(login=f"holder{next(_number)}", full_name=f"Holder of {code}")
    act("permissions.assignment.create", system(), user=user, role=code, unit=unit, effective_from="2000-01-01")
    return user


def wall_of(resource: Resource, record: Record) -> Wall | None:
    """The wall a record stands behind."""
    found: Any = record
    for step in (resource.scope.wall or "").split("__"):
        found = getattr(found, step, None) if step else None
    return found


def raise_wall(owner: Any) -> None:
    """Raise a wall around ``owner``, a record that has one of its own."""
    with writing():
        owner.wall = Wall(title="Test", revision=1)
        owner.wall.save()
        owner.save()


def let_in(user: User, wall: Wall | None) -> None:
    """Put somebody inside a wall."""
    if wall is not None:
        with writing():
            WallMember(wall=wall, user=user, why="Test", entered_at=clock.now(), revision=1).save()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
