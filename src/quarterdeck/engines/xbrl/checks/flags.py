"""Whether the flags agree with the text, and what it means that one is missing."""

from collections.abc import Iterator

from quarterdeck.engines.xbrl.checks.assertions import AFFECTED, BY_FLAG, asserted
from quarterdeck.engines.xbrl.checks.messages import Message, say
from quarterdeck.engines.xbrl.checks.view import Said, View, shorten, unique_sentences
from quarterdeck.engines.xbrl.concepts import CONCEPTS, TEXT_BLOCK_OF_FLAG, Kind


def check_flags(view: View) -> Iterator[Message]:
    """Messages on each flag of the annual disclosure. A document without such facts has no flags to miss."""
    if not view.annual_facts:
        return
    sentences = unique_sentences(view)
    reported = {fact.concept for fact in view.facts}
    for concept in CONCEPTS:
        if concept.kind is not Kind.FLAG:
            continue
        yes, no = _said_by(sentences, concept.name)
        block = TEXT_BLOCK_OF_FLAG.get(concept.name)
        facts = view.flags(concept.name)
        if not facts and concept.name not in reported:
            yield _omitted(view, concept.name, yes or no, block if block in reported else None)
        for fact in facts:
            if fact.value is True:
                yield from _true(fact, block if block not in reported else None, None if yes else no)
            else:
                yield from _false(fact, block if block in reported else None, None if no else yes)


def _said_by(sentences: list[tuple[str, Said]], flag: str) -> tuple[tuple[str, Said] | None, tuple[str, Said] | None]:
    """The first sentence that asserts the flag, and the first that denies it."""
    found: dict[bool, tuple[str, Said]] = {}
    if flag in BY_FLAG:
        for sentence, fact in sentences:
            value = asserted(flag, sentence)
            if value is not None:
                found.setdefault(value, (sentence, fact))
    return found.get(True), found.get(False)


def _omitted(view: View, flag: str, said: tuple[str, Said] | None, block: str | None) -> Message:
    if said is not None:
        return say("flag.omitted-asserted", flag, said[1].line, sentence=shorten(said[0]))
    # The text on material effects is reported whatever the answer, so that block alone asserts nothing.
    if block is not None and flag != AFFECTED:
        return say("flag.omitted-text", flag, next(fact.line for fact in view.facts if fact.concept == block))
    return say("flag.omitted", flag)


def _true(fact: Said, missing_block: str | None, denied: tuple[str, Said] | None) -> Iterator[Message]:
    if missing_block is not None:
        yield say("flag.text-missing", fact.concept, fact.line)
    if denied is not None:
        yield say("flag.true-denied", fact.concept, fact.line, sentence=shorten(denied[0]))


def _false(fact: Said, block: str | None, said: tuple[str, Said] | None) -> Iterator[Message]:
    if said is not None:
        yield say("flag.false-asserted", fact.concept, fact.line, sentence=shorten(said[0]))
    elif block is not None and fact.concept != AFFECTED:
        yield say("flag.false-text", fact.concept, fact.line)
