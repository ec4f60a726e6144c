"""What losses are held against: appetite and tolerance, words for money, figures of the company, thresholds, an incident's loss."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.risks.models import (
    Appetite,
    FinancialBaseline,
    IncidentLoss,
    MaterialityThreshold,
    Rating,
)
from quarterdeck.kernel.actions import Action, Context, Create, End, Refused
from quarterdeck.kernel.permissions.models import Unit

_SETTERS = ("ciso", "committee_member", "secretary")
_ACCOUNTS = ("ciso", "disclosure_officer")


class SetAppetite(Create[Appetite]):
    """From a day on; the former of the same unit ends the day before."""

    name = "set"
    model = Appetite
    label = _("Set an appetite")
    fields = (
        "unit", "statement", "expected_limit", "curve", "owner_may_accept", "ciso_may_accept", "decision", "effective_from",
        "effective_until",
    )  # fmt: skip
    roles = _SETTERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["unit"]  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: Appetite | None, data: Mapping[str, Any]) -> None:
        later = Appetite.objects.filter(unit=data["unit"], effective_from__gte=data["effective_from"]).first()
        if later is not None:
            raise Refused(
                _("Another holds from %(day)s; this one has to begin later.")
                % {"day": later.effective_from.isoformat()}
            )

    def mutate(self, ctx: Context, record: Appetite | None, data: Mapping[str, Any]) -> Appetite:
        for former in Appetite.objects.during(data["effective_from"], data["effective_from"]).filter(unit=data["unit"]):
            former.effective_until = data["effective_from"] - timedelta(1)
            ctx.save(former)
        return ctx.save(self.build(ctx, data))


class EndAppetite(End[Appetite]):
    model = Appetite
    roles = _SETTERS


class AddRating(Create[Rating]):
    model = Rating
    label = _("Add a word")
    fields = ("label", "from_amount")
    roles = ("ciso",)


class _EndToday(Action[Any]):
    """No longer in use from today."""

    name = "end"
    label = _("End")

    def guard(self, ctx: Context, record: Any, data: Mapping[str, Any]) -> None:
        if record.ended_on is not None:
            raise Refused(_("It has ended already."))

    def mutate(self, ctx: Context, record: Any, data: Mapping[str, Any]) -> Any:
        record.ended_on = ctx.at.date()
        return ctx.save(record)


class EndRating(_EndToday):
    model = Rating
    roles = ("ciso",)


class RecordBaseline(Create[FinancialBaseline]):
    name = "record"
    model = FinancialBaseline
    label = _("Record the figures of a period")
    fields = ("period_from", "period_until", "revenue", "pretax_income", "total_assets", "equity", "source")
    roles = _ACCOUNTS
    author_field = "recorded_by"

    def guard(self, ctx: Context, record: FinancialBaseline | None, data: Mapping[str, Any]) -> None:
        if data["period_until"] >= ctx.at.date():
            raise Refused(_("The period is not over. Its figures are recorded from the accounts once it is."))


class ConfirmBaseline(Action[FinancialBaseline]):
    """Another person has held them against the accounts."""

    name = "confirm"
    label = _("Confirm")
    model = FinancialBaseline
    states = frozenset({FinancialBaseline.State.RECORDED.value})
    differs_from = ("recorded_by",)
    roles = (*_ACCOUNTS, "committee_member", "counsel")

    def guard(self, ctx: Context, record: FinancialBaseline | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        same = FinancialBaseline.objects.filter(
            state=FinancialBaseline.State.CONFIRMED, period_from=record.period_from, period_until=record.period_until
        )
        if same.exists():
            raise Refused(_("Other figures of the same period are confirmed; withdraw those first."))

    def mutate(self, ctx: Context, record: FinancialBaseline | None, data: Mapping[str, Any]) -> FinancialBaseline:
        assert record is not None
        record.state = FinancialBaseline.State.CONFIRMED
        record.confirmed_by = ctx.user
        return ctx.save(record)


class WithdrawBaseline(Action[FinancialBaseline]):
    name = "withdraw"
    label = _("Withdraw")
    model = FinancialBaseline
    states = frozenset({FinancialBaseline.State.RECORDED.value, FinancialBaseline.State.CONFIRMED.value})
    roles = _ACCOUNTS
    danger = True
    confirm = _("Thresholds are then held against the period before.")

    def mutate(self, ctx: Context, record: FinancialBaseline | None, data: Mapping[str, Any]) -> FinancialBaseline:
        assert record is not None
        record.state = FinancialBaseline.State.WITHDRAWN
        return ctx.save(record)


class AddThreshold(Create[MaterialityThreshold]):
    model = MaterialityThreshold
    label = _("Add a threshold")
    help = _("A convention to begin asking from. No threshold decides whether something is material.")
    fields = ("name", "base", "percent", "because")
    roles = _ACCOUNTS

    def guard(self, ctx: Context, record: MaterialityThreshold | None, data: Mapping[str, Any]) -> None:
        if MaterialityThreshold.objects.filter(name=data["name"], ended_on=None).exists():
            raise Refused(_("A threshold of this name is in use; end it first, or choose another name."))


class EndThreshold(_EndToday):
    model = MaterialityThreshold
    roles = _ACCOUNTS


_LOSS = ("incident", "form", "so_far", "low", "high", "because", "as_of")


class RecordLoss(Create[IncidentLoss]):
    """What an incident has cost in one form, and what may come. The former figure of the form is kept and replaced."""

    name = "record"
    model = IncidentLoss
    label = _("Record a loss")
    fields = _LOSS
    roles = ("ciso", "analyst", "group_lead", "disclosure_officer", "counsel")
    author_field = "recorded_by"

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["incident"].unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: IncidentLoss | None, data: Mapping[str, Any]) -> None:
        if data["as_of"] > ctx.at.date():
            raise Refused(_("That day lies ahead."))
        former = IncidentLoss.objects.filter(incident=data["incident"], form=data["form"], replaced_on=None).first()
        if former is not None and former.as_of > data["as_of"]:
            raise Refused(
                _("Figures of %(day)s stand, which are newer; a loss is replaced by one of the same day or later.")
                % {"day": former.as_of.isoformat()}
            )

    def mutate(self, ctx: Context, record: IncidentLoss | None, data: Mapping[str, Any]) -> IncidentLoss:
        incident: Incident = data["incident"]
        for former in IncidentLoss.objects.filter(incident=incident, form=data["form"], replaced_on=None):
            former.replaced_on = ctx.at.date()
            ctx.save(former)
        return ctx.save(self.build(ctx, data))
