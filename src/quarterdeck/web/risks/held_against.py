"""What a reader may see of what losses are held against: the appetite that holds, and amounts of materiality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from quarterdeck.areas.risks.models import Appetite, FinancialBaseline, MaterialityThreshold
from quarterdeck.areas.risks.queries import appetite_for, threshold_amounts
from quarterdeck.engines import charts
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight


@dataclass(frozen=True)
class Held:
    """Appetite and tolerance of a unit, and the thresholds of the company, as far as the reader may see them."""

    appetite: Appetite | None
    thresholds: tuple[tuple[str, float], ...]

    @property
    def tolerance(self) -> tuple[tuple[float, float], ...]:
        return self.appetite.points if self.appetite is not None else ()

    def marks(self, appetite: str = "") -> tuple[charts.Mark, ...]:
        """The lines of a picture; the appetite's too where it is given a name."""
        lines = [charts.Mark(name, amount, "materiality") for name, amount in self.thresholds]
        if self.appetite is not None and appetite:
            lines.append(charts.Mark(appetite, float(self.appetite.expected_limit), "appetite"))
        return tuple(lines)


def held(sight: Sight, unit: Unit, day: date) -> Held:
    """What holds for ``unit`` on ``day``."""
    found = appetite_for(unit, day) if sight.may_view(resource_of(Appetite)) else None
    if found is not None and not sight.shows(found):
        found = None
    may = all(sight.may_view(resource_of(model)) for model in (FinancialBaseline, MaterialityThreshold))
    amounts = threshold_amounts(day) if may else []
    return Held(found, tuple((name, float(amount)) for name, amount in amounts))
