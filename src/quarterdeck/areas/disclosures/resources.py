"""How disclosures show; the workbench is a screen of its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.disclosures import actions, redrafting
from quarterdeck.areas.disclosures.models import Approval, Disclosure, Package, Statement
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Panel, Resource, register

READERS = (
    "disclosure_officer",
    "ciso",
    "counsel",
    "committee_member",
    "secretary",
    "board_member",
    "auditor",
    "panel_member",
)

register(
    Resource(
        model=Disclosure,
        scope=Scope(),
        group=_("Disclosure"),
        columns=(Column("form"), Column("period_end"), Column("filing_date"), Column("state"), Column("prepared_by")),
        filters=("form", "state"),
        order=("-period_end", "-pk"),
        details=(
            "registrant",
            "form",
            "period_start",
            "period_end",
            "filing_date",
            "taxonomy",
            "state",
            "prepared_by",
            "submitted_by",
            "returned_because",
        ),
        select=("registrant", "prepared_by", "submitted_by"),
        panels=(Panel(Statement, "disclosure"), Panel(Approval, "disclosure"), Panel(Package, "disclosure")),
        actions=(
            actions.DraftAnnual,
            actions.PlanFiling,
            actions.Submit,
            actions.Return,
            actions.Approve,
            actions.Revise,
            actions.Seal,
            actions.Release,
            actions.Void,
        ),
        state_field="state",
        screen="workbench",
        view_roles=READERS,
    )
)
register(
    Resource(
        model=Statement,
        scope=Scope(),
        columns=(Column("position"), Column("kind"), Column("text"), Column("edited")),
        order=("disclosure", "paragraph", "position", "pk"),
        search=("text",),
        details=(
            "disclosure",
            "part",
            "paragraph",
            "position",
            "kind",
            "text",
            "edited",
            "removed",
            "override_reason",
            Column("override_asked_by", _("Override asked by")),
            Column("override_agreed_by", _("Override agreed by")),
        ),
        select=("disclosure", "override_asked_by", "override_agreed_by"),
        actions=(
            actions.AddStatement,
            actions.EditStatement,
            actions.RemoveStatement,
            actions.AttachClaim,
            actions.AskOverride,
            actions.AgreeOverride,
            redrafting.Redraft,
            redrafting.WriteDrafted,
        ),
        view_roles=READERS,
    )
)
register(
    Resource(
        model=Approval,
        scope=Scope(),
        columns=(
            Column("disclosure"),
            Column("approved_by"),
            Column("approved_at"),
            Column("content_sha256"),
            Column("void_at"),
        ),
        order=("-approved_at", "-pk"),
        details=("disclosure", "approved_by", "approved_at", "decision", "content_sha256", "void_at"),
        select=("disclosure", "approved_by", "decision"),
        view_roles=READERS,
    )
)
register(
    Resource(
        model=Package,
        scope=Scope(),
        columns=(Column("disclosure"), Column("sealed_by"), Column("sealed_at"), Column("manifest_sha256")),
        order=("-sealed_at", "-pk"),
        details=("disclosure", "approval", "sealed_by", "sealed_at", "manifest_sha256"),
        select=("disclosure", "approval", "sealed_by"),
        view_roles=READERS,
    )
)
