"""Contexts: who, when and along which axes a fact is reported. After XBRL 2.1 §4.7 and XBRL Dimensions 1.0 §2."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final, Literal

from lxml import etree

from .model import Context, Dimension, Period, QName
from .textvalue import fold, is_element, line_of_element, name_of, raw_text

XBRLI: Final = "http://www.xbrl.org/2003/instance"
XBRLDI: Final = "http://xbrl.org/2006/xbrldi"

_DATE = re.compile(r"(-?\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?")


class ContextFault(ValueError):
    """A context that says no valid period; the message tells a person what."""


def resolve(name: str, element: etree._Element, prefixes: dict[str, str]) -> tuple[str, QName]:
    """Prefix and qualified name of a QName written at `element`; an undeclared prefix has the namespace ""."""
    prefix, colon, local = name.strip().partition(":")
    if not colon:
        prefix, local = "", prefix
    uri = prefixes.get(prefix)
    if uri is None:
        uri = element.nsmap.get(prefix or None) or ""
    return prefix, QName(uri, local)


def read_context(element: etree._Element, prefixes: dict[str, str]) -> Context:
    """The context of an xbrli:context element. Raises ContextFault for a period that is none."""
    scheme = entity = ""
    period: Period | None = None
    dimensions: list[Dimension] = []
    for child in element:
        if not is_element(child):
            continue
        local = name_of(child)[1]
        if local == "entity":
            for part in child:
                if not is_element(part):
                    continue
                inner = name_of(part)[1]
                if inner == "identifier":
                    scheme, entity = part.get("scheme", "").strip(), fold(part.text or "")
                elif inner == "segment":
                    dimensions += _dimensions(part, prefixes, "segment")
        elif local == "period":
            period = _period(child)
        elif local == "scenario":
            dimensions += _dimensions(child, prefixes, "scenario")
    return Context(
        id=element.get("id", ""),
        scheme=scheme,
        entity=entity,
        period=period,
        dimensions=tuple(dimensions),
        line=line_of_element(element),
    )


def _dimensions(
    container: etree._Element, prefixes: dict[str, str], where: Literal["segment", "scenario"]
) -> list[Dimension]:
    out = []
    for child in container:
        if not is_element(child) or name_of(child)[0] != XBRLDI:
            continue
        axis = resolve(child.get("dimension", ""), child, prefixes)[1]
        if name_of(child)[1] == "explicitMember":
            member = resolve(fold(raw_text([child])), child, prefixes)[1]
            out.append(Dimension(axis, member, None, where))
        else:
            out.append(Dimension(axis, None, fold(raw_text([child])), where))
    return out


def _period(element: etree._Element) -> Period | None:
    found: dict[str, str] = {}
    for child in element:
        if is_element(child):
            found[name_of(child)[1]] = fold(child.text or "")
    if "forever" in found:
        return None
    if "instant" in found:
        return Period(None, _day(found["instant"], last=True))
    if "startDate" not in found or "endDate" not in found:
        raise ContextFault("has no complete period")
    period = Period(_day(found["startDate"], last=False), _day(found["endDate"], last=True))
    if period.start is not None and period.start > period.end:
        raise ContextFault("has a period that ends before it starts")
    return period


def _day(text: str, last: bool) -> date:
    """The day of a date. As an end, midnight belongs to the day before (XBRL 2.1 §4.7.2)."""
    found = _DATE.fullmatch(text)
    try:
        if not found:
            raise ValueError
        day = date(int(found.group(1)), int(found.group(2)), int(found.group(3)))
        if last and found.group(4) == found.group(5) == found.group(6) == "00":
            day -= timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise ContextFault(f"has the date “{text[:40]}”, which is none") from error
    return day
