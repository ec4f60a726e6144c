"""One search over everything the person may see."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.kernel.resource.listing import Query, keys, matching
from quarterdeck.kernel.resource.registry import Resource, all_resources
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.records.addresses import list_address, record_address

PER_TYPE = 5
LONGEST = 200
SHORTEST = 2


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The first few matches of every type, each with the way to all of them."""
    sight = sight_of(request)
    text = " ".join(request.GET.get("q", "").split())[:LONGEST]
    groups = []
    if len(text) >= SHORTEST:
        for resource in all_resources():
            if resource.search and sight.may_view(resource):
                found = matches(resource, sight, text)
                if found:
                    groups.append(_group(resource, found, text))
    context = {
        "title": _("Search"),
        "text": text,
        "short": 0 < len(text) < SHORTEST,
        "found": groups,
        "crumbs": [{"label": _("Search"), "url": request.path}],
    }
    return render(request, "records/search.html", context)


def matches(resource: Resource, sight: Sight, text: str) -> list[object]:
    """At most ``PER_TYPE`` + 1 permitted rows in which every word stands."""
    query = Query(search=text)
    rows = matching(sight.rows(resource), resource, query.search).select_related(*resource.select)
    return list(rows.order_by(*(key.order(False) for key in keys(resource)))[: PER_TYPE + 1])


def _group(resource: Resource, found: list[object], text: str) -> dict[str, object]:
    return {
        "label": capfirst(str(resource.label_plural)),
        "rows": [
            {"label": str(row), "url": record_address(resource.code, row.pk)}  # type: ignore[attr-defined]
            for row in found[:PER_TYPE]
        ],
        "all": f"{list_address(resource)}?{urlencode({'q': text})}" if len(found) > PER_TYPE else None,
    }
