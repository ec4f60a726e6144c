"""Who may read an appetite: also those whose risks are held to it, from below."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from quarterdeck.areas.risks.models import Risk
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import UnitLine
from quarterdeck.kernel.permissions.scope import holds_for_own, in_units

VIEW = "risks.appetite.view"
#: Whoever may see their own risk may read what it is held to.
OWN_RISK = "risks.risk.view"


def held_to(user: User, permission: str) -> Q:
    """For a :class:`Scope`: an appetite of a unit counts for every unit below it that has none of its own, so it is read there too.

    By whoever may read appetites in a unit below, and by whoever owns an open risk there. It is read and no more: setting
    and ending it stay with those who hold that permission in the appetite's own unit or above.
    """
    if permission != VIEW:
        return Q(pk__in=())
    below = UnitLine.objects.filter(in_units("below", user, permission), above=OuterRef("unit"))
    owned = Risk.objects.filter(owner__user=user, state=Risk.State.OPEN, unit__lines_above__above=OuterRef("unit"))
    return Q(Exists(below)) | (Q(Exists(owned)) & holds_for_own(user, OWN_RISK))
