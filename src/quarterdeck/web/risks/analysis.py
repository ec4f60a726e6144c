"""One analysis as it was kept: its curve and figures with their brackets, what adds to them, what they hang on, and a check by simulation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.areas.risks import learning
from quarterdeck.areas.risks.actions.analysis import results_again
from quarterdeck.areas.risks.models import Analysis, Estimate, Risk, RiskSafeguard, Treatment
from quarterdeck.areas.risks.queries import estimates_of
from quarterdeck.engines import charts
from quarterdeck.engines.charts import CurveKind
from quarterdeck.engines.loss import (
    Agreement,
    Bar,
    LossError,
    Portfolio,
    cross_check,
    read_portfolio,
    tornado,
)
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.kernel.ui.charts import chart_words
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.records.detail import buttons, head
from quarterdeck.web.records.lists import resource_or_404
from quarterdeck.web.risks import drawing, treating
from quarterdeck.web.risks.figures import DRAWS, LARGE, SEED, band_of, losses_worth, spread_over
from quarterdeck.web.risks.held_against import Held, held

YEARS = 100_000
#: More scenarios than this are not moved one by one while somebody waits, and more than that not simulated.
MOST_MOVED = 300
MOST_SIMULATED = 2000
#: A tornado of more scenarios than this tells nobody anything.
MOVED = 12
CHARTED: dict[str, CurveKind] = {"inherent": "inherent", "current": "current", "residual": "residual"}


@dataclass(frozen=True)
class Figure:
    """One figure of the analysis, and between which amounts it lies for certain."""

    label: str
    value: str
    low: str
    high: str
    mean: str


@lru_cache(maxsize=64)
def _portfolio(text: str) -> Portfolio:
    return read_portfolio(json.loads(text))


@lru_cache(maxsize=64)
def _tornado(text: str) -> tuple[Bar, ...]:
    return tornado(_portfolio(text), 0.95, most=MOVED)


@lru_cache(maxsize=32)
def _checked(text: str, seed: int) -> tuple[Agreement, ...]:
    return cross_check(_portfolio(text), YEARS, seed)


@login_required
@require_safe
def analysis(request: HttpRequest, pk: int) -> HttpResponse:
    """One analysis, as far as the person may see it."""
    sight = sight_of(request)
    resource = resource_or_404(Analysis.type_code(), sight)
    found = sight.each(Analysis).select_related("unit", "made_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    sight.note([found])
    kept: dict[str, Any] = json.loads(found.results)
    unit = found.currency
    over = held(sight, found.unit, found.made_on)
    risks = {row.number: row for row in sight.each(Risk).filter(number__in=_numbers(kept)).order_by("pk")}
    sight.note(risks.values())
    names = {row.pk: row.number for row in risks.values()}
    treatments = list(
        sight.each(Treatment)
        .filter(risk__in=list(names), state__in=("planned", "under_way"))
        .select_related("risk")
        .order_by("-risk__exposure", "due", "pk")
    )
    links = list(
        sight.each(RiskSafeguard)
        .filter(risk__in=list(names), ended_on=None, safeguard__state="operating")
        .select_related("risk", "safeguard")
        .order_by("-risk__exposure", "pk")
    )
    sight.prime([*(row.risk for row in treatments), *(row.safeguard for row in links)])
    # What moves a large portfolio again and again takes long: it waits until it is asked for.
    moved = found.risks <= LARGE or (found.risks <= MOST_MOVED and request.GET.get("parts") == "1")
    options = (
        treating.weighed(found.inputs, treatments, [row for row in links if sight.shows(row.safeguard)], names)
        if moved
        else treating.Options(found.inputs, (), {}, ())
    )
    context = head(resource, found, found, sight)
    context |= {
        "title": found.title,
        "analysis": found,
        "currency": unit,
        "figures": _figures(kept, unit),
        "money": lambda amount: drawing.money(amount, unit),
        "share": drawing.share,
        "per_million": lambda value: f"{value * 1e8:,.2f}",
        "curve": _curve(found, kept, over),
        "banded": found.risks <= LARGE,
        "lines": [
            (row["name"], row["amount"], row["annual_probability"], row["single_event_probability"])
            for row in kept["thresholds"]
        ],
        "held": over,
        "contributions": _contributions(kept, risks, unit),
        "tornado": _moved(found, kept) if moved else None,
        "waiting": not moved,
        "parts_address": f"{request.path}?parts=1#parts" if found.risks <= MOST_MOVED else "",
        "most_moved": MOST_MOVED,
        "returns": options.returns,
        "untold": options.untold,
        "states": _states(treating.states(options), unit) if moved and found.kind == Estimate.Kind.CURRENT else [],
        "first_line": drawing.money(kept["thresholds"][0]["amount"], unit) if kept["thresholds"] else "",
        "first_name": kept["thresholds"][0]["name"] if kept["thresholds"] else "",
        "frontier": _frontier_picture(options, unit),
        "too_many": len(treatments) + len(links) > treating.MOST,
        "checked": _checked(found.inputs, SEED)
        if request.GET.get("check") == "1" and found.risks <= MOST_SIMULATED
        else None,
        "check_address": f"{request.path}?check=1#check" if found.risks <= MOST_SIMULATED else "",
        "years": YEARS,
        "same": results_again(found) == found.results
        if request.GET.get("again") == "1" and found.risks <= MOST_SIMULATED
        else None,
        "again_address": f"{request.path}?again=1#again" if found.risks <= MOST_SIMULATED else "",
        "buttons": buttons(resource, found, sight),
        "address": record_address,
        "record_address": reverse("records:detail", args=[resource.code, pk]),
        "history_address": reverse("records:history", args=[resource.code, pk]),
    }
    return render(request, "risks/analysis.html", context)


def _numbers(kept: dict[str, Any]) -> list[str]:
    return [row["id"] for row in kept["contributions"]]


def _named(number: str, risks: dict[str, Risk]) -> str:
    """A scenario as the reader may know it."""
    return str(risks[number]) if number in risks else number


def _figures(kept: dict[str, Any], unit: str) -> list[Figure]:
    def shown(amount: float | None) -> str:
        return drawing.whole(amount, unit)

    made = [Figure(_("Expected a year"), shown(kept["expected_annual_loss"]), "", "", "")]
    for level, label in (("0.95", _("1-in-20 year")), ("0.99", _("1-in-100 year")), ("0.999", _("1-in-1,000 year"))):
        low, high = kept["bracket"][level]
        made.append(Figure(label, shown(kept["var"][level]), shown(low), shown(high), shown(kept["tvar"][level])))
    return made


def _worth(found: Analysis, kept: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    """How many losses each interval was worth on the day of the analysis; a judged one where no estimate is found."""
    numbers = _numbers(kept)
    risks = Risk.objects.filter(number__in=numbers)
    estimates = estimates_of(risks, found.kind, found.made_on)
    known = {number: estimates[key] for key, number in risks.values_list("pk", "number") if key in estimates}
    judged = int(learning.JUDGED)
    return tuple((number, losses_worth(known[number]) if number in known else judged) for number in sorted(numbers))


def _curve(found: Analysis, kept: dict[str, Any], over: Held) -> charts.Picture:
    points = [(float(loss), float(chance)) for loss, chance in kept["exceedance"]]
    kind = CHARTED[found.kind]
    name = drawing.curve_names()[kind]
    edges = None
    known = None
    if found.risks <= LARGE:
        known = band_of(found.inputs, _worth(found, kept), spread_over(tuple(points), 14), DRAWS)
    if known is not None:
        edges = charts.Edges(name, known.lower, known.middle, known.upper)
    lines = [charts.Mark(row["name"], float(row["amount"]), "materiality") for row in kept["thresholds"]]
    if over.appetite is not None:
        lines.append(charts.Mark(_("Appetite"), float(over.appetite.expected_limit), "appetite"))
    drawn = charts.Exceedance((charts.Curve(name, kind, points),), lines, found.currency, edges, over.tolerance)
    return charts.exceedance(drawn, chart_words())


def _contributions(kept: dict[str, Any], risks: dict[str, Risk], unit: str) -> charts.Picture | None:
    rows = [(row["id"], row["tvar_0.99"]) for row in kept["contributions"] if row["tvar_0.99"] is not None]
    total = sum(value for _id, value in rows)
    if total <= 0:
        return None
    rows.sort(key=lambda row: -row[1])
    bars = [charts.Part(_named(number, risks), value, value / total) for number, value in rows]
    return charts.contributions(charts.Contributions(bars, unit), chart_words())


def _moved(found: Analysis, kept: dict[str, Any]) -> charts.Picture | None:
    try:
        bars = _tornado(found.inputs)
    except LossError:
        return None
    words = {"rate": _("how often"), "severity": _("how much"), "sigma": _("how wide")}
    swings = [charts.Swing(f"{bar.id}: {words[bar.input]}", bar.low, bar.high) for bar in bars if bar.swing > 0]
    if not swings:
        return None
    return charts.tornado(charts.Tornado(swings[:15], float(kept["var"]["0.95"]), found.currency), chart_words())


@dataclass(frozen=True)
class Sets:
    """The frontier as drawn, whether every set was computed, and what today's set is beside it."""

    picture: charts.Picture
    exact: bool
    left_out: int
    today: str


