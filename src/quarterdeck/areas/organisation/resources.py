"""How the organisation shows in pages, API and command line."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.organisation import actions
from quarterdeck.areas.organisation.models import Designation, FilerStatus, Registrant
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Panel, Resource, register

EVERYONE = (
    "administrator", "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member",
    "secretary", "board_member", "disclosure_officer", "auditor", "people_officer",
)  # fmt: skip

register(
    Resource(
        model=Registrant,
        scope=Scope(),
        group=_("Organisation"),
        columns=(Column("name"), Column("cik"), Column("fiscal_year_end"), Column("currency")),
        details=(
            "name",
            "short_name",
            "cik",
            "file_number",
            "incorporated_in",
            "fiscal_year_end",
            "currency",
            "time_zone",
        ),
        panels=(Panel(FilerStatus, "registrant"),),
        actions=(actions.RegisterCompany, actions.ChangeCompany),
        view_roles=(*EVERYONE, "employee"),
    )
)
register(
    Resource(
        model=FilerStatus,
        scope=Scope(),
        columns=(Column("filer"), Column("category"), Column("effective_from"), Column("effective_until")),
        details=("registrant", "filer", "category", "shell_company", "effective_from", "effective_until"),
        order=("-effective_from", "-pk"),
        select=("registrant",),
        actions=(actions.RecordFilerStatus, actions.EndFilerStatus),
        view_roles=EVERYONE,
    )
)
register(
    Resource(
        model=Unit,
        named_by=("name",),
        scope=Scope(unit="pk"),
        group=_("Organisation"),
        columns=(Column("name", sortable=True), Column("kind"), Column("parent")),
        filters=("kind", "parent"),
        search=("name", "code"),
        order=("name", "pk"),
        details=("code", "name", "kind", "parent"),
        select=("parent",),
        panels=(Panel(Unit, "parent", _("Units below")), Panel(Designation, "unit")),
        actions=(actions.CreateUnit, actions.ChangeUnit),
        view_roles=(*EVERYONE, "employee"),
    )
)
register(
    Resource(
        model=Designation,
        scope=Scope(unit="unit"),
        group=_("Organisation"),
        columns=(
            Column("unit"),
            Column("target"),
            Column("responsibilities"),
            Column("effective_from"),
            Column("effective_until"),
        ),
        filters=("target", "unit"),
        search=("responsibilities",),
        order=("-effective_from", "-pk"),
        details=("unit", "target", "responsibilities", "effective_from", "effective_until"),
        select=("unit",),
        actions=(actions.Designate, actions.EndDesignation),
        view_roles=EVERYONE,
    )
)
