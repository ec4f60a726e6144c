"""How playbooks and their runs show in pages, API and command line. Of a run everything stands behind its incident's wall."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.incidents.resources import INSIDE
from quarterdeck.areas.playbooks.actions import running, writing
from quarterdeck.areas.playbooks.joints import join
from quarterdeck.areas.playbooks.models import Playbook, Run, StepRun
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Panel, Resource, register

register(
    Resource(
        model=Playbook,
        scope=Scope(unit="unit"),
        group=_("Incidents"),
        columns=(
            Column("title", sortable=True), Column("unit"), Column("state"), Column("imported"), Column("released_at"),
        ),
        filters=("state", "unit"),
        search=("title",),
        order=("title", "pk"),
        details=(
            "title", "unit", "description", "state", "identifier", "imported", Column("steps_shown", _("Steps")),
            Column("odd", _("Odd, and lived with")), "written_by", "released_by", "released_at", "source",
        ),
        select=("unit", "written_by", "released_by"),
        panels=(Panel(Run, "playbook"),),
        actions=writing.PLAYBOOK_ACTIONS,
        view_roles=INSIDE,
        state_field="state",
        screen="playbook",
    )
)  # fmt: skip
register(
    Resource(
        model=Run,
        scope=Scope(unit="incident__unit", wall="incident__wall"),
        columns=(Column("playbook"), Column("incident"), Column("state"), Column("started_at"), Column("ended_at")),
        filters=("state",),
        details=("playbook", "incident", "unit", "state", "started_by", "started_at", "ended_at", "reason"),
        order=("-pk",),
        select=("playbook", "incident", "unit", "started_by"),
        panels=(Panel(StepRun, "run"),),
        actions=(running.Start, running.Stop),
        view_roles=INSIDE,
        state_field="state",
        screen="playbook_run",
    )
)
register(
    Resource(
        model=StepRun,
        scope=Scope(unit="run__incident__unit", wall="run__incident__wall"),
        columns=(Column("number"), Column("title"), Column("state"), Column("outcome"), Column("due_at"), Column("task")),
        details=(
            "run", "number", "kind", "title", "instruction", "state", "outcome", "round", "task", "due_at", "came_at", "done_at",
            "done_by", "note",
        ),
        order=("-pk",),
        select=("run", "run__incident", "run__playbook", "task", "done_by"),
        actions=(running.Answer, running.Fail),
        view_roles=INSIDE,
        state_field="state",
    )
)  # fmt: skip
join()
