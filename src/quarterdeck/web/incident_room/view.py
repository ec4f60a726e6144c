"""The room's page, and the list of those inside the wall as a file."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from quarterdeck.areas.determinations.course import course_of
from quarterdeck.areas.determinations.models import Determination
from quarterdeck.areas.disclosures.current import answered_since, latest_filed, unreported
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel import clock
from quarterdeck.kernel.claims.models import Parameter
from quarterdeck.kernel.permissions.models import WallMember
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource import past
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.kernel.ui import formats
from quarterdeck.web.incident_room import duties
from quarterdeck.web.incident_room.coming import lines, roles, sentence
from quarterdeck.web.incident_room.dossier import UNITS, Dossier, open_dossier
from quarterdeck.web.incident_room.offers import offers
from quarterdeck.web.incident_room.reading import MOST, Case, assessment, containment, read
from quarterdeck.web.incident_room.story import Moment, moments
from quarterdeck.web.playbooks.view import RUN_TONES, runs_on, start_on
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.records.detail import head, rendered
from quarterdeck.web.records.export import guarded
from quarterdeck.web.rooms.pressing import Room

TABS: Final = (
    "facts", "source", "measures", "assessment", "decisions", "duties", "tasks", "opinions", "after", "lessons", "history",
)  # fmt: skip
TONES: Final = {
    Incident.State.DECLARED: "contradicted",
    Incident.State.CONTAINED: "stale",
    Incident.State.ASSESSING: "stale",
    Incident.State.ASSESSED: "unresolved",
    Incident.State.CLOSED: "supported",
}
SEVERITIES: Final = {
    Incident.Severity.LOW: "unevidenced",
    Incident.Severity.MODERATE: "stale",
    Incident.Severity.HIGH: "contradicted",
    Incident.Severity.CRITICAL: "contradicted",
}
HISTORY: Final = 25


def _found(request: HttpRequest, pk: int) -> tuple[Incident, Sight]:
    """The incident. Whoever may not see it, or stands outside its wall, learns nothing of it: 404."""
    sight = sight_of(request)
    related = (
        "unit", "wall", "declared_by", "contained_by", "containment_ratified_by", "assessor", "escalated_to",
        "determination", "determination__meeting", "response_decision",
    )  # fmt: skip
    found = sight.each(Incident).select_related(*related).filter(pk=pk).first()
    if found is None:
        raise Http404
    sight.note([found])
    return found, sight


@login_required
@require_safe
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """The room on one of its tabs."""
    incident, sight = _found(request, pk)
    case_now = clock.now()
    asked = request.GET.get("tab", "")
    case = read(incident, sight, case_now, with_advice=asked == "opinions")
    known = (*TABS, "wall") if case.wall is not None else TABS
    tab = asked if asked in known else "facts"
    here = reverse("incident_room", args=[pk])
    who = roles()
    course = course_of(
        incident, disclosed=unreported(incident) is None, to_amend=_to_amend(incident), now=case.situation
    )
    file = open_dossier(incident, sight, course, tab)
    found = duties.counted(case, file, sight)
    filed = duties.reported_on(found)
    resource = resource_of(Incident)
    context = head(resource, incident, incident, sight)
    _prime(case, file, sight)
    context |= {
        "case": case,
        "incident": incident,
        "tone": TONES[Incident.State(incident.state)],
        "severities": SEVERITIES,
        "file": file,
        "sentence": sentence(file.course, file, who),
        "clocks": _clocks(case, found, sight, here),
        "moments": [_entry(entry, case, sight) for entry in moments(case, file)],
        "found": found,
        "duties": duties.drawn(found, case_now) if tab == "duties" else [],
        "units": UNITS,
        "tab": tab,
        "tabs": _tabs(case, file, tab, here),
        "lines": lines(case, file, who, sight, filed),
        "runs": runs_on(incident, sight) if tab == "tasks" else [],
        "run_tones": RUN_TONES,
        "run_playbook": start_on(incident, Room(sight, incident.unit, here)) if tab == "tasks" else [],
        "do": offers(case, file, Room(sight, incident.unit, f"{here}?tab={tab}"), tab, who),
        "here": here,
        "most": MOST,
        "wall_file": reverse("incident_wall", args=[pk]),
        "address": record_address,
        "sees": sight.shows,
        "history": rendered(past.history(resource, incident, sight, limit=HISTORY)) if tab == "history" else [],
        "history_url": reverse("records:history", args=[incident.type_code(), pk]),
        "record_url": reverse("records:detail", args=[incident.type_code(), pk]),
    }
    return render(request, "incident_room/room.html", context)


def _to_amend(incident: Incident) -> bool:
    """Whether something that a filed Form 8-K could not say has become known since (Instruction 2 to Item 1.05)."""
    newest = latest_filed(incident)
    return newest is not None and newest.family == Disclosure.Form.FORM_8K and bool(answered_since(newest))


def _prime(case: Case, file: Dossier, sight: Sight) -> None:
    """Learn together which of the records named in the room the person may open. One query for each type."""
    one = case.incident
    sight.prime(
        [
            one.assessor, one.escalated_to, one.determination, one.response_decision, case.promptly,
            *(row.lead for row in file.assessments), *(row.decision for row in file.determinations),
            *(row.decision.meeting for row in file.determinations),
            *(measure.owner for measure in case.measures), *(task.assignee for task in case.tasks),
        ]
    )  # fmt: skip


def _tabs(case: Case, file: Dossier, tab: str, here: str) -> list[dict[str, object]]:
    labels: dict[str, tuple[str, int | None]] = {
        "facts": (_("Facts"), None),
        "source": (_("Source"), None),
        "measures": (pgettext("against an incident", "Measures"), len(case.measures)),
        "assessment": (_("Assessment"), None),
        "decisions": (_("Decisions"), sum(row.state == Determination.State.DECIDED for row in file.determinations)),
        "duties": (_("Duties to notify"), None),
        "tasks": (_("Tasks"), len(case.tasks)),
        "opinions": (_("Opinions"), len(case.opinions)),
        "after": (pgettext("what is left to do", "After"), len(file.waiting)),
        "lessons": (_("Lessons"), len(case.lessons)),
        "history": (_("History"), None),
    }
    if tab == "wall":
        labels["wall"] = (_("Inside the wall"), len(case.now_inside))
    return [
        {"label": label, "url": f"{here}?tab={name}", "current": name == tab, "count": count or None}
        for name, (label, count) in labels.items()
    ]


def _entry(entry: Moment, case: Case, sight: Sight) -> dict[str, object]:
    """As the timeline draws it. What the incident's own record tells leads to its history."""
    href = None
    if entry.of is not None and sight.shows(entry.of):
        mine = entry.of == case.incident
        where = [entry.of.type_code(), entry.of.pk]
        href = reverse("records:history", args=where) if mine else record_address(entry.of.type_code(), entry.of.pk)
    return {
        "at": entry.at,
        "title": entry.title,
        "source": entry.source,
        "href": href,
        "kind": entry.kind,
        "detail": entry.detail,
    }


