"""Reads the cybersecurity facts, and the cover page, of an Inline XBRL document.

After Inline XBRL 1.1: a fact is an ix:nonNumeric element and the chain of ix:continuation elements that its
`continuedAt` names, in the order of the chain and wherever they stand. Facts may lie inside one another's text. One
parse of the document, one pass over its Inline XBRL elements; only elements of the CYD and DEI taxonomies, and the
contexts they name, are looked into.

A chain that leads nowhere, in a circle or into itself gives no value: half a text is never passed off as the whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from lxml import etree

from .blocks import read_blocks
from .concepts import BY_NAME, DEI_TYPES, CoverType, Kind, cyd_version
from .contexts import XBRLI, ContextFault, read_context, resolve
from .model import (
    Block,
    Context,
    Document,
    Fact,
    FactKind,
    Heading,
    InlineDocument,
    InlineFact,
    QName,
    ReadError,
    Unreadable,
    is_cyd,
    is_dei,
)
from .parsing import IX_NAMESPACES, is_inline, parse_fragment, parse_section, sections
from .textvalue import inner_html, line_of_element, name_of, raw_text, shown_text
from .transforms import NotTransformable, boolean, cover_text

_XSI_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TRUE: Final = frozenset({"true", "1"})
_SCHEMA_REF: Final = "{http://www.xbrl.org/2003/linkbase}schemaRef"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_CONTEXT: Final = f"{{{XBRLI}}}context"
_CIK_SCHEME: Final = "http://www.sec.gov/CIK"
_TAGS: Final = (
    *(f"{{{space}}}{local}" for space in IX_NAMESPACES for local in ("nonNumeric", "nonFraction", "continuation")),
    _CONTEXT,
    _SCHEMA_REF,
)

_MARKUP = re.compile(r"</[A-Za-z][A-Za-z0-9]*\s*>|<br\s*/?>", re.I)
_SEC_HIDDEN = re.compile(r"-(?:sec|esef)-ix-hidden\s*:\s*([^\s;]+)", re.I)


def kind_of(concept: str) -> FactKind:
    """ "flag" or "text" for the local name of a CYD concept, also of one that a later taxonomy adds."""
    known = BY_NAME.get(concept)
    if known is not None:
        return "flag" if known.kind is Kind.FLAG else "text"
    return "flag" if concept.endswith("Flag") else "text"


@dataclass(slots=True)
class _Found:
    """A fact element before its value is read."""

    element: etree._Element
    prefixes: dict[str, str]
    prefix: str
    name: QName
    parts: list[etree._Element] = field(default_factory=list)
    problem: str | None = None


@dataclass(slots=True)
class _Gathered:
    """What one pass over the Inline XBRL elements of a submission finds."""

    found: list[_Found] = field(default_factory=list)
    continuations: dict[str, etree._Element] = field(default_factory=dict)
    contexts: dict[str, tuple[etree._Element, dict[str, str]]] = field(default_factory=dict)
    schema_refs: list[str] = field(default_factory=list)
    problems: list[ReadError] = field(default_factory=list)


def read_inline(data: bytes, source: str, *, with_text: bool = False) -> InlineDocument:
    """Read one Inline XBRL document, or the set of them in one submission, from UTF-8 bytes.

    Takes a bare document, one inside `<XBRL>`, or a whole EDGAR submission text. `with_text` also gives the blocks of
    shown text, the item headings and what is shown for hidden facts. Raises Unreadable when there is no Inline XBRL,
    when the document breaks off, declares entities or is beyond repair. Faults of single facts are in `problems`.
    """
    inline = [section for section in sections(data) if is_inline(data, section)]
    if not inline:
        raise Unreadable(source, "holds no Inline XBRL")
    markups = [parse_section(data, section, source) for section in inline]
    gathered = _Gathered()
    namespaces: dict[str, str] = {}
    for markup in markups:
        namespaces |= {prefix: uri for prefix, uri in markup.prefixes.items() if prefix not in namespaces}
        _gather(markup.root, markup.prefixes, gathered, source)
    owners = _follow_chains(gathered, source)
    facts, contexts = _facts(gathered, owners, source)

    blocks: tuple[Block, ...] = ()
    headings: tuple[Heading, ...] = ()
    roots = [markup.root for markup in markups]
    if with_text:
        blocks, headings, ranges = read_blocks(roots, owners)
        facts = [
            replace(fact, blocks=tuple(ranges[part] for part in found.parts if part in ranges))
            for fact, found in zip(facts, gathered.found, strict=True)
        ]

    malformed = next((markup.malformed for markup in markups if markup.malformed), None)
    cyd = [fact for fact in facts if is_cyd(fact.name.namespace)]
    version = cyd_version(cyd[0].name.namespace) if cyd else None
    header = _submission_header(data, inline[0].start)
    document = InlineDocument(
        source=source,
        form=None,
        entity=None,
        cik=None,
        taxonomy=f"cyd/{version}" if version else None,
        period=None,
        facts=tuple(facts),
        contexts=contexts,
        namespaces=namespaces,
        schema_refs=tuple(gathered.schema_refs),
        problems=tuple(gathered.problems),
        malformed=malformed,
        blocks=blocks,
        headings=headings,
        shown_for_hidden=_shown_for_hidden(data, roots) if with_text else {},
    )
    return _with_cover(document, header | ({"form": inline[0].type} if inline[0].type else {}))


def to_document(inline: InlineDocument) -> Document:
    """The CYD facts of a read document, in document order. Facts that could not be read are left to `problems`."""
    facts: list[Fact] = []
    for fact in inline.cyd_facts:
        if fact.value is None and fact.problem is not None:
            continue
        facts.append(
            Fact(
                concept=fact.name.local,
                kind=kind_of(fact.name.local),
                value=fact.value,
                html=fact.html,
                period=fact.context.period if fact.context else None,
                dimensions=fact.context.by_axis if fact.context else {},
                line=fact.line,
                hidden=fact.hidden,
                fact_id=fact.id,
                order=len(facts),
            )
        )
    return Document(
        source=inline.source,
        kind="ixbrl",
        form=inline.form,
        entity=inline.entity,
        cik=inline.cik,
        taxonomy=inline.taxonomy,
        period=inline.period,
        facts=tuple(facts),
        problems=inline.problems,
    )


# --- one pass ----------------------------------------------------------------------------------------------------


def _gather(root: etree._Element, prefixes: dict[str, str], into: _Gathered, source: str) -> None:
    for element in root.iter(*_TAGS):
        local = name_of(element)[1]
        if local == "continuation":
            name = element.get("id")
            if name is None:
                continue
            if name in into.continuations:
                into.problems.append(
                    ReadError(source, f"two continuations have the id {name}", line_of_element(element) or None)
                )
            else:
                into.continuations[name] = element
        elif local == "context":
            into.contexts.setdefault(element.get("id", ""), (element, prefixes))
        elif local == "schemaRef":
            into.schema_refs.append(element.get(_HREF) or element.get("href") or "")
        else:
            prefix, name_q = resolve(element.get("name", ""), element, prefixes)
            if is_cyd(name_q.namespace) or is_dei(name_q.namespace):
                into.found.append(_Found(element, prefixes, prefix, name_q))


def _follow_chains(gathered: _Gathered, source: str) -> dict[etree._Element, tuple[int, ...]]:
    """Fills the parts of every fact; returns which facts each element holds content of."""
    owners: dict[etree._Element, tuple[int, ...]] = {}
    for order, found in enumerate(gathered.found):
        found.parts = [found.element]
        seen: set[str] = set()
        following = found.element.get("continuedAt")
        while following:
            part = gathered.continuations.get(following)
            if part is None:
                found.problem = f"continues at {following}, which is not in the document"
            elif following in seen:
                found.problem = f"continues in a circle at {following}"
            elif _overlaps(part, found.parts):
                found.problem = f"continues at {following}, which lies inside the fact itself or around it"
            if found.problem or part is None:
                break
            seen.add(following)
            found.parts.append(part)
            following = part.get("continuedAt")
        for part in found.parts:
            others = owners.get(part, ())
            if others and part is not found.element:
                gathered.problems.append(
                    ReadError(
                        source,
                        f"two facts continue at {part.get('id')}: {gathered.found[others[0]].name.local} and "
                        f"{found.name.local}",
                        line_of_element(part) or None,
                    )
                )
            owners[part] = (*others, order)
    return owners


def _overlaps(part: etree._Element, parts: list[etree._Element]) -> bool:
    """Whether a part lies inside, or around, one of those before it."""
    return any(above in parts for above in part.iterancestors()) or any(part in one.iterancestors() for one in parts)


# --- values ------------------------------------------------------------------------------------------------------


def _facts(
    gathered: _Gathered, owners: Mapping[etree._Element, tuple[int, ...]], source: str
) -> tuple[list[InlineFact], dict[str, Context]]:
    contexts: dict[str, Context] = {}
    faulty: dict[str, str] = {}
    facts = []
    for order, found in enumerate(gathered.found):
        element = found.element
        context_id = element.get("contextRef", "")
        context_problem = _context(context_id, gathered, contexts, faulty)
        hidden, ancestors = _surroundings(element, owners, order)
        raw = raw_text(found.parts)
        nil = (element.get(_XSI_NIL) or element.get("nil") or "").strip() in _TRUE
        escape = (element.get("escape") or "").strip() in _TRUE
        form_prefix, format_name = element.get("format"), None
        format_namespace = None
        if form_prefix:
            qualified = resolve(form_prefix, element, found.prefixes)[1]
            format_name, format_namespace = qualified.local, qualified.namespace or None
        text = shown_text(found.parts)
        is_text = is_cyd(found.name.namespace) and kind_of(found.name.local) == "text"
        html = inner_html(found.parts) if is_text and escape else None
        if is_text and not escape and _MARKUP.search(raw):
            # The tags are written as text (&lt;p&gt;), which makes them the block's markup all the same.
            fragment = parse_fragment(raw, source)
            if fragment is not None:
                html, text = raw.strip(), shown_text([fragment])
        value, problem = _value(found, raw, text, nil, format_name, format_namespace)
        fact = InlineFact(
            name=found.name,
            prefix=found.prefix,
            context_id=context_id,
            context=contexts.get(context_id),
            value=value,
            text=text,
            raw=raw,
            html=html if not nil and problem is None else None,
            nil=nil,
            escape=escape,
            format=format_name,
            format_namespace=format_namespace,
            target=element.get("target"),
            hidden=hidden,
            id=element.get("id"),
            line=line_of_element(element),
            lines=tuple(line_of_element(part) for part in found.parts),
            continuations=tuple(part.get("id", "") for part in found.parts[1:]),
            order=order,
            parent=ancestors[0] if ancestors else None,
            ancestors=ancestors,
            problem=problem or context_problem,
        )
        if fact.problem:
            gathered.problems.append(ReadError(source, f"{found.name.local} {fact.problem}", fact.line or None))
        facts.append(fact)
    return facts, contexts


def _value(
    found: _Found, raw: str, text: str, nil: bool, format_name: str | None, format_namespace: str | None
) -> tuple[str | bool | None, str | None]:
    """The fact's value and, where there is none, why."""
    if nil:
        return None, None
    if is_cyd(found.name.namespace):
        flag = kind_of(found.name.local) == "flag"
    else:
        flag = DEI_TYPES.get(found.name.local) is CoverType.FLAG
    if found.problem and not (flag and format_name):
        return None, found.problem
    if not flag:
        if is_cyd(found.name.namespace):
            return text or None, None
        return cover_text(raw, format_name) or None, None
    try:
        return boolean(raw, format_name, format_namespace), found.problem
    except NotTransformable as error:
        return None, str(error)


