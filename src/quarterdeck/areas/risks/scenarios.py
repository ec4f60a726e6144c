"""From estimates to what the loss engine reads, and back: what it refuses, by the field of the form it came from."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import NormalDist
from typing import Final, Protocol

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.risks import rules
from quarterdeck.engines.loss import Analysis, Binomial, Lognormal, LossError, Pert, Portfolio, Scenario, read_portfolio
from quarterdeck.engines.loss.estimation.frequency import GammaRate, gamma_from_interval
from quarterdeck.engines.loss.late import special
from quarterdeck.kernel.actions.base import Text

FORMS: Final = ("productivity", "response", "replacement", "fines", "competitive", "reputation")
#: The words of the engine for the two that the register shortens.
_ENGINE_FORM: Final = {"fines": "fines_and_judgments", "competitive": "competitive_advantage"}
SHORT: Final = {word: short for short, word in _ENGINE_FORM.items()}
_FIELDS: Final = (
    ("frequency.probability", "chance"),
    ("frequency", "rate_high"),
    ("severity.low", "low"),
    ("severity.mode", "likely"),
    ("severity.value", "likely"),
    ("severity.high", "high"),
    ("severity.confidence", "high"),
    ("severity.primary", "forms"),
    ("severity.secondary", "forms"),
    ("severity", "high"),
    ("cap", "cap"),
)

#: The largest amount of money kept: a thousand billion, in any currency.
MOST: Final = Decimal(10) ** 15

Document = dict[str, object]


class Estimated(Protocol):
    """The fields of an estimate that say how often and how much."""

    often: str
    rate_low: Decimal | None
    rate_high: Decimal | None
    vulnerability: Decimal | None
    chance: Decimal | None
    much: str
    low: Decimal | None
    likely: Decimal | None
    high: Decimal | None
    cap: Decimal | None
    forms: str
    shape: Decimal | None
    years: Decimal | None


class FieldFault(ValueError):
    """A field that does not hold what the others ask for."""

    def __init__(self, field: str, reason: Text) -> None:
        super().__init__(str(reason))
        self.field, self.reason = field, reason


def _asked(given: Decimal | None, field: str, reason: Text) -> Decimal:
    if given is None:
        raise FieldFault(field, reason)
    return given


def gamma_of(estimate: Estimated) -> GammaRate | None:
    """The law of the rate of loss events where it is uncertain; None where it is certain. Raises FieldFault."""
    if estimate.often == "chance":
        return None
    if estimate.shape is not None and estimate.years is not None:
        return GammaRate(float(estimate.shape), float(estimate.years))
    low, high = _rates(estimate)
    if low == high:
        return None
    if low == 0:
        raise FieldFault("rate_low", _("An interval begins above 0: once in a hundred years is 0.01."))
    try:
        law = gamma_from_interval(float(low), float(high))
    except ValueError as fault:
        raise FieldFault(
            "rate_high", _("The two ends are too near or too far apart; if the rate is certain, give it twice.")
        ) from fault
    if estimate.often == "threat":
        return GammaRate(law.events, law.years / float(_share(estimate)))
    return law


def _rates(estimate: Estimated) -> tuple[Decimal, Decimal]:
    low = estimate.rate_low if estimate.rate_low is not None else estimate.rate_high
    low = _asked(low, "rate_low", _("Say how often a year, from low to high."))
    high = estimate.rate_high if estimate.rate_high is not None else low
    if low < 0:
        raise FieldFault("rate_low", _("Nothing happens less often than never: give 0 or more."))
    if low > high:
        raise FieldFault("rate_low", _("The low end is above the high end."))
    return low, high


def _share(estimate: Estimated) -> Decimal:
    given = _asked(estimate.vulnerability, "vulnerability", _("Say which share of threat events succeeds."))
    if given == 0:
        raise FieldFault("vulnerability", _("If none succeeds there is no risk: give a share above 0."))
    return given


def frequency_of(estimate: Estimated) -> Document:
    """The engine's frequency. Raises FieldFault."""
    if estimate.often == "chance":
        given = _asked(estimate.chance, "chance", _("Say with which chance it happens in a year."))
        return {"kind": "bernoulli", "probability": float(given)}
    law = gamma_of(estimate)
    if law is not None:
        return {"kind": "gamma_poisson", "shape": law.events, "rate": law.years}
    rate = _rates(estimate)[0]
    return {"kind": "poisson", "rate": float(rate * _share(estimate) if estimate.often == "threat" else rate)}


def severity_of(estimate: Estimated) -> Document:
    """The engine's severity. Raises FieldFault."""
    if estimate.much == "forms":
        return forms_of(estimate.forms)
    if estimate.much == "amount":
        value = _asked(estimate.likely, "likely", _("Say the amount."))
        return {"kind": "constant", "value": float(value)}
    low = _asked(estimate.low, "low", _("Give the low end of the loss of one event."))
    high = _asked(estimate.high, "high", _("Give the high end of the loss of one event."))
    if low > high:
        raise FieldFault("low", _("The low end is above the high end."))
    if estimate.much == "bounds":
        likely = _asked(estimate.likely, "likely", _("Hard bounds need the most likely amount between them."))
        if not low <= likely <= high:
            raise FieldFault("likely", _("The most likely amount lies between the two bounds."))
        return {"kind": "pert", "low": float(low), "mode": float(likely), "high": float(high)}
    if low == 0:
        raise FieldFault("low", _("A 90 % interval begins above 0: give the least amount that would be noticed."))
    return {"kind": "lognormal_interval", "low": float(low), "high": float(high), "confidence": 0.9}


