"""Contexts and units of a filing to be written (XBRL 2.1 section 4.7, XBRL Dimensions 1.0 section 3.1)."""

from dataclasses import dataclass
from datetime import date

from quarterdeck.engines.xbrl.concepts import CIK_SCHEME
from quarterdeck.engines.xbrl.markup import element
from quarterdeck.engines.xbrl.model import Period

SHARES_UNIT = "u-shares"


@dataclass(frozen=True, slots=True)
class ContextKey:
    """What makes one context differ from another in a filing: `start` None is an instant, `member` a qualified name."""

    start: date | None
    end: date
    axis: str | None = None
    member: str | None = None


class ContextTable:
    """Hands out context ids in the order of first use, so that the same filing always gets the same ids."""

    def __init__(self, cik: str) -> None:
        self._cik = cik
        self._ids: dict[ContextKey, str] = {}

    def id_of(self, period: Period, axis: str | None = None, member: str | None = None) -> str:
        """The id of the context of a period, with one explicit member of an axis where given."""
        key = ContextKey(period.start, period.end, axis, member)
        return self._ids.setdefault(key, f"c-{len(self._ids) + 1}")

    def markup(self) -> str:
        """Every context handed out, as xbrli:context elements."""
        return "".join(self._context(key, identifier) for key, identifier in self._ids.items())

    def _context(self, key: ContextKey, identifier: str) -> str:
        entity = element("xbrli:identifier", {"scheme": CIK_SCHEME}, self._cik)
        if key.axis is not None and key.member is not None:
            entity += element(
                "xbrli:segment", {}, element("xbrldi:explicitMember", {"dimension": key.axis}, key.member)
            )
        if key.start is None:
            period = element("xbrli:instant", {}, key.end.isoformat())
        else:
            period = element("xbrli:startDate", {}, key.start.isoformat())
            period += element("xbrli:endDate", {}, key.end.isoformat())
        return element(
            "xbrli:context",
            {"id": identifier},
            element("xbrli:entity", {}, entity) + element("xbrli:period", {}, period),
        )


def shares_unit() -> str:
    """The unit of a number of shares."""
    return element("xbrli:unit", {"id": SHARES_UNIT}, element("xbrli:measure", {}, "xbrli:shares"))
