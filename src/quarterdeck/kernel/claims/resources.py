"""Company parameters are open to everyone who works here: what "regularly" means is no secret."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.claims import actions
from quarterdeck.kernel.claims.models import Parameter
from quarterdeck.kernel.claims.registry import readers_of
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.permissions.sync import SHIPPED_ROLES
from quarterdeck.kernel.resource.registry import Column, Resource, register


def _unit(row: Parameter) -> object:
    return row.unit


def _meaning(row: Parameter) -> object:
    return row.meaning


def _readers(row: Parameter) -> object:
    return readers_of(row.code)


register(
    Resource(
        model=Parameter,
        scope=Scope(),
        group=_("Organisation"),
        columns=(
            Column("code", sortable=True),
            Column("value", numeric=True),
            Column("unit", label=_("Unit"), value=_unit),
            Column("meaning", label=_("What it is"), value=_meaning),
            Column("why"),
            Column("effective_from"),
            Column("effective_until"),
        ),
        search=("code", "why"),
        order=("code", "-effective_from", "-pk"),
        details=(
            "code",
            "meaning",
            Column("readers", label=_("Read by"), value=_readers),
            "value",
            "unit",
            "why",
            "effective_from",
            "effective_until",
        ),
        actions=(actions.SetParameter, actions.EndParameter),
        view_roles=tuple(role for role in SHIPPED_ROLES if role not in {"vendor_guest", "external_assessor"}),
    )
)
