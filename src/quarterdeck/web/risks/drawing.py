"""Pictures of risk in money, with the lines that the company drew itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from quarterdeck.areas.risks.models import Risk
from quarterdeck.engines import charts
from quarterdeck.engines.charts import CurveKind
from quarterdeck.engines.loss import Quantified
from quarterdeck.kernel.ui.charts import chart_words
from quarterdeck.kernel.ui.formats import number
from quarterdeck.web.risks.figures import Law
from quarterdeck.web.risks.held_against import Held


def curve_names() -> dict[CurveKind, str]:
    """The three states of a risk in a word each."""
    return {"inherent": _("Inherent"), "current": _("Current"), "residual": _("Residual")}


def exceedance(laws: Mapping[CurveKind, Law], held: Held, currency: str) -> charts.Picture:
    """The curves of one risk, with the band of the current one."""
    names = curve_names()
    band = None
    current = laws.get("current")
    if current is not None and current.band is not None:
        band = charts.Edges(names["current"], current.band.lower, current.band.middle, current.band.upper)
    curves = [charts.Curve(names[kind], kind, law.figures.exceedance) for kind, law in laws.items()]
    return charts.exceedance(
        charts.Exceedance(curves, held.marks(_("Appetite")), currency, band, held.tolerance), chart_words()
    )


def before_after(before: Quantified, after: Quantified, held: Held, currency: str) -> charts.Picture:
    """A year as it is and with treatments."""
    curves = [
        charts.Curve(_("Now"), "current", before.exceedance),
        charts.Curve(_("With these"), "residual", after.exceedance),
    ]
    return charts.exceedance(
        charts.Exceedance(curves, held.marks(_("Appetite")), currency, None, held.tolerance), chart_words()
    )


def ranges(risks: Sequence[Risk], lines: Sequence[charts.Mark], currency: str) -> dict[int, charts.Picture]:
    """For each risk with an estimate what one event costs, 5 to 95 %, and between them the expected year."""
    rows, keys = [], []
    for risk in risks:
        if risk.event_low is None or risk.event_high is None:
            continue
        low, high = float(risk.event_low), float(risk.event_high)
        middle = (low * high) ** 0.5 if low > 0 else high / 2
        keys.append(risk.pk)
        rows.append(charts.Range(risk.number, low, middle, high))
    return dict(zip(keys, _ranges(tuple(rows), tuple(lines), currency, chart_words()), strict=True))


@lru_cache(maxsize=64)
def _ranges(
    rows: tuple[charts.Range, ...], lines: tuple[charts.Mark, ...], currency: str, words: charts.Words
) -> tuple[charts.Picture, ...]:
    """Drawing fifty rows takes a quarter of a page, and most pages show the rows that they showed before."""
    return charts.ranges(charts.Ranges(rows, lines, currency), words)


def money(amount: Decimal | float | None, currency: str) -> str:
    """An amount as people say it: USD 1.2m. A dash where there is none."""
    return "–" if amount is None else str(chart_words().money(float(amount), currency))


def writer(currency: str) -> Callable[[Decimal | None], str]:
    """:func:`money` for the many amounts of one list: the reader's language is looked up once, and an amount written once."""
    words, written = chart_words(), dict[Decimal, str]()

    def write(amount: Decimal | None) -> str:
        if amount is None:
            return "–"
        if amount not in written:
            written[amount] = str(words.money(float(amount), currency))
        return written[amount]

    return write


def share(chance: float) -> str:
    return charts.share(chance)


def whole(amount: Decimal | float | None, currency: str) -> str:
    """An amount to the unit, where its digits matter."""
    return "–" if amount is None else f"{currency} {number(Decimal(repr(float(amount))), 0)}"
