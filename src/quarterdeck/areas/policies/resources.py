"""How policies show in pages, API and command line."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.policies.actions import approving, keeping, publishing, using, writing
from quarterdeck.areas.policies.models import (
    Acknowledgement,
    ApprovalStep,
    Audience,
    Policy,
    PolicyActivity,
    PolicyException,
    PolicyReview,
    PolicySection,
    PolicyVersion,
)
from quarterdeck.areas.policies.queries import own_policies, own_sections, own_versions
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Panel, Resource, register

#: Who reads every policy of their unit and below; everybody else reads what they are asked to.
READERS = (
    "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member", "secretary", "board_member",
    "disclosure_officer", "auditor", "people_officer",
)  # fmt: skip
GROUP = _("Rules and safeguards")
ASKED = (*READERS, *(role for role in publishing.EVERYBODY if role.removeprefix("own:") not in READERS))

register(
    Resource(
        model=Policy,
        named_by=("title",),
        scope=Scope(unit="unit", own=("owner__user",), also=own_policies),
        group=GROUP,
        columns=(
            Column("title", sortable=True), Column("kind"), Column("level"), Column("unit"), Column("owner"), Column("state"),
            Column("review_by"),
        ),
        filters=("kind", "level", "state", "unit"),
        search=("title",),
        order=("title", "pk"),
        details=(
            "title", "kind", "level", "owner", "unit", "review_months", "acknowledge_days", "state", "review_by", "withdrawn_on",
            "reason",
        ),
        select=("unit", "owner"),
        panels=(
            Panel(PolicyVersion, "policy"), Panel(Audience, "policy"), Panel(PolicySection, "policy"),
            Panel(PolicyException, "policy"), Panel(PolicyActivity, "policy"),
        ),
        actions=(keeping.AddPolicy, keeping.ChangePolicy, keeping.Review, keeping.WithdrawPolicy),
        view_roles=ASKED,
        state_field="state",
        screen="policy",
    )
)  # fmt: skip
register(
    Resource(
        model=PolicyVersion,
        named_by=("number", "policy__title"),
        scope=Scope(unit="policy__unit", own=("policy__owner__user",), also=own_versions),
        columns=(
            Column("policy"), Column("number"), Column("state"), Column("effective_from"), Column("effective_until"),
            Column("summary"),
        ),
        filters=("state", "policy"),
        search=("summary",),
        order=("-pk",),
        details=(
            "policy", "number", "state", "sha256", "summary", "text", *writing.COVERS, "prepared_by", "submitted_at", "approved_at",
            "published_at", "published_by", "effective_from", "effective_until", "reason",
        ),
        select=("policy", "prepared_by", "published_by"),
        panels=(Panel(ApprovalStep, "version"), Panel(PolicyReview, "version"), Panel(Acknowledgement, "version")),
        actions=(
            writing.DraftVersion, writing.ImportVersion, writing.ChangeVersion, approving.Submit, approving.TakeBack,
            publishing.Publish, publishing.AskReaders, approving.WithdrawVersion,
        ),
        view_roles=ASKED,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=ApprovalStep,
        scope=Scope(unit="version__policy__unit", own=("person__user",)),
        columns=(Column("position"), Column("who", _("Who")), Column("state"), Column("decided_by"), Column("decided_at"), Column("reason")),
        details=(
            "version", "position", "person", "role", "body", "state", "decision", "decided_by", "decided_at", "sha256", "reason",
        ),
        order=("-pk",),
        select=("version", "version__policy", "person", "role", "body", "decided_by", "decision"),
        actions=(approving.AddStep, approving.Approve, approving.Reject, approving.RecordDecision, approving.DropStep),
        view_roles=(*READERS, "own:employee"),
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=Audience,
        scope=Scope(unit="policy__unit"),
        columns=(Column("unit"), Column("role"), Column("ended")),
        details=("policy", "unit", "role", "ended"),
        order=("-pk",),
        select=("policy", "unit", "role"),
        actions=(keeping.AddAudience, keeping.EndAudience),
        view_roles=READERS,
    )
)
register(
    Resource(
        model=PolicySection,
        scope=Scope(unit="policy__unit", also=own_sections),
        columns=(Column("policy"), Column("code"), Column("title"), Column("dropped_on")),
        filters=("policy",),
        search=("title", "code"),
        details=("policy", "code", "title", "place", "dropped_on"),
        order=("policy", "place", "pk"),
        select=("policy",),
        view_roles=ASKED,
    )
)
register(
    Resource(
        model=PolicyReview,
        scope=Scope(unit="version__policy__unit"),
        columns=(Column("version"), Column("reviewed_on"), Column("result"), Column("reviewed_by")),
        details=("version", "reviewed_on", "result", "note", "reviewed_by"),
        order=("-pk",),
        select=("version", "version__policy", "reviewed_by"),
        view_roles=READERS,
    )
)
register(
    Resource(
        model=Acknowledgement,
        scope=Scope(unit="person__unit", own=("person__user",)),
        group=GROUP,
        columns=(
            Column("version"), Column("person"), Column("asked_on"), Column("due_on", sortable=True), Column("state"),
            Column("acknowledged_at"),
        ),
        filters=("state", "due_on"),
        order=("-due_on", "-pk"),
        details=("version", "person", "asked_on", "due_on", "state", "acknowledged_at", "sha256"),
        select=("version", "version__policy", "person"),
        actions=(publishing.Acknowledge,),
        view_roles=ASKED,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=PolicyException,
        scope=Scope(unit="unit", own=("person__user", "asked_by")),
        group=GROUP,
        columns=(
            Column("policy"), Column("section"), Column("scope"), Column("unit"), Column("person"),
            Column("expires_on", sortable=True), Column("state"),
        ),
        filters=("state", "unit", "expires_on"),
        search=("scope",),
        order=("expires_on", "pk"),
        details=(
            "policy", "section", "unit", "person", "scope", "because", "instead", "starts_on", "expires_on", "state", "asked_by",
            "decided_by", "decided_on", "reason",
        ),
        select=("policy", "section", "section__policy", "unit", "person", "asked_by", "decided_by"),
        actions=(using.AskException, using.Grant, using.Refuse, using.WithdrawException),
        view_roles=(*READERS, "own:employee"),
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=PolicyActivity,
        scope=Scope(unit="policy__unit"),
        columns=(Column("policy"), Column("happened_on", sortable=True), Column("what"), Column("state")),
        filters=("state", "happened_on"),
        search=("what",),
        order=("-happened_on", "-pk"),
        details=("policy", "version", "happened_on", "what", "file", "recorded_by", "state", "reason"),
        select=("policy", "version", "version__policy", "file", "recorded_by"),
        actions=(using.RecordActivity, using.WithdrawActivity),
        view_roles=READERS,
        state_field="state",
    )
)
