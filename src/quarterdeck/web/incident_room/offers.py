"""What the person may do in the room, and on which tab it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from quarterdeck.areas.bodies.models import Meeting
from quarterdeck.areas.determinations.course import Why
from quarterdeck.areas.determinations.models import (
    Assessment,
    AuthorityNotice,
    Clearance,
    Determination,
    Exposure,
    FollowUp,
    LegalHold,
    Related,
    TradingWindow,
)
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.incidents.models import Advice, Incident, Lesson, Measure, Notice, Opinion, Task, TimelineEntry
from quarterdeck.kernel.resource.registry import action_named, resource_of
from quarterdeck.web.incident_room.dossier import Dossier
from quarterdeck.web.incident_room.reading import Case
from quarterdeck.web.rooms.pressing import Press, Room

#: Steps that are taken on a tab of this room, where several rows wait.
ON_A_TAB: Mapping[Why, str] = {Why.ANSWER: "assessment#factors", Why.UNITS: "tasks", Why.OPINION: "opinions"}


@dataclass
class Offers:
    """Presses by the place where they are drawn; rows by their type and key."""

    next: list[Press] = field(default_factory=list)
    course: list[Press] = field(default_factory=list)
    wall: list[Press] = field(default_factory=list)
    notices: list[Press] = field(default_factory=list)
    timeline: list[Press] = field(default_factory=list)
    tab: list[Press] = field(default_factory=list)
    rows: dict[object, list[Press]] = field(default_factory=dict)


def offers(case: Case, file: Dossier, room: Room, tab: str, who: Mapping[str, str]) -> Offers:
    """Everything the person may press on this tab."""
    one = case.incident
    made = Offers()
    fixed = {"incident": one.pk}
    made.next = _next(case, file, room, who)
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
    _on_tab(case, file, room, tab, made)
    drawn = {press.id for press in made.next}
    for name in ("course", "notices", "tab", "wall"):
        setattr(made, name, [press for press in getattr(made, name) if press.id not in drawn])
    return made


def _next(case: Case, file: Dossier, room: Room, who: Mapping[str, str]) -> list[Press]:
    """The next step's button; a link where it is taken elsewhere; barred with who may where the person may not."""
    step, on = file.course.step, file.course.on
    if step is None:
        return []
    action = action_named(step.action)
    found: list[Press] = []
    if step.because in ON_A_TAB:
        if room.may(action):
            found = [_link(f"next-{action.name}", str(action.label), f"?tab={ON_A_TAB[step.because]}")]
    elif isinstance(on, Meeting):
        if room.sight.shows(on):
            found = [_link("next-meeting", _("To the meeting"), reverse("meeting", args=[on.pk]))]
    elif step.because is Why.AMEND and file.report is None:
        newest = next((row for row in file.reports if row.state == Disclosure.State.RELEASED), None)
        if newest is not None:
            found = [_link("next-report", _("To the report"), reverse("workbench", args=[newest.pk]))]
    elif step.because in (Why.DISCLOSE, Why.AMEND) and file.report is not None:
        found = [_link("next-report", _("To the report"), reverse("workbench", args=[file.report.pk]))]
    elif action.creates:
        found = room.create(resource_of(action.model), action.name, {"incident": case.incident.pk}, primary=True)
    else:
        found = room.on(on or case.incident, action.name, primary=action.name)
    if found:
        return found
    named = who[action.code()]
    reason = _("Only: %(who)s.") % {"who": named} if named else _("Nobody may do this: no role holds the permission.")
    return [Press(name=action.name, id=f"next-{action.name}", label=str(action.label), url="", reason=reason)]


def _link(name: str, label: str, href: str) -> Press:
    return Press(name=name, id=name, label=label, url=href, kind="primary", page=href)


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


def _on_tab(case: Case, file: Dossier, room: Room, tab: str, made: Offers) -> None:
    one = case.incident
    fixed: Mapping[str, object] = {"incident": one.pk}
    if tab == "facts":
        contain = "ratify_containment" if one.contained_at is not None else "contain"
        ratified = one.containment_ratified_at is not None
        made.tab = _now(case, room, "change", "rate", *(() if ratified else (contain,)))
    elif tab == "source":
        made.tab = _now(case, room, "trace")
    elif tab == "measures":
        for measure in case.measures:
            if measure.done_at is None:
                made.rows[measure.pk] = room.on(measure, "finish", quiet=True)
        made.tab = room.create(resource_of(Measure), "add", fixed) if one.is_open else []
        if not one.potentially_material:
            made.tab += _now(case, room, "link_measures_decision")
    elif tab == "assessment":
        _assessment(case, file, room, made)
    elif tab == "decisions":
        _decisions(case, file, room, made)
    elif tab == "duties":
        _duties(case, file, room, made)
    elif tab == "after":
        _after(case, file, room, made)
    elif tab == "tasks":
        made.tab = room.create(resource_of(Task), "give", fixed) if one.is_open else []
        for key, presses in room.each(case.tasks).items():
            made.rows[key] = presses
    elif tab == "opinions":
        for opinion in case.opinions:
            if opinion.received_at is None and one.is_open:
                if opinion.privileged:
                    made.rows[opinion.pk] = room.create(resource_of(Advice), "receive", {"opinion": opinion.pk})
                else:
                    made.rows[opinion.pk] = room.on(opinion, "receive")
        made.tab = room.create(resource_of(Opinion), "ask", fixed) if one.is_open else []
    elif tab == "lessons":
        for lesson in case.lessons:
            if lesson.state == Lesson.State.OPEN:
                made.rows[lesson.pk] = room.on(lesson, "finish", quiet=True)
        made.tab = room.create(resource_of(Lesson), "add", fixed) if one.is_open else []
        made.tab += _now(case, room, "record_lessons")


