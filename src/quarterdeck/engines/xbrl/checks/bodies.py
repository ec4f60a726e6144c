"""Whether one committee goes by two names."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from quarterdeck.engines.xbrl.checks.messages import Message, say
from quarterdeck.engines.xbrl.checks.view import View, unique_sentences

_HEADS = ("committee", "subcommittee", "panel", "council", "taskforce")
_TOKEN = re.compile(r"[A-Za-z][\w'’-]*|&|[.,;:()“”\"/]")
_STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "our",
        "its",
        "their",
        "this",
        "that",
        "these",
        "those",
        "such",
        "each",
        "any",
        "every",
        "no",
        "of",
        "by",
        "to",
        "with",
        "from",
        "for",
        "in",
        "on",
        "at",
        "as",
        "is",
        "are",
        "was",
        "be",
        "been",
        "has",
        "have",
        "had",
        "which",
        "who",
        "whose",
        "whom",
        "and/or",
        "or",
        "but",
        "via",
        "through",
        "under",
        "within",
        "between",
        "among",
        "including",
        "also",
        "both",
        "other",
        "another",
        "certain",
        "same",
        "said",
        "we",
        "they",
        "it",
        "established",
        "formed",
        "created",
        "designated",
        "appointed",
        "dedicated",
        "specialized",
        "internal",
        "relevant",
        "respective",
        "standing",
        "full",
        "entire",
        "new",
        "separate",
        "single",
        "appropriate",
        "board's",
        "boards",
        "company's",
        "companys",
        "i.e.",
        "e.g.",
        "then",
        "when",
        "if",
        "while",
        "upon",
        "responsible",
        "applicable",
        "composed",
        "chaired",
        "led",
        "inform",
        "informs",
        "informed",
        "report",
        "reports",
        "reporting",
        "updates",
        "update",
        "briefs",
        "assist",
        "assists",
        "delegated",
        "oversee",
        "oversees",
    ]
)
_INTRODUCED = frozenset(
    [
        "a",
        "an",
        "established",
        "formed",
        "created",
        "designated",
        "appointed",
        "dedicated",
        "specialized",
        "new",
        "separate",
    ]
)
_SUBJECTS = frozenset(
    [
        "cybersecurity",
        "cyber-security",
        "cyber",
        "data",
        "information",
        "it",
        "security",
        "technology",
        "digital",
        "privacy",
        "infosec",
    ]
)
"""Words of one subject: names that differ in these alone may mean one body."""


MAX_NAMES = 300
"""Different names that are compared with one another; real disclosures have about five."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A committee as named: its `words` in lower case with the head last, as `shown`, and whether it is introduced
    there ("we have established a …")."""

    words: tuple[str, ...]
    shown: str
    introduced: bool


def check_bodies(view: View) -> Iterator[Message]:
    """A message for each pair of names that seem to mean one body: the same words in another order, or a name met once
    and nowhere introduced that differs from another in a word of the same subject."""
    mentions: dict[tuple[str, ...], tuple[Mention, str, int]] = {}
    counts: Counter[tuple[str, ...]] = Counter()
    introduced: set[tuple[str, ...]] = set()
    for sentence, fact in unique_sentences(view):
        for mention in mentions_in(sentence):
            if mention.words not in mentions and len(mentions) >= MAX_NAMES:
                continue
            counts[mention.words] += 1
            mentions.setdefault(mention.words, (mention, fact.concept, fact.line))
            if mention.introduced:
                introduced.add(mention.words)
    for first, second in combinations(mentions, 2):
        if counts[first] < counts[second]:
            first, second = second, first
        shown = {"first": mentions[first][0].shown, "second": mentions[second][0].shown}
        _, concept, line = mentions[second]
        if _same_words(first, second):
            yield say("body.order", concept, line, **shown)
        else:
            for one, other in ((first, second), (second, first)):
                if counts[other] == 1 and other not in introduced and _near(one, other):
                    near = {"first": mentions[one][0].shown, "second": mentions[other][0].shown}
                    yield say("body.near", mentions[other][1], mentions[other][2], **near)
                    break


def mentions_in(sentence: str) -> Iterator[Mention]:
    """The committees a sentence names, each with at least one word before its head."""
    tokens = _TOKEN.findall(sentence)
    for place, token in enumerate(tokens):
        if token.casefold() not in _HEADS:
            continue
        start = place
        while start > 0 and place - start < 8 and _part_of_name(tokens, start - 1):
            start -= 1
        while start < place and tokens[start].casefold() in ("and", "&", ","):
            start += 1
        if start == place:
            continue
        before = {word.casefold() for word in tokens[max(0, start - 3) : start]}
        shown = " ".join(tokens[start : place + 1]).replace(" ,", ",")
        words = tuple(_plain(word) for word in tokens[start : place + 1] if word not in ("and", "&", ","))
        yield Mention(words, shown, bool(before & _INTRODUCED))


def _part_of_name(tokens: list[str], place: int) -> bool:
    word = tokens[place].casefold()
    if word in ("and", "&"):
        # "the Board and Audit Committee" are two: a conjunction is part of a name only between parts of one.
        return place > 0 and _word_of_name(tokens[place - 1]) and tokens[place - 1].casefold() not in _ENDS
    return _word_of_name(word)


def _word_of_name(token: str) -> bool:
    word = token.casefold()
    return (
        word not in _STOP
        and word not in _HEADS
        and word not in ("and", "&")
        and word[0].isalpha()
        and not word.endswith("ly")
    )


_ENDS = frozenset(
    [
        "board",
        "directors",
        "management",
        "officer",
        "officers",
        "team",
        "executives",
        "ciso",
        "ceo",
        "cfo",
        "company",
        "president",
    ]
)
"""Words that end the name of another body or person before "and"."""


def _plain(word: str) -> str:
    return word.casefold().replace("’", "'").removesuffix("'s").replace("-", "")


def _same_words(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    return first != second and len(first) > 2 and first[-1] == second[-1] and sorted(first) == sorted(second)


def _near(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    if len(first) != len(second) or len(first) < 3 or first[-2:] != second[-2:]:
        return False
    differing = [(one, other) for one, other in zip(first, second, strict=True) if one != other]
    return len(differing) == 1 and set(differing[0]) <= {word.replace("-", "") for word in _SUBJECTS}
