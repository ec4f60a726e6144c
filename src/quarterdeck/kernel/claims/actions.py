"""Setting a company parameter: dated, reasoned, in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Context, Create, End, Refused
from quarterdeck.kernel.claims.models import Parameter
from quarterdeck.kernel.claims.registry import all_predicates


class SetParameter(Create[Parameter]):
    """From a day on, a parameter has a value; the value before it ends the day before."""

    name = "set"
    model = Parameter
    label = _("Set a parameter")
    fields = ("code", "value", "why", "effective_from")
    roles = ("ciso", "disclosure_officer")

    def initial(self, record: Parameter | None) -> dict[str, object]:
        return {"effective_from": clock.today()}

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Parameter | None) -> None:
        asked = sorted({code for predicate in all_predicates() for code in predicate.company})
        form.fields["code"].help_text = gettext("Claims ask for: %(codes)s.") % {"codes": ", ".join(asked)}
        form.fields["value"].help_text = _("A number; a share is written as 0.95.")
        form.fields["why"].help_text = _("What the word means in this company, and who says so.")

    def guard(self, ctx: Context, record: Parameter | None, data: Mapping[str, Any]) -> None:
        try:
            Decimal(data["value"])
        except InvalidOperation:
            raise Refused(_("A parameter's value is a number.")) from None
        if Parameter.objects.filter(
            code=data["code"], effective_until=None, effective_from__gte=data["effective_from"]
        ).exists():
            raise Refused(_("A value of this parameter already starts on that day or later."))

    def mutate(self, ctx: Context, record: Parameter | None, data: Mapping[str, Any]) -> Parameter:
        for former in Parameter.objects.filter(code=data["code"], effective_until=None):
            former.effective_until = data["effective_from"] - timedelta(days=1)
            ctx.save(former)
        return super().mutate(ctx, record, data)


class EndParameter(End[Parameter]):
    model = Parameter
    roles = ("ciso", "disclosure_officer")
