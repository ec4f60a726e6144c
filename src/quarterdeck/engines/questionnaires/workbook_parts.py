"""The parts of a workbook that spreadsheet readers leave out: which member a sheet is, and the lists that cells choose from."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from quarterdeck.engines.questionnaires.model import Unreadable
from quarterdeck.engines.questionnaires.workbook_guard import column_number

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/"
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?$")
MOST_CHOICES = 500


def parsed(data: bytes, name: str) -> etree._Element:
    """The root of an XML member; entities, network and huge trees off."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable("a part of the workbook is damaged; save it again", name) from error


def sheet_members(content: Mapping[str, bytes]) -> dict[str, str]:
    """Sheet name → the member that holds it, in the workbook's order."""
    book = content.get("xl/workbook.xml")
    links = content.get("xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        raise Unreadable("the workbook has no list of its sheets")
    root = parsed(book, "xl/workbook.xml")
    if (root.nsmap.get(root.prefix) or "").startswith(_STRICT):
        raise Unreadable("the workbook is in the strict form of XLSX; save it as an ordinary Excel workbook")
    targets = {
        str(link.get("Id")): str(link.get("Target"))
        for link in parsed(links, "workbook.xml.rels").iter(f"{{{RELATIONS}}}Relationship")
    }
    found: dict[str, str] = {}
    for sheet in root.iter(f"{{{MAIN}}}sheet"):
        target = targets.get(str(sheet.get(f"{{{OFFICE_RELATIONS}}}id")), "")
        member = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        if member in content and member.startswith("xl/worksheets/"):
            found[str(sheet.get("name"))] = member
    return found


@dataclass(frozen=True)
class Area:
    """A rectangle, rows and columns from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right


def area(text: str) -> Area | None:
    """``$B$2:B40`` → the rectangle; None for what is no plain area."""
    found = _AREA.match(text.strip())
    if found is None:
        return None
    left, top, right, bottom = found.groups()
    first, last = column_number(left), column_number(right or left)
    return Area(int(top), first, int(bottom or top), last)


@dataclass(frozen=True)
class ListRule:
    """Cells that choose from a list. ``source``: the formula (``"Yes,No"`` in quotes, or an area or name)."""

    areas: tuple[Area, ...]
    source: str

    def holds(self, row: int, column: int) -> bool:
        return any(one.holds(row, column) for one in self.areas)


def list_rules(root: etree._Element) -> tuple[ListRule, ...]:
    """The list validations of a sheet, those of later Excel versions too (which keep them in an extension)."""
    found = []
    for rule in root.iter(f"{{{MAIN}}}dataValidation"):
        formula = rule.find(f"{{{MAIN}}}formula1")
        if rule.get("type") == "list" and formula is not None and formula.text:
            found.append(ListRule(tuple(_areas(str(rule.get("sqref", "")))), formula.text))
    for rule in root.iter(f"{{{X14}}}dataValidation"):
        source = rule.find(f"{{{X14}}}formula1/{{{XM}}}f")
        cells = rule.find(f"{{{XM}}}sqref")
        if rule.get("type") == "list" and source is not None and source.text and cells is not None and cells.text:
            found.append(ListRule(tuple(_areas(cells.text)), source.text))
    return tuple(found)


def _areas(text: str) -> Iterator[Area]:
    for part in text.split():
        made = area(part)
        if made is not None:
            yield made


def defined_names(content: Mapping[str, bytes]) -> dict[str, str]:
    """Names of the workbook → what they stand for."""
    root = parsed(content["xl/workbook.xml"], "xl/workbook.xml")
    return {str(name.get("name")): name.text or "" for name in root.iter(f"{{{MAIN}}}definedName")}


def resolved(source: str, sheet: str, names: Mapping[str, str]) -> tuple[str, ...] | tuple[str, Area] | None:
    """A list written out → its items as one tuple of texts; an area → (sheet, area); None for anything computed."""
    text = source.strip()
    if len(text) >= 2 and text.startswith('"') and text.endswith('"'):
        return tuple(item.strip() for item in text[1:-1].replace('""', '"').split(",") if item.strip())
    text = names.get(text.lstrip("="), text).lstrip("=")
    before, sign, cells = text.rpartition("!")
    made = area(cells)
    if made is None:
        return None
    home = before.strip("'").replace("''", "'") if sign else sheet
    return (home, made)
