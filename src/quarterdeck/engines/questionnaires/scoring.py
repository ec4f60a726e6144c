"""The score of an evaluation: pure, the same in whatever order, and never better for what was left out.

- Counted are the questions that show, say something of security, and were answered "yes" or "no" (or judged so).
- What was not answered is neither: it counts for nothing and lowers the coverage. What does not apply leaves the
  denominator.
- One critical "no" caps the score, however many "yes" stand beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from quarterdeck.engines.questionnaires.model import (
    NO,
    NOT_APPLICABLE,
    YES,
    Answer,
    Answers,
    Effect,
    Judgement,
    Kind,
    Question,
    Questionnaire,
)
from quarterdeck.engines.questionnaires.showing import Showing

#: In thousandths. A critical "no" leaves at most this much.
CAP = 490
#: Thousandths from which a score is called so.
STRONG, FAIR = 850, 600


class Word(StrEnum):
    """What one answer comes to."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"
    UNANSWERED = "unanswered"
    #: Answered, but it says nothing for or against (a name, a date, a free text nobody has judged).
    INFORMS = "informs"


class Rating(StrEnum):
    """What the score is called. *Incomplete* while a required question is open, whatever the rest says."""

    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class Score:
    """``thousandths``: 0…1000, None while nothing counts. ``met`` and ``counted`` are weights; the rest counts questions.

    ``capped_by``: ids of the critical questions answered "no". ``open_required``: ids not answered that have to be.
    """

    thousandths: int | None
    met: int
    counted: int
    asked: int
    yes: int
    no: int
    not_applicable: int
    unanswered: int
    informs: int
    capped_by: tuple[str, ...]
    open_required: tuple[str, ...]
    rating: Rating

    @property
    def coverage(self) -> int:
        """Thousandths of the questions asked that were answered; 1000 where none is asked."""
        return 1000 if not self.asked else (self.asked - self.unanswered) * 1000 // self.asked


def word(question: Question, answer: Answer | None, judged: Judgement | None = None) -> Word:
    """What an answer comes to. A reviewer's word goes first, but makes nothing of a question that was not answered."""
    if answer is None or not answer.given:
        return Word.UNANSWERED
    if judged is Judgement.NOT_APPLICABLE:
        return Word.NOT_APPLICABLE
    if judged is Judgement.ACCEPTED:
        return Word.NOT_APPLICABLE if answer.values == (NOT_APPLICABLE,) else Word.YES
    if judged is Judgement.NOT_ACCEPTED:
        return Word.NO
    if answer.values == (NOT_APPLICABLE,):
        return Word.NOT_APPLICABLE
    if question.kind is Kind.YES_NO:
        said = answer.values[0]
        if said not in (YES, NO):
            return Word.UNANSWERED
        return Word.YES if (said == YES) is not question.adverse_yes else Word.NO
    effects = {choice.effect for choice in question.choices if choice.id in answer.values}
    if Effect.ADVERSE in effects:
        return Word.NO
    if Effect.GOOD in effects:
        return Word.YES
    if effects == {Effect.NOT_APPLICABLE}:
        return Word.NOT_APPLICABLE
    return Word.INFORMS


def score(asked: Questionnaire, answers: Answers, judged: Mapping[str, Judgement] | None = None) -> Score:
    """The score of ``answers``; ``judged``: a reviewer's words by question id."""
    judged = judged or {}
    met = counted = 0
    numbers = dict.fromkeys(Word, 0)
    capped: list[str] = []
    open_: list[str] = []
    questions = Showing(asked, answers).questions()
    for question in questions:
        said = word(question, answers.get(question.id), judged.get(question.id))
        numbers[said] += 1
        if said is Word.UNANSWERED:
            if question.required:
                open_.append(question.id)
        elif said in (Word.YES, Word.NO):
            counted += question.weight
            if said is Word.YES:
                met += question.weight
            elif question.critical:
                capped.append(question.id)
    thousandths = None if not counted else met * 1000 // counted
    if thousandths is not None and capped:
        thousandths = min(thousandths, CAP)
    return Score(
        thousandths=thousandths,
        met=met,
        counted=counted,
        asked=len(questions),
        yes=numbers[Word.YES],
        no=numbers[Word.NO],
        not_applicable=numbers[Word.NOT_APPLICABLE],
        unanswered=numbers[Word.UNANSWERED],
        informs=numbers[Word.INFORMS],
        capped_by=tuple(capped),
        open_required=tuple(open_),
        rating=_rating(thousandths, bool(open_)),
    )


def _rating(thousandths: int | None, incomplete: bool) -> Rating:
    if thousandths is None or incomplete:
        return Rating.INCOMPLETE
    if thousandths >= STRONG:
        return Rating.STRONG
    return Rating.FAIR if thousandths >= FAIR else Rating.WEAK
