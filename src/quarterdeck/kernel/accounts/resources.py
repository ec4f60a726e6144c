"""How API tokens and calendar subscriptions show: to their holder, and to administrators, who may revoke them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.accounts.actions import HOLDERS, MakeToken, RevokeToken, Subscribe, Unsubscribe
from quarterdeck.kernel.accounts.tokens import ApiToken, CalendarFeed
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource.registry import Column, Resource, register

register(
    Resource(
        model=ApiToken,
        scope=Scope(own=("user",)),
        group=_("Administration"),
        columns=(Column("name"), Column("user"), Column("expires_on"), Column("revoked_at")),
        details=("name", "user", "expires_on", "revoked_at", "recorded_at"),
        filters=("user",),
        select=("user",),
        actions=(MakeToken, RevokeToken),
        view_roles=("administrator", *(f"own:{role}" for role in HOLDERS)),
    )
)
register(
    Resource(
        model=CalendarFeed,
        scope=Scope(own=("user",)),
        columns=(Column("name"), Column("user"), Column("recorded_at"), Column("revoked_at")),
        details=("name", "user", "recorded_at", "revoked_at"),
        filters=("user",),
        select=("user",),
        actions=(Subscribe, Unsubscribe),
        view_roles=("administrator", *(f"own:{role}" for role in HOLDERS)),
    )
)
