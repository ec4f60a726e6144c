"""Checks of a cybersecurity disclosure, one subject a module. They read nothing but the document they are given."""

from collections.abc import Collection

from quarterdeck.engines.xbrl.checks.bodies import check_bodies
from quarterdeck.engines.xbrl.checks.cover import check_cover
from quarterdeck.engines.xbrl.checks.dimensions import check_dimensions, declared_names
from quarterdeck.engines.xbrl.checks.duplicates import check_duplicates
from quarterdeck.engines.xbrl.checks.flags import check_flags
from quarterdeck.engines.xbrl.checks.forms import check_forms
from quarterdeck.engines.xbrl.checks.messages import TEMPLATES, Message, Severity
from quarterdeck.engines.xbrl.checks.references import check_references
from quarterdeck.engines.xbrl.checks.structure import check_structure
from quarterdeck.engines.xbrl.checks.view import view_of
from quarterdeck.engines.xbrl.model import Document, InlineDocument

__all__ = ["TEMPLATES", "Message", "Severity", "check_document", "check_json", "declared_names", "has_errors"]

_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


def check_document(
    document: InlineDocument | Document, *, declared: Collection[str] | None = None
) -> tuple[Message, ...]:
    """Everything the checks find: errors first, then warnings and information, each by line.

    Give the `InlineDocument` read with its text where there is one; a `Document` (an R page) has less to check.
    `declared` are the names that the document's own schema declares (`declared_names`), None when it is not at hand.
    """
    view = view_of(document)
    found = [
        *check_structure(view),
        *check_dimensions(view, declared),
        *check_duplicates(view),
        *check_forms(view),
        *check_cover(view),
        *check_flags(view),
        *check_references(view),
        *check_bodies(view),
    ]
    return tuple(sorted(found, key=lambda message: (_SEVERITIES.index(message.severity), message.line or 0)))


def has_errors(messages: Collection[Message]) -> bool:
    """Whether one of the messages is an error."""
    return any(message.severity == "error" for message in messages)


def check_json(source: str, messages: Collection[Message]) -> dict[str, object]:
    """One entry of `documents` as `disclosure check` prints it."""
    return {
        "source": source,
        "messages": [
            {
                "code": message.code,
                "severity": message.severity,
                "concept": message.concept,
                "message": message.message,
                "line": message.line,
            }
            for message in messages
        ],
    }
