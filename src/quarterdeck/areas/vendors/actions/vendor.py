"""Recording vendors, their chain, what was watched, acceptances of the procedures, and incidents that came from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.policies.models import PolicyVersion
from quarterdeck.areas.vendors.models import (
    Acceptance,
    MonitoringNote,
    Subcontractor,
    Vendor,
    VendorEngagement,
    VendorIncident,
)
from quarterdeck.areas.vendors.procedures import Procedures, published_versions
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.permissions.models import Unit

#: Who keeps the record of vendors; heads of unit those of their unit.
KEEPERS = ("analyst", "ciso", "unit_owner", "counsel")
ASSESSORS = ("analyst", "ciso")

FIELDS = (
    "name", "legal_name", "lei", "identifier", "country", "address", "website", "parent_name", "parent_lei", "kind", "category", "unit",
    "owner", "contact_name", "contact_email", "service", "function", "data_categories", "sensitivity", "volume", "access", "criticality",
    "regulated", "provided_from", "stored_in", "processed_in", "ict_service", "substitutable", "exit_plan", "alternatives",
)  # fmt: skip


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class DayForm(ReasonForm):
    """On which day, and why."""

    day = forms.DateField(label=_("Day"), widget=DateInput)
    field_order = ("day", "reason")


def vendor_unit(data: Mapping[str, Any]) -> Unit | None:
    """The unit of the vendor that the data names."""
    unit: Unit = data["vendor"].unit
    return unit


class RecordVendor(Create[Vendor]):
    model = Vendor
    label = _("Record a vendor")
    fields = FIELDS
    roles = KEEPERS


class ChangeVendor(Change[Vendor]):
    model = Vendor
    fields = FIELDS
    roles = KEEPERS

    def available(self, user: User, record: Vendor) -> Text | None:
        return _("It is retired.") if record.state == Vendor.State.RETIRED else None


class RetireVendor(Action[Vendor]):
    """It is no longer looked at; its history stays."""

    name = "retire"
    label = _("Retire")
    model = Vendor
    states = frozenset({Vendor.State.ACTIVE})
    roles = ("ciso", "unit_owner")
    danger = True
    confirm = _("Retire it for good")

    def available(self, user: User, record: Vendor) -> Text | None:
        standing = VendorEngagement.objects.filter(
            vendor=record, state__in=(VendorEngagement.State.PLANNED, VendorEngagement.State.ENGAGED)
        )
        if standing.exists():
            return _("It is still planned or engaged; end its engagements first.")
        return None

    def mutate(self, ctx: Context, record: Vendor | None, data: Mapping[str, Any]) -> Vendor:
        assert record is not None
        record.state = Vendor.State.RETIRED
        return ctx.save(record)


class AddSubcontractor(Create[Subcontractor]):
    name = "add"
    model = Subcontractor
    label = _("Add a subcontractor")
    fields = (
        "vendor",
        "behind",
        "known_as",
        "name",
        "identifier",
        "country",
        "service",
        "sees_data",
        "essential",
        "since",
    )
    roles = KEEPERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return vendor_unit(data)


class EndSubcontractor(Action[Subcontractor]):
    name = "end"
    label = _("No longer in the chain")
    model = Subcontractor
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return LastDayForm

    def available(self, user: User, record: Subcontractor) -> Text | None:
        return _("Already ended.") if record.until is not None else None

    def mutate(self, ctx: Context, record: Subcontractor | None, data: Mapping[str, Any]) -> Subcontractor:
        assert record is not None
        if data["day"] < record.since:
            raise Refused(_("The last day is before the first."))
        record.until = data["day"]
        return ctx.save(record)


class LastDayForm(forms.Form):
    day = forms.DateField(label=_("Last day"), widget=DateInput)


class AcceptProcedures(Create[Acceptance]):
    """The vendor accepted a version of the procedures on a day."""

    name = "record"
    model = Acceptance
    label = _("Record acceptance of the procedures")
    fields = ("vendor", "policy_version", "version", "accepted_on", "accepted_by", "file")
    roles = KEEPERS

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Acceptance | None) -> None:
        field = form.fields["policy_version"]
        assert isinstance(field, forms.ModelChoiceField)
        if field.queryset is not None:
            field.queryset = field.queryset.filter(pk__in=published_versions().values("pk"))

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return vendor_unit(data)

    def guard(self, ctx: Context, record: Acceptance | None, data: Mapping[str, Any]) -> None:
        if data["accepted_on"] > ctx.at.date():
            raise Refused(_("That day is still to come; record it once the vendor has accepted."))
        if data["policy_version"] is None and self._named(data) is None and Procedures(data["accepted_on"]):
            raise Refused(_("The procedures are a published policy: name which of its versions was accepted."))

    def build(self, ctx: Context, data: Mapping[str, Any]) -> Acceptance:
        made = super().build(ctx, data)
        made.policy_version = made.policy_version or self._named(data)
        return made

    def _named(self, data: Mapping[str, Any]) -> PolicyVersion | None:
        """The published version whose number was written."""
        return Procedures(data["accepted_on"]).numbered(data["version"])


class WithdrawAcceptance(Action[Acceptance]):
    """It was wrong, or the vendor took it back: from the day on it counts no more."""

    name = "withdraw"
    label = _("Withdraw")
    model = Acceptance
    roles = ("ciso", "counsel")
    danger = True

    def form_class(self) -> type[forms.BaseForm] | None:
        return DayForm

    def available(self, user: User, record: Acceptance) -> Text | None:
        return _("Already withdrawn.") if record.withdrawn_on is not None else None

    def mutate(self, ctx: Context, record: Acceptance | None, data: Mapping[str, Any]) -> Acceptance:
        assert record is not None
        record.withdrawn_on, record.withdrawn_because = data["day"], data["reason"]
        return ctx.save(record)


class Note(Create[MonitoringNote]):
    name = "add"
    model = MonitoringNote
    label = _("Note what was seen")
    fields = ("vendor", "day", "source", "what", "weight", "action")
    author_field = "noted_by"
    roles = KEEPERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return vendor_unit(data)


class ConnectIncident(Create[VendorIncident]):
    """Say that an incident of ours came from a vendor or reached it. Whoever may see the incident sees it."""

    name = "connect"
    model = VendorIncident
    label = _("Connect an incident")
    fields = ("vendor", "incident", "told_at", "how")
    roles = ("analyst", "ciso", "counsel")

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["incident"].unit  # type: ignore[no-any-return]


VENDOR_ACTIONS: tuple[type[Action[Any]], ...] = (RecordVendor, ChangeVendor, RetireVendor)
