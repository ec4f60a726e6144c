"""Setting a company parameter: dated, reasoned, in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Context, Create, End, Refused
from quarterdeck.kernel.claims.models import Parameter
from quarterdeck.kernel.claims.parameters import UNITS, BadValue, all_meanings, check_value
from quarterdeck.kernel.claims.registry import readers_of


class _Checked(forms.Form):
    """Holds the value against the unit of the parameter that was chosen."""

    def clean_value(self) -> str:
        value = str(self.cleaned_data["value"]).strip()
        try:
            check_value(str(self.cleaned_data.get("code", "")), value)
        except BadValue as error:
            raise forms.ValidationError(str(error)) from None
        return value


def _meanings() -> SafeString:
    """Every parameter with its unit, its meaning, and the claims that read it: folded, for the help of a select."""
    rows = format_html_join(
        "",
        "<dt>{} ({})</dt><dd>{}{}</dd>",
        ((item.label, UNITS[item.unit], item.says, _read_by(item.code)) for item in all_meanings()),
    )
    return format_html(
        '<details class="more"><summary>{}</summary><dl class="meanings">{}</dl></details>',
        gettext("What each of them means"),
        rows,
    )


def _read_by(code: str) -> str:
    readers = readers_of(code)
    if not readers:
        return ""
    return " " + gettext("Read by: %(claims)s.") % {"claims": "; ".join(readers)}


class SetParameter(Create[Parameter]):
    """From a day on, a parameter has a value; the value before it ends the day before."""

    name = "set"
    model = Parameter
    label = _("Set a parameter")
    fields = ("code", "value", "why", "effective_from")
    roles = ("ciso", "disclosure_officer")

    def initial(self, record: Parameter | None) -> dict[str, object]:
        return {"effective_from": clock.today()}

    def form_class(self) -> type[forms.BaseForm] | None:
        made = super().form_class()
        assert made is not None
        return type("SetParameterForm", (_Checked, made), {})

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Parameter | None) -> None:
        form.fields["code"].help_text = _meanings()
        form.fields["value"].help_text = gettext("In the parameter's unit, without it; a share is written as 0.95.")
        form.fields["why"].help_text = _("What the word means in this company, and who says so.")

    def guard(self, ctx: Context, record: Parameter | None, data: Mapping[str, Any]) -> None:
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
