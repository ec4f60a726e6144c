"""A file or pasted rows → what each row gives, each cell with its place, so that a fault can be found where it stands.

Nothing of a file is trusted: sizes are bounded, formulas are not evaluated, macros and links are refused, and a cell is a text until a
column says what it holds.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from quarterdeck.areas.risks.files.columns import AMOUNTS, BY_KEY, Column, names, plainly
from quarterdeck.areas.risks.scenarios import SHORT, Document
from quarterdeck.engines.loss import MAX_SCENARIOS, LossError, lognormal_interval, read_portfolio
from quarterdeck.engines.loss.estimation.frequency import GammaRate
from quarterdeck.engines.questionnaires.cells import as_typed
from quarterdeck.engines.questionnaires.model import Unreadable
from quarterdeck.engines.questionnaires.sheets import decoded, read_sheets
from quarterdeck.engines.questionnaires.workbook_guard import column_letters

#: Characters of pasted rows.
MOST_PASTED: Final = 2_000_000
#: Rows in which headings are looked for.
_HEAD: Final = 10
_NORMAL_95: Final = 1.6448536269514722


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where: sheet, row and column, or scenario and field."""

    where: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class Faulty(Exception):
    """A file that cannot be taken in, with everything that is wrong in it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(str(faults[0]))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Given:
    """One row: cells by the key of their column. ``scenario`` is how the engine was told how often and how much, in JSON."""

    place: str
    cells: Mapping[str, str]
    columns: Mapping[str, str] = field(default_factory=dict)
    scenario: Document | None = None

    def where(self, key: str) -> str:
        """Where the cell of a column stands, in words."""
        if key in self.columns:
            return _("%(row)s, column %(column)s") % {"row": self.place, "column": self.columns[key]}
        label = BY_KEY[key].label if key in BY_KEY else key
        return _("%(row)s, “%(column)s”") % {"row": self.place, "column": label}

    def fault(self, key: str, message: object) -> Fault:
        return Fault(self.where(key), key, str(message))


@dataclass(frozen=True)
class Read:
    """What a file holds: its rows, and headings that are not known and were passed over."""

    rows: tuple[Given, ...]
    passed_over: tuple[str, ...] = ()
    kind: str = ""


def read_file(data: bytes, name: str, currency: str) -> Read:
    """JSON, CSV or XLSX, told by its content. Raises `Faulty`."""
    try:
        if not data.startswith(b"PK") and decoded(
            data[:200] if b"\x00" not in data[:200] else data
        ).lstrip().startswith("{"):
            return _portfolio(decoded(data), name, currency)
        sheets = read_sheets(data, name, MAX_SCENARIOS + _HEAD)
    except Unreadable as error:
        raise Faulty([Fault(name, "", str(error))]) from error
    for sheet in sheets:
        found = _table(sheet.rows, _("Sheet “%(name)s”") % {"name": sheet.name})
        if found is not None:
            return found
    raise Faulty([_headless(name)])


def read_pasted(text: str) -> Read:
    """Rows as a spreadsheet copies them, with tabs between the cells. Raises `Faulty`."""
    where = _("Pasted rows")
    if len(text) > MOST_PASTED:
        raise Faulty([Fault(where, "", _("This is more than can be pasted; send it as a file."))])
    rows = [
        tuple(as_typed(cell.strip()) for cell in row)
        for row in csv.reader(io.StringIO(text, newline=""), delimiter="\t")
    ]
    found = _table(rows, where)
    if found is None:
        raise Faulty([_headless(where)])
    return found


def _headless(where: str) -> Fault:
    wanted = {"number": BY_KEY["number"].label, "title": BY_KEY["title"].label}
    return Fault(
        where, "", _("There is no row of headings with “%(number)s” or “%(title)s” among the first ten.") % wanted
    )


# ---------------------------------------------------------------- tables


def _table(rows: Sequence[Sequence[str]], where: str) -> Read | None:
    known = names()
    for at, row in enumerate(rows[:_HEAD]):
        found: dict[int, Column] = {}
        for place, text in enumerate(row):
            column = known.get(plainly(text))
            if column is not None:
                found[place] = column
        if {"number", "title"} & {column.key for column in found.values()} and (
            len(found) > 1 or len(rows[at + 1 :]) > 0
        ):
            return _rows(rows, at, found, where)
    return None


def _rows(rows: Sequence[Sequence[str]], head: int, found: Mapping[int, Column], where: str) -> Read:
    headings = {place: f"{column_letters(place + 1)} “{rows[head][place]}”" for place in found}
    places: dict[str, int] = {}
    for place, column in found.items():
        if column.key in places:
            both = {"first": headings[places[column.key]], "second": headings[place]}
            message = _("Two columns say the same: %(first)s and %(second)s. Leave one out.") % both
            raise Faulty([Fault(where, column.key, message)])
        places[column.key] = place
    columns = {column.key: headings[place] for place, column in found.items()}
    made = []
    for at in range(head + 1, len(rows)):
        row = rows[at]
        cells = {key: row[place] if place < len(row) else "" for key, place in places.items()}
        if any(cells.values()):
            place_of = _("%(sheet)s, row %(row)d") % {"sheet": where, "row": at + 1}
            made.append(Given(place_of, cells, columns))
    if len(made) > MAX_SCENARIOS:
        raise Faulty([Fault(where, "", _too_many(len(made)))])
    passed = tuple(text for place, text in enumerate(rows[head]) if text and place not in found)
    return Read(tuple(made), passed)


def _too_many(count: int) -> str:
    return _("%(count)d scenarios: at most %(most)d are read.") % {"count": count, "most": MAX_SCENARIOS}


# ---------------------------------------------------------------- JSON


def _portfolio(text: str, name: str, currency: str) -> Read:
    try:
        document = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Faulty([Fault(name, "", _("This is no JSON: %(why)s.") % {"why": error})]) from error
    listed = document.get("scenarios")
    if isinstance(listed, list) and len(listed) > MAX_SCENARIOS:
        raise Faulty([Fault("scenarios", "scenarios", _too_many(len(listed)))])
    try:
        portfolio = read_portfolio(document)
    except LossError as error:
        raise Faulty([Fault(_where(error), error.field, error.reason)]) from error
    if portfolio.currency is not None and portfolio.currency != currency:
        told = {"theirs": portfolio.currency, "ours": currency}
        message = _("It is in %(theirs)s, the register in %(ours)s; convert it first.") % told
        raise Faulty([Fault("currency", "currency", message)])
    tie = document.get("dependence")
    if tie not in (None, "independent") and not (isinstance(tie, dict) and tie.get("kind") == "independent"):
        message = _("The register keeps no ties between scenarios; leave the dependence out.")
        raise Faulty([Fault("dependence", "dependence", message)])
    kind = document.get("kind")
    assert isinstance(listed, list)
    faults: list[Fault] = []
    made = []
    for scenario in listed:
        given = _scenario(scenario, faults)
        if given is not None:
            made.append(given)
        if len(faults) >= 100:
            break
    if faults:
        raise Faulty(faults)
    return Read(tuple(made), (), kind if isinstance(kind, str) else "")


def _once(pairs: list[tuple[str, object]]) -> Document:
    found: Document = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the field {key!r} stands twice in one object")
        found[key] = value
    return found


def _where(error: LossError) -> str:
    return (
        _("Scenario %(name)s, %(field)s") % {"name": error.scenario, "field": error.field}
        if error.scenario
        else error.field
    )


def _scenario(scenario: Document, faults: list[Fault]) -> Given | None:
    name = str(scenario["id"])
    place = _("Scenario %(name)s") % {"name": name}
    register = scenario.get("register")
    cells: dict[str, str] = {}
    if isinstance(register, dict):
        for key, value in register.items():
            if key not in BY_KEY or BY_KEY[key].shown:
                continue
            if value is not None and (isinstance(value, bool) or not isinstance(value, str | int | float)):
                faults.append(Fault(f"{place}, register.{key}", key, _("A text or a number is expected here.")))
                return None
            cells[key] = "" if value is None else str(value)
    elif register is not None:
        faults.append(Fault(f"{place}, register", "register", _("An object is expected here.")))
        return None
    if re.fullmatch(r"R-[0-9]{1,9}", name):
        cells["number"] = name
    elif not cells.get("title"):
        cells["title"] = name
    return Given(place, cells, {}, scenario)


def core(scenario: Document) -> tuple[object, object, object]:
    """How often and how much, so that two scenarios with the same law compare equal."""
    severity = scenario.get("severity")
    if isinstance(severity, dict):
        filled = {"confidence": 0.9} if severity.get("kind") == "lognormal_interval" else {}
        severity = {**filled, **{k: v for k, v in severity.items() if k not in ("currency", "infinite_mean")}}
    return scenario.get("frequency"), severity, scenario.get("cap")


class Untold(ValueError):
    """A law that the register cannot keep: the field it stands in, and what to give instead."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(reason)
        self.where = where


