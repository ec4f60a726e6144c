"""How people show in pages, API and command line. Names and positions are open to colleagues; proofs are not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people import actions, knowledge, parts, taking_in
from quarterdeck.areas.people.models import (
    Certification,
    Degree,
    Experience,
    PeopleList,
    Person,
    Position,
    Process,
    ProcessStep,
    Responsibility,
    TeamMembership,
)
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Panel, Resource, register

COLLEAGUES = (
    "administrator", "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member",
    "secretary", "board_member", "disclosure_officer", "auditor", "people_officer", "own:employee",
)  # fmt: skip
#: Everybody with a part in the programme; employees beside them.
WORKING = tuple(role for role in COLLEAGUES if not role.startswith("own:"))
#: What somebody knows, with its proofs: those who keep it, verify it, disclose it or audit it, and the person.
KNOWLEDGE = ("people_officer", "ciso", "secretary", "disclosure_officer", "auditor", "own:employee")

_OF_PERSON = Scope(unit="person__unit", own=("person__user",))
_VERIFIED = ("evidence", "added_by", "verified_by", "verified_on", "verified_how")

register(
    Resource(
        model=Person,
        named_by=("full_name", "erased_at"),
        scope=Scope(unit="unit", own=("user",)),
        group=_("People"),
        columns=(Column("full_name", sortable=True), Column("unit"), Column("state"), Column("left_on")),
        filters=("state", "unit"),
        search=("full_name", "email"),
        order=("full_name", "pk"),
        details=("full_name", "email", "unit", "user", "state", "left_on", "erased_at"),
        select=("unit",),
        state_field="state",
        panels=(
            Panel(Position, "person"),
            Panel(TeamMembership, "person"),
            Panel(Experience, "person"),
            Panel(Certification, "person"),
            Panel(Degree, "person"),
        ),
        actions=(
            actions.AddPerson,
            actions.ChangePerson,
            actions.OpenLogin,
            actions.ConnectLogin,
            actions.Leave,
            actions.Rejoin,
            actions.Erase,
        ),
        view_roles=COLLEAGUES,
    )
)
register(
    Resource(
        model=Position,
        scope=_OF_PERSON,
        columns=(
            Column("person"),
            Column("title"),
            Column("level"),
            Column("unit"),
            Column("effective_from", sortable=True),
            Column("effective_until"),
        ),
        filters=("level", "unit"),
        search=("title", "person__full_name"),
        order=("-effective_from", "-pk"),
        details=("person", "title", "level", "code", "unit", "effective_from", "effective_until"),
        select=("person", "unit"),
        actions=(actions.GivePosition, actions.ChangePosition, actions.EndPosition),
        view_roles=COLLEAGUES,
    )
)
register(
    Resource(
        model=TeamMembership,
        scope=_OF_PERSON,
        columns=(Column("person"), Column("team"), Column("effective_from", sortable=True), Column("effective_until")),
        filters=("team",),
        search=("person__full_name",),
        order=("-effective_from", "-pk"),
        details=("person", "team", "effective_from", "effective_until"),
        select=("person",),
        actions=(actions.JoinTeam, actions.LeaveTeam),
        view_roles=COLLEAGUES,
    )
)
register(
    Resource(
        model=Experience,
        scope=_OF_PERSON,
        columns=(
            Column("person"),
            Column("role"),
            Column("organisation"),
            Column("field"),
            Column("relevant"),
            Column("effective_from", sortable=True),
            Column("effective_until"),
            Column("verified_on"),
        ),
        filters=("field", "relevant"),
        search=("role", "organisation", "person__full_name"),
        order=("-effective_from", "-pk"),
        details=(
            "person",
            "organisation",
            "role",
            "field",
            "relevant",
            "effective_from",
            "effective_until",
            *_VERIFIED,
        ),
        select=("person",),
        actions=knowledge.EXPERIENCE_ACTIONS,
        view_roles=KNOWLEDGE,
    )
)
register(
    Resource(
        model=Degree,
        scope=_OF_PERSON,
        columns=(
            Column("person"),
            Column("level"),
            Column("subject"),
            Column("institution"),
            Column("awarded_on", sortable=True),
            Column("verified_on"),
        ),
        filters=("level",),
        search=("subject", "institution", "person__full_name"),
        order=("-awarded_on", "-pk"),
        details=("person", "institution", "level", "subject", "awarded_on", *_VERIFIED),
        select=("person",),
        actions=knowledge.DEGREE_ACTIONS,
        view_roles=KNOWLEDGE,
    )
)
register(
    Resource(
        model=Certification,
        scope=_OF_PERSON,
        group=_("People"),
        columns=(
            Column("person"),
            Column("code", sortable=True),
            Column("issuer"),
            Column("number"),
            Column("issued_on"),
            Column("expires_on", sortable=True),
            Column("verified_on"),
        ),
        filters=("expires_on",),
        search=("code", "issuer", "number", "person__full_name"),
        order=("code", "expires_on", "pk"),
        details=("person", "issuer", "code", "number", "issued_on", "expires_on", *_VERIFIED),
        select=("person",),
        actions=knowledge.CERTIFICATION_ACTIONS,
        view_roles=KNOWLEDGE,
    )
)
register(
    Resource(
        model=Process,
        scope=Scope(unit="unit"),
        group=_("People"),
        columns=(Column("name", sortable=True), Column("unit")),
        filters=("unit",),
        search=("name", "code"),
        order=("name", "pk"),
        details=("code", "name", "purpose", "unit"),
        select=("unit",),
        panels=(Panel(ProcessStep, "process"),),
        actions=parts.PROCESS_ACTIONS,
        view_roles=(*WORKING, "employee"),
        screen="process",
    )
)
register(
    Resource(
        model=ProcessStep,
        scope=Scope(unit="process__unit"),
        columns=(Column("number"), Column("title")),
        order=("process", "number", "pk"),
        details=("process", "number", "title"),
        select=("process",),
        panels=(Panel(Responsibility, "step"),),
        actions=parts.STEP_ACTIONS,
        view_roles=(*WORKING, "employee"),
    )
)
register(
    Resource(
        model=Responsibility,
        scope=Scope(unit="step__process__unit"),
        columns=(
            Column("step"), Column("part"), Column("role"), Column("unit"), Column("person"), Column("effective_from"),
            Column("effective_until"),
        ),
        filters=("part", "role", "unit"),
        order=("-effective_from", "-pk"),
        details=("step", "part", "role", "unit", "person", "effective_from", "effective_until"),
        select=("step__process", "role", "unit", "person"),
        actions=parts.PART_ACTIONS,
        view_roles=(*WORKING, "employee"),
    )
)  # fmt: skip
register(
    Resource(
        model=PeopleList,
        scope=Scope(),
        group=_("People"),
        columns=(
            Column("file"), Column("recorded_at"), Column("rows", numeric=True), Column("done", numeric=True),
            Column("added", numeric=True), Column("changed", numeric=True), Column("state"),
        ),
        filters=("state",),
        details=("file", "rows", "done", "added", "changed", "ignored", "open_logins", "state", "read_by", "recorded_at"),
        select=("file", "read_by"),
        actions=taking_in.LIST_ACTIONS,
        view_roles=("people_officer", "administrator", "auditor"),
        state_field="state",
    )
)  # fmt: skip
