"""A record's own page and its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.records import Dated, Record, in_effect_on
from quarterdeck.kernel.resource import past as versions
from quarterdeck.kernel.resource import present
from quarterdeck.kernel.resource.filters import BadQuery
from quarterdeck.kernel.resource.listing import keys
from quarterdeck.kernel.resource.offers import creating, on_record
from quarterdeck.kernel.resource.past import Entry, Moment
from quarterdeck.kernel.resource.registry import Panel, Resource, resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.records.addresses import list_address, record_address
from quarterdeck.web.records.lists import read_moment, resource_or_404
from quarterdeck.web.records.rows import rows as table_rows
from quarterdeck.web.records.show import shown
from quarterdeck.web.records.units import headings, units_of, with_unit

PANEL_ROWS = 10
TEASER = 5
HISTORY_PAGE = 25


def record_or_404(resource: Resource, pk: int, sight: Sight) -> Record:
    """The record, if it exists for this person."""
    found = sight.find(resource, pk)
    if found is None:
        raise Http404
    return found


@login_required
@require_safe
def record(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """What the record says, what hangs on it, what can be done, and what was."""
    sight = sight_of(request)
    resource = resource_or_404(code, sight)
    now = record_or_404(resource, pk, sight)
    sight.note([now])
    try:
        seen_from = read_moment(request.GET)
    except BadQuery as error:
        return _unreadable(request, resource, now, error)
    then = versions.at(now, seen_from) if seen_from else now
    context = head(resource, now, then or now, sight)
    context |= {
        "resource": resource,
        "moment": seen_from,
        "absent": then is None,
        "facts": facts(resource, then, sight) if then is not None else [],
        "panels": [] if then is None else panels(resource, then, sight, seen_from, request.path),
        "buttons": [] if seen_from else buttons(resource, now, sight),
        "history": rendered(versions.history(resource, now, sight, limit=TEASER)),
        "history_url": reverse("records:history", args=[code, pk]),
        "download": reverse("file_download", args=[pk]) if isinstance(now, StoredFile) else None,
        "here_now": record_address(code, pk),
    }
    return render(request, "records/detail.html", context)


def _unreadable(request: HttpRequest, resource: Resource, now: Record, error: BadQuery) -> HttpResponse:
    context = head(resource, now, now, sight_of(request)) | {"problem": error, "here_now": request.path}
    return render(request, "records/unreadable.html", context, status=400)


def head(resource: Resource, now: Record, shown_as: Record, sight: Sight) -> dict[str, object]:
    """Title, chip and crumbs of a record's pages; hand-built screens use it too."""
    title = str(shown_as)
    state = None
    if resource.state_field:
        state = str(getattr(shown_as, f"get_{resource.state_field}_display", lambda: "")())
    grouped = resource.group and str(resource.group) != capfirst(str(resource.label_plural))
    crumbs: list[dict[str, object]] = [{"label": resource.group, "url": None}] if grouped else []
    if sight.may_view(resource):
        crumbs.append({"label": capfirst(str(resource.label_plural)), "url": list_address(resource)})
    crumbs.append({"label": title, "url": record_address(resource.code, now.pk)})
    return {"title": title, "record": shown_as, "kind": capfirst(str(resource.label)), "state": state, "crumbs": crumbs}


def facts(resource: Resource, seen: Record, sight: Sight) -> list[tuple[str, str]]:
    """The declared details as (term, value)."""
    attributes = present.details(resource)
    present.prime([seen], attributes, sight)
    units = units_of(attributes, seen)
    told = ((a, shown(a.holds(seen, sight), numeric=a.column.numeric)) for a in attributes)
    return [(a.label, with_unit(units.get(a.name, ""), text)) for a, text in told]


@dataclass(frozen=True)
class Button:
    """An action as drawn: pressed, or barred with its reason."""

    name: str
    label: str
    url: str
    reason: str | None
    kind: str
    confirm: str | None
    bare: bool


def buttons(resource: Resource, now: Record, sight: Sight) -> list[Button]:
    """Actions on the record. What a person has no permission for, and what lies behind it for good, is not among them."""
    made = []
    for offer in on_record(resource, now, sight):
        if offer.over:
            continue
        action = offer.action
        made.append(
            Button(
                name=action.name,
                label=str(action.label),
                url=reverse("records:act", args=[resource.code, now.pk, action.name]),
                reason=None if offer.reason is None else str(offer.reason),
                kind="grave" if action.danger else "",
                confirm=str(action.confirm) or None,
                bare=action().form_class() is None,
            )
        )
    return made


