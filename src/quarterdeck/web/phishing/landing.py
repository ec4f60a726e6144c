"""What the link in an exercise mail leads to: what the mail was, how one could have told, and nothing to type into."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from quarterdeck.areas.phishing.models import Delivery, Touch
from quarterdeck.areas.phishing.tokens import client_of, digest_of
from quarterdeck.engines.phishing import Kind
from quarterdeck.kernel import clock
from quarterdeck.web import errors
from quarterdeck.web.limits import allowed

#: More from one address in a minute than a whole department behind one gateway makes.
MOST, WINDOW = 600, 60
#: Requests of one mail that are kept: a program that asks a thousand times says nothing new.
KEPT = 50


# Nothing is changed in anybody's name and no session is read: a program that posts is counted, not refused.
@csrf_exempt
def landing(request: HttpRequest, token: str) -> HttpResponse:
    """Note the request and teach. A link of an exercise that is over still teaches, and counts no more."""
    found = _touched(request, token, Kind.LINK)
    if isinstance(found, HttpResponse):
        return found
    template = found.campaign.template
    context = {"title": _("This mail was an exercise"), "mail": template, "cues": template.cues_in_words, "nav": []}
    return render(request, "phishing/landing.html", context)


@csrf_exempt
def trap(request: HttpRequest, token: str) -> HttpResponse:
    """The link nobody sees: whoever comes here is a program."""
    found = _touched(request, token, Kind.TRAP)
    if isinstance(found, HttpResponse):
        return found
    return HttpResponse(status=204)


def _touched(request: HttpRequest, token: str, kind: Kind) -> Delivery | HttpResponse:
    address = request.META.get("REMOTE_ADDR", "")
    if not allowed(f"exercise:{address}", MOST, WINDOW):
        return errors.too_many(request)
    found = Delivery.objects.select_related("campaign__template").filter(digest=digest_of(token)).first()
    if found is None:
        raise Http404
    note(request, found, kind)
    return found


def note(request: HttpRequest, delivery: Delivery, kind: Kind) -> None:
    """Keep the request, while the exercise is open."""
    if not delivery.campaign.open or delivery.touches.count() >= KEPT:
        return
    agent = request.META.get("HTTP_USER_AGENT", "")[:200]
    Touch.objects.create(
        delivery=delivery,
        kind=kind.value,
        at=clock.now(),
        method=(request.method or "")[:10],
        agent=agent,
        client=client_of(delivery.campaign_id, request.META.get("REMOTE_ADDR", ""), agent),
    )
