"""How good the estimates are: each estimator's intervals and forecasts, the rates against what was counted, the bad year against the
years that came. In words for those who decide, with what so little data can tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.people.models import Person
from quarterdeck.areas.risks import judging
from quarterdeck.areas.risks.models import Analysis, Calibration, Estimate, Forecast, IncidentLoss, RiskIncident
from quarterdeck.areas.risks.queries import currency
from quarterdeck.engines.loss.estimation import (
    BackTest,
    Brier,
    CountTest,
    HitRate,
    back_test,
    back_test_power,
    brier_score,
    count_test,
    hit_rate,
)
from quarterdeck.kernel import clock
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.kernel.ui.formats import number
from quarterdeck.web.records.lists import resource_or_404
from quarterdeck.web.risks import drawing

#: So many known answers are read; more tell nobody more.
MOST = 5000
#: Fewer answers than this say nothing about a person that chance does not say too.
FEW = 10
LEVEL = 0.95
SURE = 0.8
FAR = 1000


#: A year that came: from, until, what its incidents cost, the 1-in-20 year it is held against, whether it was beyond.
Met = tuple[date, date, str, str, bool]


@dataclass
class Judged:
    """One estimator: known answers to questions, losses of their own risks, forecasts that came true or not."""

    person: Person
    answers: list[tuple[float, float, float]] = field(default_factory=list)
    losses: list[tuple[float, float, float]] = field(default_factory=list)
    forecasts: list[tuple[float, bool]] = field(default_factory=list)

    @property
    def hits(self) -> HitRate | None:
        given = [*self.answers, *self.losses]
        return hit_rate(given) if given else None

    @property
    def brier(self) -> Brier | None:
        return brier_score(self.forecasts) if self.forecasts else None

    @property
    def says(self) -> tuple[str, str]:
        """What the intervals say, and its tone."""
        found = self.hits
        if found is None:
            return "", ""
        if found.high < found.claimed:
            return _("too sure: the intervals are too narrow, fewer held than was claimed"), "contradicted"
        if found.estimates < FEW:
            return _("too few to tell"), ""
        if found.low > found.claimed:
            return _("too cautious: the intervals are wider than they need be"), "stale"
        return _("nothing speaks against nine in ten"), "supported"

    @property
    def forecasts_say(self) -> tuple[str, str]:
        """What the forecasts say, and its tone."""
        found = self.brier
        if found is None:
            return "", ""
        if found.forecasts < FEW or found.skill is None:
            return _("too few to tell"), ""
        if found.skill > 0.05:
            return _("better than knowing only how often such things happen"), "supported"
        if found.skill >= -0.05:
            return _("no better than knowing only how often such things happen"), "stale"
        return _("worse than knowing only how often such things happen"), "contradicted"


@dataclass(frozen=True)
class Backed:
    """Rates against counted events, and bad years against those that came, in sentences. Empty where there is nothing yet."""

    counts: list[str]
    counts_tone: str
    years: list[str]
    years_tone: str
    met: list[Met]


@login_required
@require_safe
def calibration(request: HttpRequest) -> HttpResponse:
    """As far as the reader may see answers, forecasts, estimates and incidents."""
    sight = sight_of(request)
    resource = resource_or_404(Calibration.type_code(), sight)
    people: dict[Person, Judged] = {}
    for row in sight.each(Calibration).exclude(truth=None).select_related("person").order_by("-pk")[:MOST]:
        people.setdefault(row.person, Judged(row.person)).answers.append(
            (float(row.low), float(row.high), float(row.truth or 0))
        )
    told = (
        sight.each(Forecast).exclude(came_true=None)
        if sight.may_view(resource_of(Forecast))
        else Forecast.objects.none()
    )
    for made in told.select_related("person").order_by("-pk")[:MOST]:
        people.setdefault(made.person, Judged(made.person)).forecasts.append((float(made.chance), bool(made.came_true)))
    backed = _backed(sight, people)
    sight.prime(people)
    judged = sorted((it for it in people.values() if sight.shows(it.person)), key=lambda it: it.person.full_name)
    everybody = _everybody(judged)
    context = {
        "title": _("Calibration of estimators"),
        "crumbs": [{"label": _("Risk"), "url": None}, {"label": _("Calibration of estimators"), "url": request.path}],
        "judged": judged,
        "everybody": everybody,
        "share": drawing.share,
        "backed": backed,
        "answers": reverse("records:list", args=[resource.code]),
        "forecasts": reverse("records:list", args=[Forecast.type_code()])
        if sight.may_view(resource_of(Forecast))
        else None,
        "ask": reverse("records:create", args=[resource.code, "ask"])
        if sight.may(resource_of(Calibration).action("ask"))
        else None,
        "forecast": reverse("records:create", args=[Forecast.type_code(), "make"])
        if sight.may(resource_of(Forecast).action("make"))
        else None,
    }
    return render(request, "risks/calibration.html", context)


def _everybody(judged: list[Judged]) -> str:
    """All of them in one sentence; empty where nothing is known."""
    given = [interval for it in judged for interval in (*it.answers, *it.losses)]
    if not given:
        return ""
    found = hit_rate(given)
    words = {
        "hits": number(found.hits), "all": number(found.estimates), "low": drawing.share(found.low), "high": drawing.share(found.high),
    }  # fmt: skip
    if found.estimates < FEW:
        return _("%(hits)s of %(all)s intervals held what came. That is too few to judge by.") % words
    if found.high < found.claimed:
        return (
            _("%(hits)s of %(all)s intervals held what came, where nine in ten should. The intervals are too narrow: what is possible is underrated.")
            % words
        )  # fmt: skip
    return (
        _("%(hits)s of %(all)s intervals held what came. Nine in ten should; by so many answers the true share is %(low)s to %(high)s.")
        % words
    )  # fmt: skip


def _backed(sight: Sight, people: dict[Person, Judged]) -> Backed | None:
    """Estimates against incidents, where the reader sees both. Adds what became of each estimator's own intervals."""
    if not all(sight.may_view(resource_of(model)) for model in (Estimate, RiskIncident, IncidentLoss)):
        return None
    today, unit = clock.today(), currency()
    estimates = list(
        sight.each(Estimate).filter(kind=Estimate.Kind.CURRENT).select_related("estimator").order_by("pk")[:MOST]
    )
    # Behind a wall nothing counts, for nobody: figures on this page are the same for all who see the same register.
    rows = sight.each(RiskIncident).filter(incident__wall=None, ended_on=None)
    links = list(rows.select_related("incident").order_by("pk")[:MOST])
    losses: dict[int, Decimal] = {}
    for row in sight.each(IncidentLoss).filter(incident__wall=None, replaced_on=None):
        losses[row.incident_id] = losses.get(row.incident_id, Decimal(0)) + row.so_far + (row.low + row.high) / 2
    happened = [
        judging.Happened(link.risk_id, local_day(link.incident.declared_at), losses.get(link.incident_id))
        for link in links
    ]
    for estimate, met in judging.losses_met(estimates, happened):
        people.setdefault(estimate.estimator, Judged(estimate.estimator)).losses.append(met)
    return _in_words(sight, judging.exposure(estimates, happened, today), today, unit)


