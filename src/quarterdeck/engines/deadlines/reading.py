"""From a JSON object to an `Event`: every refusal names the field.

Times are RFC 3339: a date with time and offset, or a date alone. A time of day without an offset is refused, because
nobody can say which day it was elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, TypeVar, cast

from quarterdeck.engines.deadlines.counting import EASTERN
from quarterdeck.engines.deadlines.model import (
    AgDelay,
    China,
    Event,
    Filer,
    Grade,
    Moment,
    Note,
    Operator,
    PersonalData,
    Related,
    Risk,
    Trigger,
    note,
)
from quarterdeck.engines.deadlines.rules import AG_DELAY_LIMITS

YEARS: Final = (2000, 2100)
MAX_ENTRIES: Final = 1000
"""The most entries of a list in an event."""
MAX_DELAYS: Final = 10
ORDERED_LIMIT: Final = 366
"""The most days read of one delay by exemptive order, to which the rule sets no limit."""

_MOMENT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)([Zz]|[+-]\d{2}:\d{2})?)?", re.ASCII
)
T = TypeVar("T", bound=str)


class EventError(ValueError):
    """An event that cannot be judged. `field` is where, like ``ag_delay[1].days``; `reason` is why, as a `Note`."""

    def __init__(self, field: str, code: str, **params: str | int | Note) -> None:
        self.field = field
        self.reason: Note = note(code, **params)
        super().__init__(f"{field}: {self.reason.code}")


OPERATORS: Final[Mapping[str, Operator]] = {
    **dict.fromkeys(
        ("cii", "ciio", "cii_operator", "critical", "critical_information_infrastructure",
         "critical_information_infrastructure_operator", "关键信息基础设施", "关键信息基础设施运营者"), "cii"
    ),
    **dict.fromkeys(
        ("state_organ", "state_organs", "central", "central_authority", "central_organ", "central_state_organ",
         "central_state_organs", "government", "central_government", "中央和国家机关"), "state_organ"
    ),
    **dict.fromkeys(
        ("other", "non_cii", "network", "network_operator", "other_network_operator", "ordinary", "general", "网络运营者",
         "其他网络运营者"), "other"
    ),
}  # fmt: skip
GRADES: Final[Mapping[str, Grade]] = {
    **dict.fromkeys(
        ("particularly_major", "particularly_serious", "particularly_significant", "especially_major",
         "especially_serious", "especially_significant", "extremely_serious", "extremely_severe", "特别重大",
         "i", "1"), "particularly_major"
    ),
    **dict.fromkeys(("major", "serious", "severe", "significant", "重大", "ii", "2"), "major"),
    **dict.fromkeys(
        ("relatively_major", "relatively_serious", "relatively_severe", "relatively_large", "relatively_significant",
         "larger", "large", "较大", "iii", "3"), "relatively_major"
    ),
    **dict.fromkeys(("general", "ordinary", "average", "一般", "iv", "4"), "general"),
}  # fmt: skip
RISKS: Final[Mapping[str, Risk]] = {"unlikely": "unlikely", "risk": "risk", "high": "high"}
FILERS: Final[Mapping[str, Filer]] = {"domestic": "domestic", "fpi": "fpi"}
TRIGGERS: Final[Mapping[str, Trigger]] = {"home_law": "home_law", "exchange": "exchange", "holders": "holders"}

_FIELDS: Final = (
    "filer", "detected", "determined_material", "undetermined_known", "published_at_home", "ag_delay", "personal_data",
    "china", "related", "closures",
)  # fmt: skip


def parse_event(document: object) -> Event:
    """The event that a JSON object describes. Raises `EventError` naming the first field that is wrong.

    Absent and null mean the same: not known, or not happened. Fields without meaning here go to `Event.unknown`.
    """
    given = _object(document, "")
    published, trigger = _published(given.get("published_at_home"))
    event = Event(
        filer=_filer(given),
        detected=_moment(given.get("detected"), "detected"),
        determined_material=_moment(given.get("determined_material"), "determined_material"),
        undetermined_known=_moments(given.get("undetermined_known"), "undetermined_known"),
        published_at_home=published,
        published_by=trigger,
        ag_delay=tuple(_ag_delay(item, at, which) for which, (item, at) in enumerate(_list(given, "ag_delay"))),
        personal_data=_personal_data(given.get("personal_data")),
        china=_china(given.get("china")),
        related=tuple(_related(item, at) for item, at in _list(given, "related")),
        closures=tuple(_day(item, at) for item, at in _list(given, "closures")),
        unknown=_unknown(given),
    )
    _check_order(event)
    return event


def check_event(event: Event) -> None:
    """Raises `EventError` where an event made without `parse_event` is no possible one."""
    for which, delay in enumerate(event.ag_delay):
        _check_delay(delay, f"ag_delay[{which}]", which)
    _check_order(event)


# ---------------------------------------------------------------- parts


def _filer(given: Mapping[str, object]) -> Filer:
    if given.get("filer") is None:
        raise EventError("filer", "error.missing", choices=_choices(FILERS))
    return _choice(given["filer"], "filer", FILERS)


def _published(value: object) -> tuple[Moment | None, Trigger | None]:
    if not isinstance(value, Mapping):
        return _moment(value, "published_at_home"), None
    given = _object(value, "published_at_home")
    trigger = given.get("trigger")
    return (
        _moment(given.get("at"), "published_at_home.at"),
        None if trigger is None else _choice(trigger, "published_at_home.trigger", TRIGGERS),
    )


def _ag_delay(value: object, at: str, which: int) -> AgDelay:
    if isinstance(value, Mapping):
        given = _object(value, at)
        order = given.get("exemptive_order")
        if order is not None and (not isinstance(order, str) or not order.strip()):
            raise EventError(f"{at}.exemptive_order", "error.text")
        delay = AgDelay(
            days=_whole(given.get("days"), f"{at}.days", 1),
            notified=_moment(given.get("notified"), f"{at}.notified"),
            lifted=_moment(given.get("lifted"), f"{at}.lifted"),
            exemptive_order=order,
        )
        _check_delay(delay, at, which)
        return delay
    delay = AgDelay(_whole(value, at, 1))
    _check_delay(delay, at, which)
    return delay


def _check_delay(delay: AgDelay, at: str, which: int) -> None:
    if which >= len(AG_DELAY_LIMITS):
        if delay.exemptive_order is None:
            raise EventError(at, "error.exemptive_order")
        limit = ORDERED_LIMIT
    else:
        limit = AG_DELAY_LIMITS[which]
    if not 1 <= delay.days <= limit:
        raise EventError(at, "error.delay_too_long", days=delay.days, limit=limit, which=which + 1)


def _personal_data(value: object) -> PersonalData | None:
    if value is None:
        return None
    given = _object(value, "personal_data")
    regions: list[str] = []
    for item, at in _list(given, "regions", "personal_data."):
        if not isinstance(item, str) or not item.strip():
            raise EventError(at, "error.text")
        if item.strip().upper() not in regions:
            regions.append(item.strip().upper())
    records = given.get("records")
    risk = given.get("risk")
    return PersonalData(
        regions=tuple(regions),
        records=None if records is None else _whole(records, "personal_data.records", 0),
        aware=_moment(given.get("aware"), "personal_data.aware"),
        risk=None if risk is None else _choice(risk, "personal_data.risk", RISKS),
    )


def _china(value: object) -> China | None:
    if value is None:
        return None
    given = _object(value, "china")
    operator, grade, regulator = given.get("operator"), given.get("grade"), given.get("regulator")
    if regulator is not None and (not isinstance(regulator, str) or not regulator.strip()):
        raise EventError("china.regulator", "error.text")
    return China(
        operator=None if operator is None else _choice(operator, "china.operator", OPERATORS),
        grade=None if grade is None else _choice(str(grade) if type(grade) is int else grade, "china.grade", GRADES),
        regulator=regulator.strip() if regulator else None,
        handled=_moment(given.get("handled"), "china.handled"),
    )


def _related(value: object, at: str) -> Related:
    given = _object(value, at)
    name = given.get("id")
    if not isinstance(name, str) or not name.strip():
        raise EventError(f"{at}.id", "error.text")
    detected = _moment(given.get("detected"), f"{at}.detected")
    if detected is None:
        raise EventError(f"{at}.detected", "error.moment")
    return Related(name, detected)


def _unknown(given: Mapping[str, object]) -> tuple[str, ...]:
    known = {
        "": _FIELDS,
        "personal_data": ("regions", "records", "aware", "risk"),
        "china": ("operator", "grade", "regulator", "handled"),
        "published_at_home": ("at", "trigger"),
    }
    found = [name for name in given if name not in known[""]]
    for part in ("personal_data", "china", "published_at_home"):
        inner = given.get(part)
        if isinstance(inner, Mapping):
            found += [f"{part}.{name}" for name in inner if name not in known[part]]
    return tuple(found)


# ---------------------------------------------------------------- values


def _object(value: object, at: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise EventError(at or "event", "error.object")
    return cast(Mapping[str, object], value)


def _list(given: Mapping[str, object], name: str, within: str = "") -> list[tuple[object, str]]:
    value = given.get(name)
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise EventError(within + name, "error.list")
    if len(value) > MAX_ENTRIES:
        raise EventError(within + name, "error.too_many", limit=MAX_ENTRIES)
    return [(item, f"{within}{name}[{number}]") for number, item in enumerate(value)]


def _whole(value: object, at: str, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise EventError(at, "error.whole", least=least)
    return value


def _choices(choices: Mapping[str, str]) -> str:
    return ", ".join(dict.fromkeys(choices.values()))


def _choice(value: object, at: str, choices: Mapping[str, T]) -> T:
    word = re.sub(r"[\s-]+", "_", value.strip().casefold()) if isinstance(value, str) else ""
    if word not in choices:
        raise EventError(at, "error.choice", choices=_choices(choices))
    return choices[word]


def _moments(value: object, at: str) -> tuple[Moment, ...]:
    if isinstance(value, list):
        found = [_moment(item, where) for item, where in _list({at: value}, at)]
        return tuple(moment for moment in found if moment is not None)
    moment = _moment(value, at)
    return () if moment is None else (moment,)


def _day(value: object, at: str) -> date:
    moment = _moment(value, at)
    if moment is None or moment.instant is not None:
        raise EventError(at, "error.day")
    return moment.day


def _moment(value: object, at: str) -> Moment | None:
    if value is None:
        return None
    found = _MOMENT.fullmatch(value) if isinstance(value, str) and len(value) <= 64 else None
    if found is None:
        raise EventError(at, "error.moment")
    day, clock, offset = found.groups()
    if clock and not offset:
        raise EventError(at, "error.offset")
    try:
        if not clock:
            moment = Moment(date.fromisoformat(day))
        else:
            # more than microseconds are cut, as everywhere in Python
            whole, _dot, parts = clock.partition(".")
            parsed = datetime.fromisoformat(
                f"{day}T{whole}{'.' + parts[:6].ljust(6, '0') if parts else ''}{offset.upper()}"
            )
            moment = Moment.of(parsed)
            moment.date_in(EASTERN)
    except (ValueError, OverflowError):
        raise EventError(at, "error.no_such_time") from None
    if not YEARS[0] <= moment.day.year <= YEARS[1]:
        raise EventError(at, "error.year", first=YEARS[0], last=YEARS[1])
    return moment


# ---------------------------------------------------------------- order in time


def _check_order(event: Event) -> None:
    """What has to come first does: discovery before determination before what was unknown then."""
    before, determined = first_detected(event), event.determined_material
    if before and determined and determined.date_in(EASTERN) < before.date_in(EASTERN):
        raise EventError("determined_material", "error.before", other="detected")
    for number, known in enumerate(event.undetermined_known):
        if determined and known.date_in(EASTERN) < determined.date_in(EASTERN):
            at = "undetermined_known" if len(event.undetermined_known) == 1 else f"undetermined_known[{number}]"
            raise EventError(at, "error.before", other="determined_material")
    if len(event.ag_delay) > MAX_DELAYS:
        raise EventError("ag_delay", "error.too_many", limit=MAX_DELAYS)
    for which, delay in enumerate(event.ag_delay):
        if delay.lifted and which < len(event.ag_delay) - 1:
            raise EventError(f"ag_delay[{which}].lifted", "error.lifted_then_delayed")


def first_detected(event: Event) -> Moment | None:
    """The discovery of the incident: the earliest among it and the occurrences weighed together with it."""
    found = [event.detected] if event.detected else []
    found += [related.detected for related in event.related]
    return min(found, key=lambda moment: moment.start_in(EASTERN), default=None)
