"""What the records of incidents prove."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.incidents import rules
from quarterdeck.areas.incidents.models import Incident, Task
from quarterdeck.areas.incidents.queries import (
    alive_within,
    counted,
    declared_within,
    duty_in_force,
    materiality_reviews,
    standing,
)  # fmt: skip
from quarterdeck.areas.incidents.rules import Bearing, Cover
from quarterdeck.kernel.claims import Evidence, Outcome, Question, Verdict, parameters, predicate
from quarterdeck.kernel.claims.registry import FILING_DATE
from quarterdeck.kernel.resource.walls import open_title

READS = ("incidents.incident", "incidents.measure", "incidents.notice")
DUTY_READS = ("bodies.charter", "bodies.charterduty", "bodies.body")

PROMPTLY = parameters.declare(
    "promptly.hours",
    label=_("Promptly"),
    says=_(
        "The most hours from declaring an incident to organising its assessment, and from a potentially material result to "
        "telling the board committee."
    ),
    unit=parameters.Unit.HOURS,
)
BRING_DOWN = parameters.declare(
    "bring_down.days",
    label=_("Review before filing"),
    says=_("How many days before filing the last review of open incidents may lie."),
    unit=parameters.Unit.DAYS,
)
#: No claim asks for it: the measure of the programme is held against it.
CONTAINMENT = parameters.declare(
    "containment.hours",
    label=_("Time to contain an incident"),
    says=_(
        "The most hours from declaring an incident to containing it. The measure on the programme page is held against it."
    ),
    unit=parameters.Unit.HOURS,
)


def _row(incident: Incident, *, against: bool = False, note: object = "") -> Evidence:
    """The incident as evidence. Of one behind a standing wall neither number nor title is told."""
    walled = incident.wall is not None and incident.wall.lifted_at is None
    title = str(_("An incident behind a wall")) if walled else str(incident)
    return Evidence(incident.type_code(), incident.pk, title, against, str(note))


def _by_duty(duty: str, day: date, value: int = 0) -> Outcome:
    """No case arose: the claim rests on the duty in a charter in force on the day."""
    found = duty_in_force(duty, day)
    if found is None:
        nobody = _("No such case arose, and no charter in force makes it anybody's duty.")
        return Outcome(Verdict.UNEVIDENCED, value, 0, because=str(nobody))
    stands = _("No such case arose; the duty stands in %(where)s.") % {"where": str(found)}
    return Outcome(Verdict.SUPPORTED, value, 0, (Evidence.of(found),), str(stands))


def _parameter(question: Question, code: str) -> Decimal | Outcome:
    found = question.company(code)
    if found is not None:
        return found
    return Outcome(Verdict.UNEVIDENCED, None, None, because=parameters.not_set(code))


def _all_or_contradicted(good: list[Evidence], wrong: list[Evidence], because: object) -> Outcome:
    """Supported when nothing is wrong. Value: how many are right; expected: all."""
    total = len(good) + len(wrong)
    if wrong:
        return Outcome(Verdict.CONTRADICTED, len(good), total, (*wrong, *good), str(because))
    return Outcome(Verdict.SUPPORTED, len(good), total, tuple(good))


_LACKING = {
    rules.Missing.SEVERITY: _("no severity"),
    rules.Missing.SOURCE: _("no source"),
    rules.Missing.MEASURE: _("no protective measure"),
    rules.Missing.NOTICE: _("nobody informed"),
}


def _situation(incident: Incident, measures: int, notices: int) -> rules.Situation:
    return rules.Situation(
        state=rules.State(incident.state),
        severity=incident.severity,
        source=incident.source,
        measures=measures,
        notices=notices,
        contained=incident.contained_at is not None,
        ratified=incident.containment_ratified_at is not None,
        potentially_material=incident.potentially_material,
        escalated=incident.escalated_at is not None,
        materiality=rules.Materiality(incident.materiality),
        lessons=bool(incident.lessons),
        plan_version=bool(incident.plan_version),
    )


@predicate("incidents.handled", label=_("Incidents handled by the rules"), bases=("period",), reads=READS)
def handled(question: Question) -> Outcome:
    """Every incident and threat declared in the period has severity, source, a protective measure and a notice.

    Without any, the rules themselves carry the sentence: value 0.
    """
    good, wrong = [], []
    for incident in counted(declared_within(question.basis.start, question.basis.end)):
        lacking = rules.handled(_situation(incident, incident.measure_count, incident.notice_count))  # type: ignore[attr-defined]
        if lacking:
            wrong.append(_row(incident, against=True, note=", ".join(str(_LACKING[what]) for what in lacking)))
        else:
            good.append(_row(incident))
    if not good and not wrong:
        return Outcome(Verdict.SUPPORTED, 0, 0, because=str(_("No incident or threat was declared in the period.")))
    return _all_or_contradicted(good, wrong, _("Not every incident of the period was handled by the rules."))


@predicate(
    "incidents.across_units",
    label=_("Units that worked together on incidents"),
    bases=("period",),
    params={"at_least": int},
    reads=("incidents.incident", "incidents.task"),
)
def across_units(question: Question) -> Outcome:
    """Tasks of the period's incidents were accepted by at least so many different units. Value: units."""
    incidents = declared_within(question.basis.start, question.basis.end)
    tasks = Task.objects.filter(incident__in=incidents.values("pk"), accepted_at__isnull=False)
    rows = list(tasks.select_related("unit", "incident__wall").order_by("pk"))
    units = {row.unit_id for row in rows}
    expected = question.number("at_least")
    evidence = tuple(_task_row(row) for row in rows)
    if not units:
        because = _("No unit accepted a task of an incident of the period.")
        return Outcome(Verdict.UNEVIDENCED, 0, expected, because=str(because))
    if len(units) < expected:
        return Outcome(
            Verdict.CONTRADICTED, len(units), expected, evidence, str(_("Fewer units took part than claimed."))
        )
    return Outcome(Verdict.SUPPORTED, len(units), expected, evidence)


