"""Who holds which role where; who stands inside a wall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.actions import Context, Create, End, Refused
from quarterdeck.kernel.permissions.models import Assignment


class Assign(Create[Assignment]):
    model = Assignment
    label = _("Give a role")
    fields = ("user", "role", "unit", "effective_from", "effective_until")
    roles = ("administrator",)

    def guard(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> None:
        if not ctx.actor.system and data["user"] == ctx.user:
            raise Refused(_("Nobody gives a role to themselves; ask another administrator."))


class EndAssignment(End[Assignment]):
    model = Assignment
    label = _("Take the role away")
    roles = ("administrator",)
