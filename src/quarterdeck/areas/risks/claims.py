"""What the register, assessments, acceptances and the body's yearly answer prove."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.engagements import claims as engaged
from quarterdeck.areas.evidence import claims as typed
from quarterdeck.areas.incidents import claims as incidents
from quarterdeck.areas.risks.models import FrameworkAcceptance, FrameworkOwner, Risk, RiskAssessment, ThreatReview
from quarterdeck.areas.risks.queries import standing_on
from quarterdeck.areas.safeguards.rules import months_after
from quarterdeck.kernel.claims import Evidence, Outcome, Question, Verdict, predicate
from quarterdeck.kernel.claims.registry import FILING_DATE


@predicate(
    "risks.assessed",
    label=_("Risks assessed in the period"),
    bases=("period",),
    params={"performer": str},
    reads=("risks.riskassessment", "engagements.deliverable", "engagements.engagement", "evidence.evidence"),
)
def assessed(question: Question) -> Outcome:
    """An assessment of the period by the performer asked for, with scope, method and result, that somebody other than its
    preparer approved: an assessment of the register, a deliverable of an engagement, or typed evidence where neither is kept.
    Value: how many."""
    start, end = question.basis.start, question.basis.end
    performer = question.text("performer")
    if not RiskAssessment.objects.filter(performed_on__lte=end).exists():
        return engaged.assessed(question)
    rows = RiskAssessment.objects.filter(performed_on__gte=start, performed_on__lte=end)
    asked = [
        row
        for row in rows.order_by("performed_on", "pk")
        if performer == "any" or (performer == "outside") == row.outside
    ]
    good = [row for row in asked if row.state == RiskAssessment.State.APPROVED]
    waiting = tuple(
        Evidence.of(row, against=True, note=str(row.get_state_display())) for row in asked if row not in good
    )
    if good:
        return Outcome(Verdict.SUPPORTED, len(good), 1, (*(Evidence.of(row, note=_how(row)) for row in good), *waiting))
    delivered = engaged.assessed(question)
    if delivered.verdict is Verdict.SUPPORTED:
        return Outcome(delivered.verdict, delivered.value, 1, (*delivered.evidence, *waiting), delivered.because)
    if waiting:
        because = _("The assessments of the period have no approved result yet.")
        return Outcome(Verdict.UNEVIDENCED, 0, 1, waiting, str(because))
    earlier = RiskAssessment.objects.filter(state=RiskAssessment.State.APPROVED, performed_on__lt=start)
    newest = earlier.order_by("-performed_on", "-pk").first()
    if newest is not None:
        because = _("The newest approved assessment is of an earlier period.")
        return Outcome(Verdict.STALE, 0, 1, (Evidence.of(newest, against=True),), str(because))
    return Outcome(Verdict.UNEVIDENCED, 0, 1, (), str(_("No assessment of risks was approved in the period.")))


def _how(row: RiskAssessment) -> str:
    return f"{row.get_performer_display()}: {row.performer_name}, {row.performed_on.isoformat()}"


@predicate(
    "risks.integrated",
    label=_("Integrated into a framework"),
    bases=("filing_date",),
    params={"framework": str},
    reads=("risks.frameworkacceptance", "risks.frameworkowner", "risks.risk", "evidence.evidence"),
)
def integrated(question: Question) -> Outcome:
    """Whoever owns the framework on the day accepted the cyber risks into it at most twelve months before, in words that stand,
    and the register holds open risks, each in a category of the company's risk management. Value: open risks. A home that
    names no owner of a framework is asked for typed evidence instead."""
    framework, day = question.text("framework"), question.basis.day
    if not FrameworkOwner.objects.filter(effective_from__lte=day).exists():
        return typed.risks_integrated(question)
    owners = FrameworkOwner.objects.on(day).filter(framework=framework)
    owner = owners.order_by("-effective_from", "-pk").select_related("person").first()
    if owner is None:
        return Outcome(Verdict.UNEVIDENCED, 0, 1, (), str(_("Nobody owns this framework on the day.")))
    rows = FrameworkAcceptance.objects.filter(owner__framework=framework, accepted_on__lte=day)
    rows = rows.select_related("owner", "owner__person").order_by("-accepted_on", "-pk")
    stands = next((row for row in rows if row.withdrawn_on is None or row.withdrawn_on > day), None)
    if stands is None:
        gone = rows.first()
        if gone is None:
            because = _("The owner of the framework has not accepted the cyber risks into it.")
            return Outcome(Verdict.UNEVIDENCED, 0, 1, (Evidence.of(owner, against=True),), str(because))
        because = _("The acceptance into the framework was withdrawn.")
        return Outcome(Verdict.CONTRADICTED, 0, 1, (Evidence.of(gone, against=True),), str(because))
    risks = list(Risk.objects.filter(standing_on(day)).order_by("pk"))
    accepted = Evidence.of(stands, note=_accepted(stands))
    if not risks:
        because = _("The register holds no open cybersecurity risk on the day.")
        return Outcome(Verdict.CONTRADICTED, 0, 1, (Evidence.of(stands, against=True),), str(because))
    if stands.accepted_on < months_after(day, -12):
        because = _("The acceptance is older than twelve months.")
        return Outcome(Verdict.STALE, len(risks), 1, (Evidence.of(stands, against=True),), str(because))
    if stands.owner.person_id != owner.person_id:
        because = _("The framework has another owner since; they have not accepted the risks.")
        return Outcome(
            Verdict.STALE, len(risks), 1, (Evidence.of(stands, against=True), Evidence.of(owner)), str(because)
        )
    return Outcome(Verdict.SUPPORTED, len(risks), 1, (accepted, *(Evidence.of(risk) for risk in risks)))


def _accepted(row: FrameworkAcceptance) -> str:
    said = _("accepted on %(day)s by %(who)s")
    return str(said % {"day": row.accepted_on.isoformat(), "who": row.owner.person})


@predicate(
    "risks.none_affecting",
    label=_("No threat materially affected the company"),
    bases=("period", FILING_DATE),
    reads=("risks.threatreview", "incidents.incident", "bodies.decision", "bodies.meeting", "claims.parameter"),
    company=(incidents.BRING_DOWN,),
)
def none_affecting(question: Question) -> Outcome:
    """A body decided, on a list of the threats and incidents of the period and of earlier ones and in aggregate, that none
    materially affected the company or is reasonably likely to, and no incident is material, open or undetermined. A home
    that has put no such list before a body by then rests on the body's review of materiality alone."""
    below = incidents.none_material(question)
    at_filing = question.basis.kind == FILING_DATE
    start = question.period.start if at_filing else question.basis.start
    end = question.period.end if at_filing else question.basis.end
    voted = ThreatReview.objects.filter(period_from__lte=end, decided_on__isnull=False)
    if not (voted.filter(decided_on__lte=question.basis.day) if at_filing else voted).exists():
        return below
    decided = ThreatReview.objects.filter(state=ThreatReview.State.DECIDED, period_until__gte=start)
    known = Q(decided_on__lte=question.basis.day) if at_filing else Q()
    rows = list(decided.filter(known).order_by("decided_on", "pk"))
    against = [row for row in rows if row.answer != ThreatReview.Answer.NOT_AFFECTED]
    newest = max((row.decided_on for row in rows if row.decided_on), default=date.min)
    standing = [row for row in against if row.decided_on == newest or row.answer == ThreatReview.Answer.AFFECTED]
    if standing:
        found = tuple(Evidence.of(row, against=True, note=str(row.get_answer_display())) for row in standing)
        because = _(
            "The body found that a threat has, or is reasonably likely to have, affected the company materially."
        )
        return Outcome(Verdict.CONTRADICTED, len(standing), 0, found, str(because))
    gap = _uncovered(rows, start, end)
    reviews = tuple(Evidence.of(row, note=_answered(row)) for row in rows)
    if gap is not None and rows:
        uncovered = _("No decided list of threats and incidents covers %(day)s.") % {"day": gap.isoformat()}
        return Outcome(Verdict.STALE, 0, 0, reviews, str(uncovered))
    if gap is not None:
        undecided = _("No body has decided on a list of the threats and incidents of the period.")
        return Outcome(Verdict.UNEVIDENCED, 0, 0, below.evidence, str(undecided))
    return Outcome(below.verdict, below.value, 0, (*reviews, *below.evidence), below.because)


def _answered(row: ThreatReview) -> str:
    return f"{row.get_answer_display()}, {row.decided_on.isoformat() if row.decided_on else ''}"


def _uncovered(rows: list[ThreatReview], start: date, end: date) -> date | None:
    """The first day from ``start`` to ``end`` that no row covers; None when all are covered."""
    day = start
    for row in sorted(rows, key=lambda row: row.period_from):
        if row.period_from <= day <= row.period_until:
            day = row.period_until + timedelta(1)
    return day if day <= end else None
