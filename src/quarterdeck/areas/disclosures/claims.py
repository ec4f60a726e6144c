"""What the disclosures themselves prove: nothing went out before it was approved."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.kernel.claims import Claim, Evidence, Outcome, Question, Verdict, evaluate, predicate
from quarterdeck.kernel.claims.registry import FILING_DATE, PERIOD, YEAR_END, TimeBasis


@predicate(
    "disclosures.approved_before_release",
    label=_("Disclosures approved before they were released"),
    bases=("period", "filing_date"),
    reads=("disclosures.disclosure", "disclosures.approval", "bodies.charter", "bodies.charterduty"),
)
def approved_before_release(question: Question) -> Outcome:
    """Every disclosure released from the start of the period until the basis day had a standing approval; none released:
    the duty must stand in the board committee's charter in force."""
    released = list(
        Disclosure.objects.filter(
            state=Disclosure.State.RELEASED, filing_date__gte=question.period.start, filing_date__lte=question.basis.end
        ).order_by("pk")
    )
    without = [row for row in released if not row.approvals.filter(void_at=None).exists()]
    if without:
        rows = tuple(Evidence.of(row, against=True) for row in without)
        return Outcome(Verdict.CONTRADICTED, len(released) - len(without), len(released), rows)
    if released:
        return Outcome(Verdict.SUPPORTED, len(released), len(released), tuple(Evidence.of(row) for row in released))
    duty = Claim(
        "bodies.charter_duty", {"kind": "board_committee", "duty": "approve_before_dissemination"}, FILING_DATE
    )
    day = question.basis.end
    bases = {kind: TimeBasis(kind, day, day) for kind in (PERIOD, YEAR_END, FILING_DATE)}
    found = evaluate(duty, bases)
    return Outcome(
        found.verdict, 0, 0, found.evidence, found.because or _("Nothing was released; the duty is in the charter.")
    )
