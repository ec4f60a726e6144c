"""Answers out of a filled workbook: each to its question, by id, then by the exact text, then by the text but for case and
signs where only one question has it. What belongs to none is listed with its sheet and row, and nothing is invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from quarterdeck.engines.questionnaires import layout
from quarterdeck.engines.questionnaires.interpret import interpret
from quarterdeck.engines.questionnaires.layout import Layout
from quarterdeck.engines.questionnaires.model import (
    NO,
    NOT_APPLICABLE,
    YES,
    Answer,
    Filled,
    Question,
    Questionnaire,
    Unmatched,
    Unresolved,
)
from quarterdeck.engines.questionnaires.plain_text import folded, normalised
from quarterdeck.engines.questionnaires.sheets import Sheet

_CROSSES = frozenset({"x", "✓", "✔", "☑", "☒", "1", "true", "yes", "y", "是", "√", "v"})


@dataclass(frozen=True)
class _Row:
    sheet: Sheet
    number: int
    id: str
    section: str
    question: str
    answer: str
    comment: str
    reason: str = ""

    @property
    def says_something(self) -> bool:
        return bool(self.answer or self.comment or self.reason)


class _Questions:
    """Ways to find a question."""

    def __init__(self, asked: Questionnaire) -> None:
        self.by_id = asked.by_id
        self.exact: dict[str, list[Question]] = {}
        self.loose: dict[str, list[Question]] = {}
        self.section: dict[str, str] = {}
        for section in asked.sections:
            for question in section.questions:
                self.exact.setdefault(folded(question.text), []).append(question)
                self.loose.setdefault(normalised(question.text), []).append(question)
                self.section[question.id] = normalised(section.title)

    def find(self, row: _Row) -> Question | str:
        """The question of a row, or the reason why there is none."""
        if row.id and row.id in self.by_id:
            return self.by_id[row.id]
        for table, words in ((self.exact, folded(row.question)), (self.loose, normalised(row.question))):
            found = table.get(words, []) if words else []
            if len(found) == 1:
                return found[0]
            if len(found) > 1:
                there = [one for one in found if row.section and self.section[one.id] == normalised(row.section)]
                return there[0] if len(there) == 1 else "several questions have this text"
        return "no question has this text"


def read_answers(asked: Questionnaire, sheets: tuple[Sheet, ...]) -> Filled:
    """What the sheets answer. A question answered differently in two rows is unresolved; nothing is chosen between them."""
    questions = _Questions(asked)
    answers: dict[str, Answer] = {}
    texts: dict[str, tuple[str, str]] = {}
    places: dict[str, tuple[str, int]] = {}
    unmatched: list[Unmatched] = []
    unresolved: list[Unresolved] = []
    matched = 0
    for row in _rows(asked, sheets):
        found = questions.find(row)
        if isinstance(found, str):
            if row.answer or row.comment:
                unmatched.append(
                    Unmatched(row.sheet.name, row.number + 1, row.question, row.answer or row.comment, found)
                )
            continue
        if found.id in texts:
            if not row.says_something or texts[found.id] == (row.answer, row.comment):
                continue
            if texts[found.id] != ("", ""):
                before = places[found.id]
                reason = f"answered twice: see also row {before[1]} of “{before[0]}”"
                unmatched.append(
                    Unmatched(row.sheet.name, row.number + 1, row.question, row.answer or row.comment, reason)
                )
                if texts[found.id][0] != row.answer and row.answer:
                    kept = answers[found.id]
                    words = "; ".join(part for part in (texts[found.id][0], kept.comment) if part)
                    answers[found.id] = Answer(comment=words)
                continue
            matched -= 1
        matched += 1
        texts[found.id] = (row.answer, row.comment)
        places[found.id] = (row.sheet.name, row.number + 1)
        said = interpret(found, row.answer)
        reason = row.reason or said.reason
        if reason:
            unresolved.append(Unresolved(row.sheet.name, row.number + 1, row.question, row.answer, reason))
            words = "; ".join(part for part in (row.answer, row.comment) if part)
            answers[found.id] = Answer(comment=words)
        else:
            answers[found.id] = Answer(said.values, row.comment)
    return Filled(answers, matched, tuple(unmatched), tuple(unresolved), places)


def _rows(asked: Questionnaire, sheets: tuple[Sheet, ...]) -> Iterator[_Row]:
    for sheet in sheets:
        made = placed(asked, sheet)
        if made is not None:
            yield from _of_sheet(sheet, made, asked)


def placed(asked: Questionnaire, sheet: Sheet) -> Layout | None:
    """Where questions and answers of a known questionnaire stand in a sheet: by headings, or by where its own texts are."""
    made = layout.find(sheet)
    known = {normalised(question.text) for question in asked.questions()}
    counts: dict[int, int] = {}
    for row in sheet.rows:
        for column, text in enumerate(row):
            if text and normalised(text) in known:
                counts[column] = counts.get(column, 0) + 1
    if made is not None and made.columns.get("id") is not None and not counts:
        ids = sum(1 for row in sheet.rows if _at(row, made.columns["id"]) in asked.by_id)
        return made if ids else None
    if not counts:
        # Headings alone make no sheet of this questionnaire, unless something is answered there that has to be told.
        return made if made is not None and (made.answer is not None or made.marks) else None
    column = max(counts, key=lambda place: (counts[place], -place))
    if made is not None and (made.answer is not None or made.marks):
        return Layout(made.header, column, made.answer, made.columns, made.marks) if column != made.answer else made
    return Layout(-1 if made is None else made.header, column, column + 1, {"comment": column + 2})


def _of_sheet(sheet: Sheet, made: Layout, asked: Questionnaire) -> Iterator[_Row]:
    section = ""
    names = {normalised(one.title) for one in asked.sections}
    for number in range(made.header + 1, len(sheet.rows)):
        row = sheet.rows[number]
        question = _at(row, made.question)
        answer, reason = _answer(row, made)
        here = _at(row, made.column("section"))
        filled = [text for text in row if text]
        if not here and len(set(filled)) == 1 and (not question or normalised(filled[0]) in names) and not answer:
            section = filled[0]
            continue
        if not question and not _at(row, made.column("id")) and not answer:
            continue
        yield _Row(
            sheet, number, _at(row, made.column("id")), here or section or sheet.name, question, answer,
            _at(row, made.column("comment")), reason,
        )  # fmt: skip


def _answer(row: tuple[str, ...], made: Layout) -> tuple[str, str]:
    """The words of the answer; with marks, which column is crossed. The second says why it is not definite."""
    if not made.marks:
        return _at(row, made.answer), ""
    crossed = [
        name
        for name, column in made.marks.items()
        if normalised(_at(row, column)) in _CROSSES or _at(row, column) in _CROSSES
    ]
    words = {"yes": YES, "no": NO, "na": NOT_APPLICABLE}
    if len(crossed) == 1:
        return words[crossed[0]], ""
    others = "; ".join(_at(row, column) for column in made.marks.values() if _at(row, column))
    if len(crossed) > 1:
        return others, "more than one answer is marked"
    return others, "the mark cannot be read" if others else ""


def _at(row: tuple[str, ...], column: int | None) -> str:
    return row[column] if column is not None and 0 <= column < len(row) else ""
