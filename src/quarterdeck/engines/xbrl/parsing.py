"""From text to a tree: the wrappers of EDGAR, strict parsing, and repair of what is complete but not well-formed.

Everything here treats its input as hostile. No document type definition reaches the parser, so there are no entities
to expand and nothing to fetch. A filing that breaks off is refused, never read by halves.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from .model import ReadError, Unreadable

IX_NAMESPACES: Final = ("http://www.xbrl.org/2013/inlineXBRL", "http://www.xbrl.org/2008/inlineXBRL")


def _words(text: str) -> list[str]:
    return text.split()


def attributes_of(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Names and values of an element's attributes; a name with a namespace is written {uri}local."""
    for key, value in element.attrib.items():
        yield str(key), str(value)


# --- wrappers ----------------------------------------------------------------------------------------------------

_HTML_OPEN = re.compile(rb"<(?:[A-Za-z][\w.-]*:)?html[\s>/]", re.I)
_HTML_CLOSE = re.compile(rb"</(?:[A-Za-z][\w.-]*:)?html\s*>", re.I)
_DOCUMENT = re.compile(rb"<DOCUMENT>", re.I)
_DOCUMENT_END = re.compile(rb"</DOCUMENT>", re.I)
_TYPE = re.compile(rb"^\s*<TYPE>([^\r\n<]{1,40})", re.I | re.M)
ENTITY = re.compile(rb"<!ENTITY", re.I)


@dataclass(frozen=True, slots=True)
class Section:
    """One document inside a submission: its EDGAR type, and its bytes from the first byte of `data` to `end`.

    `start` and `end` are offsets into the whole, so that line numbers stay those of the file.
    """

    type: str | None
    start: int
    end: int


def sections(data: bytes) -> list[Section]:
    """The documents of an EDGAR submission text; one section for anything else."""
    starts = [match.end() for match in _DOCUMENT.finditer(data)]
    if not starts:
        return [Section(None, 0, len(data))]
    out = []
    for index, start in enumerate(starts):
        limit = starts[index + 1] if index + 1 < len(starts) else len(data)
        closed = _DOCUMENT_END.search(data, start, limit)
        end = closed.start() if closed else limit
        kind = _TYPE.search(data, start, min(start + 2000, end))
        out.append(Section(kind.group(1).decode("ascii", "replace").strip() if kind else None, start, end))
    return out


def is_inline(data: bytes, section: Section) -> bool:
    """Whether a section declares the Inline XBRL namespace."""
    return any(data.find(namespace.encode(), section.start, section.end) >= 0 for namespace in IX_NAMESPACES)


# --- parsing -----------------------------------------------------------------------------------------------------

_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]*);")
_FACT_OPEN = re.compile(rb"<[\w.-]+:(?:nonNumeric|continuation)\b", re.I)
_RESOURCE_LIMIT: Final = 114  # libxml2's XML_ERR_RESOURCE_LIMIT
_TOO_DEEP: Final = "is nested deeper, or holds longer names or texts, than any filing; it was not read"
_XML_NAMES: Final = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_CONTROLS: Final = bytes(range(9)) + bytes((11, 12)) + bytes(range(14, 32))


@dataclass(frozen=True, slots=True)
class Markup:
    """A parsed document. `malformed` is its first XML fault when it had to be repaired.

    `prefixes` maps every prefix that the root declares to its namespace URI ("" is the default namespace).
    """

    root: etree._Element
    prefixes: dict[str, str]
    malformed: ReadError | None


def parse_section(data: bytes, section: Section, source: str) -> Markup:
    """Parse one XHTML section of UTF-8 `data`.

    Raises Unreadable for entity declarations, for a document that breaks off, and for markup beyond repair.
    """
    start = _HTML_OPEN.search(data, section.start, section.end)
    if start is None:
        raise Unreadable(source, "has no <html> element", line_of(data, section.start))
    entity = ENTITY.search(data, section.start, start.start())
    if entity:
        raise Unreadable(
            source, "declares entities, which filings may not do; nothing was expanded", line_of(data, entity.start())
        )
    end = max((match.end() for match in _HTML_CLOSE.finditer(data, start.end(), section.end)), default=None)
    if end is None:
        shown = data[: section.end].rstrip()
        raise Unreadable(source, "breaks off before its end: </html> is missing", line_of(data, len(shown)))
    # The lines before the root become empty ones: the parser then counts the lines of the file.
    body = b"\n" * data.count(b"\n", 0, start.start()) + data[start.start() : end]
    body = _NAMED.sub(_numeric, body)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        line = error.position[0] or None
        if any(entry.type == _RESOURCE_LIMIT for entry in parser.error_log):
            raise Unreadable(source, _TOO_DEEP, line) from error
        return _repair(body, ReadError(source, f"is not well-formed XML: {_plain(error)}", line))
    return Markup(root, {prefix or "": uri for prefix, uri in root.nsmap.items()}, None)


