"""Contracts, the obligations in them, and the assurance that others give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.vendors import rules
from quarterdeck.areas.vendors.actions.vendor import ASSESSORS, KEEPERS, DayForm, ReasonForm, vendor_unit
from quarterdeck.areas.vendors.models import Assurance, Contract, Obligation, ObligationPeriod
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.files.fields import UploadField, keep
from quarterdeck.kernel.permissions.models import Unit

_CONTRACT = (
    "reference", "title", "signed_on", "starts_on", "ends_on", "notice_days", "vendor_notice_days", "governing_law", "audit_right",
    "security_clause", "incident_hours", "subcontracting", "termination", "data_return", "reliance", "annual_cost", "currency", "file",
)  # fmt: skip


class RecordContract(Create[Contract]):
    name = "record"
    model = Contract
    label = _("Record a contract")
    fields = ("vendor", *_CONTRACT)
    roles = KEEPERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return vendor_unit(data)


class ChangeContract(Change[Contract]):
    model = Contract
    fields = _CONTRACT
    roles = KEEPERS


class TerminateContract(Action[Contract]):
    name = "terminate"
    label = _("Terminate")
    model = Contract
    roles = ("counsel", "ciso", "unit_owner")
    danger = True

    def form_class(self) -> type[forms.BaseForm] | None:
        return DayForm

    def available(self, user: User, record: Contract) -> Text | None:
        return _("Already terminated.") if record.terminated_on is not None else None

    def mutate(self, ctx: Context, record: Contract | None, data: Mapping[str, Any]) -> Contract:
        assert record is not None
        record.terminated_on, record.terminated_because = data["day"], data["reason"]
        return ctx.save(record)


class AddObligation(Create[Obligation]):
    name = "add"
    model = Obligation
    label = _("Add an obligation")
    fields = ("vendor", "contract", "title", "evidence_wanted", "recurrence", "first_due", "owner")
    roles = KEEPERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return vendor_unit(data)

    def guard(self, ctx: Context, record: Obligation | None, data: Mapping[str, Any]) -> None:
        if data["contract"] is not None and data["contract"].vendor_id != data["vendor"].pk:
            raise Refused(_("The contract is one with another vendor."))

    def build(self, ctx: Context, data: Mapping[str, Any]) -> Obligation:
        made = super().build(ctx, data)
        made.next_due = made.first_due
        return made


def following(record: Obligation) -> None:
    """Move the open day on to the one after it; none is left of what was due once."""
    assert record.next_due is not None
    months = rules.MONTHS[record.recurrence]
    if not months:
        record.next_due = None
        return
    number = 1
    while rules.later(record.first_due, months * number) <= record.next_due:
        number += 1
    record.next_due = rules.later(record.first_due, months * number)


class _Settle(Action[Obligation]):
    model = Obligation
    states = frozenset({Obligation.State.ACTIVE})
    roles = (*KEEPERS, "own:group_lead")
    outcome: ObligationPeriod.State

    def available(self, user: User, record: Obligation) -> Text | None:
        return _("Nothing is due any more.") if record.next_due is None else None

    def mutate(self, ctx: Context, record: Obligation | None, data: Mapping[str, Any]) -> Obligation:
        assert record is not None
        assert record.next_due is not None
        period = ObligationPeriod(
            obligation=record, due_on=record.next_due, state=self.outcome, done_on=ctx.at.date(), done_by=ctx.user, note=data["note"],
            file=keep(ctx, data.get("file")), task=data.get("task", ""), task_owner=data.get("task_owner"), task_due=data.get("task_due"),
        )  # fmt: skip
        following(record)
        saved = ctx.save(record)
        ctx.save(period)
        return saved


class MeetForm(forms.Form):
    file = UploadField(label=_("Evidence"), help_text=_("What the vendor had to show."))
    note = forms.CharField(label=_("What was found"), max_length=500, required=False)


class MeetObligation(_Settle):
    """It was met for the day that is due: with the evidence."""

    name = "meet"
    label = _("Met")
    outcome = ObligationPeriod.State.MET

    def form_class(self) -> type[forms.BaseForm] | None:
        return MeetForm


class FollowForm(forms.Form):
    note = forms.CharField(label=_("What is missing"), max_length=500)
    task = forms.CharField(label=_("What follows"), max_length=300)
    task_owner = forms.ModelChoiceField(Person.objects.all(), label=_("By whom"))
    task_due = forms.DateField(label=_("By when"), widget=DateInput)


class FollowUpObligation(_Settle):
    """It was not met for the day that is due: somebody has to see to it by a day."""

    name = "follow_up"
    label = _("Not met: follow up")
    outcome = ObligationPeriod.State.FOLLOWED

    def form_class(self) -> type[forms.BaseForm] | None:
        return FollowForm


class EndObligation(Action[Obligation]):
    name = "end"
    label = _("End")
    model = Obligation
    states = frozenset({Obligation.State.ACTIVE})
    roles = ("ciso", "counsel")

    def form_class(self) -> type[forms.BaseForm] | None:
        return DayForm

    def mutate(self, ctx: Context, record: Obligation | None, data: Mapping[str, Any]) -> Obligation:
        assert record is not None
        record.state, record.ended_on, record.next_due = Obligation.State.ENDED, data["day"], None
        return ctx.save(record)


class FinishTask(Action[ObligationPeriod]):
    """What followed from an obligation that was not met is done."""

    name = "finish"
    label = _("Task done")
    model = ObligationPeriod
    states = frozenset({ObligationPeriod.State.FOLLOWED})
    roles = (*KEEPERS, "own:group_lead")

    def form_class(self) -> type[forms.BaseForm] | None:
        return FinishForm

    def available(self, user: User, record: ObligationPeriod) -> Text | None:
        return _("Already done.") if record.task_done_on is not None else None

    def mutate(self, ctx: Context, record: ObligationPeriod | None, data: Mapping[str, Any]) -> ObligationPeriod:
        assert record is not None
        record.task_done_on = ctx.at.date()
        record.note = "; ".join(part for part in (record.note, data["note"]) if part)[:500]
        record.file = keep(ctx, data.get("file")) or record.file
        return ctx.save(record)


class FinishForm(forms.Form):
    note = forms.CharField(label=_("How"), max_length=300)
    file = UploadField(label=_("Evidence"), required=False)


class RecordAssurance(Create[Assurance]):
    name = "record"
    model = Assurance
    label = _("Record a report or certificate")
    fields = (
        "vendor", "kind", "issuer", "number", "scope", "period_from", "period_until", "issued_on", "expires_on", "qualified", "bridges",
        "reviewed", "file",
    )  # fmt: skip
    roles = KEEPERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return vendor_unit(data)

    def guard(self, ctx: Context, record: Assurance | None, data: Mapping[str, Any]) -> None:
        if data["bridges"] is not None and data["bridges"].vendor_id != data["vendor"].pk:
            raise Refused(_("The report is one on another vendor."))


class WithdrawAssurance(Action[Assurance]):
    """The issuer took it back, or it was wrong."""

    name = "withdraw"
    label = _("Withdraw")
    model = Assurance
    states = frozenset({Assurance.State.CURRENT})
    roles = ASSESSORS
    danger = True

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def mutate(self, ctx: Context, record: Assurance | None, data: Mapping[str, Any]) -> Assurance:
        assert record is not None
        record.state = Assurance.State.WITHDRAWN
        record.reviewed = "\n".join(part for part in (record.reviewed, data["reason"]) if part)
        return ctx.save(record)


OBLIGATION_ACTIONS: tuple[type[Action[Any]], ...] = (AddObligation, MeetObligation, FollowUpObligation, EndObligation)
CONTRACT_ACTIONS: tuple[type[Action[Any]], ...] = (RecordContract, ChangeContract, TerminateContract)
