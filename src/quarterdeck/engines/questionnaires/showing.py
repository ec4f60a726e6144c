"""Which questions are asked, given what was answered so far, and which alerts hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from quarterdeck.engines.questionnaires import conditions
from quarterdeck.engines.questionnaires.conditions import Expression, Named
from quarterdeck.engines.questionnaires.model import (
    NO,
    NOT_APPLICABLE,
    YES,
    Alert,
    Answers,
    Kind,
    Question,
    Questionnaire,
)


@dataclass(frozen=True)
class _Plan:
    """Conditions read once. ``own``: of questions, sections and alerts by id; ``holder``: question or choice id → question."""

    own: Mapping[str, tuple[Expression, ...]]
    holder: Mapping[str, Question]


@lru_cache(maxsize=64)
def _plan(asked: Questionnaire) -> _Plan:
    own: dict[str, tuple[Expression, ...]] = {}
    holder: dict[str, Question] = {}
    for section in asked.sections:
        around = conditions.parse(section.condition)
        own[section.id] = (around,)
        for question in section.questions:
            own[question.id] = (around, conditions.parse(question.condition))
            holder[question.id] = question
            for choice in question.choices:
                holder[choice.id] = question
    for alert in asked.alerts:
        own[alert.id] = (conditions.parse(alert.condition),)
    return _Plan(own, holder)


class Showing:
    """A questionnaire beside one set of answers. An answer to a question that does not show counts for no condition."""

    def __init__(self, asked: Questionnaire, answers: Answers) -> None:
        self.asked, self.answers = asked, answers
        self._plan = _plan(asked)
        self._known: dict[str, bool] = {}

    def shows(self, item: str) -> bool:
        """Whether the question, section or alert of that id shows. A circle of conditions shows nothing."""
        known = self._known.get(item)
        if known is not None:
            return known
        # Until it is known it does not show, so that conditions which name each other come to an end.
        self._known[item] = False
        found = all(conditions.holds(part, self._holds) for part in self._plan.own.get(item, ()))
        self._known[item] = found
        return found

    def _holds(self, named: Named) -> bool:
        if named.shown:
            return named.id in self._plan.own and self.shows(named.id)
        name, _slash, wanted = named.id.rpartition("/")
        if not name or name not in self._plan.holder:
            name, wanted = named.id, ""
        question = self._plan.holder.get(name)
        if question is None or not self.shows(question.id):
            return False
        given = self.answers.get(question.id)
        values = given.values if given is not None else ()
        if named.equals is not None:
            return (named.equals in values) is not named.differs
        if wanted:
            return wanted in values
        if name != question.id:
            return name in values
        if question.kind is Kind.YES_NO:
            return YES in values
        return bool(values) and values != (NOT_APPLICABLE,) and values != (NO,)

    def questions(self) -> tuple[Question, ...]:
        """The questions that show, in order."""
        return tuple(question for question in self.asked.questions() if self.shows(question.id))

    def alerts(self) -> tuple[Alert, ...]:
        """The alerts that hold, in order."""
        return tuple(alert for alert in self.asked.alerts if self.shows(alert.id))