def _assessment(case: Case, file: Dossier, room: Room, made: Offers) -> None:
    """Writing it while it is a draft; afterwards bringing it before the body, or a new one."""
    one, shown = case.incident, file.shown
    fixed: Mapping[str, object] = {"incident": one.pk}
    made.tab = _now(case, room, "organise_assessment")
    writing = shown is not None and shown.state == Assessment.State.DRAFT
    if shown is not None and writing:
        made.tab += room.on(shown, "write", "submit")
        made.tab += room.create(resource_of(Related), "relate", {"assessment": shown.pk})
        for factor in file.factors:
            made.rows["factor", factor.pk] = [_paged(press, room) for press in room.on(factor, "answer", quiet=True)]
        for related in file.related:
            made.rows["related", related.pk] = room.on(related, "strike", quiet=True)
    elif one.state in (Incident.State.ASSESSING, Incident.State.ASSESSED):
        reason = _("Proposals on it are before the body; wait for the vote, or withdraw them first.")
        before = any(row.state == Determination.State.PROPOSED for row in file.determinations)
        made.tab += room.create(resource_of(Assessment), "open", fixed, reason=reason if before else None)
    if not writing and not file.assessments:
        made.tab += _now(case, room, "record_assessment")
    if one.escalated_at is None:
        made.tab += _now(case, room, "escalate")
    if shown is not None and not writing and one.is_open:
        made.tab += room.on(shown, "bring")
    if not one.potentially_material:
        made.tab += _now(case, room, "determine")


def _paged(press: Press, room: Room) -> Press:
    """The same on a page of its own: a form in every row of a long table is too much to read past."""
    if not press.open or press.form is None:
        return press
    return replace(press, form=None, page=f"{press.url}?{urlencode({'next': room.back})}")


def _decisions(case: Case, file: Dossier, room: Room, made: Offers) -> None:
    for row in file.determinations:
        if row.state in (Determination.State.LOST, Determination.State.WITHDRAWN) and case.incident.is_open:
            made.rows["determination", row.pk] = room.on(row, "propose_again")
    if file.submitted is not None and case.incident.is_open and file.submitted == file.shown:
        made.tab = room.on(file.submitted, "bring")


def _duties(case: Case, file: Dossier, room: Room, made: Offers) -> None:
    fixed: Mapping[str, object] = {"incident": case.incident.pk}
    if file.exposure is None:
        made.tab = room.create(resource_of(Exposure), "set", fixed)
    else:
        made.tab = room.on(file.exposure, "change", "record_delay", "lift_delay")
    made.tab += room.create(resource_of(AuthorityNotice), "record", fixed)


def _after(case: Case, file: Dossier, room: Room, made: Offers) -> None:
    fixed: Mapping[str, object] = {"incident": case.incident.pk}
    for question in file.waiting:
        made.rows["follow_up", question.pk] = room.on(question, "settle", "move", quiet=True)
    for hold in file.holds:
        if hold.released_at is None:
            made.rows["hold", hold.pk] = room.on(hold, "release")
    if not any(hold.released_at is None for hold in file.holds):
        made.rows["holds"] = room.create(resource_of(LegalHold), "issue", fixed)
    if file.window is not None and file.window.opened_at is None:
        made.rows["window"] = room.on(file.window, "open")
    else:
        made.rows["window"] = room.create(resource_of(TradingWindow), "close", fixed)
    for asked in file.clearances:
        if asked.state == Clearance.State.ASKED:
            made.rows["clearance", asked.pk] = room.on(asked, "clear", "refuse")
    made.rows["clearances"] = room.create(resource_of(Clearance), "ask", fixed)
    made.rows["follow_ups"] = room.create(resource_of(FollowUp), "add", fixed)


__all__ = ["Offers", "offers"]
