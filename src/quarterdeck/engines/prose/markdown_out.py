"""Writing Markdown that reads back as the same document."""

from __future__ import annotations

import re

from quarterdeck.engines.prose.model import Block, Document, Heading, ListBlock, Paragraph, Quote, Span, Spans

_SPECIAL = re.compile(r"([\\`*\[\]{}|])")
#: What would make a line something else than a paragraph when it stands first.
_FIRST = re.compile(r"^(?:(#{1,6})(?=\s|$)|([-+])(?=\s|$|[-+ ]*$)|(>)|(_)(?=[_ ]*$)|(\d{1,9})([.)])(?=\s|$))")


def write_markdown(document: Document) -> str:
    """The text, its blocks parted by an empty line, ending in a line break; empty for an empty document."""
    blocks: list[str] = []
    former: Block | None = None
    for block in document.blocks:
        if isinstance(former, ListBlock) and isinstance(block, ListBlock):
            blocks.append("---")
        blocks.append(_block(block))
        former = block
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        anchor = f" {{#{block.anchor}}}" if block.anchor else ""
        return f"{'#' * block.level} {write_spans(block.spans)}{anchor}"
    if isinstance(block, Paragraph):
        return _guarded(write_spans(block.spans))
    if isinstance(block, Quote):
        return f"> {write_spans(block.spans)}"
    if isinstance(block, ListBlock):
        return _list(block)
    rows = ["| " + " | ".join(write_spans(cell) for cell in row) + " |" for row in block.rows]
    rows.insert(1, "|" + " --- |" * len(block.rows[0]))
    return "\n".join(rows)


def _list(block: ListBlock) -> str:
    lines: list[str] = []
    counts: list[int] = []
    for item in block.items:
        counts = [*counts[: item.level + 1], *([0] * (item.level + 1 - len(counts)))]
        counts[item.level] = counts[item.level] + 1 if item.ordered else 0
        mark = f"{counts[item.level]}." if item.ordered else "-"
        lines.append(f"{'    ' * item.level}{mark} {write_spans(item.spans)}")
    return "\n".join(lines)


def _guarded(text: str) -> str:
    found = _FIRST.match(text)
    if found is None:
        return text
    if found[5]:
        return f"{found[5]}\\{text[len(found[5]) :]}"
    return f"\\{text}"


def write_spans(spans: Spans) -> str:
    """Runs as Markdown; marks inside the words stand behind a backslash."""
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    if span.code:
        return f"`{span.text}`"
    text = _SPECIAL.sub(r"\\\1", span.text)
    if span.href:
        return f"[{text}]({span.href})"
    mark = "*" * (2 * span.bold + span.italic)
    return f"{mark}{text}{mark}"
