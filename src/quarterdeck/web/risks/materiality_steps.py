"""What waits to be done before the question of materiality can be answered: by whom, and by when."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from quarterdeck.areas.determinations.models import Assessment
from quarterdeck.areas.risks.models import FinancialBaseline, ThreatReview
from quarterdeck.areas.risks.queries import OLD_AFTER
from quarterdeck.areas.safeguards.rules import months_after
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.kernel.ui.formats import day as said
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.risks import weighed

#: Assessments that are named.
NAMED = 5
Item = dict[str, object]


def asked(sight: Sight, baseline: FinancialBaseline | None, thresholds: bool, today: date) -> list[Item]:
    """Everything that is wanting and that the reader may know of, in the order in which it is done."""
    found = _figures(sight, baseline, today)
    if not thresholds:
        found.append(
            _item(
                _("Say from which amounts on you begin to ask"),
                _("No threshold is in use."),
                _("CISO or disclosure officer"),
                f"{reverse('risk_materiality')}#thresholds",
            )
        )
    return found + _factors(sight) + _question(sight, baseline)


def _spoken(words: str, **days: str) -> Markup:
    """A sentence of ours with days in it, which are markup already."""
    return Markup(words) % {name: Markup(day) for name, day in days.items()}  # noqa: S704 - a sentence of ours and days


def _item(title: str, text: str, who: str, href: str | None, by: date | None = None) -> Item:
    return {"title": title, "text": text, "who": who, "by": by, "href": href}


def _figures(sight: Sight, baseline: FinancialBaseline | None, today: date) -> list[Item]:
    rows = sight.each(FinancialBaseline).filter(state=FinancialBaseline.State.RECORDED)
    waiting = [
        _item(
            _spoken(
                _("Confirm the figures of %(first)s to %(last)s"),
                first=said(row.period_from),
                last=said(row.period_until),
            ),
            _("Until then no threshold rests on them."),
            _("another person than %(name)s") % {"name": row.recorded_by},
            record_address(FinancialBaseline.type_code(), row.pk),
        )
        for row in rows.select_related("recorded_by").order_by("-period_until", "-pk")[:NAMED]
    ]
    who, where = _("CISO or disclosure officer"), f"{reverse('risk_materiality')}#baseline"
    if baseline is None and not waiting:
        return [
            _item(
                _("Record the figures of the last financial year"),
                _("No threshold has an amount without them."),
                who,
                where,
            )
        ]
    if baseline is not None and today > months_after(baseline.period_until, OLD_AFTER):
        text = _spoken(_("Thresholds still rest on a period that ended on %(day)s."), day=said(baseline.period_until))
        waiting.append(_item(_("Record the figures of the last financial year"), text, who, where))
    return waiting


def _factors(sight: Sight) -> list[Item]:
    made = []
    for row in weighed.wanting(sight, NAMED):
        parts = []
        if row.open:
            parts.append(
                ngettext("%(num)s factor is not answered", "%(num)s factors are not answered", row.open)
                % {"num": row.open}
            )
        if row.unknown:
            parts.append(ngettext("%(num)s is unknown", "%(num)s are unknown", row.unknown) % {"num": row.unknown})
        made.append(
            _item(
                _("Settle what is open: %(incident)s") % {"incident": row.assessment.incident},
                "; ".join(parts) + ".",
                str(row.assessment.lead) if sight.shows(row.assessment.lead) else "",
                record_address(Assessment.type_code(), row.assessment.pk),
                row.by,
            )
        )
    return made


def _question(sight: Sight, baseline: FinancialBaseline | None) -> list[Item]:
    """The yearly question for the newest period of figures: prepared, brought, voted on."""
    if baseline is None or not sight.may_view(resource_of(ThreatReview)):
        return []
    rows = sight.each(ThreatReview).filter(
        period_until__gte=baseline.period_until, period_from__lte=baseline.period_until
    )
    if rows.filter(state=ThreatReview.State.DECIDED).exists():
        return []
    row = rows.select_related("decision__meeting__body").order_by("-pk").first()
    if row is None:
        title = _spoken(
            _("Prepare the yearly question for %(first)s to %(last)s"),
            first=said(baseline.period_from),
            last=said(baseline.period_until),
        )
        text = _("No body has said whether threats materially affected the company in it.")
        return [_item(title, text, _("CISO, counsel or disclosure officer"), f"{reverse('risk_materiality')}#question")]
    where = record_address(ThreatReview.type_code(), row.pk)
    if row.state == ThreatReview.State.PROPOSED and row.decision is not None:
        body = row.decision.meeting.body
        return [
            _item(_("Vote on “%(title)s”") % {"title": row.title}, "", str(body) if sight.shows(body) else "", where)
        ]
    return [_item(_("Bring “%(title)s” before the body") % {"title": row.title}, "", _("secretary"), where)]