def _frontier_picture(options: treating.Options, unit: str) -> Sets | None:
    made = treating.worth_having(options)
    if made is None:
        return None
    letters = {treating.name_of(item): item.letter for item in options.returns}

    def named(ids: tuple[str, ...]) -> str:
        return " + ".join(sorted(letters[key] for key in ids)) or _("Nothing")

    drawn = [
        charts.Option(named(choice.ids), choice.cost, choice.value, choice.on_frontier)
        for choice in made.frontier.choices
        if frozenset(choice.ids) != made.held
    ]
    efficient = any(choice.on_frontier and frozenset(choice.ids) == made.held for choice in made.frontier.choices)
    drawn.append(
        charts.Option(
            _("today: %(set)s") % {"set": named(made.today.ids)}, made.today.cost, made.today.value, efficient, True
        )
    )
    given = {"cost": drawing.money(made.today.cost, unit), "saved": drawing.money(made.today.value, unit)}
    better = [
        choice
        for choice in made.frontier.choices
        if choice.on_frontier and choice.cost <= made.today.cost and choice.value > made.today.value * 1.001
    ]
    if not made.held:
        said = ""
    elif efficient or not better:
        said = _("What is in place costs %(cost)s and saves %(saved)s a year; nothing as cheap saves more.") % given
    else:
        best = max(better, key=lambda choice: choice.value)
        given |= {"set": named(best.ids), "more": drawing.money(best.value, unit)}
        said = _("What is in place costs %(cost)s and saves %(saved)s a year; %(set)s would save %(more)s for no more.")
        said %= given
    picture = charts.frontier(charts.Frontier(drawn, unit), chart_words())
    unpriced = sum(1 for item in options.returns if item.cost is None)
    return Sets(picture, made.frontier.exact, unpriced, said)


def _states(found: treating.States | None, unit: str) -> list[tuple[str, str, str, str, str]]:
    """The year without safeguards, as it is, and with what is planned; nothing where there is but one."""
    if found is None or (found.inherent is None and found.residual is None):
        return []
    rows = [
        (_("Inherent: without the safeguards recorded"), found.inherent),
        (_("Current: as things are"), found.current),
        (_("Residual: with everything planned"), found.residual),
    ]
    return [
        (
            label,
            drawing.money(state.expected, unit),
            drawing.money(state.bad, unit),
            drawing.money(state.tail, unit),
            drawing.share(state.chances[0]) if state.chances else "–",
        )
        for label, state in rows
        if state is not None
    ]


def newest(sight: Sight) -> list[Analysis]:
    """The newest analyses of the current state that the reader may see, of the unit of the newest one."""
    if not sight.may_view(resource_of(Analysis)):
        return []
    rows = sight.each(Analysis).filter(kind=Estimate.Kind.CURRENT).select_related("unit").order_by("-made_on", "-pk")
    rows = rows.defer("inputs", "results")
    first = rows.filter(unit__parent=None).first() or rows.first()
    return [] if first is None else list(rows.filter(unit=first.unit_id)[:2])
