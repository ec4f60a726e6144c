"""Changes to processes, their steps, and who has which part in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people.models import Process, ProcessStep, Responsibility
from quarterdeck.kernel.actions import Change, Context, Create, End, Refused
from quarterdeck.kernel.permissions.models import Unit

KEEPERS = ("ciso", "people_officer", "secretary")


class AddProcess(Create[Process]):
    model = Process
    label = _("Add a process")
    fields = ("code", "name", "purpose", "unit")
    roles = KEEPERS


class ChangeProcess(Change[Process]):
    model = Process
    fields = ("name", "purpose", "unit")
    roles = KEEPERS


class AddStep(Create[ProcessStep]):
    name = "add"
    model = ProcessStep
    label = _("Add a step")
    fields = ("process", "number", "title")
    roles = KEEPERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["process"].unit if data.get("process") else None


class ChangeStep(Change[ProcessStep]):
    model = ProcessStep
    fields = ("number", "title")
    roles = KEEPERS


class Assign(Create[Responsibility]):
    """Give a role, a unit or a person a part in a step."""

    name = "assign"
    model = Responsibility
    label = _("Say who has a part")
    fields = ("step", "part", "role", "unit", "person", "effective_from", "effective_until")
    roles = KEEPERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["step"].process.unit if data.get("step") else None

    def guard(self, ctx: Context, record: Responsibility | None, data: Mapping[str, Any]) -> None:
        chosen = [name for name in Responsibility.HOLDERS if data.get(name) is not None]
        if len(chosen) != 1:
            raise Refused(_("Name a role, a unit or a person, one of the three."))
        overlapping = Responsibility.objects.filter(
            Q(effective_until=None) | Q(effective_until__gte=data["effective_from"]), step=data["step"]
        )
        if data["effective_until"] is not None:
            overlapping = overlapping.filter(effective_from__lte=data["effective_until"])
        if data["part"] == Responsibility.Part.ACCOUNTABLE:
            other = overlapping.filter(part=Responsibility.Part.ACCOUNTABLE).first()
            if other is not None:
                raise Refused(
                    _("%(holder)s answers for this step already; a step has one who answers for it. End that first.")
                    % {"holder": other.holder}
                )
        if overlapping.filter(part=data["part"], **{chosen[0]: data[chosen[0]]}).exists():
            raise Refused(_("They have this part already."))


class EndPart(End[Responsibility]):
    model = Responsibility
    label = _("End the part")
    roles = KEEPERS


PROCESS_ACTIONS = (AddProcess, ChangeProcess)
STEP_ACTIONS = (AddStep, ChangeStep)
PART_ACTIONS = (Assign, EndPart)
