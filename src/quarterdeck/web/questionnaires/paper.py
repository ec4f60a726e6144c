"""The pages of a questionnaire as they show for the answers so far, and what was typed on one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from quarterdeck.areas.vendors.answers import Answered
from quarterdeck.areas.vendors.models import AnswerEvidence, Evaluation
from quarterdeck.engines.questionnaires.model import NO, NOT_APPLICABLE, YES, Kind, Question


@dataclass(frozen=True)
class Page:
    """One section with the questions that show now. ``number`` counts all sections from 1, shown or not."""

    number: int
    title: str
    notes: tuple[str, ...]
    questions: tuple[Question, ...]
    answered: int


def pages(evaluation: Evaluation, found: Answered) -> list[Page]:
    """The sections that show and ask something."""
    showing = found.showing(evaluation)
    made = []
    for number, section in enumerate(evaluation.questionnaire.asked.sections, start=1):
        questions = tuple(question for question in section.questions if showing.shows(question.id))
        if questions:
            given = sum(1 for q in questions if q.id in found.answers and found.answers[q.id].given)
            made.append(Page(number, section.title, section.notes, questions, given))
    return made


@dataclass(frozen=True)
class Item:
    """One question as drawn: the field's name, what is chosen or written, the files, and what is wrong."""

    question: Question
    name: str
    options: tuple[tuple[str, str, bool], ...]
    text: str
    comment: str
    files: tuple[AnswerEvidence, ...]
    problem: str

    @property
    def many(self) -> bool:
        return self.question.kind is Kind.MULTIPLE


def shown_section(
    evaluation: Evaluation,
    page: Page,
    found: Answered,
    problems: Mapping[str, str],
    unsaved: Mapping[str, Mapping[str, object]],
) -> list[Item]:
    """The questions of a page with their answers; ``unsaved``: what was typed and refused, to be shown again."""
    files: dict[str, list[AnswerEvidence]] = {}
    ids = [question.id for question in page.questions]
    rows = AnswerEvidence.objects.filter(answer__evaluation=evaluation, answer__question__in=ids, removed=False)
    for row in rows.select_related("file", "answer").order_by("pk"):
        files.setdefault(row.answer.question, []).append(row)
    items = []
    for question in page.questions:
        kept = found.answers.get(question.id)
        said = unsaved.get(question.id)
        values = list(kept.values) if kept is not None else []
        comment = kept.comment if kept is not None else ""
        if said is not None:
            given = said["values"]
            values, comment = list(given) if isinstance(given, list) else [], str(said["comment"])
        options = tuple((value, label, value in values) for value, label in offered(question))
        text = values[0] if values and not options else ""
        items.append(
            Item(
                question,
                question.id,
                options,
                text,
                comment,
                tuple(files.get(question.id, ())),
                problems.get(question.id, ""),
            )
        )
    return items


def offered(question: Question) -> list[tuple[str, str]]:
    """What can be chosen, none for a text, a day or a file."""
    if question.kind is Kind.YES_NO:
        return [(YES, _("Yes")), (NO, _("No")), (NOT_APPLICABLE, _("Not applicable"))]
    return [(choice.id, choice.text) for choice in question.choices]


def typed(questions: Iterable[Question], post: QueryDict) -> dict[str, dict[str, object]]:
    """What was sent for these questions, as the action takes it. A question the form did not hold is left as it is."""
    given: dict[str, dict[str, object]] = {}
    for question in questions:
        if f"q:{question.id}" not in post:
            continue
        values = [value for value in post.getlist(f"a:{question.id}") if value.strip()]
        if question.kind is Kind.FILE:
            values = []
        given[question.id] = {"values": values, "comment": post.get(f"c:{question.id}", "").strip()}
    return given
