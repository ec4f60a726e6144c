"""The greatest risks and the year's loss against appetite, for pages that speak of more than risk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from quarterdeck.areas.risks.models import Analysis, Risk
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.web.risks import drawing
from quarterdeck.web.risks.frame import frame_of, open_risks
from quarterdeck.web.risks.register import Head, head_of

FIVE = 5


@dataclass(frozen=True)
class Glance:
    """The year of all risks that the reader may see, and the greatest five with what each costs."""

    head: Head
    top: tuple[tuple[Risk, str, str], ...]


def glance(sight: Sight, today: date) -> Glance | None:
    """Nothing while no open risk is estimated, or for those to whom analyses are not open."""
    if not all(sight.may_view(resource_of(model)) for model in (Risk, Analysis)):
        return None
    rows = list(open_risks(sight).exclude(expected=None).order_by("-exposure", "-pk")[:FIVE])
    if not rows:
        return None
    frame = frame_of(sight, today)
    unit, found = frame.currency, head_of(frame, sight)
    if found is None:
        return None
    return Glance(
        found,
        tuple((row, drawing.money(row.expected, unit), drawing.money(row.bad_year, unit)) for row in rows),
    )
