"""Calls that come by HTTP: who may make them, what their body says, and doing them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from quarterdeck.api.auth import caller
from quarterdeck.kernel.accounts.models import ApiToken
from quarterdeck.kernel.accounts.submissions import once
from quarterdeck.kernel.actions import Action, Denied, Invalid, Performance
from quarterdeck.kernel.resource.answers import Missing, done, find
from quarterdeck.kernel.resource.filters import BadQuery
from quarterdeck.kernel.resource.registry import Resource
from quarterdeck.kernel.resource.schema import check, form_fields
from quarterdeck.kernel.resource.sight import Sight, sight_of


class ByTokenRefused(Exception):
    """403: a program may not make keys for other programs."""


def sight_on(request: HttpRequest, resource: Resource) -> Sight:
    """The caller's sight; 404 where nothing of this type is visible."""
    sight = sight_of(request)
    if not sight.may_view(resource):
        raise Missing
    return sight


def do(request: HttpRequest, resource: Resource, action: type[Action[Any]], key: int | None) -> JsonResponse:
    """Perform the action with the data of the body."""
    user = caller(request)
    sight = sight_of(request)
    if resource.model is ApiToken and getattr(request, "by_token", False):
        raise ByTokenRefused
    if key is not None:
        sight = sight_on(request, resource)
        find(resource, sight, key)
    elif not sight.may(action):
        # Whoever may neither see nor make such records learns nothing of them.
        if not sight.may_view(resource):
            raise Missing
        raise Denied(_("You may not do this: %(action)s.") % {"action": action.label})
    revision = request.GET.get("revision", "")
    if revision and (not revision.isdecimal() or len(revision) > 9):
        raise BadQuery("revision", _("“%(value)s” is no number.") % {"value": revision})
    data, files = body(request, action)
    token = request.headers.get("Idempotency-Key", "")
    doing = Performance(action, user, key, data, files=files, revision=int(revision) if revision else None)
    outcome, before = once(
        user, f"{action.code()} {request.path} {token}" if token else "", doing.do, ready=doing.ready
    )
    return JsonResponse(done(resource, outcome, user), status=201 if action.creates and not before else 200)


def body(
    request: HttpRequest, action: type[Action[Any]]
) -> tuple[Mapping[str, object], MultiValueDict[str, Any] | None]:
    """The data of the body: JSON, or a multipart form where files come along."""
    try:
        if request.content_type == "multipart/form-data":
            unknown = (set(request.POST) | set(request.FILES)) - set(form_fields(action))
            if unknown:
                raise Invalid({name: [_("This action takes no such field.")] for name in sorted(unknown)})
            return request.POST, request.FILES
        raw = request.body
    except RequestDataTooBig:
        raise TooLarge from None
    if not raw.strip():
        return check(action, {}), None
    if request.content_type != "application/json":
        raise BadQuery("Content-Type", _("Send application/json, or multipart/form-data with files."))
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError):
        raise Invalid({"__all__": [_("The body is not valid JSON.")]}) from None
    return check(action, given), None


class TooLarge(Exception):
    """413: the body is larger than this installation takes."""
