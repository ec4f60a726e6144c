"""How well the intervals of each estimator held what came true, with the exact interval of that rate."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.risks.models import Calibration
from quarterdeck.engines.loss.estimation.calibration import HitRate, hit_rate
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.web.records.lists import resource_or_404
from quarterdeck.web.risks import drawing

#: So many known answers are read; more tell nobody more.
MOST = 5000


@dataclass(frozen=True)
class Judged:
    """One estimator."""

    person: Person
    found: HitRate
    says: str
    tone: str


@login_required
@require_safe
def calibration(request: HttpRequest) -> HttpResponse:
    """Each estimator whose known answers the reader may see."""
    sight = sight_of(request)
    resource = resource_or_404(Calibration.type_code(), sight)
    rows = (
        sight.each(Calibration).exclude(truth=None).select_related("person").order_by("person__full_name", "pk")[:MOST]
    )
    by_person: dict[Person, list[tuple[float, float, float]]] = {}
    for row in rows:
        by_person.setdefault(row.person, []).append((float(row.low), float(row.high), float(row.truth or 0)))
    sight.prime(by_person)
    judged = [_judged(person, given) for person, given in by_person.items() if sight.shows(person)]
    address = reverse("records:list", args=[resource.code])
    context = {
        "title": _("Calibration of estimators"),
        "crumbs": [{"label": _("Risk"), "url": None}, {"label": _("Calibration of estimators"), "url": request.path}],
        "judged": judged,
        "share": drawing.share,
        "answers": address,
        "ask": reverse("records:create", args=[resource.code, "ask"])
        if sight.may(resource_of(Calibration).action("ask"))
        else None,
    }
    return render(request, "risks/calibration.html", context)


def _judged(person: Person, given: list[tuple[float, float, float]]) -> Judged:
    found = hit_rate(given)
    if found.consistent:
        return Judged(person, found, _("does not speak against 90 %"), "")
    if found.high < found.claimed:
        return Judged(person, found, _("too narrow: fewer held than was claimed"), "contradicted")
    return Judged(person, found, _("too wide: more held than was claimed"), "stale")