def _context(context_id: str, gathered: _Gathered, contexts: dict[str, Context], faulty: dict[str, str]) -> str | None:
    """Reads a context once; returns what is wrong with it."""
    if context_id in contexts:
        return None
    if context_id not in faulty:
        entry = gathered.contexts.get(context_id)
        if entry is None:
            faulty[context_id] = f"names the context {context_id or '(none)'}, which is not in the document"
        else:
            try:
                contexts[context_id] = read_context(*entry)
                return None
            except ContextFault as error:
                faulty[context_id] = f"names the context {context_id}, which {error}"
    return faulty[context_id]


def _surroundings(
    element: etree._Element, owners: Mapping[etree._Element, tuple[int, ...]], order: int
) -> tuple[bool, tuple[int, ...]]:
    """Whether the element is in ix:hidden, and the facts whose content it lies in, innermost first."""
    hidden = False
    ancestors: dict[int, None] = {}
    for above in element.iterancestors():
        namespace, local = name_of(above)
        if namespace in IX_NAMESPACES:
            hidden = hidden or local == "hidden"
            ancestors.update(dict.fromkeys(other for other in reversed(owners.get(above, ())) if other != order))
    return hidden, tuple(ancestors)


def _shown_for_hidden(data: bytes, roots: list[etree._Element]) -> dict[str, str]:
    if b"-ix-hidden" not in data:
        return {}
    out: dict[str, str] = {}
    for root in roots:
        for element in root.iter(etree.Element):
            style = element.get("style")
            if style and "-ix-hidden" in style:
                match = _SEC_HIDDEN.search(style)
                if match:
                    out.setdefault(match.group(1), shown_text([element]))
    return out


