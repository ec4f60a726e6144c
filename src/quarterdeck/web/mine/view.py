"""What waits for the reader, what is late first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.actions import Subscribe
from quarterdeck.kernel.accounts.models import CalendarFeed, User
from quarterdeck.kernel.resource.registry import Text
from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.kernel.todo import Item, source_of, waiting_for
from quarterdeck.kernel.ui import formats
from quarterdeck.web.records.addresses import record_address

#: What falls due within so many days is called soon.
SOON: Final = timedelta(days=7)


@dataclass(frozen=True)
class Row:
    """One task as drawn. ``when`` says in words how far it is."""

    asked: str
    title: str
    url: str
    kind: str
    due: date | None
    when: str
    tone: str


@dataclass(frozen=True)
class Group:
    """Tasks that press alike."""

    label: Text
    rows: tuple[Row, ...]


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The list, cut to one kind where the address asks for it."""
    user = request.user
    assert isinstance(user, User)
    today = clock.today()
    permissions = sight_of(request).permissions
    items = waiting_for(user, permissions)
    kinds = {item.source: str(source_of(item.source).label) for item in items}
    asked = request.GET.get("kind", "")
    shown = [item for item in items if item.source == asked] if asked in kinds else items
    may_subscribe = Subscribe.code() in permissions
    context = {
        "title": _("My tasks"),
        "sub": _lead(items, today),
        "pressing": groups(shown, today),
        "kinds": [
            {
                "label": label,
                "url": f"?kind={code}",
                "count": sum(item.source == code for item in items),
                "current": code == asked,
            }
            for code, label in sorted(kinds.items(), key=lambda kind: kind[1])
        ],
        "every": {"label": _("Everything"), "url": request.path, "count": len(items), "current": asked not in kinds},
        "subscribe": reverse("records:create", args=[CalendarFeed.type_code(), Subscribe.name])
        if may_subscribe
        else "",
    }
    return render(request, "mine/tasks.html", context)


def groups(items: Sequence[Item], today: date) -> list[Group]:
    """Late, soon, later, and without a day; those that hold nothing are left out."""
    late = [item for item in items if item.due is not None and item.due < today]
    soon = [item for item in items if item.due is not None and today <= item.due <= today + SOON]
    later = [item for item in items if item.due is not None and item.due > today + SOON]
    open_ended = [item for item in items if item.due is None]
    named: tuple[tuple[Text, list[Item]], ...] = (
        (gettext_lazy("Late"), late),
        (gettext_lazy("Within seven days"), soon),
        (gettext_lazy("Later"), later),
        (gettext_lazy("Without a day"), open_ended),
    )
    return [Group(label, tuple(_row(item, today) for item in found)) for label, found in named if found]


def _row(item: Item, today: date) -> Row:
    tone = "unevidenced"
    if item.due is None:
        when = _("since %(day)s") % {"day": formats.day(item.since)}
    elif item.due < today:
        days = (today - item.due).days
        when = ngettext("%(num)d day late", "%(num)d days late", days) % {"num": days}
        tone = "contradicted"
    elif item.due == today:
        when, tone = _("today"), "stale"
    else:
        days = (item.due - today).days
        when = ngettext("in %(num)d day", "in %(num)d days", days) % {"num": days}
        tone = "stale" if item.due <= today + SOON else "unevidenced"
    address = item.url or record_address(item.source, item.key) or ""
    return Row(str(item.asked), str(item.title), address, str(source_of(item.source).label), item.due, when, tone)


def _lead(items: Sequence[Item], today: date) -> str:
    if not items:
        return ""
    late = sum(item.due is not None and item.due < today for item in items)
    first = ngettext("%(num)d thing waits for you", "%(num)d things wait for you", len(items)) % {"num": len(items)}
    if not late:
        return _("%(first)s; nothing is late.") % {"first": first}
    second = ngettext("%(num)d is late", "%(num)d are late", late) % {"num": late}
    return _("%(first)s; %(second)s.") % {"first": first, "second": second}
