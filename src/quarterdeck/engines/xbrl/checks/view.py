"""One view of the facts for all checks, whether they come from Inline XBRL or from an R page."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from quarterdeck.engines.xbrl.concepts import form_family
from quarterdeck.engines.xbrl.model import Document, InlineDocument, InlineFact, Period, is_cyd

ANNUAL_FORMS = ("10-K", "20-F", "40-F")


@dataclass(frozen=True, slots=True)
class Said:
    """One CYD fact as checks of content see it."""

    concept: str
    value: str | bool | None
    period: Period | None
    dimensions: Mapping[str, str]
    line: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class View:
    """A document with its facts in one shape. `inline` is None for an R page; `page` is None for Inline XBRL."""

    facts: tuple[Said, ...]
    form: str | None
    inline: InlineDocument | None
    page: Document | None

    @property
    def family(self) -> str | None:
        """The form without suffix; None when the document does not tell it, as R pages do not."""
        return form_family(self.form) if self.form else None

    @property
    def annual_facts(self) -> tuple[Said, ...]:
        return tuple(fact for fact in self.facts if fact.concept.startswith("CybersecurityRisk"))

    @property
    def incident_facts(self) -> tuple[Said, ...]:
        return tuple(fact for fact in self.facts if fact.concept.startswith("MaterialCybersecurityIncident"))

    @property
    def texts(self) -> Iterator[Said]:
        return (fact for fact in self.facts if isinstance(fact.value, str))

    def flags(self, concept: str) -> tuple[Said, ...]:
        """Facts of a flag that are true or false."""
        return tuple(fact for fact in self.facts if fact.concept == concept and isinstance(fact.value, bool))


def view_of(document: InlineDocument | Document) -> View:
    """The view of a document."""
    if isinstance(document, Document):
        said = tuple(
            Said(fact.concept, fact.value, fact.period, fact.dimensions, fact.line, fact.hidden)
            for fact in document.facts
        )
        return View(said, document.form, None, document)
    facts = tuple(_said(fact) for fact in document.facts if is_cyd(fact.name.namespace))
    return View(facts, document.form, document, None)


def _said(fact: InlineFact) -> Said:
    context = fact.context
    return Said(
        fact.name.local,
        fact.value,
        context.period if context else None,
        context.by_axis if context else {},
        fact.line,
        fact.hidden,
    )


_SENTENCE_END = re.compile(r"(?<=[.!?;])[\"'”’)]?\s+(?=[\"'“‘(]?[A-Z0-9•])|\s+(?=[•●▪])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Inc|Ltd|Corp|Co|No|Nos|Mr|Ms|Mrs|Dr|U\.S|e\.g|i\.e|vs|Sec|Art|St|Jr|Sr|[A-Z])"
    r"|\bItems?\s+\d{1,2}[A-Z]?|\b\d{1,2}\.[A-Z])\.$",
    re.I,
)


MAX_TEXT = 1_000_000
"""Characters of text that the checks of content look at, in all; the longest real disclosures have a tenth of it."""
MAX_SENTENCE = 2_000
"""Characters of one sentence that they look at: what is longer is no sentence."""

_ABBREVIATION_LENGTH = 16


def sentences(text: str) -> list[str]:
    """A text cut at the ends of its sentences; abbreviations do not end one."""
    found: list[list[str]] = []
    for part in _SENTENCE_END.split(text):
        if found and _ABBREVIATION.search(found[-1][-1][-_ABBREVIATION_LENGTH:]):
            found[-1].append(part)
        elif part:
            found.append([part])
    return [" ".join(parts)[:MAX_SENTENCE] for parts in found]


def unique_sentences(view: View) -> list[tuple[str, Said]]:
    """Every sentence of the text blocks once, though nested blocks repeat it; longest blocks first, so that a sentence
    is met whole before a block that holds a fragment of it. At most `MAX_TEXT` characters are looked at."""
    seen: set[str] = set()
    found: list[tuple[str, Said]] = []
    whole: list[str] = []
    left = MAX_TEXT
    texts = sorted(view.texts, key=lambda fact: -len(str(fact.value)))
    for fact in texts:
        text = str(fact.value)[:left]
        if not text or any(text in other for other in whole):
            continue
        left -= len(text)
        whole.append(text)
        for sentence in sentences(text):
            if sentence not in seen:
                seen.add(sentence)
                found.append((sentence, fact))
    return found


def shorten(sentence: str, limit: int = 240) -> str:
    """The sentence, cut at a word where it is longer than the limit."""
    if len(sentence) <= limit:
        return sentence
    return sentence[:limit].rsplit(" ", 1)[0] + " …"
