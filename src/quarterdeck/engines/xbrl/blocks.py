"""The text of a whole Inline XBRL document, block by block, with the facts that cover each block and the item headings.

A reader of facts does not need it; checks do: to see which item a fact stands in, what stands beside the tagged text,
and where a cross-reference leads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from .model import Block, Heading
from .parsing import IX_NAMESPACES
from .textvalue import fold, is_block, is_element, line_of_element, name_of

_HEADER: Final = frozenset({"header", "hidden", "references", "resources"})
_SILENT: Final = frozenset({"head", "script", "style", "template"})
_NONE = re.compile(r"(?:^|;)\s*display\s*:\s*none", re.I)

_ITEM = re.compile(
    r"(?:part\s+[ivx]+\s*[.,:–—-]?\s*)?items?\s+(\d{1,2}(?:\.\d{2})?[A-K]?)(?![A-Za-z0-9])\s*[.:–—-]*\s*(.*)", re.I
)
# Longer than any title of an item; a paragraph that begins "Item 7 of Part II" is no heading.
_LONGEST_HEADING: Final = 200
# What stands between two lines of a table of contents.
_PAGE_NUMBER = re.compile(r"[\s.…\d–—-]*|page|n/?a|part\s+[ivx]+", re.I)


@dataclass(slots=True)
class _Walk:
    owners: Mapping[etree._Element, tuple[int, ...]]
    blocks: list[Block] = field(default_factory=list)
    linked: list[bool] = field(default_factory=list)
    ranges: dict[etree._Element, tuple[int, int]] = field(default_factory=dict)
    active: list[int] = field(default_factory=list)
    links: int = 0
    text: list[str] = field(default_factory=list)
    line: int = 0
    covering: dict[int, None] = field(default_factory=dict)
    unlinked: bool = False

    def add(self, text: str | None, line: int) -> None:
        if not text:
            return
        if text.strip():
            self.line = self.line or line
            self.covering.update(dict.fromkeys(self.active))
            self.unlinked = self.unlinked or not self.links
        self.text.append(text)

    def flush(self) -> None:
        folded = fold("".join(self.text))
        if folded:
            self.blocks.append(Block(folded, self.line, tuple(self.covering)))
            self.linked.append(not self.unlinked)
        self.text, self.line, self.covering, self.unlinked = [], 0, {}, False

    def pending(self) -> bool:
        return self.line > 0

    def walk(self, element: etree._Element) -> None:
        namespace, local = name_of(element)
        style = element.get("style")
        if namespace in IX_NAMESPACES:
            if local in _HEADER:
                return
            boundary = False
        else:
            local = local.lower()
            if local in _SILENT or (style and _NONE.search(style)):
                return
            if local == "br":
                self.add(" ", 0)
                return
            boundary = is_block(local, style)
        owners = self.owners.get(element, ())
        link = local == "a" and (element.get("href") or "").startswith("#")
        if boundary:
            self.flush()
        first = len(self.blocks)
        self.active += owners
        self.links += link
        self.content(element)
        self.links -= link
        if owners:
            del self.active[-len(owners) :]
            last = len(self.blocks) - (0 if self.pending() else 1)
            if last >= first:
                self.ranges[element] = (first, last)
        if boundary:
            self.flush()

    def content(self, element: etree._Element) -> None:
        line = line_of_element(element)
        self.add(element.text, line)
        for child in element:
            if is_element(child):
                self.walk(child)
            self.add(child.tail, line)


def read_blocks(
    roots: Sequence[etree._Element], owners: Mapping[etree._Element, tuple[int, ...]]
) -> tuple[tuple[Block, ...], tuple[Heading, ...], dict[etree._Element, tuple[int, int]]]:
    """Blocks and headings in document order, and for each element that carries facts its (first, last) block.

    `owners` maps an element to the orders of the facts it holds content of.
    """
    walk = _Walk(owners)
    for root in roots:
        walk.walk(root)
        walk.flush()
    return tuple(walk.blocks), tuple(_headings(walk.blocks, walk.linked)), walk.ranges


def _headings(blocks: Sequence[Block], linked: Sequence[bool]) -> list[Heading]:
    found: list[tuple[int, str, str, bool]] = []
    for index, block in enumerate(blocks):
        if len(block.text) > _LONGEST_HEADING or not block.text[:5].lower().startswith(("item", "part ")):
            continue
        match = _ITEM.match(block.text)
        if match:
            title, link = match.group(2).strip(), linked[index]
            if not title and index + 1 < len(blocks) and len(blocks[index + 1].text) <= _LONGEST_HEADING:
                title, link = blocks[index + 1].text, link or linked[index + 1]
            found.append((index, match.group(1).upper(), title, link))
    headings = []
    for place, (index, item, title, link) in enumerate(found):
        following = found[place + 1][0] if place + 1 < len(found) else len(blocks)
        between = [block.text for block in blocks[index + 1 : min(following, index + 5)] if block.text != title]
        listed = following < len(blocks) and following - index < 5 and all(map(_PAGE_NUMBER.fullmatch, between))
        headings.append(Heading(item, title, blocks[index].line, index, link or listed))
    return headings
