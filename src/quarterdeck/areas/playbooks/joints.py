"""What playbooks add to incidents: a task that is done moves its run on, and no incident is closed under a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.incidents.models import Incident, Task
from quarterdeck.areas.playbooks.models import Run, StepRun
from quarterdeck.areas.playbooks.running import move_on, still_running
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Context
from quarterdeck.kernel.actions.also import Also, also
from quarterdeck.kernel.actions.base import Text


def _moves_on(ctx: Context, task: Task, data: Mapping[str, Any]) -> None:
    waiting = StepRun.objects.filter(task=task, state=StepRun.State.WAITING, run__state=Run.State.RUNNING)
    step = waiting.select_related("run").first()
    # On a closed incident nothing new is asked of anybody.
    if step is not None and task.incident.state != Incident.State.CLOSED:
        move_on(ctx, step, "completed")


def _not_under_a_run(user: User, incident: Incident) -> Text | None:
    run = still_running(incident)
    if run is not None:
        return _("“%(run)s” is still running; finish or stop it first.") % {"run": run.playbook.title}
    return None


def join() -> None:
    """Add both to the actions concerned."""
    also("incidents.task.finish", Also(follow=_moves_on))
    also("incidents.incident.close", Also(available=_not_under_a_run))
