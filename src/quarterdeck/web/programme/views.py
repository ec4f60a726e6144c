"""The programme page, and how each of its numbers came about."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from quarterdeck.areas.disclosures.actions import DraftAnnual
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.organisation.models import Registrant
from quarterdeck.kernel import clock
from quarterdeck.kernel.claims.actions import SetParameter
from quarterdeck.kernel.claims.models import Parameter
from quarterdeck.kernel.claims.parameters import name_of
from quarterdeck.kernel.ledger.models import Verification
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.kernel.ui import formats
from quarterdeck.web.programme import lead
from quarterdeck.web.programme.asked import asked_of
from quarterdeck.web.programme.measures import Measure, Point, Quarter, quarter_of
from quarterdeck.web.programme.record import Kind, Ledger, kind_named
from quarterdeck.web.programme.wording import came_about, point_words, quarter_words, set_words, value_words
from quarterdeck.web.records.addresses import list_address, record_address
from quarterdeck.web.risks.at_a_glance import glance
from quarterdeck.web.workbench.reading import reading_of
from quarterdeck.web.workbench.rows import tally_chips
from quarterdeck.web.workbench.seen import visible
from quarterdeck.web.workbench.views import heading

CLOCKS = 6
#: Who may read the annual disclosure answers for the programme.
PERMISSION = "disclosures.disclosure.view"


def sight_or_refuse(request: HttpRequest) -> Sight:
    """The reader's sight, if the page is theirs to read."""
    sight = sight_of(request)
    if PERMISSION not in sight.permissions:
        raise PermissionDenied
    return sight


@login_required
@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    """State of the programme in sentences, decisions asked, measures, open clocks, the annual disclosure."""
    sight = sight_or_refuse(request)
    today = clock.today()
    company = Registrant.objects.first()
    measures = Ledger(sight, today).measures()
    disclosure = _annual(sight)
    reading = None if disclosure is None else reading_of(disclosure)
    tally = lead.incidents(sight, today)
    sentences = []
    if tally is not None and company is not None:
        sentences.append(lead.incident_sentence(tally, today))
    if disclosure is not None and reading is not None and reading.checked:
        sentences.append(lead.disclosure_sentence(disclosure, reading))
    told = lead.measures_sentence(measures)
    if told is not None:
        sentences.append(told)
    asked = asked_of(sight, today)
    yours = [item for item in asked if item.yours]
    address = "" if disclosure is None else reverse("workbench", args=[disclosure.pk])
    context = {
        "title": _("Cyber risk, %(quarter)s") % {"quarter": quarter_words(quarter_of(today))},
        "page_density": "board",
        "today": today,
        "company_name": None if company is None else company.name,
        "sentences": sentences,
        "yours": yours,
        "yours_heading": _yours_heading(len(yours)),
        "others": [item for item in asked if not item.yours],
        "loss": glance(sight, today),
        "measures": [_row(kind, measure, sight) for kind, measure in measures],
        "clocks": _clocks(sight),
        "clocks_list": f"{list_address(resource_of(Incident))}?{urlencode({'state': _OPEN}, doseq=True)}",
        "open_incidents": 0 if tally is None else tally.still_open,
        "disclosure": disclosure,
        "disclosure_heading": "" if disclosure is None else heading(disclosure),
        "disclosure_url": address,
        "draft_url": _draft_url(sight),
        "draft_label": DraftAnnual.label,
        "chips": [] if reading is None else tally_chips(reading, address, ""),
        "reading": reading,
        "approval": None
        if disclosure is None
        else disclosure.approvals.select_related("approved_by").defer("approved_content").order_by("-pk").first(),
        "verified": Verification.objects.order_by("-at", "-pk").first(),
    }
    return render(request, "web/programme/page.html", context)


def _yours_heading(count: int) -> str:
    """Small numbers in words, as one would say it."""
    words = {
        0: _("No decision is asked of you"),
        1: _("One decision is asked of you"),
        2: _("Two decisions are asked of you"),
        3: _("Three decisions are asked of you"),
    }
    many = ngettext("%(number)s decision is asked of you", "%(number)s decisions are asked of you", count)
    return words.get(count) or many % {"number": formats.number(count)}


_OPEN = [state for state in Incident.State.values if state != Incident.State.CLOSED]


def _annual(sight: Sight) -> Disclosure | None:
    """The newest annual disclosure."""
    rows = visible(sight, Disclosure).filter(form__in=("20-F", "10-K")).exclude(state=Disclosure.State.WITHDRAWN)
    return rows.select_related("registrant", "prepared_by", "submitted_by").order_by("-period_end", "-pk").first()


