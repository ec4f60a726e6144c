"""The factors that no amount answers, over all assessments that a reader may see: answered, unknown, not applicable, still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise

from quarterdeck.areas.determinations.factors import FACTORS
from quarterdeck.areas.determinations.models import Assessment, Factor
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.web.risks.incident_costs import standing_assessments

#: Assessments that are named beside a factor.
NAMED = 3
QUALITATIVE = tuple(kind for kind in FACTORS if not kind.quantitative)
OPEN = ""


@dataclass(frozen=True)
class Asked:
    """One factor: in how many assessments it has which answer, and the first of those in which it is unknown or open."""

    label: str | Promise
    asks: str | Promise
    answered: int
    unknown: int
    not_applicable: int
    open: int
    wanting: Sequence[Assessment] = field(default=())


@dataclass(frozen=True)
class Wanting:
    """An assessment in which something is unknown or open, and when it is looked at again."""

    assessment: Assessment
    unknown: int
    open: int
    by: date | None


def factors(sight: Sight) -> list[Asked]:
    """Every qualitative factor; nothing where the reader may see no assessment."""
    if not sight.may_view(resource_of(Factor)):
        return []
    rows = _rows(sight)
    counts: dict[str, dict[str, int]] = {}
    for code, answer, number in rows.order_by().values_list("code", "answer").annotate(Count("pk")):
        counts.setdefault(code, {})[answer or OPEN] = number
    if not counts:
        return []
    wanting: dict[str, list[Assessment]] = {}
    for row in rows.filter(_WANTING).select_related("assessment__incident").order_by("-assessment", "pk")[:200]:
        named = wanting.setdefault(row.code, [])
        if len(named) < NAMED:
            named.append(row.assessment)
    return [
        Asked(
            kind.label,
            kind.asks,
            found.get(Factor.Answer.ANSWERED, 0),
            found.get(Factor.Answer.UNKNOWN, 0),
            found.get(Factor.Answer.NOT_APPLICABLE, 0),
            found.get(OPEN, 0),
            wanting.get(kind.code, ()),
        )
        for kind in QUALITATIVE
        for found in (counts.get(kind.code, {}),)
    ]


def wanting(sight: Sight, most: int) -> list[Wanting]:
    """Assessments with a factor, of either kind, that is unknown or open: those looked at again soonest first."""
    if not sight.may_view(resource_of(Factor)):
        return []
    unknown = Count("factors", filter=Q(factors__answer=Factor.Answer.UNKNOWN))
    unanswered = Count("factors", filter=Q(factors__answer=None))
    rows = (
        standing_assessments(sight).exclude(incident__state="closed").annotate(unknown=unknown, unanswered=unanswered)
    )
    found = rows.filter(Q(unknown__gt=0) | Q(unanswered__gt=0)).select_related("incident", "lead")
    return [Wanting(row, row.unknown, row.unanswered, row.known_by) for row in found.order_by("known_by", "-pk")[:most]]


_WANTING = Q(answer=Factor.Answer.UNKNOWN) | Q(answer=None)


def _rows(sight: Sight) -> QuerySet[Factor]:
    codes = [kind.code for kind in QUALITATIVE]
    return sight.each(Factor).filter(code__in=codes, assessment__in=standing_assessments(sight).values("pk"))
