"""The profile: what units and categories of the company's own risk management cost a year, rolled up to the enterprise.

A unit stands with all units below it, so that an appetite is held against everything that it is meant to cover.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.areas.risks import rules
from quarterdeck.areas.risks.actions.register import AddRisk
from quarterdeck.areas.risks.models import FrameworkOwner, Risk, RiskCategory
from quarterdeck.areas.risks.queries import canonical
from quarterdeck.engines.loss import LossError
from quarterdeck.kernel import clock
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.records.addresses import list_address, record_address
from quarterdeck.web.records.lists import resource_or_404
from quarterdeck.web.risks import drawing
from quarterdeck.web.risks.figures import BAD, WORST, Headline, headline
from quarterdeck.web.risks.frame import Frame, frame_of, open_risks
from quarterdeck.web.risks.frameworks import frameworks
from quarterdeck.web.risks.register import head_of

#: Units that one address names.
MOST_NAMED: Final = 40


@dataclass(frozen=True)
class Sums:
    """What some risks cost: how many, how many of them without an estimate, expected losses, and their bad years if known."""

    risks: int
    unestimated: int
    expected: Decimal
    #: Without the safeguards; None where it is not estimated for each.
    bare: Decimal | None
    #: After the planned treatment, or as things are where none is estimated.
    left: Decimal
    figures: Headline | None


@dataclass(frozen=True)
class Summed:
    """The sums of a category, or of a unit with those below it. ``units``: whose risks they are; ``depth``: below the first."""

    key: int
    sums: Sums
    units: tuple[int, ...] = ()
    depth: int = 0


@dataclass(frozen=True)
class Place:
    """One unit or category of the profile."""

    label: str
    href: str
    depth: int
    rolled: bool
    risks: int
    unestimated: int
    bare: str
    left: str
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
    total = frame.year(sight).expected or Decimal(0)
    context = {
        "title": _("Risk profile"),
        "crumbs": [
            {"label": _("Risk"), "url": None},
            {"label": _("Risk register"), "url": address},
            {"label": _("Risk profile"), "url": request.path},
        ],
        "head": head_of(frame, sight),
        "partial": not frame.whole_company,
        "company_name": frame.company,
        "today": frame.today,
        "address": address,
        "may_add": sight.may(AddRisk),
        "frameworks": frame.once("frameworks", lambda: frameworks(sight, frame.today)),
        "may_view_frameworks": sight.may_view(resource_of(FrameworkOwner)),
        "owners_list": list_address(resource_of(FrameworkOwner)),
        "categories": [
            _place(frame, row, names["category"].get(row.key, "–"), f"{address}?category={row.key}", total, None)
            for row in found["category"]
        ],
        "units": [
            _place(frame, row, names["unit"].get(row.key, "–"), _of_units(address, row.units), total, row.key)
            for row in found["unit"]
        ],
        "currency": frame.currency,
        "address_of": record_address,
    }
    return render(request, "risks/profile.html", context)


def _of_units(address: str, units: tuple[int, ...]) -> str:
    """The register cut to these units; the whole of it where they are too many to name."""
    return address if len(units) > MOST_NAMED else f"{address}?{urlencode([('unit', key) for key in units])}"


def _sums(sight: Sight, frame: Frame) -> dict[str, list[Summed]]:
    """Units and categories summed in the database; their bad years where the whole was put together too."""
    rows = open_risks(sight).order_by()
    scenarios: dict[str, Any] = {}
    if frame.year(sight).whole.figures is not None:
        document = json.loads(frame.year(sight).whole.text)
        scenarios = {scenario["id"]: scenario for scenario in document["scenarios"]}
    placed = list(rows.values_list("number", "category_id", "unit_id").order_by("pk")) if scenarios else []
    of_category: dict[int, list[Any]] = {}
    of_unit: dict[int, list[Any]] = {}
    for number, category, unit in placed:
        if number in scenarios:
            of_category.setdefault(category, []).append(scenarios[number])
            of_unit.setdefault(unit, []).append(scenarios[number])
    at = {row.pk: place for place, row in enumerate(frame.categories)}
    categories = {
        key: replace(sums, figures=_figures(of_category.get(key), frame.currency))
        for key, sums in _by(rows, "category_id").items()
    }
    return {
        "category": [
            Summed(key, categories[key]) for key in sorted(categories, key=lambda key: (at.get(key, len(at)), key))
        ],
        "unit": _rolled(frame, _by(rows, "unit_id"), of_unit),
    }


def _by(rows: QuerySet[Risk], field: str) -> dict[int, Sums]:
    """Sums by a key; one query."""
    summed = rows.values_list(field).annotate(
        number=Count("pk"),
        estimated=Count("event_low"),
        now=Sum("expected"),
        known=Count("inherent_expected"),
        bare=Sum("inherent_expected"),
        left=Sum(Coalesce("residual_expected", "expected")),
    )
    return {
        key: Sums(
            number,
            number - estimated,
            expected or Decimal(0),
            bare if bare is not None and known >= estimated > 0 else None,
            left or Decimal(0),
            None,
        )
        for key, number, estimated, expected, known, bare, left in summed
    }


def _rolled(frame: Frame, own: Mapping[int, Sums], scenarios: Mapping[int, list[Any]]) -> list[Summed]:
    """Units with the units below them, each under the one it is part of, the dearest first.

    A unit above stands here only where the reader may see the risks of all units below it.
    """
    below: dict[int, set[int]] = {}
    for unit in own:
        below.setdefault(unit, set()).add(unit)
        above = frame.parents.get(unit)
        while above is not None:
            if above in frame.covered:
                below.setdefault(above, set()).add(unit)
            above = frame.parents.get(above)
    sums = {key: _together([own[unit] for unit in sorted(units)]) for key, units in below.items()}
    beneath: dict[int | None, list[int]] = {}
    for key in below:
        above = frame.parents.get(key)
        while above is not None and above not in below:
            above = frame.parents.get(above)
        beneath.setdefault(above, []).append(key)
    made: list[Summed] = []
    waiting = [(key, 0) for key in sorted(beneath.get(None, ()), key=lambda key: (sums[key].expected, key))]
    while waiting:
        key, depth = waiting.pop()
        parts = [row for unit in sorted(below[key]) for row in scenarios.get(unit, ())]
        units = tuple(sorted(below[key]))
        made.append(Summed(key, replace(sums[key], figures=_figures(parts, frame.currency)), units, depth))
        children = sorted(beneath.get(key, ()), key=lambda child: (sums[child].expected, child))
        waiting += [(child, depth + 1) for child in children]
    return made


def _together(parts: list[Sums]) -> Sums:
    known = [part.bare for part in parts if part.risks > part.unestimated]
    return Sums(
        sum(part.risks for part in parts),
        sum(part.unestimated for part in parts),
        sum((part.expected for part in parts), Decimal(0)),
        None if None in known or not known else sum((bare for bare in known if bare is not None), Decimal(0)),
        sum((part.left for part in parts), Decimal(0)),
        None,
    )


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


def _place(frame: Frame, row: Summed, label: str, href: str, total: Decimal, unit: int | None) -> Place:
    sums, figures, money = row.sums, row.sums.figures, frame.currency
    # What adds up is said of any number of risks.
    expected = float(sums.expected) if figures is None else figures.expected
    some = sums.risks > sums.unestimated
    within, tone = _held(frame, row, unit, expected) if unit is not None and some else ("", "")
    return Place(
        label,
        href,
        row.depth,
        row.units not in ((), (row.key,)),
        sums.risks,
        sums.unestimated,
        drawing.money(sums.bare, money),
        drawing.money(sums.left if some else None, money),
        (
            drawing.money(expected if some else None, money),
            drawing.money(figures.var[BAD] if figures else None, money),
            drawing.money(figures.var[WORST] if figures else None, money),
        ),
        drawing.share(float(sums.expected / total)) if total else "–",
        within,
        tone,
    )


def _held(frame: Frame, row: Summed, unit: int, expected: float | None) -> tuple[str, str]:
    """Against the appetite in force: the unit's own, or of which one above it is a part."""
    appetite = frame.held_for(unit).appetite
    if appetite is None or expected is None:
        return "", ""
    given = {"limit": drawing.money(appetite.expected_limit, frame.currency), "unit": frame.name_of(appetite)}
    if appetite.unit_id != unit:
        return _("part of the %(limit)s of %(unit)s") % given, ""
    if unit not in frame.covered:
        # What the reader does not see belongs to it too.
        return _("of %(limit)s, with risks that you may not see") % given, ""
    if expected > float(appetite.expected_limit):
        return _("above its %(limit)s") % given, "contradicted"
    if row.sums.figures is not None and rules.beyond_tolerance(appetite.points, row.sums.figures.exceedance):
        return _("within its %(limit)s, beyond its tolerance") % given, "contradicted"
    return _("within its %(limit)s") % given, ""
