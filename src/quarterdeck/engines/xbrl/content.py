"""What a filing is to say, before any markup: the input of the writers.

A disclosure is written as sections of paragraphs of spans. A span is one statement (usually a sentence). Tags lie over
the spans, or over parts of them, freely: they may nest, overlap, or jump over spans in between. Where elements begin,
end and continue is computed by `coverage`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from quarterdeck.engines.xbrl.concepts import BY_NAME, VERSIONS, Concept, Disclosure, Kind, form_family
from quarterdeck.engines.xbrl.model import Period

ParagraphStyle = Literal["body", "subheading", "bullet"]


class ContentError(ValueError):
    """The content cannot be written as a filing: `message` says what is wrong, `where` names the tag, span or field."""

    def __init__(self, message: str, where: str) -> None:
        super().__init__(f"{message} ({where})")
        self.message = message
        self.where = where


@dataclass(frozen=True, slots=True)
class Place:
    """A state, province or country: the name to print and the EDGAR code ("Cayman Islands", "E9")."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Address:
    """Principal executive offices."""

    line1: str
    city: str
    line2: str | None = None
    state: Place | None = None
    country: Place | None = None
    postal_code: str | None = None


@dataclass(frozen=True, slots=True)
class Security:
    """A class registered under Section 12(b). `exchange_code` is EDGAR's ("NASDAQ", "NYSE")."""

    title: str
    symbol: str | None = None
    exchange: str | None = None
    exchange_code: str | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover page. A field that is None is left out, never guessed.

    `form` is "10-K", "20-F", "8-K", "6-K" or an amendment ("8-K/A"); `cik` has ten digits. `period_end` is the last day
    of the fiscal year, or for a current report the date of the earliest event. `fiscal_year` is the year focus;
    `fiscal_year_end` is (month, day). `amendment_description` is required for an amendment. Several `securities` are
    printed but not tagged: telling them apart takes an axis outside the CYD and DEI taxonomies. `annual_form` ("20-F" or
    "40-F") is what a Form 6-K says of the registrant's annual reports; it has no tag.
    """

    form: str
    registrant: str
    cik: str
    period_end: date
    fiscal_year: int | None = None
    fiscal_period: str | None = None
    fiscal_year_end: tuple[int, int] | None = None
    amendment_description: str | None = None
    file_number: str | None = None
    tax_id: str | None = None
    incorporation: Place | None = None
    address: Address | None = None
    phone_area: str | None = None
    phone_local: str | None = None
    securities: tuple[Security, ...] = ()
    shares_outstanding: int | None = None
    filer_category: str | None = None
    shell_company: bool | None = None
    emerging_growth: bool | None = None
    annual_form: str | None = None

    @property
    def amendment(self) -> bool:
        """Whether the form type is that of an amendment."""
        return self.form.upper().endswith("/A")

    @property
    def family(self) -> str:
        """The form without its suffix: "8-K" for "8-K/A"."""
        return form_family(self.form)


@dataclass(frozen=True, slots=True)
class Span:
    """One statement of the text; `id` is unique in the filing (a statement's id serves)."""

    text: str
    id: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Spans, joined by `separator`."""

    spans: tuple[Span, ...]
    style: ParagraphStyle = "body"
    separator: str = " "


@dataclass(frozen=True, slots=True)
class Section:
    """One Item of the form. The heading ("Item 16K. Cybersecurity") stands outside every fact; headings inside the
    item that belong to a text block are paragraphs of style "subheading"."""

    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """A span, or the characters `start` to `end` (exclusive) of its text; `end` None is the end of the span."""

    span: str
    start: int = 0
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """One fact: a concept over the ranges that say it, in any order.

    `value` is None for a text block (its value is the covered text) and a boolean for a flag (the covered text supports
    it). `member` is the name of a `Member` for a fact about one of several incidents.
    """

    concept: str
    covers: tuple[Range, ...]
    value: bool | None = None
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A custom member of the incident axis: an NCName ending in "Member", and its label in plain words."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Extension:
    """The company's own namespace: `prefix` (usually the ticker in lower case) and `domain` it controls."""

    prefix: str
    domain: str


@dataclass(frozen=True, slots=True)
class FilingContent:
    """A filing to be written.

    `version` is the taxonomy year; `period` the span of the facts: the fiscal year, or for a current report the date of
    the event as both ends. `extension` is needed where `members` are used and names the files in any case.
    `watermark` is printed across a draft; None for a filing.
    """

    cover: Cover
    version: str
    period: Period
    sections: tuple[Section, ...]
    tags: tuple[Tag, ...]
    members: tuple[Member, ...] = ()
    extension: Extension | None = None
    watermark: str | None = None

    @property
    def paragraphs(self) -> tuple[tuple[int, Paragraph], ...]:
        """Every paragraph in order, with the index of its section."""
        return tuple((i, paragraph) for i, section in enumerate(self.sections) for paragraph in section.paragraphs)

    @property
    def stem(self) -> str:
        """The common part of the file names, as filers use it: prefix and period end, "acme-20261231"."""
        prefix = self.extension.prefix if self.extension else f"cik{self.cover.cik}"
        return f"{prefix}-{self.cover.period_end:%Y%m%d}"


def covering(*spans: str) -> tuple[Range, ...]:
    """Ranges over whole spans, by their ids."""
    return tuple(Range(span) for span in spans)


def member_name(title: str) -> str:
    """An element name for an incident: "Ransomware, May 2026" gives "RansomwareMay2026Member".

    Characters outside ASCII letters and digits are dropped; a name must not begin with a digit, so "Incident" is put
    before one, and stands alone where nothing is left.
    """
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in title).split()
    name = "".join(word[0].upper() + word[1:] for word in words)
    if not name or name[0].isdigit():
        name = f"Incident{name}"
    return name if name.endswith("Member") else f"{name}Member"


