"""What may be decided on what, and what is still missing: pure functions over plain values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from quarterdeck.areas.determinations.factors import FACTORS, FactorKind
from quarterdeck.kernel.records import JSON

#: Units that take part in an assessment unless the company set its own number: “personnel of several units” is two at least.
UNITS_AT_LEAST: Final = 2

_BY_CODE: Final = {kind.code: kind for kind in FACTORS}


def factor(code: str) -> FactorKind:
    """The factor ``code``. KeyError when there is none."""
    return _BY_CODE[code]


class Question(StrEnum):
    """What the body decides, in this order."""

    MATERIALITY = "materiality"
    RESPONSE = "response"
    DISCLOSURE = "disclosure"


ANSWERS: Final[Mapping[Question, frozenset[str]]] = {
    Question.MATERIALITY: frozenset({"material", "not_material", "undetermined"}),
    Question.RESPONSE: frozenset({"measures"}),
    Question.DISCLOSURE: frozenset({"necessary", "not_necessary"}),
}


class Lacks(StrEnum):
    """Why an assessment cannot be submitted yet."""

    NATURE = "nature"
    SCOPE = "scope"
    TIMING = "timing"
    IMPACT = "impact"
    FACTORS = "factors"
    RECOMMENDATION = "recommendation"
    BECAUSE = "because"
    SEVERITY = "severity"
    SOURCE = "source"
    UNITS = "units"
    OPINIONS = "opinions"


@dataclass(frozen=True)
class Draft:
    """An assessment as the rules see it. ``units``: how many units accepted a task; ``opinions``: how many were received."""

    texts: Mapping[str, str]
    unanswered: int
    recommendation: str | None
    severity: bool
    source: bool
    units: int
    units_wanted: int
    opinions: int
    opinions_needed: bool


def lacking(draft: Draft) -> tuple[Lacks, ...]:
    """Everything that is missing before it may be submitted."""
    wanted = (
        (Lacks.SEVERITY, not draft.severity),
        (Lacks.SOURCE, not draft.source),
        (Lacks.UNITS, draft.units < draft.units_wanted),
        (Lacks.OPINIONS, draft.opinions_needed and draft.opinions == 0),
        (Lacks.NATURE, not draft.texts["nature"].strip()),
        (Lacks.SCOPE, not draft.texts["scope"].strip()),
        (Lacks.TIMING, not draft.texts["timing"].strip()),
        (Lacks.IMPACT, not draft.texts["impact"].strip()),
        (Lacks.FACTORS, draft.unanswered > 0),
        (Lacks.RECOMMENDATION, draft.recommendation is None),
        (Lacks.BECAUSE, not draft.texts["because"].strip()),
    )
    return tuple(what for what, lacks in wanted if lacks)


class Fault(StrEnum):
    """Why a set of answers cannot be put before the body."""

    MATERIAL_NOT_DISCLOSED = "material_not_disclosed"
    NO_DAY = "no_day"


def faults(materiality: str, disclosure: str, *, domestic: bool, follow_up: bool) -> tuple[Fault, ...]:
    """Answers that contradict each other or the rules.

    A domestic filer has to report what its body determines to be material (Form 8-K, Item 1.05); a foreign private
    issuer's duty hangs on what it publishes elsewhere (Form 6-K, General Instruction B). What is left undetermined needs
    a day on which it is taken up again.
    """
    found: list[Fault] = []
    if materiality == "material" and disclosure == "not_necessary" and domestic:
        found.append(Fault.MATERIAL_NOT_DISCLOSED)
    if materiality == "undetermined" and not follow_up:
        found.append(Fault.NO_DAY)
    return tuple(found)


def may_be_put(question: Question, decided: Iterable[Question]) -> bool:
    """Whether the question may be voted on now: measures and disclosure rest on whether it is material."""
    return question is Question.MATERIALITY or Question.MATERIALITY in set(decided)


def digest(content: JSON) -> str:
    """SHA-256 over the content in one canonical writing: keys in order, no spaces, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Difference:
    """A value that is not what it was: the path to it, what it was, what it is now (None where there was or is none)."""

    path: str
    before: JSON
    now: JSON


def differences(before: JSON, now: JSON, path: str = "") -> tuple[Difference, ...]:
    """Every value that differs, by its path (``factors/reputation/reason``), in order."""
    if before == now:
        return ()
    if isinstance(before, dict) and isinstance(now, dict):
        found: list[Difference] = []
        for name in sorted({*before, *now}):
            found += differences(before.get(name), now.get(name), f"{path}/{name}" if path else name)
        return tuple(found)
    return (Difference(path, before, now),)


def open_questions(decided: Iterable[Question]) -> Sequence[Question]:
    """Questions that the body has not decided, in order."""
    done = set(decided)
    return [question for question in Question if question not in done]
