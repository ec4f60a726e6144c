"""Whether the facts are marked up as the taxonomy and Inline XBRL 1.1 want them."""

from collections.abc import Iterator

from quarterdeck.engines.xbrl.checks.messages import Message, say
from quarterdeck.engines.xbrl.checks.view import View
from quarterdeck.engines.xbrl.concepts import BY_NAME, VERSIONS, Kind, cyd_version
from quarterdeck.engines.xbrl.model import InlineDocument, InlineFact, is_cyd, is_dei


def check_structure(view: View) -> Iterator[Message]:
    """Messages on the markup of each fact and on the namespaces; for an R page on its labels and values only."""
    if view.inline is None:
        page = view.page
        if page is not None:
            for problem in page.problems:
                yield say("structure.markup", line=problem.line, detail=problem.message)
        for said in view.facts:
            concept = BY_NAME.get(said.concept)
            if concept is not None and concept.kind is Kind.TEXT and not str(said.value or "").strip():
                yield say("structure.text-empty", said.concept, said.line)
        return
    document = view.inline
    if document.malformed is not None:
        yield say("structure.malformed", line=document.malformed.line, detail=document.malformed.message)
    # A fault of one fact is reported with its concept below.
    told = {f"{fact.name.local} {fact.problem}" for fact in document.facts if fact.problem}
    for problem in document.problems:
        if problem.message not in told:
            yield say("structure.markup", line=problem.line, detail=problem.message)
    yield from _versions(document)
    for fact in document.facts:
        if is_cyd(fact.name.namespace):
            yield from _fact(fact, document)
        elif fact.problem:
            yield say("structure.cover", fact.name.local, fact.line, detail=fact.problem)


def _versions(document: InlineDocument) -> Iterator[Message]:
    used = sorted({cyd_version(fact.name.namespace) or "?" for fact in document.cyd_facts})
    if len(used) > 1:
        yield say("structure.versions-mixed", versions=", ".join(used))
    for version in used:
        if version not in VERSIONS:
            yield say("structure.version-unknown", version=version)
    dei = sorted({fact.name.namespace.rsplit("/", 1)[1][:4] for fact in document.facts if is_dei(fact.name.namespace)})
    if len(used) == 1 and len(dei) == 1 and used != dei:
        yield say("structure.version-dei", versions=f"dei/{dei[0]}, cyd/{used[0]}")


def _fact(fact: InlineFact, document: InlineDocument) -> Iterator[Message]:
    name, line = fact.name.local, fact.line
    version = cyd_version(fact.name.namespace) or "?"
    if fact.context is None:
        yield say("structure.context-missing", name, line, context=fact.context_id or "without id")
    if fact.target is not None:
        yield say("structure.target", name, line, target=fact.target)
    if fact.hidden and fact.id not in document.shown_for_hidden:
        yield say("structure.hidden", name, line)
    if fact.format is not None and fact.format.startswith("num"):
        yield say("structure.number", name, line)
        return
    concept = BY_NAME.get(name)
    if concept is None or (version in VERSIONS and version not in concept.versions):
        if version in VERSIONS:
            yield say("structure.concept-unknown", name, line, version=version)
        return
    if concept.abstract:
        yield say("structure.concept-abstract", name, line)
    elif concept.kind is Kind.TEXT:
        yield from _text(fact)
    elif fact.nil:
        yield say("structure.flag-nil", name, line)
    elif not isinstance(fact.value, bool):
        yield say("structure.flag-unreadable", name, line, detail=fact.problem or fact.text[:80])


def _text(fact: InlineFact) -> Iterator[Message]:
    name, line = fact.name.local, fact.line
    if fact.nil:
        yield say("structure.text-nil", name, line)
        return
    if fact.format is not None:
        yield say("structure.text-transformed", name, line, format=fact.format)
    if fact.problem and fact.context is not None:
        yield say("structure.markup", name, line, detail=f"The fact {fact.problem}.")
    elif not fact.text.strip():
        yield say("structure.text-empty", name, line)
    elif not fact.escape:
        yield say("structure.escape-missing", name, line)
