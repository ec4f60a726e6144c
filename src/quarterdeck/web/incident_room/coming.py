"""What was done, what comes next and who may: the next legal step as a sentence, the whole course as lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quarterdeck.areas.bodies.models import Meeting
from quarterdeck.areas.determinations.actions.assessment import LACKS as UNWRITTEN
from quarterdeck.areas.determinations.course import ACTIONS, Course, Why
from quarterdeck.areas.determinations.models import Assessment, Determination
from quarterdeck.areas.determinations.queries import draft_of
from quarterdeck.areas.determinations.rules import Lacks, Question
from quarterdeck.areas.incidents.actions.course import LACKS, ratification_due
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.incidents.rules import Missing
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.resource.registry import action_named
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.kernel.ui import formats
from quarterdeck.web.incident_room.dossier import Dossier
from quarterdeck.web.incident_room.reading import Case
from quarterdeck.web.rooms.pressing import who_may

WORDS: Final[Mapping[Why, Text]] = {
    **{Why(what.value): words for what, words in LACKS.items() if what is not Missing.ESCALATION},
    Why.RESULT: gettext_lazy("record the result of its assessment, or open an assessment if it could be material"),
    Why.REVIEW: gettext_lazy("link the periodic review of the body that finds it not material"),
    Why.OPEN_ASSESSMENT: gettext_lazy("open an assessment with every factor"),
    Why.WRITE: gettext_lazy("write the assessment: %(missing)s"),
    Why.ANSWER: gettext_lazy("answer the factors of the assessment, %(unanswered)d left"),
    Why.UNITS: gettext_lazy("have the assessment's tasks accepted by %(wanted)d units; so far %(units)d"),
    Why.OPINION: gettext_lazy("receive the opinion that was asked for"),
    Why.ASK_OPINION: gettext_lazy("ask an outside expert or counsel, as the plan wants"),
    Why.SUBMIT: gettext_lazy("submit the assessment"),
    Why.FACTS_CHANGED: gettext_lazy("open a new assessment, since facts under the last one changed"),
    Why.WITHDRAW: gettext_lazy("withdraw the proposal before the body, which cannot be voted on as it stands"),
    Why.WALL: gettext_lazy("raise a wall around it"),
    Why.ESCALATE: gettext_lazy("escalate it to the body that determines it"),
    Why.BRING: gettext_lazy("bring the assessment before the body"),
    Why.CALL: gettext_lazy("call the meeting: %(meeting)s"),
    Why.OPEN_MEETING: gettext_lazy("open the meeting: %(meeting)s"),
    Why.PUT: gettext_lazy("put the next question to the vote: %(meeting)s"),
    Why.VOTE: gettext_lazy("the members vote: %(meeting)s"),
    Why.DECLARE: gettext_lazy("declare the result of the vote: %(meeting)s"),
    Why.PROPOSE_AGAIN: gettext_lazy("propose another answer: %(question)s"),
    Why.DISCLOSE: gettext_lazy("prepare the report that discloses it"),
    Why.AMEND: gettext_lazy("amend the report with what has become known since"),
    Why.FOLLOW_UP: gettext_lazy("answer what was left open, due %(day)s: %(question)s"),
    Why.ASSESS_AGAIN: gettext_lazy("open a new assessment of what could not be determined"),
    Why.CLOSE: gettext_lazy("close it"),
}


@dataclass(frozen=True)
class Line:
    """One line of what comes next, as ``rooms/parts.html`` draws it."""

    label: Text
    state: str
    at: object = None
    who: str = ""
    note: str = ""
    href: str = ""


def roles() -> dict[str, str]:
    """Who may take each step, by the action's code. One query."""
    return who_may(action_named(code) for code in sorted(set(ACTIONS.values())))


def words_of(course: Course, file: Dossier) -> str:
    """The next step in words; empty once nothing is left."""
    if course.step is None:
        return ""
    on, given = course.on, dict[str, object]()
    if isinstance(on, Assessment):
        draft = draft_of(on)
        given = {"unanswered": draft.unanswered, "wanted": draft.units_wanted, "units": draft.units}
        written = [what for what in course.path.lacks if what in _WRITTEN]
        given["missing"] = "; ".join(str(UNWRITTEN[what]) for what in written)
    elif isinstance(on, Meeting):
        given = {"meeting": on}
    elif isinstance(on, Determination):
        given = {"question": on.get_question_display()}
    elif course.due is not None:
        given = {"day": course.due.isoformat(), "question": on}
    if course.step.because in (Why.DISCLOSE, Why.AMEND) and file.report is not None:
        return _("bring the report on it through review and vote to its filing: %(report)s") % {"report": file.report}
    return str(WORDS[course.step.because]) % given


