"""To whom a report is addressed: a person's own login, or whoever sits on the body today. As SQL conditions."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from quarterdeck.areas.bodies.models import Membership
from quarterdeck.areas.reports.models import Recipient
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.scope import holds_for_own


def addressed_to(user: User) -> Q:
    """Recipients to whom the report was sent and who are ``user``, or a body on which ``user`` sits today in any role."""
    seat = Membership.objects.on(clock.today()).filter(body=OuterRef("body"), person__user=user)
    return Q(delivered_on__isnull=False) & (Q(person__user=user) | Q(Exists(seat)))


def own_receipts(user: User, permission: str) -> Q:
    """For recipients: those that are mine. Who wrote the report sees them too, and acknowledges none of them."""
    mine = addressed_to(user)
    if permission == f"{Recipient.type_code()}.view":
        mine |= Q(report__author__user=user)
    return mine & holds_for_own(user, permission)


def own_reports(user: User, permission: str) -> Q:
    """For reports: those that were sent to me or to a body on which I sit."""
    mine = Recipient.objects.filter(addressed_to(user), report=OuterRef("pk"))
    return Q(Exists(mine)) & holds_for_own(user, permission)


def own_topics(user: User, permission: str) -> Q:
    """For topics: those of reports that were sent to me."""
    mine = Recipient.objects.filter(addressed_to(user), report=OuterRef("report"))
    return Q(Exists(mine)) & holds_for_own(user, permission)
