"""The register: risks by money, ranges instead of colours, and what all of them together may cost a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.db.models import CharField, DateField, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from markupsafe import Markup

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.risks import rules
from quarterdeck.areas.risks.actions.estimate import MakeEstimate
from quarterdeck.areas.risks.actions.importing import ReadRegister
from quarterdeck.areas.risks.actions.register import AddRisk
from quarterdeck.areas.risks.models import Acceptance, Analysis, RegisterImport, Risk, RiskCategory, Treatment
from quarterdeck.engines.charts import Picture
from quarterdeck.kernel import clock
from quarterdeck.kernel.records import in_effect_on
from quarterdeck.kernel.resource import present
from quarterdeck.kernel.resource.filters import BadQuery, filters
from quarterdeck.kernel.resource.listing import Page, Query, page
from quarterdeck.kernel.resource.registry import Resource, resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.kernel.ui.formats import day
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.records.lists import SELECT_CAP, _applied, _drawn, _turned, _without, read_query, resource_or_404
from quarterdeck.web.risks import drawing
from quarterdeck.web.risks.figures import BAD, MOST, WORST
from quarterdeck.web.risks.frame import Frame, Kept, frame_of

#: What the list is narrowed by on this page; everything else stands in the plain list.
NARROWED = ("state", "category", "unit")
#: Fields of a risk that a row draws and no column shows.
DRAWN = ("event_low", "event_high")


@dataclass(frozen=True)
class Line:
    """One risk as a row."""

    risk: Risk
    href: str
    panel: str
    expected: str
    bad_year: str
    event: str
    range: Picture | None
    word: str
    category: str
    owner: str
    unit: str
    treated: str
    tone: str
    late: bool


@dataclass(frozen=True)
class Head:
    """What everything that the reader may see costs a year, against the appetite."""

    risks: int
    unestimated: int
    expected: str
    bad: str
    worst: str
    against: str
    over: bool
    tolerance: str
    too_often: bool
    appetite: str
    appetite_key: int | None
    kept: Kept | None
    kept_bad: str


@login_required
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Fifty risks, the dearest first."""
    sight = sight_of(request)
    resource = resource_or_404(Risk.type_code(), sight)
    given = request.GET.copy()
    if "state" not in given:
        # The register is what is open; whoever wants the closed ones too asks for any.
        given["state"] = Risk.State.OPEN
    request.GET = given  # type: ignore[assignment]
    today = clock.today()
    frame = frame_of(sight, today)
    unit = frame.currency
    problem: BadQuery | None = None
    try:
        query = read_query(request, resource)
    except BadQuery as error:
        problem, query = error, Query(filters={"state": ["open"]})
    attributes = [*present.columns(resource), *(one for one in present.details(resource) if one.name in DRAWN)]
    found = Page([], None, None, 0, False)
    narrowed = {
        name: values for name, values in query.filters.items() if not (name == "state" and list(values) == ["open"])
    }
    if problem is None:
        try:
            found = page(resource, sight, query, attributes)
        except BadQuery as error:
            problem, query = error, Query(filters={"state": ["open"]})
            narrowed = {}
    risks = [row for row in found.rows if isinstance(row, Risk)]
    address = reverse("risks")
    context = {
        "title": _("Risk register"),
        "crumbs": [{"label": _("Risk"), "url": None}, {"label": _("Risk register"), "url": address}],
        "address": address,
        "problem": problem,
        "controls": _controls(resource, query, frame),
        "search_text": query.search,
        "applied": _chips(resource, narrowed, query.search, address, request, sight, frame),
        "narrowed": bool(narrowed or query.search),
        "lines": _lines(risks, sight, frame, today),
        "next": _turned(request, address, after=found.next) if found.next else None,
        "previous": _turned(request, address, before=found.previous) if found.previous else None,
        "count": None if found.count is None else f"{found.count:,}{'+' if found.more else ''}",
        "head": head_of(frame, sight),
        "currency": unit,
        "scale": bool(frame.words),
        "may_add": sight.may(AddRisk) and sight.may(MakeEstimate),
        "may_import": sight.may(ReadRegister),
        "import_address": reverse("records:create", args=[RegisterImport.type_code(), ReadRegister.name]),
        "first_category": not frame.categories if not risks else False,
        "may_categorise": sight.may(resource_of(RiskCategory).action("create")),
        "address_of": record_address,
        "plain": reverse("records:list", args=[resource.code]),
        "may_analyse": sight.may_view(resource_of(Analysis)),
    }
    return render(request, "risks/register.html", context, status=400 if problem else 200)


