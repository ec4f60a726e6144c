"""What a cybersecurity disclosure says once it has been read, whatever form it came in.

Two shapes. `Document` is what a reader of disclosures needs: the CYD facts of one filing, in document order.
`InlineDocument` is what a check needs beside that: contexts, cover-page facts, which fact lies inside which, what is
hidden, and the text around the facts. An R page has only the first.

Dates are the last day itself, as people say them ("ended 31 December"), never the midnight after it.
Names of concepts, axes and members are local names; the namespace stands beside them where it is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

FactKind = Literal["text", "flag"]
SourceKind = Literal["ixbrl", "rpage"]


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both ends included. `start` is None for an instant, or where the source does not tell it."""

    start: date | None
    end: date


@dataclass(frozen=True, slots=True)
class Fact:
    """One CYD fact.

    `value` is folded plain text (kind "text"), a boolean (kind "flag"), or None for a fact that is nil or empty.
    `html` is the fact's own markup without Inline XBRL elements, None for flags and where there is none.
    `dimensions` maps axis to member (or the text of a typed member), in document order.
    `line` counts from 1; `order` is the place among the facts of the document, from 0.
    """

    concept: str
    kind: FactKind
    value: str | bool | None
    html: str | None
    period: Period | None
    dimensions: Mapping[str, str]
    line: int
    hidden: bool
    fact_id: str | None
    order: int


@dataclass(frozen=True, slots=True)
class ReadError:
    """Why something could not be read: `message` for a person, `line` from 1 where one can be named."""

    source: str
    message: str
    line: int | None = None


