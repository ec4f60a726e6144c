"""Pure rules of training: when a rule falls due, what a quiz is worth, which answers a text lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


def months_on(day: date, months: int) -> date:
    """``months`` after ``day``; the 31st gives way to the last day of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError("a month has 28 days at least")


def occasion_on(first: date, months: int, day: date) -> date | None:
    """The last day up to ``day`` on which a rule fell due that began on ``first`` and recurs every ``months`` (0: never)."""
    if day < first:
        return None
    if months == 0:
        return first
    passed = ((day.year - first.year) * 12 + day.month - first.month) // months
    found = months_on(first, passed * months)
    return found if found <= day else months_on(first, (passed - 1) * months)


@dataclass(frozen=True)
class Marked:
    """What a try at a quiz is worth: right questions of all, in per cent rounded down."""

    right: int
    asked: int

    @property
    def score(self) -> int:
        return self.right * 100 // self.asked if self.asked else 0


def mark(right: Mapping[int, frozenset[int]], given: Mapping[int, frozenset[int]]) -> Marked:
    """Judge a try. A question counts only when exactly its right answers were chosen."""
    return Marked(sum(given.get(question) == answers for question, answers in right.items()), len(right))


def mean(scores: Sequence[int]) -> int | None:
    """The score of a course: the mean of its scored lessons, rounded down; None where none is scored."""
    return sum(scores) // len(scores) if scores else None


class AnswersFault(ValueError):
    """A list of answers that makes no question; ``code``: few, many, long, none_right, twice."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


MOST_ANSWERS = 12


def listed_answers(text: str) -> list[tuple[str, bool]]:
    """Answers one a line, each right one with ``*`` before it. Raises :class:`AnswersFault`."""
    found: list[tuple[str, bool]] = []
    for line in text.splitlines():
        words = line.strip()
        right = words.startswith("*")
        words = words.lstrip("*").strip() if right else words
        if words:
            found.append((words, right))
    if len(found) < 2:
        raise AnswersFault("few")
    if len(found) > MOST_ANSWERS:
        raise AnswersFault("many")
    if any(len(words) > 500 for words, _right in found):
        raise AnswersFault("long")
    if not any(right for _words, right in found):
        raise AnswersFault("none_right")
    if len({words.casefold() for words, _right in found}) != len(found):
        raise AnswersFault("twice")
    return found
