"""Who calls: a program with a token, or a page of ours with the reader's session."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import ApiToken, User
from quarterdeck.kernel.accounts.tokens import digest_of
from quarterdeck.web.limits import allowed

#: Wrong tokens from one address in a minute; calls of one person in a minute.
WRONG_TOKENS = 30
CALLS = 1200


class TooMany(Exception):
    """More calls than one person or address may make in a minute: 429."""


class Token(HttpBearer):
    """``Authorization: Bearer qd_…``."""

    openapi_description = "An API token, made on your account page or by accounts.apitoken.create."

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        found = ApiToken.objects.select_related("user").filter(digest=digest_of(token)).first()
        if found is None or not found.works(clock.today()) or not found.user.is_active:
            if not allowed(f"token:{request.META.get('REMOTE_ADDR', '')}", WRONG_TOKENS, 60):
                raise TooMany
            return None
        request.user = found.user
        request.by_token = True  # type: ignore[attr-defined]
        return _counted(found.user)


class Session(APIKeyCookie):
    """The session of a signed-in reader; a change then needs the CSRF token as well (``X-CSRFToken``)."""

    openapi_description = "The session cookie of a signed-in reader. POST also needs X-CSRFToken."
    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        # Checked below instead, so that a caller without any session is told 401 and not 403.
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        if "Authorization" in request.headers or not isinstance(request.user, User) or not request.user.is_active:
            return None
        if check_csrf(request) is not None:
            raise HttpError(403, "csrf")
        return _counted(request.user)


def _counted(user: User) -> User:
    if not allowed(f"api:{user.pk}", CALLS, 60):
        raise TooMany
    return user


def caller(request: HttpRequest) -> User:
    """The person in whose name the call is made."""
    assert isinstance(request.user, User)
    return request.user
