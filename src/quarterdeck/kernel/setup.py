"""Founding a home: the enterprise unit, the product's own account, the shipped roles. Safe to repeat."""

from __future__ import annotations

from django.db import transaction

from quarterdeck.engines.merkle.tree import Frontier
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Actor, Context
from quarterdeck.kernel.ledger.append import append
from quarterdeck.kernel.ledger.models import Head
from quarterdeck.kernel.permissions.models import Unit, UnitLine
from quarterdeck.kernel.permissions.sync import sync_roles
from quarterdeck.kernel.records import writing
from quarterdeck.kernel.resource.registry import resource_of

SYSTEM_LOGIN = "quarterdeck"
FOUNDED = "permissions.unit.found"


def system_user() -> User:
    """The account under which the product itself acts; nobody can sign in with it."""
    return User.objects.get(login=SYSTEM_LOGIN)


def found(enterprise_name: str) -> Unit:
    """Make what must exist before the first action: ledger head, system account, enterprise unit, roles.

    The enterprise unit is the one record that no action makes, since every action needs a unit to hold permissions in.
    The ledger begins with it: leaf 0.
    """
    with transaction.atomic(), writing():
        Head.objects.get_or_create(pk=1, defaults={"size": 0, "frontier": Frontier().to_bytes()})
        user, made = User.objects.get_or_create(
            login=SYSTEM_LOGIN, defaults={"full_name": "Quarterdeck", "kind": User.Kind.SERVICE, "is_active": False}
        )
        if made:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        unit = Unit.objects.filter(parent=None).first()
        if unit is None:
            ctx = Context(Actor(user, system=True), clock.now())
            unit = ctx.save(Unit(code="enterprise", name=enterprise_name, kind=Unit.Kind.ENTERPRISE))
            append(ctx, FOUNDED, unit, resource_of(Unit))
            UnitLine.objects.create(above=unit, below=unit)
        sync_roles()
    return unit