def _draft_url(sight: Sight) -> str | None:
    """Where the annual disclosure is drafted, for those who may."""
    if not sight.may(DraftAnnual):
        return None
    return reverse("records:create", args=[Disclosure.type_code(), DraftAnnual.name])


@dataclass(frozen=True)
class MeasureRow:
    """One measure as the table draws it. ``set_url``: where its value is set, for those who may, while it is not."""

    label: str
    url: str
    now: str
    set: str
    set_url: str | None
    values: tuple[float | None, ...]
    spoken: str
    tone: str
    why: str


def _row(kind: Kind, measure: Measure, sight: Sight) -> MeasureRow:
    latest = measure.latest
    return MeasureRow(
        label=str(kind.label),
        url=reverse("programme-measure", args=[kind.key]),
        now=value_words(kind.unit, None if latest is None else latest.value),
        set=set_words(measure),
        set_url=_set_url(kind, sight) if measure.target is None else None,
        values=tuple(None if value is None else round(value, 3) for value in measure.values),
        spoken=", ".join(value_words(kind.unit, value) for value in measure.values),
        tone="contradicted" if measure.met is False else "",
        why=came_about(measure),
    )


def _set_url(kind: Kind, sight: Sight) -> str | None:
    if not kind.parameter or not sight.may(SetParameter):
        return None
    address = reverse("records:create", args=[Parameter.type_code(), SetParameter.name])
    return f"{address}?{urlencode({'code': kind.parameter, 'next': reverse('programme')})}"


def _clocks(sight: Sight) -> list[dict[str, object]]:
    """Open incidents, oldest first, with their age."""
    resource = resource_of(Incident)
    if not sight.may_view(resource):
        return []
    rows = visible(sight, Incident).exclude(state=Incident.State.CLOSED).order_by("declared_at", "pk")[:CLOCKS]
    made: list[dict[str, object]] = []
    for row in rows:
        severity = row.get_severity_display() if row.severity else _("severity not judged yet")
        made.append(
            {
                "label": str(row),
                "value": formats.duration(clock.now() - row.declared_at),
                "detail": f"{row.get_state_display()} · {severity}",
                "url": record_address(row.type_code(), row.pk),
            }
        )
    return made


@login_required
@require_safe
def measure(request: HttpRequest, key: str) -> HttpResponse:
    """One measure: its eight quarters, the value the company set, and every record behind it."""
    sight = sight_or_refuse(request)
    kind = kind_named(key)
    if kind is None:
        raise Http404
    found = Ledger(sight, clock.today(), key).measures()
    if not found:
        raise Http404
    _kind, made = found[0]
    parameter = (
        Parameter.objects.on(clock.today()).filter(code=kind.parameter).order_by("-effective_from", "-pk").first()
        if kind.parameter
        else None
    )
    points = [(_axis(reading.quarter), _scaled(made, reading.value)) for reading in made.readings]
    context = {
        "title": kind.label,
        "page_density": "board",
        "kind": kind,
        "measure": made,
        "points": points,
        "limit": _scaled(made, made.target),
        "limit_word": set_words(made),
        "now": value_words(kind.unit, None if made.latest is None else made.latest.value),
        "set": set_words(made),
        "description": ", ".join(
            f"{quarter_words(reading.quarter)}: {value_words(kind.unit, reading.value)}" for reading in made.readings
        ),
        "tone": "contradicted" if made.met is False else "",
        "newest": "" if made.latest is None else quarter_words(made.latest.quarter),
        "parameter": parameter,
        "parameter_name": name_of(kind.parameter),
        "parameter_url": None if parameter is None else record_address(Parameter.type_code(), parameter.pk),
        "set_url": _set_url(kind, sight),
        "quarters": [
            (
                quarter_words(reading.quarter),
                value_words(kind.unit, reading.value),
                [(point, _behind(point), point_words(made, point)) for point in reading.points],
            )
            for reading in reversed(made.readings)
        ],
        "crumbs": [
            {"label": _("Programme"), "url": reverse("programme")},
            {"label": kind.label, "url": request.path},
        ],
    }
    return render(request, "web/programme/measure.html", context)


def _behind(point: Point) -> str | None:
    """Where the rows of a point stand: its record, or the list that shows the rows it sums."""
    if point.id:
        return record_address(point.type, point.id)
    return f"{list_address(resource_of(point.type))}?{point.query}" if point.query else None


def _axis(quarter: Quarter) -> str:
    """Short, so that eight of them stand side by side: the year only where it begins."""
    return str(quarter.year) if quarter.number == 1 else _("Q%(quarter)s") % {"quarter": quarter.number}


def _scaled(made: Measure, value: float | None) -> float | None:
    """Shares are drawn in percent."""
    if value is None:
        return None
    return round(value * 100, 1) if made.unit == "share" else round(value, 2)
