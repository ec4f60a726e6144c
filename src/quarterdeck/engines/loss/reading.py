"""From a JSON object to a `Portfolio`: every refusal names the scenario and the field."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Final

from quarterdeck.engines.loss.forms import FORMS, composed
from quarterdeck.engines.loss.frequency import Binomial, Frequency, NegativeBinomial, Poisson
from quarterdeck.engines.loss.model import (
    MAX_SCENARIOS,
    CommonShock,
    Dependence,
    Independent,
    Limit,
    LossError,
    OneFactorCopula,
    Portfolio,
    Scenario,
    SharedGamma,
)
from quarterdeck.engines.loss.severity import (
    Exponential,
    Levy,
    Lognormal,
    Pert,
    Severity,
    atomic,
    lognormal_interval,
)

MOST_EVENTS: Final = 1e4
"""The most events a year that a scenario may have: with many more, each is too small for any grid that holds the year."""
LARGEST: Final = 1e18
"""The largest amount read."""
MOST_VALUES: Final = 100_000
MAX_SIGMA: Final = 10.0

Fields = Mapping[str, object]


class Reader:
    """The fields of one part of the portfolio, and how a refusal names them."""

    def __init__(self, given: object, path: str, scenario: str | None, known: frozenset[str] | None = None) -> None:
        self.path, self.scenario = path, scenario
        if not isinstance(given, dict):
            raise LossError("type", "an object is expected here", path or "portfolio", scenario)
        self.given: Fields = given
        if known is not None:
            for name in given:
                if name not in known:
                    raise self.error(
                        str(name), "unknown", f"there is no such field; known are {', '.join(sorted(known))}"
                    )

    def spelt_like(self, known: frozenset[str]) -> None:
        """Refuse a field that is not known but nearly spelt like one: figures without it would not be those meant.

        Other fields are notes of whoever wrote the file, and passed over.
        """
        for name in self.given:
            if name not in known and (meant := get_close_matches(str(name)[:40], sorted(known), 1, 0.84)):
                raise self.error(
                    str(name)[:40], "unknown", f"there is no such field; {meant[0]} is nearly spelt like it"
                )

    def error(self, name: str, code: str, reason: str) -> LossError:
        return LossError(code, reason, f"{self.path}.{name}" if self.path else name, self.scenario)

    def number(
        self,
        name: str,
        least: float = -math.inf,
        most: float = math.inf,
        *,
        above: bool = False,
        default: float | None = None,
    ) -> float:
        if name not in self.given:
            if default is not None:
                return default
            raise self.error(name, "missing", "this field is missing")
        return self.check(name, self.given[name], least, most, above=above)

    def check(self, name: str, value: object, least: float, most: float, *, above: bool = False) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(name, "type", "a number is expected here")
        try:
            number = float(value)
        except OverflowError:
            raise self.error(name, "range", "this number is too large") from None
        if not math.isfinite(number):
            raise self.error(name, "not-finite", "this is not a finite number")
        if number < least or (above and number == least):
            word = "greater than" if above else "at least"
            raise self.error(name, "range", f"{number:g} is not allowed: it has to be {word} {least:g}")
        if number > most:
            raise self.error(name, "range", f"{number:g} is not allowed: it has to be at most {most:g}")
        return number

    def numbers(self, name: str, least: float, most: float) -> list[float]:
        value = self.given.get(name)
        if not isinstance(value, list) or not value:
            raise self.error(name, "type", "a list of numbers is expected here, with at least one")
        if len(value) > MOST_VALUES:
            raise self.error(name, "range", f"at most {MOST_VALUES} values are read")
        return [self.check(f"{name}[{at}]", item, least, most) for at, item in enumerate(value)]

    def shares(self, name: str, least: float, most: float, ids: frozenset[str]) -> dict[str, float]:
        value = self.given.get(name)
        if not isinstance(value, dict):
            raise self.error(name, "type", "an object of scenario ids and numbers is expected here")
        for key in value:
            if key not in ids:
                raise self.error(f"{name}.{key}", "unknown-scenario", "there is no scenario with this id")
        return {str(key): self.check(f"{name}.{key}", item, least, most) for key, item in value.items()}

    def word(self, name: str) -> str | None:
        value = self.given.get(name)
        if value is not None and not isinstance(value, str):
            raise self.error(name, "type", "a text is expected here")
        return value


# ---------------------------------------------------------------- frequencies


def _gamma_poisson(read: Reader) -> Frequency:
    shape, rate = read.number("shape", 0, 1e12, above=True), read.number("rate", 0, above=True)
    return NegativeBinomial(shape, 1 / rate)


def _binomial(read: Reader) -> Frequency:
    count = read.number("n", 0, MOST_EVENTS)
    if count != int(count):
        raise read.error("n", "type", "a whole number is expected here")
    return Binomial(int(count), read.number("p", 0, 1))


_FREQUENCIES: Final[Mapping[str, tuple[frozenset[str], Callable[[Reader], Frequency]]]] = {
    "poisson": (frozenset({"rate"}), lambda read: Poisson(read.number("rate", 0, MOST_EVENTS))),
    "gamma_poisson": (frozenset({"shape", "rate"}), _gamma_poisson),
    "negative_binomial": (
        frozenset({"r", "beta"}),
        lambda read: NegativeBinomial(read.number("r", 0, 1e12, above=True), read.number("beta", 0)),
    ),
    "binomial": (frozenset({"n", "p"}), _binomial),
    "bernoulli": (frozenset({"probability"}), lambda read: Binomial(1, read.number("probability", 0, 1))),
}


# ---------------------------------------------------------------- severities


def _constant(value: float) -> Severity:
    return atomic({value: 1.0})


def _lognormal(read: Reader) -> Severity:
    mu, sigma = read.number("mu", -100, 100), read.number("sigma", 0, MAX_SIGMA)
    return Lognormal(mu, sigma) if sigma > 0 else _constant(math.exp(mu))


def _lognormal_interval(read: Reader) -> Severity:
    low, high = _ordered(read, "low", "high", above=True)
    confidence = read.number("confidence", 0, 1, above=True, default=0.9)
    if confidence >= 1:
        raise read.error("confidence", "range", "no finite interval holds a lognormal amount for certain: less than 1")
    if low == high:
        return _constant(low)
    law = lognormal_interval(low, high, confidence)
    if law.sigma > MAX_SIGMA:
        raise read.error(
            "confidence", "range", f"this interval means a sigma of {law.sigma:.3g}; at most {MAX_SIGMA:g}"
        )
    return law


def _ordered(read: Reader, low: str, high: str, *, above: bool = False) -> tuple[float, float]:
    least, most = read.number(low, 0, LARGEST, above=above), read.number(high, 0, LARGEST, above=above)
    if least > most:
        raise read.error(low, "order", f"{low} ({least:g}) is greater than {high} ({most:g})")
    return least, most


def _pert(read: Reader) -> Severity:
    low, high = _ordered(read, "low", "high")
    mode = read.number("mode", 0, LARGEST)
    if not low <= mode <= high:
        raise read.error("mode", "order", f"mode ({mode:g}) is not between low ({low:g}) and high ({high:g})")
    gamma = read.number("gamma", 0, 1000, default=4.0)
    return Pert(low, mode, high, gamma) if low < high else _constant(low)


def _empirical(read: Reader) -> Severity:
    values = read.numbers("values", 0, LARGEST)
    pairs: dict[float, float] = {}
    for value in values:
        pairs[value] = pairs.get(value, 0) + 1
    return atomic({value: count / len(values) for value, count in pairs.items()})


def _discrete(read: Reader) -> Severity:
    values, shares = read.numbers("values", 0, LARGEST), read.numbers("probabilities", 0, 1)
    if len(values) != len(shares):
        raise read.error("probabilities", "length", f"{len(shares)} probabilities for {len(values)} values")
    total = math.fsum(shares)
    if abs(total - 1) > 1e-6:
        raise read.error("probabilities", "range", f"the probabilities sum to {total:.9g}, not to 1")
    pairs: dict[float, float] = {}
    for value, share in zip(values, shares, strict=True):
        if share > 0:
            pairs[value] = pairs.get(value, 0) + share / total
    return atomic(pairs)


_SEVERITIES: Final[Mapping[str, tuple[frozenset[str], Callable[[Reader], Severity]]]] = {
    "lognormal": (frozenset({"mu", "sigma"}), _lognormal),
    "lognormal_interval": (frozenset({"low", "high", "confidence"}), _lognormal_interval),
    "pert": (frozenset({"low", "mode", "high", "gamma"}), _pert),
    "exponential": (frozenset({"mean"}), lambda read: Exponential(read.number("mean", 0, LARGEST, above=True))),
    "levy": (frozenset({"scale"}), lambda read: Levy(read.number("scale", 0, LARGEST, above=True))),
    "constant": (frozenset({"value"}), lambda read: _constant(read.number("value", 0, LARGEST))),
    "empirical": (frozenset({"values"}), _empirical),
    "discrete": (frozenset({"values", "probabilities"}), _discrete),
}
_PORTFOLIO: Final = frozenset({"currency", "scenarios", "thresholds", "dependence"})
_SCENARIO: Final = frozenset({"id", "frequency", "severity", "cap", "currency", "infinite_mean"})
_THRESHOLD: Final = frozenset({"name", "amount", "currency"})
_EVERYWHERE: Final = frozenset({"kind", "currency", "infinite_mean"})


# ---------------------------------------------------------------- the whole


def _kind(given: object, path: str, scenario: str | None, kinds: Mapping[str, tuple[frozenset[str], object]]) -> str:
    read = Reader(given, path, scenario)
    kind = read.word("kind")
    if kind is None or kind not in kinds:
        names = [*kinds, "forms"] if kinds is _SEVERITIES else list(kinds)
        raise read.error("kind", "unknown-kind", f"one of {', '.join(names)} is expected here")
    return kind


def read_frequency(given: object, scenario: str | None = None) -> Frequency:
    """The law that ``{"kind": …}`` describes. Raises `LossError`."""
    known, make = _FREQUENCIES[_kind(given, "frequency", scenario, _FREQUENCIES)]
    return make(Reader(given, "frequency", scenario, known | _EVERYWHERE))


def read_severity(
    given: object, scenario: str | None = None, path: str = "severity", currency: str | None = None
) -> Severity:
    """The law that ``{"kind": …}`` describes, in `currency` if that is known. Raises `LossError`."""
    if Reader(given, path, scenario).word("kind") == "forms":
        return _forms(given, scenario, path, currency)
    known, make = _SEVERITIES[_kind(given, path, scenario, _SEVERITIES)]
    return make(Reader(given, path, scenario, known | _EVERYWHERE))


def _forms(given: object, scenario: str | None, path: str, currency: str | None) -> Severity:
    read = Reader(given, path, scenario, frozenset({"primary", "secondary"}) | _EVERYWHERE)
    primary = _form_laws(read, "primary", f"{path}.primary", currency)
    secondary: tuple[Severity, ...] = ()
    probability = 0.0
    if read.given.get("secondary") is not None:
        where = f"{path}.secondary"
        inner = Reader(read.given["secondary"], where, scenario, frozenset({"probability", "forms"}))
        probability = inner.number("probability", 0, 1)
        secondary = _form_laws(inner, "forms", f"{where}.forms", currency)
    if not primary and not secondary:
        raise read.error("primary", "missing", f"at least one form is expected here: {', '.join(FORMS)}")
    try:
        # without primary losses an event costs nothing where there are no secondary ones
        return composed(primary or (_constant(0.0),), secondary, probability)
    except ValueError as refusal:
        raise LossError("range", str(refusal), path, scenario) from None


def _form_laws(read: Reader, name: str, path: str, currency: str | None) -> tuple[Severity, ...]:
    value = read.given.get(name)
    if value is None:
        return ()
    forms = Reader(value, path, read.scenario, frozenset(FORMS))
    found = []
    for form, given in forms.given.items():
        where = f"{path}.{form}"
        part = Reader(given, where, read.scenario)
        if part.word("kind") == "forms":
            raise part.error("kind", "unknown-kind", "a form of loss has no forms of its own")
        if part.word("currency") is not None:
            _same_currency(part, currency)
        found.append(read_severity(given, read.scenario, where))
    return tuple(found)


def _same_currency(read: Reader, currency: str | None) -> None:
    other = read.word("currency")
    if other is not None and other != currency:
        whole = f"the portfolio's is {currency}" if currency else "the portfolio names none"
        raise read.error("currency", "currency", f"this is in {other}, {whole}; convert it first")


def _accepts(read: Reader) -> bool:
    value = read.given.get("infinite_mean")
    if value not in (None, False, True, "accept", "refuse"):
        raise read.error("infinite_mean", "type", "accept or refuse is expected here")
    return value in (True, "accept")


def _scenario(given: object, place: int, currency: str | None) -> Scenario:
    if not isinstance(given, dict):
        raise LossError("type", "an object is expected here", f"scenarios[{place}]")
    read = Reader(given, "", f"scenarios[{place}]")
    name = read.given.get("id")
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)
    if not isinstance(name, str) or not name:
        raise read.error("id", "missing", "every scenario has an id, a text")
    read.scenario = name
    read.spelt_like(_SCENARIO)
    _same_currency(read, currency)
    severity_read = Reader(read.given.get("severity"), "severity", name)
    _same_currency(severity_read, currency)
    frequency, severity = (
        read_frequency(read.given.get("frequency"), name),
        read_severity(severity_read.given, name, currency=currency),
    )
    if frequency.mean > MOST_EVENTS:
        raise LossError("range", f"{frequency.mean:g} events a year: at most {MOST_EVENTS:g}", "frequency", name)
    cap = None if read.given.get("cap") is None else read.number("cap", 0, LARGEST, above=True)
    accepted = _accepts(read) or _accepts(severity_read)
    if cap is None and not accepted and not math.isfinite(severity.mean):
        reason = 'this severity has no finite mean: give the scenario a cap, or answer "infinite_mean": "accept"'
        raise LossError("infinite-mean", reason, "severity", name)
    return Scenario(name, frequency, severity, cap, accepted)


def read_portfolio(document: object) -> Portfolio:
    """The portfolio that a JSON document describes. Raises `LossError`."""
    read = Reader(document, "", None)
    read.spelt_like(_PORTFOLIO)
    currency = read.word("currency")
    listed = read.given.get("scenarios")
    if not isinstance(listed, list):
        raise read.error("scenarios", "missing", "a list of scenarios is expected here")
    if len(listed) > MAX_SCENARIOS:
        raise read.error("scenarios", "too-many", f"{len(listed)} scenarios: at most {MAX_SCENARIOS} are computed")
    scenarios: list[Scenario] = []
    seen: set[str] = set()
    for place, given in enumerate(listed):
        item = _scenario(given, place, currency)
        if item.id in seen:
            raise LossError("twice", "another scenario has this id too", "id", item.id)
        seen.add(item.id)
        scenarios.append(item)
    asked = [] if read.given.get("thresholds") is None else read.given["thresholds"]
    if not isinstance(asked, list):
        raise read.error("thresholds", "type", "a list is expected here")
    thresholds: list[Limit] = []
    for place, given in enumerate(asked):
        limit = Reader(given, f"thresholds[{place}]", None)
        limit.spelt_like(_THRESHOLD)
        _same_currency(limit, currency)
        thresholds.append(Limit(limit.word("name") or f"threshold {place + 1}", limit.number("amount", 0, LARGEST)))
    dependence = _dependence(read.given.get("dependence"), frozenset(seen))
    return Portfolio(tuple(scenarios), currency, tuple(thresholds), dependence)


_DEPENDENCES: Final[Mapping[str, tuple[frozenset[str], None]]] = {
    "independent": (frozenset({"kind"}), None),
    "gamma": (frozenset({"kind", "theta"}), None),
    "common_shock": (frozenset({"kind", "rate", "members"}), None),
    "gaussian": (frozenset({"kind", "loadings"}), None),
    "t": (frozenset({"kind", "loadings", "df"}), None),
}


def _dependence(given: object, ids: frozenset[str]) -> Dependence:
    if given is None or given == "independent":
        return Independent()
    kind = _kind(given, "dependence", None, _DEPENDENCES)
    read = Reader(given, "dependence", None, _DEPENDENCES[kind][0])
    if kind == "gamma":
        return SharedGamma(read.number("theta", 0, 1000))
    if kind == "common_shock":
        return CommonShock(read.number("rate", 0, MOST_EVENTS), read.shares("members", 0, 1, ids))
    if kind == "independent":
        return Independent()
    loadings = read.shares("loadings", -0.9999, 0.9999, ids)
    return OneFactorCopula(loadings, read.number("df", 0.5, 1e6) if kind == "t" else None)
