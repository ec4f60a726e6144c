"""The product's pictures of money at risk, as SVG that needs no script and no inline style.

    picture = exceedance(Exceedance((Curve("Today", "current", points),), (Mark("Materiality", 12e6, "materiality"),), "USD"))
    picture.svg, picture.summary, picture.table

Each kind is a frozen dataclass in and a `Picture` out. Colours come from the stylesheet by class. All words come from
outside (`Words`); amounts and shares are written by `Words.money` and `Words.share`. Kinds and classes: docs/guide/charts.md.
"""

from quarterdeck.engines.charts.bars import Contributions, Part, Swing, Tornado, contributions, tornado
from quarterdeck.engines.charts.density import Density, density
from quarterdeck.engines.charts.exceedance import (
    Curve,
    CurveKind,
    Edges,
    Exceedance,
    Mark,
    MarkKind,
    amount_at,
    exceedance,
    probability_at,
)
from quarterdeck.engines.charts.frontier import Frontier, Option, frontier
from quarterdeck.engines.charts.model import Picture, Table
from quarterdeck.engines.charts.ranges import Range, Ranges, ranges
from quarterdeck.engines.charts.words import CHINESE, ENGLISH, Words, share, short

__all__ = [
    "CHINESE",
    "ENGLISH",
    "Contributions",
    "Curve",
    "CurveKind",
    "Density",
    "Edges",
    "Exceedance",
    "Frontier",
    "Mark",
    "MarkKind",
    "Option",
    "Part",
    "Picture",
    "Range",
    "Ranges",
    "Swing",
    "Table",
    "Tornado",
    "Words",
    "amount_at",
    "contributions",
    "density",
    "exceedance",
    "frontier",
    "probability_at",
    "ranges",
    "share",
    "short",
    "tornado",
]