class Unreadable(Exception):
    """A source that gives no document at all. Carries the `ReadError` to show."""

    def __init__(self, source: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.error = ReadError(source, message, line)


@dataclass(frozen=True, slots=True)
class Document:
    """The CYD facts of one filing or page.

    `cik` has ten digits. `taxonomy` is like "cyd/2024". Everything that the source does not say is None.
    `problems` lists facts that are marked up but could not be read; they are absent from `facts`.
    """

    source: str
    kind: SourceKind
    form: str | None
    entity: str | None
    cik: str | None
    taxonomy: str | None
    period: Period | None
    facts: tuple[Fact, ...]
    problems: tuple[ReadError, ...] = ()


@dataclass(frozen=True, slots=True)
class QName:
    """A name with its namespace URI; `namespace` is "" where the prefix is not declared."""

    namespace: str
    local: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """One axis of a context: an explicit `member`, or the folded text of a typed one in `typed`."""

    axis: QName
    member: QName | None
    typed: str | None
    container: Literal["segment", "scenario"] = "segment"

    @property
    def value(self) -> str:
        """Local name of the member, or the typed text."""
        return self.member.local if self.member is not None else (self.typed or "")


@dataclass(frozen=True, slots=True)
class Context:
    """An xbrli:context. `entity` is the identifier as written, `scheme` its URI. A period that is "forever" is None."""

    id: str
    scheme: str
    entity: str
    period: Period | None
    dimensions: tuple[Dimension, ...]
    line: int

    @property
    def by_axis(self) -> dict[str, str]:
        """Axis local name to member local name (or typed text), in document order."""
        return {dimension.axis.local: dimension.value for dimension in self.dimensions}


@dataclass(frozen=True, slots=True)
class InlineFact:
    """An ix:nonNumeric element of the CYD or the DEI taxonomy with everything a check may ask.

    `text` is the folded text as shown in the document (for a flag: the sentence it stands around); `value` is the
    fact's value after its transformation, None when nil or not readable (`problem` then says why).
    `raw` is the untransformed text with nothing folded. `format` is the transformation's local name, with its registry
    namespace in `format_namespace`. `parent` is the `order` of the nearest fact (CYD or DEI) whose element or
    continuation encloses this one; `ancestors` are all of them, innermost first. `lines` are the lines of the element
    and of every continuation, in chain order. `continuations` are the ids followed.
    `blocks` are the places in `InlineDocument.blocks` that this fact covers, as (first, last) of each part of the
    chain; empty for a hidden fact and when the document was read without its text.
    """

    name: QName
    prefix: str
    context_id: str
    context: Context | None
    value: str | bool | None
    text: str
    raw: str
    html: str | None
    nil: bool
    escape: bool
    format: str | None
    format_namespace: str | None
    target: str | None
    hidden: bool
    id: str | None
    line: int
    lines: tuple[int, ...]
    continuations: tuple[str, ...]
    order: int
    parent: int | None
    ancestors: tuple[int, ...]
    problem: str | None
    blocks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A run of shown text without a block boundary inside, folded.

    `facts` are the orders of the facts that cover some of it.
    """

    text: str
    line: int
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A block that opens an item of the form: `item` like "1C", "16K" or "1.05"; `block` its place in the blocks.

    `contents` marks a line of a table of contents (a link to the place, or one followed at once by the next item).
    """

    item: str
    title: str
    line: int
    block: int
    contents: bool


@dataclass(frozen=True, slots=True)
class InlineDocument:
    """One Inline XBRL document (or the set of them in one submission), with what checks need.

    `facts` holds CYD and DEI facts in document order. `namespaces` maps every prefix declared to its URI.
    `schema_refs` are the hrefs of link:schemaRef. `problems` are faults of the markup met on the way, such as a
    continuation that leads nowhere. `malformed` is the first XML fault when the document had to be repaired.
    `blocks`, `headings` and `shown_for_hidden` are empty unless the text was asked for.
    `shown_for_hidden` maps the id of a hidden fact to the text that the document shows in its place (the filer's style
    property -sec-ix-hidden).
    """

    source: str
    form: str | None
    entity: str | None
    cik: str | None
    taxonomy: str | None
    period: Period | None
    facts: tuple[InlineFact, ...]
    contexts: Mapping[str, Context]
    namespaces: Mapping[str, str]
    schema_refs: tuple[str, ...]
    problems: tuple[ReadError, ...]
    malformed: ReadError | None = None
    blocks: tuple[Block, ...] = field(default=(), repr=False)
    headings: tuple[Heading, ...] = ()
    shown_for_hidden: Mapping[str, str] = field(default_factory=dict)

    @property
    def cyd_facts(self) -> tuple[InlineFact, ...]:
        return tuple(fact for fact in self.facts if is_cyd(fact.name.namespace))

    def cover(self, name: str) -> InlineFact | None:
        """The first DEI fact of that local name, one without dimensions before one with."""
        found = [fact for fact in self.facts if fact.name.local == name and is_dei(fact.name.namespace)]
        found.sort(key=lambda fact: (bool(fact.context and fact.context.dimensions), fact.order))
        return found[0] if found else None


CYD_ROOT = "http://xbrl.sec.gov/cyd/"
DEI_ROOT = "http://xbrl.sec.gov/dei/"


def is_cyd(namespace: str) -> bool:
    """Whether a namespace URI is the SEC's CYD taxonomy of some year (not its `cyd-af` entry-point helpers)."""
    return namespace.startswith(CYD_ROOT)


def is_dei(namespace: str) -> bool:
    """Whether a namespace URI is the SEC's DEI (cover page) taxonomy of some year."""
    return namespace.startswith((DEI_ROOT, "http://xbrl.us/dei/"))


def period_json(period: Period | None) -> dict[str, str | None] | None:
    """`{"start","end"}` with ISO dates, `start` null for an instant; null for no period."""
    if period is None:
        return None
    return {"start": period.start.isoformat() if period.start else None, "end": period.end.isoformat()}


def document_json(document: Document) -> dict[str, object]:
    """The document as `disclosure read` prints it."""
    return {
        "source": document.source,
        "kind": document.kind,
        "form": document.form,
        "entity": document.entity,
        "cik": document.cik,
        "taxonomy": document.taxonomy,
        "period": period_json(document.period),
        "facts": [
            {
                "concept": fact.concept,
                "type": fact.kind,
                "value": fact.value,
                "html": fact.html,
                "period": period_json(fact.period),
                "dimensions": dict(fact.dimensions),
            }
            for fact in document.facts
        ],
    }
