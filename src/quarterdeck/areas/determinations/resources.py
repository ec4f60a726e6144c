"""How assessments, determinations and what follows show in pages, API and command line."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.determinations.actions import afterwards, assessment, deciding, reach
from quarterdeck.areas.determinations.joints import join
from quarterdeck.areas.determinations.models import (
    Assessment,
    AuthorityNotice,
    Clearance,
    Determination,
    Exposure,
    Factor,
    FollowUp,
    LegalHold,
    Related,
    TradingWindow,
)
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Panel, Resource, register

#: Who may see them where they may see the incident at all.
INSIDE = (
    "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member", "secretary", "board_member",
    "disclosure_officer", "auditor",
)  # fmt: skip
_HANGS = Scope(unit="incident__unit", wall="incident__wall")
_IN_ASSESSMENT = Scope(unit="assessment__incident__unit", wall="assessment__incident__wall")

join()

register(
    Resource(
        model=Assessment,
        scope=_HANGS,
        columns=(
            Column("incident"), Column("number", numeric=True), Column("lead"), Column("recommendation"), Column("state"),
            Column("submitted_at"),
        ),
        filters=("state", "recommendation"),
        order=("-pk",),
        details=(
            "incident", "number", "state", "lead", "nature", "scope", "timing", "impact", "not_determined", "known_by",
            "recommendation", "because", "opened_by", "submitted_at", "submitted_by", "sha256",
        ),
        select=("incident", "lead"),
        panels=(Panel(Factor, "assessment"), Panel(Related, "assessment"), Panel(Determination, "assessment")),
        actions=(*assessment.ASSESSMENT_ACTIONS, deciding.BringBeforeBody),
        view_roles=INSIDE,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=Factor,
        scope=_IN_ASSESSMENT,
        columns=(Column("code"), Column("answer"), Column("amount", numeric=True), Column("reason")),
        details=("assessment", "code", "answer", "amount", "reason"),
        order=("pk",),
        actions=(assessment.AnswerFactor,),
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=Related,
        scope=_IN_ASSESSMENT,
        columns=(Column("other"), Column("why"), Column("together"), Column("struck")),
        details=("assessment", "other", "why", "together", "struck"),
        order=("pk",),
        select=("other",),
        actions=(assessment.Relate, assessment.Strike),
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=Determination,
        scope=_HANGS,
        group=_("Incidents"),
        columns=(
            Column("incident"), Column("question"), Column("answer"), Column("state"), Column("decision"),
            Column("decided_at", sortable=True),
        ),
        filters=("question", "answer", "state", "decided_at"),
        search=("incident__number", "because"),
        order=("-pk",),
        details=(
            "incident", "question", "answer", "because", "follow_up_on", "state", "decision", "decided_at", "assessment",
            "assessment_sha256",
        ),
        select=("incident", "decision", "assessment__incident"),
        actions=(deciding.ProposeAgain,),
        view_roles=INSIDE,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=FollowUp,
        scope=_HANGS,
        group=_("Incidents"),
        columns=(Column("question"), Column("incident"), Column("due", sortable=True), Column("state")),
        filters=("state", "due"),
        search=("question",),
        order=("state", "due", "pk"),
        details=("incident", "question", "due", "state", "moved_because", "answer", "settled_at"),
        select=("incident",),
        actions=afterwards.FOLLOW_UP_ACTIONS,
        view_roles=INSIDE,
        state_field="state",
    )
)
register(
    Resource(
        model=LegalHold,
        scope=_HANGS,
        columns=(Column("incident"), Column("issued_at"), Column("released_at")),
        details=("incident", "issued_at", "keeps", "released_at", "released_because"),
        order=("-pk",),
        select=("incident",),
        actions=afterwards.HOLD_ACTIONS,
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=TradingWindow,
        scope=_HANGS,
        columns=(Column("incident"), Column("closed_at"), Column("why"), Column("opened_at")),
        details=("incident", "closed_at", "why", "opened_at", "opened_because"),
        order=("-pk",),
        select=("incident",),
        actions=afterwards.WINDOW_ACTIONS,
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=Clearance,
        scope=_HANGS,
        columns=(Column("incident"), Column("recipient"), Column("destination"), Column("state"), Column("decided_at")),
        filters=("state",),
        details=(
            "incident", "what", "held_in", "recipient", "destination", "purpose", "state", "asked_by", "decided_by",
            "decided_at", "conditions",
        ),
        order=("-pk",),
        select=("incident",),
        actions=afterwards.CLEARANCE_ACTIONS,
        view_roles=INSIDE,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=Exposure,
        scope=_HANGS,
        columns=(Column("incident"), Column("regions"), Column("in_china"), Column("grade"), Column("published_at")),
        details=("incident", *reach.FIELDS, "ag_delays"),
        order=("-pk",),
        select=("incident",),
        actions=reach.REACH_ACTIONS,
        view_roles=INSIDE,
    )
)
register(
    Resource(
        model=AuthorityNotice,
        scope=_HANGS,
        columns=(Column("incident"), Column("duty"), Column("told_at"), Column("recipient")),
        details=("incident", "duty", "told_at", "recipient", "reference", "told_by"),
        order=("-pk",),
        select=("incident", "told_by"),
        actions=(reach.RecordNotice,),
        view_roles=INSIDE,
    )
)