# --- cover -------------------------------------------------------------------------------------------------------

_HEADER_LINES: Final = {
    "form": re.compile(rb"^CONFORMED SUBMISSION TYPE:\s*(\S+)", re.M),
    "entity": re.compile(rb"^\s*COMPANY CONFORMED NAME:\s*(\S.*?)\s*$", re.M),
    "cik": re.compile(rb"^\s*CENTRAL INDEX KEY:\s*(\d{1,10})\s*$", re.M),
}


def _submission_header(data: bytes, end: int) -> dict[str, str]:
    """Form, entity and CIK from the header of a submission text, for documents without cover facts."""
    head = data[: min(end, 20_000)]
    out = {}
    for key, pattern in _HEADER_LINES.items():
        match = pattern.search(head)
        if match:
            out[key] = match.group(1).decode("utf-8", "replace")
    return out


def _with_cover(document: InlineDocument, header: Mapping[str, str]) -> InlineDocument:
    def said(name: str) -> str | None:
        fact = document.cover(name)
        return fact.value if fact is not None and isinstance(fact.value, str) else None

    cyd = document.cyd_facts
    entity_ids = [
        fact.context.entity for fact in (*cyd, *document.facts) if fact.context and fact.context.scheme == _CIK_SCHEME
    ]
    dated = [
        fact
        for fact in (document.cover("DocumentType"), document.cover("DocumentPeriodEndDate"), *cyd)
        if fact is not None and fact.context is not None and fact.context.period is not None
    ]
    return replace(
        document,
        form=said("DocumentType") or header.get("form"),
        entity=said("EntityRegistrantName") or header.get("entity"),
        cik=ten_digits(said("EntityCentralIndexKey"), *entity_ids[:1], header.get("cik")),
        period=dated[0].context.period if dated and dated[0].context else None,
    )


def ten_digits(*candidates: str | None) -> str | None:
    """The first of the candidates that is a CIK, in ten digits."""
    for candidate in candidates:
        if candidate and candidate.isascii() and candidate.isdigit() and len(candidate.lstrip("0")) <= 10:
            return candidate.lstrip("0").zfill(10)
    return None
