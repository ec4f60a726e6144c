"""Plain documents: headings, paragraphs, lists, tables and quotes, read from and written to Markdown, Word and HTML.

    document = read_markdown(text)
    to_html(document)              # safe: no markup of the text's own survives
    write_docx(document, front)    # bytes of a .docx
    read_docx(source)              # and back: headings, paragraphs, lists and tables are kept

What Markdown may hold beyond that (raw HTML, pictures, code blocks) is read as text. Every text keeps its order.
"""

from quarterdeck.engines.prose.compare import Change, compare
from quarterdeck.engines.prose.docx_in import BadDocument, read_docx
from quarterdeck.engines.prose.docx_out import Front, write_docx
from quarterdeck.engines.prose.html import to_html
from quarterdeck.engines.prose.markdown_in import read_markdown
from quarterdeck.engines.prose.markdown_out import write_markdown
from quarterdeck.engines.prose.model import (
    Block,
    Document,
    Heading,
    Item,
    ListBlock,
    Paragraph,
    Quote,
    Section,
    Span,
    Table,
    plain,
)

__all__ = [
    "BadDocument", "Block", "Change", "Document", "Front", "Heading", "Item", "ListBlock", "Paragraph", "Quote", "Section",
    "Span", "Table", "compare", "plain", "read_docx", "read_markdown", "to_html", "write_docx", "write_markdown",
]  # fmt: skip
