"""One risk: its curves, inputs, treatments with what they would change, acceptance, safeguards, history. As a page and beside a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.areas.risks import findings, rules, scenarios
from quarterdeck.areas.risks.models import (
    Acceptance,
    Connection,
    Estimate,
    Risk,
    RiskIncident,
    RiskSafeguard,
    RiskVendor,
    Treatment,
)
from quarterdeck.areas.safeguards.models import Safeguard
from quarterdeck.engines.charts import CurveKind, Picture
from quarterdeck.engines.loss import Change, LossError
from quarterdeck.kernel import clock
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.records.detail import head
from quarterdeck.web.records.lists import resource_or_404
from quarterdeck.web.risks import drawing, told, treating
from quarterdeck.web.risks.bearing import groups_on
from quarterdeck.web.risks.figures import BAD, WORST, Compared, Law, compared, law_of, text_of
from quarterdeck.web.risks.frame import frame_of
from quarterdeck.web.risks.held_against import Held
from quarterdeck.web.rooms.pressing import Press, Room

KINDS: tuple[CurveKind, ...] = ("inherent", "current", "residual")
OPEN = (Treatment.State.PLANNED, Treatment.State.UNDER_WAY)
TONES = {"planned": "unresolved", "under_way": "attested", "done": "supported", "cancelled": "unevidenced"}
HISTORY = 12


@dataclass(frozen=True)
class Input:
    """One estimate in words, with the amounts it led to."""

    estimate: Estimate
    often: str
    much: str
    law: Law | None
    problem: str


@dataclass(frozen=True)
class Doing:
    """A treatment, whether the what-if counts it in, and what may be pressed."""

    row: Treatment
    tone: str
    chosen: bool
    late: bool
    presses: list[Press]


@dataclass(frozen=True)
class IfDone:
    """What the chosen treatments would change together."""

    found: Compared
    picture: Picture
    rows: list[tuple[str, str, str]]
    saves: str


def _found(sight: Sight, pk: int) -> Risk:
    row = sight.each(Risk).select_related("category", "owner", "unit").filter(pk=pk).first()
    if row is None:
        raise Http404
    sight.note([row])
    return row


def story(request: HttpRequest, sight: Sight, found: Risk, room: Room | None) -> dict[str, Any]:
    """Everything that page and panel tell of a risk."""
    today = clock.today()
    frame = frame_of(sight, today)
    unit, over = frame.currency, frame.held_for(found.unit_id)
    estimates = list(
        sight.each(Estimate).filter(risk=found).select_related("estimator", "made_by").order_by("-made_on", "-pk")[:60]
    )
    inputs: dict[CurveKind, Input] = {}
    for kind in KINDS:
        standing = next((row for row in estimates if row.kind == kind and row.replaced_on is None), None)
        if standing is not None:
            inputs[kind] = _input(standing, unit, over)
    laws = {kind: given.law for kind, given in inputs.items() if given.law is not None}
    treatments = list(
        sight.each(Treatment).filter(risk=found).select_related("owner", "safeguard").order_by("due", "pk")
    )
    alive = [row for row in treatments if row.state in OPEN]
    asked = request.GET.getlist("with") if "asked" in request.GET else [str(row.pk) for row in alive]
    chosen = [row for row in alive if str(row.pk) in asked]
    acceptances = list(
        sight.each(Acceptance).filter(risk=found).select_related("accepted_by").order_by("-effective_from", "-pk")[:10]
    )
    safeguards = list(
        sight.each(RiskSafeguard).filter(risk=found, ended_on=None).select_related("safeguard").order_by("pk")
    )
    vendors = list(sight.each(RiskVendor).filter(risk=found, ended_on=None).select_related("vendor").order_by("pk"))
    incidents = list(
        sight.each(RiskIncident).filter(risk=found, ended_on=None).select_related("incident").order_by("-pk")
    )
    groups = groups_on(sight, found, today)
    named: list[Record | None] = [found.owner, found.category]
    named += [row.estimator for row in estimates]
    named += [row.owner for row in treatments]
    named += [row.safeguard for row in safeguards]
    named += [row.vendor for row in vendors]
    named += [row.incident for row in incidents]
    sight.prime(named)
    current = laws.get("current")
    return {
        "risk": found,
        "currency": unit,
        "today": today,
        "word": rules.word_for(found.expected, frame.words),
        "money": lambda amount: drawing.money(amount, unit),
        "share": drawing.share,
        "whole_money": lambda amount: drawing.whole(amount, unit),
        "shows": sight.shows,
        "held": over,
        "inputs": list(inputs.values()),
        "current": inputs.get("current"),
        "picture": drawing.exceedance(laws, over, unit) if laws else None,
        "bands": any(law.band is not None for kind, law in laws.items() if kind == "current"),
        "lines": [
            (row.name, row.amount, row.annual_probability, row.single_event_probability)
            for row in (current.figures.thresholds if current is not None else ())
        ],
        "treatments": [
            Doing(
                row,
                TONES[row.state],
                row in chosen,
                row.state in OPEN and row.due < today,
                room.on(row, "begin", "finish", "change", "cancel", quiet=True)
                if room is not None and row.state in OPEN
                else [],
            )
            for row in treatments
        ],
        "alive": bool(alive),
        "if_done": _if_done(current, chosen, over, unit) if chosen and current is not None else None,
        "standing_acceptance": next((row for row in acceptances if row.in_effect(today)), None),
        "acceptances": acceptances,
        "limits": _limits(found, over, unit),
        "safeguards": safeguards,
        "without": _without(current, safeguards, over, unit),
        "vendors": vendors,
        "incidents": [row for row in incidents if sight.shows(row.incident)],
        "findings": groups,
        "open_findings": sum(group.open for group in groups),
        "ends": {}
        if room is None
        else _ends(room, safeguards, vendors, incidents, *([it.link for it in group.rows] for group in groups)),
        "history": [(row, told.rate_told(row), told.loss_told(row, unit)) for row in estimates[:HISTORY]],
        "address": record_address,
        "here": reverse("risk", args=[found.pk]),
        "panel_here": reverse("risk_panel", args=[found.pk]),
    }


def _ends(room: Room, *kinds: Sequence[Connection]) -> dict[str, dict[int, list[Press]]]:
    """For each kind of connection, by its model's name, what ends each of its rows. What hangs in the risk's own unit is
    known to the room; of the rest the database is asked, as an incident may stand in another unit or behind a wall."""
    found: dict[str, dict[int, list[Press]]] = {}
    for rows in kinds:
        if not rows:
            continue
        scope = resource_of(type(rows[0])).scope
        here = scope.unit == "risk__unit" and scope.wall is None
        name = type(rows[0])._meta.model_name or ""
        found[name] = {row.pk: room.on(row, "end", quiet=True) for row in rows} if here else room.each(rows)
    return found


def _limits(found: Risk, over: Held, unit: str) -> tuple[str, str]:
    """Up to what who may accept a risk, by the appetite in force that the reader may see, and who that is for this one."""
    appetite = over.appetite
    if appetite is None:
        return "", ""
    said = _(
        "By the appetite of %(unit)s the owner of a risk accepts it up to %(owner)s expected a year, the CISO up to %(ciso)s, "
        "a member of the committee beyond that."
    ) % {
        "unit": appetite.unit,
        "owner": drawing.money(appetite.owner_may_accept, unit),
        "ciso": drawing.money(appetite.ciso_may_accept, unit),
    }  # fmt: skip
    if found.expected is None or found.state != Risk.State.OPEN:
        return said, ""
    whose = {
        rules.Accepter.OWNER: _("With %(amount)s a year its owner may accept this one."),
        rules.Accepter.CISO: _("With %(amount)s a year this one is for the CISO to accept, not for its owner."),
        rules.Accepter.COMMITTEE: _(
            "With %(amount)s a year this one is for a member of the committee to accept, neither for its owner nor for the CISO."
        ),
    }[rules.entitled(found.expected, appetite.owner_may_accept, appetite.ciso_may_accept)]
    return said, whose % {"amount": drawing.money(found.expected, unit)}


def _without(current: Law | None, safeguards: list[RiskSafeguard], over: Held, unit: str) -> str:
    """What the risk would cost without its safeguards in operation, by their recorded effects."""
    working = [row for row in safeguards if row.safeguard.state == Safeguard.State.OPERATING]
    if current is None or not working:
        return ""
    text = text_of(current.estimate, unit, over.thresholds)
    found = treating.states(treating.weighed(text, (), working, {current.estimate.risk_id: "risk"}))
    if found is None or found.inherent is None or found.inherent.expected is None or found.current.expected is None:
        return ""
    return _("Without these safeguards a year would cost %(expected)s on average; they hold back %(saved)s.") % {
        "expected": drawing.money(found.inherent.expected, unit),
        "saved": drawing.money(found.inherent.expected - found.current.expected, unit),
    }


def _input(estimate: Estimate, unit: str, over: Held) -> Input:
    law, problem = None, ""
    try:
        law = law_of(estimate, unit, over.thresholds)
    except (LossError, scenarios.FieldFault) as fault:
        problem = told.refused(fault)
    return Input(estimate, told.rate_told(estimate), told.loss_told(estimate, unit), law, problem)


def changes_of(rows: list[Treatment], names: dict[int, str] | None = None) -> tuple[Change, ...]:
    """What treatments change; ``names``: of the scenario, by the key of the risk."""
    return tuple(
        Change(
            "risk" if names is None else names[row.risk_id],
            float(row.frequency_left),
            float(row.severity_left),
            float(row.cost),
        )
        for row in rows
    )


def _if_done(current: Law, chosen: list[Treatment], over: Held, unit: str) -> IfDone | None:
    text = text_of(current.estimate, unit, over.thresholds)
    try:
        found = compared(text, changes_of(chosen))
    except LossError:
        return None

    def pair(label: str, before: float | None, after: float | None) -> tuple[str, str, str]:
        return label, drawing.money(before, unit), drawing.money(after, unit)

    rows = [
        pair(_("Expected a year"), found.before.expected, found.after.expected),
        pair(_("1-in-20 year"), found.before.var[BAD], found.after.var[BAD]),
        pair(_("1-in-100 year"), found.before.var[WORST], found.after.var[WORST]),
        pair(_("Mean of the worst hundredth"), found.answer.before.tvar, found.answer.after.tvar),
    ]
    for (name, before), (_name, after) in zip(
        found.answer.before.thresholds, found.answer.after.thresholds, strict=True
    ):
        rows.append(
            (_("Chance of a year beyond %(name)s") % {"name": name}, drawing.share(before), drawing.share(after))
        )
    saved = None if found.answer.difference.expected is None else -found.answer.difference.expected
    said = ""
    if saved is not None:
        given = {"saved": drawing.money(saved, unit), "cost": drawing.money(found.answer.cost, unit)}
        if found.answer.cost:
            given["ratio"] = f"{saved / found.answer.cost:.2f}"
            said = _("They avoid %(saved)s a year for %(cost)s a year: %(ratio)s for each 1 spent.") % given
        else:
            said = _("They avoid %(saved)s a year; no cost is on record.") % given
    return IfDone(found, drawing.before_after(found.before, found.after, over, unit), rows, said)


@login_required
@require_safe
def risk(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one risk."""
    sight = sight_of(request)
    resource = resource_or_404(Risk.type_code(), sight)
    found = _found(sight, pk)
    room = Room(sight, found.unit, reverse("risk", args=[pk]))
    context = head(resource, found, found, sight) | story(request, sight, found, room)
    open_now = found.state == Risk.State.OPEN
    context |= {
        "title": found.title,
        "crumbs": [
            {"label": _("Risk"), "url": None},
            {"label": _("Risk register"), "url": reverse("risks")},
            {"label": str(found), "url": request.path},
        ],
        "onward": room.on(found, "review", "change", "accept", "close") if open_now else room.on(found, "reopen"),
        "may_estimate": open_now and room.may(resource_of(Estimate).action("make"), None),
        "learn_address": reverse("risk_learn", args=[pk])
        if open_now and room.may(resource_of(Risk).action("learn"), found)
        else None,
        "estimate_address": reverse("risk_estimate", args=[pk]),
        "plan": room.create(resource_of(Treatment), "plan", {"risk": pk}) if open_now else [],
        "links": room.on(found, "link_safeguard", "link_vendor", "link_incident", quiet=True),
        "name_findings": [
            replace(press, kind="plain")
            for kind in findings.KINDS
            for press in (room.create(resource_of(kind.model), "link", {"risk": pk}) if open_now else [])
        ],
        "history_address": reverse("records:history", args=[resource.code, pk]),
        "record_address": reverse("records:detail", args=[resource.code, pk]),
    }
    return render(request, "risks/risk.html", context)


@login_required
@require_safe
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The same beside a list."""
    sight = sight_of(request)
    resource_or_404(Risk.type_code(), sight)
    found = _found(sight, pk)
    context = story(request, sight, found, None)
    context |= {"close": reverse("risks")}
    template = "risks/whatif.html" if "asked" in request.GET else "risks/panel.html"
    return render(request, template, context)
