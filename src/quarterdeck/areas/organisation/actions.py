"""Changes to the registrant, its units and designations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.organisation.models import Designation, FilerStatus, Registrant
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Change, Context, Create, End, Refused
from quarterdeck.kernel.permissions.models import Unit, UnitLine

REGISTRANT_FIELDS = (
    "name", "short_name", "cik", "file_number", "incorporated_in", "incorporation_name", "fiscal_year_end", "currency",
    "time_zone", "address_line", "address_city", "address_country", "address_country_code", "address_postal_code",
    "security_title", "symbol", "exchange", "exchange_code", "web_domain",
)  # fmt: skip


def _explain(form: forms.BaseForm) -> None:
    """Say how each code is written before somebody is told that it was wrong, and offer the zones there are."""
    form.fields["cik"].help_text = _("Ten digits, with leading zeros.")
    form.fields["fiscal_year_end"].help_text = _("Month and day, such as 12-31.")
    form.fields["currency"].help_text = _("Three capital letters, ISO 4217.")
    zone = form.fields["time_zone"]
    known = sorted(name for name in available_timezones() if "/" in name)
    form.fields["time_zone"] = forms.ChoiceField(
        label=zone.label, initial=zone.initial, choices=[("UTC", "UTC"), *((name, name) for name in known)]
    )


class RegisterCompany(Create[Registrant]):
    model = Registrant
    label = _("Register the company")
    fields = REGISTRANT_FIELDS
    roles = ("administrator",)

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Registrant | None) -> None:
        _explain(form)

    def guard(self, ctx: Context, record: Registrant | None, data: Mapping[str, Any]) -> None:
        if Registrant.objects.exists():
            raise Refused(_("This home already has its registrant; another company needs a home of its own."))


class ChangeCompany(Change[Registrant]):
    model = Registrant
    fields = REGISTRANT_FIELDS
    roles = ("administrator", "disclosure_officer")

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Registrant | None) -> None:
        _explain(form)


class RecordFilerStatus(Create[FilerStatus]):
    model = FilerStatus
    label = _("Record filer status")
    fields = ("registrant", "filer", "category", "shell_company", "effective_from", "effective_until")
    roles = ("administrator", "disclosure_officer")


class EndFilerStatus(End[FilerStatus]):
    model = FilerStatus
    roles = ("administrator", "disclosure_officer")


class CreateUnit(Create[Unit]):
    model = Unit
    label = _("Add a unit")
    fields = ("code", "name", "kind", "parent")
    roles = ("administrator",)

    def initial(self, record: Unit | None) -> dict[str, object]:
        whole = Unit.objects.filter(parent=None).first()
        return {} if whole is None else {"parent": whole.pk}

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Unit | None) -> None:
        form.fields["code"].help_text = _("A short name for imports and the API, such as finance; it stays.")

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data.get("parent")

    def guard(self, ctx: Context, record: Unit | None, data: Mapping[str, Any]) -> None:
        if data.get("parent") is None and Unit.objects.filter(parent=None).exists():
            raise Refused(_("Say which unit it is part of; only the enterprise itself has none above it."))

    def mutate(self, ctx: Context, record: Unit | None, data: Mapping[str, Any]) -> Unit:
        unit = super().mutate(ctx, record, data)
        above = (
            []
            if unit.parent is None
            else list(UnitLine.objects.filter(below=unit.parent).values_list("above_id", flat=True))
        )
        UnitLine.objects.bulk_create([UnitLine(above_id=key, below=unit) for key in [*above, unit.pk]])
        return unit


class ChangeUnit(Change[Unit]):
    model = Unit
    fields = ("name",)
    roles = ("administrator",)


class Designate(Create[Designation]):
    model = Designation
    label = _("Designate a responsibility")
    fields = ("unit", "target", "responsibilities", "effective_from", "effective_until")
    roles = ("ciso",)


class EndDesignation(End[Designation]):
    model = Designation
    roles = ("ciso",)
