"""Headers, limits, and the reader's language, zone and permissions, for every request."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from quarterdeck.web import errors

Handler = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PERMISSIONS = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=(), "
    "publickey-credentials-get=(self), publickey-credentials-create=(self)"
)
#: Room for the other fields and the boundaries around an uploaded file.
_ROOM = 1024 * 1024
#: A refused body is let run past up to here, in pieces. A browser shows no answer that comes while it is still sending.
_PAST = 512 * 1024 * 1024
_PIECE = 64 * 1024


class ContentSecurityPolicy:
    """No inline script or style, nothing from elsewhere, no search engine, nothing kept by a shared cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class Limits:
    """A body larger than this installation takes is refused, and nothing of it is kept: 413."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal():
            return errors.bad_request(request)
        largest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        if request.content_type == "multipart/form-data":
            largest = settings.HOME.settings.max_upload + _ROOM
        if int(length) > largest:
            _let_past(request, int(length))
            if request.path.startswith("/guest/"):
                from quarterdeck.web.guest.door import too_large

                too_large(request)
            return errors.too_large(request)
        return self.get_response(request)


def _let_past(request: HttpRequest, length: int) -> None:
    source, left = request.META.get("wsgi.input"), min(length, _PAST)
    while source is not None and left > 0:
        try:
            piece = source.read(min(left, _PIECE))
        except OSError:
            return
        if not piece:
            return
        left -= len(piece)


class Reader:
    """Answers in the reader's language and time zone.

    A language chosen on this device (a cookie) goes before the one of the account, which goes before the browser's.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.zones = available_timezones()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without a session nobody is signed in, and nobody is asked for.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            user = request.user
            if not request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) and translation.check_for_language(user.language):
                translation.activate(user.language)
                request.LANGUAGE_CODE = translation.get_language()
            if user.time_zone in self.zones:
                with timezone.override(ZoneInfo(user.time_zone)):
                    return self.get_response(request)
        return self.get_response(request)
