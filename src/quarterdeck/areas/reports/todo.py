"""A report that was sent waits for the person it went to, until they say that they have it."""

from __future__ import annotations

from datetime import date

from django.db.models import DateField, F, IntegerField, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.reports.models import Recipient
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.todo import Item, Source, source


def _unread() -> QuerySet[Recipient]:
    return (
        Recipient.objects.filter(received_on=None, delivered_on__isnull=False, person__user__isnull=False)
        .select_related("report")
        .annotate(
            todo_user=F("person__user_id"),
            todo_due=Value(None, output_field=DateField()),
            todo_since=F("delivered_on"),
            todo_unit=Value(None, output_field=IntegerField()),
        )
    )


def _shown(row: Recipient, user: User) -> Item:
    since: date | None = row.delivered_on
    assert since is not None
    return Item(_("Acknowledge the report"), row.report.title, "", None, since)


source(Source(Recipient.type_code(), _("Reports sent to you"), _unread, _shown))
