"""My training: the courses of the person who asks, lesson by lesson. Written for a phone first, and works without script."""

from __future__ import annotations

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from quarterdeck.areas.training import content
from quarterdeck.areas.training.actions import taking
from quarterdeck.areas.training.models import Certificate, Lesson
from quarterdeck.engines.courseware.markup import drawn
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Invalid, perform
from quarterdeck.kernel.actions.base import ActionError
from quarterdeck.kernel.files.store import Missing
from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.web.middleware import POLICY
from quarterdeck.web.training import launching
from quarterdeck.web.training.reading import Taken, mine, quiz, taken

_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})$")
_PIECE = 4 * 1024 * 1024


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str | None]]:
    listed: list[tuple[str, str | None]] = [(_("Training"), None), (_("My training"), reverse("my_training")), *more]
    return [{"label": label, "url": url} for label, url in listed]


@login_required
@require_safe
def my_training(request: HttpRequest) -> HttpResponse:
    """Everything that was assigned to the person."""
    rows = mine(sight_of(request))
    return render(
        request,
        "training/mine.html",
        {
            "title": _("My training"),
            "page_density": "board",
            "open": [one for one in rows if one.row.open],
            "closed": sorted(
                (one for one in rows if not one.row.open),
                key=lambda one: (one.row.assigned_on, one.row.pk),
                reverse=True,
            ),
            "crumbs": _crumbs(),
        },
    )


