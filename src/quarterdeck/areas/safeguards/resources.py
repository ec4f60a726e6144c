"""How frameworks and safeguards show in pages, API and command line."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.policies.models import PolicySection
from quarterdeck.areas.safeguards.actions import framework as frameworks
from quarterdeck.areas.safeguards.actions import safeguard as safeguards
from quarterdeck.areas.safeguards.actions import stating
from quarterdeck.areas.safeguards.joints import join
from quarterdeck.areas.safeguards.models import (
    Answer,
    Applicability,
    Framework,
    Requirement,
    RequirementMapping,
    Safeguard,
    SafeguardTest,
    StatedIn,
)
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Panel, Resource, register, show_on

GROUP = _("Rules and safeguards")
READERS = (
    "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member", "secretary",
    "board_member", "disclosure_officer", "auditor",
)  # fmt: skip
#: A safeguard's owner sees it whatever else they may see.
OWN = (*READERS, "own:employee")

register(
    Resource(
        model=Framework,
        scope=Scope(),
        group=GROUP,
        columns=(
            Column("title", sortable=True),
            Column("version"),
            Column("kind"),
            Column("asking", numeric=True),
            Column("withdrawn", numeric=True),
            Column("state"),
            Column("imported_on"),
        ),
        filters=("kind", "state"),
        search=("title",),
        order=("title", "pk"),
        details=(
            "title", "version", "kind", "oscal_id", "base", "asking", "withdrawn", "missing", "state", "replaced_by", "file", "sha256",
            "imported_by", "imported_on",
        ),
        select=("base", "file", "imported_by", "replaced_by"),
        panels=(Panel(Requirement, "framework"),),
        actions=frameworks.FRAMEWORK_ACTIONS,
        view_roles=READERS,
        screen="framework",
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=Requirement,
        scope=Scope(),
        columns=(Column("code"), Column("title"), Column("kind"), Column("withdrawn"), Column("framework")),
        filters=("framework", "kind", "withdrawn"),
        search=("code", "title"),
        order=("framework", "place", "pk"),
        details=(
            "framework",
            "code",
            "title",
            "text",
            "kind",
            "parent",
            "origin",
            "withdrawn",
            "replaced_by",
            "identifier",
        ),
        select=("framework", "parent", "origin"),
        panels=(
            Panel(Answer, "requirement"),
            Panel(Applicability, "requirement"),
            Panel(RequirementMapping, "source", _("Meets in other frameworks")),
            Panel(RequirementMapping, "target", _("Met by requirements of other frameworks")),
            Panel(Requirement, "parent", _("Below it")),
        ),
        view_roles=READERS,
    )
)
register(
    Resource(
        model=RequirementMapping,
        scope=Scope(),
        columns=(Column("source"), Column("target"), Column("relationship")),
        order=("source", "target", "pk"),
        details=("source", "target", "relationship", "file"),
        select=("source", "target", "file"),
        view_roles=READERS,
    )
)
register(
    Resource(
        model=Safeguard,
        scope=Scope(unit="unit", own=("owner__user",)),
        group=GROUP,
        columns=(
            Column("name", sortable=True),
            Column("kind"),
            Column("owner"),
            Column("unit"),
            Column("state"),
            Column("in_operation_since"),
            Column("next_test_by"),
        ),
        filters=("kind", "state", "unit"),
        search=("name",),
        order=("name", "pk"),
        details=(
            "name", "kind", "description", "owner", "unit", "state", "planned_for", "in_operation_since", "retired_on", "retired_because",
            "test_every", "next_test_by",
        ),
        select=("owner", "unit"),
        panels=(
            Panel(SafeguardTest, "safeguard"),
            Panel(StatedIn, "safeguard", _("Stated in policies")),
            Panel(Answer, "safeguard"),
        ),
        actions=safeguards.SAFEGUARD_ACTIONS,
        view_roles=OWN,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=SafeguardTest,
        scope=Scope(unit="safeguard__unit", own=("safeguard__owner__user",)),
        group=GROUP,
        columns=(
            Column("safeguard"),
            Column("tested_on"),
            Column("performer"),
            Column("result"),
            Column("state"),
            Column("approved_on"),
        ),
        filters=("performer", "result", "state"),
        search=("performer_name", "safeguard__name"),
        order=("-tested_on", "-pk"),
        details=(
            "safeguard", "tested_on", "performer", "performer_name", "method", "result", "findings", "file", "state", "recorded_by",
            "approved_by", "approved_on", "withdrawn_because",
        ),
        select=("safeguard", "safeguard__unit", "recorded_by", "approved_by", "file"),
        actions=safeguards.TEST_ACTIONS,
        view_roles=OWN,
        state_field="state",
    )
)  # fmt: skip
register(
    Resource(
        model=Answer,
        scope=Scope(unit="safeguard__unit", own=("safeguard__owner__user",)),
        columns=(
            Column("safeguard"),
            Column("requirement"),
            Column("coverage"),
            Column("effective_from"),
            Column("effective_until"),
        ),
        filters=("coverage",),
        order=("-effective_from", "-pk"),
        details=("safeguard", "requirement", "coverage", "reason", "effective_from", "effective_until"),
        select=("safeguard", "safeguard__unit", "requirement"),
        actions=(frameworks.EndAnswer,),
        view_roles=OWN,
    )
)
register(
    Resource(
        model=Applicability,
        scope=Scope(),
        columns=(Column("requirement"), Column("reason"), Column("effective_from"), Column("effective_until")),
        order=("-effective_from", "-pk"),
        details=("requirement", "reason", "decided_by", "effective_from", "effective_until"),
        select=("requirement", "decided_by"),
        actions=(frameworks.TakeBack,),
        view_roles=READERS,
    )
)
register(
    Resource(
        model=StatedIn,
        scope=Scope(unit="safeguard__unit", own=("safeguard__owner__user",)),
        columns=(
            Column("safeguard"), Column("section"), Column("version"), Column("state"), Column("noticed_on"),
            Column("effective_until"),
        ),
        filters=("state",),
        order=("-pk",),
        details=(
            "safeguard", "section", "version", "sha256", "state", "noticed_on", "effective_from", "effective_until",
        ),
        select=("safeguard", "safeguard__unit", "section", "section__policy", "version", "version__policy"),
        actions=stating.STATING_ACTIONS,
        view_roles=OWN,
        state_field="state",
    )
)  # fmt: skip
show_on(PolicySection, Panel(StatedIn, "section", _("Safeguards it states")))
join()