def told_by(scenario: Document) -> dict[str, str | Decimal | None]:
    """The fields of an estimate that say what a scenario of the engine says. Raises `Untold`."""
    told: dict[str, str | Decimal | None] = dict.fromkeys((*AMOUNTS, "shape", "years"))
    told["forms"] = ""
    frequency, severity, cap = scenario["frequency"], scenario["severity"], scenario.get("cap")
    assert isinstance(frequency, dict)
    assert isinstance(severity, dict)
    kind = frequency["kind"]
    if kind == "poisson":
        told |= {"often": "rate", "rate_low": _exact(frequency["rate"]), "rate_high": _exact(frequency["rate"])}
    elif kind == "bernoulli" or (kind == "binomial" and frequency["n"] == 1):
        told |= {"often": "chance", "chance": _exact(frequency.get("probability", frequency.get("p")))}
    elif kind in ("gamma_poisson", "negative_binomial"):
        law = (
            GammaRate(float(frequency["shape"]), float(frequency["rate"]))
            if kind == "gamma_poisson"
            else GammaRate(float(frequency["r"]), 1 / float(frequency["beta"]) if frequency["beta"] else math.inf)
        )
        if not math.isfinite(law.years):
            raise Untold("frequency.beta", _("A beta of 0 is a certain rate: give it as poisson."))
        low, high = law.interval()
        told |= {"often": "rate", "rate_low": max(_exact(low), Decimal("0.000001")), "rate_high": _exact(high)}
        told |= {"shape": _exact(law.events), "years": _exact(law.years)}
    else:
        raise Untold(
            "frequency.kind", _("The register keeps rates, intervals of rates and chances; give one of these.")
        )
    kind = severity["kind"]
    if kind == "constant":
        told |= {"much": "amount", "likely": _exact(severity["value"])}
    elif kind == "pert" and severity.get("gamma", 4) == 4:
        told |= {
            "much": "bounds",
            "low": _exact(severity["low"]),
            "likely": _exact(severity["mode"]),
            "high": _exact(severity["high"]),
        }
    elif kind == "lognormal_interval" and severity.get("confidence", 0.9) == 0.9:
        told |= {"much": "interval", "low": _exact(severity["low"]), "high": _exact(severity["high"])}
    elif kind in ("lognormal", "lognormal_interval"):
        if kind == "lognormal":
            mu, sigma = float(severity["mu"]), float(severity["sigma"])
        elif severity["low"] == severity["high"]:
            mu, sigma = math.log(severity["low"]), 0.0
        else:
            law_of = lognormal_interval(float(severity["low"]), float(severity["high"]), float(severity["confidence"]))
            mu, sigma = law_of.mu, law_of.sigma
        low, high = (math.exp(mu + side * _NORMAL_95 * sigma) for side in (-1, 1))
        told |= {"much": "interval", "low": _exact(low), "high": _exact(high)}
    elif kind == "forms":
        told |= {"much": "forms", "forms": _lines(severity)}
    else:
        reason = _("The register keeps 90 % intervals, hard bounds and certain amounts of loss; give one of these.")
        raise Untold("severity.kind", reason)
    told["cap"] = None if cap is None else _exact(cap)
    return told


def _lines(severity: Document) -> str:
    """The six forms as the register writes them, a line each. Raises `Untold`."""
    lines = []
    secondary = severity.get("secondary")
    parts = [("primary", severity.get("primary"))]
    if isinstance(secondary, dict):
        lines.append(f"secondary share {_exact(secondary['probability']):f}")
        parts.append(("secondary", secondary.get("forms")))
    for which, forms in parts:
        for name, law in forms.items() if isinstance(forms, dict) else ():
            if (
                not isinstance(law, dict)
                or law.get("kind") != "lognormal_interval"
                or law.get("confidence", 0.9) != 0.9
            ):
                raise Untold(f"severity.{which}.{name}", _("The register keeps a 90 % interval of each form."))
            lines.append(f"{which} {SHORT.get(name, name)} {_exact(law['low']):f} {_exact(law['high']):f}")
    return "\n".join(lines)


def _exact(value: object) -> Decimal:
    assert isinstance(value, int | float)
    return Decimal(repr(value))
