"""Learning from the company's own incidents: what stands as the prior, what is counted, what would stand afterwards; saved by the action."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.risks import learning, scenarios
from quarterdeck.areas.risks.actions.estimate import Learn, counted_of, standing
from quarterdeck.areas.risks.models import Estimate, LearntFrom, Risk
from quarterdeck.areas.risks.queries import currency
from quarterdeck.engines import charts
from quarterdeck.engines.loss import LossError
from quarterdeck.engines.loss.estimation import GammaRate
from quarterdeck.engines.loss.late import special
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.accounts.submissions import done_before, once
from quarterdeck.kernel.actions import Actor, Denied, Invalid, NotVisible, Outcome, Refused, perform
from quarterdeck.kernel.actions.run import bound_form, refusal
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.kernel.ui.charts import chart_words
from quarterdeck.kernel.ui.formats import number
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.records.lists import resource_or_404
from quarterdeck.web.risks import drawing, told
from quarterdeck.web.risks.editor import Amount
from quarterdeck.web.rooms.pressing import Room

#: A rate is drawn as events in so many years: the axis of the picture is made for amounts.
DRAWN_YEARS = 1000


@dataclass(frozen=True)
class Case:
    """An incident that may be learnt from."""

    row: Incident
    day: date
    loss: Decimal | None
    chosen: bool


@dataclass(frozen=True)
class Preview:
    """What would stand: sentences, both pictures, figures before and after; or what keeps it from being computed."""

    sentences: list[str]
    rate: charts.Picture | None
    severity: charts.Picture | None
    rows: list[tuple[str, str, str]]
    fault: str = ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def learn(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one risk; with ``?asked`` what the chosen incidents would make of the estimate, without saving anything."""
    sight = sight_of(request)
    resource_or_404(Risk.type_code(), sight)
    found = sight.each(Risk).select_related("unit", "owner").filter(pk=pk).first()
    if found is None:
        raise Http404
    sight.note([found])
    user = request.user
    assert isinstance(user, User)
    room = Room(sight, found.unit, request.path)
    if not room.may(Learn, found):
        raise PermissionDenied
    barred = refusal(Learn, user, found)
    unit, former = currency(), standing(found)
    sent = request.POST if request.method == "POST" else request.GET if "asked" in request.GET else None
    form = _form(user, found, former, unit, sent)
    status = 200
    if request.method == "POST":
        if done_before(user, _token(request)) is not None:
            # What it learnt from is counted now, so the same form would not be valid a second time.
            messages.info(request, _("This was already done a moment ago; it was not done twice."))
            return HttpResponseRedirect(record_address(Risk.type_code(), found.pk) or request.path)
        if barred is None and form.is_valid():
            try:
                _save(request, user, found, form.cleaned_data)
            except NotVisible:
                raise Http404 from None
            except (Invalid, Refused, Denied) as error:
                form.add_error(None, str(error))
                status = 422 if isinstance(error, Invalid) else 409 if isinstance(error, Refused) else 403
            else:
                return HttpResponseRedirect(record_address(Risk.type_code(), found.pk) or request.path)
        else:
            status = 422
    cases = _cases(form)
    preview = None if former is None else _preview(former, form, cases, unit)
    if request.method != "POST":
        _unjudged(form)
    context = {
        "title": _("Learn from incidents: %(risk)s") % {"risk": found.number},
        "crumbs": [
            {"label": _("Risk"), "url": None},
            {"label": _("Risk register"), "url": reverse("risks")},
            {"label": str(found), "url": reverse("risk", args=[found.pk])},
            {"label": _("Learn from incidents"), "url": request.path},
        ],
        "risk": found,
        "former": former,
        "line": _line(sight, former, unit),
        "prior_events": _weight(former),
        "worth": number(learning.worth_of(former), 1) if former is not None else "",
        "estimator": str(former.estimator) if former is not None and sight.shows(former.estimator) else "",
        "form": form,
        "cases": cases,
        "preview": preview,
        "barred": barred,
        "money": lambda amount: drawing.money(amount, unit),
        "currency": unit,
        "here": request.path,
        "cancel": reverse("risk", args=[found.pk]),
        "link": reverse("records:act", args=[Risk.type_code(), found.pk, "link_incident"]),
        "may_link": room.may(resource_of(Risk).action("link_incident"), found),
        "estimate_address": reverse("risk_estimate", args=[found.pk]),
        "address": record_address,
        "token": request.POST.get("_token") or secrets.token_urlsafe(16),
    }
    template = (
        "risks/learnt.html" if request.headers.get("HX-Request") and request.method == "GET" else "risks/learn.html"
    )
    return render(request, template, context, status=status)


