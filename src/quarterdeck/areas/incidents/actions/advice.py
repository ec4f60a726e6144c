"""Opinions of experts and counsel. The text of a privileged one is a record of its own, with its own permission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.incidents.actions.course import moment, past
from quarterdeck.areas.incidents.actions.parts import demand_open
from quarterdeck.areas.incidents.models import Advice, Incident, Opinion
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Invalid, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.files.fields import UploadField, keep
from quarterdeck.kernel.permissions.models import Unit


class AskForm(forms.Form):
    incident = forms.ModelChoiceField(Incident.objects.all(), label=_("Incident"))
    by = forms.ChoiceField(label=_("Whom"), choices=Opinion.By.choices)
    name = forms.CharField(label=_("Name"), max_length=200)
    asked_at = moment(_("Asked"))
    privileged = forms.BooleanField(label=_("Privilege is claimed"), required=False)
    purpose = forms.CharField(
        label=_("Purpose"), max_length=300, required=False, help_text=_("The legal question for which it is sought.")
    )
    directed_by = forms.CharField(label=_("Directed by"), max_length=200, required=False)
    recipients = forms.CharField(label=_("Who receives it"), max_length=500, required=False)


class AskOpinion(Action[Opinion]):
    """Ask an outside expert or counsel. Privilege is claimed when asking, with its basis, never afterwards."""

    name = "ask"
    label = _("Ask for an opinion")
    model = Opinion
    creates = True
    roles = ("ciso", "counsel", "panel_member", "committee_member")

    def form_class(self) -> type[forms.BaseForm] | None:
        return AskForm

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["incident"].unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: Opinion | None, data: Mapping[str, Any]) -> None:
        demand_open(data["incident"])
        past(ctx, data["asked_at"])
        if data["privileged"]:
            needed = _("Say on what basis privilege is claimed.")
            lacking = [name for name in ("purpose", "directed_by", "recipients") if not data[name]]
            if lacking:
                raise Invalid({name: [str(needed)] for name in lacking})

    def mutate(self, ctx: Context, record: Opinion | None, data: Mapping[str, Any]) -> Opinion:
        names = ("incident", "by", "name", "privileged", "purpose", "directed_by", "recipients")
        return ctx.save(Opinion(asked_at=data["asked_at"] or ctx.at, **{name: data[name] for name in names}))


def _demand_unanswered(opinion: Opinion) -> None:
    if opinion.received_at is not None:
        raise Refused(_("This opinion was already received."))


class ReceiveForm(forms.Form):
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 8}))
    received_at = moment(_("Received"))


class ReceiveOpinion(Action[Opinion]):
    """The answer to an opinion without privilege."""

    name = "receive"
    label = _("Record the answer")
    model = Opinion
    roles = ("ciso", "counsel", "panel_member", "committee_member")

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReceiveForm

    def available(self, user: User, record: Opinion) -> Text | None:
        if record.privileged:
            return _("Privilege is claimed: record its text as advice, where only counsel and those who decide see it.")
        return _("Already received.") if record.received_at is not None else None

    def mutate(self, ctx: Context, record: Opinion | None, data: Mapping[str, Any]) -> Opinion:
        assert record is not None
        record.text = data["text"]
        record.received_at = past(ctx, data["received_at"])
        return ctx.save(record)


class AdviceForm(ReceiveForm):
    opinion = forms.ModelChoiceField(Opinion.objects.filter(privileged=True), label=_("Opinion"))
    file = UploadField(required=False)
    field_order = ("opinion", "text", "file", "received_at")


class ReceiveAdvice(Action[Advice]):
    """The text of a privileged opinion, kept apart from it."""

    name = "receive"
    label = _("Record privileged advice")
    model = Advice
    creates = True
    roles = ("counsel", "ciso")

    def form_class(self) -> type[forms.BaseForm] | None:
        return AdviceForm

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["opinion"].incident.unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: Advice | None, data: Mapping[str, Any]) -> None:
        demand_open(data["opinion"].incident)
        _demand_unanswered(data["opinion"])

    def mutate(self, ctx: Context, record: Advice | None, data: Mapping[str, Any]) -> Advice:
        opinion: Opinion = data["opinion"]
        opinion.received_at = past(ctx, data["received_at"])
        ctx.save(opinion)
        return ctx.save(Advice(opinion=opinion, text=data["text"], file=keep(ctx, data["file"])))
