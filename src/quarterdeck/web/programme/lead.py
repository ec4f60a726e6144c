"""The sentences at the top: what the record knows, each number a link to how it came about, and nothing invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.kernel.ui import formats
from quarterdeck.web.programme.measures import Measure
from quarterdeck.web.programme.record import Kind
from quarterdeck.web.records.addresses import list_address
from quarterdeck.web.workbench.reading import Reading
from quarterdeck.web.workbench.seen import visible
from quarterdeck.web.workbench.views import heading

#: Measures that are named in the sentence; the table shows them all.
NAMED = 2


@dataclass(frozen=True)
class Tally:
    """Incidents of the last twelve months that this person may see."""

    declared: int
    material: int
    undetermined: int
    still_open: int


def incidents(sight: Sight, today: date) -> Tally | None:
    """None where the person may see no incidents at all. One query."""
    resource = resource_of(Incident)
    if not sight.may_view(resource):
        return None
    recent = Q(declared_at__date__gt=today - timedelta(days=365))
    found = visible(sight, Incident).aggregate(
        declared=Count("pk", filter=recent),
        material=Count("pk", filter=recent & Q(materiality=Incident.Materiality.MATERIAL)),
        undetermined=Count("pk", filter=recent & Q(materiality__in=("unassessed", "undetermined"))),
        still_open=Count("pk", filter=~Q(state=Incident.State.CLOSED)),
    )
    return Tally(**found)


def _number(value: int, address: str) -> Markup:
    return Markup('<a href="{}"><strong>{}</strong></a>').format(address, formats.number(value))


def incident_sentence(tally: Tally, today: date) -> Markup:
    """How many were declared, and what was determined."""
    base = list_address(resource_of(Incident))
    since = f"{base}?{urlencode({'declared_at__from': (today - timedelta(days=364)).isoformat()})}"
    if tally.declared == 0:
        none = Markup('<a href="{}">{}</a>').format(since, _("No incident"))
        return escape(_("%(none)s was declared in the last twelve months.")) % {"none": none}
    first = escape(
        ngettext(
            "%(number)s incident was declared in the last twelve months",
            "%(number)s incidents were declared in the last twelve months",
            tally.declared,
        )
    ) % {"number": _number(tally.declared, since)}
    if tally.material:
        said = Markup('<a class="is-contradicted" href="{}"><strong>{}</strong></a>').format(
            f"{base}?materiality=material", formats.number(tally.material)
        )
        second = escape(
            ngettext("%(number)s was determined material", "%(number)s were determined material", tally.material)
        ) % {"number": said}
    elif tally.undetermined:
        second = escape(_("none has been determined material, and %(number)s not yet determined either way")) % {
            "number": _number(tally.undetermined, f"{base}?materiality=unassessed&materiality=undetermined")
        }
    else:
        second = escape(_("none was determined material"))
    return escape(_("%(first)s; %(second)s.")) % {"first": first, "second": second}


def disclosure_sentence(disclosure: Disclosure, reading: Reading) -> Markup:
    """How much of the annual page the record bears, and where it stands."""
    address = reverse("workbench", args=[disclosure.pk])
    holding = Markup('<a href="{}"><strong>{}</strong></a>').format(
        address, _("%(holding)s of %(all)s") % {"holding": reading.holding, "all": len(reading.facts)}
    )
    if reading.open_sentences:
        bad = Markup('<a class="is-contradicted" href="{}#steps">{}</a>').format(
            address,
            ngettext("%(number)s does not hold", "%(number)s do not hold", len(reading.open_sentences))
            % {"number": formats.number(len(reading.open_sentences))},
        )
        words = escape(_("Of %(page)s, %(holding)s factual statements hold and %(bad)s; it is %(state)s."))
        given: dict[str, object] = {"bad": bad}
    else:
        words = escape(_("Of %(page)s, %(holding)s factual statements hold; it is %(state)s."))
        given = {}
    return words % (given | {"page": heading(disclosure), "holding": holding, "state": _state_words(disclosure)})


def _state_words(disclosure: Disclosure) -> str:
    return {
        Disclosure.State.DRAFT: _("a draft"),
        Disclosure.State.IN_REVIEW: _("awaiting approval"),
        Disclosure.State.APPROVED: _("approved"),
        Disclosure.State.RELEASED: _("filed"),
    }.get(Disclosure.State(disclosure.state), str(disclosure.get_state_display()))


def measures_sentence(measures: Sequence[tuple[Kind, Measure]]) -> Markup | None:
    """How many of the measures are what the company set. None while nothing is set or measured."""
    judged = [(kind, measure) for kind, measure in measures if measure.met is not None]
    if not judged:
        return None
    missed = [(kind, measure) for kind, measure in judged if not measure.met]
    met = Markup('<a href="#measures"><strong>{}</strong></a>').format(
        _("%(met)s of %(all)s") % {"met": len(judged) - len(missed), "all": len(judged)}
    )
    if not missed:
        return escape(_("%(met)s measures are what the company set.")) % {"met": met}
    more = Markup('<a class="is-contradicted" href="#measures">{}</a>').format(
        ngettext("%(num)s more", "%(num)s more", len(missed) - NAMED) % {"num": formats.number(len(missed) - NAMED)}
    )
    links = [
        Markup('<a class="is-contradicted" href="{}">{}</a>').format(
            reverse("programme-measure", args=[kind.key]), kind.label
        )
        for kind, _measure in missed[:NAMED]
    ]
    names = Markup(", ").join(links if len(missed) <= NAMED else [*links, more])
    return escape(_("%(met)s measures are what the company set; outside it: %(names)s.")) % {"met": met, "names": names}
