"""Where the pages of a record stand."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from quarterdeck.kernel.resource.registry import Resource, resource_of

_PLACE = 987654321


@lru_cache(maxsize=512)
def _pattern(code: str) -> str:
    """The address of a type's record pages with a place for the key; empty where the type has no pages."""
    try:
        resource = resource_of(code)
    except KeyError:
        return ""
    if resource.screen:
        try:
            return reverse(resource.screen, args=[_PLACE])
        except NoReverseMatch:
            pass
    return reverse("records:detail", args=[code, _PLACE])


def record_address(code: str, key: int | str) -> str | None:
    """The page of a record: the hand-built screen where there is one. None for types without pages."""
    pattern = _pattern(code)
    return pattern.replace(str(_PLACE), str(key)) if pattern else None


def list_address(resource: Resource) -> str:
    return _list(resource.code)


@lru_cache(maxsize=512)
def _list(code: str) -> str:
    return reverse("records:list", args=[code])


def safe_next(request: HttpRequest, fallback: str) -> str:
    """The address to go back to, if it is one of ours."""
    target = request.POST.get("_next") or request.GET.get("next") or ""
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        return target
    return fallback
