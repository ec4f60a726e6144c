"""Whether the right disclosure stands in the right form and item (Release 33-11216)."""

from collections.abc import Iterator
from datetime import date

from quarterdeck.engines.xbrl.checks.messages import Message, say
from quarterdeck.engines.xbrl.checks.view import View
from quarterdeck.engines.xbrl.concepts import BY_NAME, Disclosure
from quarterdeck.engines.xbrl.model import Heading, InlineDocument, InlineFact

TAGGING_BEGAN_ANNUAL = date(2024, 12, 15)
"""First fiscal year end whose annual disclosure must be tagged (section II.I of the release)."""
TAGGING_BEGAN_INCIDENT = date(2024, 12, 18)

_ITEMS = {"10-K": "1C", "20-F": "16K", "8-K": "1.05"}


def check_forms(view: View) -> Iterator[Message]:
    """Messages on what the form type and the items say about the facts."""
    family, form = view.family, view.form
    if family is None or form is None:
        if view.inline is not None:
            yield say("form.unknown")
        if view.annual_facts and view.incident_facts:
            for fact in view.incident_facts:
                yield say("form.incident-in-annual", fact.concept, fact.line)
        return
    if family in ("10-K", "20-F"):
        yield from _annual_report(view, family, form)
    if family in ("10-K", "20-F", "40-F"):
        for fact in view.incident_facts:
            yield say("form.incident-in-annual", fact.concept, fact.line)
    elif family in ("8-K", "6-K"):
        for fact in view.annual_facts:
            yield say("form.annual-in-current", fact.concept, fact.line)
    elif view.facts:
        yield say("form.other", view.facts[0].concept, view.facts[0].line, form=form)
    if view.inline is not None:
        yield from _items(view.inline, family)
        yield from _untagged_incident(view, view.inline, family)


def _annual_report(view: View, family: str, form: str) -> Iterator[Message]:
    # An amendment may bring one part of the report only, so its silence says nothing.
    if view.facts or form.upper().endswith("/A") or view.inline is None:
        return
    end = view.inline.period.end if view.inline.period else None
    if end is not None and end < TAGGING_BEGAN_ANNUAL:
        yield say("form.no-facts-early")
    else:
        paragraph = "Regulation S-K Item 106" if family == "10-K" else "Form 20-F Item 16K"
        yield say("form.no-facts", form=form, paragraph=paragraph)


def _items(document: InlineDocument, family: str) -> Iterator[Message]:
    expected = _ITEMS.get(family)
    headings = [heading for heading in document.headings if not heading.contents]
    # Without the expected heading nothing can be said: the report may number its items in its own way.
    if expected is None or not any(heading.item.upper() == expected for heading in headings):
        return
    disclosure = Disclosure.INCIDENT if family == "8-K" else Disclosure.ANNUAL
    for fact in document.cyd_facts:
        concept = BY_NAME.get(fact.name.local)
        if concept is None or concept.disclosure is not disclosure or not fact.blocks:
            continue
        item = _item_of(fact, headings)
        if item is not None and item.upper() != expected:
            yield say("form.item", fact.name.local, fact.line, item=item, expected=expected)


def _item_of(fact: InlineFact, headings: list[Heading]) -> str | None:
    # The last block counts, not the first: a fact may begin with the heading of its own item.
    last = max(end for _, end in fact.blocks)
    before = [heading for heading in headings if heading.block <= last]
    return before[-1].item if before else None


def _untagged_incident(view: View, document: InlineDocument, family: str) -> Iterator[Message]:
    if family != "8-K" or view.incident_facts:
        return
    if document.period is not None and document.period.end < TAGGING_BEGAN_INCIDENT:
        return
    for heading in document.headings:
        if heading.item == "1.05" and not heading.contents:
            yield say("form.incident-untagged", line=heading.line)
            return