def panels(resource: Resource, seen: Record, sight: Sight, seen_from: Moment, back: str) -> list[dict[str, object]]:
    """The rows of other resources that hang on this record, each capped, with the way to all of them."""
    return [made for panel in resource.panels if (made := one_panel(panel, seen, sight, seen_from, back)) is not None]


def one_panel(panel: Panel, seen: Record, sight: Sight, seen_from: Moment, back: str) -> dict[str, object] | None:
    """One panel, or None where the person may see nothing of that kind."""
    owner = resource_of(panel.model)
    if not sight.may_view(owner):
        return None
    rows = sight.rows(owner).filter(**{panel.via: seen.pk})
    if seen_from.as_of is not None and issubclass(panel.model, Dated):
        rows = rows.filter(in_effect_on(seen_from.as_of))
    limit = seen_from.knowledge(panel.model)
    if panel.until and limit is None:
        rows = rows.filter(**{panel.until: None})
    if limit is not None:
        rows = rows.filter(recorded_at__lte=limit)
    ordered = rows.select_related(*owner.select).order_by(*(key.order(False) for key in keys(owner)))
    found: list[Record] = list(ordered[: PANEL_ROWS + 1])
    more = len(found) > PANEL_ROWS
    found = found[:PANEL_ROWS]
    sight.note(found)
    drawn: list[Record] = found
    if limit is not None:
        drawn = [then for then in versions.known_at(found, limit) if then is not None]
        if panel.until:
            drawn = [then for then in drawn if getattr(then, panel.until) is None]
    attributes = tuple(a for a in present.columns(owner) if a.name != panel.via)
    present.prime(drawn, attributes, sight)
    labels = headings(attributes)
    query = {panel.via: str(seen.pk)}
    if seen_from.as_of is not None:
        query["as_of"] = seen_from.as_of.isoformat()
    if seen_from.known_at is not None:
        query["known_at"] = seen_from.known_at.isoformat()
    add = [] if seen_from else creating(owner, sight)
    return {
        "label": capfirst(str(panel.label or owner.label_plural)),
        "columns": [{"label": label, "num": a.column.numeric} for a, label in zip(attributes, labels, strict=True)],
        "rows": table_rows(drawn, attributes, owner, sight, labels),
        "more": f"{list_address(owner)}?{urlencode(query)}" if more else None,
        "all": f"{list_address(owner)}?{urlencode(query)}",
        "add": [
            {
                "label": str(offer.action.label),
                "url": f"{reverse('records:create', args=[owner.code, offer.action.name])}?"
                + urlencode({panel.via: seen.pk, "next": back}),
            }
            for offer in add
            if _takes(offer.action, panel.via)
        ],
    }


def _takes(action: type[Any], via: str) -> bool:
    form = action().form_class()
    return form is not None and via in form.base_fields


def rendered(entries: list[Entry]) -> list[dict[str, object]]:
    """History as the macro takes it."""
    made: list[dict[str, object]] = []
    for entry in entries:
        label = entry.label or _("Changed together with another record")
        if entry.erased:
            label = _("%(action)s (content erased)") % {"action": label}
        who = _("%(person)s, by schedule") % {"person": entry.actor} if entry.system else str(entry.actor)
        made.append(
            {
                "at": entry.at,
                "who": {"name": who},
                "action": label,
                "changes": [
                    (
                        change.label,
                        None if change.before is None else shown(change.before, link=False),
                        None if change.after is None else shown(change.after, link=False),
                    )
                    for change in entry.differences
                ],
                "leaf": entry.leaf,
                "revision": entry.revision,
                "erased": entry.erased,
            }
        )
    return made


@login_required
@require_safe
def past(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Every version: who, when, which leaf, and field by field what changed."""
    sight = sight_of(request)
    resource = resource_or_404(code, sight)
    now = record_or_404(resource, pk, sight)
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 10 else None
    entries = versions.history(resource, now, sight, before=before, limit=HISTORY_PAGE)
    last = entries[-1].revision if entries else 0
    context = head(resource, now, now, sight)
    crumbs = context["crumbs"]
    assert isinstance(crumbs, list)
    crumbs.append({"label": _("History"), "url": request.path})
    context |= {
        "resource": resource,
        "entries": rendered(entries),
        "further": f"{request.path}?before={last}" if last > 1 else None,
        "newest": request.path if before is not None else None,
        "here_now": record_address(code, pk),
    }
    return render(request, "records/history.html", context)
