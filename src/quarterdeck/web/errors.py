"""Errors that say what to do and reveal nothing: a page for people, one JSON form for programs."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _

from quarterdeck.kernel.diskfull import is_disk_full

API = "/api/"


def problem(
    status: int,
    code: str,
    message: str,
    *,
    where: str | None = None,
    fields: dict[str, list[str]] | None = None,
) -> JsonResponse:
    """The API's only form of error. ``where``: the parameter or record it is about; ``fields``: what is wrong in each."""
    body = {"error": {"code": code, "message": message, "where": where, "fields": fields or {}}}
    return JsonResponse(body, status=status)


def _answer(request: HttpRequest, status: int, code: str, message: str, template: str) -> HttpResponse:
    if request.path.startswith(API):
        return problem(status, code, message)
    return render(request, template, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 400, "bad_request", _("The request cannot be read."), "400.html")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 403, "denied", _("You may not do this."), "403.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = _("The form was not sent from this site, or is too old. Load the page again.")
    return _answer(request, 403, "csrf", message, "403_csrf.html")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 404, "not_found", _("There is no such record."), "404.html")


def too_large(request: HttpRequest) -> HttpResponse:
    return _answer(request, 413, "too_large", _("This is larger than this installation takes."), "413.html")


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    message = _("Too many attempts; wait a minute, then try again.")
    response = _answer(request, 429, "too_many", message, "429.html")
    response["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 507 when the disk is full: needs neither database nor session, which may be what failed."""
    if is_disk_full(sys.exception()):
        message = _("The disk is full. Nothing has changed; free some space, then try again.")
        if request.path.startswith(API):
            return problem(507, "disk_full", message)
        return HttpResponse(loader.get_template("507.html").render({}), status=507)
    if request.path.startswith(API):
        return problem(500, "internal", _("Quarterdeck failed, by a fault of its own. The server's log says more."))
    return HttpResponse(loader.get_template("500.html").render({}), status=500)
