"""How disclosures show; the workbench is a screen of its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.disclosures import actions, redrafting, reporting, statements
from quarterdeck.areas.disclosures.joints import join
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

#: A current report stands behind its incident's wall, whichever that is at the time, and so does all that hangs on it.
_WALLED = Scope(wall="incident__wall")
_HANGS = Scope(wall="disclosure__incident__wall")

join()

register(
    Resource(
        model=Disclosure,
        scope=_WALLED,
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
            "incident",
            "incident_label",
            "assessment",
            "amends",
            "concerns",
            "trigger",
            "published_on",
            "brought",
        ),
        select=("registrant", "prepared_by", "submitted_by", "incident__wall", "assessment", "amends", "brought"),
        panels=(Panel(Statement, "disclosure"), Panel(Approval, "disclosure"), Panel(Package, "disclosure")),
        actions=(
            actions.DraftAnnual,
            reporting.DraftCurrent,
            actions.PlanFiling,
            reporting.RewriteReport,
            reporting.WithdrawReport,
            actions.Submit,
            actions.Return,
            reporting.BringReport,
            actions.Approve,
            actions.Revise,
            actions.Seal,
            actions.Release,
            reporting.Amend,
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
        scope=_HANGS,
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
            statements.AddStatement,
            statements.EditStatement,
            statements.RemoveStatement,
            statements.AttachClaim,
            statements.AskOverride,
            statements.AgreeOverride,
            redrafting.Redraft,
            redrafting.WriteDrafted,
        ),
        view_roles=READERS,
    )
)
register(
    Resource(
        model=Approval,
        scope=_HANGS,
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
        scope=_HANGS,
        columns=(Column("disclosure"), Column("sealed_by"), Column("sealed_at"), Column("manifest_sha256")),
        order=("-sealed_at", "-pk"),
        details=("disclosure", "approval", "sealed_by", "sealed_at", "manifest_sha256"),
        select=("disclosure", "approval", "sealed_by"),
        view_roles=READERS,
    )
)
