"""From records to sentences: a template is written only where every claim it would rest on holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from quarterdeck.areas.disclosures.evaluation import Asked, stored
from quarterdeck.areas.disclosures.facts import Facts
from quarterdeck.areas.disclosures.models import Disclosure, Statement
from quarterdeck.areas.disclosures.vocabulary import ANNUAL, Sentence, Template
from quarterdeck.areas.organisation.models import Registrant
from quarterdeck.kernel.claims.registry import Claim, Outcome


@dataclass(frozen=True)
class Written:
    """A sentence that the record bears."""

    template: Template
    sentence: Sentence


@dataclass(frozen=True)
class NotWritten:
    """A sentence the page could have, and the claims that keep it out (none: the record lacks what it would name)."""

    template: Template
    text: str
    failing: tuple[tuple[Claim, Outcome], ...]


def draft_sentences(facts: Facts, asked: Asked) -> tuple[tuple[Written, ...], tuple[NotWritten, ...]]:
    """The annual page as the record bears it, and what it cannot say yet."""
    written: list[Written] = []
    missing: list[NotWritten] = []
    keys: set[str] = set()
    for template in ANNUAL:
        sentence = template.write(facts)
        if sentence is None:
            continue
        failing = tuple((claim, outcome) for claim in sentence.claims if not (outcome := asked(claim)).verdict.holds)
        if failing or (template.needs and not keys.intersection(template.needs)):
            missing.append(NotWritten(template, sentence.text, failing))
            continue
        keys.add(template.key)
        written.append(Written(template, sentence))
    return tuple(written), tuple(missing)


def fiscal_year_before(registrant: Registrant, day: date) -> tuple[date, date]:
    """The last fiscal year that had ended on ``day``."""
    start, end = registrant.fiscal_year(day.year)
    return (start, end) if end <= day else registrant.fiscal_year(day.year - 1)


def taxonomy_for(period_end: date) -> str:
    """The CYD taxonomy year a filer uses: that of the fiscal year end, within those this product knows."""
    return str(min(max(period_end.year, 2024), 2026))


def new_statement(disclosure: Disclosure, written: Written, position: int) -> Statement:
    """The unsaved statement of a written template."""
    return Statement(
        disclosure=disclosure,
        key=written.template.key,
        part=written.template.part,
        paragraph=written.template.paragraph,
        position=position,
        kind=written.template.kind,
        text=written.sentence.text,
        blocks=list(written.template.blocks),
        phrases=[{"concept": p.concept, "value": p.value, "phrase": p.words} for p in written.sentence.phrases],
        claims=[stored(claim) for claim in written.sentence.claims],
    )
