"""Changes to the registrant, its units and designations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.organisation.models import Designation, FilerStatus, Registrant
from quarterdeck.kernel.actions import Change, Context, Create, End, Refused
from quarterdeck.kernel.permissions.models import Unit, UnitLine

REGISTRANT_FIELDS = (
    "name", "short_name", "cik", "file_number", "incorporated_in", "incorporation_name", "fiscal_year_end", "currency",
    "time_zone", "address_line", "address_city", "address_country", "address_country_code", "address_postal_code",
    "security_title", "symbol", "exchange", "exchange_code", "web_domain",
)  # fmt: skip


class RegisterCompany(Create[Registrant]):
    model = Registrant
    label = _("Register the company")
    fields = REGISTRANT_FIELDS
    roles = ("administrator",)

    def guard(self, ctx: Context, record: Registrant | None, data: Mapping[str, Any]) -> None:
        if Registrant.objects.exists():
            raise Refused(_("This home already has its registrant; another company needs a home of its own."))


class ChangeCompany(Change[Registrant]):
    model = Registrant
    fields = REGISTRANT_FIELDS
    roles = ("administrator", "disclosure_officer")


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
