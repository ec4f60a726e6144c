"""The words of the charts in the reader's language; what draws them is `quarterdeck.engines.charts`."""

from __future__ import annotations

from functools import lru_cache, partial

from django.utils import translation
from django.utils.translation import gettext as _

from quarterdeck.engines import charts


def chart_words() -> charts.Words:
    """Every word of the charts for the reader of this request; amounts in the units of that language."""
    return _chart_words(translation.get_language())


@lru_cache(maxsize=16)
def _chart_words(language: str | None) -> charts.Words:
    """A list of amounts asks for them a hundred times. ``language`` is the one active, which decides the words."""
    chinese = (language or "").startswith("zh")
    return charts.Words(
        money=partial(charts.short, units=charts.CHINESE if chinese else charts.ENGLISH),
        nothing=_("Nothing to draw yet"),
        loss=_("Loss in a year"),
        more_than=_("More than"),
        probability=_("Probability of a greater loss"),
        band=_("Range of {curve}"),
        tolerance_curve=_("Tolerance"),
        exceedance_title=_("How likely is a year that costs more?"),
        exceedance_summary=_("{curve}, probability of a year that costs more: {list}."),
        exceedance_at=_("{amount} ({line}) {share}"),
        comma=_(", "),
        exceedance_tail=_("{curve}: one year in {years} costs more than {amount}."),
        density_title=_("What one event costs"),
        density_summary=_("Half of all events cost more than {middle}; nine in ten cost between {low} and {high}."),
        quantile=_("{share} below"),
        amount=_("Amount"),
        tornado_title=_("What the figure hangs on"),
        tornado_base=_("now {amount}"),
        tornado_summary=_("{label} moves it most: from {low} to {high}."),
        input=_("Input"),
        low=_("Low"),
        high=_("High"),
        contributions_title=_("Where the loss comes from"),
        contributions_summary=_("{label} adds most: {amount}, {share} of the whole."),
        others=_("{count} more"),
        scenario=_("Scenario"),
        part=_("Share"),
        frontier_title=_("What safeguards cost and what they save"),
        frontier_summary=_("{label} saves {value} for {cost}."),
        frontier_none=_("No choice lies on the frontier."),
        cost=_("Cost in a year"),
        value=_("Loss avoided in a year"),
        choice=_("Choice"),
        on_frontier=_("On the frontier"),
        yes=_("yes"),
        no=_("no"),
        range_summary=_("{label}: {low} to {high}, middle {middle}."),
        middle=_("Middle"),
    )
