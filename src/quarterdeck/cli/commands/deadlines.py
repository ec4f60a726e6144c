"""``deadlines``: who has to be told of an incident by when, with every day and hour counted."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Final, NoReturn

from quarterdeck.cli.common import DONE, CommandError, Commands, _, print_json, print_text, table
from quarterdeck.cli.paths import Source, UnreadablePath, inputs

if TYPE_CHECKING:
    from quarterdeck.engines.deadlines import Duty, Note

MAX_BYTES: Final = 1024 * 1024
SHOWN_HOURS: Final = 4
"""Hours shown one by one for a person; --json has them all."""


def register(commands: Commands) -> None:
    parser = commands.add("deadlines", _("who has to be told of an incident by when, day by day"), deadlines)
    parser.add_argument("--event", required=True, metavar="FILE", help=_("the event, a JSON object; - for stdin"))


def deadlines(args: argparse.Namespace) -> int:
    """Prints every duty that the event starts. An event that cannot be judged is unusable: exit 2."""
    from quarterdeck.engines.deadlines import EventError, duties, duty_json, not_covered, note_json, parse_event, say

    try:
        event = parse_event(_document(args.event))
        found = duties(event)
    except EventError as refusal:
        message = f"{refusal.field}: {say(refusal.reason, _)}"
        raise CommandError("event", message, f"{args.event}: {refusal.field}") from None
    left_out = not_covered(event)
    if args.json:
        print_json({"duties": [duty_json(duty) for duty in found], "warnings": [note_json(item) for item in left_out]})
        return DONE
    for duty in found:
        print_text(_shown(duty) + "\n")
    for item in left_out:
        print_text(_("Not covered: %s") % say(item, _))
    return DONE


def _document(name: str) -> object:
    given = inputs([name])
    if not given.single:
        raise CommandError("usage", _("--event takes one file, not a folder."), name)
    source: Source = given.sources[0]
    try:
        data = source.read(MAX_BYTES)
    except UnreadablePath as refusal:
        raise CommandError("unreadable", refusal.fault.message, refusal.fault.source) from None
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_number, object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise CommandError("event", _("The event is not UTF-8."), name) from None
    except json.JSONDecodeError as error:
        message = _("The event is not JSON: line %(line)d, column %(column)d.")
        raise CommandError("event", message % {"line": error.lineno, "column": error.colno}, name) from None
    except RecursionError:
        raise CommandError("event", _("The event is nested too deeply."), name) from None
    except _Twice as error:
        raise CommandError("event", _("The event names the field “%s” twice.") % error, name) from None
    except ValueError:
        raise CommandError("event", _("The event holds a number that cannot be read."), name) from None


class _Twice(Exception):
    """A field given twice: which one was meant cannot be known."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(name)
        found[name] = value
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


# ---------------------------------------------------------------- for a person


def _shown(duty: Duty) -> str:
    from quarterdeck.engines.deadlines import say

    lines = [f"{duty.regime}: {_when(duty)}", f"  {duty.rule}; {_start(duty)}"]
    counted = list(duty.counted)
    hours = [day for day in counted if day.because.code == "hour"]
    if len(hours) > 2 * SHOWN_HOURS:
        shown = [*hours[:SHOWN_HOURS], *hours[-SHOWN_HOURS:]]
        left = len(hours) - len(shown)
    else:
        shown, left = counted, 0
    rows: list[tuple[str, str, str]] = []
    for place, day in enumerate(shown):
        if left and place == SHOWN_HOURS:
            rows.append(("  …", "", _("%d more, counted the same way") % left))
        mark = _("counts") if day.counts else _("not")
        rows.append((f"  {_day(day.at.isoformat())}", mark, say(day.because, _)))
    if rows:
        lines.append(table((_("  day"), _("counted"), _("because")), rows))
    lines += [f"  {line}" for line in _remarks(duty.notes)]
    return "\n".join(lines)


def _when(duty: Duty) -> str:
    if duty.when == "by" and duty.due is not None:
        return _("by %s") % _day(duty.due.isoformat())
    return _("promptly") if duty.when == "promptly" else _("not started")


def _start(duty: Duty) -> str:
    if duty.start is None:
        return _("starts with %s") % duty.start_event
    return _("%(event)s %(time)s") % {"event": duty.start_event, "time": _day(duty.start.isoformat())}


def _day(iso: str) -> str:
    return iso.replace("T", " ")


def _remarks(notes: tuple[Note, ...]) -> list[str]:
    from quarterdeck.engines.deadlines import say

    return [say(remark, _) for remark in notes]
