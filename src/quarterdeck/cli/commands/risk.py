"""``risk quantify`` and ``risk what-if``: what a portfolio of scenarios may cost in a year, computed without a home."""

from __future__ import annotations

import argparse
import json
import math
import time
from typing import TYPE_CHECKING, Final

from quarterdeck.cli.common import DONE, CommandError, Commands, _, print_json, print_text, table
from quarterdeck.cli.paths import UnreadablePath, inputs

if TYPE_CHECKING:
    from quarterdeck.engines.loss import LossError, Portfolio, Quantified, WhatIf

MAX_BYTES: Final = 64 * 1024 * 1024
MOST_OBJECTS: Final = 2_000_000
"""The most objects of one document: those of a hundred thousand scenarios are a fifth of it."""
SHOWN: Final = 20
"""Contributions shown to a person; --json has them all."""


def register(commands: Commands) -> None:
    parser = commands.add("risk quantify", _("what a portfolio of scenarios may cost in a year"), quantify)
    parser.add_argument("path", metavar="PATH", help=_("the portfolio, a JSON object; - for stdin"))
    parser.add_argument("--levels", metavar="LIST", help=_("further levels, such as 0.9,0.995"))
    parser = commands.add("risk what-if", _("what a change of rates and severities would do"), what_if)
    parser.add_argument("path", metavar="PATH", help=_("the portfolio, a JSON object; - for stdin"))
    parser.add_argument("--change", required=True, metavar="FILE", help=_("the changes, a JSON list"))


def quantify(args: argparse.Namespace) -> int:
    """Prints the figures of one portfolio. One that cannot be computed is unusable: exit 2."""
    from quarterdeck.engines.loss import LossError, quantified_json
    from quarterdeck.engines.loss import quantify as compute

    levels = _levels(args.levels)
    portfolio = _portfolio(args.path)
    started = time.perf_counter()
    try:
        found = compute(portfolio, levels)
    except LossError as refusal:
        raise _refused(refusal, args.path) from None
    seconds = time.perf_counter() - started
    if args.json:
        print_json({"currency": portfolio.currency, **quantified_json(found, seconds)})
    else:
        print_text(_shown(found, portfolio, seconds))
    return DONE


def what_if(args: argparse.Namespace) -> int:
    """Prints the figures before and after the changes."""
    from quarterdeck.engines.loss import LossError, read_changes, what_if_json
    from quarterdeck.engines.loss import what_if as compute

    if args.path == args.change == "-":
        raise CommandError("usage", _("Standard input can be read only once."), "-")
    portfolio = _portfolio(args.path)
    try:
        changes = read_changes(_document(args.change))
        started = time.perf_counter()
        found = compute(portfolio, changes)
    except LossError as refusal:
        raise _refused(refusal, args.change) from None
    seconds = time.perf_counter() - started
    if args.json:
        print_json({"currency": portfolio.currency, **what_if_json(found, seconds)})
    else:
        print_text(_compared(found, portfolio))
    return DONE


def _levels(text: str | None) -> tuple[float, ...]:
    from quarterdeck.engines.loss.quantify import DEEPEST

    if text is None:
        return ()
    try:
        levels = tuple(float(word) for word in text.split(","))
    except ValueError:
        raise CommandError(
            "levels", _("--levels takes numbers with commas between, such as 0.9,0.995."), text
        ) from None
    for level in levels:
        if not 0 < level <= DEEPEST:
            raise CommandError("levels", _("A level lies between 0 and %s.") % f"{DEEPEST:.6f}", text)
    return levels


def _portfolio(name: str) -> Portfolio:
    from quarterdeck.engines.loss import LossError, read_portfolio

    try:
        return read_portfolio(_document(name))
    except LossError as refusal:
        raise _refused(refusal, name) from None


def _refused(refusal: LossError, name: str) -> CommandError:
    return CommandError(refusal.code, str(refusal), f"{name}: {refusal.where}")