def _task_row(row: Task) -> Evidence:
    wall = row.incident.wall
    walled = wall is not None and wall.lifted_at is None
    title = str(_("A task behind a wall")) if walled else str(row)
    return Evidence(row.type_code(), row.pk, title, note=str(row.unit))


@predicate(
    "incidents.assessed_promptly",
    label=_("Assessment organised promptly"),
    bases=("period",),
    reads=("incidents.incident", "claims.parameter", *DUTY_READS),
    company=(PROMPTLY,),
)
def assessed_promptly(question: Question) -> Outcome:
    """From declaring an incident of the period to organising its assessment no more than ``promptly.hours`` passed."""
    hours = _parameter(question, PROMPTLY)
    if isinstance(hours, Outcome):
        return hours
    good, wrong = [], []
    for incident in declared_within(question.basis.start, question.basis.end).filter(nature=Incident.Nature.INCIDENT):
        if rules.within(incident.declared_at, incident.assessing_at, int(hours)):
            good.append(_row(incident))
        else:
            late = _("assessment organised too late") if incident.assessing_at else _("assessment not organised")
            wrong.append(_row(incident, against=True, note=late))
    if not good and not wrong:
        return _by_duty("organise_assessment", question.basis.day)
    return _all_or_contradicted(good, wrong, _("Not every assessment was organised promptly."))


@predicate(
    "incidents.opinions_sought",
    label=_("Opinions sought where the plan asks"),
    bases=("period",),
    reads=("incidents.incident", "incidents.opinion", *DUTY_READS),
)
def opinions_sought(question: Question) -> Outcome:
    """Where an incident of the period needed an outside opinion by the plan, one was asked for."""
    good, wrong = [], []
    needed = declared_within(question.basis.start, question.basis.end).filter(opinions_needed=True)
    for incident in needed.prefetch_related("opinions"):
        if incident.opinions.all():
            good.append(_row(incident))
        else:
            wrong.append(_row(incident, against=True, note=_("no opinion asked for")))
    if not good and not wrong:
        return _by_duty("seek_opinions", question.basis.day)
    return _all_or_contradicted(good, wrong, _("An opinion that the plan asks for was not sought."))


@predicate(
    "incidents.escalated_promptly",
    label=_("Potentially material incidents escalated promptly"),
    bases=("period",),
    reads=("incidents.incident", "claims.parameter", *DUTY_READS),
    company=(PROMPTLY,),
)
def escalated_promptly(question: Question) -> Outcome:
    """From the assessment that found an incident potentially material to its escalation no more than ``promptly.hours``."""
    hours = _parameter(question, PROMPTLY)
    if isinstance(hours, Outcome):
        return hours
    good, wrong = [], []
    for incident in declared_within(question.basis.start, question.basis.end).filter(potentially_material=True):
        assert incident.assessed_at is not None
        if rules.within(incident.assessed_at, incident.escalated_at, int(hours)):
            good.append(_row(incident))
        else:
            late = _("escalated too late") if incident.escalated_at else _("not escalated")
            wrong.append(_row(incident, against=True, note=late))
    if not good and not wrong:
        return _by_duty("escalate", question.basis.day)
    return _all_or_contradicted(good, wrong, _("A potentially material incident was not escalated promptly."))


