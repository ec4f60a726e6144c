"""The page as it would be filed, drawn by us: the tags as outlines with their names, from what the writer is given.

Nothing of the filing's own markup is shown. Elements nest as they do in the file, because both follow the same coverage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from quarterdeck.engines.xbrl.concepts import BY_NAME
from quarterdeck.engines.xbrl.content import FilingContent, validate
from quarterdeck.engines.xbrl.coverage import VIRTUAL, Coverage, Piece, cover


@dataclass
class Node:
    """A piece of text, or a tag around further nodes. ``value``: true or false for a flag, None for a text block."""

    text: str = ""
    concept: str = ""
    label: str = ""
    value: bool | None = None
    #: The first element of its chain; the others continue it.
    begins: bool = True
    inside: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """A paragraph or a subheading."""

    style: str
    inside: tuple[Node, ...]


@dataclass
class Block:
    """A text block around whole paragraphs, or (with ``line``) one paragraph."""

    concept: str = ""
    label: str = ""
    begins: bool = True
    value: bool | None = None
    line: Line | None = None
    inside: list[Block] = field(default_factory=list)


@dataclass(frozen=True)
class TaggedSection:
    heading: str
    blocks: tuple[Block, ...]


def short_name(concept: str) -> str:
    """A concept's name without the words that all of them share: what tells it from the others."""
    name = concept
    for prefix in ("CybersecurityRiskManagement", "CybersecurityRisk", "MaterialCybersecurityIncident"):
        if name.startswith(prefix) and len(name) > len(prefix):
            name = name.removeprefix(prefix)
            break
    for suffix in ("TextBlock", "Flag"):
        name = name.removesuffix(suffix)
    return name


def tagged_page(content: FilingContent) -> tuple[TaggedSection, ...]:
    """Sections as trees of tags. Raises ContentError where the content cannot be written."""
    validate(content)
    coverage = cover(content)
    paragraphs = content.paragraphs
    lines = [
        Line(paragraph.style, tuple(_nodes(content, coverage, place)))
        for place, (_section, paragraph) in enumerate(paragraphs)
    ]
    sections = []
    for number, section in enumerate(content.sections):
        places = [place for place, (index, _paragraph) in enumerate(paragraphs) if index == number]
        blocks = _blocks(content, coverage, lines, places[0], places[-1] + 1) if places else []
        sections.append(TaggedSection(section.heading, tuple(blocks)))
    return tuple(sections)


def _begins(coverage: Coverage, piece: Piece) -> bool:
    return coverage.chains[piece.tag][0] == piece


def _blocks(content: FilingContent, coverage: Coverage, lines: Sequence[Line], first: int, end: int) -> list[Block]:
    """Paragraphs ``first`` until ``end`` (exclusive) inside the block-level pieces that lie around them."""
    made: list[Block] = []
    open_: list[tuple[Block, int]] = []
    for place in range(first, end):
        while open_ and open_[-1][1] < place:
            open_.pop()
        for piece in sorted(coverage.blocks.get(place, ()), key=lambda piece: -piece.last):
            tag = content.tags[piece.tag]
            block = Block(tag.concept, BY_NAME[tag.concept].label, _begins(coverage, piece), tag.value)
            (open_[-1][0].inside if open_ else made).append(block)
            open_.append((block, piece.last))
        (open_[-1][0].inside if open_ else made).append(Block(line=lines[place]))
    return made


def _nodes(content: FilingContent, coverage: Coverage, place: int) -> list[Node]:
    """The text of one paragraph inside its inline pieces."""
    text = " " * VIRTUAL + coverage.texts[place]
    root = Node()
    open_: list[tuple[Node, int]] = [(root, len(text))]
    at = VIRTUAL

    def close_until(position: int) -> None:
        nonlocal at
        while len(open_) > 1 and open_[-1][1] <= position:
            node, stop = open_.pop()
            if stop > at:
                node.inside.append(Node(text[at:stop]))
                at = stop

    for piece in sorted(coverage.inlines.get(place, ()), key=lambda piece: (piece.start, -piece.end)):
        close_until(piece.start)
        start = max(piece.start, VIRTUAL)
        if start > at:
            open_[-1][0].inside.append(Node(text[at:start]))
            at = start
        tag = content.tags[piece.tag]
        node = Node(
            concept=tag.concept, label=BY_NAME[tag.concept].label, value=tag.value, begins=_begins(coverage, piece)
        )
        open_[-1][0].inside.append(node)
        open_.append((node, piece.end))
    close_until(len(text))
    if at < len(text):
        root.inside.append(Node(text[at:]))
    return root.inside


def spelled(nodes: Sequence[Node]) -> str:
    """The text of nodes, tags left out."""
    return "".join(node.text + spelled(node.inside) for node in nodes)
