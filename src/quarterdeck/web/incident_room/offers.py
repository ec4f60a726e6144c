"""What the person may do in the room, on which tab it stands, and what comes next with who may take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from quarterdeck.areas.incidents.actions.course import LACKS
from quarterdeck.areas.incidents.models import Advice, Incident, Lesson, Measure, Notice, Opinion, Task, TimelineEntry
from quarterdeck.areas.incidents.rules import SUPPLIED_BY, Missing, Step
from quarterdeck.kernel.actions import Action
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.web.incident_room.reading import Case
from quarterdeck.web.rooms.pressing import Press, Room, who_may

#: Steps that are taken on what hangs on the incident: the model and the action's name there.
ELSEWHERE: Final[Mapping[str, tuple[type, str]]] = {"add_measure": (Measure, "add"), "give_notice": (Notice, "give")}

#: Where what was done is looked up.
TABS: Final[Mapping[Missing, str]] = {
    Missing.SEVERITY: "facts",
    Missing.CONTAINMENT: "facts",
    Missing.MEASURE: "measures",
    Missing.ASSESSMENT_ORGANISED: "assessment",
    Missing.NOTICE: "facts#notices",
    Missing.SOURCE: "source",
    Missing.ASSESSMENT: "assessment",
    Missing.ESCALATION: "assessment",
    Missing.DETERMINATION: "assessment",
    Missing.LESSONS: "lessons",
    Missing.PLAN_VERSION: "facts",
}
NAMES: Final[Mapping[Missing, Text]] = {
    Missing.SEVERITY: gettext_lazy("Severity"),
    Missing.CONTAINMENT: gettext_lazy("Containment"),
    Missing.MEASURE: gettext_lazy("Protective measure"),
    Missing.ASSESSMENT_ORGANISED: gettext_lazy("Assessment organised"),
    Missing.NOTICE: gettext_lazy("Management or board informed"),
    Missing.SOURCE: gettext_lazy("Source traced"),
    Missing.ASSESSMENT: gettext_lazy("Assessment"),
    Missing.ESCALATION: gettext_lazy("Escalation"),
    Missing.DETERMINATION: gettext_lazy("Determination"),
    Missing.LESSONS: gettext_lazy("Lessons"),
    Missing.PLAN_VERSION: gettext_lazy("Version of the plan"),
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


@dataclass
class Offers:
    """Presses by the place where they are drawn; rows by their key."""

    next: list[Press] = field(default_factory=list)
    course: list[Press] = field(default_factory=list)
    wall: list[Press] = field(default_factory=list)
    notices: list[Press] = field(default_factory=list)
    timeline: list[Press] = field(default_factory=list)
    tab: list[Press] = field(default_factory=list)
    rows: dict[int, list[Press]] = field(default_factory=dict)


def action_of(step: str) -> type[Action[Any]]:
    """The action that takes a step of the rules."""
    model, name = ELSEWHERE.get(step, (Incident, step))
    return resource_of(model).action(name)


def offers(case: Case, room: Room, tab: str, who: Mapping[str, str]) -> Offers:
    """Everything the person may press on this tab."""
    one = case.incident
    made = Offers()
    fixed = {"incident": one.pk}
    if case.step is not None:
        made.next = _next(case, room, case.step, who)
    made.course = _now(case, room, "close", "reopen")
    if case.standing is None:
        made.wall = room.on(one, "raise_wall") if one.is_open else []
    else:
        # Whoever lets themselves out cannot come back here: the generic page then leads on to the list.
        made.wall = [
            replace(press, page=press.url) if press.name == "let_out" and press.page else press
            for press in room.on(one, "let_in", "let_out", "lift_wall")
        ]
    if one.is_open:
        made.timeline = room.create(resource_of(TimelineEntry), "add", fixed)
        made.notices = room.create(resource_of(Notice), "give", fixed)
    made.tab, made.rows = _on_tab(case, room, tab, fixed)
    drawn = {press.id for press in made.next}
    for name in ("course", "notices", "tab"):
        setattr(made, name, [press for press in getattr(made, name) if press.id not in drawn])
    return made


def _next(case: Case, room: Room, step: Step, who: Mapping[str, str]) -> list[Press]:
    """The next step's button; barred with who may where the person may not."""
    action = action_of(step.action)
    if action.creates:
        found = room.create(resource_of(action.model), action.name, {"incident": case.incident.pk}, primary=True)
    else:
        found = room.on(case.incident, action.name, primary=action.name)
    if found:
        return found
    reason = (
        _("Only: %(who)s.") % {"who": who[action.code()]}
        if who[action.code()]
        else _("Nobody may do this: no role holds the permission.")
    )
    return [Press(name=action.name, id=f"next-{action.name}", label=str(action.label), url="", reason=reason)]


