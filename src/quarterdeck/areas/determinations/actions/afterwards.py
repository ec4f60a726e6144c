"""What stays to be done: open questions, the legal hold, the trading window, releases abroad."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.determinations.models import Clearance, FollowUp, LegalHold, TradingWindow
from quarterdeck.areas.determinations.queries import decided
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.permissions.models import Unit

LEADERS = ("ciso", "panel_member", "committee_member")
COUNSEL = ("counsel",)
_OPEN = frozenset({FollowUp.State.OPEN.value})


def _text(label: Text, rows: int = 4) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}))  # type: ignore[arg-type]


class AskFollowUp(Create[FollowUp]):
    """Write down what has to become known, and by when it is looked at again."""

    name = "add"
    label = _("Add a follow-up")
    model = FollowUp
    fields = ("incident", "question", "due")
    roles = (*LEADERS, "secretary", "counsel", "disclosure_officer")

    def guard(self, ctx: Context, record: FollowUp | None, data: Mapping[str, Any]) -> None:
        if data["due"] < local_day(ctx.at):
            raise Refused(_("That day has passed."))


class MoveForm(forms.Form):
    due = forms.DateField(label=_("Due"), widget=DateInput)
    moved_because = forms.CharField(label=_("Why"), max_length=300)


class MoveFollowUp(Action[FollowUp]):
    name = "move"
    label = _("Move the day")
    model = FollowUp
    states = _OPEN
    roles = (*LEADERS, "secretary", "counsel")

    def form_class(self) -> type[forms.BaseForm] | None:
        return MoveForm

    def guard(self, ctx: Context, record: FollowUp | None, data: Mapping[str, Any]) -> None:
        if data["due"] < local_day(ctx.at):
            raise Refused(_("That day has passed."))

    def mutate(self, ctx: Context, record: FollowUp | None, data: Mapping[str, Any]) -> FollowUp:
        assert record is not None
        record.due = data["due"]
        record.moved_because = data["moved_because"]
        return ctx.save(record)


class SettleForm(forms.Form):
    answer = _text(_("What is known now"))


class SettleFollowUp(Action[FollowUp]):
    """It is known now. Where the matter was disclosed, an amendment may be due."""

    name = "settle"
    label = _("Settle")
    model = FollowUp
    states = _OPEN
    roles = (*LEADERS, "secretary", "counsel")

    def form_class(self) -> type[forms.BaseForm] | None:
        return SettleForm

    def mutate(self, ctx: Context, record: FollowUp | None, data: Mapping[str, Any]) -> FollowUp:
        assert record is not None
        record.answer = data["answer"]
        record.state = FollowUp.State.SETTLED
        record.settled_at = ctx.at
        return ctx.save(record)


class ReleaseForm(forms.Form):
    because = _text(_("Why"))


class ReleaseHold(Action[LegalHold]):
    """What was kept may be disposed of again."""

    name = "release"
    label = _("Release the hold")
    model = LegalHold
    confirm = _("From now on nothing is kept for this incident beyond the ordinary periods.")
    danger = True
    roles = COUNSEL

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReleaseForm

    def available(self, user: User, record: LegalHold) -> Text | None:
        if record.released_at is not None:
            return _("Already released.")
        if record.incident.state != Incident.State.CLOSED:
            return _("The incident is not closed yet.")
        return None

    def mutate(self, ctx: Context, record: LegalHold | None, data: Mapping[str, Any]) -> LegalHold:
        assert record is not None
        record.released_at = ctx.at
        record.released_because = data["because"]
        return ctx.save(record)


class IssueHold(Create[LegalHold]):
    """Again, where it was released too early."""

    name = "issue"
    label = _("Issue a legal hold")
    model = LegalHold
    fields = ("incident", "keeps")
    roles = COUNSEL

    def build(self, ctx: Context, data: Mapping[str, Any]) -> LegalHold:
        made = super().build(ctx, data)
        made.issued_at = ctx.at
        return made


class OpenWindowForm(forms.Form):
    because = forms.CharField(label=_("Why"), max_length=300)


class OpenWindow(Action[TradingWindow]):
    """Those inside may deal again: it is public, or it is decided that there is nothing material."""

    name = "open"
    label = _("Open the trading window")
    model = TradingWindow
    roles = COUNSEL

    def form_class(self) -> type[forms.BaseForm] | None:
        return OpenWindowForm

    def available(self, user: User, record: TradingWindow) -> Text | None:
        if record.opened_at is not None:
            return _("Open already.")
        return still_open(record.incident)

    def mutate(self, ctx: Context, record: TradingWindow | None, data: Mapping[str, Any]) -> TradingWindow:
        assert record is not None
        record.opened_at = ctx.at
        record.opened_because = data["because"]
        return ctx.save(record)


class CloseWindow(Create[TradingWindow]):
    name = "close"
    label = _("Close the trading window")
    model = TradingWindow
    fields = ("incident", "why")
    roles = (*COUNSEL, "disclosure_officer")

    def build(self, ctx: Context, data: Mapping[str, Any]) -> TradingWindow:
        made = super().build(ctx, data)
        made.closed_at = ctx.at
        return made


def still_open(incident: Incident) -> Text | None:
    """Why what is behind the wall is material non-public information still; None when it no longer is.

    That a report on it was published is for the area of disclosures to say, which adds its own condition.
    """
    if incident.materiality == Incident.Materiality.NOT_MATERIAL:
        return None
    if incident.potentially_material is False:
        return None
    if incident.potentially_material is None and incident.state in (Incident.State.DECLARED, Incident.State.CONTAINED):
        # Nobody has begun to assess it: the wall was raised by choice, and may be lifted by choice.
        return None
    if incident.materiality != Incident.Materiality.MATERIAL:
        return _("Whether it is material is not decided.")
    if decided(incident, "disclosure") is None:
        return _("Whether disclosure is necessary is not decided.")
    return None


class AskClearance(Create[Clearance]):
    """Ask counsel whether records held in a country may be given to somebody abroad."""

    name = "ask"
    label = _("Ask for clearance to release abroad")
    model = Clearance
    fields = ("incident", "what", "held_in", "recipient", "destination", "purpose")
    author_field = "asked_by"
    roles = ("ciso", "analyst", "group_lead", "counsel", "disclosure_officer", "panel_member", "committee_member")

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["incident"].unit  # type: ignore[no-any-return]


class _Answer(Action[Clearance]):
    model = Clearance
    states = frozenset({Clearance.State.ASKED.value})
    differs_from = ("asked_by",)
    roles = COUNSEL
    answers: Clearance.State

    def mutate(self, ctx: Context, record: Clearance | None, data: Mapping[str, Any]) -> Clearance:
        assert record is not None
        record.state = self.answers
        record.conditions = data["conditions"]
        record.decided_by = ctx.user
        record.decided_at = ctx.at
        return ctx.save(record)


class ClearForm(forms.Form):
    conditions = forms.CharField(
        label=_("On which conditions"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class Clear(_Answer):
    name = "clear"
    label = _("Clear")
    answers = Clearance.State.CLEARED

    def form_class(self) -> type[forms.BaseForm] | None:
        return ClearForm


class RefuseForm(forms.Form):
    conditions = _text(_("Why not"))


class RefuseClearance(_Answer):
    name = "refuse"
    label = _("Refuse")
    answers = Clearance.State.REFUSED

    def form_class(self) -> type[forms.BaseForm] | None:
        return RefuseForm


FOLLOW_UP_ACTIONS: tuple[type[Action[Any]], ...] = (AskFollowUp, MoveFollowUp, SettleFollowUp)
HOLD_ACTIONS: tuple[type[Action[Any]], ...] = (IssueHold, ReleaseHold)
WINDOW_ACTIONS: tuple[type[Action[Any]], ...] = (CloseWindow, OpenWindow)
CLEARANCE_ACTIONS: tuple[type[Action[Any]], ...] = (AskClearance, Clear, RefuseClearance)
