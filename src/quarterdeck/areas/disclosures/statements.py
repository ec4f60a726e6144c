"""Sentences by hand: write, edit, remove, attach a claim, keep one that the record does not prove."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.determinations.claims import about_another
from quarterdeck.areas.disclosures.models import Disclosure, Statement
from quarterdeck.areas.disclosures.roles import PREPARERS
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.claims.registry import Claim, ClaimError
from quarterdeck.kernel.claims.registry import check as check_claim


class StatementAction(Action[Statement]):
    """Statements change only while the disclosure is a draft."""

    model = Statement
    roles: ClassVar[tuple[str, ...]] = PREPARERS

    def available(self, user: User, record: Statement) -> Text | None:
        if record.disclosure.state != Disclosure.State.DRAFT:
            return _("Take the disclosure back to revise it first.")
        if record.removed:
            return _("This sentence has been removed.")
        return None


class AddStatement(StatementAction):
    """Write a sentence by hand. A factual one proves nothing until a claim is attached."""

    name = "create"
    label = _("Write a sentence")
    creates = True

    def form_class(self) -> type[forms.BaseForm] | None:
        return AddStatementForm

    def guard(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> None:
        if data["disclosure"].state != Disclosure.State.DRAFT:
            raise Refused(_("Take the disclosure back to revise it first."))

    def mutate(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> Statement:
        last = Statement.objects.filter(disclosure=data["disclosure"]).order_by("-position").first()
        neighbour = (
            Statement.objects.filter(disclosure=data["disclosure"], paragraph=data["paragraph"], removed=False)
            .order_by("position")
            .first()
        )
        return ctx.save(
            Statement(
                disclosure=data["disclosure"],
                part=neighbour.part if neighbour is not None else data["part"],
                paragraph=data["paragraph"],
                position=1 if last is None else last.position + 1,
                kind=data["kind"],
                text=data["text"],
                blocks=list(neighbour.blocks[:1]) if neighbour is not None else [],
                edited=True,
            )
        )


class AddStatementForm(forms.Form):
    """A sentence, where it stands and what kind of sentence it is."""

    disclosure = forms.ModelChoiceField(label=_("Disclosure"), queryset=Disclosure.objects.all())
    part = forms.ChoiceField(label=_("Part"), choices=Statement.Part.choices)
    paragraph = forms.IntegerField(label=_("Paragraph"), min_value=1, max_value=99)
    kind = forms.ChoiceField(label=_("Kind"), choices=Statement.Kind.choices)
    text = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


class EditStatement(StatementAction):
    """Change the words; the claims stay."""

    name = "edit"
    label = _("Edit")

    def form_class(self) -> type[forms.BaseForm] | None:
        fields = {
            "text": forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})),
            "kind": forms.ChoiceField(label=_("Kind"), choices=Statement.Kind.choices),
        }
        return type("EditForm", (forms.Form,), fields)

    def initial(self, record: Statement | None) -> dict[str, object]:
        return {} if record is None else {"text": record.text, "kind": record.kind}

    def guard(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if record.claims and data["kind"] != Statement.Kind.FACT and record.kind == Statement.Kind.FACT:
            raise Refused(
                _(
                    "A sentence that rests on claims states a fact; remove it and write the judgement as a sentence of its own."
                )
            )

    def mutate(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> Statement:
        assert record is not None
        record.text = data["text"]
        record.kind = data["kind"]
        record.edited = True
        forget_override(record)
        return ctx.save(record)


class RemoveStatement(StatementAction):
    name = "remove"
    label = _("Remove")

    def mutate(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> Statement:
        assert record is not None
        record.removed = True
        return ctx.save(record)


class AttachClaim(StatementAction):
    """Say which predicate proves a sentence."""

    name = "attach"
    label = _("Attach a claim")

    def form_class(self) -> type[forms.BaseForm] | None:
        from quarterdeck.kernel.claims.registry import all_predicates

        fields = {
            "name": forms.ChoiceField(
                label=_("Claim"), choices=[(p.name, f"{p.label} ({p.name})") for p in all_predicates()]
            ),
            "basis": forms.ChoiceField(
                label=_("As of"),
                choices=[
                    ("period", _("the period")),
                    ("year_end", _("the year end")),
                    ("filing_date", _("the filing date")),
                ],
            ),
            "params": forms.JSONField(label=_("Parameters"), required=False, initial=dict),
        }
        return type("AttachForm", (forms.Form,), fields)

    def mutate(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> Statement:
        assert record is not None
        params = data["params"] or {}
        if not isinstance(params, dict):
            raise Refused(_("Parameters are given as names and values."))
        claim = Claim(data["name"], params, data["basis"])
        if about_another(claim, record.disclosure.incident_id):
            raise Refused(_("This claim is asked for a report on the same incident only."))
        try:
            check_claim(claim)
        except ClaimError as error:
            raise Refused(str(error)) from error
        record.claims = [*record.claims, {"name": claim.name, "params": params, "basis": claim.basis}]
        return ctx.save(record)


class AskOverride(StatementAction):
    """Ask to keep a sentence that the record does not prove. It stays marked for ever."""

    name = "ask_override"
    label = _("Keep it all the same")

    def form_class(self) -> type[forms.BaseForm] | None:
        return type(
            "OverrideForm",
            (forms.Form,),
            {"reason": forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))},
        )

    def mutate(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> Statement:
        assert record is not None
        record.override_reason = data["reason"]
        record.override_asked_by = ctx.user
        record.override_agreed_by = None
        return ctx.save(record)


class AgreeOverride(StatementAction):
    """A second person agrees."""

    name = "agree_override"
    label = _("Agree to keep it")
    differs_from = ("override_asked_by",)
    roles = ("counsel", "ciso", "disclosure_officer")

    def available(self, user: User, record: Statement) -> Text | None:
        if record.override_asked_by_id is None:
            return _("Nobody has asked to keep it.")
        return super().available(user, record)

    def mutate(self, ctx: Context, record: Statement | None, data: Mapping[str, Any]) -> Statement:
        assert record is not None
        record.override_agreed_by = ctx.user
        return ctx.save(record)


def forget_override(record: Statement) -> None:
    record.override_reason = ""
    record.override_asked_by = None
    record.override_agreed_by = None