def _in_words(sight: Sight, met: judging.Exposure, today: date, unit: str) -> Backed:
    counts, tone = _counted(met)
    years, years_tone, rows = _years(sight, today, unit)
    return Backed(counts, tone, years, years_tone, rows)


def _counted(met: judging.Exposure) -> tuple[list[str], str]:
    if met.expected <= 0:
        return [_("No rate has stood for a day yet, so there is nothing to compare.")], ""
    found = _count_test(met.expected, met.counted, met.spread)
    words = {
        "years": number(Decimal(repr(met.years)), 1), "expected": number(Decimal(repr(found.expected)), 1),
        "counted": number(met.counted), "low": number(found.low), "high": number(found.high), "power": drawing.share(found.power),
    }  # fmt: skip
    said = [
        _("In %(years)s years the rates of the register made one expect %(expected)s events; %(counted)s came.") % words
    ]
    if found.consistent:
        said.append(_("Anything from %(low)s to %(high)s would not speak against the rates, so this does not.") % words)
    elif met.counted > found.high:
        said.append(_("Up to %(high)s would not speak against the rates. This is more: they are too low.") % words)
    else:
        said.append(
            _("From %(low)s on it would not speak against the rates. This is fewer: they are too high, or incidents are not connected with their risks.")
            % words
        )  # fmt: skip
    said.append(
        _("How much that tells: were events really twice as frequent, so short a record would show it with a chance of %(power)s.")
        % words
    )  # fmt: skip
    needed = found.exposure_needed
    if found.power >= SURE:
        pass
    elif needed is None:
        said.append(_("The rates are known too loosely for any record to show it; narrow them first."))
    else:
        words["needed"] = number(Decimal(repr(met.years * needed)), 1)
        said.append(_("To be four in five sure of seeing it, %(needed)s years of such a register are needed.") % words)
    return said, "supported" if found.consistent and found.power >= SURE else "" if found.consistent else "contradicted"