def is_ncname(name: str) -> bool:
    """Whether a name can be an ASCII XML element name without prefix."""
    return (
        bool(name) and name.isascii() and (name[0].isalpha() or name[0] == "_") and all(map(_name_character, name[1:]))
    )


def _name_character(character: str) -> bool:
    return character.isalnum() or character in "_-."


def validate(content: FilingContent) -> None:
    """Raises `ContentError` for the first thing that cannot be written. Says nothing of style or truth."""
    for problem in _problems(content):
        raise problem


def _problems(content: FilingContent) -> Iterator[ContentError]:
    yield from _cover_problems(content)
    yield from _extension_problems(content)
    lengths: dict[str, int] = {}
    for _, paragraph in content.paragraphs:
        for span in paragraph.spans:
            if span.id in lengths:
                yield ContentError("two spans have one id", span.id)
            lengths[span.id] = len(span.text)
    members = {member.name for member in content.members}
    seen: set[tuple[str, str | None]] = set()
    for tag in content.tags:
        yield from _tag_problems(content, tag, members, lengths)
        if (tag.concept, tag.member) in seen:
            yield ContentError("the same fact is tagged twice", tag.concept)
        seen.add((tag.concept, tag.member))


def _cover_problems(content: FilingContent) -> Iterator[ContentError]:
    cover = content.cover
    if content.version not in VERSIONS:
        yield ContentError(f"taxonomy version {content.version!r} is not known", "version")
    if cover.family not in ("10-K", "20-F", "40-F", "8-K", "6-K"):
        yield ContentError(f"form {cover.form!r} carries no cybersecurity disclosure", "cover.form")
    if not (len(cover.cik) == 10 and cover.cik.isascii() and cover.cik.isdigit()):
        yield ContentError("the CIK must have ten digits", "cover.cik")
    if not cover.registrant.strip():
        yield ContentError("the registrant has no name", "cover.registrant")
    if cover.amendment and not (cover.amendment_description or "").strip():
        yield ContentError("an amendment needs a description", "cover.amendment_description")
    if content.period.start is None or content.period.start > content.period.end:
        yield ContentError("the period must be a duration", "period")
    if cover.fiscal_year_end is not None:
        month, day = cover.fiscal_year_end
        try:
            date(2024, month, day)  # a leap year, so that 29 February passes
        except ValueError:
            yield ContentError("no such day of the year", "cover.fiscal_year_end")


_TAKEN_PREFIXES = frozenset(
    {"cyd", "dei", "ix", "ixt", "link", "xlink", "xbrli", "xbrldi", "xbrldt", "xs", "dtr-types"}
)


def _extension_problems(content: FilingContent) -> Iterator[ContentError]:
    if content.members and content.extension is None:
        yield ContentError("members of the incident axis need the company's own namespace", "extension")
    if content.extension is not None:
        if content.extension.prefix.lower() in _TAKEN_PREFIXES:
            yield ContentError("the prefix belongs to a published namespace", "extension.prefix")
        domain = content.extension.domain
        if not is_ncname(content.extension.prefix):
            yield ContentError("the prefix is not an XML name", "extension.prefix")
        if not domain or not all(c.isascii() and (c.isalnum() or c in ".-") for c in domain):
            yield ContentError("the domain is not a host name", "extension.domain")
    names = [member.name for member in content.members]
    for name in names:
        if not is_ncname(name) or not name.endswith("Member"):
            yield ContentError("a member's name must be an XML name that ends in Member", name)
        if names.count(name) > 1:
            yield ContentError("two members have one name", name)


def _tag_problems(
    content: FilingContent, tag: Tag, members: set[str], lengths: dict[str, int]
) -> Iterator[ContentError]:
    concept: Concept | None = BY_NAME.get(tag.concept)
    if concept is None or content.version not in concept.versions or concept.abstract:
        yield ContentError(f"not a reportable concept of taxonomy {content.version}", tag.concept)
        return
    if (concept.kind is Kind.FLAG) != (tag.value is not None):
        yield ContentError("a flag needs a value and a text block takes none", tag.concept)
    if tag.member is not None and tag.member not in members:
        yield ContentError(f"member {tag.member!r} is not declared", tag.concept)
    if tag.member is not None and concept.disclosure is not Disclosure.INCIDENT:
        yield ContentError("the incident axis does not apply to the annual disclosure", tag.concept)
    for part in tag.covers:
        length = lengths.get(part.span)
        if length is None:
            yield ContentError(f"no span {part.span!r}", tag.concept)
        elif not 0 <= part.start <= (length if part.end is None else part.end) <= length:
            yield ContentError(f"range outside span {part.span!r}", tag.concept)
