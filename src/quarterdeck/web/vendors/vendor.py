"""A vendor's page with its chain and its course; what many vendors depend on; a questionnaire as it is asked."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.areas.vendors import rules
from quarterdeck.areas.vendors.models import (
    Acceptance,
    Assurance,
    Contract,
    Evaluation,
    MonitoringNote,
    Obligation,
    OffboardingItem,
    QuestionnaireVersion,
    Subcontractor,
    Vendor,
    VendorEngagement,
    VendorException,
    VendorIncident,
)
from quarterdeck.kernel import clock
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.records.detail import head
from quarterdeck.web.records.lists import resource_or_404
from quarterdeck.web.rooms.pressing import Press, Room
from quarterdeck.web.vendors.evaluation import DECISIONS, RATINGS, _scales

MOST = 30
ENGAGED = {"planned": "unresolved", "engaged": "supported", "ended": "unevidenced", "dropped": "unevidenced"}


@login_required
@require_safe
def vendor(request: HttpRequest, pk: int) -> HttpResponse:
    """One vendor, as far as the person may see it."""
    sight = sight_of(request)
    resource = resource_or_404(Vendor.type_code(), sight)
    found = sight.each(Vendor).select_related("unit", "owner").filter(pk=pk).first()
    if found is None:
        raise Http404
    sight.note([found])
    room = Room(sight, found.unit, reverse("vendor", args=[pk]))

    def of(model: Any, *order: str, also: tuple[str, ...] = ()) -> list[Record]:
        return list(sight.each(model).filter(vendor=found).select_related("vendor", *also).order_by(*order)[:MOST])

    engagements = list(
        sight.each(VendorEngagement).filter(vendor=found).select_related("vendor").order_by("-pk")[:MOST]
    )
    offboarding = list(
        sight.each(OffboardingItem)
        .filter(engagement__vendor=found, state="open")
        .select_related("engagement__vendor")
        .order_by("pk")[:MOST]
    )
    evaluations = list(sight.each(Evaluation).filter(vendor=found).select_related("vendor").order_by("-pk")[:MOST])
    obligations = list(
        sight.each(Obligation).filter(vendor=found).select_related("owner").order_by("state", "next_due", "pk")[:MOST]
    )
    incidents = list(sight.each(VendorIncident).filter(vendor=found).select_related("incident").order_by("-pk")[:MOST])
    context = head(resource, found, found, sight)
    context |= {
        "vendor": found,
        "tiered": rules.tier_of(found.exposure),
        "scales": _scales(),
        "engagements": [
            (row, ENGAGED[row.state], room.on(row, quiet=True) if row.state in ("planned", "engaged") else [])
            for row in engagements
        ],
        "offboarding": [(row, room.on(row, "settle", quiet=True)) for row in offboarding],
        "evaluations": [(row, DECISIONS.get(row.decision or "", "unresolved")) for row in evaluations],
        "ratings": RATINGS,
        "obligations": [
            (row, room.on(row, "meet", "follow_up", quiet=True) if row.state == "active" else []) for row in obligations
        ],
        "contracts": of(Contract, "-starts_on", "-pk"),
        "assurances": of(Assurance, "-issued_on", "-pk"),
        "acceptances": of(Acceptance, "-accepted_on", "-pk", also=("policy_version",)),
        "exceptions": of(VendorException, "-pk"),
        "notes": of(MonitoringNote, "-day", "-pk"),
        "incidents": incidents,
        "chain": list(
            sight.each(Subcontractor)
            .filter(vendor=found, until=None)
            .select_related("behind")
            .order_by("rank", "pk")[:MOST]
        ),
        "today": clock.today(),
        "presses": _presses(room, found),
        "on": room.on(found, "change", "retire"),
        "address": record_address,
        "record_address": reverse("records:detail", args=[found.type_code(), pk]),
        "history_address": reverse("records:history", args=[found.type_code(), pk]),
    }
    return render(request, "vendors/vendor.html", context)


def _presses(room: Room, found: Vendor) -> dict[str, list[Press]]:
    """What may be added, by the place on the page."""
    fixed = {"vendor": found.pk}
    if found.state == Vendor.State.RETIRED:
        return {}
    made: dict[str, list[Press]] = {}
    for place, model, name in (
        ("evaluations", Evaluation, "open"), ("engagements", VendorEngagement, "plan"), ("exceptions", VendorException, "request"),
        ("obligations", Obligation, "add"), ("contracts", Contract, "record"), ("assurances", Assurance, "record"),
        ("acceptances", Acceptance, "record"), ("notes", MonitoringNote, "add"), ("chain", Subcontractor, "add"),
        ("incidents", VendorIncident, "connect"),
    ):  # fmt: skip
        made[place] = room.create(resource_of(model), name, fixed, primary=place == "evaluations", about=place)
    return made


@login_required
@require_safe
def concentration(request: HttpRequest) -> HttpResponse:
    """On whom, and on which countries, many of the vendors engaged today depend; the critical ones first."""
    sight = sight_of(request)
    resource_or_404(Vendor.type_code(), sight)
    today = clock.today()
    vendors = _engaged(sight, today)
    context = {
        "title": _("Concentration"),
        "crumbs": [{"label": _("Third parties"), "url": None}, {"label": _("Concentration"), "url": request.path}],
        "vendors": len(vendors),
        "critical": sum(1 for row in vendors.values() if row.criticality == Vendor.Criticality.CRITICAL),
        "providers": _behind(sight, vendors, today),
        "countries": _countries(vendors),
        "address": record_address,
    }
    return render(request, "vendors/concentration.html", context)


def _engaged(sight: Sight, today: date) -> dict[int, Vendor]:
    rows = sight.each(VendorEngagement).filter(engaged_on__lte=today).filter(Q(ended_on=None) | Q(ended_on__gte=today))
    keys = rows.filter(state__in=("engaged", "ended")).values("vendor")
    return {row.pk: row for row in sight.each(Vendor).filter(pk__in=keys).order_by("name", "pk")}


Group = tuple[str, list[Vendor], int, int]


def _grouped(found: dict[str, list[Vendor]]) -> list[Group]:
    """Name, vendors, how many of them critical, how many without a substitute; most critical first."""
    made = []
    for name, rows in found.items():
        once = list({row.pk: row for row in rows}.values())
        critical = sum(1 for row in once if row.criticality == Vendor.Criticality.CRITICAL)
        alone = sum(1 for row in once if row.substitutable in (Vendor.Substitutable.HARD, Vendor.Substitutable.NOT))
        made.append((name, once, critical, alone))
    return sorted(made, key=lambda group: (-group[2], -len(group[1]), group[0]))


def _behind(sight: Sight, vendors: dict[int, Vendor], today: date) -> list[Group]:
    found: dict[str, list[Vendor]] = {}
    chain = (
        sight.each(Subcontractor)
        .filter(vendor__in=list(vendors), since__lte=today)
        .filter(Q(until=None) | Q(until__gte=today))
    )
    for row in chain.select_related("known_as").order_by("pk"):
        name = row.known_as.name if row.known_as is not None else row.name
        found.setdefault(" ".join(name.split()), []).append(vendors[row.vendor_id])
    return _grouped(found)


def _countries(vendors: dict[int, Vendor]) -> list[Group]:
    found: dict[str, list[Vendor]] = {}
    for row in vendors.values():
        for country in {
            part.strip() for part in (row.stored_in or row.provided_from or row.country).split(",") if part.strip()
        }:
            found.setdefault(country, []).append(row)
    return _grouped(found)


@login_required
@require_safe
def questionnaire(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of a questionnaire, as it is asked, and what may be changed while it is a draft."""
    sight = sight_of(request)
    resource = resource_or_404(QuestionnaireVersion.type_code(), sight)
    found = sight.each(QuestionnaireVersion).select_related("template").filter(pk=pk).first()
    if found is None:
        raise Http404
    sight.note([found])
    from quarterdeck.kernel.permissions.models import Unit

    room = Room(sight, Unit.objects.get(parent=None), reverse("questionnaire", args=[pk]))
    context = head(resource, found, found, sight)
    context |= {
        "version": found,
        "asked": found.asked,
        "presses": room.on(found, "add_section", "add_question", "change_question", "remove_question", "publish", primary="publish")
        if found.state == QuestionnaireVersion.State.DRAFT
        else room.create(resource, "draft", {"template": found.template_id}) + room.on(found, "retire"),
        "kinds": {
            "yes_no": _("yes or no"), "single": _("one choice"), "multiple": _("several choices"), "text": _("a text"), "date": _("a day"),
            "file": _("a file"),
        },
        "record_address": reverse("records:detail", args=[found.type_code(), pk]),
    }  # fmt: skip
    return render(request, "vendors/questionnaire.html", context)
