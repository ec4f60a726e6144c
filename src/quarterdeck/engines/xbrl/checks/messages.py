"""What a check says. Wording lives in one catalogue, so that a screen can show it in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

Severity = Literal["error", "warning", "info"]

TEMPLATES: Final[Mapping[str, tuple[Severity, str]]] = MappingProxyType(
    {
        "structure.malformed": ("warning", "The document is not well-formed and had to be repaired: {detail}"),
        "structure.markup": ("error", "{detail}"),
        "structure.cover": ("warning", "The cover page fact cannot be read: {detail}"),
        "structure.context-missing": ("error", "The fact refers to context {context}, which does not exist."),
        "structure.concept-unknown": ("error", "Taxonomy {version} has no such concept."),
        "structure.concept-abstract": ("error", "The concept only structures the taxonomy and cannot be reported."),
        "structure.version-unknown": ("info", "Taxonomy {version} is not known here; its facts are checked as far as known."),
        "structure.versions-mixed": ("error", "Facts of several taxonomy versions stand in one document: {versions}."),
        "structure.version-dei": ("warning", "Cover page and cybersecurity facts use different taxonomy years: {versions}."),
        "structure.escape-missing": ("warning", "The text block is not marked escape=\"true\": its formatting is lost."),
        "structure.text-empty": ("error", "The text block has no text."),
        "structure.text-nil": ("warning", "The text block is marked nil, which says nothing about cybersecurity."),
        "structure.text-transformed": ("error", "A text block cannot have the transformation {format}."),
        "structure.flag-unreadable": ("error", "The flag has no readable value: {detail}"),
        "structure.flag-nil": ("warning", "The flag is nil. That is neither true nor false."),
        "structure.target": ("warning", "The fact belongs to the separate target document {target} and is not filed with the rest."),
        "structure.number": ("error", "The fact is marked as a number, with unit or decimals; it is text."),
        "structure.hidden": ("warning", "The fact is hidden. It could be shown around the words that support it."),
        "dimension.annual": ("error", "The annual disclosure has no axis {axis}."),
        "dimension.axis-unknown": ("error", "The incident disclosure has no axis {axis}."),
        "dimension.typed": ("error", "The incident axis takes a declared member, not a typed value."),
        "dimension.default": ("error", "The domain itself is the default member and must be left out of the context."),
        "dimension.member-standard": ("error", "{member} is not a member of the incident domain."),
        "dimension.member-undeclared": ("error", "Member {member} is declared in no schema of this document."),
        "dimension.scenario": ("error", "The incident axis stands in the scenario of its context; the taxonomy wants the segment."),
        "dimension.axis-not-seen": ("info", "The incident axis is not among the known concepts of taxonomy {version}."),
        "duplicate.consistent": ("info", "The same fact is reported {count} times with one value."),
        "duplicate.inconsistent": ("error", "The same fact is reported {count} times with different values."),
        "flag.omitted": ("info", "The flag is omitted. That is not the same as false."),
        "flag.omitted-asserted": ("warning", "The flag is omitted, though the text speaks to it: “{sentence}” An omitted flag is not read as false."),
        "flag.omitted-text": ("warning", "The flag is omitted, though its text block is reported. An omitted flag is not read as false."),
        "flag.text-missing": ("warning", "The flag is true, but the text block that tells it in words is not in the filing."),
        "flag.false-asserted": ("warning", "The flag is false, but the text says: “{sentence}”"),
        "flag.false-text": ("warning", "The flag is false, yet its text block is reported."),
        "flag.true-denied": ("warning", "The flag is true, but the text says: “{sentence}”"),
        "form.unknown": ("info", "The document does not tell its form type; checks that depend on it are left out."),
        "form.no-facts": ("error", "A report on Form {form} has no cybersecurity fact. {paragraph} applies to it."),
        "form.no-facts-early": ("info", "The report has no cybersecurity fact; tagging began with fiscal years ending on or after 15 December 2024."),
        "form.incident-in-annual": ("error", "A fact of the incident disclosure stands in an annual report."),
        "form.annual-in-current": ("error", "A fact of the annual disclosure stands in a current report."),
        "form.other": ("warning", "Form {form} carries no cybersecurity disclosure."),
        "form.item": ("warning", "The fact stands under Item {item}, not under Item {expected}."),
        "form.incident-untagged": ("warning", "The report has an Item 1.05, but no fact of the incident disclosure."),
        "cover.period": ("error", "The period of the fact ends {end}, the document says {document}."),
        "cover.period-close": ("warning", "The period of the fact ends {end}, the document says {document}."),
        "cover.period-start": ("warning", "The period of the fact starts {start}; the cover page facts of this document start {document}."),
        "cover.cik": ("error", "The context is of entity {context}, the cover page says {cover}."),
        "cover.scheme": ("warning", "The context identifies the entity by the scheme {scheme}, not by CIK."),
        "cover.version": ("warning", "Taxonomy {version} does not fit a period that ends {end}."),
        "reference.unresolved": ("info", "The text refers to {target}, which cannot be resolved here: only this page is at hand."),
        "reference.nowhere": ("warning", "The text refers to {target}, which is not in this document."),
        "body.order": ("warning", "One body seems to have two names: “{first}” and “{second}”."),
        "body.near": ("warning", "“{second}” is named once and nowhere introduced; “{first}” may be meant."),
    }
)  # fmt: skip
"""Severity and English wording of every message code, with named places for the parameters."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing a check found. `line` counts from 1. `parameters` are what the wording was filled with."""

    code: str
    severity: Severity
    concept: str | None
    message: str
    line: int | None
    parameters: Mapping[str, str] = field(default_factory=dict, compare=False)


def say(code: str, concept: str | None = None, line: int | None = None, **parameters: str) -> Message:
    """A message of the catalogue. Raises KeyError for a code or parameter that the catalogue does not know."""
    severity, wording = TEMPLATES[code]
    return Message(code, severity, concept, wording.format_map(parameters), line, parameters)
