"""Exceptions from a policy, and what was done under it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.policies.actions.keeping import KEEPERS, ReasonForm
from quarterdeck.areas.policies.models import Policy, PolicyActivity, PolicyException
from quarterdeck.areas.policies.queries import in_force_on
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.permissions.models import Unit

State = PolicyException.State
ASKERS = ("ciso", "unit_owner", "group_lead", "analyst", "disclosure_officer", "counsel", "people_officer")


class AskException(Create[PolicyException]):
    """Ask to be excepted, with what is done instead and until when."""

    name = "ask"
    model = PolicyException
    label = _("Ask for an exception")
    fields = ("policy", "section", "unit", "person", "scope", "because", "instead", "starts_on", "expires_on")
    author_field = "asked_by"
    roles = ASKERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["unit"]  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: PolicyException | None, data: Mapping[str, Any]) -> None:
        policy: Policy = data["policy"]
        if policy.state != Policy.State.PUBLISHED:
            raise Refused(_("“%(policy)s” is not in force; nobody needs an exception from it.") % {"policy": policy})
        if data["expires_on"] < ctx.at.date():
            raise Refused(_("It would have expired already; choose a later last day."))


class _Answer(Action[PolicyException]):
    model = PolicyException
    states = frozenset({State.ASKED})
    differs_from = ("asked_by",)
    roles = ("ciso", "counsel", "committee_member", "disclosure_officer")
    result: str

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def available(self, user: User, record: PolicyException) -> Text | None:
        if record.person_id is not None and record.person is not None and record.person.user_id == user.pk:
            return _("Nobody grants an exception to themselves.")
        return None

    def mutate(self, ctx: Context, record: PolicyException | None, data: Mapping[str, Any]) -> PolicyException:
        assert record is not None
        record.state = self.result
        record.decided_by = ctx.user
        record.decided_on = ctx.at.date()
        record.reason = data["reason"]
        return ctx.save(record)


class Grant(_Answer):
    name = "grant"
    label = _("Grant")
    result = State.GRANTED

    def guard(self, ctx: Context, record: PolicyException | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if record.expires_on < ctx.at.date():
            raise Refused(_("Its last day is over; ask for it anew with a later one."))


class Refuse(_Answer):
    name = "refuse"
    label = _("Refuse")
    result = State.REFUSED


class WithdrawException(Action[PolicyException]):
    """It no longer counts, from today on."""

    name = "withdraw"
    label = _("Withdraw")
    model = PolicyException
    states = frozenset({State.ASKED, State.GRANTED})
    roles = ("ciso", "counsel", "disclosure_officer", "unit_owner")
    danger = True

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def mutate(self, ctx: Context, record: PolicyException | None, data: Mapping[str, Any]) -> PolicyException:
        assert record is not None
        record.state = State.WITHDRAWN
        record.reason = data["reason"]
        return ctx.save(record)


class RecordActivity(Create[PolicyActivity]):
    """Something was done under the policy."""

    name = "record"
    model = PolicyActivity
    label = _("Record what was done under it")
    fields = ("policy", "happened_on", "what", "file")
    author_field = "recorded_by"
    roles = ("analyst", "group_lead", "ciso", "unit_owner", *(role for role in KEEPERS if role != "ciso"))

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["policy"].unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: PolicyActivity | None, data: Mapping[str, Any]) -> None:
        if data["happened_on"] > ctx.at.date():
            raise Refused(_("Record it once it has happened."))
        if in_force_on(data["policy"], data["happened_on"]) is None:
            raise Refused(
                _("No version of it was in force on %(day)s, so nothing was done under it.")
                % {"day": data["happened_on"].isoformat()}
            )

    def build(self, ctx: Context, data: Mapping[str, Any]) -> PolicyActivity:
        made = super().build(ctx, data)
        version = in_force_on(made.policy, made.happened_on)
        assert version is not None
        made.version = version
        return made


class WithdrawActivity(Action[PolicyActivity]):
    """It was wrong and proves nothing any more."""

    name = "withdraw"
    label = _("Withdraw")
    model = PolicyActivity
    states = frozenset({PolicyActivity.State.CURRENT})
    roles = KEEPERS
    danger = True

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def mutate(self, ctx: Context, record: PolicyActivity | None, data: Mapping[str, Any]) -> PolicyActivity:
        assert record is not None
        record.state = PolicyActivity.State.WITHDRAWN
        record.reason = data["reason"]
        return ctx.save(record)


__all__ = ["AskException", "Grant", "RecordActivity", "Refuse", "WithdrawActivity", "WithdrawException"]