def _document(name: str) -> object:
    given = inputs([name])
    if not given.single:
        raise CommandError("usage", _("One file is expected here, not a folder."), name)
    try:
        text = given.sources[0].read(MAX_BYTES).decode("utf-8-sig")
    except UnreadablePath as refusal:
        raise CommandError("unreadable", refusal.fault.message, refusal.fault.source) from None
    except UnicodeDecodeError:
        raise CommandError("json", _("This is not UTF-8."), name) from None
    try:
        # NaN and infinity pass here, so that the refusal can name the scenario and the field they stand in
        return json.loads(text, object_pairs_hook=_Objects())
    except json.JSONDecodeError as error:
        message = _("This is not JSON: line %(line)d, column %(column)d.")
        raise CommandError("json", message % {"line": error.lineno, "column": error.colno}, name) from None
    except RecursionError:
        raise CommandError("json", _("This is nested too deeply."), name) from None
    except _TooMany:
        raise CommandError("too-many", _("This holds more than %d objects.") % MOST_OBJECTS, name) from None
    except _Twice as error:
        raise CommandError("twice", _("The field “%s” is given twice.") % error, name) from None
    except ValueError:
        raise CommandError("json", _("This holds a number that cannot be read."), name) from None


class _Twice(Exception):
    """A field given twice: which one was meant cannot be known."""


class _TooMany(Exception):
    """More objects than any portfolio has, which would fill the memory."""


class _Objects:
    """Makes the objects of one document, of which there may be so many and no more."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        self.made += 1
        if self.made > MOST_OBJECTS:
            raise _TooMany
        return _once(pairs)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for name, _value in pairs:
            if name in seen:
                raise _Twice(name)
            seen.add(name)
    return found


# ---------------------------------------------------------------- for a person


def _money(value: float | None) -> str:
    if value is None:
        return _("not finite")
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    digits = max(0, 2 - math.floor(math.log10(abs(value)))) if abs(value) < 1000 else 0
    return f"{value:,.{digits}f}"


def _share(value: float) -> str:
    return f"{100 * value:.4g} %"


def _shown(found: Quantified, portfolio: Portfolio, seconds: float) -> str:
    unit = f" ({portfolio.currency})" if portfolio.currency else ""
    rows: list[tuple[str, str]] = [
        (_("Expected annual loss") + unit, _money(found.expected)),
        (_("Probability of a year without loss"), _share(found.no_loss)),
    ]
    parts = [table((_("figure"), _("value")), rows, right=(1,))]
    levels = [
        (f"{100 * level:g} %", _money(found.var[level]), _money(low), _money(high), _money(found.tvar[level]))
        for level, (low, high) in found.bracket.items()
    ]
    headings = (_("level"), _("quantile"), _("at least"), _("at most"), _("mean beyond"))
    parts.append(table(headings, levels, right=(0, 1, 2, 3, 4)))
    if found.thresholds:
        limits = [
            (item.name, _money(item.amount), _share(item.annual_probability), _share(item.single_event_probability))
            for item in found.thresholds
        ]
        headings4 = (_("threshold"), _("amount"), _("exceeded in a year"), _("by one event"))
        parts.append(table(headings4, limits, right=(1, 2, 3)))
    ranked = sorted(found.contributions, key=lambda item: -(math.inf if item.tail is None else item.tail))
    scenarios = [(item.id, _money(item.expected), _money(item.tail)) for item in ranked[:SHOWN]]
    parts.append(table((_("scenario"), _("expected"), _("of the mean beyond 99 %")), scenarios, right=(1, 2)))
    if len(ranked) > SHOWN:
        parts.append(_("and %d more scenarios") % (len(ranked) - SHOWN))
    parts.append(_("computed in %.3f s") % seconds)
    return "\n\n".join(parts)


def _compared(found: WhatIf, portfolio: Portfolio) -> str:
    unit = f" ({portfolio.currency})" if portfolio.currency else ""
    per = found.per_cost
    rows = [
        (
            _("Expected annual loss") + unit,
            _money(found.before.expected),
            _money(found.after.expected),
            _money(found.difference.expected),
            f"{per.expected:.4g}" if per and per.expected is not None else None,
        ),
        (
            _("Mean beyond 99 %") + unit,
            _money(found.before.tvar),
            _money(found.after.tvar),
            _money(found.difference.tvar),
            f"{per.tvar:.4g}" if per and per.tvar is not None else None,
        ),
    ]
    for place, (name, before) in enumerate(found.before.thresholds):
        rows.append(
            (
                _("Probability of exceeding %s") % name,
                _share(before),
                _share(found.after.thresholds[place][1]),
                _share(found.difference.thresholds[place][1]),
                f"{per.thresholds[place][1]:.4g}" if per else None,
            )
        )
    headings = (_("figure"), _("before"), _("after"), _("difference"), _("per unit of cost"))
    return table(headings, rows, right=(1, 2, 3, 4))
