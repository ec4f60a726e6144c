"""The next legal step on the whole path of an incident: contained, assessed, escalated, decided on, disclosed, closed.

What can be told from the incident alone (rate it, contain it, trace it, learn from it) is for the rules of incidents to
say. Here stands what follows once its assessment is organised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from quarterdeck.areas.bodies.actions.footing import BEFORE_CLOSE
from quarterdeck.areas.bodies.models import Decision, Meeting
from quarterdeck.areas.bodies.queries import local_day, result_of, still_to_vote
from quarterdeck.areas.determinations import rules
from quarterdeck.areas.determinations.content import changed_since
from quarterdeck.areas.determinations.models import Assessment, Determination, FollowUp
from quarterdeck.areas.determinations.queries import (
    domestic_on,
    draft_of,
    open_follow_ups,
)
from quarterdeck.areas.incidents.models import Incident, Opinion
from quarterdeck.areas.incidents.queries import situation
from quarterdeck.areas.incidents.rules import Materiality, Missing, Situation, State, missing
from quarterdeck.areas.incidents.walling import standing_wall
from quarterdeck.kernel import clock
from quarterdeck.kernel.records import Record


class Why(StrEnum):
    """Why a step is next. Those of the incident itself carry the names that its own rules give them."""

    SEVERITY = "severity"
    SOURCE = "source"
    MEASURE = "measure"
    NOTICE = "notice"
    CONTAINMENT = "containment"
    RATIFICATION = "ratification"
    ORGANISE = "assessment_organised"
    RESULT = "assessment"
    REVIEW = "determination"
    LESSONS = "lessons"
    PLAN_VERSION = "plan_version"
    OPEN_ASSESSMENT = "open_assessment"
    WRITE = "write"
    ANSWER = "answer"
    UNITS = "units"
    OPINION = "opinion"
    ASK_OPINION = "ask_opinion"
    SUBMIT = "submit"
    FACTS_CHANGED = "facts_changed"
    WITHDRAW = "withdraw"
    WALL = "wall"
    ESCALATE = "escalate"
    BRING = "bring"
    CALL = "call"
    OPEN_MEETING = "open_meeting"
    PUT = "put"
    VOTE = "vote"
    DECLARE = "declare"
    PROPOSE_AGAIN = "propose_again"
    DISCLOSE = "disclose"
    AMEND = "amend"
    FOLLOW_UP = "follow_up"
    ASSESS_AGAIN = "assess_again"
    CLOSE = "close"


#: The action that takes each step.
ACTIONS: Final[Mapping[Why, str]] = {
    Why.SEVERITY: "incidents.incident.rate",
    Why.SOURCE: "incidents.incident.trace",
    Why.MEASURE: "incidents.measure.add",
    Why.NOTICE: "incidents.notice.give",
    Why.CONTAINMENT: "incidents.incident.contain",
    Why.RATIFICATION: "incidents.incident.ratify_containment",
    Why.ORGANISE: "incidents.incident.organise_assessment",
    Why.RESULT: "incidents.incident.record_assessment",
    Why.REVIEW: "incidents.incident.determine",
    Why.LESSONS: "incidents.incident.record_lessons",
    Why.PLAN_VERSION: "incidents.incident.change",
    Why.OPEN_ASSESSMENT: "determinations.assessment.open",
    Why.WRITE: "determinations.assessment.write",
    Why.ANSWER: "determinations.factor.answer",
    Why.UNITS: "incidents.task.accept",
    Why.OPINION: "incidents.opinion.receive",
    Why.ASK_OPINION: "incidents.opinion.ask",
    Why.SUBMIT: "determinations.assessment.submit",
    Why.FACTS_CHANGED: "determinations.assessment.open",
    Why.WITHDRAW: "bodies.decision.withdraw",
    Why.WALL: "incidents.incident.raise_wall",
    Why.ESCALATE: "incidents.incident.escalate",
    Why.BRING: "determinations.assessment.bring",
    Why.CALL: "bodies.meeting.call",
    Why.OPEN_MEETING: "bodies.meeting.open",
    Why.PUT: "bodies.decision.put",
    Why.VOTE: "bodies.vote.cast",
    Why.DECLARE: "bodies.decision.declare",
    Why.PROPOSE_AGAIN: "determinations.determination.propose_again",
    Why.DISCLOSE: "disclosures.disclosure.draft_current",
    Why.AMEND: "disclosures.disclosure.amend",
    Why.FOLLOW_UP: "determinations.followup.settle",
    Why.ASSESS_AGAIN: "determinations.assessment.open",
    Why.CLOSE: "incidents.incident.close",
}


class Paper(StrEnum):
    """How far the newest assessment is."""

    NONE = "none"
    DRAFT = "draft"
    SUBMITTED = "submitted"


class Table(StrEnum):
    """How far the body is with the next of the proposals before it."""

    NOTHING = "nothing"
    PLANNED = "planned"
    CALLED = "called"
    MEETING = "meeting"
    VOTING = "voting"
    VOTED = "voted"


@dataclass(frozen=True)
class Path:
    """Everything the next step hangs on.

    ``lacks``: what a draft still needs. ``stale``: facts under the submitted assessment changed since. ``table``: the
    proposals before the body. ``again``: a proposal was lost or withdrawn in a meeting that still goes on. ``undecided``:
    questions without an answer that stands. ``rests``: what was decided rests on the submitted assessment, or needs no other. ``asked``: an
    opinion was asked for and has not come. ``follow_up``: the day the next open question is due. ``to_disclose``:
    disclosure was found necessary and no report of it was released. ``to_amend``: what the report could not say has become
    known since it was filed.
    """

    incident: Situation
    today: date
    walled: bool
    paper: Paper = Paper.NONE
    lacks: tuple[rules.Lacks, ...] = ()
    stale: bool = False
    table: Table = Table.NOTHING
    again: bool = False
    undecided: tuple[rules.Question, ...] = tuple(rules.Question)
    rests: bool = False
    asked: bool = False
    follow_up: date | None = None
    to_disclose: bool = False
    to_amend: bool = False


@dataclass(frozen=True)
class Step:
    """The step to take next: why, and by which action (``app.model.name``)."""

    because: Why
    action: str


_WRITING: Final[Mapping[rules.Lacks, Why]] = {
    rules.Lacks.SEVERITY: Why.SEVERITY,
    rules.Lacks.SOURCE: Why.SOURCE,
    rules.Lacks.UNITS: Why.UNITS,
    rules.Lacks.FACTORS: Why.ANSWER,
}
_AT_THE_TABLE: Final[Mapping[Table, Why]] = {
    Table.PLANNED: Why.CALL,
    Table.CALLED: Why.OPEN_MEETING,
    Table.MEETING: Why.PUT,
    Table.VOTING: Why.VOTE,
    Table.VOTED: Why.DECLARE,
}
#: What is asked for early and holds nothing up once the assessment says that it could be material.
_MAY_WAIT: Final = frozenset(
    {Missing.CONTAINMENT, Missing.MEASURE, Missing.NOTICE, Missing.LESSONS, Missing.PLAN_VERSION}
)
#: Told by the path here, not by the incident's own rules.
_OF_THE_PATH: Final = frozenset({Missing.ASSESSMENT, Missing.ESCALATION, Missing.DETERMINATION})


def next_step(path: Path) -> Step | None:
    """The step to take next; None once it is closed."""
    if path.incident.state is State.CLOSED:
        return None
    because = _next(path)
    return Step(because, ACTIONS[because])


def _next(path: Path) -> Why:
    lacking = missing(path.incident)
    early = path.incident.state is not State.ASSESSED
    for what in lacking:
        if what not in _OF_THE_PATH and (early or what not in _MAY_WAIT):
            if what in (Missing.LESSONS, Missing.PLAN_VERSION):
                continue
            return Why(what.value)
    if early:
        return _assessing(path)
    if path.incident.potentially_material:
        onward = _deciding(path)
        if onward is not None:
            return onward
    elif path.paper is Paper.DRAFT:
        return _finishing(path)
    elif Missing.DETERMINATION in lacking:
        return Why.REVIEW
    if path.follow_up is not None and path.follow_up <= path.today:
        return Why.FOLLOW_UP
    for what in lacking:
        if what not in _OF_THE_PATH:
            return Why(what.value)
    return Why.CLOSE if path.follow_up is None else Why.FOLLOW_UP


def _assessing(path: Path) -> Why:
    """While it is being assessed. What nobody takes to be material is recorded in words; the rest needs every factor."""
    if path.paper is Paper.DRAFT:
        return _finishing(path)
    return Why.OPEN_ASSESSMENT if path.walled or path.incident.escalated else Why.RESULT


def _finishing(path: Path) -> Why:
    if not path.lacks:
        return Why.SUBMIT
    first = path.lacks[0]
    if first is rules.Lacks.OPINIONS:
        return Why.OPINION if path.asked else Why.ASK_OPINION
    return _WRITING.get(first, Why.WRITE)


def _deciding(path: Path) -> Why | None:
    """From a result that could be material to three answers of the body; None once they stand and nothing is left."""
    if not path.walled and (path.undecided or path.table is not Table.NOTHING):
        return Why.WALL
    if not path.incident.escalated:
        return Why.ESCALATE
    if path.table is not Table.NOTHING:
        return Why.WITHDRAW if path.stale else _AT_THE_TABLE[path.table]
    if path.paper is Paper.DRAFT:
        return _finishing(path)
    if path.undecided or not path.rests:
        if path.paper is Paper.NONE:
            return Why.OPEN_ASSESSMENT
        if path.stale:
            return Why.FACTS_CHANGED
        return Why.PROPOSE_AGAIN if path.again else Why.BRING if path.walled else Why.WALL
    if path.to_disclose:
        return Why.DISCLOSE
    if path.to_amend:
        return Why.AMEND
    if path.incident.materiality is Materiality.UNDETERMINED:
        return Why.ASSESS_AGAIN if path.follow_up is None else Why.FOLLOW_UP
    return None


# ---------------------------------------------------------------- the record


@dataclass(frozen=True)
class Course:
    """The next step on an incident with the record it is taken on (None: one is made), and the day it is due."""

    path: Path
    step: Step | None
    on: Record | None
    due: date | None = None
    #: What changed under the submitted assessment.
    changed: tuple[rules.Difference, ...] = ()


def course_of(
    incident: Incident, *, disclosed: bool = False, to_amend: bool = False, now: Situation | None = None
) -> Course:
    """The next legal step as the record stands. ``disclosed``: a report on it was released, ``to_amend``: it has to be
    amended, both of which only those above know; ``now``: the incident as its own rules see it, where the caller has read it."""
    written = list(
        Assessment.objects.filter(incident=incident).exclude(state=Assessment.State.SUPERSEDED).order_by("-pk")
    )
    for row in written:
        row.incident = incident
    draft = next((row for row in written[:1] if row.state == Assessment.State.DRAFT), None)
    standing = next((row for row in written if row.state == Assessment.State.SUBMITTED), None)
    asked = Determination.objects.filter(incident=incident).select_related("decision__meeting__body").order_by("pk")
    answers = list(asked)
    proposals = [row for row in answers if row.state == Determination.State.PROPOSED]
    taken = {question: _taken(answers, question) for question in rules.Question}
    material, necessary = taken[rules.Question.MATERIALITY], taken[rules.Question.DISCLOSURE]
    lost = None if standing is None else _lost(standing, answers)
    turn = _turn(answers, proposals)
    waiting = open_follow_ups(incident)
    changed = () if standing is None else changed_since(standing)
    path = Path(
        incident=now or situation(incident),
        today=local_day(clock.now()),
        walled=standing_wall(incident) is not None,
        paper=Paper.DRAFT if draft is not None else Paper.NONE if standing is None else Paper.SUBMITTED,
        lacks=() if draft is None else rules.lacking(draft_of(draft)),
        stale=bool(changed) or (turn is not None and _contradicts(turn, material)),
        table=_table(turn),
        again=lost is not None,
        undecided=tuple(question for question, answer in taken.items() if answer is None),
        rests=_rests(material, standing, disclosed=disclosed),
        asked=draft is not None and Opinion.objects.filter(incident=incident, received_at=None).exists(),
        follow_up=waiting[0].due if waiting else None,
        to_disclose=necessary is not None and necessary.answer == Determination.Answer.NECESSARY and not disclosed,
        to_amend=to_amend,
    )
    step = next_step(path)
    on = None if step is None else _target(step, incident, draft, standing, turn, lost, waiting)
    due = path.follow_up if step is not None and step.because is Why.FOLLOW_UP else None
    return Course(path, step, on, due, changed)


def _rests(material: Determination | None, standing: Assessment | None, *, disclosed: bool) -> bool:
    """Whether the decision rests on the newest assessment, or on one that leads to the same answer.

    Once it is reported as material, an assessment that still says so asks the body for nothing but its approval of the
    amendment. Before, the report has to rest on the assessment that was decided on.
    """
    if material is None or standing is None:
        return False
    same = material.answer == Determination.Answer.MATERIAL == standing.recommendation
    return material.assessment_sha256 == standing.sha256 or (same and disclosed)


def _taken(answers: list[Determination], question: str) -> Determination | None:
    """What the body decided last on the question."""
    rows = [row for row in answers if row.question == question and row.state == Determination.State.DECIDED]
    return max(rows, key=lambda row: (row.decided_at is not None, row.decided_at, row.pk), default=None)


def _turn(answers: list[Determination], proposals: list[Determination]) -> Determination | None:
    """The proposal that the body takes next. Measures and disclosure wait until it is decided whether it is material."""
    if not proposals:
        return None
    done = {
        rules.Question(row.question)
        for row in answers
        if row.assessment_id == proposals[0].assessment_id and row.state == Determination.State.DECIDED
    }
    return next((row for row in proposals if rules.may_be_put(rules.Question(row.question), done)), None)


def _contradicts(turn: Determination, taken: Determination | None) -> bool:
    """Whether the answer proposed cannot stand beside the one that was carried, so that it has to be withdrawn."""
    if turn.question != Determination.Question.DISCLOSURE or taken is None:
        return False
    domestic = bool(domestic_on(local_day(clock.now())))
    return bool(rules.faults(taken.answer, turn.answer, domestic=domestic, follow_up=True))


def _table(turn: Determination | None) -> Table:
    if turn is None:
        return Table.NOTHING
    decision = turn.decision
    if decision.meeting.state == Meeting.State.PLANNED:
        return Table.PLANNED
    if decision.meeting.state == Meeting.State.CALLED:
        return Table.CALLED
    if decision.put_at is None:
        return Table.MEETING
    return Table.VOTED if _voted(decision) else Table.VOTING


def _voted(decision: Decision) -> bool:
    """Whether nobody who may vote is left, so that the result can be declared."""
    if not decision.meeting.written:
        return not still_to_vote(decision)
    result = result_of(decision)
    return result is not None and result.quorum.met


def _lost(standing: Assessment, answers: list[Determination]) -> Determination | None:
    """A proposal on this assessment to make anew: not carried or withdrawn, with nothing in its place, while the meeting
    it was put to goes on."""
    on_it = [row for row in answers if row.assessment_id == standing.pk]
    answered = {row.question for row in on_it if row.state in _STANDING}
    for row in on_it:
        if row.question in answered or row.decision.meeting.state not in BEFORE_CLOSE:
            continue
        if row.state in (Determination.State.LOST, Determination.State.WITHDRAWN):
            return row
    return None


_STANDING: Final = (Determination.State.PROPOSED, Determination.State.DECIDED)


def _target(
    step: Step,
    incident: Incident,
    draft: Assessment | None,
    standing: Assessment | None,
    turn: Determination | None,
    lost: Determination | None,
    waiting: list[FollowUp],
) -> Record | None:
    """The record that the step's action is taken on."""
    if step.action.startswith("incidents.incident."):
        return incident
    if step.because in (Why.WRITE, Why.SUBMIT, Why.ANSWER, Why.UNITS, Why.OPINION, Why.ASK_OPINION):
        return draft
    if step.because in (Why.CALL, Why.OPEN_MEETING, Why.PUT, Why.VOTE, Why.DECLARE, Why.WITHDRAW):
        assert turn is not None
        return turn.decision.meeting
    if step.because is Why.PROPOSE_AGAIN:
        return lost
    if step.because is Why.FOLLOW_UP:
        return waiting[0]
    return standing if step.because is Why.BRING else None


__all__ = ["ACTIONS", "Course", "Paper", "Path", "Step", "Table", "Why", "course_of", "next_step"]
