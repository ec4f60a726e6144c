"""What incidents have cost and may still cost, one by one and together, and what people said of each. Nothing here concludes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, QuerySet, Sum
from django.utils.translation import gettext as _

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.determinations.models import Assessment, Related
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.risks.models import IncidentLoss
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight

#: Incidents that the page names, the dearest first; the sums are of all.
NAMED = 50
#: Ties between incidents that are put together.
TIES = 500


@dataclass(frozen=True)
class Amounts:
    """Lost so far, and the range still to come, in the reporting currency."""

    so_far: Decimal = Decimal(0)
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(self.so_far + other.so_far, self.low + other.low, self.high + other.high)

    @property
    def most(self) -> Decimal:
        """What it comes to at the most."""
        return self.so_far + self.high


@dataclass(frozen=True)
class Cost:
    """One incident with what it cost, and what people said of it."""

    incident: Incident
    amounts: Amounts
    as_of: date
    assessment: Assessment | None
    said: str
    decision: Decision | None


@dataclass(frozen=True)
class Group:
    """Incidents that an assessment weighs together: which, what they come to, and what the assessment says of it."""

    incidents: tuple[Incident, ...]
    amounts: Amounts
    together: tuple[Related, ...]


@dataclass(frozen=True)
class Form:
    """One form of loss over all incidents."""

    label: str
    amounts: Amounts


class Costs:
    """Losses that stand, of incidents that the reader may see: a loss hangs in its incident, behind its wall."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight

    def _standing(self) -> QuerySet[IncidentLoss]:
        rows = self.sight.each(IncidentLoss).filter(replaced_on=None)
        return rows.filter(incident__in=self.sight.each(Incident).values("pk")).order_by()

    @cached_property
    def total(self) -> Amounts:
        """All of them together."""
        return _amounts(self._standing().aggregate(**_SUMS))

    def since(self, moment: datetime) -> Amounts:
        """Of the incidents declared from ``moment`` on."""
        return _amounts(self._standing().filter(incident__declared_at__gte=moment).aggregate(**_SUMS))

    @cached_property
    def number(self) -> int:
        """How many incidents have a loss on record."""
        return self._standing().values("incident").distinct().count()

    @cached_property
    def forms(self) -> list[Form]:
        """By form of loss, in the order in which they are offered."""
        found = {row["form"]: _amounts(row) for row in self._standing().values("form").annotate(**_SUMS)}
        return [Form(str(form.label), found[form.value]) for form in IncidentLoss.Form if form.value in found]

    @cached_property
    def dearest(self) -> list[Cost]:
        """The dearest incidents, by what they come to at the most."""
        rows = (
            self._standing()
            .values("incident")
            .annotate(**_SUMS, day=Min("as_of"), most=F("sum_so_far") + F("sum_high"))
        )
        found = list(rows.order_by("-most", "-incident")[:NAMED])
        keys = [row["incident"] for row in found]
        incidents = self.sight.each(Incident).select_related("determination").in_bulk(keys)
        assessed = newest_assessments(self.sight, keys)
        self.sight.prime([row.determination for row in incidents.values()])
        return [
            Cost(
                incidents[row["incident"]],
                _amounts(row),
                row["day"],
                assessed.get(row["incident"]),
                _said(incidents[row["incident"]]),
                incidents[row["incident"]].determination,
            )
            for row in found
            if row["incident"] in incidents
        ]

    @cached_property
    def groups(self) -> list[Group]:
        """Incidents that newest assessments weigh together, as far as the reader may see both; the dearest group first."""
        if not self.sight.may_view(resource_of(Related)):
            return []
        rows = self.sight.each(Related).filter(
            struck=False, assessment__in=standing_assessments(self.sight).values("pk")
        )
        ties = list(rows.select_related("assessment").order_by("-pk")[:TIES])
        ends = {row.other_id for row in ties} | {row.assessment.incident_id for row in ties}
        seen = self.sight.each(Incident).in_bulk(ends)
        ties = [row for row in ties if row.other_id in seen and row.assessment.incident_id in seen]
        lost = self._standing().filter(incident__in=seen).values("incident").annotate(**_SUMS)
        amounts = {row["incident"]: _amounts(row) for row in lost}
        made = []
        for keys in joined((row.assessment.incident_id, row.other_id) for row in ties):
            total = sum((amounts.get(key, Amounts()) for key in keys), Amounts())
            told = tuple(row for row in ties if row.other_id in keys)
            made.append(Group(tuple(seen[key] for key in sorted(keys)), total, told))
        return sorted(made, key=lambda group: (-group.amounts.most, group.incidents[0].pk))


_SUMS: Mapping[str, Sum] = {"sum_so_far": Sum("so_far"), "sum_low": Sum("low"), "sum_high": Sum("high")}


def _amounts(row: Mapping[str, Any]) -> Amounts:
    return Amounts(*(row[name] or Decimal(0) for name in _SUMS))


def standing_assessments(sight: Sight) -> QuerySet[Assessment]:
    """The newest assessment of each incident, as far as the reader may see it."""
    later = Assessment.objects.filter(incident=OuterRef("incident"), number__gt=OuterRef("number"))
    return sight.each(Assessment).filter(~Exists(later))


def newest_assessments(sight: Sight, incidents: Iterable[int]) -> dict[int, Assessment]:
    """The newest assessment of each of these incidents."""
    if not sight.may_view(resource_of(Assessment)):
        return {}
    rows = standing_assessments(sight).filter(incident__in=list(incidents)).select_related("incident")
    return {row.incident_id: row for row in rows}


def _said(incident: Incident) -> str:
    """What people said of it: the body's words where it decided, else how far the assessment is."""
    if incident.materiality != Incident.Materiality.UNASSESSED:
        return _("decided by a body: %(answer)s") % {"answer": incident.get_materiality_display()}
    if incident.assessed_at is None:
        return _("not assessed yet")
    if incident.potentially_material:
        return _("assessed: it may be material, and a body decides")
    return _("assessed, and not put to a body")


def joined(pairs: Iterable[tuple[int, int]]) -> list[frozenset[int]]:
    """What hangs together by these pairs, as sets that do not overlap."""
    groups: list[set[int]] = []
    for pair in pairs:
        touched = [group for group in groups if not group.isdisjoint(pair)]
        groups = [group for group in groups if group.isdisjoint(pair)]
        groups.append(set(pair).union(*touched))
    return [frozenset(group) for group in groups]
