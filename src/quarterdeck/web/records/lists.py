"""The list of a resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from markupsafe import Markup, escape

from quarterdeck.kernel.records import Dated, Record
from quarterdeck.kernel.resource import present
from quarterdeck.kernel.resource.filters import BadQuery, Filter, Kind, accepted, day, filters, moment
from quarterdeck.kernel.resource.listing import PAGE, Page, Query, page, sortable
from quarterdeck.kernel.resource.offers import creating
from quarterdeck.kernel.resource.past import Moment
from quarterdeck.kernel.resource.present import Attribute
from quarterdeck.kernel.resource.registry import Resource, resource_of
from quarterdeck.kernel.resource.sight import Sight, registered, sight_of
from quarterdeck.web.records.addresses import list_address
from quarterdeck.web.records.rows import rows
from quarterdeck.web.records.units import headings

#: A select with more entries than this is no help; the search is.
SELECT_CAP = 200
_CONTROL = frozenset({"q", "sort", "after", "before", "as_of", "known_at", "limit"})


def resource_or_404(code: str, sight: Sight) -> Resource:
    """The resource, if the person may see any of its rows; otherwise it does not exist for them."""
    try:
        resource = resource_of(code)
    except KeyError:
        raise Http404 from None
    if not sight.may_view(resource):
        raise Http404
    return resource


def read_moment(given: Mapping[str, str]) -> Moment:
    """``as_of`` and ``known_at`` of an address."""
    as_of, at = given.get("as_of") or "", given.get("known_at") or ""
    return Moment(
        as_of=day("as_of", as_of) if as_of else None,
        known_at=moment("known_at", at) if at else None,
    )


def read_query(request: HttpRequest, resource: Resource) -> Query:
    """The address's parameters. Empty ones are as good as absent, as a form sends them."""
    asked = {
        name: [value for value in values if value != ""]
        for name, values in request.GET.lists()
        if name not in _CONTROL and any(values)
    }
    return Query(
        filters=asked,
        search=request.GET.get("q", "")[:200],
        sort=request.GET.get("sort", ""),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        moment=read_moment(request.GET),
        size=PAGE,
    )


@login_required
@require_safe
def listing(request: HttpRequest, code: str) -> HttpResponse:
    """Fifty rows, with what narrows, sorts and turns them."""
    sight = sight_of(request)
    resource = resource_or_404(code, sight)
    problem: BadQuery | None = None
    attributes = present.columns(resource)
    try:
        query = read_query(request, resource)
    except BadQuery as error:
        problem, query = error, Query()
    address = list_address(resource)
    # First the selects, since what they offer need not be looked up again.
    controls = [_control(item, query, sight) for item in filters(resource)]
    found = Page([], None, None, 0, False)
    if problem is None:
        try:
            found = page(resource, sight, query, attributes)
        except BadQuery as error:
            problem, query = error, Query()
            controls = [_control(item, query, sight) for item in filters(resource)]
    present.prime(found.rows, attributes, sight)
    labels = headings(attributes)
    context = {
        "title": capfirst(str(resource.label_plural)),
        "resource": resource,
        "address": address,
        "problem": problem,
        "columns": _headings(attributes, labels, resource, request, address),
        "rows": rows(found.rows, attributes, resource, sight, labels, _moment_suffix(query.moment)),
        "controls": controls,
        "searched": bool(resource.search),
        "search_text": query.search,
        "applied": _applied(resource, query, address, request, sight),
        "dated": issubclass(resource.model, Dated),
        "moment": query.moment,
        "kept": _kept(request),
        "next": _turned(request, address, after=found.next) if found.next else None,
        "previous": _turned(request, address, before=found.previous) if found.previous else None,
        "count": _count(found),
        "narrowed": bool(query.filters or query.search or query.moment),
        "creating": [
            {"label": offer.action.label, "url": reverse("records:create", args=[code, offer.action.name])}
            for offer in creating(resource, sight)
        ],
        "export": f"{reverse('records:export', args=[code])}?{_without(request, ('after', 'before'))}",
        "crumbs": _crumbs(resource),
    }
    return render(request, "records/list.html", context, status=400 if problem else 200)


def _crumbs(resource: Resource) -> list[dict[str, object]]:
    label = capfirst(str(resource.label_plural))
    # A group named as its own list ("People / People") would say it twice.
    grouped = resource.group and str(resource.group) != label
    first: list[dict[str, object]] = [{"label": resource.group, "url": None}] if grouped else []
    return [*first, {"label": label, "url": list_address(resource)}]


def _count(found: Page) -> str:
    if found.count is None:
        return ""
    return f"{found.count:,}+" if found.more else f"{found.count:,}"


def _headings(
    attributes: Iterable[Attribute], labels: Iterable[str], resource: Resource, request: HttpRequest, address: str
) -> list[dict[str, object]]:
    can_sort = sortable(resource)
    now = request.GET.get("sort", "")
    made: list[dict[str, object]] = []
    for attribute, label in zip(attributes, labels, strict=True):
        heading: dict[str, object] = {
            "label": label,
            "num": attribute.column.numeric,
            "sort": None,
            "href": None,
        }
        if attribute.name in can_sort:
            ascending, descending = now == attribute.name, now == f"-{attribute.name}"
            heading["sort"] = "ascending" if ascending else "descending" if descending else None
            other = f"-{attribute.name}" if ascending else attribute.name
            heading["href"] = f"{address}?{_without(request, ('sort', 'after', 'before'), sort=other)}"
        made.append(heading)
    return made


