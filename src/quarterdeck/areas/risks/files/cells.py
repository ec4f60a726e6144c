"""What people write in a cell → what the register keeps: amounts, shares, choices. A fault says what was expected."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils.translation import gettext as _

from quarterdeck.areas.risks import rules
from quarterdeck.areas.risks.files.columns import Column, Holds
from quarterdeck.engines.questionnaires.cells import as_typed, neutral

#: Numbers as spreadsheets keep very small and very large ones.
_EXPONENT: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?e[+-]?[0-9]{1,2}", re.I)
_CODE: Final = re.compile(r"^([A-Z]{3})(?=[\s0-9.])|(?<=[\s0-9.kKmMnNbB])([A-Z]{3})$")
_SIGNS: Final = re.compile("[$\u20ac\u00a3\u00a5\uffe5]")
#: Chinese numbers of ten thousand and of a hundred million.
_MYRIADS: Final = {"万": 10**4, "亿": 10**8}
CENT, MILLIONTH, LAW = Decimal("0.01"), Decimal("0.000001"), Decimal("1e-12")
_LARGEST: Final = Decimal(10) ** 20


class CellFault(ValueError):
    """What is wrong with a cell."""


def same(text: str | None) -> str:
    """A text as it comes back from a table: line ends alike, without what a cell cannot hold."""
    return as_typed(neutral((text or "").replace("\r\n", "\n").replace("\r", "\n").strip()).strip())


def amount(text: str, currency: str) -> Decimal | None:
    """An amount of money: 1500000, 1,500,000, 1.5m, 150万, USD 1.5m. None for an empty cell. Raises `CellFault`."""
    plain = text.strip()
    if not plain:
        return None
    if _SIGNS.search(plain):
        raise CellFault(
            _("Write the amount without a sign of currency; the register is in %(currency)s.") % {"currency": currency}
        )
    code = _CODE.search(plain)
    if code is not None:
        named = code[1] or code[2]
        if named != currency:
            told = {"theirs": named, "ours": currency}
            raise CellFault(_("This is in %(theirs)s, the register in %(ours)s; convert it first.") % told)
        plain = plain.replace(named, "").strip()
    scale = 1
    if plain[-1:] in _MYRIADS:
        scale, plain = _MYRIADS[plain[-1]], plain[:-1]
    return _kept(_number(plain, rules.number(plain)) * scale, CENT)


def rate(text: str) -> Decimal | None:
    """So many a year, or a chance for one: 0.1, 10%, 1 in 10. None for an empty cell. Raises `CellFault`."""
    plain = text.strip()
    return _kept(_number(plain, rules.chance(plain)), MILLIONTH) if plain else None


def share(text: str) -> Decimal | None:
    """A share of one: 0.05, 5%, 1 in 20. None for an empty cell. Raises `CellFault`."""
    found = rate(text)
    if found is not None and found > 1:
        raise CellFault(_("%(text)s is more than the whole: give 0 to 1, or 0%% to 100%%.") % {"text": text[:40]})
    return found


def _number(plain: str, found: Decimal | None) -> Decimal:
    if found is None and _EXPONENT.fullmatch(plain):
        found = Decimal(plain)
    if found is not None:
        return found
    if re.fullmatch(r"[-\u2212]\s*[0-9].*", plain):
        raise CellFault(_("%(text)s is below 0.") % {"text": plain[:40]})
    raise CellFault(_("“%(text)s” is no number; write it as 1500000, 1.5m or 5%%.") % {"text": plain[:40]})


def _kept(value: Decimal, step: Decimal) -> Decimal:
    if value > _LARGEST:
        raise CellFault(_("This number is too large."))
    try:
        return value.quantize(step)
    except InvalidOperation:
        raise CellFault(_("This number is too large.")) from None


def whole(text: str) -> int | None:
    """A whole number. None for an empty cell. Raises `CellFault`."""
    plain = text.strip()
    if not plain:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", plain):
        raise CellFault(_("“%(text)s” is no whole number.") % {"text": plain[:40]})
    return int(plain)


def value_of(column: Column, text: str, currency: str) -> Decimal | int | str | None:
    """What a cell of a column holds, choices apart. Raises `CellFault`."""
    if column.holds is Holds.MONEY:
        return amount(text, currency)
    if column.holds is Holds.RATE:
        return rate(text)
    if column.holds is Holds.SHARE:
        return share(text)
    if column.holds is Holds.WHOLE:
        return whole(text)
    return same(text)
