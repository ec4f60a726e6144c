"""What waits for people about risks: to be looked at again, treated, decided anew, approved or accepted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import DateField, Exists, F, OuterRef, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.risks.models import Acceptance, FrameworkAcceptance, FrameworkOwner, Risk, Treatment
from quarterdeck.areas.safeguards.rules import months_after
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.todo import Item, Source, source

#: A review, and the end of an acceptance, are on the owner's list so long before.
AHEAD = timedelta(days=30)


def _to_review() -> QuerySet[Any]:
    rows = Risk.objects.filter(state="open", next_review__lte=clock.today() + AHEAD, owner__user__isnull=False)
    return rows.annotate(
        todo_user=F("owner__user_id"), todo_due=F("next_review"), todo_since=F("opened_on"), todo_unit=F("unit_id")
    )


def _to_be_done() -> QuerySet[Any]:
    rows = Treatment.objects.filter(state__in=("planned", "under_way"), owner__user__isnull=False)
    return rows.annotate(
        todo_user=F("owner__user_id"),
        todo_due=F("due"),
        todo_since=F("recorded_at__date"),
        todo_unit=F("risk__unit_id"),
    )


def _ending() -> QuerySet[Any]:
    today = clock.today()
    rows = Acceptance.objects.filter(
        effective_until__gte=today,
        effective_until__lte=today + AHEAD,
        risk__state="open",
        risk__owner__user__isnull=False,
    )
    return rows.select_related("risk").annotate(
        todo_user=F("risk__owner__user_id"),
        todo_due=F("effective_until"),
        todo_since=F("effective_from"),
        todo_unit=F("risk__unit_id"),
    )


def _shown(asked: Text) -> Any:
    def show(row: Any, user: User) -> Item:
        where = reverse("records:detail", args=[row.type_code(), row.pk])
        return Item(asked=asked, title=str(row), url=where, due=row.todo_due, since=row.todo_since)

    return show


def _to_accept() -> QuerySet[Any]:
    """Frameworks whose owner has not accepted the register, or did so eleven months ago or longer."""
    today = clock.today()
    given = FrameworkAcceptance.objects.filter(owner=OuterRef("pk"), withdrawn_on=None)
    rows = FrameworkOwner.objects.on(today).filter(person__user__isnull=False)
    rows = rows.exclude(Exists(given.filter(accepted_on__gt=months_after(today, -11))))
    return rows.filter(Exists(Risk.objects.filter(state="open"))).annotate(
        todo_user=F("person__user_id"),
        todo_due=Value(None, output_field=DateField()),
        todo_since=F("effective_from"),
        todo_unit=F("person__unit_id"),
    )


source(
    Source(
        "risks.frameworkowner",
        _("Acceptance into frameworks"),
        _to_accept,
        _shown(_("Accept the register")),
    )
)
source(Source("risks.risk", _("Risks"), _to_review, _shown(_("Look at again")), late_after=14))
source(Source("risks.treatment", _("Treatments"), _to_be_done, _shown(_("Finish")), late_after=7))
source(Source("risks.acceptance", _("Acceptances"), _ending, _shown(_("Decide anew"))))
