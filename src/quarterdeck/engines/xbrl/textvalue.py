"""The text and the markup of a fact, from the elements that hold it.

Plain text is what a person reads: tags stripped, a block boundary or a line break read as one space, white space
folded. Which elements are blocks follows HTML, save where the element's own style says otherwise: agents set whole
sentences in `<div style="display:inline">`. Markup is the fact's content as Inline XBRL 1.1 defines it for
`escape="true"`: Inline XBRL elements dissolve into their content and `ix:exclude` disappears.

Parts of one fact (an element and its continuations) are joined without anything between them, as the specification
has it, so that the value is the one every XBRL processor and the SEC's own pages show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Final

from lxml import etree

from .parsing import IX_NAMESPACES, attributes_of

XHTML: Final = "http://www.w3.org/1999/xhtml"


def _words(text: str) -> list[str]:
    return text.split()


BLOCKS: Final = frozenset(
    _words(
        "address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt "
        "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav "
        "ol optgroup option p pre section summary table tbody td tfoot th thead title tr ul"
    )
)
VOID: Final = frozenset(_words("area base br col embed hr img input link meta param source track wbr"))
_SILENT: Final = frozenset({"script", "style", "template"})
_DROPPED: Final = frozenset({"exclude", "header", "hidden", "references", "resources"})

_DISPLAY = re.compile(r"(?:^|;)\s*display\s*:\s*([a-z-]+)", re.I)
_INLINE: Final = frozenset({"inline", "contents"})
_BLOCK: Final = re.compile(r"block$|flow-root|list-item|flex|grid|table", re.I)

# HTML reads the character references 128 to 159 as Windows-1252, XML as control characters that mean nothing.
_C1 = re.compile("[\x80-\x9f]")
_C1_TABLE: Final = {code: bytes((code,)).decode("cp1252", "ignore") or "\ufffd" for code in range(0x80, 0xA0)}


def fold(text: str) -> str:
    """White space (no-break spaces too) folded to single spaces, none at the ends."""
    return " ".join(decoded(text).split())


def decoded(text: str) -> str:
    """The text with characters 128 to 159 read as Windows-1252."""
    return text.translate(_C1_TABLE) if _C1.search(text) else text


def name_of(element: etree._Element) -> tuple[str, str]:
    """Namespace URI and local name of an element; "" for no namespace."""
    tag = element.tag
    if tag[:1] == "{":
        namespace, _, local = tag[1:].partition("}")
        return namespace, local
    return "", tag


def line_of_element(element: etree._Element) -> int:
    """The line the parser met the element on, from 1; 0 where it does not know."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 0


def is_block(local: str, style: str | None) -> bool:
    """Whether an HTML element of that name and style begins on a line of its own."""
    if style and "display" in style:
        found = _DISPLAY.search(style)
        if found:
            kind = found.group(1).lower()
            if kind in _INLINE:
                return False
            if kind != "inline-block" and _BLOCK.search(kind) and not kind.startswith("inline-"):
                return True
    return local in BLOCKS


def is_element(node: etree._Element) -> bool:
    """False for comments, processing instructions and entity references."""
    return isinstance(node.tag, str)


def shown_text(parts: Iterable[etree._Element]) -> str:
    """Folded text of the elements' content, one after the other."""
    out: list[str] = []
    for part in parts:
        _shown(part, out)
    return fold("".join(out))


def raw_text(parts: Iterable[etree._Element]) -> str:
    """The characters of the elements' content with nothing added or folded: what a transformation is given."""
    out: list[str] = []
    for part in parts:
        _raw(part, out)
    return decoded("".join(out))


def inner_html(parts: Iterable[etree._Element]) -> str:
    """The elements' content as HTML without Inline XBRL. It is as the filer wrote it: sanitise before showing it."""
    out: list[str] = []
    for part in parts:
        _markup(part, out)
    return decoded("".join(out)).strip()


def _shown(element: etree._Element, out: list[str]) -> None:
    if element.text:
        out.append(element.text)
    for child in element:
        if is_element(child):
            namespace, local = name_of(child)
            if namespace in IX_NAMESPACES:
                if local not in _DROPPED:
                    _shown(child, out)
            elif (local := local.lower()) == "br":
                out.append(" ")
            elif local not in _SILENT:
                block = is_block(local, child.get("style"))
                if block:
                    out.append(" ")
                _shown(child, out)
                if block:
                    out.append(" ")
        if child.tail:
            out.append(child.tail)


def _raw(element: etree._Element, out: list[str]) -> None:
    if element.text:
        out.append(element.text)
    for child in element:
        if is_element(child):
            namespace, local = name_of(child)
            if not (namespace in IX_NAMESPACES and local in _DROPPED):
                _raw(child, out)
        if child.tail:
            out.append(child.tail)


def _markup(element: etree._Element, out: list[str]) -> None:
    if element.text:
        out.append(escape(element.text, quote=False))
    for child in element:
        if is_element(child):
            namespace, local = name_of(child)
            if namespace in IX_NAMESPACES:
                if local not in _DROPPED:
                    _markup(child, out)
            elif namespace in ("", XHTML):
                local = local.lower()
                attributes = "".join(
                    f' {key}="{escape(value)}"'
                    for key, value in attributes_of(child)
                    if "{" not in key and ":" not in key
                )
                out.append(f"<{local}{attributes}>")
                if local not in VOID:
                    _markup(child, out)
                    out.append(f"</{local}>")
            else:
                # Foreign markup (an office suite's own tags) is nothing a browser knows; its text stays.
                _markup(child, out)
        if child.tail:
            out.append(escape(child.tail, quote=False))