def forms_of(text: str) -> Document:
    """Lines of forms as the engine's severity. Raises FieldFault on the first line that cannot be read."""
    primary: Document = {}
    secondary: Document = {}
    share: Decimal | None = None
    lines = [(at, line) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > rules.LINES:
        raise FieldFault("forms", _("At most 40 lines are read."))
    for at, line in lines:
        words = [word for word in re.split(r"[\t;: ]+", line.strip().lower()) if word and word != "–"]
        where = {"line": at}
        if words[:2] == ["secondary", "share"] and len(words) == 3:
            share = rules.chance(words[2])
            if share is None or not 0 < share <= 1:
                raise FieldFault("forms", str(_("Line %(line)d: the share lies between 0 and 1.")) % where)
            continue
        if len(words) != 4 or words[0] not in ("primary", "secondary") or words[1] not in FORMS:
            expected = _("Line %(line)d: primary or secondary, one of %(forms)s, low, high.")
            raise FieldFault("forms", str(expected) % {**where, "forms": ", ".join(FORMS)})
        low, high = rules.number(words[2]), rules.number(words[3])
        if low is None or high is None or low <= 0 or low > high:
            raise FieldFault("forms", str(_("Line %(line)d: two amounts above 0, the lower one first.")) % where)
        kept = primary if words[0] == "primary" else secondary
        name = _ENGINE_FORM.get(words[1], words[1])
        if name in kept:
            raise FieldFault("forms", str(_("Line %(line)d: this form stands there already.")) % where)
        kept[name] = {"kind": "lognormal_interval", "low": float(low), "high": float(high), "confidence": 0.9}
    if not primary:
        raise FieldFault("forms", _("Name at least one primary form of loss with its low and high amounts."))
    found: Document = {"kind": "forms", "primary": primary}
    if secondary:
        if share is None:
            raise FieldFault("forms", _("Say how often secondary losses follow: secondary share 0.3."))
        found["secondary"] = {"probability": float(share), "forms": secondary}
    return found


def scenario_of(estimate: Estimated, name: str) -> Document:
    """One scenario as the engine reads it. Raises FieldFault."""
    document: Document = {"id": name, "frequency": frequency_of(estimate), "severity": severity_of(estimate)}
    if estimate.cap is not None:
        document["cap"] = float(estimate.cap)
    return document


def faults(estimate: Estimated) -> dict[str, Text]:
    """What keeps an estimate from being computed, by field; empty when nothing does."""
    try:
        read_portfolio({"currency": "USD", "scenarios": [scenario_of(estimate, "risk")]})
    except FieldFault as fault:
        return {fault.field: fault.reason}
    except LossError as fault:
        return {_field(fault.field): str(fault)}
    return {}


def _field(path: str) -> str:
    place = re.sub(r"^scenarios\[\d+\]\.?", "", path)
    return next((field for start, field in _FIELDS if place.startswith(start)), "much")


@dataclass(frozen=True)
class Figures:
    """What one risk may cost a year, in its currency; ``event_*`` are the 5th and 95th percentile of one event."""

    expected: Decimal | None
    bad_year: Decimal
    worst_year: Decimal
    any_loss: Decimal
    event_low: Decimal
    event_high: Decimal


def portfolio_of(scenarios: Sequence[Document], currency: str, **more: object) -> Portfolio:
    """The engine's portfolio. Raises LossError, naming scenario and field."""
    return read_portfolio({"currency": currency, "scenarios": list(scenarios), **more})


def cents(value: float) -> Decimal:
    """An amount as it is kept: to the cent, at most what the register holds."""
    return min(Decimal(repr(value)), MOST).quantize(Decimal("0.01"))


def figures_of(scenario: Mapping[str, object], currency: str) -> Figures:
    """The figures of one scenario by itself: what the register shows, and nothing beyond it. Raises LossError."""
    analysis = Analysis(portfolio_of([dict(scenario)], currency))
    # From the highest level down: the grid of the rarest year holds the others too.
    worst, bad = analysis.quantile(0.99)[0], analysis.quantile(0.95)[0]
    kept = analysis.engine.portfolio.scenarios[0]
    low, high = (cents(_event_quantile(kept, level, currency)) for level in (0.05, 0.95))
    any_loss = Decimal(repr(1 - analysis.engine.no_loss)).quantize(Decimal("0.000001"))
    expected = None if analysis.expected is None else cents(analysis.expected)
    return Figures(expected, cents(bad), cents(worst), any_loss, low, high)


def _event_quantile(scenario: Scenario, level: float, currency: str) -> float:
    """The amount that one event does not exceed with probability ``level``, its cap counted."""
    law, cap = scenario.severity, scenario.cap if scenario.cap is not None else float("inf")
    if isinstance(law, Lognormal):
        return min(cap, math.exp(law.mu + law.sigma * NormalDist().inv_cdf(level)))
    if isinstance(law, Pert):
        return min(cap, law.minimum + (law.maximum - law.minimum) * float(special.betaincinv(law.a, law.b, level)))
    once = Portfolio((replace(scenario, frequency=Binomial(1, 1.0)),), currency)
    return Analysis(once).quantile(level)[0]
