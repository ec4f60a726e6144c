"""How evidence shows in pages, API and command line."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.evidence import actions
from quarterdeck.areas.evidence.models import Evidence
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Resource, register

register(
    Resource(
        model=Evidence,
        scope=Scope(unit="unit", own=("added_by",)),
        group=_("Programme"),
        columns=(
            Column("title", sortable=True),
            Column("kind"),
            Column("effective_from"),
            Column("effective_until"),
            Column("expires_on"),
            Column("state"),
            Column("verified_on"),
        ),
        filters=("kind", "state", "unit"),
        search=("title",),
        order=("-effective_from", "-pk"),
        details=(
            "kind", "title", Column("facts_shown", _("What it says")), "facts", "file", "effective_from", "effective_until", "expires_on", "unit", "added_by",
            "recorded_at", "verified_by", "verified_on", "state", "superseded_by", "reason",
        ),
        select=("unit", "added_by", "verified_by", "file"),
        actions=(*actions.ATTEST, actions.Verify, actions.Withdraw, actions.Supersede),
        view_roles=(
            "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member", "secretary",
            "board_member", "disclosure_officer", "auditor", "people_officer",
        ),
        state_field="state",
    )
)  # fmt: skip
