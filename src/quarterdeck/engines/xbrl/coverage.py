"""From tags that overlap freely to elements that nest: where each fact begins, ends and continues.

Inline XBRL elements must nest, in one another and in the paragraphs (Inline XBRL 1.1 part 1, section 4.1 on
ix:continuation). A fact over ranges that cannot be one element becomes a chain: its first piece is the fact, each
further piece a continuation. The value of the fact is the text of the pieces in document order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from quarterdeck.engines.xbrl.concepts import BY_NAME, Kind
from quarterdeck.engines.xbrl.content import ContentError, FilingContent, Paragraph
from quarterdeck.engines.xbrl.markup import clean

VIRTUAL = 1
"""Length of the virtual space that stands before the text of each paragraph, see `Piece`."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One element of the chain of a tag.

    Of block level it wraps the paragraphs `first` to `last` (inclusive, counted over the whole filing). Otherwise
    `first == last` and it wraps the characters `start` to `end` (exclusive) of that paragraph, where position 0 is a
    virtual space before the text: a continuation that starts there keeps a space between itself and what came before.
    """

    tag: int
    first: int
    last: int
    block: bool
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """`texts` is each paragraph's text; `chains` the pieces of each tag in document order; `blocks` and `inlines` the
    same pieces by first paragraph, outermost first."""

    texts: tuple[str, ...]
    chains: tuple[tuple[Piece, ...], ...]
    blocks: Mapping[int, tuple[Piece, ...]]
    inlines: Mapping[int, tuple[Piece, ...]]


def cover(content: FilingContent) -> Coverage:
    """The pieces of every tag. Raises `ContentError` for a tag that covers no text. The content must be valid."""
    paragraphs = content.paragraphs
    texts = tuple(paragraph.separator.join(span.text for span in paragraph.spans) for _, paragraph in paragraphs)
    places = _span_places([paragraph for _, paragraph in paragraphs])
    sections = [section for section, _ in paragraphs]
    runs: list[Piece] = []
    for index, tag in enumerate(content.tags):
        wanted: dict[int, list[tuple[int, int]]] = {}
        for part in tag.covers:
            paragraph, offset, length = places[part.span]
            end = length if part.end is None else part.end
            wanted.setdefault(paragraph, []).append((offset + part.start, offset + end))
        found = _runs_of_tag(index, wanted, texts, sections)
        if not found:
            raise ContentError("the tag covers no text", tag.concept)
        runs.extend(_keep_words_apart(found, texts))
    pieces = _nest(runs, [_rank(content, index) for index in range(len(content.tags))])
    chains: list[list[Piece]] = [[] for _ in content.tags]
    blocks: dict[int, list[Piece]] = {}
    inlines: dict[int, list[Piece]] = {}
    for piece in pieces:
        chains[piece.tag].append(piece)
        (blocks if piece.block else inlines).setdefault(piece.first, []).append(piece)
    return Coverage(
        texts,
        tuple(tuple(sorted(chain, key=lambda piece: (piece.first, piece.start))) for chain in chains),
        {paragraph: tuple(found) for paragraph, found in blocks.items()},
        {paragraph: tuple(found) for paragraph, found in inlines.items()},
    )


def _rank(content: FilingContent, index: int) -> tuple[int, int, int]:
    # Flags stand innermost, around their supporting words; text blocks in the order of the taxonomy.
    concept = BY_NAME[content.tags[index].concept]
    return (int(concept.kind is Kind.FLAG), concept.order, index)


def _span_places(paragraphs: Sequence[Paragraph]) -> dict[str, tuple[int, int, int]]:
    places: dict[str, tuple[int, int, int]] = {}
    for index, paragraph in enumerate(paragraphs):
        offset = VIRTUAL
        for span in paragraph.spans:
            places[span.id] = (index, offset, len(span.text))
            offset += len(span.text) + len(paragraph.separator)
    return places


def _runs_of_tag(
    tag: int, wanted: Mapping[int, list[tuple[int, int]]], texts: Sequence[str], sections: Sequence[int]
) -> list[Piece]:
    runs: list[Piece] = []
    for paragraph in sorted(wanted):
        text = " " * VIRTUAL + texts[paragraph]
        whole = _trim(text, VIRTUAL, len(text))
        for start, end in _merge(text, wanted[paragraph]):
            previous = runs[-1] if runs else None
            if (start, end) != whole:
                runs.append(Piece(tag, paragraph, paragraph, block=False, start=start, end=end))
            elif (
                previous is not None
                and previous.block
                and previous.last == paragraph - 1
                and sections[previous.last] == sections[paragraph]
            ):
                runs[-1] = Piece(tag, previous.first, paragraph, block=True)
            else:
                runs.append(Piece(tag, paragraph, paragraph, block=True))
    return runs


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and _blank(text[start]):
        start += 1
    while end > start and _blank(text[end - 1]):
        end -= 1
    return start, end


def _blank(text: str) -> bool:
    return not clean(text).strip()


def _merge(text: str, intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Intervals without white space at their ends, those that touch or have only white space between them joined."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(_trim(text, *interval) for interval in intervals):
        if start >= end:
            continue
        if merged and (start <= merged[-1][1] or _blank(text[merged[-1][1] : start])):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _keep_words_apart(runs: list[Piece], texts: Sequence[str]) -> list[Piece]:
    """Lets a run that continues another take the white space before it, else the other the white space after it.

    A fact's value is the plain concatenation of its pieces, so "Audit Committee" and "Board" would become one word.
    The paragraphs of a piece of block level are separate blocks already.
    """
    kept = list(runs)
    for index in range(1, len(kept)):
        before, after = kept[index - 1], kept[index]
        if before.block or after.block:
            continue
        text = " " * VIRTUAL + texts[after.first]
        space = _next_space(text, after.start - 1, -1)
        if space is not None:
            kept[index] = Piece(after.tag, after.first, after.last, False, space, after.end)
            continue
        text = " " * VIRTUAL + texts[before.first]
        space = _next_space(text, before.end, 1)
        if space is not None:
            kept[index - 1] = Piece(before.tag, before.first, before.last, False, before.start, space + 1)
    return kept


def _next_space(text: str, place: int, step: int) -> int | None:
    """The white space at a place, or beyond characters there that will not be written; None when a word is next."""
    while 0 <= place < len(text):
        written = clean(text[place])
        if written:
            return place if written.isspace() else None
        place += step
    return None


def _nest(runs: Sequence[Piece], ranks: Sequence[tuple[int, int, int]]) -> list[Piece]:
    """The runs cut where they would cross one already placed; longer runs are placed first and stay whole."""
    placed: list[Piece] = []
    by_place: dict[tuple[bool, int], list[tuple[int, int]]] = {}
    for run in sorted(runs, key=lambda run: (-_length(run), ranks[run.tag], run.first, run.start)):
        start, end = (run.first, run.last + 1) if run.block else (run.start, run.end)
        neighbours = by_place.setdefault((run.block, 0 if run.block else run.first), [])
        cuts = {other_end for other, other_end in neighbours if other < start < other_end < end}
        cuts |= {other for other, other_end in neighbours if start < other < end < other_end}
        edges = sorted({start, end} | cuts)
        for left, right in pairwise(edges):
            neighbours.append((left, right))
            if run.block:
                placed.append(Piece(run.tag, left, right - 1, True))
            else:
                placed.append(Piece(run.tag, run.first, run.first, False, left, right))
    return placed


def _length(run: Piece) -> int:
    return run.last - run.first if run.block else run.end - run.start
