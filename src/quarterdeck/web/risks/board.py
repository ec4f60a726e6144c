"""The board page: what a year may cost, the five greatest risks, what changed, what is asked, what would help. One sheet of paper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from quarterdeck.areas.organisation.models import Registrant
from quarterdeck.areas.risks import rules
from quarterdeck.areas.risks.models import Acceptance, Analysis, Appetite, Estimate, Risk, RiskAssessment, Treatment
from quarterdeck.areas.risks.queries import inputs_of
from quarterdeck.kernel import clock
from quarterdeck.kernel.records import Record, in_effect_on
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.records.lists import resource_or_404
from quarterdeck.web.risks import drawing, treating
from quarterdeck.web.risks.analysis import newest
from quarterdeck.web.risks.figures import LARGE, Whole
from quarterdeck.web.risks.frame import Frame, frame_of, open_risks
from quarterdeck.web.risks.held_against import Held
from quarterdeck.web.risks.register import head_of

FIVE = 5
SOON = timedelta(days=60)
R = TypeVar("R", bound=Record)
Asked = tuple[list[dict[str, object]], int]


@dataclass(frozen=True)
class Top:
    """One of the greatest risks."""

    risk: Risk
    word: str
    owner: str
    response: str


@dataclass(frozen=True)
class Changed:
    """What the newest analysis said, what is so today, and what lies between."""

    analysis: Analysis
    sentence: str
    details: list[str]


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """For those who oversee: sentences with numbers, no gauges."""
    sight = sight_of(request)
    resource_or_404(Risk.type_code(), sight)
    if not sight.may_view(resource_of(Analysis)):
        # Whoever sees own risks alone has the register; a page for a board would mislead them.
        raise Http404
    today = clock.today()
    frame = frame_of(sight, today)
    unit, over, all_of = frame.currency, frame.held, frame.year(sight).whole
    if not frame.whole_company:
        # An appetite for all risks says nothing of a part of them.
        over = replace(over, appetite=None)
    rows = open_risks(sight)
    greatest = list(
        rows.exclude(expected=None).select_related("owner", "category", "unit").order_by("-exposure", "-pk")[:FIVE]
    )
    sight.prime([row.owner for row in greatest])
    asked, asked_in_all = _asked(sight, over, unit, today)
    context = {
        "title": _("Cyber risk for the board"),
        "crumbs": [
            {"label": _("Risk"), "url": None},
            {"label": _("Risk register"), "url": reverse("risks")},
            {"label": _("Board page"), "url": request.path},
        ],
        "page_density": "board",
        "partial": not frame.whole_company,
        "company_name": Registrant.objects.values_list("name", flat=True).first() or "",
        "today": today,
        "currency": unit,
        "head": head_of(frame, sight),
        "statement": over.appetite.statement if over.appetite is not None else "",
        "figures": all_of.figures,
        "thresholds": [
            (row.name, row.amount, row.annual_probability)
            for row in (all_of.figures.thresholds if all_of.figures is not None and over.thresholds else ())
        ],
        "top": _top(sight, frame, greatest, today),
        "changed": _changed(sight, frame, all_of, unit, today),
        "asked": asked[:FIVE],
        "asked_more": asked_in_all - len(asked[:FIVE]),
        "returns": frame.once("returns", lambda: _returns(sight, all_of, today))[:FIVE],
        "money": lambda amount: drawing.money(amount, unit),
        "share": drawing.share,
        "address_of": record_address,
    }
    return render(request, "risks/board.html", context)


def _top(sight: Sight, frame: Frame, rows: list[Risk], today: date) -> list[Top]:
    keys = [row.pk for row in rows]
    planned: dict[int, int] = {}
    for row in sight.each(Treatment).filter(risk__in=keys, state__in=("planned", "under_way")):
        planned[row.risk_id] = planned.get(row.risk_id, 0) + 1
    accepted = {row.risk_id for row in sight.each(Acceptance).filter(in_effect_on(today), risk__in=keys)}
    made = []
    for risk in rows:
        count = planned.get(risk.pk, 0)
        if count:
            response = ngettext(
                "%(num)s treatment is planned or under way", "%(num)s treatments are planned or under way", count
            )
            response %= {"num": count}
        elif risk.pk in accepted:
            response = _("accepted")
        else:
            response = _("nothing is planned and nobody has accepted it")
        owner = str(risk.owner) if sight.shows(risk.owner) else ""
        made.append(Top(risk, rules.word_for(risk.expected, frame.words), owner, response))
    return made


def _changed(sight: Sight, frame: Frame, now: Whole, unit: str, today: date) -> Changed | None:
    kept = frame.once("newest", lambda: newest(sight))
    if not kept:
        return None
    last = kept[0]
    expected = None if now.figures is None else now.figures.expected
    sentence = ""
    if expected is not None and last.expected is not None:
        gap = expected - float(last.expected)
        given = {
            "title": last.title, "then": drawing.money(last.expected, unit), "now": drawing.money(expected, unit),
            "gap": drawing.money(abs(gap), unit),
        }  # fmt: skip
        if abs(gap) < 0.005 * max(expected, 1.0):
            sentence = _("The expected loss stands at %(now)s, as in “%(title)s”.") % given
        elif gap > 0:
            sentence = _("Since “%(title)s” the expected loss rose by %(gap)s, from %(then)s to %(now)s.") % given
        else:
            sentence = _("Since “%(title)s” the expected loss fell by %(gap)s, from %(then)s to %(now)s.") % given
    return Changed(last, sentence, _since(frame.once("since", lambda: _counted(sight, last.made_on))))


def _counted(sight: Sight, then: date) -> tuple[int, int, int, int]:
    """Risks added and closed, estimates revised and treatments done after a day."""
    risks = sight.each(Risk)
    return (
        risks.filter(opened_on__gt=then).count(),
        risks.filter(closed_on__gt=then).count(),
        sight.each(Estimate).filter(made_on__gt=then).exclude(changed_because="").count(),
        sight.each(Treatment).filter(done_on__gt=then).count(),
    )


def _since(counts: tuple[int, int, int, int]) -> list[str]:
    """What was done to the register after a day, counted."""
    added, closed, revised, done = counts
    told = (
        (added, ngettext("%(num)s risk was added", "%(num)s risks were added", added)),
        (closed, ngettext("%(num)s risk was closed", "%(num)s risks were closed", closed)),
        (revised, ngettext("%(num)s estimate was revised", "%(num)s estimates were revised", revised)),
        (done, ngettext("%(num)s treatment was done", "%(num)s treatments were done", done)),
    )
    return [words % {"num": count} for count, words in told if count]


def _first(rows: QuerySet[R]) -> tuple[list[R], int]:
    """The first five of these rows, and how many there are."""
    found = list(rows[:FIVE])
    return found, len(found) if len(found) < FIVE else rows.count()


def _asked(sight: Sight, over: Held, unit: str, today: date) -> Asked:
    """What is late or waits to be decided: whose, and by when. The longest overdue first; and how much there is in all.

    Of each kind the five with the earliest day are read, so that the first five are among them.
    """
    found, number = _overdue(sight, unit, today)
    ending = sight.each(Acceptance).filter(
        in_effect_on(today), effective_until__lte=today + SOON, risk__state=Risk.State.OPEN
    )
    lapsing, lapse = _first(ending.select_related("risk", "accepted_by").order_by("effective_until", "pk"))
    for row in lapsing:
        found.append(
            {
                "title": _("Accept anew or treat: %(risk)s") % {"risk": row.risk.title},
                "text": _("Its acceptance lapses; %(amount)s expected a year.")
                % {"amount": drawing.money(row.risk.expected, unit)},
                "who": str(row.accepted_by),
                "by": row.effective_until,
                "href": record_address(Risk.type_code(), row.risk_id),
            }
        )
    undecided, open_questions = _undecided(sight, over.appetite, unit, today)
    found += undecided
    waiting = sight.each(RiskAssessment).filter(state=RiskAssessment.State.SUBMITTED).order_by("performed_on", "pk")
    submitted, waits = _first(waiting)
    for assessment in submitted:
        found.append(
            {
                "title": _("Approve the assessment “%(title)s”") % {"title": assessment.title},
                "text": "",
                "who": _("another person than who prepared it"),
                "by": None,
                "href": record_address(RiskAssessment.type_code(), assessment.pk),
            }
        )
    ordered = sorted(found, key=lambda item: (item["by"] is None, str(item["by"] or "")))
    return ordered, number + lapse + open_questions + waits


def _overdue(sight: Sight, unit: str, today: date) -> Asked:
    """Treatments that should have been done."""
    rows, number = _first(
        sight.each(Treatment)
        .filter(risk__in=open_risks(sight), state__in=("planned", "under_way"), due__lt=today)
        .select_related("risk", "owner")
        .order_by("due", "pk")
    )
    sight.prime([row.owner for row in rows])
    return [
        {
            "title": _("Overdue: %(treatment)s") % {"treatment": row.title},
            "text": _("Against “%(risk)s”, %(amount)s expected a year.")
            % {"risk": row.risk.title, "amount": drawing.money(row.risk.expected, unit)},
            "who": str(row.owner) if sight.shows(row.owner) else "",
            "by": row.due,
            "href": record_address(Treatment.type_code(), row.pk),
        }
        for row in rows
    ], number


def _undecided(sight: Sight, appetite: Appetite | None, unit: str, today: date) -> Asked:
    """Risks beyond what their owner may bear, neither treated nor accepted: since the day on which an acceptance ended, or by
    that of the next look where none was given."""
    if appetite is None:
        return [], 0
    treated = Treatment.objects.filter(state__in=("planned", "under_way")).values("risk")
    accepted = Acceptance.objects.filter(in_effect_on(today)).values("risk")
    rows = open_risks(sight).filter(expected__gt=appetite.owner_may_accept)
    rows = rows.exclude(pk__in=treated).exclude(pk__in=accepted)
    former = sight.each(Acceptance).filter(risk=OuterRef("pk"), effective_until__lt=today)
    lapsed = Subquery(former.order_by("-effective_until", "-pk").values("effective_until")[:1])
    dated = rows.annotate(lapsed=lapsed).annotate(by=Coalesce("lapsed", "next_review"))
    first: list[Any]
    first, number = _first(dated.order_by("by", "-exposure", "-pk"))
    whom = {
        rules.Accepter.OWNER: _("its owner"),
        rules.Accepter.CISO: _("CISO"),
        rules.Accepter.COMMITTEE: _("a member of the committee"),
    }
    return [
        {
            "title": _("Treat or accept: %(risk)s") % {"risk": row.title},
            "text": (
                _("Nobody has borne it since its acceptance ended; %(amount)s expected a year.")
                if row.lapsed
                else _("%(amount)s expected a year.")
            )
            % {"amount": drawing.money(row.expected, unit)},
            "who": whom[
                rules.entitled(row.expected or Decimal(0), appetite.owner_may_accept, appetite.ciso_may_accept)
            ],
            "by": row.by,
            "href": record_address(Risk.type_code(), row.pk),
        }
        for row in first
    ], number


def _returns(sight: Sight, now: Whole, today: date) -> list[treating.Return]:
    """What treatments of the dearest risks save. Of a large register only these risks are put together: what a treatment takes
    off the expected year is the same, and what it takes off the worst years is for an analysis to say."""
    alive = sight.each(Treatment).filter(state__in=("planned", "under_way"), risk__state=Risk.State.OPEN)
    rows = list(
        alive.filter(risk__event_low__isnull=False)
        .select_related("risk", "owner")
        .order_by("-risk__exposure", "due", "pk")[: treating.MOST]
    )
    seen = open_risks(sight).filter(pk__in={row.risk_id for row in rows})
    names = dict(seen.values_list("pk", "number"))
    if now.figures is not None and now.risks <= LARGE:
        return treating.ranked(now.text, rows, names)
    if not names:
        return []
    found = treating.ranked(inputs_of(seen, Estimate.Kind.CURRENT, today).text, rows, names)
    return [replace(row, tail=None, chance=None) for row in found]
