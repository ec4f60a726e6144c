"""What the disclosures themselves prove: nothing went out before it was approved."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.determinations.models import Exposure
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


@predicate(
    "disclosures.reported",
    label=_("Reported before"),
    bases=(FILING_DATE,),
    params={"incident": int, "filed": str},
    reads=("disclosures.disclosure",),
)
def reported(question: Question) -> Outcome:
    """A current report on the incident with the filing date ``filed`` (as 2026-12-31) was filed."""
    rows = Disclosure.objects.filter(
        incident=question.number("incident"), state=Disclosure.State.RELEASED, filing_date__lte=question.basis.day
    )
    found = [row for row in rows.order_by("pk") if row.filing_date.isoformat() == question.text("filed")]
    if not found:
        return Outcome(Verdict.UNEVIDENCED, False, True, because=_("No report of that day was filed on it."))
    return Outcome(Verdict.SUPPORTED, True, True, tuple(Evidence.of(row) for row in found))


@predicate(
    "disclosures.made_public",
    label=_("What makes the company furnish a report"),
    bases=(FILING_DATE,),
    params={"incident": int, "trigger": str},
    reads=("disclosures.disclosure", "determinations.exposure"),
)
def made_public(question: Question) -> Outcome:
    """The record says that the incident was made public by the day, by ``trigger``: under home law (`home_law`), by filing with
    an exchange that makes it public (`exchange`), or by distribution to security holders (`holders`).

    Without such a row it rests on the word of whoever prepared the report, for example that it has to be made public
    still: attested.
    """
    reach = Exposure.objects.filter(incident=question.number("incident"), published_by=question.text("trigger")).first()
    if reach is not None and reach.published_at is not None and local_day(reach.published_at) <= question.basis.day:
        return Outcome(Verdict.SUPPORTED, True, True, (Evidence.of(reach),))
    rows = Disclosure.objects.filter(incident=question.number("incident"), trigger=question.text("trigger"))
    found = list(rows.exclude(state=Disclosure.State.WITHDRAWN).order_by("pk"))
    if not found:
        return Outcome(Verdict.UNEVIDENCED, False, True, because=_("No report on it says so."))
    late = [row for row in found if row.published_on is not None and row.published_on > question.basis.day]
    if late:
        against = tuple(Evidence.of(row, against=True) for row in late)
        return Outcome(Verdict.CONTRADICTED, False, True, against, _("It was made public after that day."))
    return Outcome(Verdict.ATTESTED, True, True, tuple(Evidence.of(row) for row in found))
