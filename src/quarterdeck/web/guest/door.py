"""Who comes in at the guests' door, and what is refused there: told plainly, kept on record, and bounded."""

from __future__ import annotations

import hmac
import logging
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from quarterdeck.areas.vendors.models import GuestLink, GuestRefusal
from quarterdeck.areas.vendors.tokens import digest_of
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Actor, perform
from quarterdeck.kernel.setup import system_user
from quarterdeck.web import errors
from quarterdeck.web.limits import allowed

log = logging.getLogger("quarterdeck.security")
COOKIE = "quarterdeck_guest"
#: Requests a minute from one address; unknown links an hour from one address; refusals an hour kept on record of one link.
PACE, GUESSES, KEPT = 120, 20, 20
Why = GuestRefusal.Why


@dataclass(frozen=True)
class Entrance:
    """A link that works. ``open``: it is bound to the browser that asks. ``secret``: that browser's own, kept in a cookie."""

    link: GuestLink
    secret: str
    token: str

    @property
    def open(self) -> bool:
        return bool(self.link.browser) and hmac.compare_digest(self.link.browser, digest_of(self.secret))


def address_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))[:64]


def enter(request: HttpRequest, token: str) -> Entrance | HttpResponse:
    """The entrance, or the page that says why there is none."""
    where = address_of(request)
    if not allowed(f"guest:{where}", PACE, 60):
        return errors.too_many(request)
    link = find(token)
    if link is None:
        known = allowed(f"guest-unknown:{where}", GUESSES, 3600)
        log.warning("guest link refused: unknown, from %s", where)
        return (
            told(
                request,
                None,
                _("This link does not work"),
                _("Look whether it was copied whole, or ask for a new one."),
                404,
            )
            if known
            else errors.too_many(request)
        )
    if not request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME):
        translation.activate(link.language)
    secret = request.COOKIES.get(COOKIE, "")
    entrance = Entrance(link, secret if len(secret) >= 40 else secrets.token_urlsafe(32), token)
    shut = _shut(link)
    if shut is not None:
        refuse(request, link, shut[0])
        return told(request, link, shut[1], shut[2], 410)
    if link.browser and not entrance.open:
        refuse(request, link, Why.SECOND_BROWSER)
        return told(
            request, link, _("This link is open in another browser"),
            _("It opens in one browser only. Go on there; or ask whoever sent it for a link of your own. They have been told."), 403,
        )  # fmt: skip
    return entrance


def find(token: str) -> GuestLink | None:
    """The link of a token, by its hash."""
    return (
        GuestLink.objects.select_related(
            "evaluation__vendor__unit", "evaluation__questionnaire__template", "user", "sent_by"
        )
        .filter(digest=digest_of(token))
        .first()
    )


def _shut(link: GuestLink) -> tuple[GuestRefusal.Why, str, str] | None:
    ask = _("Ask %(who)s for a new link.") % {"who": link.sent_by}
    if link.revoked_at is not None or not link.user.is_active:
        return Why.REVOKED, _("This link was withdrawn"), ask
    if link.used_at is not None:
        return (
            Why.USED,
            _("The answers have been submitted"),
            _("Thank you. The link no longer works; if something has to be added, you are sent a new one."),
        )
    if link.expires_on < clock.today():
        return Why.EXPIRED, _("This link has expired"), ask
    return None


def refuse(request: HttpRequest, link: GuestLink, why: GuestRefusal.Why, detail: str = "") -> None:
    """Keep it on record, and in the log; of a flood, the log alone."""
    where = address_of(request)
    log.warning(
        "guest refused at link %s: %s %s, from %s",
        link.pk,
        why.value,
        detail.encode("ascii", "replace").decode()[:200],
        where,
    )
    if allowed(f"guest-refusal:{link.pk}", KEPT, 3600):
        data = {"link": link.pk, "why": why.value, "detail": detail[:300], "address": where}
        perform("vendors.guestrefusal.note", Actor(system_user(), system=True), None, data)


def told(request: HttpRequest, link: GuestLink | None, title: str, text: str, status: int) -> HttpResponse:
    """A plain page with one thing to say."""
    return answer(request, "guest/told.html", {"title": title, "text": text}, status)


def answer(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    """A page without anything of the house around it, whoever is signed in in the same browser."""
    from django.contrib.auth.models import AnonymousUser

    request.user = AnonymousUser()
    # The address holds the token. It goes to no other site: the house's referrer policy is "same-origin".
    return render(request, template, {"nav": [], "page_address": "/", **context}, status=status)


def remember(request: HttpRequest, response: HttpResponse, secret: str) -> HttpResponse:
    """Leave the browser's own secret with it: for this door only, out of reach of any script."""
    response.set_cookie(
        COOKIE, secret, max_age=93 * 24 * 3600, path=reverse("guest", args=["x"]).removesuffix("x/"), httponly=True,
        secure=request.is_secure(), samesite="Lax",
    )  # fmt: skip
    return response


def too_large(request: HttpRequest) -> None:
    """A body beyond what is taken, stopped before any view: it is kept on record where its link exists."""
    parts = request.path.split("/")
    link = find(parts[2]) if len(parts) > 2 else None
    if link is not None:
        refuse(request, link, Why.FILE, "larger than is taken")
