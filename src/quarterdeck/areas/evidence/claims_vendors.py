"""What typed evidence proves about vendors and outside experts.

The two functions about vendors are asked by the predicates of the vendors area while a home keeps no engagement as a record.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.evidence.weighing import (
    Row,
    against,
    attested,
    behind,
    contradicted,
    events,
    nothing_current,
    parameter_missing,
    valid,
)  # fmt: skip
from quarterdeck.kernel.claims import Outcome, Question, parameters

READS = ("evidence.evidence",)


def _newest_of_each(rows: Iterable[Row]) -> list[Row]:
    """One row for each engagement of a vendor: the one handed in last."""
    newest = {
        (row.text_of("vendor").casefold(), row.facts.get("engaged_on")): row for row in sorted(rows, key=lambda r: r.pk)
    }
    return list(newest.values())


def _evaluated_before(row: Row) -> bool:
    """Whether an evaluation was approved before the day of engagement."""
    approved, engaged = row.day_of("evaluation_approved_on"), row.day_of("engaged_on")
    return approved is not None and engaged is not None and approved < engaged


GENERALLY = parameters.declare(
    "generally.share",
    label=_("Generally"),
    says=_(
        "The share of the vendors engaged in a year whose evaluation has to be approved before, for “generally evaluate”."
    ),
    unit=parameters.Unit.SHARE,
)


def evaluated_before_engagement(question: Question) -> Outcome:
    """Of the vendors engaged in the period, a share of at least ``generally.share`` had an evaluation approved before, and
    every other has a dated exception. Value and expected: numbers of vendors."""
    share = question.company(GENERALLY)
    if share is None:
        return parameter_missing(GENERALLY)
    found, old = events("vendor", question.basis.start, question.basis.end)
    current = _newest_of_each(found)
    least = int((share * len(current)).to_integral_value(rounding="ROUND_CEILING"))
    if not current:
        return nothing_current(question, old, 1, _("No vendor engaged in the period is on record."))
    evaluated = [row for row in current if _evaluated_before(row)]
    others = [row for row in current if row not in evaluated]
    excepted = [row for row in others if row.day_of("exception_on") is not None]
    bare = [row for row in others if row not in excepted]
    rows = [
        *(against(row, _("engaged without an evaluation before and without an exception")) for row in bare),
        *(against(row, _exception(row)) if bare or len(evaluated) < least else behind(row, _exception(row)) for row in excepted),
        *(behind(row) for row in evaluated),
    ]  # fmt: skip
    if bare:
        return contradicted(
            len(evaluated), least, rows, _("Vendors were engaged with neither an evaluation nor a dated exception.")
        )
    if Decimal(len(evaluated)) < share * len(current):
        return contradicted(
            len(evaluated), least, rows, _("Too many vendors were engaged by exception for “generally”.")
        )
    return attested(len(evaluated), least, rows)


def _exception(row: Row) -> str:
    said = {"day": row.text_of("exception_on"), "reason": row.text_of("exception_reason")}
    return str(_("exception of %(day)s: %(reason)s") % said)


def _active(row: Row, start: date, end: date) -> bool:
    engaged, ended = row.day_of("engaged_on"), row.day_of("ended_on")
    return engaged is not None and engaged <= end and (ended is None or ended >= start)


def bound_by_procedures(question: Question) -> Outcome:
    """Every vendor active in the period accepted a version of the procedures by its end, and every obligation was met or
    followed up."""
    start, end = question.basis.start, question.basis.end
    every = valid("vendor")
    current = _newest_of_each(row for row in every if _active(row, start, end))
    if not current:
        old = [row for row in every if (row.day_of("engaged_on") or date.max) <= end]
        return nothing_current(question, old, 1, _("No vendor active in the period is on record."))
    wrong = []
    for row in current:
        accepted = row.day_of("accepted_on")
        if accepted is None or accepted > end:
            wrong.append(against(row, _("accepted no version of the procedures")))
        elif row.number_of("obligations_met_or_followed") < row.number_of("obligations"):
            left = row.number_of("obligations") - row.number_of("obligations_met_or_followed")
            wrong.append(against(row, _("%(left)d obligations neither met nor followed up") % {"left": left}))
    bound = len(current) - len(wrong)
    if wrong:
        return contradicted(
            bound, len(current), wrong, _("Not every active vendor is bound to the procedures and keeps them.")
        )
    accepted_versions = [
        behind(row, str(_("accepted version %(version)s") % {"version": row.text_of("procedures_version")}))
        for row in current
    ]
    return attested(bound, len(current), accepted_versions)


def third_party(question: Question) -> Outcome:
    """Typed: an outside assessor, consultant, auditor, risk assessment or test in the period.

    Asked by the engagements area for a home that keeps no engagement of an outside expert."""
    start, end = question.basis.start, question.basis.end
    current: list[Row] = []
    old: list[Row] = []
    for kind, facts in (
        ("expert", {}),
        ("risk_assessment", {"performer": "outside"}),
        ("security_test", {"performer": "outside"}),
    ):
        now, before = events(kind, start, end, **facts)
        current += now
        old += before
    # An engagement that began earlier and still ran in the period is one of the period.
    running = [
        row
        for row in old
        if row.kind == "expert"
        and row.effective_until is not None
        and row.effective_until >= start
        and row.effective_from <= end
    ]
    current += running
    if not current:
        return nothing_current(question, old, 1, _("No outside expert is on record."))
    return attested(len(current), 1, [behind(row) for row in current])