def parse_html(data: bytes, source: str) -> etree._Element:
    """Parse ordinary HTML in UTF-8, such as an R page. Raises Unreadable when it breaks off or is empty."""
    if ENTITY.search(data):
        raise Unreadable(source, "declares entities; nothing was expanded")
    if not _HTML_CLOSE.search(data):
        raise Unreadable(source, "breaks off before its end: </html> is missing", line_of(data, len(data.rstrip())))
    root = _html(data, source)
    if root is None:
        raise Unreadable(source, "holds no markup that can be read")
    return root


def parse_fragment(markup: str, source: str) -> etree._Element | None:
    """The element around a piece of HTML; None if nothing can be made of it."""
    return _html(f"<div>{markup}</div>".encode(), source)


def line_of(data: bytes, offset: int) -> int:
    """The line, from 1, that a byte offset lies on."""
    return data.count(b"\n", 0, offset) + 1


def _numeric(match: re.Match[bytes]) -> bytes:
    name = match.group(1)
    if name in _XML_NAMES:
        return match.group(0)
    text = html.entities.html5.get(name.decode("ascii") + ";")
    return match.group(0) if text is None else "".join(f"&#{ord(char)};" for char in text).encode()


def _plain(error: etree.XMLSyntaxError) -> str:
    # lxml ends its messages with the position and the name of the input; the line is told apart.
    return re.sub(r", line \d+, column \d+.*$", "", str(error.msg or "syntax error"), flags=re.S)


def _html(data: bytes, source: str) -> etree._Element | None:
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, recover=True
    )
    try:
        root = etree.fromstring(data.translate(None, _CONTROLS), parser)
    except etree.XMLSyntaxError:
        return None
    # This parser forgives everything, also that it stopped at a limit and dropped the rest.
    for entry in parser.error_log:
        if entry.type == _RESOURCE_LIMIT:
            raise Unreadable(source, _TOO_DEEP, entry.line or None)
    return root


# Names in Inline XBRL and XBRL are case-sensitive, and HTML forgets the case.
_NAMES: Final = {
    name.lower(): name
    for name in _words(
        "nonNumeric nonFraction continuation exclude footnote fraction numerator denominator header hidden "
        "references relationship resources tuple context entity identifier segment scenario period startDate "
        "endDate instant forever explicitMember typedMember schemaRef linkbaseRef roleRef arcroleRef unit "
        "measure divide unitNumerator unitDenominator"
    )
}
_ATTRIBUTES: Final = {
    name.lower(): name
    for name in _words("contextRef unitRef continuedAt escape format name id target nil dimension scheme href")
}


def _repair(body: bytes, fault: ReadError) -> Markup:
    """The tree of a document that is complete but not well-formed, read as HTML and given its namespaces back."""
    root = _html(body, fault.source)
    if root is None:
        raise Unreadable(fault.source, fault.message, fault.line)
    if sum(1 for element in root.iter(etree.Element) if _FACT_OPEN.match(f"<{element.tag}".encode())) != len(
        _FACT_OPEN.findall(body)
    ):
        # Something swallowed a fact (an unclosed comment, a stray quote): what is left is not the filing.
        raise Unreadable(fault.source, f"{fault.message}; it is too damaged to repair", fault.line)
    prefixes: dict[str, str] = {}
    for element in root.iter(etree.Element):
        for key, value in attributes_of(element):
            if key.lower() == "xmlns":
                prefixes.setdefault("", value)
            elif key.lower().startswith("xmlns:"):
                prefixes.setdefault(key[6:], value)
    folded = {prefix.lower(): uri for prefix, uri in prefixes.items()}
    for element in list(root.iter(etree.Element)):
        prefix, colon, local = element.tag.partition(":")
        if not colon:
            continue
        uri = folded.get(prefix.lower())
        if uri is None:
            continue
        try:
            element.tag = f"{{{uri}}}{_NAMES.get(local.lower(), local)}"
        except ValueError:
            continue
        for key, value in list(attributes_of(element)):
            plain = key.rpartition(":")[2].lower()
            if not key.startswith("xmlns") and plain in _ATTRIBUTES and _ATTRIBUTES[plain] != key:
                element.set(_ATTRIBUTES[plain], value)
    return Markup(root, prefixes, fault)
