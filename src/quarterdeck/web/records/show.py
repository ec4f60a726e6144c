"""Values as a reader sees them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache

from django.utils import dateformat, timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from quarterdeck.kernel.resource.present import Choice, Ref
from quarterdeck.kernel.ui import formats
from quarterdeck.web.records.addresses import record_address

#: A cell of a list shows the beginning of a long text; the record's page shows all of it.
CELL_TEXT = 140


class Moments:
    """Many date-times of one page, as :func:`formats.moment` writes each; zone and pattern are looked up once."""

    def __init__(self) -> None:
        pattern = pgettext("date-time format", "j M Y, H:i")
        self.whole = not pattern.endswith("H:i")
        self.pattern = pattern if self.whole else pattern.removesuffix("H:i")
        self.language = get_language() or ""
        self.zone = timezone.get_current_timezone()
        self.tail = f' <span class="zone">{escape(formats.zone_name())}</span></time>'

    def write(self, value: dt.datetime) -> str:
        """``value`` as markup."""
        local = value.astimezone(self.zone)
        if self.whole:
            text = str(escape(dateformat.format(local, self.pattern)))
        else:
            start = _day(local.date(), self.pattern, self.language)
            text = f"{start}{local.hour:02d}:{local.minute:02d}"
        return f'<time datetime="{local.isoformat(timespec="seconds")}">{text}{self.tail}'


@lru_cache(maxsize=4096)
def _day(day: dt.date, pattern: str, language: str) -> str:
    """A day as the pattern writes it in the language that is active now: many pages name the same days."""
    return str(escape(dateformat.format(day, pattern)))


def shown(value: object, *, cell: bool = False, numeric: bool = False, link: bool = True) -> str:
    """``value`` (as an attribute holds it) as text or markup."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Choice):
        return value.label
    if isinstance(value, Ref):
        return _reference(value, link)
    if isinstance(value, dt.datetime):
        return formats.moment(value, short=False)
    if isinstance(value, dt.date):
        return formats.day(value)
    if isinstance(value, Decimal):
        # A decimal is a quantity, whether or not it stands in a column; a whole number may be a year.
        return formats.number(value)
    if isinstance(value, int | float):
        return formats.number(value) if numeric else str(value)
    if isinstance(value, dt.timedelta):
        return formats.duration(value)
    if isinstance(value, list):
        if not value:
            return "–"
        joint = ", " if all(isinstance(item, Ref | Choice | str) for item in value) else "; "
        return format_html_join(joint, "{}", ((shown(item, cell=cell, link=link),) for item in value))
    if isinstance(value, dict):
        return format_html_join(
            "; ", "{}: {}", ((key, shown(item, cell=cell, link=link)) for key, item in value.items())
        )
    text = str(value)
    if cell:
        return beginning(text)
    if "\n" in text:
        return Markup("<br>").join(escape(line) for line in text.splitlines())
    return text


def beginning(text: str) -> str:
    """As much of a text as a cell shows."""
    return text if len(text) <= CELL_TEXT else text[: CELL_TEXT - 1].rstrip() + "…"


def _reference(value: Ref, link: bool) -> str:
    address = record_address(value.type, value.id) if link else None
    return value.title if address is None else format_html('<a href="{}">{}</a>', address, value.title)
