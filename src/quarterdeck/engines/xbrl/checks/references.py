"""Whether what the disclosure refers to is in the document.

Only the document itself can be searched. A stand-alone page or section gets an information instead of a verdict.
"""

import re
from collections.abc import Iterator
from itertools import islice

from quarterdeck.engines.xbrl.checks.messages import Message, say
from quarterdeck.engines.xbrl.checks.view import ANNUAL_FORMS, View, shorten, unique_sentences
from quarterdeck.engines.xbrl.model import InlineDocument

_ITEM = re.compile(r"\bItem\s+(?P<item>\d{1,2}(?:\.\d{2}\b|[A-Z]?\b(?:\.\s?[A-Z]\b)?))", re.I)
_QUOTED = re.compile(
    r"\b(?:see|refer(?:ring)? to|under|titled|entitled|captioned|headings?|captions?|sections?|subsections?|and)\s*,?\s+"
    r"(?:also\s+)?(?:the\s+)?(?:(?:risk factors?|section|heading|caption)s?\s+)?(?:titled\s+|entitled\s+|captioned\s+)?"
    r"[“\"](?P<title>[^”\"]{8,400}?)[,.;]?[”\"]",
    re.I,
)
_PAGE = re.compile(r",?\s*(?:starting\s+|beginning\s+)?(?:on|at)\s+page\s+([\w-]{1,6})", re.I)
_PAGE_NOTE = re.compile(r"\s\(page [\w-]+\)$")
_CUE = re.compile(
    r"\b(?:see|refer|discussed|described|set forth|captioned|entitled|titled|included (?:in|elsewhere))\b", re.I
)
_ELSEWHERE = re.compile(
    r"\b(?:proxy statement|registration statement|prospectus|Form 10-Q|Form 8-K|Form 6-K|Regulation S-[KX]"
    r"|Form (?:10-K|20-F) for|Exhibit|previously filed|prior filings?)\b",
    re.I,
)
_WHOLE_REPORT_ITEMS = 5
"""A document with headings of this many items is taken as the whole report."""

MAX_REFERENCES = 200
"""References that are followed; real disclosures make fewer than ten."""

_PARTS = re.compile(r"\s*[—–]+\s*|\s+-+\s+|\s*:\s+")
_WORDS = re.compile(r"[^0-9a-z]+")


def check_references(view: View) -> Iterator[Message]:
    """Messages on references to items of the form and to quoted headings."""
    targets = list(islice(dict.fromkeys(_targets(view)), MAX_REFERENCES))
    if not targets:
        return
    document = view.inline
    items = {heading.item.upper() for heading in document.headings} if document is not None else set()
    if document is None or len(items) < _WHOLE_REPORT_ITEMS:
        for target, concept, line in targets:
            yield say("reference.unresolved", concept, line, target=shorten(target))
        return
    text = _outside_text(document)
    for target, concept, line in targets:
        missing = _missing(target, items, text)
        if missing is not None:
            yield say("reference.nowhere", concept, line, target=shorten(missing))


def _targets(view: View) -> Iterator[tuple[str, str, int]]:
    """References, as written, with the concept and line of the text that makes them."""
    # A current report refers to other reports of the company, which are not at hand.
    if view.family is not None and view.family not in ANNUAL_FORMS:
        return
    for sentence, fact in unique_sentences(view):
        if _ELSEWHERE.search(sentence) or not (_CUE.search(sentence) or _QUOTED.search(sentence)):
            continue
        quoted = []
        for match in _QUOTED.finditer(sentence):
            quoted.append(match.group("title").strip(" ,.;"))
            page = _PAGE.match(sentence, match.end())
            yield quoted[-1] + (f" (page {page.group(1)})" if page else ""), fact.concept, fact.line
        for match in _ITEM.finditer(sentence):
            if not any(match.group(0) in title for title in quoted):
                yield match.group(0), fact.concept, fact.line


def _outside_text(document: InlineDocument) -> str:
    """The shown text outside the cybersecurity facts, folded to words: a reference must not find itself."""
    own = {fact.order for fact in document.cyd_facts}
    return f" {_fold(' '.join(block.text for block in document.blocks if not own.intersection(block.facts)))} "


def _fold(text: str) -> str:
    return _WORDS.sub(" ", text.casefold().replace("’", "").replace("'", "")).strip()


def _missing(target: str, items: set[str], text: str) -> str | None:
    """The part of a reference that is not in the document; None when all of it is."""
    # Page numbers are not part of the text, so they cannot be followed.
    for part in _PARTS.split(_PAGE_NOTE.sub("", target)):
        match = _ITEM.search(part)
        if match is not None:
            item = re.sub(r"\s", "", match.group("item").upper())
            if not {item, item.split(".")[0]} & items and f" {_fold(match.group(0))} " not in text:
                return match.group(0)
            part = part[match.end() :]
        words = _fold(part.split("…")[0].split("...")[0])
        # A single word is too common to tell anything.
        if " " in words and f" {words} " not in text:
            return part.strip(" .,")
    return None