@dataclass(frozen=True)
class _Prior:
    row: Estimate
    often: str
    much: str
    taught: list[LearntFrom]


def _line(sight: Sight, former: Estimate | None, unit: str) -> list[_Prior]:
    """What stands and what it learnt from, with the incidents that the reader may see."""
    rows = learning.line_of(former)[:5]
    taught: dict[int, list[LearntFrom]] = {}
    if sight.may_view(resource_of(LearntFrom)):
        for one in sight.each(LearntFrom).filter(estimate__in=rows).select_related("incident").order_by("pk"):
            taught.setdefault(one.estimate_id, []).append(one)
    return [_Prior(row, told.rate_told(row), told.loss_told(row, unit), taught.get(row.pk, [])) for row in rows]


def _form(
    user: User, risk: Risk, former: Estimate | None, unit: str, sent: Mapping[str, object] | None
) -> forms.BaseForm:
    """The action's own form, with the amount written as people write it. Unsent, it is bound to what is known beforehand."""
    made = bound_form(Learn(), Actor(user), risk, sent)
    assert made is not None
    floor = Amount(label=made.fields["floor"].label, help_text=made.fields["floor"].help_text)
    floor.unit = unit
    floor.widget.attrs["placeholder"] = "50k"
    made.fields["floor"] = floor
    for name in ("events", "worth"):
        made.fields[name].widget.attrs["inputmode"] = "numeric"
    if sent is not None:
        return made
    start = Learn().initial(risk)
    field = made.fields["incidents"]
    assert isinstance(field, forms.ModelMultipleChoiceField)
    rows = list(field.queryset or ())
    inside = [row for row in rows if start["since"] <= local_day(row.declared_at) <= start["until"]]  # type: ignore[operator]
    losses = learning.losses_of(inside)
    spread = former is not None and former.much == Estimate.Much.INTERVAL and former.low != former.high
    sure = former is not None and (former.often == "chance" or former.rate_low == former.rate_high)
    data: dict[str, object] = {
        "incidents": [row.pk for row in inside], "since": start["since"], "until": start["until"], "events": "",
        "rate": "" if sure else "on", "severity": "on" if spread and losses else "", "because": "",
        "floor": "" if former is None or not former.learnt_floor else f"{former.learnt_floor.normalize():,f}",
        "worth": "" if former is None else f"{learning.worth_of(former).normalize():f}",
    }  # fmt: skip
    made.is_bound, made.data = True, data
    return made


def _unjudged(form: forms.BaseForm) -> None:
    """Nothing was sent yet to be saved: only what keeps the figures from being computed is a fault."""
    form.errors.pop("because", None)


def _cases(form: forms.BaseForm) -> list[Case]:
    field = form.fields["incidents"]
    assert isinstance(field, forms.ModelMultipleChoiceField)
    rows = list(field.queryset or ())
    losses = learning.losses_of(rows)
    chosen = {str(value) for value in form["incidents"].value() or ()}
    return [Case(row, local_day(row.declared_at), losses.get(row.pk), str(row.pk) in chosen) for row in rows]


def _preview(former: Estimate, form: forms.BaseForm, cases: list[Case], unit: str) -> Preview:
    form.full_clean()
    bad = [name for name in form.errors if name != "because"]
    if bad:
        return Preview([], None, None, [], _("Correct what is marked, and it is computed here."))
    data = form.cleaned_data
    named = {row.pk for row in data["incidents"]}
    amounts = {case.row.pk: case.loss for case in cases if case.row.pk in named and case.loss is not None}
    counted = counted_of(former, data, amounts)
    try:
        found = learning.learn(former, counted)
        after = learning.corrected(former, found, counted)
        then, now = (scenarios.figures_of(scenarios.scenario_of(row, "risk"), unit) for row in (former, after))
    except scenarios.FieldFault as fault:
        return Preview([], None, None, [], str(fault.reason))
    except LossError as fault:
        return Preview([], None, None, [], told.refused(fault))
    rows = [
        (label, drawing.money(getattr(then, name), unit), drawing.money(getattr(now, name), unit))
        for name, label in (
            ("expected", _("Expected a year")),
            ("bad_year", _("1-in-20 year")),
            ("worst_year", _("1-in-100 year")),
        )
    ]
    rows.insert(0, (_("How often"), told.rate_told(former), told.rate_told(after)))
    rows.insert(1, (_("One event"), told.loss_told(former, unit), told.loss_told(after, unit)))
    return Preview(
        _sentences(found, counted, unit),
        _rates(found) if found.law is not None else None,
        _severities(former, after, unit) if found.severity is not None else None,
        rows,
    )


