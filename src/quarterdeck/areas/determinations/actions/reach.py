"""Saying which duties to notify an incident may touch, and recording a delay of the report by the Attorney General."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.determinations.actions.assessment import ASSESSORS
from quarterdeck.areas.determinations.models import AuthorityNotice, Exposure
from quarterdeck.areas.determinations.notifying import delays_of
from quarterdeck.engines.deadlines import Event, EventError, say
from quarterdeck.engines.deadlines.reading import ORDERED_LIMIT, check_event
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.permissions.models import Unit

FIELDS = (
    "regions", "records", "aware_at", "risk", "in_china", "operator", "grade", "regulator", "handled_at", "published_at",
    "published_by",
)  # fmt: skip
WHO = (*ASSESSORS, "disclosure_officer")
REPORTING = ("counsel", "disclosure_officer")


def _past(ctx: Context, data: Mapping[str, Any]) -> None:
    for name in ("aware_at", "handled_at", "published_at"):
        if data[name] is not None and data[name] > ctx.at:
            raise Refused(_("That time has not come yet."))


class SetExposure(Create[Exposure]):
    """Where the people live whose data are touched, what China's measures ask, what was published at home."""

    name = "set"
    label = _("Say which duties to notify it may touch")
    model = Exposure
    fields = ("incident", *FIELDS)
    roles = WHO

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["incident"].unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: Exposure | None, data: Mapping[str, Any]) -> None:
        if Exposure.objects.filter(incident=data["incident"]).exists():
            raise Refused(_("That was said already; change it."))
        _past(ctx, data)


class ChangeExposure(Change[Exposure]):
    """What became known since. Each version is kept, and the clocks are counted anew."""

    name = "change"
    label = _("Change what the duties hang on")
    model = Exposure
    fields = FIELDS
    roles = WHO

    def guard(self, ctx: Context, record: Exposure | None, data: Mapping[str, Any]) -> None:
        _past(ctx, data)


class DelayForm(forms.Form):
    days = forms.IntegerField(
        label=_("Days"), min_value=1, max_value=ORDERED_LIMIT,
        help_text=_("Calendar days: at most 30, then 30, then 60; beyond that only by order of the Commission."),
    )  # fmt: skip
    notified = forms.DateField(label=_("The Commission was told in writing on"), widget=DateInput, required=False)
    exemptive_order = forms.CharField(label=_("Exemptive order of the Commission"), max_length=100, required=False)


class RecordDelay(Action[Exposure]):
    """The Attorney General determined that disclosure would be a substantial risk to national security or public safety."""

    name = "record_delay"
    label = _("Record a delay by the Attorney General")
    model = Exposure
    roles = REPORTING

    def form_class(self) -> type[forms.BaseForm] | None:
        return DelayForm

    def guard(self, ctx: Context, record: Exposure | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        _demand_possible([*record.ag_delays, _row(data)])

    def mutate(self, ctx: Context, record: Exposure | None, data: Mapping[str, Any]) -> Exposure:
        assert record is not None
        record.ag_delays = [*record.ag_delays, _row(data)]
        return ctx.save(record)


class LiftForm(forms.Form):
    lifted = forms.DateField(label=_("The risk ended on"), widget=DateInput)


class LiftDelay(Action[Exposure]):
    """The Attorney General told the Commission that the risk is over before the delay was."""

    name = "lift_delay"
    label = _("Record that the delay ended early")
    model = Exposure
    roles = REPORTING

    def form_class(self) -> type[forms.BaseForm] | None:
        return LiftForm

    def available(self, user: User, record: Exposure) -> Text | None:
        if not record.ag_delays:
            return _("No delay is recorded.")
        return _("The last delay ended early already.") if record.ag_delays[-1].get("lifted") else None

    def mutate(self, ctx: Context, record: Exposure | None, data: Mapping[str, Any]) -> Exposure:
        assert record is not None
        last = {**record.ag_delays[-1], "lifted": data["lifted"].isoformat()}
        record.ag_delays = [*record.ag_delays[:-1], last]
        return ctx.save(record)


def _row(data: Mapping[str, Any]) -> dict[str, object]:
    return {
        "days": data["days"],
        "notified": data["notified"].isoformat() if data["notified"] else None,
        "lifted": None,
        "exemptive_order": data["exemptive_order"].strip() or None,
    }


def _demand_possible(rows: list[dict[str, object]]) -> None:
    """Refuse delays that Item 1.05(c) does not know."""
    try:
        check_event(Event("domestic", ag_delay=delays_of(rows)))
    except EventError as fault:
        raise Refused(say(fault.reason, now_)) from fault


class RecordNotice(Create[AuthorityNotice]):
    """Write down that an authority, or the people concerned, were told; never changed, a correction is another."""

    name = "record"
    label = _("Record a notice to an authority")
    model = AuthorityNotice
    fields = ("incident", "duty", "told_at", "recipient", "reference")
    author_field = "told_by"
    roles = WHO

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["incident"].unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: AuthorityNotice | None, data: Mapping[str, Any]) -> None:
        if data["told_at"] > ctx.at:
            raise Refused(_("That time has not come yet."))
        if data["told_at"] < data["incident"].discovered_at:
            raise Refused(_("It was not discovered yet."))


REACH_ACTIONS: tuple[type[Action[Any]], ...] = (SetExposure, ChangeExposure, RecordDelay, LiftDelay)
