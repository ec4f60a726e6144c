"""``disclosure read`` and ``disclosure check``: what a filing says about cybersecurity, and what is wrong with it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeVar

from quarterdeck.cli.common import (
    DONE,
    FAILS,
    CommandError,
    Commands,
    JsonStream,
    _,
    print_text,
    progress,
    shorten,
    table,
)
from quarterdeck.cli.paths import PathFault, Source, UnreadablePath, inputs

T = TypeVar("T")


def register(commands: Commands) -> None:
    read = commands.add("disclosure read", _("the tagged facts of filings and R pages"), read_disclosures)
    check = commands.add("disclosure check", _("what is wrong with the tagging of filings"), check_disclosures)
    for parser in (read, check):
        parser.add_argument("paths", nargs="+", metavar="PATH", help=_("a file, a .gz, a folder, or - for stdin"))


def read_disclosures(args: argparse.Namespace) -> int:
    """Prints every CYD fact, document by document. Exit 1 when some of several sources were unreadable."""
    from quarterdeck.engines.xbrl.intake import MAX_BYTES
    from quarterdeck.engines.xbrl.model import Document, Unreadable, document_json
    from quarterdeck.engines.xbrl.read import read_bytes

    faults: list[PathFault] = []

    def one(source: Source) -> Document:
        try:
            document = read_bytes(source.read(MAX_BYTES), source.name)
        except Unreadable as refusal:
            raise UnreadablePath(source.name, refusal.error.message, refusal.error.line) from None
        faults.extend(PathFault(problem.source, problem.message, problem.line) for problem in document.problems)
        return document

    def show(document: Document) -> str:
        rows = [
            (fact.concept, ", ".join(fact.dimensions.values()) or None, shorten(_shown(fact.value), 80))
            for fact in document.facts
        ]
        title = " · ".join(filter(None, (document.source, document.form, document.entity, document.taxonomy)))
        return f"{title}\n" + table((_("concept"), _("member"), _("value")), rows) + "\n"

    return _each(args, one, document_json, show, faults)


def check_disclosures(args: argparse.Namespace) -> int:
    """Prints the messages about each document. Exit 1 when one of them is an error, or a source was unreadable."""
    from quarterdeck.engines.xbrl.checks import Message, check_document, check_json, has_errors
    from quarterdeck.engines.xbrl.intake import MAX_BYTES, to_utf8
    from quarterdeck.engines.xbrl.model import Document, InlineDocument, Unreadable
    from quarterdeck.engines.xbrl.read import detect, read_bytes, read_inline_bytes

    failed = False

    def one(source: Source) -> tuple[str, tuple[Message, ...]]:
        nonlocal failed
        data = source.read(MAX_BYTES)
        document: InlineDocument | Document
        try:
            inline = detect(to_utf8(data, source.name), source.name) == "ixbrl"
            document = (read_inline_bytes if inline else read_bytes)(data, source.name)
        except Unreadable as refusal:
            raise UnreadablePath(source.name, refusal.error.message, refusal.error.line) from None
        messages = check_document(document)
        failed = failed or has_errors(messages)
        return source.name, messages

    def show(checked: tuple[str, tuple[Message, ...]]) -> str:
        name, messages = checked
        rows = [(m.severity, m.line, m.code, m.concept, shorten(m.message, 100)) for m in messages]
        headings = (_("severity"), _("line"), _("code"), _("concept"), _("message"))
        return f"{name}\n" + (table(headings, rows, right=(1,)) if rows else _("nothing to say")) + "\n"

    code = _each(args, one, lambda checked: check_json(*checked), show, [])
    return FAILS if failed else code


def _each(
    args: argparse.Namespace,
    one: Callable[[Source], T],
    as_json: Callable[[T], object],
    as_text: Callable[[T], str],
    faults: list[PathFault],
) -> int:
    """Does every source in turn and prints as it goes, so that memory holds one document at a time."""
    given = inputs(args.paths)
    faults.extend(given.faults)
    stream = JsonStream("documents")
    for source in given.sources:
        try:
            done = one(source)
        except UnreadablePath as refusal:
            if given.single:
                raise CommandError("unreadable", refusal.fault.message, refusal.fault.source) from None
            faults.append(refusal.fault)
            continue
        if args.json:
            stream.add(as_json(done))
        else:
            print_text(as_text(done))
    if args.json:
        stream.close({"errors": [fault.document() for fault in faults]})
    for fault in faults:
        place = f"{fault.source}:{fault.line}" if fault.line else fault.source
        progress(f"{place}: {fault.message}")
    return FAILS if faults else DONE


def _shown(value: str | bool | None) -> str:
    return "–" if value is None else str(value).lower() if isinstance(value, bool) else value
