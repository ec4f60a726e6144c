"""A document as HTML: only the elements named here, every word escaped."""

from __future__ import annotations

from html import escape

from quarterdeck.engines.prose.model import Block, Document, Heading, Item, ListBlock, Paragraph, Quote, Span, Spans


def to_html(document: Document, *, below: int = 1, prefix: str = "s-") -> str:
    """Headings begin ``below`` levels under the page's own; each has its anchor, with ``prefix``, as id."""
    return "\n".join(_block(block, anchor, below, prefix) for block, anchor in document.anchored())


def _block(block: Block, anchor: str, below: int, prefix: str) -> str:
    if isinstance(block, Heading):
        name = f"h{min(block.level + below, 6)}"
        return f'<{name} id="{escape(prefix + anchor)}">{_spans(block.spans)}</{name}>'
    if isinstance(block, Paragraph):
        return f"<p>{_spans(block.spans)}</p>"
    if isinstance(block, Quote):
        return f"<blockquote><p>{_spans(block.spans)}</p></blockquote>"
    if isinstance(block, ListBlock):
        return _list(block.items)
    head, *rows = block.rows
    heads = "".join(f'<th scope="col">{_spans(cell)}</th>' for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{_spans(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="table-wrap"><table class="table"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _list(items: tuple[Item, ...]) -> str:
    out: list[str] = []
    open_: list[str] = []
    for item in items:
        while len(open_) > item.level + 1:
            out.append(f"</li></{open_.pop()}>")
        name = "ol" if item.ordered else "ul"
        if len(open_) == item.level + 1:
            out.append("</li>")
            if open_[-1] != name:
                out.append(f"</{open_.pop()}><{name}>")
                open_.append(name)
        else:
            out.append(f"<{name}>")
            open_.append(name)
        out.append(f"<li>{_spans(item.spans)}")
    while open_:
        out.append(f"</li></{open_.pop()}>")
    return "".join(out)


def _spans(spans: Spans) -> str:
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    text = escape(span.text)
    if span.href:
        return f'<a href="{escape(span.href)}" rel="noopener noreferrer">{text}</a>'
    if span.code:
        return f"<code>{text}</code>"
    if span.italic:
        text = f"<em>{text}</em>"
    return f"<strong>{text}</strong>" if span.bold else text