_WRITTEN: Final = frozenset(
    {Lacks.NATURE, Lacks.SCOPE, Lacks.TIMING, Lacks.IMPACT, Lacks.RECOMMENDATION, Lacks.BECAUSE}
)


def sentence(course: Course, file: Dossier, who: Mapping[str, str]) -> str:
    """The next legal step in a sentence, with who may take it."""
    if course.step is None:
        return _("Closed: nothing is left to do. New facts reopen it.")
    words, named = words_of(course, file), who[course.step.action]
    if not named:
        return _("Next legal step: %(step)s.") % {"step": words}
    return _("Next legal step: %(step)s. Who may: %(who)s.") % {"step": words, "who": named}


# ---------------------------------------------------------------- lines

#: Which line is the next, by why a step is next.
_PLACE: Final[Mapping[Why, str]] = {
    Why.RESULT: "assessment", Why.OPEN_ASSESSMENT: "assessment", Why.WRITE: "assessment", Why.ANSWER: "assessment",
    Why.UNITS: "assessment", Why.OPINION: "assessment", Why.ASK_OPINION: "assessment", Why.SUBMIT: "assessment",
    Why.FACTS_CHANGED: "assessment", Why.ASSESS_AGAIN: "assessment", Why.WALL: "wall", Why.ESCALATE: "escalation",
    Why.REVIEW: "materiality", Why.DISCLOSE: "report", Why.AMEND: "report", Why.FOLLOW_UP: "follow_ups", Why.CLOSE: "close",
    Why.ORGANISE: "organised", Why.LESSONS: "lessons", Why.PLAN_VERSION: "plan_version",
}  # fmt: skip
_BEFORE_THE_BODY: Final = frozenset(
    {Why.BRING, Why.CALL, Why.OPEN_MEETING, Why.PUT, Why.VOTE, Why.DECLARE, Why.WITHDRAW, Why.PROPOSE_AGAIN}
)


def lines(case: Case, file: Dossier, who: Mapping[str, str], sight: Sight, filed: object = None) -> list[Line]:
    """The whole course: what was done, when and by whom; what is next; what is still to come and who may.

    ``filed``: the day on which a report on it was released.
    """
    because = None if file.course.step is None else file.course.step.because
    now = ""
    if because is not None:
        now = _PLACE.get(because, because.value)
        if because in _BEFORE_THE_BODY:
            now = _next_question(file)
    made = []
    for key, line in _all(case, file, who, sight, filed).items():
        if line.state == "later" and key == now:
            line = replace(line, state="now")
        made.append(line)
    return made


def _next_question(file: Dossier) -> str:
    for value, _label, row in file.questions:
        if row is None or row.state != Determination.State.DECIDED:
            return value
    return Question.MATERIALITY.value


def _all(case: Case, file: Dossier, who: Mapping[str, str], sight: Sight, filed: object) -> dict[str, Line]:
    one = case.incident
    made = {
        "severity": _line(_("Severity"), one.get_severity_display() if one.severity else None, who, Why.SEVERITY, "facts", one),
        "containment": _by(_line(_("Containment"), one.contained_at, who, Why.CONTAINMENT, "facts", one), one.contained_by),
        "ratification": _ratified(case, who),
        "measure": _line(_("Protective measure"), _count(len(case.measures)), who, Why.MEASURE, "measures", one),
        "assessment_organised": _by(
            _line(_("Assessment organised"), one.assessing_at, who, Why.ORGANISE, "assessment", one), one.assessor
        ),
        "wall": _wall(case, who),
        "notice": _line(_("Management or board informed"), case.notices[0].at if case.notices else None, who, Why.NOTICE, "facts#notices", one),
        "source": _line(_("Source traced"), one.get_source_display() if one.source else None, who, Why.SOURCE, "source", one),
        "assessment": _assessment(case, file, who),
        "escalation": _escalation(case, who),
        **_questions(case, file, who, sight),
        "report": _disclosure(case, file, who, filed),
        "follow_ups": _follow_ups(file, who, one),
        "lessons": _line(_("Lessons"), _count(len(case.lessons)) or (_("done") if one.lessons else None), who, Why.LESSONS, "lessons", one),
        "plan_version": _line(_("Version of the plan"), one.plan_version or None, who, Why.PLAN_VERSION, "facts", one),
        "close": _line(_("Close"), one.closed_at if not one.is_open else None, who, Why.CLOSE, "history", one),
    }  # fmt: skip
    return {("organised" if key == "assessment_organised" else key): line for key, line in made.items()}