def _sentences(found: learning.Learnt, counted: learning.Counted, unit: str) -> list[str]:
    said = []
    if found.law is not None and found.prior_law is not None:
        said.append(
            _("%(events)s counted in %(years)s years, where %(expected)s were expected.")
            % {
                "events": number(Decimal(counted.events), None),
                "years": number(counted.years, None),
                "expected": number(Decimal(repr(round(found.prior_law.mean * float(counted.years), 2))), None),
            }
        )
    if found.severity is not None:
        middle = Decimal(repr(float(np.median([float(loss) for loss in counted.losses]))))
        said.append(
            _("%(num)s recorded losses, half of them above %(middle)s; the interval is then worth %(worth)s losses.")
            % {
                "num": number(Decimal(len(counted.losses)), None),
                "middle": drawing.money(middle, unit),
                "worth": number(Decimal(repr(round(found.severity.losses, 1))), None),
            }
        )
        if counted.floor:
            said.append(
                _(
                    "Of such events %(share)s cost more than the floor of %(floor)s; the smaller ones were never recorded and "
                    "are made up for."
                )
                % {"share": drawing.share(found.recorded_share), "floor": drawing.money(counted.floor, unit)}
            )
    return said


def _weight(former: Estimate | None) -> tuple[str, str] | None:
    """What the rate that stands is worth: events, and years."""
    if former is None:
        return None
    try:
        law = scenarios.gamma_of(former)
    except scenarios.FieldFault:
        return None
    if law is None:
        return None
    return tuple(number(Decimal(repr(float(f"{part:.2g}"))), None) for part in (law.events, law.years))  # type: ignore[return-value]


def _rates(found: learning.Learnt) -> charts.Picture:
    """How often: the Gamma law that stands, and the one after."""
    assert found.law is not None
    assert found.prior_law is not None
    words = replace(
        chart_words(),
        money=lambda amount, _unit: told.how_often(amount / DRAWN_YEARS),
        density_summary=_("Half of what is known lies above {middle}; nine tenths lie between {low} and {high}."),
    )
    marks = tuple(found.law.quantile(level) * DRAWN_YEARS for level in (0.05, 0.5, 0.95))
    drawn = charts.Density(
        _gamma(found.law), (marks[0], marks[1], marks[2]), "", title=_("How often"), before=_gamma(found.prior_law)
    )
    return charts.density(drawn, words)


def _gamma(law: GammaRate) -> tuple[tuple[float, float], ...]:
    amounts = np.geomspace(max(law.quantile(0.001), 1e-8), law.quantile(0.999), 120)
    # the gamma density by the logarithm of the rate, on which the axis is drawn
    expected = amounts * law.years
    heights = np.exp(special.xlogy(law.events, expected) - expected - special.gammaln(law.events))
    return tuple(zip((amounts * DRAWN_YEARS).tolist(), heights.tolist(), strict=True))


def _severities(former: Estimate, after: Estimate, unit: str) -> charts.Picture:
    """How much: the law of one event that stands, and the one after."""
    before, now = told.event_of(former), told.event_of(after)
    drawn = charts.Density(now.points, now.marks, unit, now.bars, _("How much one event costs"), before.points)
    return charts.density(drawn, chart_words())


def _save(request: HttpRequest, user: User, risk: Risk, data: Mapping[str, Any]) -> None:
    given: dict[str, Any] = {
        "incidents": [row.pk for row in data["incidents"]], "events": data["events"], "since": data["since"].isoformat(),
        "until": data["until"].isoformat(), "rate": data["rate"], "severity": data["severity"],
        "floor": "" if data["floor"] is None else f"{data['floor']:f}", "worth": "" if data["worth"] is None else f"{data['worth']:f}",
        "because": data["because"],
    }  # fmt: skip

    def do() -> Outcome:
        return perform("risks.risk.learn", user, risk.pk, given)

    with transaction.atomic():
        _outcome, before = once(user, _token(request), do)
    if before:
        messages.info(request, _("This was already done a moment ago; it was not done twice."))
    else:
        messages.success(request, _("The estimate has learnt; the former one is kept beside it."))


def _token(request: HttpRequest) -> str:
    token = request.POST.get("_token", "")
    return f"risks.learn {request.path} {token}" if token else ""
