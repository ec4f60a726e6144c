"""What engagements, their deliverables and the improvements that follow prove."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.engagements.models import Deliverable, Engagement, ImprovementProject
from quarterdeck.areas.evidence import claims as typed
from quarterdeck.areas.evidence import claims_vendors as typed_third
from quarterdeck.kernel.claims import Evidence, Outcome, Question, Verdict, predicate

#: Counsel advises on law; an assessor, consultant or auditor looks at how cybersecurity risk is managed.
LOOKING = (Engagement.Kind.ASSESSOR, Engagement.Kind.CONSULTANT, Engagement.Kind.AUDITOR)
ENGAGED = ("engagements.engagement", "evidence.evidence")


@predicate(
    "engagements.third_party", label=_("Outside experts engaged in the period"), bases=("period",), reads=ENGAGED
)
def third_party(question: Question) -> Outcome:
    """An assessor, consultant or auditor from outside was engaged on a day of the period. Value: how many engagements. A home
    that keeps no such engagement is asked for typed evidence instead."""
    start, end = question.basis.start, question.basis.end
    rows = list(Engagement.objects.filter(kind__in=LOOKING).order_by("contract_from", "pk"))
    if not rows:
        return typed_third.third_party(question)
    running = [row for row in rows if row.running(start, end)]
    if running:
        found = tuple(Evidence.of(row, note=_since(row)) for row in running)
        return Outcome(Verdict.SUPPORTED, len(running), 1, found)
    before = [row for row in rows if row.started_on is not None and row.started_on < start]
    against = tuple(Evidence.of(row, against=True, note=_since(row)) for row in before or rows)
    if before:
        because = _("Every engagement of an outside expert ended before the period.")
        return Outcome(Verdict.STALE, 0, 1, against, str(because))
    because = _("No engagement of an outside expert was under way in the period.")
    return Outcome(Verdict.UNEVIDENCED, 0, 1, against, str(because))


def _since(row: Engagement) -> str:
    if row.started_on is None:
        return str(_("planned only"))
    last = row.ended_on or row.contract_until
    if last is None:
        return str(_("since %(day)s") % {"day": row.started_on.isoformat()})
    return str(_("%(first)s to %(last)s") % {"first": row.started_on.isoformat(), "last": last.isoformat()})


@predicate(
    "risks.improved",
    label=_("Systems improved in the period"),
    bases=("period",),
    reads=("engagements.improvementproject", "evidence.evidence"),
)
def improved(question: Question) -> Outcome:
    """An improvement project was done in the period, and somebody other than who did it has verified it. Value: how many. A
    home without any project is asked for typed evidence instead."""
    start, end = question.basis.start, question.basis.end
    rows = list(ImprovementProject.objects.order_by("due", "pk"))
    if not rows:
        return typed.risks_improved(question)
    states = ImprovementProject.State
    done = [row for row in rows if row.done_on is not None and start <= row.done_on <= end]
    verified = [row for row in done if row.state == states.VERIFIED]
    waiting = tuple(
        Evidence.of(row, against=True, note=str(_("not verified yet"))) for row in done if row not in verified
    )
    if verified:
        return Outcome(Verdict.SUPPORTED, len(verified), 1, (*(Evidence.of(row) for row in verified), *waiting))
    if waiting:
        because = _("What was done in the period has not been verified by a second person.")
        return Outcome(Verdict.UNEVIDENCED, 0, 1, waiting, str(because))
    earlier = [row for row in rows if row.state == states.VERIFIED and row.done_on is not None and row.done_on < start]
    if earlier:
        newest = max(earlier, key=lambda row: (row.done_on, row.pk))
        return Outcome(
            Verdict.STALE,
            0,
            1,
            (Evidence.of(newest, against=True),),
            str(_("The newest improvement is of an earlier period.")),
        )
    undone = tuple(Evidence.of(row, against=True, note=str(row.get_state_display())) for row in rows)
    return Outcome(Verdict.UNEVIDENCED, 0, 1, undone, str(_("No improvement was finished in the period.")))


def assessed(question: Question) -> Outcome:
    """A risk assessment of the period by the performer asked for, with scope, method and result, that somebody other than who
    handed it in approved: a deliverable of an engagement, or typed evidence where no deliverable shows it.

    Asked by the risks area where its own assessments do not answer."""
    start, end = question.basis.start, question.basis.end
    typed_answer = typed.risks_assessed(question)
    performer = question.text("performer")
    rows = Deliverable.objects.filter(
        kind=Deliverable.Kind.RISK_ASSESSMENT, performed_on__gte=start, performed_on__lte=end
    ).select_related("engagement")
    asked = [
        row
        for row in rows.order_by("performed_on", "pk")
        if performer == "any" or (performer == "outside") == row.engagement.outside
    ]
    good = [row for row in asked if row.state == Deliverable.State.APPROVED]
    waiting = tuple(
        Evidence.of(row, against=True, note=str(row.get_state_display())) for row in asked if row not in good
    )
    if good:
        return Outcome(Verdict.SUPPORTED, len(good), 1, (*(Evidence.of(row) for row in good), *waiting))
    if waiting and not typed_answer.verdict.holds:
        because = _("A risk assessment of the period was handed in, and its result is not approved.")
        return Outcome(Verdict.UNEVIDENCED, 0, 1, (*waiting, *typed_answer.evidence), str(because))
    return typed_answer
