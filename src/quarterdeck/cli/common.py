"""What every command shares: its errors, its two ways of answering, and the registry it is declared in.

A command answers a program with exactly one JSON document on stdout (``--json``) and a person with text; progress goes
to stderr in both cases. Nothing here imports Django, so an engine command starts in milliseconds.
"""

from __future__ import annotations

import argparse
import gettext as stdlib_gettext
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

DONE, FAILS, UNUSABLE = 0, 1, 2
"""Exit codes: done; done, and what was asked about fails; the call or its only input is unusable."""

Run = Callable[[argparse.Namespace], int]


@lru_cache(maxsize=1)
def _catalogue() -> stdlib_gettext.NullTranslations:
    folder = Path(__file__).resolve().parent.parent / "locale"
    return stdlib_gettext.translation("django", localedir=folder, fallback=True)


def _(message: str) -> str:
    """`message` in the language of the terminal (LANGUAGE, LC_ALL, LC_MESSAGES, LANG), without loading Django."""
    return _catalogue().gettext(message)


class CommandError(Exception):
    """Why a call cannot be served: exit code 2.

    `code` is a short name a program can compare, `message` a sentence for a person that says what to do, `where` the
    file, argument or record it is about, None where there is none.
    """

    def __init__(self, code: str, message: str, where: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.where = where

    def document(self) -> dict[str, object]:
        """The error as ``--json`` prints it."""
        return {"error": {"code": self.code, "message": self.message, "where": self.where}}


# ---------------------------------------------------------------- answering


def print_json(document: object) -> None:
    """Writes the one JSON document, UTF-8 whatever the locale, and flushes so that a full disk is noticed here."""
    write_bytes(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n")


def print_text(text: str) -> None:
    """Writes `text` for a person, with a line end, and nothing in it that could drive a terminal."""
    write_bytes(plain(text) + "\n")


def progress(text: str) -> None:
    """A line about work under way, on stderr."""
    sys.stderr.write(plain(text) + "\n")
    sys.stderr.flush()


def write_bytes(text: str) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(_utf8(text))
    sys.stdout.buffer.flush()


def _utf8(text: str) -> bytes:
    # A file name that is no UTF-8 arrives as lone surrogates, which have no UTF-8 form.
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")


class JsonStream:
    """The one JSON document of a command that reads many files, written as it goes so that memory stays bounded.

    The document is an object: first the array `name`, fed with :meth:`add`, then the members given to :meth:`close`.
    Nothing is written before the first item, so a call that turns out unusable can still answer with an error.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.count = 0

    def add(self, item: object) -> None:
        start = f"{{{json.dumps(self._name)}: [\n" if self.count == 0 else ",\n"
        write_bytes(start + json.dumps(item, ensure_ascii=False, allow_nan=False))
        self.count += 1

    def close(self, members: Mapping[str, object]) -> None:
        opening = f"{{{json.dumps(self._name)}: [" if self.count == 0 else "\n"
        rest = "".join(
            f",\n{json.dumps(key)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}"
            for key, value in members.items()
        )
        write_bytes(opening + "]" + rest + "}\n")


_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """`text` without characters that move a terminal's cursor, colour it or turn its writing direction round."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def width(text: str) -> int:
    """Terminal columns that `text` takes: two for a wide East Asian character, none for a combining one."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def shorten(text: str, columns: int) -> str:
    """`text` on one line and cut to at most `columns`, with an ellipsis where it was cut."""
    text = " ".join(text.split())
    if width(text) <= columns:
        return text
    taken, kept = 0, []
    for char in text:
        taken += width(char)
        if taken > columns - 1:
            break
        kept.append(char)
    return "".join(kept).rstrip() + "…"


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[int] = ()) -> str:
    """A plain table: a line of headings and one line a row, columns as wide as their widest cell.

    Column numbers (from 0) in `right` are aligned to the right, as numbers are. None shows as a dash.
    """
    cells = [[plain("–" if cell is None else str(cell)).replace("\n", " ") for cell in row] for row in rows]
    lines = [list(headings), *cells]
    widths = [max(width(line[column]) for line in lines) for column in range(len(headings))]

    def pad(text: str, column: int) -> str:
        gap = " " * (widths[column] - width(text))
        return gap + text if column in right else text + gap

    return "\n".join("  ".join(pad(text, column) for column, text in enumerate(line)).rstrip() for line in lines)


# ---------------------------------------------------------------- declaring commands


class Parser(argparse.ArgumentParser):
    """argparse that raises instead of printing and exiting, so that an error has one form."""

    def error(self, message: str) -> NoReturn:
        if "invalid choice" in message and message.startswith(f"argument {_('COMMAND')}"):
            word = message.split("'")[1]
            raise CommandError("usage", _("There is no command “%s”; quarterdeck --help lists them.") % word, self.prog)
        raise CommandError("usage", f"{message}\n{self.format_usage().strip()}", self.prog)


@dataclass
class Commands:
    """The registry that every module of :mod:`quarterdeck.cli.commands` adds its commands to.

    `add("disclosure read", …)` makes the group ``disclosure`` where it is new and returns the parser to give
    arguments to. Every command has ``--json``.
    """

    root: Parser
    names: dict[str, str] = field(default_factory=dict)
    """Every command declared, with its summary."""
    _groups: dict[str, argparse._SubParsersAction[Parser]] = field(default_factory=dict)

    def add(self, name: str, summary: str, run: Run, *, home: bool = False, unless: str | None = None) -> Parser:
        """Declares a command.

        `run` gets the parsed arguments and returns the exit code. With `home` the command also has ``--home``,
        ``--as`` and ``--now`` and runs with that home opened and Django set up; when the argument `unless` is given,
        it needs none.
        """
        if name in self.names:
            raise ValueError(f"the command {name!r} is declared twice")
        self.names[name] = summary
        *groups, last = name.split(" ")
        parser = self._group(groups).add_parser(last, description=summary, allow_abbrev=False)
        parser.add_argument("--json", action="store_true", help=_("print one JSON document"))
        parser.set_defaults(
            run=run,
            command=name,
            opens_home=lambda args: home and not (unless and getattr(args, unless) is not None),
        )
        if home:
            parser.add_argument("--home", metavar="DIR", help=_("the company's record (or QUARTERDECK_HOME)"))
            parser.add_argument("--as", dest="acting", metavar="LOGIN", help=_("the acting person"))
            parser.add_argument("--now", metavar="TIME", help=_("the clock, RFC 3339; demo homes only"))
        return parser

    def _group(self, words: list[str]) -> argparse._SubParsersAction[Parser]:
        path = " ".join(words)
        if path not in self._groups:
            parent = self.root if not words else self._group(words[:-1]).add_parser(words[-1], allow_abbrev=False)
            self._groups[path] = parent.add_subparsers(
                metavar=_("COMMAND"), required=True, dest=f"command_{len(words)}", parser_class=Parser
            )
        return self._groups[path]