def _moment_suffix(seen_from: Moment) -> str:
    given = {}
    if seen_from.as_of is not None:
        given["as_of"] = seen_from.as_of.isoformat()
    if seen_from.known_at is not None:
        given["known_at"] = seen_from.known_at.isoformat()
    return f"?{urlencode(given)}" if given else ""


def _control(item: Filter, query: Query, sight: Sight) -> dict[str, object]:
    """One filter as a control: a select, or two days."""
    control: dict[str, object] = {"label": item.label, "name": item.name, "kind": str(item.kind)}
    if item.kind in (Kind.DAY, Kind.TIME):
        control["values"] = [(name, next(iter(query.filters.get(name, ())), "")) for name in item.parameters]
        return control
    chosen = [str(value) for value in query.filters.get(item.name, ())]
    if item.kind in (Kind.CHOICE, Kind.BOOLEAN):
        options = item.choices()
    elif item.kind is Kind.REFERENCE:
        options = _options(item, sight)
    else:
        options = []
        control["value"] = chosen[0] if chosen else ""
    control["options"] = _drawn(options, frozenset(chosen))
    return control


def _drawn(options: Iterable[tuple[str, str]], chosen: frozenset[str]) -> Markup:
    """The options as markup: there are hundreds of them on a page."""
    return Markup(  # noqa: S704 - every part is escaped
        "".join(
            [
                f'<option value="{value if value.isdigit() else escape(value)}"{" selected" if value in chosen else ""}>'
                f"{escape(word)}</option>"
                for value, word in options
            ]
        )
    )


def _options(item: Filter, sight: Sight) -> list[tuple[str, str]]:
    """The records a reference may point to, as far as the person sees them. One query."""
    assert item.target is not None
    if not issubclass(item.target, Record):
        rows = item.target._base_manager.all()
        if item.target._meta.label_lower == "accounts.user":
            rows = rows.filter(is_active=True).order_by("full_name", "pk")
        return [(str(row.pk), str(row)) for row in rows[:SELECT_CAP]]
    owner = registered(item.target)
    if owner is None:
        return []
    offered = present.named(sight.rows(owner), owner)
    limit = item.field.remote_field.limit_choices_to if item.field.remote_field is not None else None
    if isinstance(limit, dict) and limit:
        offered = offered.filter(**limit)
    found: list[Record] = list(offered.order_by(*owner.order)[:SELECT_CAP])
    if len(found) < SELECT_CAP and not limit:
        sight.keep_all(item.target, found)
    else:
        sight.keep(found)
    return [(str(row.pk), str(row)) for row in found]


def _applied(
    resource: Resource, query: Query, address: str, request: HttpRequest, sight: Sight
) -> list[dict[str, str]]:
    """The filters in force, each with the address that takes it off again."""
    known = accepted(resource)
    made = []
    for name, values in query.filters.items():
        item = known[name]
        words = dict(item.choices())
        for value in values:
            word = words.get(value, value)
            if item.kind is Kind.REFERENCE and item.target is not None and value.isdigit():
                # Mostly one of those that the select offers.
                named = sight.kept(item.target, int(value)) or item.target._base_manager.filter(pk=value).first()
                word = str(named) if named is not None and sight.shows(named) else value
            label = f"{item.label}: {word}"
            if name.endswith("__from"):
                label = _("%(what)s from %(day)s") % {"what": item.label, "day": word}
            elif name.endswith("__until"):
                label = _("%(what)s until %(day)s") % {"what": item.label, "day": word}
            made.append({"label": label, "href": f"{address}?{_without(request, (name, 'after', 'before'))}"})
    if query.search:
        made.append(
            {
                "label": _("Search: %(words)s") % {"words": query.search},
                "href": f"{address}?{_without(request, ('q', 'after', 'before'))}",
            }
        )
    if query.moment.as_of is not None:
        made.append(
            {
                "label": _("As of %(day)s") % {"day": query.moment.as_of.isoformat()},
                "href": f"{address}?{_without(request, ('as_of', 'after', 'before'))}",
            }
        )
    if query.moment.known_at is not None:
        made.append(
            {
                "label": _("As known at %(time)s") % {"time": query.moment.known_at.isoformat()},
                "href": f"{address}?{_without(request, ('known_at', 'after', 'before'))}",
            }
        )
    return made


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What the filter form must send along though it has no control for it."""
    return [(name, request.GET[name]) for name in ("sort", "as_of", "known_at") if request.GET.get(name)]


def _without(request: HttpRequest, names: tuple[str, ...], **more: str) -> str:
    pairs = [
        (name, value) for name, values in request.GET.lists() if name not in names for value in values if value != ""
    ]
    return urlencode([*pairs, *more.items()])


def _turned(request: HttpRequest, address: str, **cursor: str | None) -> str:
    return f"{address}?{_without(request, ('after', 'before'), **{k: v for k, v in cursor.items() if v})}"
