"""A person's tasks for their calendar program, which signs in with the secret in the address and nothing else."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.engines.calendar import DayEntry, write_calendar
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import CalendarFeed
from quarterdeck.kernel.accounts.tokens import digest_of
from quarterdeck.kernel.todo import Item, source_of, waiting_for
from quarterdeck.web import errors
from quarterdeck.web.limits import allowed
from quarterdeck.web.records.addresses import record_address

#: A calendar asks a few times an hour. More from one address is somebody who guesses.
MOST, WINDOW = 120, 3600


@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """Everything with a day. An unknown or revoked secret, or one of somebody who left, does not exist."""
    if not allowed(f"calendar:{request.META.get('REMOTE_ADDR', '')}", MOST, WINDOW):
        return errors.too_many(request)
    feed = (
        CalendarFeed.objects.select_related("user")
        .filter(digest=digest_of(secret), revoked_at=None, user__is_active=True)
        .first()
    )
    if feed is None:
        raise Http404
    with translation.override(feed.user.language):
        entries = [_entry(request, item) for item in waiting_for(feed.user) if item.due is not None]
        document = write_calendar(_("Quarterdeck: my tasks"), entries, clock.now())
    return HttpResponse(document, content_type="text/calendar; charset=utf-8")


def _entry(request: HttpRequest, item: Item) -> DayEntry:
    assert item.due is not None
    uid = f"{item.source}-{item.key}@quarterdeck"
    if item.walled:
        # A calendar lies on other people's servers: of what stands behind a wall it learns that there is something.
        address = request.build_absolute_uri(reverse("my-tasks"))
        return DayEntry(uid, item.due, _("Something in Quarterdeck falls due"), "", address)
    address = request.build_absolute_uri(item.url or record_address(item.source, item.key) or reverse("my-tasks"))
    return DayEntry(uid, item.due, f"{item.asked}: {item.title}", str(source_of(item.source).label), address)