@predicate(
    "incidents.measures_decided",
    label=_("Measures decided by the body"),
    bases=("filing_date",),
    reads=("incidents.incident", "bodies.decision", *DUTY_READS),
)
def measures_decided(question: Question) -> Outcome:
    """For each potentially material incident from the period's start to the day, a body decided on the measures by the day."""
    day = question.basis.day
    good, wrong, waiting = [], [], []
    for incident in alive_within(question.period.start, day).filter(potentially_material=True):
        decision = incident.response_decision
        if decision is not None and decision.decided_on is not None and decision.decided_on <= day:
            good.append(_row(incident, note=open_title(decision)))
        elif incident.closed_at is None:
            waiting.append(_row(incident, against=True, note=_("open, no decision on measures yet")))
        else:
            wrong.append(_row(incident, against=True, note=_("closed without a decision on measures")))
    if waiting and not wrong:
        because = _("A potentially material incident waits for the body's decision.")
        return Outcome(Verdict.UNRESOLVED, len(good), len(good) + len(waiting), (*waiting, *good), str(because))
    if not good and not wrong:
        return _by_duty("decide_measures", day)
    return _all_or_contradicted(good, [*wrong, *waiting], _("No body decided on the measures."))


_BEARING = {
    Bearing.OPEN: _("open"),
    Bearing.UNDETERMINED: _("closed without a determination known on that day"),
    Bearing.MATERIAL: _("determined to be material"),
    Bearing.CLEAR: _("determined not to be material"),
}


@predicate(
    "incidents.none_material",
    label=_("No material incident"),
    bases=("period", "filing_date"),
    reads=("incidents.incident", "bodies.decision", "bodies.meeting", "claims.parameter"),
    company=(BRING_DOWN,),
)
def none_material(question: Question) -> Outcome:
    """A governing body reviewed materiality for every day of the span, and nothing in it is material, open or undetermined.

    Span: the period; on the filing date from the period's first day to the filing date, of which the review may leave out the
    last ``bring_down.days``. On the filing date only what was known by then counts. Value: material incidents; expected: 0.
    """
    at_filing = question.basis.kind == FILING_DATE
    start = question.period.start if at_filing else question.basis.start
    day = question.basis.day
    rest = timedelta(0)
    if at_filing:
        days = _parameter(question, BRING_DOWN)
        if isinstance(days, Outcome):
            return days
        rest = timedelta(days=int(days))
    known_by = day if at_filing else None
    found = {
        bearing: [incident for incident, what in _bearings(start, day, known_by) if what is bearing]
        for bearing in Bearing
    }
    clear = [_row(incident, note=_BEARING[Bearing.CLEAR]) for incident in found[Bearing.CLEAR]]
    material = _against(found[Bearing.MATERIAL], Bearing.MATERIAL)
    undecided = [
        *_against(found[Bearing.OPEN], Bearing.OPEN),
        *_against(found[Bearing.UNDETERMINED], Bearing.UNDETERMINED),
    ]
    if material:
        return Outcome(
            Verdict.CONTRADICTED,
            len(material),
            0,
            (*material, *undecided),
            str(_("An incident was determined to be material.")),
        )
    if undecided:
        because = _("Not resolved yet: %(count)d incidents or threats are open or undetermined.") % {
            "count": len(undecided)
        }
        return Outcome(Verdict.UNRESOLVED, 0, 0, tuple(undecided), str(because))
    reviews = list(materiality_reviews(known_by))
    covers = [
        Cover(review.covers_from, review.covers_until)
        for review in reviews
        if review.covers_from and review.covers_until
    ]
    gap = rules.first_uncovered(covers, start, day - rest)
    rows = (*(Evidence.of(review) for review in reviews), *clear)
    if gap is None:
        return Outcome(Verdict.SUPPORTED, 0, 0, rows)
    because = _("No governing body's review of materiality covers %(day)s; the review has to reach %(until)s.") % {
        "day": gap.isoformat(), "until": (day - rest).isoformat(),
    }  # fmt: skip
    newest_end = max((cover.end for cover in covers if cover.end >= start), default=None)
    if newest_end is None:
        return Outcome(Verdict.UNEVIDENCED, 0, 0, because=str(because))
    return Outcome(Verdict.STALE, 0, 0, rows, str(because))


def _bearings(start: date, day: date, known_by: date | None) -> Iterable[tuple[Incident, Bearing]]:
    for incident in alive_within(start, day):
        yield incident, rules.bearing(standing(incident), known_by)


def _against(incidents: list[Incident], bearing: Bearing) -> list[Evidence]:
    return [_row(incident, against=True, note=_BEARING[bearing]) for incident in incidents]
