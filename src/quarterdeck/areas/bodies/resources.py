"""How bodies show in pages, API and command line."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.actions import decision, meeting, standing
from quarterdeck.areas.bodies.models import (
    AgendaItem,
    Attendance,
    Body,
    Charter,
    CharterDuty,
    Decision,
    Meeting,
    Membership,
    Minutes,
    Paper,
    Recusal,
    ReportingLine,
    Vote,
)
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Panel, Resource, register

#: Who sits where and with which duties is known in the company.
EVERYONE = (
    "administrator", "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member",
    "secretary", "board_member", "disclosure_officer", "auditor", "people_officer", "employee",
)  # fmt: skip
#: What is said in meetings is not.
INSIDE = (
    "ciso", "panel_member", "counsel", "committee_member", "secretary", "board_member", "disclosure_officer", "auditor",
)  # fmt: skip

_IN_BODY = Scope(unit="body__unit")
#: A meeting behind a wall takes everything that hangs on it along.
_MEETING = Scope(unit="body__unit", wall="wall")
_IN_MEETING = Scope(unit="meeting__body__unit", wall="meeting__wall")
_IN_ITEM = Scope(unit="item__meeting__body__unit", wall="item__meeting__wall")
_IN_DECISION = Scope(unit="decision__meeting__body__unit", wall="decision__meeting__wall")
_DAYS = (Column("effective_from", sortable=True), Column("effective_until"))

register(
    Resource(
        model=Body,
        scope=Scope(unit="unit"),
        group=_("Bodies"),
        columns=(Column("name", sortable=True), Column("kind"), Column("unit"), Column("state"), *_DAYS),
        filters=("kind", "state", "unit"),
        search=("name",),
        order=("name", "pk"),
        details=("name", "kind", "unit", "state", "effective_from", "effective_until"),
        select=("unit",),
        state_field="state",
        panels=(
            Panel(Membership, "body"),
            Panel(Charter, "body"),
            Panel(Meeting, "body"),
            Panel(ReportingLine, "body"),
        ),
        actions=standing.BODY_ACTIONS,
        view_roles=EVERYONE,
    )
)
register(
    Resource(
        model=ReportingLine,
        scope=_IN_BODY,
        columns=(Column("body"), Column("reports_to"), *_DAYS),
        order=("-effective_from", "-pk"),
        details=("body", "reports_to", "effective_from", "effective_until"),
        select=("body", "reports_to"),
        actions=(standing.ReportTo, standing.EndReportTo),
        view_roles=EVERYONE,
    )
)
register(
    Resource(
        model=Charter,
        scope=_IN_BODY,
        columns=(Column("body"), Column("version"), Column("state"), Column("approved_on"), *_DAYS),
        filters=("state", "body"),
        search=("version", "body__name"),
        order=("-effective_from", "-pk"),
        details=(
            "body",
            "version",
            "state",
            "effective_from",
            "effective_until",
            "quorum_kind",
            "quorum_value",
            "file",
            "text",
            "drafted_by",
            "approved_by",
            "approved_on",
        ),
        select=("body",),
        state_field="state",
        panels=(Panel(CharterDuty, "charter"),),
        actions=standing.CHARTER_ACTIONS,
        view_roles=EVERYONE,
    )
)
register(
    Resource(
        model=CharterDuty,
        scope=Scope(unit="charter__body__unit"),
        columns=(Column("charter"), Column("section"), Column("duty"), Column("struck")),
        filters=("duty", "struck"),
        search=("section", "text"),
        order=("pk",),
        details=("charter", "section", "duty", "text", "struck"),
        select=("charter", "charter__body"),
        actions=standing.DUTY_ACTIONS,
        view_roles=EVERYONE,
    )
)
register(
    Resource(
        model=Membership,
        scope=_IN_BODY,
        group=_("Bodies"),
        columns=(Column("person"), Column("role"), Column("body"), *_DAYS),
        filters=("role", "body"),
        search=("person__full_name", "body__name"),
        order=("-effective_from", "-pk"),
        details=("person", "role", "body", "effective_from", "effective_until", "corrected_because"),
        select=("person", "body"),
        actions=standing.MEMBERSHIP_ACTIONS,
        view_roles=EVERYONE,
    )
)
register(
    Resource(
        model=Meeting,
        scope=_MEETING,
        group=_("Bodies"),
        columns=(
            Column("body"),
            Column("kind"),
            Column("planned_at", sortable=True),
            Column("held_on", sortable=True),
            Column("place"),
            Column("state"),
        ),
        filters=("state", "kind", "body", "held_on"),
        search=("place", "body__name"),
        order=("-planned_at", "-pk"),
        details=(
            "body",
            "kind",
            "state",
            "planned_at",
            "place",
            "called_at",
            "held_at",
            "held_on",
            "presided_by",
            "closed_at",
            "cancelled_because",
        ),
        select=("body",),
        state_field="state",
        screen="meeting",
        panels=(
            Panel(AgendaItem, "meeting"),
            Panel(Attendance, "meeting"),
            Panel(Decision, "meeting"),
            Panel(Minutes, "meeting"),
        ),
        actions=meeting.MEETING_ACTIONS,
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=AgendaItem,
        scope=_IN_MEETING,
        columns=(Column("number", numeric=True), Column("title"), Column("presenter"), Column("withdrawn")),
        filters=("withdrawn",),
        search=("title", "text"),
        order=("meeting_id", "number", "pk"),
        details=("meeting", "number", "title", "text", "presenter", "withdrawn"),
        select=("presenter",),
        panels=(Panel(Paper, "item"), Panel(Recusal, "item"), Panel(Decision, "item")),
        actions=meeting.ITEM_ACTIONS,
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=Paper,
        scope=_IN_ITEM,
        columns=(Column("title"), Column("file"), Column("withdrawn")),
        filters=("withdrawn",),
        search=("title",),
        order=("pk",),
        details=("item", "title", "file", "text", "withdrawn"),
        select=("file",),
        actions=meeting.PAPER_ACTIONS,
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=Attendance,
        scope=_IN_MEETING,
        columns=(Column("person"), Column("status")),
        filters=("status",),
        search=("person__full_name",),
        order=("pk",),
        details=("meeting", "person", "status"),
        select=("person",),
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=Recusal,
        scope=_IN_ITEM,
        columns=(Column("person"), Column("item"), Column("reason"), Column("lifted_because")),
        search=("person__full_name", "reason"),
        order=("pk",),
        details=("item", "person", "reason", "lifted_because"),
        select=("person", "item"),
        actions=meeting.RECUSAL_ACTIONS,
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=Decision,
        scope=_IN_MEETING,
        group=_("Bodies"),
        columns=(
            Column("number"),
            Column("title"),
            Column("topic"),
            Column("outcome"),
            Column("decided_on", sortable=True),
        ),
        filters=("outcome", "topic", "decided_on"),
        search=("number", "title", "text"),
        order=("-decided_on", "-pk"),
        details=(
            "number",
            "meeting",
            "item",
            "topic",
            "title",
            "text",
            "covers_from",
            "covers_until",
            "outcome",
            "decided_on",
            "put_at",
            "papers_hash",
            Column("papers_note", _("Papers since")),
        ),
        state_field="outcome",
        panels=(Panel(Vote, "decision"),),
        actions=decision.DECISION_ACTIONS,
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=Vote,
        scope=_IN_DECISION,
        columns=(Column("person"), Column("choice"), Column("dissent")),
        filters=("choice",),
        search=("person__full_name", "dissent"),
        order=("pk",),
        details=("decision", "person", "choice", "dissent"),
        select=("person",),
        actions=decision.VOTE_ACTIONS,
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=Minutes,
        scope=_IN_MEETING,
        columns=(Column("meeting"), Column("state"), Column("author"), Column("approved_by"), Column("approved_on")),
        filters=("state",),
        search=("text",),
        order=("-pk",),
        details=("meeting", "state", "text", "author", "approved_by", "approved_on"),
        select=("meeting", "meeting__body", "author", "approved_by"),
        state_field="state",
        actions=decision.MINUTES_ACTIONS,
        view_roles=INSIDE,
    )
)
