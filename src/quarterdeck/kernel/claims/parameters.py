"""What each company parameter is: its name, one line on what it means, and the unit its value is written in.

An area declares a parameter beside the predicates that read it. A release may cease to read one; rows of it stay on
record under their code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

Text = str | Promise


class Unit(StrEnum):
    """What a value counts, and so which values make sense."""

    SHARE = "share"
    HOURS = "hours"
    DAYS = "days"
    TIMES_A_YEAR = "times_a_year"
    NUMBER = "number"


UNITS: Final[dict[Unit, Text]] = {
    Unit.SHARE: gettext_lazy("share of one"),
    Unit.HOURS: gettext_lazy("hours"),
    Unit.DAYS: gettext_lazy("days"),
    Unit.TIMES_A_YEAR: gettext_lazy("times a year"),
    Unit.NUMBER: gettext_lazy("number"),
}
#: The largest value that is not a slip of the pen: a year of hours, a year of days, every day of a year, a thousand.
_MOST: Final[dict[Unit, int]] = {
    Unit.SHARE: 1, Unit.HOURS: 8784, Unit.DAYS: 366, Unit.TIMES_A_YEAR: 366, Unit.NUMBER: 1000,
}  # fmt: skip


@dataclass(frozen=True)
class Meaning:
    """A declared parameter."""

    code: str
    label: Text
    says: Text
    unit: Unit


class BadValue(ValueError):
    """A value that its parameter's unit does not allow; the message says what would be right."""


_declared: dict[str, Meaning] = {}


def declare(code: str, *, label: Text, says: Text, unit: Unit) -> str:
    """Make a parameter known, and return its code. ImproperlyConfigured when two declare the same."""
    if code in _declared:
        raise ImproperlyConfigured(f"company parameter {code} is declared twice")
    _declared[code] = Meaning(code, label, says, unit)
    return code


def all_meanings() -> Iterator[Meaning]:
    """Every declared parameter, by code."""
    return iter([_declared[code] for code in sorted(_declared)])


def meaning_of(code: str) -> Meaning | None:
    """What ``code`` is; None for a parameter that this release no longer reads."""
    return _declared.get(code)


def name_of(code: str) -> str:
    """What a parameter is called in the reader's language; its code where this release no longer reads it."""
    known = _declared.get(code)
    return code if known is None else str(known.label)


def choices() -> list[tuple[str, Text]]:
    """The parameters to choose from."""
    return [(item.code, item.label) for item in all_meanings()]


def check_value(code: str, text: str) -> None:
    """Refuse a value that the parameter's unit does not allow. Raises `BadValue`; says nothing of unknown codes."""
    known = _declared.get(code)
    if known is None:
        return
    unit = known.unit
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise BadValue(_wanted(unit)) from None
    if not value.is_finite() or not 0 < value <= _MOST[unit]:
        raise BadValue(_wanted(unit))
    if unit in (Unit.DAYS, Unit.TIMES_A_YEAR, Unit.NUMBER) and value != value.to_integral_value():
        raise BadValue(_wanted(unit))


def _wanted(unit: Unit) -> str:
    most = {"most": _MOST[unit]}
    if unit == Unit.SHARE:
        return _("Write a share as a number above 0 and up to 1, for example 0.95.")
    if unit == Unit.HOURS:
        return _("Write hours as a number above 0 and up to %(most)d, for example 48.") % most
    if unit == Unit.DAYS:
        return _("Write days as a whole number from 1 to %(most)d, for example 14.") % most
    if unit == Unit.TIMES_A_YEAR:
        return _("Write how many times a year as a whole number from 1 to %(most)d, for example 4.") % most
    return _("Write a whole number from 1 to %(most)d.") % most


def value_words(code: str, text: str) -> str:
    """A value with its unit: “95%”, “48 hours”. As it was written where the parameter or the value is unknown."""
    known = _declared.get(code)
    try:
        check_value(code, text)
    except BadValue:
        return text
    if known is None:
        return text
    value = Decimal(text)
    if known.unit == Unit.SHARE:
        return f"{_plain(value * 100)}%"
    said, plural = {"value": _plain(value)}, int(value) if value == value.to_integral_value() else 2
    if known.unit == Unit.HOURS:
        return ngettext("%(value)s hour", "%(value)s hours", plural) % said
    if known.unit == Unit.DAYS:
        return ngettext("%(value)s day", "%(value)s days", plural) % said
    if known.unit == Unit.TIMES_A_YEAR:
        return ngettext("%(value)s time a year", "%(value)s times a year", plural) % said
    return said["value"]


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def not_set(code: str) -> str:
    """Why a claim that asks for ``code`` cannot be answered."""
    return _("The company parameter “%(name)s” is not set; set it first.") % {"name": name_of(code)}


__all__ = [
    "UNITS", "BadValue", "Meaning", "Unit", "all_meanings", "check_value", "choices", "declare", "meaning_of", "name_of",
    "not_set", "value_words",
]  # fmt: skip
