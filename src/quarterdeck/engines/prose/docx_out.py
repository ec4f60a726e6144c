"""Writing a Word document whose styles say what each block is, so that it reads back."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from quarterdeck.engines.prose.model import Block, Document, Heading, ListBlock, Paragraph, Quote, Span, Spans

# python-docx is loaded when a document is written: most commands write none, and wait for all that they load.
if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph as WordParagraph

#: The style of the lines under the title; reading leaves them out.
FRONT_STYLE = "Document Control"


@dataclass(frozen=True)
class Front:
    """The title block: the title, and lines of (term, value) under it. ``at`` is the time the file says it was made."""

    title: str
    lines: tuple[tuple[str, str], ...]
    at: datetime


def write_docx(document: Document, front: Front | None = None) -> bytes:
    """The bytes of a .docx. The same document and front give the same content."""
    from docx import Document as new_document
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    word = new_document()
    style = word.styles.add_style(FRONT_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    style.font.size = Pt(9)
    style.paragraph_format.space_after = Pt(1)
    if front is not None:
        word.add_paragraph(front.title, style="Title")
        for term, value in front.lines:
            line = word.add_paragraph(style=FRONT_STYLE)
            line.add_run(f"{term}: ").bold = True
            line.add_run(value)
        word.core_properties.title = front.title
        word.core_properties.created = word.core_properties.modified = front.at.replace(tzinfo=None)
    word.core_properties.author = ""
    word.core_properties.comments = ""
    former: Block | None = None
    for block in document.blocks:
        if isinstance(former, ListBlock) and isinstance(block, ListBlock):
            word.add_paragraph()
        _write(word, block)
        former = block
    made = io.BytesIO()
    word.save(made)
    return made.getvalue()


def _write(word: WordDocument, block: Block) -> None:
    if isinstance(block, Heading):
        _runs(word.add_paragraph(style=f"Heading {block.level}"), block.spans)
        return
    if isinstance(block, Paragraph):
        _runs(word.add_paragraph(), block.spans)
        return
    if isinstance(block, Quote):
        _runs(word.add_paragraph(style="Quote"), block.spans)
        return
    if isinstance(block, ListBlock):
        for item in block.items:
            name = "List Number" if item.ordered else "List Bullet"
            _runs(word.add_paragraph(style=f"{name} {item.level + 1}" if item.level else name), item.spans)
        return
    table = word.add_table(rows=len(block.rows), cols=len(block.rows[0]), style="Table Grid")
    for line, cells in zip(table.rows, block.rows, strict=True):
        for cell, spans in zip(line.cells, cells, strict=True):
            _runs(cell.paragraphs[0], spans)
    word.add_paragraph()


def _runs(paragraph: WordParagraph, spans: Spans) -> None:
    for span in spans:
        if span.href:
            _link(paragraph, span)
            continue
        run = paragraph.add_run(_sound(span.text))
        # Only what is marked is said: a heading's own bold is no mark of the author.
        run.bold, run.italic = span.bold or None, span.italic or None
        if span.code:
            run.font.name = "Courier New"


def _link(paragraph: WordParagraph, span: Span) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    if span.href.startswith("#"):
        link.set(qn("w:anchor"), span.href[1:])
    else:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
        link.set(qn("r:id"), paragraph.part.relate_to(span.href, kind, is_external=True))
    run = paragraph.add_run(_sound(span.text))
    run.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def _sound(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(mark for mark in text if mark >= " " or mark == "\t")
