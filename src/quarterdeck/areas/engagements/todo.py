"""What waits for people about engagements: what a guest owes, what is to be decided, done, or renewed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.engagements.guests import open_to_guests
from quarterdeck.areas.engagements.models import Credential, Deliverable, ImprovementProject, Recommendation
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.todo import Item, Source, source

#: A credential is on its owner's list so long before its last day.
AHEAD = timedelta(days=60)


def _where(row: Record) -> str:
    return reverse("records:detail", args=[row.type_code(), row.pk])


def _owed() -> QuerySet[Any]:
    rows = Deliverable.objects.filter(
        state__in=(Deliverable.State.REQUESTED, Deliverable.State.RETURNED), engagement__guests__in=open_to_guests()
    )
    return rows.annotate(
        todo_user=F("engagement__guests__user_id"),
        todo_due=F("due"),
        todo_since=F("engagement__guests__effective_from"),
        todo_unit=F("engagement__unit_id"),
    )


def _undecided() -> QuerySet[Any]:
    rows = Recommendation.objects.filter(state=Recommendation.State.OPEN, engagement__owner__user__isnull=False)
    return rows.annotate(
        todo_user=F("engagement__owner__user_id"),
        todo_due=Value(None, output_field=Recommendation._meta.get_field("decided_on")),
        todo_since=F("made_on"),
        todo_unit=F("engagement__unit_id"),
    )


def _to_be_done() -> QuerySet[Any]:
    states = ImprovementProject.State
    rows = ImprovementProject.objects.filter(state__in=(states.PLANNED, states.UNDER_WAY), owner__user__isnull=False)
    return rows.annotate(
        todo_user=F("owner__user_id"), todo_due=F("due"), todo_since=F("recorded_at__date"), todo_unit=F("unit_id")
    )


def _expiring() -> QuerySet[Any]:
    rows = Credential.objects.filter(
        expires_on__lte=clock.today() + AHEAD,
        expert__engagement__state="active",
        expert__engagement__owner__user__isnull=False,
    )
    return rows.select_related("expert").annotate(
        todo_user=F("expert__engagement__owner__user_id"),
        todo_due=F("expires_on"),
        todo_since=F("issued_on"),
        todo_unit=F("expert__engagement__unit_id"),
    )


def _shown(asked: Text) -> Any:
    def show(row: Any, user: User) -> Item:
        return Item(asked=asked, title=str(row), url=_where(row), due=row.todo_due, since=row.todo_since)

    return show


source(Source("engagements.deliverable", _("Deliverables"), _owed, _shown(_("Hand in"))))
source(Source("engagements.recommendation", _("Recommendations"), _undecided, _shown(_("Decide on")), late_after=30))
source(
    Source("engagements.improvementproject", _("Improvement projects"), _to_be_done, _shown(_("Finish")), late_after=7)
)
source(Source("engagements.credential", _("Experts' credentials"), _expiring, _shown(_("Have it renewed"))))
