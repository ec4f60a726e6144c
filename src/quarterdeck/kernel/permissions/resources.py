"""How role assignments show. Units are declared by the organisation area."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.permissions import actions
from quarterdeck.kernel.permissions.models import Assignment
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource.registry import Column, Resource, register

register(
    Resource(
        model=Assignment,
        scope=Scope(unit="unit", own=("user",)),
        group=_("Administration"),
        columns=(Column("user"), Column("role"), Column("unit"), Column("effective_from"), Column("effective_until")),
        filters=("role", "unit"),
        search=("user__full_name", "user__login"),
        order=("-effective_from", "-pk"),
        details=("user", "role", "unit", "effective_from", "effective_until"),
        select=("user", "role", "unit"),
        actions=(actions.Assign, actions.EndAssignment),
        view_roles=("administrator", "auditor", "ciso", "own:employee"),
    )
)
