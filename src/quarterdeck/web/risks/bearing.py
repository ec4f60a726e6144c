"""The findings that bear on a risk, grouped by their source: which stand open, how grave they are, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from quarterdeck.areas.risks.findings import KINDS, Kind, bearing_on
from quarterdeck.areas.risks.models import Risk, RiskFinding
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.web.records.addresses import list_address, record_address

#: So many of one source are shown; the way to all of them stands below.
MOST = 20


@dataclass(frozen=True)
class Bearing:
    """One finding. ``of``: the vendor, engagement or safeguard that it is about; None where the reader may not see that."""

    link: RiskFinding
    finding: Record
    href: str | None
    of: Record | None
    open: bool
    severity: str
    due: date | None
    late: bool


@dataclass(frozen=True)
class Group:
    """The findings of one source. ``open``: how many of them stand open, those that are not shown too."""

    kind: Kind
    rows: tuple[Bearing, ...]
    open: int
    more: str

    @property
    def name(self) -> str:
        """The name of the connection's model."""
        return self.kind.model._meta.model_name or ""


def groups_on(sight: Sight, risk: Risk, today: date) -> list[Group]:
    """The groups that have findings which the reader may see. One query for each source, and one for what they are about."""
    made = []
    for kind in KINDS:
        asked = bearing_on(sight, risk, kind)
        rows = list(asked[: MOST + 1])
        if not rows:
            continue
        more = len(rows) > MOST
        open_ones = asked.filter(closed=False).count() if more else sum(not row.closed for row in rows)
        rows = rows[:MOST]
        about = {row.pk: kind.of(row.finding) for row in rows}
        sight.prime(about.values())
        told = tuple(
            Bearing(
                link=row,
                finding=row.finding,
                href=record_address(kind.finding.type_code(), row.finding_id),
                of=about[row.pk] if sight.shows(about[row.pk]) else None,
                open=not row.closed,
                severity=kind.severity(row.finding),
                due=None if row.closed else row.due,
                late=not row.closed and row.due is not None and row.due < today,
            )
            for row in rows
        )
        everything = f"{list_address(resource_of(kind.model))}?{urlencode({'risk': risk.pk})}"
        made.append(Group(kind, told, open_ones, everything if more else ""))
    return made
