"""The profile: what units and categories of the company's own risk management cost a year, up to the enterprise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.areas.risks.models import Risk, RiskCategory
from quarterdeck.areas.risks.queries import canonical
from quarterdeck.engines.loss import LossError
from quarterdeck.kernel import clock
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.records.lists import resource_or_404
from quarterdeck.web.risks import drawing
from quarterdeck.web.risks.figures import BAD, WORST, Headline, headline
from quarterdeck.web.risks.frame import Frame, frame_of, open_risks
from quarterdeck.web.risks.register import head_of


@dataclass(frozen=True)
class Summed:
    """The risks of one unit or category: how many, how many of them without an estimate, and what they cost a year."""

    key: int
    risks: int
    unestimated: int
    expected: Decimal
    figures: Headline | None


@dataclass(frozen=True)
class Place:
    """One unit or category of the profile."""

    label: str
    href: str
    risks: int
    unestimated: int
    figures: tuple[str, str, str]
    share: str
    within: str
    tone: str


@login_required
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """From the units to the enterprise, in the company's own risk categories."""
    sight = sight_of(request)
    resource_or_404(Risk.type_code(), sight)
    frame = frame_of(sight, clock.today())
    found: dict[str, list[Summed]] = frame.once("profile", lambda: _sums(sight, frame))
    names = {
        "category": _named(sight, frame.categories, RiskCategory, found["category"]),
        "unit": _named(sight, frame.units, Unit, found["unit"]),
    }
    address = reverse("risks")
    by_place = {row.pk: at for at, row in enumerate(frame.categories)}
    total = frame.year(sight).expected or Decimal(0)
    context = {
        "title": _("Risk profile"),
        "crumbs": [
            {"label": _("Risk"), "url": None},
            {"label": _("Risk register"), "url": address},
            {"label": _("Risk profile"), "url": request.path},
        ],
        "head": head_of(frame, sight),
        "address": address,
        "categories": [
            _place(frame, row, names["category"].get(row.key, "–"), f"{address}?category={row.key}", total)
            for row in sorted(found["category"], key=lambda row: (by_place.get(row.key, len(by_place)), row.key))
        ],
        "units": [
            _place(frame, row, names["unit"].get(row.key, "–"), f"{address}?unit={row.key}", total, row.key)
            for row in sorted(found["unit"], key=lambda row: (-row.expected, names["unit"].get(row.key, "")))
        ],
        "currency": frame.currency,
        "address_of": record_address,
    }
    return render(request, "risks/profile.html", context)


def _sums(sight: Sight, frame: Frame) -> dict[str, list[Summed]]:
    """Units and categories summed in the database; their bad years where the whole was put together too."""
    rows = open_risks(sight).order_by()
    parts: dict[str, dict[int, list[Any]]] = {"category": {}, "unit": {}}
    if frame.year(sight).whole.figures is not None:
        document = json.loads(frame.year(sight).whole.text)
        by_number = {scenario["id"]: scenario for scenario in document["scenarios"]}
        for number, category, unit in rows.values_list("number", "category_id", "unit_id").order_by("pk"):
            if number in by_number:
                parts["category"].setdefault(category, []).append(by_number[number])
                parts["unit"].setdefault(unit, []).append(by_number[number])
    made = {}
    for name in ("category", "unit"):
        summed = rows.values_list(f"{name}_id").annotate(Count("pk"), Count("event_low"), Sum("expected"))
        made[name] = [
            Summed(
                key, number, number - estimated, expected or Decimal(0), _figures(parts[name].get(key), frame.currency)
            )
            for key, number, estimated, expected in summed
        ]
    return made


def _figures(scenarios: list[Any] | None, currency: str) -> Headline | None:
    if not scenarios:
        return None
    try:
        return headline(canonical({"currency": currency, "scenarios": scenarios, "thresholds": []}))
    except LossError:
        return None


def _named(
    sight: Sight,
    known: tuple[Unit, ...] | tuple[RiskCategory, ...],
    model: type[Unit] | type[RiskCategory],
    rows: list[Summed],
) -> Mapping[int, str]:
    """What the reader calls them; those that the frame does not hold are read."""
    names = {row.pk: str(row) for row in known}
    missing = [row.key for row in rows if row.key not in names]
    if missing:
        names |= {row.pk: str(row) for row in sight.each(model).filter(pk__in=missing)}
    return names


def _place(frame: Frame, row: Summed, label: str, href: str, total: Decimal, unit: int | None = None) -> Place:
    figures, money = row.figures, frame.currency
    # What adds up is said of any number of risks.
    expected = float(row.expected) if figures is None else figures.expected
    within, tone = "", ""
    appetite = None if unit is None else frame.held_for(unit).appetite
    if appetite is not None and expected is not None and row.risks > row.unestimated:
        own = appetite.unit_id == unit
        beyond = own and expected > float(appetite.expected_limit)
        limit = drawing.money(appetite.expected_limit, money)
        within = (
            _("above its %(limit)s")
            if beyond
            else _("within its %(limit)s")
            if own
            else _("part of the %(limit)s of %(unit)s")
        ) % {"limit": limit, "unit": frame.name_of(appetite)}
        tone = "contradicted" if beyond else ""
    return Place(
        label,
        href,
        row.risks,
        row.unestimated,
        (
            drawing.money(expected if row.risks > row.unestimated else None, money),
            drawing.money(figures.var[BAD] if figures else None, money),
            drawing.money(figures.var[WORST] if figures else None, money),
        ),
        drawing.share(float(row.expected / total)) if total else "–",
        within,
        tone,
    )
