"""Writes a filing as Inline XBRL 1.1, the way filers' agents do, with its extension schema where one is needed.

The output depends on the content only: no clock, no random ids. It is ASCII (EDGAR Filer Manual volume II 5.2.1.1),
has no script, no style sheet and no reference to anything outside (5.2.2).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from quarterdeck.engines.xbrl.concepts import (
    IX,
    IXT,
    LINK,
    XBRLDI,
    XBRLI,
    XHTML,
    XLINK,
    cyd_namespace,
    cyd_schema,
    dei_namespace,
    dei_schema,
)
from quarterdeck.engines.xbrl.content import FilingContent, Paragraph, validate
from quarterdeck.engines.xbrl.contexts_out import ContextTable, shares_unit
from quarterdeck.engines.xbrl.cover_out import cover_page
from quarterdeck.engines.xbrl.coverage import VIRTUAL, Coverage, Piece, cover
from quarterdeck.engines.xbrl.extension import extension_namespace, extension_schema, incident_axis
from quarterdeck.engines.xbrl.markup import element, escape, opening

FONT = "font-family:'Times New Roman',Times,serif;color:#000000"
HEADING_STYLE = f"{FONT};font-size:12pt;font-weight:700;line-height:1.3;margin:18pt 0 6pt 0"
PARAGRAPH_STYLES: Mapping[str, str] = {
    "body": f"{FONT};font-size:10.5pt;line-height:1.45;margin:0 0 8pt 0;text-align:justify",
    "subheading": f"{FONT};font-size:10.5pt;font-weight:700;font-style:italic;line-height:1.45;margin:10pt 0 5pt 0",
    "bullet": f"{FONT};font-size:10.5pt;line-height:1.45;margin:0 0 5pt 22pt;display:list-item;list-style-type:disc",
}
PAGE_STYLE = "max-width:46em;margin:0 auto;padding:12pt"


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file to be written: its `name` without folders, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class InlineFiling:
    """The document, and the extension schema it refers to, None where the published taxonomies suffice."""

    document: OutputFile
    schema: OutputFile | None

    @property
    def files(self) -> tuple[OutputFile, ...]:
        return (self.document,) if self.schema is None else (self.document, self.schema)


def write_inline(content: FilingContent, *, own_schema: bool = False) -> InlineFiling:
    """The filing as files. Raises `ContentError` where the content cannot be written.

    A schema of the company's own is written when members are used; `own_schema` asks for one in any case (some filing
    agents and EDGAR submission types want every document to have its own entry point) and needs `content.extension`.
    """
    validate(content)
    coverage = cover(content)
    contexts = ContextTable(content.cover.cik)
    page = cover_page(content, contexts)
    elements = _Elements(content, coverage, contexts, first_fact=page.facts + 1)
    body = "".join(
        element("div", {"style": HEADING_STYLE}, escape(section.heading)) + _section(content, coverage, elements, index)
        for index, section in enumerate(content.sections)
    )
    schema = None
    if content.extension is not None and (content.members or own_schema):
        schema = OutputFile(f"{content.stem}.xsd", extension_schema(content, content.extension).encode("ascii"))
    references = (schema.name,) if schema else (cyd_schema(content.version), dei_schema(content.version))
    header = _header(page.hidden, references, contexts.markup() + (shares_unit() if page.uses_shares else ""))
    text = _page(content, header, page.visible + body)
    return InlineFiling(OutputFile(f"{content.stem}.htm", text.encode("ascii")), schema)


def tag_markup(content: FilingContent, coverage: Coverage, tag: int) -> str:
    """The covered text of one tag as XHTML without any Inline XBRL element: what its fact is, piece after piece."""
    paragraphs = [paragraph for _, paragraph in content.paragraphs]
    parts = []
    for piece in coverage.chains[tag]:
        if piece.block:
            for index in range(piece.first, piece.last + 1):
                parts.append(_paragraph(paragraphs[index], escape(coverage.texts[index])))
        else:
            parts.append(escape((" " * VIRTUAL + coverage.texts[piece.first])[piece.start : piece.end]))
    return "".join(parts)


class _Elements:
    """Start and end tags of every piece, with ids in the order in which the facts begin."""

    def __init__(self, content: FilingContent, coverage: Coverage, contexts: ContextTable, first_fact: int) -> None:
        order = sorted(range(len(content.tags)), key=lambda tag: _beginning(coverage.chains[tag][0]))
        self._start: dict[Piece, str] = {}
        self._end: dict[Piece, str] = {}
        axis = incident_axis(content)
        prefix = content.extension.prefix if content.extension else ""
        for number, index in enumerate(order, start=first_fact):
            tag = content.tags[index]
            member = None if tag.member is None else f"{prefix}:{tag.member}"
            context = contexts.id_of(content.period, None if member is None else axis, member)
            chain = coverage.chains[index]
            for place, piece in enumerate(chain):
                following = f"f-{number}-{place + 1}" if place + 1 < len(chain) else None
                if place == 0:
                    fact = {
                        "contextRef": context,
                        "name": f"cyd:{tag.concept}",
                        "format": None if tag.value is None else f"ixt:fixed-{str(tag.value).lower()}",
                        "id": f"f-{number}",
                        "continuedAt": following,
                        "escape": "true" if tag.value is None else None,
                    }
                    self._start[piece] = opening("ix:nonNumeric", fact)
                    self._end[piece] = "</ix:nonNumeric>"
                else:
                    here = {"id": f"f-{number}-{place}", "continuedAt": following}
                    self._start[piece] = opening("ix:continuation", here)
                    self._end[piece] = "</ix:continuation>"

    def start(self, piece: Piece) -> str:
        return self._start[piece]

    def end(self, piece: Piece) -> str:
        return self._end[piece]


def _beginning(piece: Piece) -> tuple[int, int, int]:
    return (piece.first, 0 if piece.block else 1, piece.start)


def _section(content: FilingContent, coverage: Coverage, elements: _Elements, section: int) -> str:
    out: list[str] = []
    open_pieces: list[Piece] = []
    for index, (owner, paragraph) in enumerate(content.paragraphs):
        if owner != section:
            continue
        for piece in _outermost_first(coverage.blocks.get(index, ())):
            out.append(elements.start(piece))
            open_pieces.append(piece)
        inner = _inline(coverage.texts[index], coverage.inlines.get(index, ()), elements)
        out.append(_paragraph(paragraph, inner))
        while open_pieces and open_pieces[-1].last == index:
            out.append(elements.end(open_pieces.pop()))
    return "".join(out)


def _outermost_first(pieces: Iterable[Piece]) -> list[Piece]:
    # Stable: pieces of one extent keep the order of placement, in which flags come last and so stand innermost.
    return sorted(pieces, key=lambda piece: (piece.start, -piece.last if piece.block else -piece.end))


def _inline(text: str, pieces: Sequence[Piece], elements: _Elements) -> str:
    padded = " " * VIRTUAL + text
    out: list[str] = []
    stack: list[Piece] = []
    position = min((piece.start for piece in pieces), default=VIRTUAL)
    position = min(position, VIRTUAL)

    def close(until: int) -> None:
        nonlocal position
        while stack and stack[-1].end <= until:
            out.append(escape(padded[position : stack[-1].end]))
            position = stack[-1].end
            out.append(elements.end(stack.pop()))

    for piece in _outermost_first(pieces):
        close(piece.start)
        out.append(escape(padded[position : piece.start]))
        position = piece.start
        out.append(elements.start(piece))
        stack.append(piece)
    close(len(padded))
    out.append(escape(padded[position:]))
    return "".join(out)


def _paragraph(paragraph: Paragraph, inner: str) -> str:
    # The line break stands outside the text and lets a message name a line.
    return element("div", {"style": PARAGRAPH_STYLES[paragraph.style]}, inner) + "\n"


def _header(hidden: str, references: Sequence[str], resources: str) -> str:
    links = "".join(element("link:schemaRef", {"xlink:type": "simple", "xlink:href": href}) for href in references)
    header = element("ix:hidden", {}, hidden) if hidden else ""
    header += element("ix:references", {"xml:lang": "en-US"}, links) + element("ix:resources", {}, resources)
    return element("div", {"style": "display:none"}, element("ix:header", {}, header))


def _page(content: FilingContent, header: str, body: str) -> str:
    namespaces = {
        "xmlns": XHTML,
        "xmlns:ix": IX,
        "xmlns:ixt": IXT,
        "xmlns:link": LINK,
        "xmlns:xlink": XLINK,
        "xmlns:xbrli": XBRLI,
        "xmlns:xbrldi": XBRLDI,
        "xmlns:cyd": cyd_namespace(content.version),
        "xmlns:dei": dei_namespace(content.version),
    }
    if content.extension is not None:
        namespaces[f"xmlns:{content.extension.prefix}"] = extension_namespace(content, content.extension)
    head = element(
        "head",
        {},
        element("meta", {"http-equiv": "Content-Type", "content": "text/html; charset=us-ascii"})
        + element("title", {}, escape(content.stem)),
    )
    mark = "" if content.watermark is None else _watermark(content.watermark)
    page = element("div", {"style": PAGE_STYLE}, mark + body + mark)
    html = element("html", {**namespaces, "xml:lang": "en-US"}, f"{head}\n<body>{header}\n{page}\n</body>")
    return f'<?xml version="1.0" encoding="US-ASCII"?>\n{html}\n'


def _watermark(words: str) -> str:
    style = (
        f"{FONT};font-size:13pt;font-weight:700;letter-spacing:0.08em;text-align:center;color:#8a1c1c;"
        "border:2pt solid #8a1c1c;padding:6pt;margin:0 0 14pt 0"
    )
    return element("div", {"style": style}, escape(words))