def _now(case: Case, room: Room, *names: str) -> list[Press]:
    """Those of the incident's actions that its state allows."""
    resource = resource_of(Incident)
    state = case.incident.state
    allowed = []
    for name in names:
        states = resource.action(name).states
        if states is None or state in states:
            allowed.append(name)
    return room.on(case.incident, *allowed) if allowed else []


def _on_tab(
    case: Case, room: Room, tab: str, fixed: Mapping[str, object]
) -> tuple[list[Press], dict[int, list[Press]]]:
    rows: dict[int, list[Press]] = {}
    is_open = case.incident.is_open
    if tab == "facts":
        contain = () if case.incident.contained_at is not None else ("contain",)
        return _now(case, room, "change", "rate", *contain), rows
    if tab == "source":
        return _now(case, room, "trace"), rows
    if tab == "measures":
        for measure in case.measures:
            if measure.done_at is None:
                rows[measure.pk] = room.on(measure, "finish", quiet=True)
        presses = room.create(resource_of(Measure), "add", fixed) if is_open else []
        return presses + _now(case, room, "link_measures_decision"), rows
    if tab == "assessment":
        escalate = () if case.incident.escalated_at is not None else ("escalate",)
        return _now(case, room, "organise_assessment", "record_assessment", *escalate, "determine"), rows
    if tab == "tasks":
        return (room.create(resource_of(Task), "give", fixed) if is_open else []), room.each(case.tasks)
    if tab == "opinions":
        for opinion in case.opinions:
            if opinion.received_at is None and is_open:
                if opinion.privileged:
                    rows[opinion.pk] = room.create(resource_of(Advice), "receive", {"opinion": opinion.pk})
                else:
                    rows[opinion.pk] = room.on(opinion, "receive")
        return (room.create(resource_of(Opinion), "ask", fixed) if is_open else []), rows
    if tab == "lessons":
        for lesson in case.lessons:
            if lesson.state == Lesson.State.OPEN:
                rows[lesson.pk] = room.on(lesson, "finish", quiet=True)
        presses = room.create(resource_of(Lesson), "add", fixed) if is_open else []
        return presses + _now(case, room, "record_lessons"), rows
    return [], rows


def roles(case: Case) -> dict[str, str]:
    """Who may take each step still to come, by the action's code. One query."""
    wanted = {SUPPLIED_BY[what] for what in Missing} | {"close"}
    return who_may(action_of(step) for step in sorted(wanted))


def lines(case: Case, who: Mapping[str, str]) -> list[Line]:
    """The whole course: what was done and when, what is next, what is still to come and who may."""
    one = case.incident
    if not one.is_open:
        lacking: tuple[Missing, ...] = ()
    else:
        lacking = case.lacking
    done: dict[Missing, object] = {
        Missing.SEVERITY: one.get_severity_display() if one.severity else None,
        Missing.CONTAINMENT: one.contained_at,
        Missing.MEASURE: _count(len(case.measures)),
        Missing.ASSESSMENT_ORGANISED: one.assessing_at,
        Missing.NOTICE: case.notices[0].at if case.notices else None,
        Missing.SOURCE: one.get_source_display() if one.source else None,
        Missing.ASSESSMENT: one.assessed_at,
        Missing.ESCALATION: one.escalated_at,
        Missing.DETERMINATION: one.get_materiality_display() if Missing.DETERMINATION not in lacking else None,
        Missing.LESSONS: _count(len(case.lessons)) or (_("done") if one.lessons else None),
        Missing.PLAN_VERSION: one.plan_version or None,
    }
    made = []
    for what, name in NAMES.items():
        code = action_of(SUPPLIED_BY[what]).code()
        if done[what]:
            made.append(Line(name, "done", done[what], href=f"?tab={TABS[what]}"))
        elif what is Missing.ESCALATION and what not in lacking:
            note = _("only if it could be material") if one.potentially_material is None and one.is_open else ""
            made.append(Line(name, "later" if note else "skipped", who=who[code], note=note))
        elif not one.is_open:
            made.append(Line(name, "skipped"))
        else:
            now = bool(lacking) and what is lacking[0]
            made.append(Line(name, "now" if now else "later", who=who[code]))
    last = "done" if not one.is_open else "now" if not lacking else "later"
    return [*made, Line(_("Close"), last, one.closed_at, who[action_of("close").code()])]


def _count(number: int) -> str | None:
    return ngettext("%(n)s entered", "%(n)s entered", number) % {"n": number} if number else None


def sentence(case: Case, who: Mapping[str, str]) -> str:
    """The next legal step in a sentence, with who may take it."""
    if case.step is None:
        return _("Closed: nothing is left to do. New facts reopen it.")
    words = _("close it") if case.step.because is None else LACKS[case.step.because]
    named = who[action_of(case.step.action).code()]
    if not named:
        return _("Next legal step: %(step)s.") % {"step": words}
    return _("Next legal step: %(step)s. Who may: %(who)s.") % {"step": words, "who": named}


__all__ = ["Line", "Offers", "lines", "offers", "roles", "sentence"]
