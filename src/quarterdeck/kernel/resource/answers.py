"""What a door answers about records, as JSON: written once for the API and the command line."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Outcome
from quarterdeck.kernel.claims import registry as claims
from quarterdeck.kernel.records import JSON, Record
from quarterdeck.kernel.resource import past, present
from quarterdeck.kernel.resource.filters import BadQuery, day, moment
from quarterdeck.kernel.resource.listing import PAGE, Query, page
from quarterdeck.kernel.resource.offers import creating, on_record
from quarterdeck.kernel.resource.past import Moment
from quarterdeck.kernel.resource.registry import Resource, all_resources
from quarterdeck.kernel.resource.sight import Sight

_CONTROL = frozenset({"q", "sort", "after", "before", "as_of", "known_at", "limit"})


class Missing(Exception):
    """404: it does not exist, or not for this person."""


def find(resource: Resource, sight: Sight, key: int) -> Record:
    found = sight.find(resource, key)
    if found is None:
        raise Missing
    sight.note([found])
    return found


def read_query(given: MultiValueDict[str, str]) -> Query:
    """The list's parameters as the address gives them."""
    size = given.get("limit") or str(PAGE)
    if not size.isdecimal() or len(size) > 6:
        raise BadQuery("limit", _("“%(value)s” is no number.") % {"value": size})
    return Query(
        filters={name: list(values) for name, values in given.lists() if name not in _CONTROL},
        search=(given.get("q") or "")[:200],
        sort=given.get("sort") or "",
        after=given.get("after") or "",
        before=given.get("before") or "",
        moment=read_moment(given),
        size=int(size),
    )


def read_moment(given: Mapping[str, str]) -> Moment:
    as_of, known_at = given.get("as_of") or "", given.get("known_at") or ""
    return Moment(day("as_of", as_of) if as_of else None, moment("known_at", known_at) if known_at else None)


def listed(resource: Resource, sight: Sight, query: Query) -> dict[str, JSON]:
    """One page as JSON: for the API and the command line."""
    found = page(resource, sight, query)
    items: list[JSON] = [dict(item) for item in present.documents(resource, found.rows, sight)]
    return {
        "items": items,
        "next": found.next,
        "previous": found.previous,
        "count": found.count,
        "more": found.more,
    }


def one(resource: Resource, sight: Sight, key: int, seen_from: Moment) -> dict[str, JSON]:
    """One record as JSON, as seen from a moment."""
    found: Record | None = find(resource, sight, key)
    assert found is not None
    if seen_from:
        found = past.at(found, seen_from)
        if found is None:
            raise Missing
    return present.documents(resource, [found], sight)[0]


def versions(resource: Resource, sight: Sight, key: int, before: int | None) -> dict[str, JSON]:
    record = find(resource, sight, key)
    entries = past.history(resource, record, sight, before=before, limit=PAGE)
    items: list[JSON] = [
        {
            "revision": entry.revision,
            "at": present.as_json(entry.at),
            "who": present.person(entry.actor),
            "system": entry.system,
            "action": entry.action or None,
            "label": entry.label or None,
            "leaf": entry.leaf,
            "erased": entry.erased,
            "changes": [
                {
                    "field": change.name,
                    "label": change.label,
                    "before": present.as_json(change.before),
                    "after": present.as_json(change.after),
                }
                for change in entry.differences
            ],
        }
        for entry in entries
    ]
    last = entries[-1].revision if entries else 0
    return {"items": items, "next": last if last > 1 and len(entries) == PAGE else None}


def offered(resource: Resource, sight: Sight, key: int | None) -> dict[str, JSON]:
    """The actions the caller has the permission for, and why some cannot be done now."""
    offers = creating(resource, sight) if key is None else on_record(resource, find(resource, sight, key), sight)
    items: list[JSON] = [
        {
            "name": offer.action.name,
            "code": offer.action.code(),
            "label": str(offer.action.label),
            "possible": offer.reason is None,
            "reason": None if offer.reason is None else str(offer.reason),
        }
        for offer in offers
    ]
    return {"items": items}


def types(sight: Sight) -> dict[str, JSON]:
    """Every type of which the caller may see rows or make them."""
    items: list[JSON] = [
        {"type": resource.code, "label": str(resource.label), "label_plural": str(resource.label_plural)}
        for resource in all_resources()
        if sight.may_view(resource)
    ]
    return {"items": items}


def predicates() -> dict[str, JSON]:
    """Every claim that a statement may rest on."""
    items: list[JSON] = [
        {
            "name": predicate.name,
            "label": str(predicate.label),
            "params": {name: kind.__name__ for name, kind in predicate.params.items()},
            "bases": [*sorted(predicate.bases)],
            "reads": [*sorted(predicate.reads)],
        }
        for predicate in claims.all_predicates()
    ]
    return {"items": items}


def done(resource: Resource, outcome: Outcome | int, user: User) -> dict[str, JSON]:
    """What an action left, as far as the person may (still) see it."""
    key = outcome.record.pk if isinstance(outcome, Outcome) else outcome
    fresh = Sight(user)
    found = fresh.find(resource, key)
    answer: dict[str, JSON] = {
        "record": None if found is None else present.documents(resource, [found], fresh)[0],
        "leaf": outcome.leaf.seq if isinstance(outcome, Outcome) else None,
    }
    secret = getattr(outcome.record, "shown_once", "") if isinstance(outcome, Outcome) else ""
    if secret:
        answer["secret"] = str(secret)
    return answer
