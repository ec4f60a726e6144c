"""What an address of the list asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from quarterdeck.kernel.ledger.sight import Position, Wanted
from quarterdeck.kernel.resource.filters import BadQuery, day

FILTERS = ("type", "record", "action", "person", "from", "until")
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters as text, as they stand in the form, and what they mean."""

    given: Mapping[str, str] = field(default_factory=dict)
    wanted: Wanted = field(default_factory=Wanted)
    after: Position | None = None
    before: Position | None = None

    def address(self, base: str, without: str = "", **more: str) -> str:
        """The list with these filters but one, and with further parameters."""
        kept = {name: value for name, value in self.given.items() if name != without}
        text = urlencode(kept | more)
        return f"{base}?{text}" if text else base


def read(parameters: Mapping[str, str]) -> Asked:
    """From the parameters of an address; empty ones are as good as absent. Raises `BadQuery`."""
    given = {name: parameters[name].strip()[:200] for name in FILTERS if parameters.get(name, "").strip()}
    wanted = Wanted(
        record_type=_text("type", given),
        record_id=_number("record", given["record"]) if "record" in given else None,
        action=_text("action", given),
        login=_text("person", given),
        since=_start(day("from", given["from"])) if "from" in given else None,
        until=_start(_next(day("until", given["until"]))) if "until" in given else None,
    )
    return Asked(given, wanted, _position("after", parameters), _position("before", parameters))


def cursor(position: Position) -> str:
    """A position as text for an address."""
    return str(position.seq) if position.at is None else f"{position.seq}~{position.at.isoformat()}"


def _text(name: str, given: Mapping[str, str]) -> str:
    text = given.get(name, "")
    if "\0" in text:
        raise BadQuery(name, _("“%(value)s” is nothing that could be found.") % {"value": name})
    return text


def _number(name: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,19}", text, re.ASCII) or int(text) > _LARGEST:
        raise BadQuery(name, _("“%(value)s” is no number.") % {"value": text})
    return int(text)


def _start(at: date) -> datetime:
    return datetime.combine(at, time(), tzinfo=timezone.get_current_timezone())


def _next(at: date) -> date:
    return at if at == date.max else at + timedelta(days=1)


def _position(name: str, parameters: Mapping[str, str]) -> Position | None:
    text = parameters.get(name, "")
    if not text:
        return None
    number, _tilde, at = text.partition("~")
    damaged = BadQuery(name, _("This page address is damaged; start again from the first page."))
    try:
        moment = parse_datetime(at.replace(" ", "+")) if at else None
        seq = _number(name, number)
    except (ValueError, BadQuery):
        raise damaged from None
    if at and (moment is None or moment.tzinfo is None):
        raise damaged
    return Position(seq, moment)
