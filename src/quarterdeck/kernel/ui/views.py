"""The gallery of every macro in every state, the reader's preferences, and the error pages."""

from __future__ import annotations

import datetime as dt
import math

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template import loader
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.engines import charts
from quarterdeck.kernel.ui.charts import chart_words
from quarterdeck.kernel.ui.context import SHORTCUTS_COOKIE, THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600


class SpecimenForm(forms.Form):
    """Every kind of control that the product uses."""

    title = forms.CharField(label=_("Title"), help_text=_("As it will be read out."))
    held_on = forms.DateField(label=_("Held on"), widget=forms.DateInput(attrs={"type": "date"}))
    amount = forms.DecimalField(label=_("Amount"), required=False)
    body = forms.ChoiceField(
        label=_("Body"), choices=[("", "–"), ("panel", _("Panel")), ("board", _("Board committee"))]
    )
    chair = forms.ChoiceField(
        label=_("Vote"), choices=[("for", _("For")), ("against", _("Against"))], widget=forms.RadioSelect
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        choices=[("p", _("Prevention")), ("d", _("Detection"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Any number."),
    )
    text = forms.CharField(label=_("Minutes"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    paper = forms.FileField(label=_("Paper"), required=False)
    walled = forms.BooleanField(label=_("Only for those inside the wall"), required=False)


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every macro in every state. ``?theme=`` and ``?density=`` choose how; the figures and names are invented."""
    if "theme" in request.GET:
        # As for a reader who keeps that theme: context processors stand above what a view gives.
        request.COOKIES[THEME_COOKIE] = request.GET["theme"]
    density = request.GET.get("density", "operations")
    context = {
        "title": _("Design"),
        "page_density": density if density in ("board", "operations") else "operations",
        "nav": specimen_navigation(),
        "crumbs": [{"label": _("Record"), "url": "/"}, {"label": _("Design"), "url": None}],
        "ledger": {"verified": True, "size": 48211, "url": None},
        "specimens": [
            Message(messages.SUCCESS, str(_("The meeting is recorded."))),
            Message(messages.INFO, str(_("Your language is kept on this device."))),
            Message(messages.WARNING, str(_("The approval was voided: one statement changed."))),
            Message(messages.ERROR, str(_("Somebody else saved this record first."))),
        ],
        "clean": SpecimenForm(prefix="clean"),
        "wrong": SpecimenForm(
            {"wrong-title": "", "wrong-held_on": "2026-13-01", "wrong-amount": "many"}, prefix="wrong"
        ),
        "now": dt.datetime(2026, 11, 22, 22, 10, tzinfo=dt.UTC),
        "at": dt.datetime(2026, 11, 19, 10, 10, tzinfo=dt.UTC),
        "day": dt.date(2026, 12, 31),
        "charts": specimen_charts(),
    }
    return render(request, "ui/gallery.html", context)


def specimen_charts() -> list[tuple[str, charts.Picture]]:
    """Every kind of chart with invented figures."""
    words = chart_words()
    today = [(1e4 * 1.3**k, 0.9 / (1 + (1.3**k / 60) ** 1.1)) for k in range(40)]

    def times(factor: float) -> list[tuple[float, float]]:
        return [(loss, min(1.0, factor * p)) for loss, p in today]

    curves = (
        charts.Curve(str(_("Before safeguards")), "inherent", times(2.4)),
        charts.Curve(str(_("Today")), "current", today),
        charts.Curve(str(_("After the plan")), "residual", times(0.5)),
    )
    lines = (
        charts.Mark(str(_("Materiality")), 1.2e7, "materiality"),
        charts.Mark(str(_("Tolerance")), 2.5e6, "tolerance"),
        charts.Mark(str(_("Appetite")), 4e5, "appetite"),
    )
    edges = charts.Edges(curves[1].label, times(0.7), today, times(1.5))
    bell = [(10 ** (4 + k / 40), math.exp(-(((k - 60) / 25) ** 2) / 2)) for k in range(140)]
    names = [str(_("Ransomware")), str(_("Payment fraud")), str(_("A vendor fails"))]
    swings = [charts.Swing(name, 2.4e7 - 4e6 / k, 2.4e7 + 6e6 / k) for k, name in enumerate(names, 1)]
    parts = [charts.Part(name, 1.2e7 / k**2, 0.73 / k**2) for k, name in enumerate(names, 1)]
    options = [
        charts.Option(str(_("Second factor")), 1e5, 1.2e6, True),
        charts.Option(str(_("Backups")), 2.5e5, 9e5, False),
        charts.Option(str(_("Both")), 3.5e5, 1.9e6, True),
    ]
    row = charts.Range(names[0], 1e6, 8e6, 6e7)
    drawn = [
        charts.exceedance(charts.Exceedance(curves, lines, "USD", edges), words),
        charts.density(charts.Density(bell, (9e4, 3.2e5, 1.2e6), "USD"), words),
        charts.tornado(charts.Tornado(swings, 2.4e7, "USD"), words),
        charts.contributions(charts.Contributions(parts, "USD"), words),
        charts.frontier(charts.Frontier(options, "USD"), words),
        *charts.ranges(charts.Ranges([row], lines[:1], "USD"), words),
        charts.exceedance(charts.Exceedance(()), words),
    ]
    titles = [words.exceedance_title, words.density_title, words.tornado_title, words.contributions_title,
              words.frontier_title, row.label, words.nothing]  # fmt: skip
    return list(zip(titles, drawn, strict=True))


def specimen_navigation() -> list[dict[str, object]]:
    """A side navigation as the product's own, for the gallery."""

    def item(label: object, current: bool = False, count: int | None = None, mark: str = "") -> dict[str, object]:
        return {"label": label, "url": "#main", "count": count, "mark": mark, "current": current}

    return [
        {"label": "", "items": [item(_("Programme")), item(_("Incidents"), count=1), item(_("Findings"), count=212)]},
        {"label": _("People and third parties"), "items": [item(_("Bodies")), item(_("People"))]},
        {"label": _("Disclosure"), "items": [item("20-F 2026", mark="r7"), item(_("Peers"))]},
        {"label": _("Record"), "items": [item(_("Ledger"), mark="✓"), item(_("Design"), current=True)]},
    ]


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep theme, shortcuts and language in cookies and go back to the page."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    theme = request.POST.get("theme", "")
    language = request.POST.get("language", "")
    kept = {THEME_COOKIE: theme if theme in THEMES else "", SHORTCUTS_COOKIE: request.POST.get("shortcuts") or "off"}
    if language and check_for_language(language):
        kept[settings.LANGUAGE_COOKIE_NAME] = language
    for name, value in kept.items():
        if value:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
        else:
            response.delete_cookie(name, samesite="Lax")
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, for ``handler400``."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, for ``handler403``. The exception's words are not shown: they may tell what lies behind a wall."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, for ``handler404``; also the answer where a wall stands, so that the two cannot be told apart."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, for ``handler500``: needs neither database nor session."""
    # Without the request no context processor runs, and so nothing asks the session who the reader is.
    return HttpResponse(loader.get_template("500.html").render({}), status=500)


def too_large(request: HttpRequest) -> HttpResponse:
    """413: a file or a form larger than this installation takes."""
    return render(request, "413.html", status=413)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: too many attempts."""
    return render(request, "429.html", status=429)