def _line(label: Text, done: object, who: Mapping[str, str], why: Why, tab: str, one: Incident) -> Line:
    """Done when ``done`` is something; not needed any more once the incident is closed."""
    if done:
        return Line(label, "done", done, href=f"?tab={tab}")
    return Line(label, "later" if one.is_open else "skipped", who=who[ACTIONS[why]])


def _by(line: Line, person: object) -> Line:
    """With the person beside the day."""
    return line if line.state != "done" or person is None else replace(line, note=str(person))


def _count(number: int) -> str | None:
    return ngettext("%(n)s entered", "%(n)s entered", number) % {"n": number} if number else None


def _ratified(case: Case, who: Mapping[str, str]) -> Line:
    one = case.incident
    done = _line(_("Containment ratified"), one.containment_ratified_at, who, Why.RATIFICATION, "facts", one)
    if done.state == "done":
        late = one.ratified_late_because
        note = str(one.containment_ratified_by)
        return replace(done, note=_("%(who)s, late: %(why)s") % {"who": note, "why": late} if late else note)
    due = ratification_due(one)
    if due is None or done.state != "later":
        return replace(done, note="" if one.contained_at or not one.is_open else _("once it is contained"))
    over = case.now > due
    when = formats.since(due, case.now)
    return replace(done, note=_("was due %(when)s") % {"when": when} if over else _("due %(when)s") % {"when": when})


def _wall(case: Case, who: Mapping[str, str]) -> Line:
    one, wall = case.incident, case.wall
    label = _("Wall")
    raised = case.inside[0].entered_at if case.inside else None
    if wall is not None and wall.lifted_at is not None:
        return Line(label, "done", raised, note=_("lifted again"), href="?tab=wall")
    if wall is not None:
        inside = len(case.now_inside)
        words = ngettext("%(num)s person inside", "%(num)s people inside", inside) % {"num": inside}
        return Line(label, "done", raised, note=words, href="?tab=wall")
    if one.open_because:
        needed = one.potentially_material and one.is_open
        note = _("none: %(why)s") % {"why": one.open_because}
        return Line(label, "later" if needed else "skipped", who=who[ACTIONS[Why.WALL]], note=note)
    return Line(label, "later" if one.is_open else "skipped", who=who[ACTIONS[Why.WALL]])


def _assessment(case: Case, file: Dossier, who: Mapping[str, str]) -> Line:
    one, href = case.incident, "?tab=assessment"
    label, standing = _("Assessment submitted"), file.submitted
    shown = file.shown
    if shown is not None and shown.state == Assessment.State.DRAFT and one.is_open:
        return Line(label, "later", who=who[ACTIONS[Why.SUBMIT]], note=_("%(assessment)s is being written") % {"assessment": shown}, href=href)  # fmt: skip
    if standing is not None:
        note = str(standing.submitted_by)
        if file.course.path.stale and one.is_open:
            note = _("%(who)s; facts under it changed since") % {"who": note}
        if file.course.step is not None and file.course.step.because in (Why.FACTS_CHANGED, Why.ASSESS_AGAIN):
            return Line(label, "later", who=who[ACTIONS[Why.SUBMIT]], note=note, href=href)
        return Line(label, "done", standing.submitted_at, note=note, href=href)
    done = one.assessed_at if not one.potentially_material else None
    return _line(
        _("Assessment"), done, who, Why.RESULT if not file.course.path.walled else Why.SUBMIT, "assessment", one
    )


