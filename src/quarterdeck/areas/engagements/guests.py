"""What a guest may see: rows of the engagements that are opened to their login today. One SQL condition."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q, QuerySet

from quarterdeck.areas.engagements.models import EngagementGuest
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.scope import holds_for_own
from quarterdeck.kernel.records import in_effect_on


def open_to_guests() -> QuerySet[EngagementGuest]:
    """Guests whose access is open today."""
    return EngagementGuest.objects.filter(in_effect_on(clock.today()), revoked_at=None)


def guest_of(path: str) -> Callable[[User, str], Q]:
    """For a :class:`Scope`: rows whose engagement, at ``path``, is open to the user as a guest, where they hold the
    permission for their own rows."""

    def condition(user: User, permission: str) -> Q:
        return Q(Exists(open_to_guests().filter(user=user, engagement=OuterRef(path)))) & holds_for_own(
            user, permission
        )

    return condition
