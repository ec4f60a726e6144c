"""What several parts ask of the register: the appetite that holds, the open risks of a day, and their portfolio."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import Q, QuerySet

from quarterdeck.areas.risks import rules, scenarios
from quarterdeck.areas.risks.models import (
    Appetite,
    Estimate,
    FinancialBaseline,
    MaterialityThreshold,
    Rating,
    Risk,
)
from quarterdeck.areas.risks.models.fields import reporting_currency
from quarterdeck.kernel.permissions.models import Unit, UnitLine


def appetite_for(unit: Unit, day: date) -> Appetite | None:
    """The appetite in force for a unit: its own, or that of the nearest unit above it that has one."""
    current: Unit | None = unit
    held = {row.unit_id: row for row in Appetite.objects.on(day).order_by("effective_from", "pk")}
    while current is not None:
        if current.pk in held:
            return held[current.pk]
        current = current.parent
    return None


def standing_on(day: date) -> Q:
    """The condition that a risk stood in the register on ``day``."""
    return Q(opened_on__lte=day) & (Q(closed_on=None) | Q(closed_on__gt=day))


def within(unit: Unit) -> Q:
    """The condition that a risk belongs to ``unit`` or to one below it."""
    return Q(unit__in=UnitLine.objects.filter(above=unit).values("below"))


def estimates_of(risks: QuerySet[Risk], kind: str, day: date) -> dict[int, Estimate]:
    """For each risk the estimate of the kind that stood on ``day``. One query."""
    rows = Estimate.objects.filter(risk__in=risks, kind=kind, made_on__lte=day).filter(
        Q(replaced_on=None) | Q(replaced_on__gt=day)
    )
    return {row.risk_id: row for row in rows.order_by("made_on", "pk")}


@dataclass(frozen=True)
class Inputs:
    """A portfolio as text: canonical JSON, its hash, and the risks that had to be left out."""

    text: str
    sha256: str
    risks: int
    left_out: tuple[str, ...]

    @property
    def document(self) -> dict[str, object]:
        """The portfolio as the engine reads it."""
        read = json.loads(self.text)
        assert isinstance(read, dict)
        return read


def canonical(document: Mapping[str, object]) -> str:
    """One text for one document: keys in order, no spaces, numbers as Python writes them."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def currency() -> str:
    """The reporting currency; USD where no registrant is recorded yet."""
    return reporting_currency()


def inputs_of(risks: QuerySet[Risk], kind: str, day: date) -> Inputs:
    """The portfolio of ``risks`` as estimated on ``day``.

    Residual: where there is no estimate of what is left after treatment, the current one stands. A risk without any estimate
    is left out and named.
    """
    found = estimates_of(risks, kind, day)
    fallback = estimates_of(risks, Estimate.Kind.CURRENT, day) if kind == Estimate.Kind.RESIDUAL else {}
    documents, left_out = [], []
    for risk in risks.order_by("pk"):
        estimate = found.get(risk.pk) or fallback.get(risk.pk)
        if estimate is None:
            left_out.append(risk.number)
        else:
            documents.append(scenarios.scenario_of(estimate, risk.number))
    thresholds = [{"name": name, "amount": float(amount)} for name, amount in threshold_amounts(day)]
    text = canonical({"currency": currency(), "scenarios": documents, "thresholds": thresholds})
    return Inputs(text, hashlib.sha256(text.encode()).hexdigest(), len(documents), tuple(left_out))


#: Periods that are looked through for a whole year: five years of quarters.
PERIODS: Final = 20
#: So many months after its end a period of figures is old: the next year's accounts are out.
OLD_AFTER: Final = 18
#: A financial year has so many days: fifty-two or fifty-three weeks, or a calendar year.
YEAR_DAYS: Final = range(357, 380)


def baseline_on(day: date) -> FinancialBaseline | None:
    """The confirmed figures of the newest financial year that had ended by ``day``.

    A threshold is a share of a year's figure, so a quarter counts only where no year is confirmed, as in a first period.
    """
    rows = FinancialBaseline.objects.filter(state=FinancialBaseline.State.CONFIRMED, period_until__lte=day)
    newest = list(rows.order_by("-period_until", "-pk")[:PERIODS])
    whole = (row for row in newest if (row.period_until - row.period_from).days + 1 in YEAR_DAYS)
    return next(whole, newest[0] if newest else None)


def threshold_amounts(day: date) -> list[tuple[str, Decimal]]:
    """Name and amount of each threshold in use on ``day``; none where there are no confirmed figures."""
    baseline = baseline_on(day)
    if baseline is None:
        return []
    rows = MaterialityThreshold.objects.filter(Q(ended_on=None) | Q(ended_on__gt=day)).order_by("pk")
    found = ((row.name, row.amount(baseline)) for row in rows)
    return [(name, amount) for name, amount in found if amount is not None]


def words() -> list[rules.Word]:
    """The company's words for money."""
    rows = Rating.objects.filter(ended_on=None).order_by("from_amount")
    return [rules.Word(row.label, row.from_amount) for row in rows]


def listed(risks: Iterable[Risk]) -> str:
    """Number, title and category of each, one a line: what an acceptance or a body's answer was given on."""
    return "\n".join(f"{risk.number} {risk.title} ({risk.category})" for risk in risks)
