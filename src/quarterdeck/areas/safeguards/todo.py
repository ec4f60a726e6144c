"""What waits for people about safeguards: a test that falls due, and a section of a policy that changed under one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import DateField, F, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.safeguards.models import Safeguard, StatedIn
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.todo import Item, Source, source

#: So many days before its last day a test is on somebody's list.
AHEAD = timedelta(days=30)


def _tests_due() -> QuerySet[Any]:
    rows = Safeguard.objects.filter(
        state=Safeguard.State.OPERATING, next_test_by__lte=clock.today() + AHEAD, owner__user__isnull=False
    )
    return rows.annotate(
        todo_user=F("owner__user_id"), todo_due=F("next_test_by"), todo_since=F("in_operation_since"), todo_unit=F("unit_id")
    )  # fmt: skip


def _show(row: Safeguard, user: User) -> Item:
    assert row.in_operation_since is not None
    return Item(
        asked=_("Have it tested"),
        title=row.name,
        url=reverse("records:detail", args=[row.type_code(), row.pk]),
        due=row.next_test_by,
        since=row.in_operation_since,
    )


def _sections_changed() -> QuerySet[Any]:
    """Procedural safeguards whose section of a policy changed or is gone: of their owner."""
    rows = StatedIn.objects.exclude(state=StatedIn.State.STANDS).filter(
        effective_until=None, safeguard__owner__user__isnull=False
    )
    return rows.select_related("safeguard").annotate(
        todo_user=F("safeguard__owner__user_id"),
        todo_due=Value(None, output_field=DateField()),
        todo_since=F("noticed_on"),
        todo_unit=F("safeguard__unit_id"),
    )


def _show_section(row: StatedIn, user: User) -> Item:
    assert row.noticed_on is not None
    gone = row.state == StatedIn.State.GONE
    return Item(
        asked=_("Name another section of a policy") if gone else _("Read the section of the policy that changed"),
        title=row.safeguard.name,
        url=reverse("records:detail", args=[row.type_code(), row.pk]),
        due=None,
        since=row.noticed_on,
    )


source(Source("safeguards.statedin", _("Safeguards stated in policies"), _sections_changed, _show_section))
source(Source("safeguards.safeguard", _("Safeguards"), _tests_due, _show, late_after=7))
