"""One tree for both syntaxes, as OSCAL's JSON has it: dictionaries, lists and texts. XML is turned into it first.

Source: the XML to JSON conversion of OSCAL: attributes and single children become members, repeated children a list
under the plural name, markup becomes Markdown text with ``{{ insert: param, ID }}`` for an insertion.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from lxml import etree

from quarterdeck.engines.oscal.model import MAX_BYTES, MAX_DEPTH, OscalError

Node: TypeAlias = "dict[str, Node] | list[Node] | str | int | float | bool | None"
Object: TypeAlias = "dict[str, Node]"

NAMESPACE: Final = "http://csrc.nist.gov/ns/oscal/1.0"
_DOCTYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)

#: XML element → JSON member, for elements that may be repeated.
_MANY: Final[Mapping[str, str]] = {
    "group": "groups",
    "control": "controls",
    "param": "params",
    "prop": "props",
    "link": "links",
    "part": "parts",
    "value": "values",
    "choice": "choice",
    "import": "imports",
    "include-controls": "include-controls",
    "exclude-controls": "exclude-controls",
    "with-id": "with-ids",
    "matching": "matching",
    "set-parameter": "set-parameters",
    "alter": "alters",
    "remove": "removes",
    "add": "adds",
    "resource": "resources",
    "rlink": "rlinks",
}
#: Elements whose content is a text, with or without markup.
_TEXT: Final = frozenset(
    {"title", "label", "value", "choice", "with-id", "version", "oscal-version", "last-modified", "published", "as-is", "description", "p"}
)  # fmt: skip
#: Blocks of prose that stand in a part beside its other children.
_PROSE: Final = frozenset({"p", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote"})
#: Not read at all: people and organisations, remarks, and what only a tool needs.
_SKIPPED: Final = frozenset(
    {"role", "party", "location", "responsible-party", "revisions", "remarks", "guideline", "constraint", "usage", "document-id", "citation", "base64", "test"}
)  # fmt: skip


def parse(data: bytes) -> Object:
    """The document as a tree. Raises OscalError for anything that is not well-formed JSON or XML, or is too large."""
    if len(data) > MAX_BYTES:
        raise OscalError(f"is larger than {MAX_BYTES // (1 << 20)} MB, the most that is read")
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not head:
        raise OscalError("is empty")
    return _from_xml(data) if head == b"<" else _from_json(data)


def _from_json(data: bytes) -> Object:
    try:
        found = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise OscalError("is not UTF-8 text", f"byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise OscalError(f"is no JSON: {error.msg}", f"line {error.lineno}") from None
    except RecursionError:
        raise OscalError("is nested deeper than any catalogue") from None
    if not isinstance(found, dict):
        raise OscalError("is JSON, but no OSCAL document: an object with one member is expected")
    return found


def _no_constant(name: str) -> float:
    raise OscalError(f"holds {name}, which is no JSON")


def _from_xml(data: bytes) -> Object:
    if _DOCTYPE.search(data):
        raise OscalError("declares a document type or entities, which OSCAL does not; nothing was expanded")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.position[0] if error.position else 0
        raise OscalError(f"is no well-formed XML: {error.msg}", f"line {line}" if line else "") from None
    if etree.QName(root).namespace != NAMESPACE:
        raise OscalError("is XML, but no OSCAL document: its namespace is another", f"<{etree.QName(root).localname}>")
    return {etree.QName(root).localname: _element(root, 0)}


def _element(element: etree._Element, depth: int) -> Object:
    if depth > MAX_DEPTH:
        raise OscalError("is nested deeper than any catalogue", f"line {element.sourceline}")
    made: Object = {str(key): str(value) for key, value in element.attrib.items() if not str(key).startswith("{")}
    prose: list[str] = []
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = etree.QName(child).localname
        if name in _SKIPPED:
            continue
        if name in _PROSE:
            prose.append(_markup(child, depth + 1))
            continue
        value: Node = _markup(child, depth + 1) if name in _TEXT else _element(child, depth + 1)
        many = _MANY.get(name)
        if many is None:
            made[name] = value
        else:
            row = made.setdefault(many, [])
            assert isinstance(row, list)
            row.append(value)
    if prose:
        made["prose"] = "\n\n".join(text for text in prose if text)
    return made


def _markup(element: etree._Element, depth: int) -> str:
    """Markup as text: insertions as OSCAL's JSON writes them, list items on lines of their own."""
    if depth > MAX_DEPTH:
        raise OscalError("is nested deeper than any catalogue", f"line {element.sourceline}")
    pieces: list[str] = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            name = etree.QName(child).localname
            if name == "insert":
                pieces.append(f"{{{{ insert: {child.get('type') or 'param'}, {child.get('id-ref') or ''} }}}}")
            elif name == "li":
                pieces.append(f"\v{_markup(child, depth + 1)}\v")
            else:
                pieces.append(_markup(child, depth + 1))
        pieces.append(child.tail or "")
    folded = " ".join("".join(pieces).replace("\v", " \v ").split(" "))
    lines = (" ".join(line.split()) for line in folded.split("\v"))
    return "\n".join(line for line in lines if line)


# --- asking the tree -----------------------------------------------------------------------------------------------


def objects(node: Object, name: str) -> list[Object]:
    """The member ``name`` as a list of objects; empty without it. A single object counts as a list of one."""
    found = node.get(name)
    if found is None:
        return []
    rows = found if isinstance(found, list) else [found]
    if not all(isinstance(row, dict) for row in rows):
        raise OscalError(f"“{name}” should be a list of objects")
    return [row for row in rows if isinstance(row, dict)]


def text(node: Object, name: str) -> str:
    """The member ``name`` as text; empty without it."""
    found = node.get(name)
    if found is None or isinstance(found, dict | list):
        return ""
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found).strip()


def texts(node: Object, name: str) -> tuple[str, ...]:
    """The member ``name`` as texts, one or many."""
    found = node.get(name)
    rows = found if isinstance(found, list) else [] if found is None else [found]
    return tuple(str(row).strip() for row in rows if isinstance(row, str | int | float) and not isinstance(row, bool))


def child(node: Object, name: str) -> Object:
    """The member ``name`` as an object; empty without it."""
    found = node.get(name)
    return found if isinstance(found, dict) else {}
