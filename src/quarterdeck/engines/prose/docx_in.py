"""Reading a Word document that somebody sent: bounded, without entities, network, macros or pictures.

Styles say what a paragraph is (Heading 1…6, List Bullet, List Number, Quote, Title), and where they do not, the outline
level and the numbering do. What was deleted under tracked changes is left out, what was inserted is read.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from lxml import etree

from quarterdeck.engines.prose.docx_out import FRONT_STYLE
from quarterdeck.engines.prose.model import (
    Block,
    Document,
    Heading,
    Item,
    Paragraph,
    Quote,
    Span,
    Spans,
    levelled,
    plain,
    squared,
    tidy,
)

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
#: Bytes that one part of the file may unpack to, and blocks that are read of it.
MOST_BYTES = 20 << 20
MOST_BLOCKS = 20_000
_HEADING = re.compile(r"^(?:heading|überschrift|标题)\s*([1-6])$", re.IGNORECASE)
_LIST = re.compile(r"^list (bullet|number)(?: ([2-5]))?$", re.IGNORECASE)
_MONOSPACED = ("courier new", "consolas", "menlo", "monaco")


class BadDocument(ValueError):
    """The file cannot be read as a Word document; the message says what and where."""


@dataclass(frozen=True)
class _Style:
    name: str
    outline: int | None
    numbering: tuple[str, int] | None


@dataclass
class _Package:
    """What the paragraphs refer to."""

    styles: dict[str, _Style] = field(default_factory=dict)
    ordered: dict[tuple[str, int], bool] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


def read_docx(source: BinaryIO) -> Document:
    """The document in ``source``. BadDocument where it is none, carries entities, or is too large."""
    try:
        with zipfile.ZipFile(source) as archive:
            body = _part(archive, "word/document.xml")
            if body is None:
                raise BadDocument("word/document.xml is missing: this is no Word document")
            package = _Package(
                _styles(_part(archive, "word/styles.xml")),
                _numbering(_part(archive, "word/numbering.xml")),
                _links(_part(archive, "word/_rels/document.xml.rels")),
            )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadDocument("the file is damaged or no Word document") from error
    root = body.find(f"{_W}body")
    if root is None:
        raise BadDocument("word/document.xml has no body")
    return Document(tuple(_blocks(root, package)))


def _part(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    try:
        info = archive.getinfo(name)
    except KeyError:
        return None
    with archive.open(info) as part:
        data = part.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BadDocument(f"{name} unpacks to more than {MOST_BYTES >> 20} MB")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadDocument(f"{name} declares a document type or entities, which no Word document does")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise BadDocument(f"{name} is no sound XML (line {error.lineno})") from error


def _value(element: etree._Element | None, path: str) -> str | None:
    found = element.find(path) if element is not None else None
    return None if found is None else str(found.get(f"{_W}val", ""))


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdigit() and len(text) < 6 else None


def _numbered(properties: etree._Element | None) -> tuple[str, int] | None:
    key = _value(properties, f"{_W}numPr/{_W}numId")
    if key is None or key == "0":
        return None
    return key, _number(_value(properties, f"{_W}numPr/{_W}ilvl")) or 0


def _styles(root: etree._Element | None) -> dict[str, _Style]:
    found: dict[str, _Style] = {}
    for style in root.iterfind(f"{_W}style") if root is not None else ():
        properties = style.find(f"{_W}pPr")
        found[str(style.get(f"{_W}styleId", ""))] = _Style(
            _value(style, f"{_W}name") or "",
            _number(_value(properties, f"{_W}outlineLvl")),
            _numbered(properties),
        )
    return found


def _numbering(root: etree._Element | None) -> dict[tuple[str, int], bool]:
    """Whether a level of a numbering counts (or only marks)."""
    if root is None:
        return {}
    kinds: dict[str, dict[int, bool]] = {}
    for abstract in root.iterfind(f"{_W}abstractNum"):
        levels = kinds.setdefault(str(abstract.get(f"{_W}abstractNumId", "")), {})
        for level in abstract.iterfind(f"{_W}lvl"):
            place = _number(level.get(f"{_W}ilvl"))
            if place is not None:
                levels[place] = _value(level, f"{_W}numFmt") not in ("bullet", "none", None)
    found: dict[tuple[str, int], bool] = {}
    for num in root.iterfind(f"{_W}num"):
        key = str(num.get(f"{_W}numId", ""))
        for place, counts in kinds.get(_value(num, f"{_W}abstractNumId") or "", {}).items():
            found[key, place] = counts
    return found


def _links(root: etree._Element | None) -> dict[str, str]:
    if root is None:
        return {}
    return {str(one.get("Id", "")): str(one.get("Target", "")) for one in root if one.get("TargetMode") == "External"}


def _blocks(body: etree._Element, package: _Package) -> Iterator[Block]:
    items: list[Item] = []
    count = 0
    for element in body.iter(f"{_W}p", f"{_W}tbl"):
        if _inside_table(element, body):
            continue
        count += 1
        if count > MOST_BLOCKS:
            raise BadDocument(f"the document has more than {MOST_BLOCKS} paragraphs")
        made: Block | Item | None = (
            _table(element, package) if element.tag == f"{_W}tbl" else _paragraph(element, package)
        )
        if isinstance(made, Item):
            items.append(made)
            continue
        if items:
            yield levelled(items)
            items = []
        if made is not None:
            yield made
    if items:
        yield levelled(items)


def _inside_table(element: etree._Element, body: etree._Element) -> bool:
    above = element.getparent()
    while above is not None and above is not body:
        if above.tag in (f"{_W}tbl", f"{_W}txbxContent", f"{_W}del"):
            return True
        above = above.getparent()
    return False


def _paragraph(element: etree._Element, package: _Package) -> Block | Item | None:
    properties = element.find(f"{_W}pPr")
    style = package.styles.get(_value(properties, f"{_W}pStyle") or "", _Style("", None, None))
    if style.name in ("Title", "Subtitle", FRONT_STYLE):
        return None
    spans = _spans(element, package)
    if not spans:
        return None
    level = _heading(style, properties)
    if level is not None:
        # A heading is bold by its style; who marked it bold as well said nothing more.
        return Heading(level, tidy(replace(span, bold=False) for span in spans))
    if listed := _LIST.match(style.name):
        return Item(int(listed[2] or 1) - 1, listed[1].lower() == "number", spans)
    if numbered := _numbered(properties) or style.numbering:
        return Item(numbered[1], package.ordered.get(numbered, False), spans)
    if style.name in ("Quote", "Intense Quote"):
        return Quote(spans)
    return Paragraph(spans)


def _heading(style: _Style, properties: etree._Element | None) -> int | None:
    if named := _HEADING.match(style.name):
        return int(named[1])
    outline = _number(_value(properties, f"{_W}outlineLvl"))
    outline = style.outline if outline is None else outline
    return outline + 1 if outline is not None and outline < 6 else None


def _table(element: etree._Element, package: _Package) -> Block | None:
    rows = [[tidy(_cell(cell, package)) for cell in row.iterfind(f"{_W}tc")] for row in element.iterfind(f"{_W}tr")]
    found = squared(rows)
    return found if found is None or any(plain(cell) for row in found.rows for cell in row) else None


def _cell(cell: etree._Element, package: _Package) -> Iterator[Span]:
    for place, paragraph in enumerate(cell.iter(f"{_W}p")):
        if place:
            yield Span(" ")
        yield from _spans(paragraph, package)


def _spans(paragraph: etree._Element, package: _Package) -> Spans:
    return tidy(_runs(paragraph, package, ""))


def _runs(parent: etree._Element, package: _Package, href: str) -> Iterator[Span]:
    for child in parent:
        if child.tag == f"{_W}r":
            if text := _text(child):
                yield _formed(child, text, href)
        elif child.tag == f"{_W}hyperlink":
            anchor = child.get(f"{_W}anchor")
            target = package.links.get(str(child.get(f"{_R}id", "")), "")
            yield from _runs(child, package, f"#{anchor}" if anchor else target)
        elif child.tag in (f"{_W}ins", f"{_W}smartTag", f"{_W}fldSimple"):
            yield from _runs(child, package, href)
        elif child.tag == f"{_W}sdt" and (content := child.find(f"{_W}sdtContent")) is not None:
            yield from _runs(content, package, href)


def _formed(run: etree._Element, text: str, href: str) -> Span:
    properties = run.find(f"{_W}rPr")
    font = properties.find(f"{_W}rFonts") if properties is not None else None
    code = font is not None and str(font.get(f"{_W}ascii", "")).lower() in _MONOSPACED
    return Span(text, _on(properties, "b"), _on(properties, "i"), code, href)


def _on(properties: etree._Element | None, name: str) -> bool:
    found = properties.find(f"{_W}{name}") if properties is not None else None
    return found is not None and found.get(f"{_W}val", "true") not in ("0", "false", "off")


def _text(run: etree._Element) -> str:
    parts: list[str] = []
    for child in run:
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
            parts.append(" ")
        elif child.tag == f"{_W}noBreakHyphen":
            parts.append("-")
    return "".join(parts)


__all__ = ["BadDocument", "read_docx"]
