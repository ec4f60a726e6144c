"""How engagements and improvements show in pages, API and command line."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.engagements.actions import engagement, improvement, work
from quarterdeck.areas.engagements.guests import guest_of
from quarterdeck.areas.engagements.models import (
    Credential,
    Deliverable,
    Engagement,
    EngagementGuest,
    Expert,
    ImprovementProject,
    ProgressNote,
    Recommendation,
)
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Panel, Resource, register

GROUP = _("Third parties")
READERS = (
    "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member", "secretary",
    "board_member", "disclosure_officer", "auditor",
)  # fmt: skip
#: And the guest in the engagement that is open to them.
WITH_GUEST = (*READERS, "own:external_assessor")

register(
    Resource(
        model=Engagement,
        scope=Scope(unit="unit", own=("owner__user",), also=guest_of("pk")),
        group=GROUP,
        columns=(
            Column("title", sortable=True),
            Column("kind"),
            Column("firm"),
            Column("owner"),
            Column("contract_from"),
            Column("contract_until"),
            Column("state"),
        ),
        filters=("kind", "state", "unit"),
        search=("title", "firm"),
        order=("-contract_from", "-pk"),
        details=(
            "title", "kind", "firm", "scope", "independence", "owner", "unit", "contract_from", "contract_until", "state", "started_on",
            "ended_on",
        ),
        select=("owner", "unit"),
        panels=(
            Panel(Deliverable, "engagement"),
            Panel(Recommendation, "engagement"),
            Panel(Expert, "engagement"),
            Panel(EngagementGuest, "engagement", _("Guests")),
        ),
        actions=(
            engagement.PlanEngagement, engagement.BeginEngagement, engagement.ChangeEngagement, work.SubmitDeliverable, work.Recommend,
            engagement.InviteGuest, engagement.EndEngagement,
        ),
        view_roles=WITH_GUEST,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=Expert,
        scope=Scope(unit="engagement__unit", own=("engagement__owner__user",)),
        columns=(Column("full_name", sortable=True), Column("role"), Column("engagement")),
        search=("full_name",),
        order=("full_name", "pk"),
        details=("engagement", "full_name", "role", "email"),
        select=("engagement", "engagement__unit"),
        panels=(Panel(Credential, "expert"),),
        actions=(engagement.NameExpert,),
        view_roles=READERS,
    )
)
register(
    Resource(
        model=Credential,
        scope=Scope(unit="expert__engagement__unit", own=("expert__engagement__owner__user",)),
        columns=(Column("expert"), Column("name"), Column("issuer"), Column("issued_on"), Column("expires_on")),
        search=("name",),
        order=("expires_on", "pk"),
        details=("expert", "name", "issuer", "number", "issued_on", "expires_on", "file"),
        select=("expert", "expert__engagement", "expert__engagement__unit", "file"),
        actions=(engagement.AddCredential, engagement.RenewCredential),
        view_roles=READERS,
    )
)
register(
    Resource(
        model=EngagementGuest,
        scope=Scope(unit="engagement__unit", own=("engagement__owner__user",)),
        columns=(
            Column("user"),
            Column("engagement"),
            Column("effective_from"),
            Column("effective_until"),
            Column("revoked_at"),
        ),
        order=("-effective_from", "-pk"),
        details=("engagement", "user", "invited_by", "effective_from", "effective_until", "revoked_at"),
        select=("engagement", "engagement__unit", "user", "invited_by"),
        actions=(engagement.CloseAccess,),
        view_roles=("ciso", "administrator", "auditor", "own:group_lead", "own:unit_owner"),
    )
)
register(
    Resource(
        model=Deliverable,
        scope=Scope(
            unit="engagement__unit", own=("engagement__owner__user",), also=guest_of("engagement")
        ),
        columns=(Column("title"), Column("kind"), Column("engagement"), Column("due"), Column("state"), Column("performed_on")),
        filters=("kind", "state"),
        search=("title",),
        order=("-pk",),
        details=(
            "engagement", "title", "kind", "wanted", "due", "state", "performed_on", "scope", "method", "result", "file", "requested_by",
            "handed_in_by", "handed_in_on", "approved_by", "approved_on", "returned_because",
        ),
        select=("engagement", "engagement__unit", "file", "requested_by", "handed_in_by", "approved_by"),
        panels=(Panel(Recommendation, "deliverable"),),
        actions=(work.AskFor, work.HandIn, work.ApproveDeliverable, work.ReturnDeliverable),
        view_roles=WITH_GUEST,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=Recommendation,
        scope=Scope(
            unit="engagement__unit", own=("engagement__owner__user",), also=guest_of("engagement")
        ),
        group=GROUP,
        columns=(Column("title"), Column("engagement"), Column("priority"), Column("made_on"), Column("state")),
        filters=("priority", "state"),
        search=("title",),
        order=("-made_on", "-pk"),
        details=(
            "engagement", "deliverable", "title", "text", "priority", "made_by", "made_on", "state", "decided_by", "decided_on", "reason",
        ),
        select=("engagement", "engagement__unit", "deliverable", "made_by", "decided_by"),
        panels=(Panel(ImprovementProject, "recommendation"),),
        actions=(work.AcceptRecommendation, work.RejectRecommendation),
        view_roles=WITH_GUEST,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=ImprovementProject,
        scope=Scope(unit="unit", own=("owner__user",)),
        group=_("Programme"),
        columns=(
            Column("title"),
            Column("owner"),
            Column("unit"),
            Column("due", sortable=True),
            Column("state"),
            Column("done_on"),
        ),
        filters=("state", "performer", "unit"),
        search=("title",),
        order=("due", "pk"),
        details=(
            "title", "description", "recommendation", "safeguard", "performer", "owner", "unit", "due", "state", "done_on", "done_by",
            "evidence", "verified_by", "verified_on", "because",
        ),
        select=("recommendation", "safeguard", "owner", "unit", "evidence", "done_by", "verified_by"),
        panels=(Panel(ProgressNote, "project"),),
        actions=improvement.PROJECT_ACTIONS,
        view_roles=(*READERS, "own:employee"),
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=ProgressNote,
        scope=Scope(unit="project__unit", own=("project__owner__user",)),
        columns=(Column("on"), Column("text"), Column("by")),
        order=("-on", "-pk"),
        details=("project", "text", "by", "on"),
        select=("project", "project__unit", "by"),
        view_roles=(*READERS, "own:employee"),
    )
)
