"""One exercise: where it stands, what it came to by unit, and how earlier ones of the same difficulty went."""

from __future__ import annotations

from collections import Counter

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from quarterdeck.areas.phishing.models import Campaign, Result
from quarterdeck.areas.phishing.results import Tally, judged, progress, tallies
from quarterdeck.engines.phishing import Because
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.kernel.ui import formats
from quarterdeck.web.records.addresses import list_address, record_address
from quarterdeck.web.records.detail import buttons

#: How many earlier exercises stand beside this one.
EARLIER = 8

WHY = {
    Because.METHOD: gettext_lazy("asked without reading, as gateways do"),
    Because.AGENT: gettext_lazy("calls itself a scanner or a preview"),
    Because.NO_AGENT: gettext_lazy("does not say what it is"),
    Because.TOO_SOON: gettext_lazy("opened within seconds of delivery"),
    Because.MANY_MAILS: gettext_lazy("one client opened many people's mails within a minute"),
    Because.TRAP: gettext_lazy("followed the link that nobody sees"),
    Because.AFTER_REPORT: gettext_lazy("opened after the mail was reported, by the reporting tool"),
    Because.NOT_A_BROWSER: gettext_lazy("neither a browser nor a known scanner"),
    Because.BROWSER: gettext_lazy("a browser, as a person uses it"),
}


@login_required
@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one exercise."""
    sight = sight_of(request)
    resource = resource_of(Campaign)
    found = sight.find(resource, pk)
    if found is None:
        raise Http404
    assert isinstance(found, Campaign)
    begun = found.audience is not None
    rows = tallies(found) if begun else []
    names = dict(Unit.objects.filter(pk__in=[row.unit for row in rows]).values_list("pk", "name"))
    whole = Tally(0)
    for row in rows:
        for name in ("sent", "clicked", "reported", "machines", "uncertain"):
            setattr(whole, name, getattr(whole, name) + getattr(row, name))
    done, people = progress(found) if begun else (0, 0)
    why = Counter(item.because for item in judged(found)) if found.open else Counter()
    context = {
        "title": found.title,
        "exercise": found,
        "rows": [(names[row.unit], row, share(row.clicked, row.sent), share(row.reported, row.sent)) for row in rows],
        "whole": whole,
        "clicked": share(whole.clicked, whole.sent),
        "reported": share(whole.reported, whole.sent),
        "done": done,
        "people": people,
        "why": [(WHY[reason], number) for reason, number in why.most_common()],
        "earlier": earlier(found),
        "mail": record_address(found.template.type_code(), found.template_id),
        "record": reverse("records:detail", args=[resource.code, found.pk]),
        # What is over is only read; none of what led to it can be done any more.
        "buttons": [] if found.state == Campaign.State.CLOSED else buttons(resource, found, sight),
        "crumbs": [
            {"label": _("Phishing exercises"), "url": list_address(resource)},
            {"label": found.title, "url": request.path},
        ],
    }
    return render(request, "phishing/campaign.html", context)


def share(part: int, whole: int) -> str:
    """A share in per cent, or a dash where there is nothing to divide by."""
    return formats.percent(part / whole, 0) if whole else "–"


def earlier(campaign: Campaign) -> list[dict[str, object]]:
    """Closed exercises before this one, the newest first. Comparing says something only within one difficulty."""
    before = (
        Campaign.objects.filter(state=Campaign.State.CLOSED, starts_at__lt=campaign.starts_at)
        .select_related("template")
        .order_by("-starts_at")[:EARLIER]
    )
    totals: dict[int, list[int]] = {}
    for key, sent, clicked, reported in Result.objects.filter(campaign__in=[row.pk for row in before]).values_list(
        "campaign_id", "sent", "clicked", "reported"
    ):
        total = totals.setdefault(key, [0, 0, 0])
        for place, number in enumerate((sent, clicked, reported)):
            total[place] += number
    return [
        {
            "title": row.title,
            "url": record_address(row.type_code(), row.pk),
            "day": row.starts_at,
            "difficulty": row.template.get_difficulty_display(),
            "alike": row.template.difficulty == campaign.template.difficulty,
            "clicked": share(totals.get(row.pk, [0, 0, 0])[1], totals.get(row.pk, [0, 0, 0])[0]),
            "reported": share(totals.get(row.pk, [0, 0, 0])[2], totals.get(row.pk, [0, 0, 0])[0]),
        }
        for row in before
    ]
