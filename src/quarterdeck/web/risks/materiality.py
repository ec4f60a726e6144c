"""What losses are held against: the company's figures, thresholds that are conventions, and what incidents have cost. It informs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.areas.determinations.models import Assessment, Factor
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.risks.models import FinancialBaseline, IncidentLoss, MaterialityThreshold
from quarterdeck.areas.risks.queries import baseline_on
from quarterdeck.kernel import clock
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.records.addresses import list_address, record_address
from quarterdeck.web.risks import drawing
from quarterdeck.web.risks.frame import frame_of
from quarterdeck.web.rooms.pressing import Room

MOST = 200


@dataclass(frozen=True)
class Line:
    """One threshold in use: of which figure, how much that is, and how likely it is passed."""

    row: MaterialityThreshold
    amount: Decimal | None
    year: float | None
    event: float | None


@dataclass(frozen=True)
class Cost:
    """What one incident has cost, and the range still to come; with its assessment, where there is one."""

    incident: Incident
    so_far: Decimal
    low: Decimal
    high: Decimal
    rows: int
    assessment: Assessment | None
    answered: int
    unknown: int


@login_required
@require_safe
def materiality(request: HttpRequest) -> HttpResponse:
    """Figures that a determination may look at; it says nothing of what is material."""
    sight = sight_of(request)
    if not all(sight.may_view(resource_of(model)) for model in (FinancialBaseline, MaterialityThreshold)):
        raise Http404
    today = clock.today()
    baseline = baseline_on(today)
    rows = list(
        sight.each(MaterialityThreshold).filter(Q(ended_on=None) | Q(ended_on__gt=today)).order_by("percent", "pk")
    )
    frame = frame_of(sight, today)
    unit, found = frame.currency, frame.year(sight).whole
    odds = {} if found.figures is None else {row.name: row for row in found.figures.thresholds}
    costs = _costs(sight)
    room = Room(sight, Unit.objects.get(parent=None), reverse("risk_materiality"))
    context = {
        "title": _("Materiality in figures"),
        "crumbs": [{"label": _("Risk"), "url": None}, {"label": _("Materiality in figures"), "url": request.path}],
        "page_density": "board",
        "baseline": baseline,
        "lines": [
            Line(
                row,
                row.amount(baseline) if baseline is not None else None,
                odds[row.name].annual_probability if row.name in odds else None,
                odds[row.name].single_event_probability if row.name in odds else None,
            )
            for row in rows
        ],
        "risks": found.risks,
        "left_out": found.left_out,
        "costs": costs,
        "forms": _forms(sight),
        "total": (sum(c.so_far for c in costs), sum(c.low for c in costs), sum(c.high for c in costs)),
        "money": lambda amount: drawing.money(amount, unit),
        "whole_money": lambda amount: drawing.whole(amount, unit),
        "share": drawing.share,
        "currency": unit,
        "address_of": record_address,
        "baselines": list_address(resource_of(FinancialBaseline)),
        "thresholds_list": list_address(resource_of(MaterialityThreshold)),
        "record_baseline": room.create(resource_of(FinancialBaseline), "record", {}, primary=baseline is None),
        "add_threshold": room.create(resource_of(MaterialityThreshold), "create", {}),
        "record_loss": room.create(resource_of(IncidentLoss), "record", {})
        if sight.may_view(resource_of(IncidentLoss))
        else [],
    }
    return render(request, "risks/materiality.html", context)


def _standing(sight: Sight) -> list[IncidentLoss]:
    """Losses that stand, of incidents that the reader may see: a loss hangs in its incident, behind its wall."""
    if not sight.may_view(resource_of(IncidentLoss)):
        return []
    seen = sight.each(Incident).values("pk")
    rows = sight.each(IncidentLoss).filter(replaced_on=None, incident__in=seen).select_related("incident")
    return list(rows.order_by("-incident_id", "pk")[:MOST])


def _costs(sight: Sight) -> list[Cost]:
    by_incident: dict[int, list[IncidentLoss]] = {}
    for row in _standing(sight):
        by_incident.setdefault(row.incident_id, []).append(row)
    assessments: dict[int, Assessment] = {}
    counts: dict[int, list[str]] = {}
    if sight.may_view(resource_of(Assessment)):
        seen = sight.each(Assessment).filter(incident__in=list(by_incident)).order_by("number")
        assessments = {row.incident_id: row for row in seen}
        factors = sight.each(Factor).filter(assessment__in=[row.pk for row in assessments.values()])
        for key, answer in factors.values_list("assessment", "answer"):
            counts.setdefault(key, []).append(answer or "")
    made = []
    for key, rows in by_incident.items():
        assessment = assessments.get(key)
        answers = counts.get(assessment.pk, []) if assessment is not None else []
        made.append(
            Cost(
                rows[0].incident,
                sum((row.so_far for row in rows), Decimal(0)),
                sum((row.low for row in rows), Decimal(0)),
                sum((row.high for row in rows), Decimal(0)),
                len(rows),
                assessment,
                sum(1 for answer in answers if answer in ("answered", "not_applicable")),
                sum(1 for answer in answers if answer not in ("answered", "not_applicable")),
            )
        )
    return sorted(made, key=lambda cost: -(cost.so_far + cost.high))


def _forms(sight: Sight) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    found: dict[str, list[IncidentLoss]] = {}
    for row in _standing(sight):
        found.setdefault(row.form, []).append(row)
    return [
        (
            rows[0].get_form_display(),
            sum((row.so_far for row in rows), Decimal(0)),
            sum((row.low for row in rows), Decimal(0)),
            sum((row.high for row in rows), Decimal(0)),
        )
        for form in IncidentLoss.Form.values
        if (rows := found.get(form))
    ]
