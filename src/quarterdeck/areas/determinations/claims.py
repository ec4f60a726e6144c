"""What assessments and determinations prove: the sentences of a current report rest on these.

Each names one incident by its key, so each may be asked only for a report on that incident (``about_another``): what the
record says of a walled matter is told to nobody who stands outside, not even as a verdict.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.determinations.content import changed_since
from quarterdeck.areas.determinations.models import Determination, FollowUp
from quarterdeck.areas.determinations.queries import decided, open_follow_ups, submitted_assessment
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel.claims import Claim, Evidence, Outcome, Question, Verdict, predicate
from quarterdeck.kernel.claims.registry import FILING_DATE

DECIDED = ("determinations.determination", "bodies.decision", "incidents.incident")
ASSESSED = (
    "determinations.assessment", "determinations.factor", "determinations.related", "incidents.incident",
    "incidents.opinion",
)  # fmt: skip


def about_another(claim: Claim, incident: int | None) -> bool:
    """Whether the claim asks about an incident other than ``incident`` (None: about any at all)."""
    return "incident" in claim.params and claim.params["incident"] != incident


def _incident(question: Question) -> Incident | None:
    return Incident.objects.filter(pk=question.number("incident")).first()


def _nowhere() -> Outcome:
    return Outcome(Verdict.UNEVIDENCED, because=_("There is no such incident."))


def _decided(question: Question, asked: str, answer: str, undecided: object, otherwise: object) -> Outcome:
    incident = _incident(question)
    if incident is None:
        return _nowhere()
    taken = decided(incident, asked, by=question.basis.day)
    if taken is None:
        return Outcome(Verdict.UNEVIDENCED, None, answer, because=str(undecided))
    rows = (Evidence.of(taken), Evidence.of(taken.decision))
    if taken.answer != answer:
        against = tuple(Evidence(row.type, row.id, row.title, True) for row in rows)
        return Outcome(Verdict.CONTRADICTED, taken.answer, answer, against, str(otherwise))
    return Outcome(Verdict.SUPPORTED, taken.answer, answer, rows)


@predicate(
    "determinations.material",
    label=_("Determined to be material"),
    bases=(FILING_DATE,),
    params={"incident": int},
    reads=DECIDED,
)
def material(question: Question) -> Outcome:
    """The governing body's standing decision, taken by the day, is that the incident is material."""
    return _decided(
        question,
        Determination.Question.MATERIALITY.value,
        Determination.Answer.MATERIAL.value,
        _("The body had not decided by the day whether it is material."),
        _("The body decided otherwise."),
    )


@predicate(
    "determinations.disclosure_necessary",
    label=_("Disclosure decided to be necessary"),
    bases=(FILING_DATE,),
    params={"incident": int},
    reads=DECIDED,
)
def disclosure_necessary(question: Question) -> Outcome:
    """The governing body's standing decision, taken by the day, is that the incident has to be disclosed."""
    return _decided(
        question,
        Determination.Question.DISCLOSURE.value,
        Determination.Answer.NECESSARY.value,
        _("The body had not decided by the day whether disclosure is necessary."),
        _("The body decided otherwise."),
    )


@predicate(
    "determinations.assessment_stands",
    label=_("The assessment stands as it was submitted"),
    bases=(FILING_DATE,),
    params={"incident": int, "sha256": str},
    reads=ASSESSED,
)
def assessment_stands(question: Question) -> Outcome:
    """The latest submitted assessment of the incident has this SHA-256, and nothing that it rests on has changed since.

    Value: how many facts under it changed; expected: none.
    """
    incident = _incident(question)
    if incident is None:
        return _nowhere()
    standing = submitted_assessment(incident)
    if standing is None:
        return Outcome(Verdict.UNEVIDENCED, None, 0, because=_("No submitted assessment stands."))
    if standing.sha256 != question.text("sha256"):
        newer = (Evidence.of(standing, against=True),)
        return Outcome(Verdict.CONTRADICTED, None, 0, newer, str(_("It was replaced by another assessment.")))
    changed = changed_since(standing)
    if changed:
        because = _("Changed since it was submitted: %(what)s.") % {"what": ", ".join(item.path for item in changed)}
        rows = (Evidence.of(standing, against=True),)
        return Outcome(Verdict.CONTRADICTED, len(changed), 0, rows, str(because))
    return Outcome(Verdict.SUPPORTED, 0, 0, (Evidence.of(standing),))


@predicate(
    "determinations.undetermined_listed",
    label=_("What is not determined is said"),
    bases=(FILING_DATE,),
    params={"incident": int, "listed": bool},
    reads=("determinations.followup",),
)
def undetermined_listed(question: Question) -> Outcome:
    """Questions on the incident are open if the sentence says that something is not determined (``listed`` yes), and none
    is open if it does not (``listed`` no). Value: whether questions are open.
    """
    incident = _incident(question)
    if incident is None:
        return _nowhere()
    listed = bool(question.claim.params.get("listed"))
    waiting = open_follow_ups(incident)
    if listed == bool(waiting):
        return Outcome(Verdict.SUPPORTED, bool(waiting), listed, tuple(Evidence.of(row) for row in waiting))
    rows = tuple(Evidence.of(row, against=True) for row in waiting)
    because = _("Questions are open that it does not name.") if waiting else _("Every question has been settled.")
    return Outcome(Verdict.CONTRADICTED, bool(waiting), listed, rows, str(because))


@predicate(
    "determinations.became_known",
    label=_("What was not determined became known"),
    bases=(FILING_DATE,),
    params={"incident": int, "follow_up": int},
    reads=("determinations.followup",),
)
def became_known(question: Question) -> Outcome:
    """The question ``follow_up`` on the incident was settled by the day, with what is known now."""
    row = FollowUp.objects.filter(pk=question.number("follow_up"), incident=question.number("incident")).first()
    if row is None:
        return Outcome(Verdict.UNEVIDENCED, because=_("There is no such question on the incident."))
    if row.settled_at is None or local_day(row.settled_at) > question.basis.day:
        return Outcome(Verdict.UNRESOLVED, False, True, (Evidence.of(row, against=True),), _("It is open."))
    return Outcome(Verdict.SUPPORTED, True, True, (Evidence.of(row),))
