"""Planning, beginning and ending an engagement; exceptions; off-boarding.

Nobody is engaged without an approved, unexpired evaluation decided before that day, or an exception granted by another
person that stands on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.vendors.actions.vendor import KEEPERS, DayForm, ReasonForm, vendor_unit
from quarterdeck.areas.vendors.models import (
    Evaluation,
    OffboardingItem,
    Vendor,
    VendorEngagement,
    VendorException,
)
from quarterdeck.areas.vendors.queries import approval_for, exception_for
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.files.fields import UploadField, keep
from quarterdeck.kernel.permissions.models import Unit

State = VendorEngagement.State
#: Days from the end of an engagement within which its off-boarding has to be done.
OFFBOARDING_DAYS = 30
#: The longest exception.
LONGEST_EXCEPTION = 180


class PlanEngagement(Create[VendorEngagement]):
    name = "plan"
    model = VendorEngagement
    label = _("Plan an engagement")
    fields = ("vendor", "service", "planned_for")
    roles = KEEPERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return vendor_unit(data)

    def guard(self, ctx: Context, record: VendorEngagement | None, data: Mapping[str, Any]) -> None:
        if data["vendor"].state == Vendor.State.RETIRED:
            raise Refused(_("The vendor is retired."))


class EngageForm(forms.Form):
    engaged_on = forms.DateField(label=_("First day"), widget=DateInput)


class Engage(Action[VendorEngagement]):
    """The vendor begins to work for the company."""

    name = "engage"
    label = _("Engage")
    model = VendorEngagement
    states = frozenset({State.PLANNED})
    over = frozenset({State.ENGAGED})
    roles = ("ciso", "unit_owner", "counsel")

    def form_class(self) -> type[forms.BaseForm] | None:
        return EngageForm

    def initial(self, record: VendorEngagement | None) -> dict[str, object]:
        return {"engaged_on": clock.today()}

    def available(self, user: User, record: VendorEngagement) -> Text | None:
        return bar(record, clock.today())

    def guard(self, ctx: Context, record: VendorEngagement | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if data["engaged_on"] > ctx.at.date():
            raise Refused(_("That day is still to come; engage the vendor when it has come."))
        reason = bar(record, data["engaged_on"])
        if reason is not None:
            raise Refused(reason)

    def mutate(self, ctx: Context, record: VendorEngagement | None, data: Mapping[str, Any]) -> VendorEngagement:
        assert record is not None
        day = data["engaged_on"]
        record.evaluation = approval_for(record.vendor_id, day)
        record.exception = None if record.evaluation is not None else exception_for(record.vendor_id, day)
        record.state, record.engaged_on, record.engaged_by = State.ENGAGED, day, ctx.user
        return ctx.save(record)


def bar(record: VendorEngagement, day: date) -> Text | None:
    """Why the vendor may not be engaged on ``day``: what would have to happen first."""
    if approval_for(record.vendor_id, day) is not None or exception_for(record.vendor_id, day) is not None:
        return None
    newest = (
        Evaluation.objects.filter(vendor_id=record.vendor_id)
        .exclude(state=Evaluation.State.WITHDRAWN)
        .order_by("-opened_on", "-pk")
        .first()
    )
    shown = {"day": day.isoformat()}
    if newest is None:
        return (
            _(
                "No evaluation of this vendor is on record. Evaluate it and have it approved before %(day)s, or have an exception granted."
            )
            % shown
        )
    if newest.state != Evaluation.State.DECIDED:
        return (
            _("Its evaluation is not decided yet. Have it approved before %(day)s, or have an exception granted.")
            % shown
        )
    if newest.decision == Evaluation.Decision.REJECTED:
        return (
            _("Its evaluation was rejected. A new one has to be approved before %(day)s, or an exception granted.")
            % shown
        )
    if newest.valid_until is not None and newest.valid_until < day:
        return _(
            "Its approval ended on %(until)s. A new evaluation has to be approved before %(day)s, or an exception granted."
        ) % (shown | {"until": newest.valid_until.isoformat()})
    return _(
        "Its evaluation was approved on %(decided)s, not before %(day)s. It can be engaged from the day after the decision on."
    ) % (shown | {"decided": "–" if newest.decided_on is None else newest.decided_on.isoformat()})


class DropEngagement(Action[VendorEngagement]):
    """It will not come about."""

    name = "drop"
    label = _("Drop the plan")
    model = VendorEngagement
    states = frozenset({State.PLANNED})
    over = frozenset({State.ENGAGED})
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def mutate(self, ctx: Context, record: VendorEngagement | None, data: Mapping[str, Any]) -> VendorEngagement:
        assert record is not None
        record.state, record.ended_because = State.DROPPED, data["reason"]
        return ctx.save(record)


class EndEngagement(Action[VendorEngagement]):
    """The vendor's last day. A checklist opens: access, secrets, assets, data back or destroyed."""

    name = "end"
    label = _("End the engagement")
    model = VendorEngagement
    states = frozenset({State.ENGAGED})
    roles = ("ciso", "unit_owner", "counsel")

    def form_class(self) -> type[forms.BaseForm] | None:
        return DayForm

    def guard(self, ctx: Context, record: VendorEngagement | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        assert record.engaged_on is not None
        if data["day"] < record.engaged_on:
            raise Refused(_("It only began on %(day)s.") % {"day": record.engaged_on.isoformat()})

    def mutate(self, ctx: Context, record: VendorEngagement | None, data: Mapping[str, Any]) -> VendorEngagement:
        assert record is not None
        record.state, record.ended_on, record.ended_because = State.ENDED, data["day"], data["reason"]
        due = data["day"] + timedelta(days=OFFBOARDING_DAYS)
        saved = ctx.save(record)
        for what in OffboardingItem.What.values:
            ctx.save(OffboardingItem(engagement=record, what=what, due_on=due))
        return saved


class OffboardForm(forms.Form):
    note = forms.CharField(label=_("How, or why not needed"), max_length=500)
    not_needed = forms.BooleanField(label=_("It is not needed here"), required=False)
    file = UploadField(label=_("Certificate or proof"), required=False)


class SettleOffboarding(Action[OffboardingItem]):
    """Done, or not needed. Return and destruction of data want a certificate or proof."""

    name = "settle"
    label = _("Settle")
    model = OffboardingItem
    states = frozenset({OffboardingItem.State.OPEN})
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return OffboardForm

    def guard(self, ctx: Context, record: OffboardingItem | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        proof = (OffboardingItem.What.DATA_RETURNED, OffboardingItem.What.DATA_DESTROYED)
        if record.what in proof and not data["not_needed"] and not data.get("file"):
            raise Refused(_("Upload the certificate or the receipt that shows it."))
        if (
            data["not_needed"]
            and record.what in proof
            and record.engagement.vendor.sensitivity != Vendor.Sensitivity.NONE
        ):
            other = next(what for what in proof if what != record.what)
            if not record.engagement.offboarding.filter(what=other, state=OffboardingItem.State.DONE).exists():
                raise Refused(_("The vendor held data of ours: they come back or are destroyed, with a proof."))

    def mutate(self, ctx: Context, record: OffboardingItem | None, data: Mapping[str, Any]) -> OffboardingItem:
        assert record is not None
        record.state = OffboardingItem.State.NOT_NEEDED if data["not_needed"] else OffboardingItem.State.DONE
        record.done_on, record.note = ctx.at.date(), data["note"]
        record.file = keep(ctx, data.get("file"))
        return ctx.save(record)


class RequestException(Create[VendorException]):
    name = "request"
    model = VendorException
    label = _("Ask for an exception")
    fields = ("vendor", "reason", "compensating", "expires_on")
    author_field = "requested_by"
    roles = KEEPERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return vendor_unit(data)

    def guard(self, ctx: Context, record: VendorException | None, data: Mapping[str, Any]) -> None:
        today = ctx.at.date()
        if data["expires_on"] < today:
            raise Refused(_("That day is past; the exception would never count."))
        if data["expires_on"] > today + timedelta(days=LONGEST_EXCEPTION):
            raise Refused(_("An exception lasts for half a year at most; evaluate the vendor by then."))

    def build(self, ctx: Context, data: Mapping[str, Any]) -> VendorException:
        made = super().build(ctx, data)
        made.requested_on = ctx.at.date()
        return made


class _DecideException(Action[VendorException]):
    model = VendorException
    states = frozenset({VendorException.State.REQUESTED})
    differs_from = ("requested_by",)
    roles = ("ciso", "counsel")
    outcome: VendorException.State

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def guard(self, ctx: Context, record: VendorException | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if self.outcome == VendorException.State.GRANTED and record.expires_on < ctx.at.date():
            raise Refused(
                _("It would have ended on %(day)s already; ask for a new one.") % {"day": record.expires_on.isoformat()}
            )

    def mutate(self, ctx: Context, record: VendorException | None, data: Mapping[str, Any]) -> VendorException:
        assert record is not None
        record.state, record.decided_by, record.decided_on = self.outcome, ctx.user, ctx.at.date()
        record.decided_because = data["reason"]
        return ctx.save(record)


class GrantException(_DecideException):
    name = "grant"
    label = _("Grant")
    outcome = VendorException.State.GRANTED


class RefuseException(_DecideException):
    name = "refuse"
    label = _("Refuse")
    outcome = VendorException.State.REFUSED


class WithdrawException(Action[VendorException]):
    """It counts no more. What was begun on it stands without one."""

    name = "withdraw"
    label = _("Withdraw")
    model = VendorException
    states = frozenset({VendorException.State.REQUESTED, VendorException.State.GRANTED})
    danger = True
    roles = ("ciso", "counsel")

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def mutate(self, ctx: Context, record: VendorException | None, data: Mapping[str, Any]) -> VendorException:
        assert record is not None
        record.state, record.decided_because = VendorException.State.WITHDRAWN, data["reason"]
        return ctx.save(record)


ENGAGEMENT_ACTIONS: tuple[type[Action[Any]], ...] = (PlanEngagement, Engage, DropEngagement, EndEngagement)
EXCEPTION_ACTIONS: tuple[type[Action[Any]], ...] = (
    RequestException,
    GrantException,
    RefuseException,
    WithdrawException,
)