def _controls(resource: Resource, query: Query, frame: Frame) -> list[dict[str, object]]:
    """What the list is narrowed by, from names that were read already."""
    offered: dict[str, list[tuple[str, str]]] = {
        "unit": [(str(row.pk), str(row)) for row in frame.units[:SELECT_CAP]],
        "category": [(str(row.pk), str(row)) for row in frame.categories[:SELECT_CAP]],
    }
    made: list[dict[str, object]] = []
    named = {item.name: item for item in filters(resource) if item.name in NARROWED}
    for name in ("unit", "category", "state"):
        if name not in named:
            continue
        chosen = frozenset(str(value) for value in query.filters.get(name, ()))
        options = _drawn(offered.get(name) or named[name].choices(), chosen)
        made.append({"label": named[name].label, "name": name, "kind": str(named[name].kind), "options": options})
    return made


def _chips(
    resource: Resource,
    narrowed: Mapping[str, Sequence[str]],
    search: str,
    address: str,
    request: HttpRequest,
    sight: Sight,
    frame: Frame,
) -> list[dict[str, str]]:
    """The filters in force, each with the address that takes it off again; units and categories by the names of the frame."""
    known: dict[str, dict[str, str]] = {
        "unit": {str(row.pk): str(row) for row in frame.units},
        "category": {str(row.pk): str(row) for row in frame.categories},
    }
    named = {item.name: item for item in filters(resource)}
    made, others = [], {}
    for name, values in narrowed.items():
        words = known.get(name, {})
        if not all(value in words for value in values):
            others[name] = values
            continue
        href = f"{address}?{_without(request, (name, 'after', 'before'))}"
        made += [{"label": f"{named[name].label}: {words[value]}", "href": href} for value in values]
    return made + _applied(resource, Query(others, search), address, request, sight)


@dataclass(frozen=True)
class _Around:
    """What is done about the risks of a page: days by which open treatments are due, and until when each is accepted."""

    due: dict[int, list[date]]
    accepted: dict[int, date]


def _around(risks: Sequence[Risk], sight: Sight, today: date) -> _Around:
    """Treatments, acceptances, and which owners the reader may see. One query."""
    keys = [row.pk for row in risks]
    owners = {row.owner_id for row in risks}
    kind, no_day = CharField(), DateField(null=True)
    told = (
        sight.each(Treatment)
        .filter(risk__in=keys, state__in=("planned", "under_way"))
        .values_list("risk_id", "due", Value("treatment", kind))
    )
    accepted = (
        sight.each(Acceptance)
        .filter(in_effect_on(today), risk__in=keys)
        .values_list("risk_id", "effective_until", Value("acceptance", kind))
    )
    people = sight.each(Person).filter(pk__in=owners).values_list("pk", Value(None, no_day), Value("person", kind))
    due: dict[int, list[date]] = {}
    until: dict[int, date] = {}
    seen = []
    for key, moment, what in told.union(accepted, people, all=True):
        if what == "person":
            seen.append(key)
        elif what == "treatment":
            due.setdefault(key, []).append(moment)
        elif moment is not None:
            until[key] = max(moment, until.get(key, moment))
    sight.settle(Person, owners, seen)
    return _Around({key: sorted(days) for key, days in due.items()}, until)


