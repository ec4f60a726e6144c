"""Amounts and their unit: said once in the heading of a column, or with each amount where every row has its own."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import pgettext

from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.present import Attribute, Measured

NOTHING = "–"


def headings(attributes: Iterable[Attribute]) -> list[str]:
    """The labels of columns, an amount's with its unit. What the amounts of a table have in common is asked once."""
    common: dict[type[Measured], str] = {}
    made = []
    for attribute in attributes:
        unit = _common(attribute.measured, common)
        words = {"label": attribute.label, "unit": unit}
        made.append(pgettext("heading with its unit", "%(label)s (%(unit)s)") % words if unit else attribute.label)
    return made


def units_of(attributes: Iterable[Attribute], record: Record) -> dict[str, str]:
    """The unit of each amount of one record, by the attribute's name."""
    common: dict[type[Measured], str] = {}
    return {
        attribute.name: own_unit(attribute, record) or _common(attribute.measured, common)
        for attribute in attributes
        if attribute.measured is not None
    }


def own_unit(attribute: Attribute, record: Record) -> str:
    """The unit that the record itself names for this amount; empty where all rows have one."""
    field = "" if attribute.measured is None else attribute.measured.unit_field()
    return str(getattr(record, field) or "") if field else ""


def with_unit(unit: str, text: str) -> str:
    """An amount as it is written, with its unit before it where there is one and an amount to go with it."""
    return text if not unit or text == NOTHING else f"{unit} {text}"


def _common(measured: Measured | None, known: dict[type[Measured], str]) -> str:
    if measured is None or measured.unit_field():
        return ""
    kind = type(measured)
    if kind not in known:
        known[kind] = measured.unit()
    return known[kind]
