"""Pure rules over vendors: the tier and why, how long a decision may stand, which days an obligation falls due."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Tier(IntEnum):
    """How thoroughly a vendor is evaluated and how often. One is the most thorough."""

    ONE = 1
    TWO = 2
    THREE = 3


#: Days for which a decision may stand at most, by tier: one, two and three years.
LONGEST: Final = {Tier.ONE: 366, Tier.TWO: 731, Tier.THREE: 1096}

SENSITIVITY: Final = ("none", "internal", "confidential", "restricted")
VOLUME: Final = ("none", "small", "medium", "large")
ACCESS: Final = ("none", "premises", "systems", "privileged")
CRITICALITY: Final = ("low", "moderate", "high", "critical")
#: What each step of a scale adds; the four scales and regulation add up to 13 at most.
_FROM_ONE, _FROM_TWO = 8, 4


@dataclass(frozen=True)
class Exposure:
    """What the tier is made of; each a step of its scale above. ``volume`` is of the records of persons or secrets."""

    sensitivity: str
    volume: str
    access: str
    criticality: str
    regulated: bool


@dataclass(frozen=True)
class Step:
    """One line of the explanation. ``points`` None where it is a floor; then ``tier`` is what it demands."""

    label: Text
    value: str
    points: int | None
    tier: Tier | None = None


@dataclass(frozen=True)
class Tiered:
    tier: Tier
    points: int
    steps: tuple[Step, ...]


def tier_of(exposure: Exposure) -> Tiered:
    """The tier, step by step: points of five scales, then a floor from the highest of them.

    An average must not hide one extreme: restricted data in quantity, privileged access, or a critical function is tier one
    whatever the rest says; the highest step of any scale is tier two at least.
    """
    data = SENSITIVITY.index(exposure.sensitivity)
    volume = VOLUME.index(exposure.volume) if data else 0
    access = ACCESS.index(exposure.access)
    critical = CRITICALITY.index(exposure.criticality)
    steps = [
        Step(_("Sensitivity of the data"), exposure.sensitivity, data),
        Step(_("Volume of the data"), exposure.volume, volume),
        Step(_("Access"), exposure.access, access),
        Step(_("Criticality of the function"), exposure.criticality, critical),
        Step(_("Regulated"), "yes" if exposure.regulated else "no", 1 if exposure.regulated else 0),
    ]
    points = sum(step.points or 0 for step in steps)
    tier = Tier.ONE if points >= _FROM_ONE else Tier.TWO if points >= _FROM_TWO else Tier.THREE
    floors = [
        (data == 3 and volume >= 2, _("Restricted data in quantity"), exposure.sensitivity, Tier.ONE),
        (access == 3, _("Privileged access"), exposure.access, Tier.ONE),
        (critical == 3, _("Critical function"), exposure.criticality, Tier.ONE),
        (data == 3, _("Restricted data"), exposure.sensitivity, Tier.TWO),
        (exposure.regulated and critical >= 2, _("Regulated and of high criticality"), exposure.criticality, Tier.TWO),
    ]
    for demanded, label, value, floor in floors:
        if demanded and floor < tier:
            steps.append(Step(label, value, None, floor))
            tier = floor
    return Tiered(tier, points, tuple(steps))


MONTHS: Final = {"once": 0, "monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}


def later(day: date, months: int) -> date:
    """The same day ``months`` later, or the last of that month where it is shorter."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_days(first: date, recurrence: str, until: date) -> Iterator[date]:
    """Every day on which it falls due, from ``first`` to ``until``, both included."""
    months = MONTHS[recurrence]
    number = 0
    while (day := later(first, months * number)) <= until:
        yield day
        if not months:
            return
        number += 1


def lei_valid(text: str) -> bool:
    """Whether the two check digits of a legal entity identifier (ISO 17442, ISO 7064 MOD 97-10) are right."""
    if len(text) != 20 or not text.isalnum() or not text.isascii() or text.upper() != text or not text[18:].isdigit():
        return False
    return int("".join(str(int(sign, 36)) for sign in text)) % 97 == 1
