"""Whether facts stand on the axes that the taxonomy gives them (XBRL Dimensions 1.0)."""

from collections.abc import Collection, Iterator

from lxml import etree

from quarterdeck.engines.xbrl.checks.messages import Message, say
from quarterdeck.engines.xbrl.checks.view import View
from quarterdeck.engines.xbrl.concepts import (
    BY_NAME,
    INCIDENT_AXIS,
    INCIDENT_DOMAIN,
    Disclosure,
    cyd_version,
)
from quarterdeck.engines.xbrl.model import Dimension, InlineDocument, InlineFact, is_cyd

_STANDARD_ROOTS = ("http://xbrl.sec.gov/", "http://fasb.org/", "https://xbrl.ifrs.org/", "http://xbrl.ifrs.org/")

# A combined report of several registrants says with this axis whose fact it is, in either disclosure.
_REGISTRANT_AXIS = "LegalEntityAxis"


_SCHEMA_ELEMENT = "{http://www.w3.org/2001/XMLSchema}element"


def declared_names(schema: bytes) -> frozenset[str]:
    """The names of the elements that an XML schema declares at its top level; empty for what is no XML schema."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(schema, parser)
    except etree.XMLSyntaxError:
        return frozenset()
    return frozenset(name for name in (child.get("name") for child in root.iterchildren(_SCHEMA_ELEMENT)) if name)


def check_dimensions(view: View, declared: Collection[str] | None) -> Iterator[Message]:
    """Messages on axes and members. `declared` are the names that the document's own schema declares; None when that
    schema is not at hand, and then a member of the company's namespace is taken on trust."""
    if view.inline is None:
        for said in view.annual_facts:
            for axis in said.dimensions:
                if axis != _REGISTRANT_AXIS:
                    yield say("dimension.annual", said.concept, said.line, axis=axis)
        return
    for fact in view.inline.cyd_facts:
        concept = BY_NAME.get(fact.name.local)
        if fact.context is None or concept is None:
            continue
        for dimension in fact.context.dimensions:
            if dimension.axis.local == _REGISTRANT_AXIS:
                continue
            if concept.disclosure is Disclosure.ANNUAL:
                yield say("dimension.annual", fact.name.local, fact.line, axis=dimension.axis.local)
            else:
                yield from _incident(view.inline, fact, dimension, declared)


def _incident(
    document: InlineDocument, fact: InlineFact, dimension: Dimension, declared: Collection[str] | None
) -> Iterator[Message]:
    name, line, axis = fact.name.local, fact.line, dimension.axis
    if axis.local != INCIDENT_AXIS:
        yield say("dimension.axis-unknown", name, line, axis=axis.local)
        return
    version = cyd_version(axis.namespace) or cyd_version(fact.name.namespace) or "?"
    if is_cyd(axis.namespace) and version not in BY_NAME[INCIDENT_AXIS].versions:
        yield say("dimension.axis-not-seen", name, line, version=version)
    if dimension.container == "scenario":
        yield say("dimension.scenario", name, line)
    member = dimension.member
    if member is None:
        yield say("dimension.typed", name, line)
    elif is_cyd(member.namespace) and member.local == INCIDENT_DOMAIN:
        yield say("dimension.default", name, line)
    elif member.namespace.startswith(_STANDARD_ROOTS):
        yield say("dimension.member-standard", name, line, member=member.local)
    elif not member.namespace or not _may_be_declared(document, member.local, declared):
        yield say("dimension.member-undeclared", name, line, member=member.local)


def _may_be_declared(document: InlineDocument, member: str, declared: Collection[str] | None) -> bool:
    if declared is not None:
        return member in declared
    return any(not href.startswith(("http://xbrl.sec.gov/", "https://xbrl.sec.gov/")) for href in document.schema_refs)