@login_required
@require_safe
def course(request: HttpRequest, pk: int) -> HttpResponse:
    """One course of the person: its lessons in order."""
    found = taken(sight_of(request), pk)
    context = {
        "title": found.row.course.title,
        "page_density": "board",
        "taken": found,
        "crumbs": _crumbs((found.row.course.title, request.path)),
    }
    return render(request, "training/course.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lesson(request: HttpRequest, pk: int, lesson: int) -> HttpResponse:
    """One lesson: read it, watch it, answer it, or open its package."""
    found = taken(sight_of(request), pk)
    step = found.step(lesson)
    if request.method == "POST":
        return _take(request, found, step.lesson)
    if step.state == "later":
        return HttpResponseRedirect(reverse("training_course", args=[pk]))
    return _page(request, found, step.lesson, None, 200)


def _take(request: HttpRequest, found: Taken, lesson: Lesson) -> HttpResponse:
    assert isinstance(request.user, User)
    here = reverse("training_lesson", args=[found.row.pk, lesson.pk])
    onward = reverse("training_course", args=[found.row.pk])
    chosen: dict[int, frozenset[int]] | None = None
    try:
        if lesson.kind == Lesson.Kind.QUIZ:
            chosen = _chosen(request)
            answers = {str(question): sorted(given) for question, given in chosen.items()}
            perform(taking.Answer, request.user, found.row, {"lesson": lesson.pk, "answers": answers})
            return HttpResponseRedirect(f"{here}?judged=1")
        if lesson.kind == Lesson.Kind.PACKAGE and (lesson.package["reports"] or request.POST.get("begin")):
            perform(taking.OpenLesson, request.user, found.row, {"lesson": lesson.pk})
            launching.begin(request, found.row, lesson)
            return HttpResponseRedirect(here)
        perform(taking.FinishLesson, request.user, found.row, {"lesson": lesson.pk})
    except Invalid as error:
        words = "; ".join(words for listed in error.errors.values() for words in listed)
        messages.error(request, words)
        return _page(request, found, lesson, chosen, 422)
    except ActionError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(onward)
    after = found.after(lesson.pk)
    return HttpResponseRedirect(
        onward if after is None else reverse("training_lesson", args=[found.row.pk, after.lesson.pk])
    )


def _chosen(request: HttpRequest) -> dict[int, frozenset[int]]:
    """What was ticked, by question. Names and values that are no numbers are nobody's answers."""
    found: dict[int, frozenset[int]] = {}
    for name in request.POST:
        if name.startswith("q") and name[1:].isdecimal() and len(name) < 20:
            given = request.POST.getlist(name)
            found[int(name[1:])] = frozenset(int(one) for one in given if one.isdecimal() and len(one) < 19)
    return found


def _page(
    request: HttpRequest, found: Taken, lesson: Lesson, chosen: dict[int, frozenset[int]] | None, status: int
) -> HttpResponse:
    step = found.step(lesson.pk)
    context: dict[str, object] = {
        "title": lesson.title,
        "page_density": "board",
        "taken": found,
        "step": step,
        "lesson": lesson,
        "number": [one.lesson.pk for one in found.steps].index(lesson.pk) + 1,
        "drawn": drawn(lesson.text),
        "after": found.after(lesson.pk),
        "crumbs": _crumbs(
            (found.row.course.title, reverse("training_course", args=[found.row.pk])), (lesson.title, request.path)
        ),
    }
    headers: dict[str, str] = {}
    if lesson.kind == Lesson.Kind.QUIZ:
        told = step.state == "done" or request.GET.get("judged") == "1"
        context["quiz"] = quiz(found.row, lesson, chosen, told and chosen is None)
        context["told"] = told and chosen is None
    elif lesson.kind == Lesson.Kind.PACKAGE:
        frame = launching.frame(request, found.row, lesson)
        context["frame"] = frame
        if frame is not None:
            headers["Content-Security-Policy"] = frame.policy
    elif lesson.kind == Lesson.Kind.VIDEO:
        headers["Content-Security-Policy"] = f"{POLICY}; media-src 'self'"
    response = render(request, "training/lesson.html", context, status=status)
    for name, value in headers.items():
        response[name] = value
    return response


@login_required
@require_safe
def media(request: HttpRequest, pk: int, lesson: int) -> HttpResponseBase:
    """The video of a lesson, in the parts a player asks for."""
    step = taken(sight_of(request), pk).step(lesson)
    if step.lesson.kind != Lesson.Kind.VIDEO or step.lesson.file is None or step.state == "later":
        raise Http404
    file = step.lesson.file
    try:
        source = file.open()
    except Missing:
        raise Http404 from None
    kind = content.video_type(source.read(64)) or "application/octet-stream"
    asked = _RANGE.match(request.headers.get("Range", ""))
    start = int(asked.group(1)) if asked else 0
    if asked is None:
        source.seek(0)
        response: HttpResponseBase = FileResponse(source, content_type=kind)
        response["Content-Length"] = str(file.size)
    elif start >= file.size:
        source.close()
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    else:
        end = min(int(asked.group(2) or file.size - 1), start + _PIECE - 1, file.size - 1)
        source.seek(start)
        body = source.read(max(0, end - start + 1))
        source.close()
        response = HttpResponse(body, status=206, content_type=kind)
        response["Content-Range"] = f"bytes {start}-{start + len(body) - 1}/{file.size}"
    response["Accept-Ranges"] = "bytes"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@login_required
@require_safe
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """A certificate, to be printed."""
    found = sight_of(request).each(Certificate).filter(pk=pk).select_related(*_CERTIFIED).first()
    if found is None:
        raise Http404
    context = {
        "title": _("Certificate %(number)s") % {"number": found.number},
        "page_density": "board",
        "certificate": found,
        "crumbs": _crumbs((found.number, request.path)),
    }
    return render(request, "training/certificate.html", context)


_CERTIFIED = ("assignment", "assignment__person", "assignment__version", "assignment__version__course")


@login_required
@require_safe
def look_up(request: HttpRequest) -> HttpResponse:
    """Whether a certificate is genuine, for whoever has its number in hand."""
    number = request.GET.get("number", "").strip().upper()[:20]
    found = Certificate.objects.filter(number=number).select_related(*_CERTIFIED).first() if number else None
    context = {
        "title": _("Check a certificate"),
        "page_density": "board",
        "number": number,
        "certificate": found,
        "crumbs": _crumbs((_("Check a certificate"), request.path)),
    }
    return render(request, "training/look_up.html", context)
