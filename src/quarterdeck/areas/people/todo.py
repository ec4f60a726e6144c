"""Certifications that run out wait for their holder, so that no sentence on qualifications falls by oversight."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people.models import Certification, Person
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.todo import Item, Source, source

#: How long before it runs out somebody hears of it: renewing takes an examination or a year's credits.
AHEAD: Final = timedelta(days=90)
#: What ran out longer ago than this was let go on purpose.
GIVEN_UP: Final = timedelta(days=180)


def _expiring() -> QuerySet[Certification]:
    today = clock.today()
    renewed = Certification.objects.filter(
        person=OuterRef("person"), code=OuterRef("code"), expires_on__gt=OuterRef("expires_on")
    )
    return (
        Certification.objects.filter(
            expires_on__range=(today - GIVEN_UP, today + AHEAD),
            person__state=Person.State.ACTIVE,
            person__user__isnull=False,
        )
        .exclude(Exists(renewed))
        .select_related("person")
        .annotate(
            todo_user=F("person__user_id"),
            todo_due=F("expires_on"),
            todo_since=TruncDate("recorded_at"),
            todo_unit=F("person__unit_id"),
        )
    )


def _shown(row: Certification, user: User) -> Item:
    assert row.expires_on is not None
    since = max(row.recorded_at.date(), row.expires_on - AHEAD)
    return Item(_("Renew your certification"), f"{row.code} · {row.issuer}", "", row.expires_on, since)


source(
    Source(Certification.type_code(), _("Certifications that run out"), _expiring, _shown, optional=True, late_after=0)
)
