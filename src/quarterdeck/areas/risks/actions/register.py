"""Risks and their categories, and what they hang together with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.risks.models import Connection, Risk, RiskCategory, RiskIncident, RiskSafeguard, RiskVendor
from quarterdeck.areas.safeguards.rules import months_after
from quarterdeck.areas.vendors.models import Vendor
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import record_form
from quarterdeck.kernel.permissions.models import Unit

L = TypeVar("L", bound=Connection)

#: Who looks after the register; a unit's owner after the risks of their unit and their own.
KEEPERS = ("ciso", "group_lead", "analyst", "unit_owner", "own:employee")
WRITERS = ("ciso", "group_lead", "analyst", "unit_owner")
#: Who may read the register at all; whoever owns a risk or a framework decides on their own, whichever of these they hold.
READERS = (
    "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member", "secretary",
    "board_member", "disclosure_officer", "auditor",
)  # fmt: skip
#: Everybody who works here, on what is their own. An auditor writes nothing.
OWN = tuple(f"own:{role}" for role in (*READERS, "employee") if role != "auditor")
OPEN = frozenset({Risk.State.OPEN.value})


class AddCategory(Create[RiskCategory]):
    model = RiskCategory
    label = _("Add a category")
    fields = ("code", "name", "description", "place")
    roles = ("ciso",)


class ChangeCategory(Change[RiskCategory]):
    model = RiskCategory
    fields = ("name", "description", "place")
    roles = ("ciso",)


def next_number() -> str:
    """R-n after the newest. Risks are never deleted; the enterprise row is held so that two get two numbers."""
    Unit._base_manager.select_for_update().get(parent=None)
    last = Risk._base_manager.order_by("-pk").values_list("number", flat=True).first()
    return f"R-{1 if last is None else int(last.removeprefix('R-')) + 1}"


_TOLD = ("title", "threat", "origin", "asset", "effect", "description", "category", "owner", "response", "review_every")


class AddRisk(Create[Risk]):
    """A scenario enters the register. Its figures come with its first estimate."""

    model = Risk
    label = _("Add a risk")
    fields = (*_TOLD[:8], "unit", "review_every")
    roles = WRITERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["unit"]  # type: ignore[no-any-return]

    def build(self, ctx: Context, data: Mapping[str, Any]) -> Risk:
        risk = super().build(ctx, data)
        risk.number = next_number()
        risk.opened_on = ctx.at.date()
        risk.next_review = months_after(risk.opened_on, risk.review_every)
        return risk


class ChangeRisk(Change[Risk]):
    model = Risk
    fields = _TOLD
    states = OPEN
    roles = KEEPERS


class ReviewForm(forms.Form):
    reason = forms.CharField(
        label=_("What was looked at, and why it stays as it is"), widget=forms.Textarea(attrs={"rows": 3})
    )


class ReviewRisk(Action[Risk]):
    """Looked at again and left as it is, with a reason. A new estimate is a review of its own."""

    name = "review"
    label = _("Looked at: nothing changed")
    model = Risk
    states = OPEN
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReviewForm

    def mutate(self, ctx: Context, record: Risk | None, data: Mapping[str, Any]) -> Risk:
        assert record is not None
        record.next_review = months_after(ctx.at.date(), record.review_every)
        record.reviewed_because = data["reason"]
        return ctx.save(record)


class CloseForm(forms.Form):
    reason = forms.CharField(label=_("Why it is closed"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class CloseRisk(Action[Risk]):
    name = "close"
    label = _("Close the risk")
    model = Risk
    states = OPEN
    confirm = _("It leaves the register and its sums. What was estimated and decided stays on record.")
    danger = True
    roles = ("ciso", "unit_owner")

    def form_class(self) -> type[forms.BaseForm] | None:
        return CloseForm

    def guard(self, ctx: Context, record: Risk | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        waiting = record.treatments.filter(state__in=("planned", "under_way")).first()
        if waiting is not None:
            raise Refused(
                _("A treatment is still under way: %(title)s. Finish or cancel it first.") % {"title": waiting}
            )

    def mutate(self, ctx: Context, record: Risk | None, data: Mapping[str, Any]) -> Risk:
        assert record is not None
        record.state = Risk.State.CLOSED
        record.closed_on = ctx.at.date()
        record.closed_because = data["reason"]
        return ctx.save(record)


class ReopenRisk(Action[Risk]):
    name = "reopen"
    label = _("Open again")
    model = Risk
    states = frozenset({Risk.State.CLOSED.value})
    roles = ("ciso", "unit_owner")

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReviewForm

    def mutate(self, ctx: Context, record: Risk | None, data: Mapping[str, Any]) -> Risk:
        assert record is not None
        record.state = Risk.State.OPEN
        record.closed_on = None
        record.closed_because = ""
        record.reviewed_because = data["reason"]
        record.next_review = months_after(ctx.at.date(), record.review_every)
        return ctx.save(record)


class EndLink(Action[L]):
    """What a risk was connected with it is connected with no more, from today: by mistake, or because it is over.

    It is shown and counted no longer, and the two may be connected anew. That they were connected stays on record.
    """

    name = "end"
    label = _("End")
    help = _("From today it is shown and counted no longer. That they were connected stays on record.")
    confirm = _("From today it is shown and counted no longer. That they were connected stays on record.")
    roles = WRITERS

    def available(self, user: User, record: L) -> Text | None:
        return None if record.ended_on is None else _("It has ended already.")

    def mutate(self, ctx: Context, record: L | None, data: Mapping[str, Any]) -> L:
        assert record is not None
        record.ended_on = ctx.at.date()
        return ctx.save(record)


_LINKED = ("safeguard", "acts", "effectiveness", "coverage", "lapses", "lapse_days", "cost", "because")


class LinkSafeguard(Action[Risk]):
    """A safeguard that lessens the risk, and by how much."""

    name = "link_safeguard"
    label = _("Name a safeguard")
    model = Risk
    states = OPEN
    roles = WRITERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return record_form(RiskSafeguard, _LINKED)

    def mutate(self, ctx: Context, record: Risk | None, data: Mapping[str, Any]) -> Risk:
        assert record is not None
        ctx.save(RiskSafeguard(risk=record, **{name: data[name] for name in _LINKED}))
        return ctx.save(record)


class EndSafeguardLink(EndLink[RiskSafeguard]):
    """It bears on the risk no more, from today."""

    model = RiskSafeguard


class LinkVendorForm(forms.Form):
    vendor = forms.ModelChoiceField(Vendor.objects.all(), label=_("Vendor"))
    how = forms.CharField(label=_("How they are connected"), max_length=300)


class LinkVendor(Action[Risk]):
    name = "link_vendor"
    label = _("Name a vendor")
    model = Risk
    states = OPEN
    roles = WRITERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return LinkVendorForm

    def mutate(self, ctx: Context, record: Risk | None, data: Mapping[str, Any]) -> Risk:
        assert record is not None
        ctx.save(RiskVendor(risk=record, vendor=data["vendor"], how=data["how"]))
        return ctx.save(record)


class EndVendorLink(EndLink[RiskVendor]):
    """The risk comes about through this vendor no more, or never did."""

    model = RiskVendor


class LinkIncidentForm(forms.Form):
    incident = forms.ModelChoiceField(Incident.objects.all(), label=_("Incident"))
    how = forms.CharField(label=_("How they are connected"), max_length=300)


class LinkIncident(Action[Risk]):
    """An incident in which it came true, or nearly. Whoever stands outside the incident's wall does not see the link."""

    name = "link_incident"
    label = _("Name an incident")
    model = Risk
    roles = WRITERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return LinkIncidentForm

    def mutate(self, ctx: Context, record: Risk | None, data: Mapping[str, Any]) -> Risk:
        assert record is not None
        ctx.save(RiskIncident(risk=record, incident=data["incident"], how=data["how"]))
        return ctx.save(record)


class EndIncidentLink(EndLink[RiskIncident]):
    """The incident was not this risk come true. What an estimate has learnt from it stays, as does every estimate."""

    model = RiskIncident


__all__ = [
    "AddCategory", "AddRisk", "ChangeCategory", "ChangeRisk", "CloseRisk", "EndIncidentLink", "EndLink", "EndSafeguardLink",
    "EndVendorLink", "LinkIncident", "LinkSafeguard", "LinkVendor", "ReopenRisk", "ReviewRisk",
]  # fmt: skip
