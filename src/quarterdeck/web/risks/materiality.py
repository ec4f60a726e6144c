"""What losses are held against: the company's figures, thresholds that are conventions, what incidents have cost, what no amount
answers, and what a body found. It informs; no figure on it concludes anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.areas.risks.models import FinancialBaseline, IncidentLoss, MaterialityThreshold, ThreatReview
from quarterdeck.areas.risks.queries import baseline_on
from quarterdeck.kernel import clock
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.records.addresses import list_address, record_address
from quarterdeck.web.risks import drawing, materiality_steps, weighed
from quarterdeck.web.risks.frame import Frame, frame_of
from quarterdeck.web.risks.incident_costs import Costs
from quarterdeck.web.rooms.pressing import Press, Room

#: Incidents declared so long ago are those of the year.
A_YEAR = timedelta(days=365)
#: Earlier periods, and earlier answers of bodies, that are named.
EARLIER = 4


@dataclass(frozen=True)
class Line:
    """One threshold in use: of which figure, how much that is, and how likely it is passed."""

    row: MaterialityThreshold
    amount: Decimal | None
    year: float | None
    event: float | None


@login_required
@require_safe
def materiality(request: HttpRequest) -> HttpResponse:
    """Figures that a determination may look at; it says nothing of what is material."""
    sight = sight_of(request)
    if not all(sight.may_view(resource_of(model)) for model in (FinancialBaseline, MaterialityThreshold)):
        raise Http404
    today = clock.today()
    baseline = baseline_on(today)
    frame = frame_of(sight, today)
    lines = _lines(sight, frame, baseline, today)
    lowest = next((line for line in lines if line.amount is not None), None)
    unit, year = frame.currency, frame.year(sight)
    costs = Costs(sight) if sight.may_view(resource_of(IncidentLoss)) else None
    reviews = _reviews(sight)
    context = {
        "title": _("Materiality in figures"),
        "crumbs": [{"label": _("Risk"), "url": None}, {"label": _("Materiality in figures"), "url": request.path}],
        "page_density": "board",
        "partial": not frame.whole_company,
        "company_name": frame.company,
        "today": frame.today,
        "asked": materiality_steps.asked(sight, baseline, bool(lines), today),
        "baseline": baseline,
        "earlier": _earlier(sight, baseline),
        "lines": lines,
        "lowest": lowest,
        "risks": year.whole.risks,
        "left_out": year.whole.left_out,
        "kept": year.kept,
        "costs": costs,
        "last_year": costs.since(clock.now() - A_YEAR) if costs is not None and costs.number else None,
        "factors": weighed.factors(sight),
        "may_review": sight.may_view(resource_of(ThreatReview)),
        "reviews": reviews,
        "money": lambda amount: drawing.money(amount, unit),
        "whole_money": lambda amount: drawing.whole(amount, unit),
        "share": drawing.share,
        "part": lambda amount: drawing.share(float(amount / lowest.amount)) if lowest and lowest.amount else "",
        "shows": sight.shows,
        "currency": unit,
        "address_of": record_address,
        "baselines": list_address(resource_of(FinancialBaseline)),
        "thresholds_list": list_address(resource_of(MaterialityThreshold)),
        **_presses(sight, baseline),
    }
    return render(request, "risks/materiality.html", context)


def _lines(sight: Sight, frame: Frame, baseline: FinancialBaseline | None, today: date) -> list[Line]:
    """Thresholds in use, by rising amount; those that come to no amount last."""
    rows = sight.each(MaterialityThreshold).filter(Q(ended_on=None) | Q(ended_on__gt=today)).order_by("pk")
    found = frame.year(sight).whole.figures
    odds = {} if found is None else {(row.name, row.amount): row for row in found.thresholds}
    made = []
    for row in rows:
        amount = None if baseline is None else row.amount(baseline)
        chances = None if amount is None else odds.get((row.name, float(amount)))
        made.append(
            Line(
                row,
                amount,
                None if chances is None else chances.annual_probability,
                None if chances is None else chances.single_event_probability,
            )
        )
    return sorted(made, key=lambda line: (line.amount is None, line.amount or 0, line.row.pk))


def _earlier(sight: Sight, baseline: FinancialBaseline | None) -> list[FinancialBaseline]:
    """Confirmed figures of other periods, the newest first."""
    if baseline is None:
        return []
    rows = sight.each(FinancialBaseline).filter(state=FinancialBaseline.State.CONFIRMED).exclude(pk=baseline.pk)
    return list(rows.order_by("-period_until", "-pk")[:EARLIER])


def _reviews(sight: Sight) -> list[ThreatReview]:
    """What bodies found, the newest first."""
    if not sight.may_view(resource_of(ThreatReview)):
        return []
    rows = sight.each(ThreatReview).filter(state=ThreatReview.State.DECIDED)
    rows = rows.select_related("decision", "decision__meeting", "decision__meeting__body")
    found = list(rows.order_by("-period_until", "-decided_on", "-pk")[:EARLIER])
    sight.prime([row.decision for row in found])
    return found


def _presses(sight: Sight, baseline: FinancialBaseline | None) -> dict[str, list[Press]]:
    """What may be recorded from here."""
    room = Room(sight, Unit.objects.get(parent=None), reverse("risk_materiality"))
    made = {
        "record_baseline": room.create(resource_of(FinancialBaseline), "record", {}, primary=baseline is None),
        "add_threshold": room.create(resource_of(MaterialityThreshold), "create", {}),
        "record_loss": [],
        "prepare_review": [],
    }
    if sight.may_view(resource_of(IncidentLoss)):
        made["record_loss"] = room.create(resource_of(IncidentLoss), "record", {})
    if sight.may_view(resource_of(ThreatReview)):
        made["prepare_review"] = room.create(resource_of(ThreatReview), "prepare", {})
    return made
