"""Meetings that were called wait for their members."""

from __future__ import annotations

from django.db.models import F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Meeting
from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.todo import Item, Source, source

_SEATS = "body__memberships"


def _called() -> QuerySet[Meeting]:
    seated = Q(**{f"{_SEATS}__effective_from__lte": TruncDate("planned_at")}) & (
        Q(**{f"{_SEATS}__effective_until": None}) | Q(**{f"{_SEATS}__effective_until__gte": TruncDate("planned_at")})
    )
    return (
        Meeting.objects.filter(
            seated, state__in=(Meeting.State.CALLED, Meeting.State.OPEN), **{f"{_SEATS}__person__user__isnull": False}
        )
        .select_related("body", "wall")
        .annotate(
            todo_user=F(f"{_SEATS}__person__user_id"),
            todo_due=TruncDate("planned_at"),
            todo_since=TruncDate("called_at"),
            todo_unit=Value(None, output_field=IntegerField()),
        )
    )


def _shown(row: Meeting, user: User) -> Item:
    assert row.called_at is not None
    resolution = row.kind == Meeting.Kind.WRITTEN_RESOLUTION
    asked = _("Vote on the written resolution") if resolution else _("Read the papers and attend")
    address = reverse("meeting", args=[row.pk])
    return Item(asked, str(row.body), address, local_day(row.planned_at), local_day(row.called_at))


source(Source(Meeting.type_code(), _("Meetings you are called to"), _called, _shown))
