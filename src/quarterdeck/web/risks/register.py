"""The register: risks by money, ranges instead of colours, and what all of them together may cost a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from markupsafe import Markup

from quarterdeck.areas.risks import rules
from quarterdeck.areas.risks.actions.estimate import MakeEstimate
from quarterdeck.areas.risks.actions.register import AddRisk
from quarterdeck.areas.risks.models import Acceptance, Analysis, Estimate, Risk, RiskCategory, Treatment
from quarterdeck.areas.risks.queries import currency, words
from quarterdeck.engines.charts import Picture
from quarterdeck.engines.loss import LossError
from quarterdeck.kernel import clock
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import in_effect_on
from quarterdeck.kernel.resource import present
from quarterdeck.kernel.resource.filters import BadQuery, filters
from quarterdeck.kernel.resource.listing import Page, Query, page
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.kernel.ui.formats import day
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.records.lists import _applied, _control, _turned, read_query, resource_or_404
from quarterdeck.web.risks import drawing
from quarterdeck.web.risks.figures import BAD, MOST, WORST, Whole, whole
from quarterdeck.web.risks.held_against import Held, held

#: What the list is narrowed by on this page; everything else stands in the plain list.
NARROWED = ("state", "category", "unit")


@dataclass(frozen=True)
class Line:
    """One risk as a row."""

    risk: Risk
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
    problem: BadQuery | None = None
    try:
        query = read_query(request, resource)
    except BadQuery as error:
        problem, query = error, Query(filters={"state": ["open"]})
    attributes = present.columns(resource)
    found = Page([], None, None, 0, False)
    if problem is None:
        try:
            found = page(resource, sight, query, attributes)
        except BadQuery as error:
            problem, query = error, Query(filters={"state": ["open"]})
    today, unit = clock.today(), currency()
    risks = [row for row in found.rows if isinstance(row, Risk)]
    sight.note(risks)
    named = {item.name: item for item in filters(resource) if item.name in NARROWED}
    address = reverse("risks")
    top = Unit.objects.filter(parent=None).first()
    over = held(sight, top, today) if top is not None else Held(None, ())
    narrowed = {
        name: values for name, values in query.filters.items() if not (name == "state" and list(values) == ["open"])
    }
    context = {
        "title": _("Risk register"),
        "crumbs": [{"label": _("Risk"), "url": None}, {"label": _("Risk register"), "url": address}],
        "address": address,
        "problem": problem,
        "controls": [_control(named[name], query, sight) for name in ("unit", "category", "state") if name in named],
        "search_text": query.search,
        "applied": _applied(resource, Query(narrowed, query.search), address, request, sight),
        "narrowed": bool(narrowed or query.search),
        "lines": _lines(risks, sight, over, unit, today),
        "next": _turned(request, address, after=found.next) if found.next else None,
        "previous": _turned(request, address, before=found.previous) if found.previous else None,
        "count": None if found.count is None else f"{found.count:,}{'+' if found.more else ''}",
        "head": roll_up(sight, over, unit, today),
        "currency": unit,
        "money": lambda amount: drawing.money(amount, unit),
        "scale": bool(words()),
        "may_add": sight.may(AddRisk) and sight.may(MakeEstimate),
        "first_category": not sight.each(RiskCategory).exists() if not risks else False,
        "may_categorise": sight.may(resource_of(RiskCategory).action("create")),
        "address_of": record_address,
        "plain": reverse("records:list", args=[resource.code]),
        "may_analyse": sight.may_view(resource_of(Analysis)),
    }
    return render(request, "risks/register.html", context, status=400 if problem else 200)


def _lines(risks: Sequence[Risk], sight: Sight, over: Held, unit: str, today: date) -> list[Line]:
    by_name = {attribute.name: attribute for attribute in present.columns(resource_of(Risk))}
    shown = [by_name[name] for name in ("category", "owner", "unit")]
    present.prime(risks, shown, sight)
    keys = [row.pk for row in risks]
    treatments: dict[int, list[Treatment]] = {}
    going_on = sight.each(Treatment).filter(risk__in=keys, state__in=("planned", "under_way"))
    for treatment in going_on.order_by("due", "pk"):
        treatments.setdefault(treatment.risk_id, []).append(treatment)
    accepted = {
        held_now.risk_id: held_now
        for held_now in sight.each(Acceptance)
        .filter(in_effect_on(today), risk__in=keys)
        .order_by("effective_from", "pk")
    }
    pictures = drawing.ranges(risks, over.marks(), unit)
    scale = words()
    made = []
    for row in risks:
        said, tone = _treated(row, treatments.get(row.pk, []), accepted.get(row.pk), today)
        values = {}
        for attribute in shown:
            held_value = attribute.holds(row, sight)
            values[attribute.name] = str(getattr(held_value, "title", None) or held_value or "–")
        made.append(
            Line(
                row,
                pictures.get(row.pk),
                rules.word_for(row.expected, scale),
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


def _treated(risk: Risk, rows: list[Treatment], accepted: Acceptance | None, today: date) -> tuple[str, str]:
    if risk.state == Risk.State.CLOSED:
        return _("closed"), "unevidenced"
    if rows:
        first = rows[0]
        count = ngettext("%(num)s treatment", "%(num)s treatments", len(rows)) % {"num": len(rows)}
        if first.due < today:
            return _dated(_("%(count)s, overdue since %(day)s"), first.due, count=count), "contradicted"
        return _dated(_("%(count)s, due %(day)s"), first.due, count=count), "attested"
    if accepted is not None and accepted.effective_until is not None:
        return _dated(_("accepted until %(day)s"), accepted.effective_until), "supported"
    if risk.response == Risk.Response.ACCEPT:
        return _("acceptance has ended"), "stale"
    if risk.expected is None:
        return _("not estimated yet"), "unresolved"
    return _("nothing planned"), "unevidenced"


def open_risks(sight: Sight) -> QuerySet[Risk]:
    """The open risks that the reader may see."""
    return sight.each(Risk).filter(state=Risk.State.OPEN)


def roll_up(sight: Sight, over: Held, unit: str, today: date) -> Head | None:
    """The year of all open risks that the reader may see; nothing where there is none."""
    rows = open_risks(sight)
    total = rows.count()
    if not total:
        return None
    try:
        found = whole(rows, Estimate.Kind.CURRENT, today)
    except LossError:
        found = Whole(0, (), "", None)
    figures = found.figures
    appetite = over.appetite
    expected = None if figures is None else figures.expected
    if figures is None and total > MOST:
        # Expected losses add up whatever hangs together; a bad year of so many is for an analysis to say.
        summed = rows.aggregate(expected=Sum("expected"))["expected"]
        expected = None if summed is None else float(summed)
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
                "Tolerance is exceeded: a year beyond %(amount)s comes with %(chance)s instead of at most %(allowed)s."
            ) % {
                "amount": drawing.money(amount, unit),
                "chance": drawing.share(chance),
                "allowed": drawing.share(allowed),
            }
    return Head(
        total,
        len(found.left_out),
        drawing.money(expected, unit),
        drawing.money(figures.var[BAD] if figures is not None else None, unit),
        drawing.money(figures.var[WORST] if figures is not None else None, unit),
        against,
        over_limit,
        tolerance,
        too_often,
        drawing.money(appetite.expected_limit, unit) if appetite is not None else "",
        appetite.pk if appetite is not None else None,
    )


@dataclass(frozen=True)
class Place:
    """One unit or category of the profile."""

    label: str
    href: str
    risks: int
    unestimated: int
    expected: Decimal
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
    today, unit = clock.today(), currency()
    rows = list(open_risks(sight).select_related("category", "unit").order_by("-exposure", "-pk")[:2001])
    sight.prime([row.category for row in rows])
    total = sum((row.expected or Decimal(0) for row in rows), Decimal(0))
    categories: dict[int, list[Risk]] = {}
    units: dict[int, list[Risk]] = {}
    for row in rows:
        categories.setdefault(row.category_id, []).append(row)
        units.setdefault(row.unit_id, []).append(row)
    by_place = sorted(
        categories.values(), key=lambda group: (group[0].category.place, group[0].category.name, group[0].category_id)
    )
    by_money = sorted(
        units.values(),
        key=lambda group: (-sum((r.expected or Decimal(0) for r in group), Decimal(0)), str(group[0].unit)),
    )
    address = reverse("risks")
    top = Unit.objects.filter(parent=None).first()
    over = held(sight, top, today) if top is not None else Held(None, ())
    context = {
        "title": _("Risk profile"),
        "crumbs": [
            {"label": _("Risk"), "url": None},
            {"label": _("Risk register"), "url": address},
            {"label": _("Risk profile"), "url": request.path},
        ],
        "head": roll_up(sight, over, unit, today),
        "address": address,
        "categories": [
            _place(
                sight, group, str(group[0].category), f"{address}?category={group[0].category_id}", total, unit, today
            )
            for group in by_place
        ],
        "units": [
            _place(
                sight,
                group,
                str(group[0].unit),
                f"{address}?unit={group[0].unit_id}",
                total,
                unit,
                today,
                group[0].unit,
            )
            for group in by_money
        ],
        "currency": unit,
        "address_of": record_address,
    }
    return render(request, "risks/profile.html", context)


def _place(
    sight: Sight,
    group: list[Risk],
    label: str,
    href: str,
    total: Decimal,
    unit: str,
    today: date,
    of: Unit | None = None,
) -> Place:
    expected = sum((row.expected or Decimal(0) for row in group), Decimal(0))
    try:
        found = whole(open_risks(sight).filter(pk__in=[row.pk for row in group]), Estimate.Kind.CURRENT, today)
    except LossError:
        found = Whole(0, (), "", None)
    figures = found.figures
    within, tone = "", ""
    if of is not None and figures is not None and figures.expected is not None:
        over = held(sight, of, today)
        if over.appetite is not None:
            own = over.appetite.unit_id == of.pk
            beyond = own and figures.expected > float(over.appetite.expected_limit)
            limit = drawing.money(over.appetite.expected_limit, unit)
            within = (
                _("above its %(limit)s")
                if beyond
                else _("within its %(limit)s")
                if own
                else _("part of the %(limit)s of %(unit)s")
            ) % {"limit": limit, "unit": over.appetite.unit}
            tone = "contradicted" if beyond else ""
    return Place(
        label,
        href,
        len(group),
        len(found.left_out),
        expected,
        (
            drawing.money(figures.expected if figures else None, unit),
            drawing.money(figures.var[BAD] if figures else None, unit),
            drawing.money(figures.var[WORST] if figures else None, unit),
        ),
        drawing.share(float(expected / total)) if total else "–",
        within,
        tone,
    )
