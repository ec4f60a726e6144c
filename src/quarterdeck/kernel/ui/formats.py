"""How numbers, money, dates, times and durations are written for the reader.

Times are always shown in the reader's zone (Django's active zone) with the zone named, because a duty counted in
hours means nothing without it. Digits are grouped in threes in every language, as in filings; only the words differ.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import dateformat, timezone, translation
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from quarterdeck.kernel import clock

Number = int | float | Decimal

# Signs that no reader can mistake; any other currency is written by its ISO 4217 code.
SYMBOLS = {"USD": "$", "CNY": "¥", "HKD": "HK$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "SGD": "S$"}

ZONE_WORDS: dict[str, str | Promise] = {
    "UTC": "UTC",
    "Asia/Shanghai": gettext_lazy("Beijing"),
    "Asia/Hong_Kong": gettext_lazy("Hong Kong"),
    "Asia/Singapore": gettext_lazy("Singapore"),
    "Asia/Tokyo": gettext_lazy("Tokyo"),
    "America/New_York": gettext_lazy("New York"),
    "America/Chicago": gettext_lazy("Chicago"),
    "America/Los_Angeles": gettext_lazy("Los Angeles"),
    "Europe/London": gettext_lazy("London"),
    "Europe/Berlin": gettext_lazy("Berlin"),
    "Europe/Paris": gettext_lazy("Paris"),
    "Europe/Brussels": gettext_lazy("Brussels"),
}


def _decimal(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def number(value: Number | None, places: int | None = None) -> str:
    """``48211`` → ``48,211``. ``places`` fixes the decimals (half to even); None keeps those the value has."""
    if value is None:
        return "–"
    if places is None and type(value) is int:
        # A table has hundreds of them.
        return f"{value:,}".replace("-", "−")
    amount = _decimal(value)
    if places is not None:
        amount = amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    return f"{amount:,f}".replace("-", "−")


def percent(share: Number | None, places: int = 0) -> str:
    """A share of one as a percentage: ``0.031, 1`` → ``3.1%``."""
    return "–" if share is None else f"{number(_decimal(share) * 100, places)}%"


def money(amount: Number | None, currency: str, short: bool = False, places: int | None = None) -> str:
    """``$4,200,000``; with ``short`` in words of the reader's language: ``$4.2 million``, ``$420万``."""
    if amount is None:
        return "–"
    value = _decimal(amount)
    sign = "−" if value < 0 else ""
    unit = SYMBOLS.get(currency, f"{currency} ")
    size = abs(value)
    if not short:
        return f"{sign}{unit}{number(size, places)}"
    scales: tuple[tuple[Decimal, str], ...]
    if (translation.get_language() or "").startswith("zh"):
        scales = ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))
    else:
        scales = (
            (Decimal(10) ** 9, " " + pgettext("amount", "billion")),
            (Decimal(10) ** 6, " " + pgettext("amount", "million")),
            (Decimal(10) ** 3, ",000"),
        )
    for scale, word in scales:
        if size >= scale:
            scaled = size / scale
            if word == ",000":
                return f"{sign}{unit}{number(scaled, 0)}{word}"
            digits = 0 if scaled >= 100 else 1
            text = number(scaled, digits)
            return f"{sign}{unit}{text.removesuffix('.0')}{word}"
    return f"{sign}{unit}{number(size, 0)}"


def day(value: dt.date | None) -> SafeString | str:
    """A calendar day as ``<time>``: ``31 Dec 2026``. A date-time must go through :func:`moment`."""
    if value is None:
        return "–"
    if isinstance(value, dt.datetime):
        raise TypeError("a date-time has a zone: write it with moment()")
    return _day(value, translation.get_language())


@lru_cache(maxsize=4096)
def _day(value: dt.date, language: str | None) -> SafeString:
    """A list shows the same few days a hundred times. ``language`` is the one active, which decides the words."""
    # Translators: how a day is written, in Django's date format letters.
    text = dateformat.format(value, pgettext("date format", "j M Y"))
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


def zone_name(zone: dt.tzinfo | None = None) -> str:
    """The word a reader knows a zone by: the IANA city, or UTC."""
    here = zone or timezone.get_current_timezone()
    key = here.key if isinstance(here, ZoneInfo) else str(here)
    known = ZONE_WORDS.get(key)
    return str(known) if known is not None else key.rsplit("/", 1)[-1].replace("_", " ")


def offset_name(at: dt.datetime) -> str:
    """``UTC+8`` for the offset in force at that moment."""
    offset = timezone.localtime(at).utcoffset() or dt.timedelta()
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def moment(value: dt.datetime | None, short: bool = False) -> SafeString | str:
    """A date-time as ``<time>`` in the reader's zone, zone named: ``19 Nov 2026, 18:10 Beijing``.

    ``short`` leaves the year out where it is the present one. A naive date-time is an error: nobody could say when it was.
    """
    if value is None:
        return "–"
    if timezone.is_naive(value):
        raise ValueError("a date-time without a zone cannot be shown")
    local = timezone.localtime(value)
    this_year = short and local.year == timezone.localtime(clock.now()).year
    pattern = pgettext("date-time format", "j M, H:i") if this_year else pgettext("date-time format", "j M Y, H:i")
    return format_html(
        '<time datetime="{}">{} <span class="zone">{}</span></time>',
        local.isoformat(timespec="seconds"),
        dateformat.format(local, pattern),
        zone_name(),
    )


def duration(value: dt.timedelta | None) -> str:
    """The two largest units that matter: ``3 d 4 h``, ``2 h 40 min``, ``12 min``; the sign is left to the words."""
    if value is None:
        return "–"
    minutes = int(abs(value).total_seconds()) // 60
    days, rest = divmod(minutes, 1440)
    hours, mins = divmod(rest, 60)
    if days:
        if not hours:
            return _("%(days)d d") % {"days": days}
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if hours:
        if not mins:
            return _("%(hours)d h") % {"hours": hours}
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": mins}
    return _("%(minutes)d min") % {"minutes": mins}


def since(value: dt.datetime | None, now: dt.datetime) -> str:
    """``3 d 4 h ago`` or ``in 2 h 40 min``, seen from ``now`` (the caller's clock, so that a page is one instant)."""
    if value is None:
        return "–"
    span = duration(now - value)
    return _("%(span)s ago") % {"span": span} if value <= now else _("in %(span)s") % {"span": span}
