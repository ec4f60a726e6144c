"""Tasks of incidents wait for the person they were given to."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.incidents.models import Task
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.todo import Item, Source, source


def _open() -> QuerySet[Task]:
    return (
        Task.objects.exclude(state=Task.State.DONE)
        .filter(assignee__user__isnull=False)
        .select_related("incident__wall")
        .annotate(
            todo_user=F("assignee__user_id"), todo_due=F("due"), todo_since=TruncDate("recorded_at"), todo_unit=F("unit_id")
        )
    )  # fmt: skip


def _shown(row: Task, user: User) -> Item:
    asked = _("Accept the task") if row.state == Task.State.OPEN else _("Finish the task")
    return Item(asked, f"{row.title} · {row.incident.number}", "", row.due, row.recorded_at.date())


source(Source(Task.type_code(), _("Tasks of incidents"), _open, _shown, late_after=0))
