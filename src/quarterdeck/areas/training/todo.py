"""What waits for people in training: their open assignments."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.training.models import Assignment
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.todo import Item, Source, source


def _open() -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(state__in=Assignment.OPEN).exclude(person__user=None)
    return rows.select_related("course").annotate(
        todo_user=F("person__user_id"),
        todo_due=F("due_on"),
        todo_since=F("assigned_on"),
        todo_unit=F("person__unit_id"),
    )


def _shown(row: Assignment, user: User) -> Item:
    asked = _("Take the course") if row.state == Assignment.State.ASSIGNED else _("Finish the course")
    return Item(asked, row.course.title, reverse("training_course", args=[row.pk]), row.due_on, row.assigned_on)


source(Source("training.assignment", _("Training"), _open, _shown, late_after=7))