def _escalation(case: Case, who: Mapping[str, str]) -> Line:
    one, label = case.incident, _("Escalation")
    if one.escalated_at is not None:
        return Line(label, "done", one.escalated_at, note=str(one.escalated_to), href="?tab=assessment")
    named = who[ACTIONS[Why.ESCALATE]]
    if not one.is_open or one.potentially_material is False:
        return Line(label, "skipped")
    note = _("only if it could be material") if one.potentially_material is None else ""
    return Line(label, "later", who=named, note=note)


_NAMES: Final[Mapping[Question, Text]] = {
    Question.MATERIALITY: gettext_lazy("Determination: material or not"),
    Question.RESPONSE: gettext_lazy("Decision on response measures"),
    Question.DISCLOSURE: gettext_lazy("Decision on disclosure"),
}


def _questions(case: Case, file: Dossier, who: Mapping[str, str], sight: Sight) -> dict[str, Line]:
    """The three decisions, each with its answer, its number and its day."""
    one = case.incident
    made: dict[str, Line] = {}
    for value, _label, row in file.questions:
        label = _NAMES[Question(value)]
        if row is not None and row.state == Determination.State.DECIDED:
            note = _("%(answer)s, decision %(number)s") % {
                "answer": row.get_answer_display(),
                "number": row.decision.number,
            }
            made[value] = Line(label, "done", row.decided_at, note=note, href="?tab=decisions")
        elif row is not None:
            href = reverse("meeting", args=[row.decision.meeting_id]) if sight.shows(row.decision.meeting) else ""
            note = _("before %(meeting)s") % {"meeting": row.decision.meeting}
            made[value] = Line(label, "later", who=who[ACTIONS[Why.VOTE]], note=note, href=href)
        elif value == Question.MATERIALITY and one.determination is not None:
            note = _("%(answer)s, decision %(number)s") % {
                "answer": one.get_materiality_display(),
                "number": one.determination.number,
            }
            made[value] = Line(label, "done", one.determination.decided_on, note=note, href="?tab=decisions")
        elif value == Question.RESPONSE and one.response_decision is not None:
            note = _("decision %(number)s") % {"number": one.response_decision.number}
            made[value] = Line(label, "done", one.response_decision.decided_on, note=note, href="?tab=measures")
        elif not one.is_open or (one.potentially_material is False and value != Question.MATERIALITY):
            made[value] = Line(label, "skipped")
        else:
            why = Why.REVIEW if one.potentially_material is False else Why.BRING
            made[value] = Line(label, "later", who=who[ACTIONS[why]])
    return made


def _disclosure(case: Case, file: Dossier, who: Mapping[str, str], filed: object) -> Line:
    label = _("Disclosure")
    path = file.course.path
    if filed is not None and path.to_amend and file.report is None:
        note = _("to be amended with what has become known since")
        return Line(label, "later", who=who[ACTIONS[Why.AMEND]], note=note, href="?tab=duties")
    if filed is not None and not path.to_disclose and not path.to_amend:
        return Line(label, "done", filed, href="?tab=duties")
    if file.report is not None:
        note = f"{file.report}: {file.report.get_state_display()}"
        return Line(
            label, "later", who=who[ACTIONS[Why.DISCLOSE]], note=note, href=reverse("workbench", args=[file.report.pk])
        )
    taken = file.on(Question.DISCLOSURE)
    decided = taken is not None and taken.state == Determination.State.DECIDED
    if decided and taken is not None and taken.answer == Determination.Answer.NOT_NECESSARY:
        return Line(label, "skipped")
    if not case.incident.is_open or case.incident.potentially_material is False:
        return Line(label, "skipped")
    note = "" if decided else _("if the body finds it necessary")
    return Line(label, "later", who=who[ACTIONS[Why.DISCLOSE]], note=note)


def _follow_ups(file: Dossier, who: Mapping[str, str], one: Incident) -> Line:
    label, waiting = _("Follow-ups"), file.waiting
    if waiting:
        note = _("%(left)s open, next due %(day)s") % {"left": len(waiting), "day": waiting[0].due.isoformat()}
        return Line(label, "later", who=who[ACTIONS[Why.FOLLOW_UP]], note=note, href="?tab=after")
    if file.follow_ups:
        return Line(label, "done", max(row.settled_at for row in file.follow_ups if row.settled_at), href="?tab=after")
    return Line(label, "skipped")


__all__ = ["Line", "lines", "roles", "sentence", "words_of"]
