"""Reads R pages in HTML: what the SEC's renderer makes of a filing's facts.

A table of class "report". Its first rows say the period of every column; a row's first cell names the concept, by the
anchor of its definition (`defref_cyd_…`) or, failing that, by its label; the cells after it hold the values. Rows of
class "rh" name members of an axis and hold for the rows below them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from .concepts import BY_NAME
from .model import Document, Unreadable
from .parsing import parse_html
from .rpage import Column, Labels, Page, folded_name, named_members, period_of
from .textvalue import fold, inner_html, is_element, line_of_element, shown_text

_ANCHOR = re.compile(r"defref_([A-Za-z][\w.-]*?)_([A-Za-z]\w*)")
_MEMBER = re.compile(r"(?:defref_)?([A-Za-z][\w.-]*?)_(\w+Axis)=([A-Za-z][\w.-]*?)_(\w+)")


def read_html_page(data: bytes, source: str) -> Document:
    """Read an R page in HTML from UTF-8 bytes. A page without CYD facts gives a document without facts.

    Raises Unreadable when the page breaks off or has no report table.
    """
    root = parse_html(data, source)
    tables = [table for table in root.iter("table") if "report" in (table.get("class") or "").split()]
    if not tables:
        raise Unreadable(source, "has no report table")
    page = Page(source)
    for table in tables:
        _read_table(table, _axis_members(root), page)
    return page.document()


def _axis_members(root: etree._Element) -> dict[str, tuple[str, str]]:
    """Axis and member local names by the member's name in one case, from the definitions under the table."""
    out: dict[str, tuple[str, str]] = {}
    for table in root.iter("table"):
        match = _MEMBER.search(table.get("id") or "")
        if match:
            out.setdefault(folded_name(match.group(4)), (match.group(2), match.group(4)))
    return out


def _read_table(table: etree._Element, known: Mapping[str, tuple[str, str]], page: Page) -> None:
    rows = list(_rows(table))
    columns = _columns([row for row in rows if all(cell.tag == "th" for cell in _cells(row))])
    body = [row for row in rows if any(cell.tag == "td" for cell in _cells(row))]
    labels = Labels([shown_text([_cells(row)[0]]) for row in body])
    members: dict[str, str] = {}
    for row in body:
        cells = _cells(row)
        label = shown_text([cells[0]])
        anchors = _anchors(cells[0])
        found = [match for anchor in anchors for match in _MEMBER.finditer(anchor)]
        if found or "rh" in (row.get("class") or "").split() or label.lower().endswith("[member]"):
            named = {match.group(2): match.group(4) for match in found}
            members = named or named_members(label.split("|"), known)
            continue
        concept, prefix = _concept(anchors, label, labels)
        if concept is None:
            continue
        for place, cell in _values(cells):
            text = shown_text([cell])
            if not text:
                continue
            column = columns.get(place, Column(None, ()))
            if prefix == "dei":
                page.cover.setdefault(concept, text)
                continue
            dimensions = members | named_members(column.members, known)
            page.add(concept, text, _cell_html(cell), column.period, dimensions, line_of_element(row))


def _concept(anchors: Sequence[str], label: str, labels: Labels) -> tuple[str | None, str]:
    """Local name and prefix of the concept of a row; None for rows that hold no fact wanted here."""
    for anchor in anchors:
        match = _ANCHOR.search(anchor)
        if match:
            prefix, name = match.group(1), match.group(2)
            if prefix not in ("cyd", "dei"):
                return None, prefix
            known = BY_NAME.get(name)
            abstract = known.abstract if known else name.endswith(("LineItems", "Abstract", "Table", "Axis", "Domain"))
            return (None if abstract else name), prefix
    concept = labels.concept(label)
    return (concept.name if concept is not None and not concept.abstract else None), "cyd"


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if is_element(child):
            if child.tag == "tr":
                yield child
            elif child.tag in ("thead", "tbody", "tfoot"):
                yield from _rows(child)


def _cells(row: etree._Element) -> list[etree._Element]:
    return [cell for cell in row if is_element(cell) and cell.tag in ("td", "th")]


def _span_of(cell: etree._Element, name: str) -> int:
    text = (cell.get(name) or "1").strip()
    return min(int(text), 1000) if text.isascii() and text.isdigit() and 0 < len(text) < 5 and int(text) else 1


def _columns(heads: Sequence[etree._Element]) -> dict[int, Column]:
    """What the head says of each column, counted from 0 with the column of labels."""
    texts: dict[int, list[str]] = {}
    taken: set[tuple[int, int]] = set()
    for row_number, row in enumerate(heads):
        place = 0
        for cell in _cells(row):
            while (row_number, place) in taken:
                place += 1
            lines = [fold(line) for line in _lines(cell)]
            for offset in range(_span_of(cell, "colspan")):
                for below in range(_span_of(cell, "rowspan")):
                    taken.add((row_number + below, place + offset))
                texts.setdefault(place + offset, []).extend(lines)
            place += _span_of(cell, "colspan")
    columns = {}
    for place, lines in texts.items():
        members = tuple(line for line in lines if line.lower().endswith("[member]"))
        columns[place] = Column(period_of([line for line in lines if line not in members]), members)
    return columns


def _lines(cell: etree._Element) -> list[str]:
    divisions = list(cell.iter("div"))
    texts = [shown_text([division]) for division in divisions] or [shown_text([cell])]
    return [text for text in texts if text]


def _values(cells: Sequence[etree._Element]) -> Iterator[tuple[int, etree._Element]]:
    place = _span_of(cells[0], "colspan")
    for cell in cells[1:]:
        if not {"fn", "hide"} & set((cell.get("class") or "").split()):
            yield place, cell
        place += _span_of(cell, "colspan")


def _anchors(cell: etree._Element) -> list[str]:
    out = []
    for anchor in cell.iter("a"):
        for name in ("onclick", "href", "id", "name"):
            text = anchor.get(name) or ""
            if "defref_" in text:
                out.append(text)
    return out


_TRAILING_SPAN = re.compile(r"(?:\s*<span></span>)+\s*$")


def _cell_html(cell: etree._Element) -> str:
    return _TRAILING_SPAN.sub("", inner_html([cell])).strip()
