"""The list of leaves and the page of one. Nothing is verified while somebody waits: the last verdict is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.kernel.ledger import checkpoints, standing
from quarterdeck.kernel.ledger.models import Checkpoint, Leaf
from quarterdeck.kernel.ledger.sight import LeafPage, Line, leaf_for, page
from quarterdeck.kernel.resource.filters import BadQuery
from quarterdeck.kernel.resource.registry import Resource, action_named, all_resources, resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.ledger.asked import FILTERS, Asked, cursor, read
from quarterdeck.web.ledger.titles import titles
from quarterdeck.web.records.addresses import record_address

_PLACE = 987654321


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Fifty leaves, newest first."""
    sight = sight_of(request)
    address = reverse("ledger")
    problem: BadQuery | None = None
    try:
        asked = read(request.GET)
        found = page(sight.user, asked.wanted, after=asked.after, before=asked.before)
    except BadQuery as error:
        problem, asked, found = error, Asked(), LeafPage([])
    context = {
        "title": _("Ledger"),
        "crumbs": [{"label": _("Record"), "url": None}, {"label": _("Ledger"), "url": address}],
        "standing": standing.latest(),
        "address": address,
        "problem": problem,
        "given": {name: asked.given.get(name, "") for name in FILTERS},
        "types": _types(sight),
        "actions": _actions(asked.given.get("type", "")),
        "applied": [
            {"label": f"{_filter_label(name)}: {_told(name, value)}", "href": asked.address(address, without=name)}
            for name, value in asked.given.items()
        ],
        "lines": _lines(found.lines, titles(sight, found.lines)),
        "older": asked.address(address, after=cursor(found.older)) if found.older else None,
        "newer": asked.address(address, before=cursor(found.newer)) if found.newer else None,
    }
    return render(request, "ledger/list.html", context, status=400 if problem else 200)


def _types(sight: Sight) -> list[tuple[str, str]]:
    seen = [r for r in all_resources() if r.view_permission in sight.permissions]
    return sorted(((r.code, capfirst(str(r.label))) for r in seen), key=lambda one: one[1])


def _resource(code: str) -> Resource | None:
    try:
        return resource_of(code)
    except KeyError:
        return None


def _actions(code: str) -> list[tuple[str, str]]:
    resource = _resource(code) if code else None
    return [] if resource is None else [(action.code(), str(action.label)) for action in resource.actions]


def type_label(code: str) -> str:
    """What a record type is called; its code where this release no longer has it."""
    resource = _resource(code)
    return code if resource is None else capfirst(str(resource.label))


def action_label(code: str) -> str:
    """What an action is called; its code where this release no longer has it."""
    if code == "permissions.unit.found":
        return _("Founded")
    try:
        return str(action_named(code).label)
    except KeyError:
        return code


def _filter_label(name: str) -> str:
    return {
        "type": _("Type"),
        "record": _("Number"),
        "action": _("Action"),
        "person": _("Login"),
        "from": _("From"),
        "until": _("Until"),
    }[name]


def _told(name: str, value: str) -> str:
    return type_label(value) if name == "type" else action_label(value) if name == "action" else value


def _lines(lines: Sequence[Line], named: Mapping[int, str]) -> list[dict[str, object]]:
    """Rows of the list. Addresses and names are worked out once for each that occurs, not once a row."""
    pattern = reverse("ledger-leaf", args=[_PLACE])
    actions = {code: action_label(code) for code in {line.action for line in lines}}
    types = {code: type_label(code) for code in {line.record_type for line in lines}}
    return [
        {
            "seq": line.seq,
            "url": pattern.replace(str(_PLACE), str(line.seq)),
            "at": line.at,
            "actor": line.actor or line.login,
            "action": actions[line.action],
            "type": types[line.record_type],
            "what": named.get(line.seq) or f"{types[line.record_type]} {line.record_id}",
            "named": line.seq in named,
        }
        for line in lines
    ]


@login_required
@require_safe
def leaf(request: HttpRequest, seq: int) -> HttpResponse:
    """One leaf: its bytes, its hash, and how it hangs under the newest signed checkpoint."""
    sight = sight_of(request)
    found = _leaf_or_404(sight, seq)
    body = _bytes(found.body)
    proved, unproved = _proof(seq)
    context = {
        "title": _("Leaf %(number)s") % {"number": seq},
        "crumbs": [
            {"label": _("Ledger"), "url": reverse("ledger")},
            {"label": str(seq), "url": reverse("ledger-leaf", args=[seq])},
        ],
        "seq": seq,
        "facts": [
            (_("Action"), action_label(found.action)),
            (_("Who"), found.actor.full_name or found.actor.login),
        ],
        "at": found.at,
        "record": f"{type_label(found.record_type)} {found.record_id}",
        "record_url": _record_url(sight, found),
        "others_url": f"{reverse('ledger')}?type={found.record_type}&record={found.record_id}",
        "body": body.decode("utf-8", "replace"),
        "changes": _changes(body),
        "leaf_hash": _bytes(found.leaf_hash).hex(),
        "proof": proved,
        "unproved": unproved,
        "proof_url": reverse("ledger-proof", args=[seq]),
        "checkpoint_url": reverse("ledger-checkpoint"),
        "standing": standing.latest(),
    }
    return render(request, "ledger/leaf.html", context)


def _leaf_or_404(sight: Sight, seq: int) -> Leaf:
    found = leaf_for(sight.user, seq)
    if found is None:
        raise Http404(_("There is no such leaf."))
    return found


def _bytes(value: object) -> bytes:
    """A stored value as bytes, whatever somebody wrote there: the page shows it, verification judges it."""
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def _proof(seq: int) -> tuple[dict[str, Any] | None, str]:
    """The proof of a leaf, or the reason why there is none."""
    try:
        return checkpoints.prove(seq, sign=False), ""
    except checkpoints.NotSignedYet:
        return None, _("No signed checkpoint covers this leaf yet. One is signed every hour.")
    except (checkpoints.LedgerBroken, checkpoints.NoSuchLeaf):
        return None, _(
            "This leaf cannot be proved: the ledger is broken. An administrator finds out where with “ledger verify”."
        )


def _record_url(sight: Sight, found: Leaf) -> str | None:
    resource = _resource(found.record_type)
    if resource is None or sight.find(resource, found.record_id) is None:
        return None
    return record_address(found.record_type, found.record_id)


def _changes(body: bytes) -> Sequence[dict[str, object]]:
    try:
        said = json.loads(body)
        changes = said["changes"]
        return [
            {
                "what": f"{type_label(str(one['type']))} {one['id']}",
                "revision": one["revision"],
                "digest": one["digest"],
            }
            for one in changes
        ]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []


@login_required
@require_safe
def proof(request: HttpRequest, seq: int) -> HttpResponse:
    """The proof of one leaf as a file: verified with ``verify_ledger.py --proof FILE`` of any export."""
    _leaf_or_404(sight_of(request), seq)
    document, unproved = _proof(seq)
    if document is None:
        return HttpResponse(unproved + "\n", status=409, content_type="text/plain; charset=utf-8")
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    return _file(text, f"leaf-{seq}.json", "application/json")


@login_required
@require_safe
def latest_checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed checkpoint, for whoever keeps one elsewhere. It tells how long the record is, and nothing in it."""
    row = Checkpoint.objects.order_by("-size").first()
    if row is None:
        raise Http404(_("No checkpoint has been signed yet."))
    return _file(row.note, f"checkpoint-{row.size}.txt", "text/plain; charset=utf-8")


def _file(text: str, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(text, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
