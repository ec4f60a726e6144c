"""Tasks are seen by the unit that has to do them, and by whoever may see the incident."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from quarterdeck.areas.incidents.models import Incident, Task
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.scope import Scope, permitted

IN_INCIDENT = Scope(unit="unit", wall="wall")


def of_visible_incident(user: User, permission: str) -> Q:
    """For viewing tasks: those of incidents that the person may see."""
    if permission != f"{Task.type_code()}.view":
        return Q(pk__in=[])
    seen = permitted(
        Incident._base_manager.filter(pk=OuterRef("incident")), IN_INCIDENT, user, f"{Incident.type_code()}.view"
    )
    return Q(Exists(seen))