def _clocks(case: Case, found: duties.Duties, sight: Sight, here: str) -> list[dict[str, object]]:
    """Four times, each with how it came about, and the duty to notify that presses most. Where nothing sets a limit, none
    is drawn."""
    one = case.incident
    discovered: dict[str, object] = {
        "label": _("Discovered"),
        "value": formats.since(one.discovered_at, case.now),
        "detail": formats.moment(one.discovered_at),
        "href": "?tab=facts",
    }
    spread = containment(case)
    contained: dict[str, object] = {
        "label": _("Time to containment"),
        "value": formats.duration(spread.span),
        "detail": _("not contained yet, counted from discovery")
        if spread.running
        else formats.moment(one.contained_at),
        "tone": "stale" if spread.running and one.is_open else None,
        "href": "?tab=facts",
    }
    cells = [discovered, contained, _assessment_clock(case, sight), _determination(case, sight)]
    pressing = duties.clock_cell(found, case.now, f"{here}?tab=duties")
    return cells if pressing is None else [*cells, pressing]


def _assessment_clock(case: Case, sight: Sight) -> dict[str, object]:
    counted = assessment(case)
    href = None
    if counted.limit is None:
        limit = _("the company has not said what “promptly” is")
    else:
        hours = int(counted.limit.total_seconds()) // 3600
        limit = _("“promptly” is %(hours)s h here, counted from declaring") % {"hours": hours}
        if case.promptly is not None and sight.shows(case.promptly):
            href = record_address(Parameter.type_code(), case.promptly.pk)
    if counted.running and not case.incident.is_open:
        return {"label": _("Time to assessment"), "value": _("none organised"), "detail": limit, "href": href}
    return {
        "label": _("Time to assessment"),
        "value": formats.duration(counted.span),
        "detail": _("not organised yet; %(limit)s") % {"limit": limit} if counted.running else limit,
        "tone": "contradicted" if counted.over else "supported" if counted.limit and not counted.running else None,
        "href": href,
    }


def _determination(case: Case, sight: Sight) -> dict[str, object]:
    one = case.incident
    if one.determination is not None:
        tones = {Incident.Materiality.MATERIAL: "contradicted", Incident.Materiality.NOT_MATERIAL: "supported"}
        return {
            "label": _("Determination"),
            "value": one.get_materiality_display(),
            "detail": _linked(
                _("decision %(number)s") % {"number": one.determination.number}, one.determination, sight
            ),
            "tone": tones.get(Incident.Materiality(one.materiality), "unresolved"),
        }
    return {
        "label": _("Determination"),
        "value": _("without unreasonable delay"),
        "detail": _("last progress %(when)s") % {"when": formats.since(case.progress, case.now)},
        "href": "#timeline",
    }


def _linked(words: str, record: Record, sight: Sight) -> str:
    """The words, as a link where the person may open the record."""
    address = record_address(record.type_code(), record.pk) if sight.shows(record) else None
    return words if address is None else format_html('<a href="{}">{}</a>', address, words)


@login_required
@require_safe
def wall(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who is or was inside, with times in and out in UTC, as CSV."""
    incident, sight = _found(request, pk)
    if incident.wall is None:
        raise Http404
    rows = sight.each(WallMember).filter(wall=incident.wall).select_related("user").order_by("entered_at", "pk")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{incident.number}-inside.csv"'
    response["Cache-Control"] = "no-store"
    # Excel reads UTF-8 only after a byte order mark.
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([_("Name"), _("Login"), _("Why"), _("In (UTC)"), _("Out (UTC)")])
    for member in rows:
        user = member.user
        writer.writerow(
            [
                guarded(str(user)),
                guarded(user.login),
                guarded(member.why),
                _utc(member.entered_at),
                _utc(member.left_at),
            ]
        )
    return response


def _utc(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
