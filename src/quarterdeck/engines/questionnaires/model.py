"""What a questionnaire is: sections, questions, conditions, and what was answered. Frozen; no answer is ever guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class Unreadable(ValueError):
    """The input is no questionnaire that can be read. ``where`` names the line, sheet or row; the message says what is wrong."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.message = message
        self.where = where


class Kind(StrEnum):
    """How a question is answered."""

    YES_NO = "yes_no"
    SINGLE = "single"
    MULTIPLE = "multiple"
    TEXT = "text"
    DATE = "date"
    FILE = "file"


class Effect(StrEnum):
    """What choosing a choice says of the security that was asked about."""

    GOOD = "good"
    ADVERSE = "adverse"
    NOT_APPLICABLE = "not_applicable"
    NEUTRAL = "neutral"


YES, NO, NOT_APPLICABLE = "yes", "no", "na"


@dataclass(frozen=True)
class Choice:
    """One choice of a question. ``id`` is unique in the whole questionnaire, since conditions name it."""

    id: str
    text: str
    effect: Effect = Effect.NEUTRAL


@dataclass(frozen=True)
class Question:
    """One question. ``weight`` is a whole number ≥ 1; ``condition`` in the language of :mod:`conditions`, empty for always.

    Of a yes/no question "yes" is the answer one hopes for, unless ``adverse_yes``.
    """

    id: str
    text: str
    kind: Kind = Kind.YES_NO
    choices: tuple[Choice, ...] = ()
    required: bool = True
    critical: bool = False
    weight: int = 1
    condition: str = ""
    help: str = ""
    adverse_yes: bool = False


@dataclass(frozen=True)
class Section:
    """Questions under one heading, or none where it only stands above others.

    ``notes`` are said before them and ask nothing. ``continues``: the heading was interrupted by another and goes on.
    """

    id: str
    title: str
    questions: tuple[Question, ...]
    condition: str = ""
    notes: tuple[str, ...] = ()
    continues: bool = False


@dataclass(frozen=True)
class Alert:
    """What the questionnaire itself says once its condition holds: a weakness, or advice (``warns`` false)."""

    id: str
    title: str
    text: str
    condition: str
    severity: str = ""
    warns: bool = True


@dataclass(frozen=True)
class Questionnaire:
    """Sections in order. Ids of sections, questions, choices and alerts are unique together."""

    title: str
    sections: tuple[Section, ...]
    alerts: tuple[Alert, ...] = ()

    def questions(self) -> Iterator[Question]:
        """Every question, in order."""
        for section in self.sections:
            yield from section.questions

    @property
    def headings(self) -> int:
        """How many sections it has, one that goes on counted once."""
        return sum(1 for section in self.sections if not section.continues)

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        return {question.id: question for question in self.questions()}


@dataclass(frozen=True)
class Answer:
    """What was answered to one question.

    ``values``: ``yes``, ``no`` or ``na`` of a yes/no question, ids of choices, or one text (ISO for a date). Empty: not answered.
    ``na`` as the only value says of a question of any kind that it does not apply. ``evidence`` counts the files.
    """

    values: tuple[str, ...] = ()
    comment: str = ""
    evidence: int = 0

    @property
    def given(self) -> bool:
        return bool(self.values)


Answers = Mapping[str, Answer]


class Judgement(StrEnum):
    """A reviewer's word on one answer; it goes before what the answer itself says."""

    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Unmatched:
    """An answer in a workbook that belongs to no question, or to no single one, and why."""

    sheet: str
    row: int
    question: str
    answer: str
    reason: str


@dataclass(frozen=True)
class Unresolved:
    """A matched row whose answer says no definite thing; its words are kept as a comment."""

    sheet: str
    row: int
    question: str
    text: str
    reason: str


@dataclass(frozen=True)
class Filled:
    """What a filled workbook said: answers by question id, how many rows found their question, and what was left over."""

    answers: Mapping[str, Answer]
    matched: int
    unmatched: tuple[Unmatched, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    rows: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        """Questions with a definite answer."""
        return sum(1 for answer in self.answers.values() if answer.given)
