"""Steps of playbooks that wait: for whom the task was given to, or else for whoever started the run."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.playbooks.models import Run, StepRun
from quarterdeck.engines.cacao.model import CONDITIONS
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.todo import Item, Source, source


def _waiting() -> QuerySet[StepRun]:
    return (
        StepRun.objects.filter(state=StepRun.State.WAITING, run__state=Run.State.RUNNING)
        .select_related("run__playbook", "run__incident")
        .annotate(
            todo_user=Coalesce(F("task__assignee__user_id"), F("run__started_by_id")),
            todo_due=TruncDate("due_at"),
            todo_since=TruncDate("came_at"),
            todo_unit=Coalesce(F("task__unit_id"), F("run__unit_id")),
        )
    )


def _show(row: Any, user: User) -> Item:
    asked = _("Answer") if row.kind in CONDITIONS else _("Do, and close the task")
    return Item(
        asked,
        f"{row.title} ({row.run.incident.number})",
        reverse("playbook_run", args=[row.run_id]),
        row.todo_due,
        row.todo_since,
    )


source(Source("playbooks.steprun", _("Steps of playbooks"), _waiting, _show, late_after=1))
