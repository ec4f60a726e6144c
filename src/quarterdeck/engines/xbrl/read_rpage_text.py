"""Reads R pages in plain text.

A line that begins with a vertical bar starts a cell. A label's value follows on the same line or the next ones, with
a bar of its own or without. The references under the table begin at a cell "X".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from .concepts import Concept, by_label
from .model import Document, ReadError
from .rpage import DAY, SPAN, Column, Labels, Page, named_members, period_of
from .textvalue import fold

_BRACKET = re.compile(r"\s*\[([A-Za-z ]+)\]\s*$")
_STRUCTURE: Final = frozenset({"line items", "abstract", "table", "axis", "domain", "roll forward"})


@dataclass(slots=True)
class _Cell:
    """What stands between two bars that begin a line: the text on the bar's line, and the lines after it."""

    line: int
    head: str
    rest: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return fold(" ".join([self.head, *self.rest]))


_LABEL_LINE = re.compile(rb"^[ \t]*\|[ \t]*[^\r\n|]{3,200}?\[(?:Text Block|Flag|Line Items|Member)\]", re.M | re.I)


def looks_like_plain_page(data: bytes) -> bool:
    """Whether UTF-8 bytes are an R page in plain text: some line is a bar and a label."""
    return _LABEL_LINE.search(data) is not None


def read_plain_page(data: bytes, source: str) -> Document:
    """Read an R page in plain text from UTF-8 bytes."""
    cells = list(_plain_cells(data.decode("utf-8", "replace")))
    page = Page(source)
    split = [_split_label(cell.head) for cell in cells]
    labels = Labels([found[0] for found in split if found is not None])
    first = next((place for place, found in enumerate(split) if found is not None), len(cells))
    columns = _plain_columns(cells[:first])
    members: dict[str, str] = {}
    place = first
    while place < len(cells):
        cell, found = cells[place], split[place]
        place += 1
        if found is None:
            continue
        label, inline = found
        values = [part for part in [fold(" ".join([inline, *cell.rest]))] if part]
        while place < len(cells) and split[place] is None:
            values.append(cells[place].text)
            place += 1
        bracket = _BRACKET.search(label)
        kind = bracket.group(1).lower() if bracket else ""
        if kind == "member":
            members = named_members([label], {})
            continue
        concept = labels.concept(label)
        if concept is None:
            if kind not in _STRUCTURE:
                page.problems.append(ReadError(source, f"has an unknown label “{label[:120]}”", cell.line))
            continue
        if not concept.abstract:
            _add_plain(page, concept, values, columns, members, cell.line)
    return page.document()


def _add_plain(
    page: Page,
    concept: Concept,
    values: Sequence[str],
    columns: Sequence[Column],
    members: Mapping[str, str],
    line: int,
) -> None:
    if len(columns) > 1 and len(values) == len(columns):
        shown = list(zip(columns, values, strict=True))
    else:
        # With one column, every cell up to the next label is the one value.
        shown = [(columns[0] if columns else Column(None, ()), fold(" ".join(values)))]
    for column, text in shown:
        if text:
            dimensions = {**members, **named_members(column.members, {})}
            page.add(concept.name, text, None, column.period, dimensions, line)


def _plain_cells(text: str) -> Iterator[_Cell]:
    """The cells above the references."""
    current: _Cell | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if not bare.startswith("|"):
            if current is not None:
                if current.head == "X" and bare.startswith("- "):
                    return
                current.rest.append(bare)
            continue
        if current is not None and current.head != "X":
            yield current
        # A table drawn with bars on both sides has several cells on a line.
        for piece in _pieces(bare):
            if current is not None and current.line == number:
                yield current
            current = _Cell(number, piece)
    if current is not None and current.head != "X":
        yield current


def _pieces(bare: str) -> list[str]:
    inner = bare[1:].removesuffix("|").strip()
    head, bar, tail = inner.partition("|")
    if bar and (_BRACKET.search(head) or by_label(head)):
        return [head.strip(), *(piece.strip() for piece in tail.split("|"))]
    return [inner]


_LABEL_START = re.compile(
    r"^(.{3,200}?\[(?:Text Block|Flag|Line Items|Member|Abstract|Table|Axis|Domain)\])(.*)$", re.I
)


def _split_label(head: str) -> tuple[str, str] | None:
    """Label and the rest of the line, if a cell begins with a label; None for a value."""
    match = _LABEL_START.match(head)
    if match is None:
        return (head, "") if by_label(head) else None
    label, rest = match.group(1).strip(), match.group(2).strip()
    # A sentence may mention a label; only a known one, or one alone on its line, begins a row.
    if by_label(label) or not rest:
        return label, rest.removeprefix(":").strip()
    return None


def _plain_columns(cells: Sequence[_Cell]) -> list[Column]:
    """The columns that the cells above the first row tell."""
    columns: list[Column] = []
    span = ""
    for cell in cells:
        text = cell.text
        found = SPAN.search(text)
        if found:
            span = found.group(0)
        dates = list(DAY.finditer(text))
        members = tuple(line for line in [cell.head, *cell.rest] if line.lower().endswith("[member]"))
        for match in dates:
            columns.append(Column(period_of([span, match.group(0)]), members))
    return columns
