"""A plain document as a list of blocks, and its sections."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

#: Levels of nesting that lists keep; what is deeper is drawn at the deepest.
DEEPEST = 2
_SPACE = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^\w]+")
_NUMBER = re.compile(r"^[\d.]+\s+")
_LINK = re.compile(r"^(https?://|mailto:|#)[^\s()<>\"']*$")


@dataclass(frozen=True)
class Span:
    """A run of text in one form. ``href`` is empty or an address that begins with http, https, mailto or #."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str = ""

    def like(self, other: Span) -> bool:
        """Whether the two have one form, so that they are one run."""
        return replace(self, text="") == replace(other, text="")


Spans: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    """``level`` 1…6. ``anchor`` is what the author gave (``{#anchor}``), or empty."""

    level: int
    spans: Spans
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    spans: Spans


@dataclass(frozen=True)
class Quote:
    spans: Spans


@dataclass(frozen=True)
class Item:
    """One item of a list; ``level`` from 0."""

    level: int
    ordered: bool
    spans: Spans


@dataclass(frozen=True)
class ListBlock:
    """Items in order, flat: an item's level says how deep it stands. The first stands at 0, none skips a level."""

    items: tuple[Item, ...]


@dataclass(frozen=True)
class Table:
    """Rows of cells, all of one length; the first row is the head."""

    rows: tuple[tuple[Spans, ...], ...]


Block: TypeAlias = Heading | Paragraph | Quote | ListBlock | Table


@dataclass(frozen=True)
class Section:
    """A heading with an anchor that stays when the text around it moves."""

    anchor: str
    title: str
    level: int


@dataclass(frozen=True)
class Document:
    blocks: tuple[Block, ...]

    def anchored(self) -> tuple[tuple[Block, str], ...]:
        """Each block with its anchor; empty for what is no heading.

        An anchor is the author's own or made of the words of the heading without its leading number, so that numbering
        anew keeps it. One that is taken gets ``-2``, ``-3`` …
        """
        taken: set[str] = set()
        found: list[tuple[Block, str]] = []
        for block in self.blocks:
            anchor = ""
            if isinstance(block, Heading):
                wanted = block.anchor or slug(plain(block.spans))
                anchor, number = wanted, 1
                while anchor in taken:
                    number += 1
                    anchor = f"{wanted}-{number}"
                taken.add(anchor)
            found.append((block, anchor))
        return tuple(found)

    def sections(self) -> tuple[Section, ...]:
        """Every heading, in order."""
        return tuple(
            Section(anchor, plain(block.spans), block.level)
            for block, anchor in self.anchored()
            if isinstance(block, Heading)
        )

    def part(self, anchor: str) -> Document | None:
        """What stands under the heading with that anchor, the headings below it included; None where there is none.

        The heading itself is left out: a section that is only called otherwise says the same.
        """
        blocks: list[Block] = []
        level = 0
        for block, own in self.anchored():
            heading = block.level if isinstance(block, Heading) else 0
            if level:
                if 0 < heading <= level:
                    break
                blocks.append(block)
            elif heading and own == anchor:
                level = heading
        return Document(tuple(blocks)) if level else None


def slug(text: str) -> str:
    """Words of a heading as an anchor of at most 60 characters: letters and digits of any script, joined by hyphens."""
    return _NOT_WORD.sub("-", _NUMBER.sub("", text.strip()).casefold()).strip("-_")[:60].strip("-") or "section"


def plain(spans: Spans) -> str:
    """The words alone."""
    return "".join(span.text for span in spans)


def safe_href(address: str) -> str:
    """The address if it may be linked to; otherwise empty."""
    return address if _LINK.match(address) else ""


def tidy(spans: Iterable[Span]) -> Spans:
    """One form for one content: single spaces, none at the ends or at the edges of a marked run, like runs joined."""
    loose: list[Span] = []
    for span in spans:
        text = _SPACE.sub(" ", span.text)
        if span.code:
            text = text.replace("`", "'")
        if not text:
            continue
        clean = replace(span, text=text, href=safe_href(span.href))
        if clean.href:
            clean = replace(clean, bold=False, italic=False, code=False)
        elif clean.code:
            clean = replace(clean, bold=False, italic=False)
        core = clean.text.strip()
        marked = bool(clean.href or clean.code or clean.bold or clean.italic)
        if not marked or not core:
            loose.append(Span(clean.text))
            continue
        before, after = clean.text[: len(clean.text) - len(clean.text.lstrip())], clean.text[len(clean.text.rstrip()) :]
        loose += [Span(part) for part in (before,) if part] + [replace(clean, text=core)]
        loose += [Span(part) for part in (after,) if part]
    joined: list[Span] = []
    for span in loose:
        if joined and joined[-1].like(span) and not span.href:
            joined[-1] = replace(span, text=_SPACE.sub(" ", joined[-1].text + span.text))
        elif joined and joined[-1].text.endswith(" ") and span.text.startswith(" "):
            if rest := span.text.lstrip():
                joined.append(replace(span, text=rest))
        else:
            joined.append(span)
    if joined:
        joined[0] = replace(joined[0], text=joined[0].text.lstrip())
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip())
    return tuple(span for span in joined if span.text)


def levelled(items: Iterable[Item]) -> ListBlock:
    """A list whose levels begin at 0 and never skip one."""
    found: list[Item] = []
    above = -1
    for item in items:
        above = min(item.level, above + 1, DEEPEST)
        found.append(replace(item, level=above))
    return ListBlock(tuple(found))


def squared(rows: Iterable[Iterable[Spans]]) -> Table | None:
    """A table with rows of one length; None where there is no cell."""
    listed = [list(row) for row in rows]
    width = max((len(row) for row in listed), default=0)
    if width == 0:
        return None
    return Table(tuple(tuple(row + [()] * (width - len(row))) for row in listed))


__all__ = [
    "DEEPEST", "Block", "Document", "Heading", "Item", "ListBlock", "Paragraph", "Quote", "Section", "Span", "Spans", "Table",
    "levelled", "plain", "safe_href", "slug", "squared", "tidy",
]  # fmt: skip
