"""What typed evidence proves about policies, risks, safeguards, tests, training and monitoring.

A typed upload never makes a claim *supported*: at best it is *attested*. What it says against the sentence counts in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.evidence import claims_vendors as claims_vendors  # registers its own predicates
from quarterdeck.areas.evidence.weighing import (
    Row,
    against,
    attested,
    behind,
    contradicted,
    events,
    nothing_current,
    parameter_missing,
    standing,
    withdrawn,
)  # fmt: skip
from quarterdeck.kernel.claims import Evidence, Outcome, Question, Verdict, parameters, predicate
from quarterdeck.kernel.claims.registry import ClaimError

READS = ("evidence.evidence",)
#: The policies that a sentence on the handling of threats and incidents speaks of.
HANDLING = ("threat_handling", "incident_handling", "incident_response")
DUTIES = ("severity", "source", "measures", "informing")

CONTINUOUSLY = parameters.declare(
    "continuous.tests_a_year",
    label=_("Continuous testing"),
    says=_("How many security tests a year there have to be before a sentence may call testing continuous."),
    unit=parameters.Unit.TIMES_A_YEAR,
)
TRAINED = parameters.declare(
    "training.completion",
    label=_("Completion of training"),
    says=_(
        "The share of those assigned a course that has to complete it before a sentence may say that employees are trained."
    ),
    unit=parameters.Unit.SHARE,
)


def _performer(question: Question) -> dict[str, str]:
    """The fact to ask for; none for “any”."""
    performer = question.text("performer")
    if performer not in ("any", "in_house", "outside"):
        raise ClaimError(f"{question.claim.name}: performer should be any, in_house or outside, not “{performer}”")
    return {} if performer == "any" else {"performer": performer}


def policy_in_force(question: Question) -> Outcome:
    """An approved, unexpired policy of the kind is in force on the day."""
    kind = question.text("policy_kind")
    current, old = standing("policy", question.basis.day, policy_kind=kind)
    if not current:
        none = _("No policy of this kind is on record.")
        return nothing_current(question, old, 1, none, withdrawn("policy", policy_kind=kind))
    return attested(len(current), 1, [behind(row, _version(row)) for row in current])


def _version(row: Row) -> str:
    return str(_("version %(version)s") % {"version": row.text_of("version")})


def policies_cover(question: Question) -> Outcome:
    """A policy in force on handling threats or incidents covers the duty; policies in force that all leave it out contradict."""
    duty = question.text("duty")
    if duty not in DUTIES:
        raise ClaimError(f"policies.covers: duty should be one of {', '.join(DUTIES)}, not “{duty}”")
    fact = f"covers_{duty}"
    found = [standing("policy", question.basis.day, policy_kind=kind) for kind in HANDLING]
    current = [row for rows, _old in found for row in rows]
    covering = [row for row in current if row.facts.get(fact) is True]
    if covering:
        return attested(len(covering), 1, [behind(row, _version(row)) for row in covering])
    if current:
        rows = [against(row, _("does not cover it")) for row in current]
        return contradicted(0, 1, rows, _("The policies in force do not cover it."))
    old = [row for _rows, rows in found for row in rows if row.facts.get(fact) is True]
    return nothing_current(question, old, 1, _("No policy on handling threats or incidents is on record."))


def policy_applied(question: Question) -> Outcome:
    """Something was done under the policy in the period."""
    kind = question.text("policy_kind")
    current, old = events("protocol_activity", question.basis.start, question.basis.end, policy_kind=kind)
    if not current:
        return nothing_current(question, old, 1, _("No activity under this policy is on record."))
    return attested(len(current), 1, [behind(row) for row in current])


def risks_assessed(question: Question) -> Outcome:
    """Typed: a risk assessment of the period whose result was approved, by the performer asked for.

    Asked by the engagements area where no deliverable shows one."""
    current, old = events("risk_assessment", question.basis.start, question.basis.end, **_performer(question))
    approved = [row for row in current if row.day_of("approved_on") is not None]
    open_ones = [against(row, _("its result is not approved")) for row in current if row not in approved]
    if approved:
        return attested(len(approved), 1, [*(behind(row) for row in approved), *open_ones])
    if open_ones:
        because = _("The assessments of the period have no approved result yet; approve one and attest it.")
        return Outcome(Verdict.UNEVIDENCED, 0, 1, tuple(open_ones), str(because))
    return nothing_current(question, old, 1, _("No risk assessment is on record."))


def risks_improved(question: Question) -> Outcome:
    """Typed: an improvement was finished in the period. Asked by the engagements area for a home without projects."""
    current, old = events("improvement", question.basis.start, question.basis.end)
    if not current:
        return nothing_current(question, old, 1, _("No improvement is on record."))
    return attested(len(current), 1, [behind(row) for row in current])


def risks_integrated(question: Question) -> Outcome:
    """The framework's owner accepted it on a day, and the enterprise register carries cybersecurity risks. Value: how many.

    Typed: asked by the risks area for a home that names no owner of a framework."""
    framework = question.text("framework")
    current, old = standing("integration", question.basis.day, framework=framework)
    if not current:
        return nothing_current(question, old, 1, _("No acceptance by the owner of the framework is on record."))
    carried = sum(row.number_of("cyber_risks") for row in current)
    if framework == "enterprise_risk_management" and carried == 0:
        rows = [against(row, _("carries no cybersecurity risk")) for row in current]
        return contradicted(0, 1, rows, _("The enterprise register carries no cybersecurity risk."))
    return attested(carried, 1, [behind(row) for row in current])


def safeguards_operating(question: Question) -> Outcome:
    """Typed: a safeguard of the kind is in operation and its last test, since the period began, found it effective.

    Asked by the safeguards area for a home that keeps no safeguard of the kind as a record."""
    day, start = question.basis.day, question.period.start
    current, old = standing("safeguard", day, safeguard_kind=question.text("safeguard_kind"))
    newest = {row.text_of("name").casefold(): row for row in sorted(current, key=_tested)}.values()
    recent = [row for row in newest if start <= _tested(row) <= day]
    effective = [row for row in recent if row.text_of("result") == "effective"]
    failed = [against(row, _("found not effective when tested")) for row in recent if row not in effective]
    if effective:
        return attested(len(effective), 1, [*(behind(row) for row in effective), *failed])
    if failed:
        return contradicted(0, 1, failed, _("Every safeguard of this kind that was tested was found not effective."))
    untested = [row for row in newest if _tested(row) < start]
    if untested:
        rows = tuple(against(row, _("last tested on %(day)s") % {"day": _tested(row).isoformat()}) for row in untested)
        return Outcome(
            Verdict.STALE, 0, 1, rows, str(_("No safeguard of this kind was tested since the period began."))
        )
    return nothing_current(question, old, 1, _("No safeguard of this kind is on record."))


def _tested(row: Row) -> date:
    return row.day_of("tested_on") or date.min


@predicate(
    "findings.tested",
    label=_("Security tested continuously"),
    bases=("period",),
    params={"performer": str},
    reads=(*READS, "claims.parameter"),
    company=(CONTINUOUSLY,),
)
def findings_tested(question: Question) -> Outcome:
    """Tests by the performer, as many in the period as ``continuous.tests_a_year`` says, every finding followed up."""
    rhythm = question.company(CONTINUOUSLY)
    if rhythm is None:
        return parameter_missing(CONTINUOUSLY)
    expected = int(rhythm)
    current, old = events("security_test", question.basis.start, question.basis.end, **_performer(question))
    if not current:
        return nothing_current(question, old, expected, _("No such test is on record."))
    unfollowed = [
        against(
            row,
            _("%(open)d of %(all)d findings not followed up")
            % {"open": row.number_of("findings") - row.number_of("followed"), "all": row.number_of("findings")},
        )
        for row in current
        if row.number_of("followed") < row.number_of("findings")
    ]
    if unfollowed:
        return contradicted(len(current), expected, unfollowed, _("Findings of the period were not followed up."))
    if len(current) < expected:
        rows = [behind(row) for row in current]
        return contradicted(len(current), expected, rows, _("Fewer tests than the company calls continuous."))
    return attested(len(current), expected, [behind(row) for row in current])


@predicate(
    "incidents.response_exercised",
    label=_("Incident response exercised in the period"),
    bases=("period",),
    reads=READS,
)
def response_exercised(question: Question) -> Outcome:
    """The plan was exercised in the period and every lesson of it is closed."""
    current, old = events("exercise", question.basis.start, question.basis.end)
    if not current:
        return nothing_current(question, old, 1, _("No exercise of the incident-response plan is on record."))
    unlearned = [
        against(row, _("%(open)d lessons open") % {"open": row.number_of("lessons") - row.number_of("closed")})
        for row in current
        if row.number_of("closed") < row.number_of("lessons")
    ]
    if unlearned:
        return contradicted(len(current), 1, unlearned, _("Lessons of the exercise are still open."))
    return attested(len(current), 1, [behind(row) for row in current])


def training_completion(question: Question) -> Outcome:
    """Completed over assigned, across the typed evidence of the period. What the claim rests on until a course was assigned
    here; :mod:`quarterdeck.areas.training.claims` asks it then no more. Value: the share."""
    least = question.company(TRAINED)
    if least is None:
        return parameter_missing(TRAINED)
    current, old = events("training", question.basis.start, question.basis.end)
    assigned = sum(row.number_of("assigned") for row in current)
    expected = share_text(least)
    if assigned == 0:
        return nothing_current(question, old, expected, _("No training with anybody assigned to it is on record."))
    completed = sum(row.number_of("completed") for row in current)
    value = share_text(Decimal(completed) / assigned)
    if completed >= least * assigned:
        return attested(value, expected, [behind(row, _completed(row)) for row in current])
    rows = [
        against(row, _completed(row)) if row.number_of("completed") < least * row.number_of("assigned") else behind(row)
        for row in current
    ]
    return contradicted(value, expected, rows, _("Fewer people completed their training than the company calls for."))


def _completed(row: Row) -> str:
    counts = {"completed": row.number_of("completed"), "assigned": row.number_of("assigned")}
    return str(_("%(completed)d of %(assigned)d completed it") % counts)


def share_text(share: Decimal) -> str:
    """A share of one with three decimals at most, never rounded up: a claim must not look better than it is."""
    text = format(share.quantize(Decimal("0.001"), rounding="ROUND_DOWN"), "f")
    return text.rstrip("0").rstrip(".")


@predicate(
    "monitoring.every_month",
    label=_("Monitored in every month"),
    bases=("period",),
    params={"target": str},
    reads=READS,
)
def monitored_every_month(question: Question) -> Outcome:
    """The target was monitored in every month of the period. Value: months with a record; expected: months."""
    start, end = question.basis.start, question.basis.end
    current, old = events("monitoring", start.replace(day=1), end, target=question.text("target"))
    wanted = list(_months(start, end))
    seen = {row.day_of("month") for row in current}
    missing = [month for month in wanted if month not in seen]
    if not current:
        return nothing_current(question, old, len(wanted), _("No monitoring of this is on record."))
    rows: list[Evidence] = [behind(row) for row in current]
    if missing:
        because = _("No monitoring is on record for %(months)s.") % {
            "months": ", ".join(f"{month:%Y-%m}" for month in missing)
        }
        return Outcome(Verdict.UNEVIDENCED, len(wanted) - len(missing), len(wanted), tuple(rows), str(because))
    return attested(len(wanted), len(wanted), rows)


def _months(start: date, end: date) -> Iterator[date]:
    month = start.replace(day=1)
    while month <= end:
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
