"""Who holds which role where; who stands inside a wall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Context, Create, End, Refused
from quarterdeck.kernel.permissions.models import Assignment


class Assign(Create[Assignment]):
    model = Assignment
    label = _("Give a role")
    fields = ("user", "role", "unit", "effective_from", "effective_until")
    roles = ("administrator",)

    def initial(self, record: Assignment | None) -> dict[str, object]:
        return {"effective_from": clock.today()}

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Assignment | None) -> None:
        if ctx_user.kind == User.Kind.SERVICE:
            return  # the product founds a home: it gives the first administrator their roles
        field = form.fields["user"]
        assert isinstance(field, forms.ModelChoiceField)
        assert field.queryset is not None
        # Those who cannot sign in hold no role, and nobody gives one to themselves.
        field.queryset = field.queryset.filter(is_active=True).exclude(pk=ctx_user.pk).order_by("full_name", "pk")

    def guard(self, ctx: Context, record: Assignment | None, data: Mapping[str, Any]) -> None:
        if not ctx.actor.system and data["user"] == ctx.user:
            raise Refused(_("Nobody gives a role to themselves; ask another administrator."))


class EndAssignment(End[Assignment]):
    model = Assignment
    label = _("Take the role away")
    roles = ("administrator",)