def _lines(risks: Sequence[Risk], sight: Sight, frame: Frame, today: date) -> list[Line]:
    if not risks:
        return []
    by_name = {attribute.name: attribute for attribute in present.columns(resource_of(Risk))}
    shown = [by_name[name] for name in ("category", "owner", "unit")]
    around = _around(risks, sight, today)
    present.prime(risks, shown, sight)
    address, unit = reverse("risks"), frame.currency
    pictures = drawing.ranges(risks, frame.held.marks(), unit)
    money = drawing.writer(unit)
    named: dict[tuple[str, int], str] = {}
    made = []
    for row in risks:
        said, tone = _treated(row, around.due.get(row.pk, []), around.accepted.get(row.pk), today)
        values = {}
        for attribute in shown:
            key = attribute.name, getattr(row, f"{attribute.name}_id")
            if key not in named:
                held_value = attribute.holds(row, sight)
                named[key] = str(getattr(held_value, "title", None) or held_value or "–")
            values[attribute.name] = named[key]
        made.append(
            Line(
                row,
                f"{address}{row.pk}/",
                f"{address}{row.pk}/panel/",
                money(row.expected),
                money(row.bad_year),
                f"{money(row.event_low)} – {money(row.event_high)}",
                pictures.get(row.pk),
                rules.word_for(row.expected, frame.words),
                values["category"],
                values["owner"],
                values["unit"],
                said,
                tone,
                row.state == Risk.State.OPEN and row.next_review < today,
            )
        )
    return made


def _dated(words: str, moment: date, **given: str) -> Markup:
    return Markup(words) % {**given, "day": Markup(day(moment))}  # noqa: S704 - a sentence of ours and a day


def _treated(risk: Risk, due: list[date], accepted: date | None, today: date) -> tuple[str, str]:
    if risk.state == Risk.State.CLOSED:
        return _("closed"), "unevidenced"
    if due:
        count = ngettext("%(num)s treatment", "%(num)s treatments", len(due)) % {"num": len(due)}
        if due[0] < today:
            return _dated(_("%(count)s, overdue since %(day)s"), due[0], count=count), "contradicted"
        return _dated(_("%(count)s, due %(day)s"), due[0], count=count), "attested"
    if accepted is not None:
        return _dated(_("accepted until %(day)s"), accepted), "supported"
    if risk.response == Risk.Response.ACCEPT:
        return _("acceptance has ended"), "stale"
    if risk.expected is None:
        return _("not estimated yet"), "unresolved"
    return _("nothing planned"), "unevidenced"


def head_of(frame: Frame, sight: Sight) -> Head | None:
    """The year of all open risks that the reader may see; nothing where there is none."""
    year = frame.year(sight)
    if not year.open:
        return None
    figures, unit = year.whole.figures, frame.currency
    # A part of the risks says nothing of the appetite for all of them.
    appetite = frame.held.appetite if frame.whole_company else None
    expected = None if figures is None else figures.expected
    if figures is None and year.open > MOST and year.expected is not None:
        # Expected losses add up whatever hangs together; a bad year of so many is for an analysis to say.
        expected = float(year.expected)
    against, over_limit, tolerance, too_often = "", False, "", False
    if appetite is not None:
        if expected is not None:
            limit = float(appetite.expected_limit)
            over_limit = expected > limit
            given = {"limit": drawing.money(limit, unit), "gap": drawing.money(abs(expected - limit), unit)}
            against = (
                _("That is %(gap)s above the appetite of %(limit)s a year.")
                if over_limit
                else _("That is within the appetite of %(limit)s a year; %(gap)s are left.")
            ) % given
        exceeded = () if figures is None else rules.beyond_tolerance(appetite.points, figures.exceedance)
        too_often = bool(exceeded)
        tolerance = "" if figures is None else _("The curve stays within the tolerance.")
        if exceeded:
            amount, allowed, chance = exceeded[0]
            tolerance = _(
                "Tolerance is exceeded: the chance of a year beyond %(amount)s is %(chance)s, and at most %(allowed)s is tolerated."
            ) % {
                "amount": drawing.money(amount, unit),
                "chance": drawing.share(chance),
                "allowed": drawing.share(allowed),
            }
    kept = year.kept
    return Head(
        year.open,
        year.unestimated if figures is None else len(year.whole.left_out),
        drawing.money(expected, unit),
        drawing.money(figures.var[BAD] if figures is not None else None, unit),
        drawing.money(figures.var[WORST] if figures is not None else None, unit),
        against,
        over_limit,
        tolerance,
        too_often,
        drawing.money(appetite.expected_limit, unit) if appetite is not None else "",
        appetite.pk if appetite is not None else None,
        kept,
        drawing.money(kept.bad_year, unit) if kept is not None else "",
    )
