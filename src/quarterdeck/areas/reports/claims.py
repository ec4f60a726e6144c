"""What receipts of reports prove."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Body, Membership
from quarterdeck.areas.people.models import Position
from quarterdeck.areas.reports.models import Recipient, Report, ReportTopic
from quarterdeck.kernel.claims import Evidence, Outcome, Question, Verdict, parameters, predicate
from quarterdeck.kernel.claims.registry import ClaimError

BODIES = frozenset(Body.Kind.values)
MANAGEMENT = "management"
TIMES = frozenset({"regularly", "periodically"})


def _audience(audience: str, day: str) -> Q:
    """Recipients that are of the audience on the day in the field ``day``.

    A body of that kind, or a person who sat on one. Management: a management committee, or an executive or department head.
    """
    kind = Body.Kind.MANAGEMENT_COMMITTEE if audience == MANAGEMENT else audience
    at = Q(effective_from__lte=OuterRef(day)) & (Q(effective_until=None) | Q(effective_until__gte=OuterRef(day)))
    sitting = Membership.objects.filter(
        at, person=OuterRef("person"), body__kind=kind, role__in=(Membership.Role.CHAIR, Membership.Role.MEMBER)
    )
    found = Q(body__kind=kind) | Q(Exists(sitting))
    if audience == MANAGEMENT:
        leading = (Position.Level.EXECUTIVE, Position.Level.DEPARTMENT_HEAD)
        found |= Q(Exists(Position.objects.filter(at, person=OuterRef("person"), level__in=leading)))
    return found


def _asked(question: Question) -> tuple[str, tuple[str, ...], str]:
    audience, times = question.text("audience"), question.text("times")
    topics = tuple(part.strip() for part in question.text("topics").split(",") if part.strip())
    if audience not in BODIES | {MANAGEMENT}:
        raise ClaimError(f"reports.received: there is no audience “{audience}”")
    unknown = [topic for topic in topics if topic not in ReportTopic.Topic.values]
    if unknown or not topics:
        raise ClaimError(f"reports.received: there is no topic “{', '.join(unknown)}”")
    if times not in TIMES:
        raise ClaimError("reports.received: times should be regularly or periodically")
    return audience, topics, f"{times}.times_a_year"


REGULARLY = parameters.declare(
    "regularly.times_a_year",
    label=_("Regularly"),
    says=_("How many times a year reports have to be received before a sentence may say “regularly”."),
    unit=parameters.Unit.TIMES_A_YEAR,
)
PERIODICALLY = parameters.declare(
    "periodically.times_a_year",
    label=_("Periodically"),
    says=_("How many times a year reports have to be received before a sentence may say “periodically”."),
    unit=parameters.Unit.TIMES_A_YEAR,
)


@predicate(
    "reports.received",
    label=_("Reports received by an audience"),
    bases=("period",),
    params={"audience": str, "topics": str, "times": str},
    reads=(
        "reports.report", "reports.reporttopic", "reports.recipient", "bodies.body", "bodies.membership", "people.position",
        "claims.parameter",
    ),
    company=(REGULARLY, PERIODICALLY),
)  # fmt: skip
def received(question: Question) -> Outcome:
    """Each topic was in so many reports, acknowledged by the audience in the period, as the company's word for it says.

    Value: the number of reports of the topic with the fewest; expected: the company's number of times a year.
    """
    audience, topics, code = _asked(question)
    rhythm = question.company(code)
    if rhythm is None:
        return Outcome(Verdict.UNEVIDENCED, None, None, because=parameters.not_set(code))
    expected = int(rhythm)
    start, end = question.basis.start, question.basis.end
    rows = list(_receipts(audience, start, end))
    waiting = [
        Evidence.of(row, against=True, note=str(_("sent, not acknowledged")))
        for row in _unacknowledged(audience, start, end)
    ]
    reports: dict[str, set[int]] = defaultdict(set)
    for row in ReportTopic.objects.filter(report__in={row.report_id for row in rows}, topic__in=topics, dropped=False):
        reports[row.topic].add(row.report_id)
    counted = {key for keys in reports.values() for key in keys}
    behind = [Evidence.of(row, note=_when(row)) for row in rows if row.report_id in counted]
    fewest = min(len(reports[topic]) for topic in topics)
    short = [str(ReportTopic.Topic(topic).label) for topic in topics if len(reports[topic]) < expected]
    if not short:
        return Outcome(Verdict.SUPPORTED, fewest, expected, tuple(behind))
    if not behind:
        nothing = _("No report on these topics was acknowledged by this audience in the period.")
        return Outcome(Verdict.UNEVIDENCED, 0, expected, tuple(waiting), str(nothing))
    because = _("Received fewer than %(expected)d times: %(topics)s.") % {
        "expected": expected,
        "topics": ", ".join(short),
    }
    return Outcome(Verdict.CONTRADICTED, fewest, expected, (*behind, *waiting), str(because))


def _when(row: Recipient) -> str:
    assert row.received_on is not None
    return str(_("received on %(day)s") % {"day": row.received_on.isoformat()})


def _receipts(audience: str, start: date, end: date) -> Iterator[Recipient]:
    rows = Recipient.objects.filter(
        _audience(audience, "received_on"), received_on__range=(start, end), report__state__in=_OUT
    )
    yield from rows.select_related("report", "body", "person").order_by("received_on", "pk")


def _unacknowledged(audience: str, start: date, end: date) -> Iterator[Recipient]:
    rows = Recipient.objects.filter(
        _audience(audience, "delivered_on"), received_on=None, delivered_on__range=(start, end), report__state__in=_OUT
    )
    yield from rows.select_related("report", "body", "person").order_by("delivered_on", "pk")


_OUT = (Report.State.SENT, Report.State.CLOSED)
