"""How incidents show in pages, API and command line."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.incidents.actions import advice, course, parts, walls
from quarterdeck.areas.incidents.models import (
    Advice,
    Incident,
    Lesson,
    Measure,
    Notice,
    Opinion,
    Task,
    TimelineEntry,
)
from quarterdeck.areas.incidents.visibility import IN_INCIDENT, of_visible_incident
from quarterdeck.kernel.permissions.models import WallMember
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Panel, Resource, register

#: Who sees incidents of a unit. Business-unit owners see those of their own unit and below.
INSIDE = (
    "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member", "secretary", "board_member",
    "disclosure_officer", "auditor",
)  # fmt: skip
_HANGS = Scope(unit="incident__unit", wall="incident__wall")

register(
    Resource(
        model=Incident,
        scope=IN_INCIDENT,
        group=_("Incidents"),
        columns=(
            Column("number"), Column("title"), Column("nature"), Column("unit"), Column("severity"), Column("state"),
            Column("materiality"), Column("declared_at", sortable=True),
        ),
        filters=("state", "severity", "materiality", "nature", "unit", "declared_at"),
        search=("number", "title"),
        order=("-declared_at", "-pk"),
        details=(
            "number", "title", "nature", "unit", "state", "occurred_at", "discovered_at", "declared_at", "declared_by", "facts",
            "severity", "severity_why", "source", "source_why", "contained_at", "contained_by",
            "containment_ratified_at", "containment_ratified_by", "ratified_late_because", "assessing_at", "assessor",
            "open_because", "opinions_needed",
            "assessed_at", "assessment", "potentially_material", "escalated_to", "escalated_at", "materiality", "determination",
            "response_decision", "plan_version", "lessons", "closed_at",
        ),
        select=("unit",),
        panels=(
            Panel(TimelineEntry, "incident"), Panel(Measure, "incident"), Panel(Task, "incident"), Panel(Opinion, "incident"),
            Panel(Notice, "incident"), Panel(Lesson, "incident"),
        ),
        actions=(*course.COURSE, *walls.WALLS),
        view_roles=INSIDE,
        state_field="state",
        screen="incident_room",
    )
)  # fmt: skip
register(
    Resource(
        model=TimelineEntry,
        scope=_HANGS,
        columns=(Column("at", sortable=True), Column("text"), Column("source"), Column("entered_by")),
        details=("incident", "at", "text", "source", "entered_by", "recorded_at"),
        order=("-at", "-pk"),
        select=("incident", "entered_by"),
        actions=(parts.AddTimelineEntry,),
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=Measure,
        scope=_HANGS,
        columns=(Column("title"), Column("owner"), Column("done_at")),
        details=("incident", "title", "owner", "done_at"),
        order=("-pk",),
        select=("incident", "owner"),
        actions=(parts.AddMeasure, parts.FinishMeasure),
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=Task,
        scope=Scope(unit="unit", own=("assignee__user",), wall="incident__wall", also=of_visible_incident),
        group=_("Incidents"),
        columns=(
            Column("title"), Column("incident"), Column("unit"), Column("assignee"), Column("due", sortable=True), Column("state"),
        ),
        filters=("state", "unit", "due"),
        search=("title",),
        order=("state", "due", "pk"),
        details=("incident", "title", "unit", "assignee", "due", "state", "accepted_at", "accepted_by", "done_at"),
        select=("incident", "unit", "assignee", "accepted_by"),
        actions=(parts.GiveTask, parts.AcceptTask, parts.FinishTask),
        view_roles=(*INSIDE, "own:employee"),
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=Opinion,
        scope=_HANGS,
        columns=(Column("by"), Column("name"), Column("asked_at"), Column("received_at"), Column("privileged")),
        details=(
            "incident", "by", "name", "asked_at", "received_at", "text", "privileged", "purpose", "directed_by", "recipients",
        ),
        order=("-pk",),
        select=("incident",),
        panels=(Panel(Advice, "opinion"),),
        actions=(advice.AskOpinion, advice.ReceiveOpinion),
        view_roles=INSIDE,
    )
)  # fmt: skip
register(
    Resource(
        model=Advice,
        scope=Scope(unit="opinion__incident__unit", wall="opinion__incident__wall"),
        columns=(Column("opinion"), Column("recorded_at")),
        details=("opinion", "text", "file", "recorded_at"),
        order=("-pk",),
        select=("opinion", "file"),
        actions=(advice.ReceiveAdvice,),
        view_roles=("counsel", "ciso", "board_member"),
    )
)
register(
    Resource(
        model=Lesson,
        scope=_HANGS,
        columns=(Column("text"), Column("state"), Column("done_on")),
        details=("incident", "text", "state", "done_on"),
        order=("-pk",),
        select=("incident",),
        actions=(parts.AddLesson, parts.FinishLesson),
        view_roles=INSIDE,
        state_field="state",
    )
)
register(
    Resource(
        model=Notice,
        scope=_HANGS,
        columns=(Column("informed"), Column("at"), Column("how"), Column("given_by")),
        details=("incident", "informed", "at", "how", "given_by"),
        order=("-pk",),
        select=("incident", "given_by"),
        actions=(parts.GiveNotice,),
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=WallMember,
        scope=Scope(wall="wall"),
        columns=(
            Column("wall__title", label=_("Around")), Column("user", _("Who")), Column("why"), Column("entered_at"), Column("left_at"),
        ),
        details=("user", "why", "entered_at", "left_at"),
        order=("-pk",),
        select=("wall", "user"),
        view_roles=INSIDE,
    )
)  # fmt: skip
