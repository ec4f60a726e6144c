"""Attesting evidence, one action a kind; verifying, withdrawing and superseding it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.evidence.kinds import KINDS, FactsForm
from quarterdeck.areas.evidence.models import Evidence
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.files.fields import UploadField, keep
from quarterdeck.kernel.permissions.models import Unit

State = Evidence.State


def enterprise() -> Unit:
    """The registrant as a whole."""
    return Unit.objects.get(parent=None)


def _attest_form(kind: type[FactsForm]) -> type[forms.BaseForm]:
    """Title, the typed fields, the file, and when it holds."""

    class AttestForm(kind):  # type: ignore[misc,valid-type]
        """The typed fields of the kind, and what all kinds share."""

        title = forms.CharField(label=_("Title"), max_length=200)
        unit = forms.ModelChoiceField(
            Unit.objects.all(), label=_("Unit"), required=False, help_text=_("Empty for the enterprise as a whole.")
        )
        file = UploadField(help_text=_("The document that shows it."))
        effective_from = forms.DateField(
            label=_("Holds from"),
            required=False,
            widget=DateInput,
            help_text=_("Empty for the day on which it happened."),
        )
        effective_until = forms.DateField(label=_("Holds until"), required=False, widget=DateInput)
        expires_on = forms.DateField(
            label=_("Expires"), required=False, widget=DateInput, help_text=_("The last day on which it counts.")
        )

    form: type[forms.BaseForm] = type(f"Attest{kind.__name__}", (AttestForm,), {})
    form.base_fields = {"title": form.base_fields["title"]} | form.base_fields  # type: ignore[attr-defined]
    return form


class Attest(Action[Evidence]):
    """Hand in one piece of evidence of one kind. The kinds make their own subclasses."""

    model = Evidence
    creates = True
    kind: ClassVar[type[FactsForm]]
    form: ClassVar[type[forms.BaseForm]]

    def form_class(self) -> type[forms.BaseForm] | None:
        return self.form

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data.get("unit")

    def guard(self, ctx: Context, record: Evidence | None, data: Mapping[str, Any]) -> None:
        today = ctx.at.date()
        for name in self.kind.names():
            value = data.get(name)
            if isinstance(value, date) and value > today and name not in self.kind.ahead:
                raise Refused(
                    _("“%(field)s” lies in the future (%(day)s). Attest it once it has happened.")
                    % {"field": self.kind.base_fields[name].label, "day": value.isoformat()}
                )

    def mutate(self, ctx: Context, record: Evidence | None, data: Mapping[str, Any]) -> Evidence:
        return ctx.save(
            Evidence(
                kind=self.kind.code,
                title=data["title"],
                facts=self.kind.facts_of(data),
                file=keep(ctx, data["file"]),
                effective_from=data["effective_from"] or data[self.kind.happened],
                effective_until=data["effective_until"],
                expires_on=data["expires_on"],
                added_by=ctx.user,
                unit=data["unit"] or enterprise(),
            )
        )


def _attest_action(kind: type[FactsForm]) -> type[Attest]:
    """The action ``attest_<kind>``."""
    made = {
        "__module__": __name__,
        "__doc__": f"Attest a {kind.code.replace('_', ' ')} with its typed fields and a file.",
        "name": f"attest_{kind.code}",
        "label": format_lazy("{attest}: {kind}", attest=_("Attest"), kind=kind.label),
        "kind": kind,
        "form": _attest_form(kind),
        "roles": kind.roles,
    }
    return type(f"Attest{kind.__name__.removesuffix('Facts')}", (Attest,), made)


ATTEST: tuple[type[Attest], ...] = tuple(_attest_action(kind) for kind in KINDS.values())

KEEPERS = ("ciso", "disclosure_officer")


class Verify(Action[Evidence]):
    """A second person has looked at file and typed fields and found that they agree."""

    name = "verify"
    label = _("Verify")
    help = _("You have looked at the file and the typed fields say what it says.")
    model = Evidence
    states = frozenset({State.CURRENT})
    differs_from = ("added_by",)
    roles = ("ciso", "disclosure_officer", "panel_member", "secretary", "counsel")

    def available(self, user: User, record: Evidence) -> Text | None:
        if record.verified_by_id is not None:
            return _("Already verified.")
        return None

    def guard(self, ctx: Context, record: Evidence | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if not record.file.intact():
            raise Refused(
                _(
                    "The store no longer holds the file as it was uploaded. Restore it from a backup, or withdraw this and attest it anew."
                )
            )

    def mutate(self, ctx: Context, record: Evidence | None, data: Mapping[str, Any]) -> Evidence:
        assert record is not None
        record.verified_by = ctx.user
        record.verified_on = ctx.at.date()
        return ctx.save(record)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class Withdraw(Action[Evidence]):
    """It was wrong: from now on it counts for no day."""

    name = "withdraw"
    label = _("Withdraw")
    help = _("It was wrong and counts for nothing any more, for no day of the past either.")
    model = Evidence
    states = frozenset({State.CURRENT})
    danger = True
    confirm = _("Sentences of a disclosure that rest on it may lose their support.")
    roles = (*KEEPERS, "own:analyst", "own:group_lead", "own:unit_owner", "own:people_officer", "own:secretary")

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def mutate(self, ctx: Context, record: Evidence | None, data: Mapping[str, Any]) -> Evidence:
        assert record is not None
        record.state = State.WITHDRAWN
        record.reason = data["reason"]
        return ctx.save(record)


class SupersedeForm(ReasonForm):
    superseded_by = forms.ModelChoiceField(
        Evidence.objects.all(), label=_("By"), help_text=_("Newer evidence of the same kind, already attested.")
    )
    field_order = ("superseded_by", "reason")


class Supersede(Action[Evidence]):
    """Newer evidence takes its place: from the day on which that one begins, or altogether if it begins no later."""

    name = "supersede"
    label = _("Supersede")
    help = _("Newer evidence takes its place. For the days before that one begins, this one still counts.")
    model = Evidence
    states = frozenset({State.CURRENT})
    roles = (*KEEPERS, "own:analyst", "own:group_lead", "own:unit_owner", "own:people_officer", "own:secretary")

    def form_class(self) -> type[forms.BaseForm] | None:
        return SupersedeForm

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Evidence | None) -> None:
        if record is not None:
            field = form.fields["superseded_by"]
            assert isinstance(field, forms.ModelChoiceField)
            assert field.queryset is not None
            field.queryset = field.queryset.filter(kind=record.kind, state=State.CURRENT).exclude(pk=record.pk)

    def mutate(self, ctx: Context, record: Evidence | None, data: Mapping[str, Any]) -> Evidence:
        assert record is not None
        newer: Evidence = data["superseded_by"]
        record.state = State.SUPERSEDED
        record.superseded_by = newer
        record.reason = data["reason"]
        last = newer.effective_from - timedelta(days=1)
        if last >= record.effective_from and (record.effective_until is None or record.effective_until > last):
            record.effective_until = last
        return ctx.save(record)