@lru_cache(maxsize=64)
def _count_test(expected: float, counted: int, spread: float) -> CountTest:
    return count_test(expected, counted, spread)


def _years(sight: Sight, today: date, unit: str) -> tuple[list[str], str, list[Met]]:
    if not sight.may_view(resource_of(Analysis)):
        return [], "", []
    rows = list(
        sight.each(Analysis).filter(kind=Estimate.Kind.CURRENT, unit__parent=None).order_by("made_on", "pk")[:MOST]
    )
    days: dict[date, Decimal] = {}
    losses = sight.each(IncidentLoss).filter(incident__wall=None, replaced_on=None).select_related("incident")
    for row in losses:
        day = local_day(row.incident.declared_at)
        days[day] = days.get(day, Decimal(0)) + row.so_far
    met = judging.years_met(rows, days, today)
    if not rows:
        return (
            [_("No analysis of the enterprise is kept yet, so there is no bad year to hold the years against.")],
            "",
            [],
        )
    if not met:
        first = rows[0].made_on + timedelta(days=judging.YEAR)
        return (
            [_("The first full year after an analysis ends on %(day)s; until then nothing can be said.") % {"day": first.isoformat()}],
            "",
            [],
        )  # fmt: skip
    found, needed = _year_test(len(met), sum(row.beyond for row in met))
    passed = ngettext("%(num)s full year has passed;", "%(num)s full years have passed;", len(met))
    worse = (
        ngettext(
            "%(num)s was worse than its 1-in-20 year.", "%(num)s were worse than their 1-in-20 year.", found.beyond
        )
        if found.beyond
        else _("none was worse than its 1-in-20 year.")
    )
    said = [passed % {"num": number(len(met))} + " " + worse % {"num": number(found.beyond)}]
    rejected = found.rejects_from is not None and found.beyond >= found.rejects_from
    if rejected:
        said.append(
            _("If the analyses were right so many would come with a chance of %(share)s: the bad years are underrated.")
            % {"share": drawing.share(found.p_value)}
        )
    else:
        said.append(_("That does not speak against the analyses."))
    if found.power < 0.005:
        said.append(
            _("How much that tells: nothing. So few years could not show it if such years were twice as likely.")
        )
    else:
        said.append(
            _("How much that tells: were such years really twice as likely, so few years would show it with a chance of %(power)s.")
            % {"power": drawing.share(found.power)}
        )  # fmt: skip
    if needed is not None and found.power < SURE:
        said.append(
            _("To be four in five sure of seeing it, %(needed)s years would have to be counted. The events above tell sooner.")
            % {"needed": number(needed)}
        )  # fmt: skip
    told = [
        (
            row.since,
            row.until,
            drawing.money(row.cost, unit),
            drawing.money(row.analysis.bad_year, unit),
            row.beyond,
        )
        for row in met
    ]
    return said, "contradicted" if rejected else "", told


@lru_cache(maxsize=64)
def _year_test(years: int, beyond: int) -> tuple[BackTest, int | None]:
    """The test, and how many years it would need."""
    needed = next((n for n in range(5, FAR, 5) if back_test_power(n, LEVEL, 2.0) >= SURE), None)
    return back_test(years, beyond, LEVEL), needed
