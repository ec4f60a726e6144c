"""Writes a questionnaire as a workbook of its own: lists to choose from, a locked structure, ids in a hidden column.

The same questionnaire and answers give the same cells; what somebody typed never becomes a formula.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from quarterdeck.engines.questionnaires.cells import neutral
from quarterdeck.engines.questionnaires.model import (
    NO,
    NOT_APPLICABLE,
    YES,
    Answer,
    Answers,
    Kind,
    Question,
    Questionnaire,
)

HEADINGS = ("ID", "Section", "Question", "Answer", "Comment", "How to answer")
WIDTHS = (4, 26, 70, 32, 44, 40)
_WORDS = {YES: "Yes", NO: "No", NOT_APPLICABLE: "N/A"}


def write_workbook(
    asked: Questionnaire, answers: Answers | None = None, words: Mapping[str, str] | None = None
) -> bytes:
    """The workbook's bytes. ``words`` gives headings in another language by their English ones."""
    answers, words = answers or {}, words or {}
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Questionnaire"
    lists = book.create_sheet("Lists")
    lists.sheet_state = "hidden"
    lists.append(["Yes", "No", "N/A"])
    _text(sheet, 1, 1, asked.title, Font(bold=True, size=14))
    head = 3
    for column, heading in enumerate(HEADINGS, start=1):
        _text(sheet, head, column, words.get(heading, heading), Font(bold=True))
        sheet.cell(head, column).fill = PatternFill("solid", fgColor="DDE5EE")
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS[column - 1]
    sheet.column_dimensions["A"].hidden = True
    simple = DataValidation(type="list", formula1="Lists!$A$1:$C$1", allow_blank=True, showErrorMessage=True)
    sheet.add_data_validation(simple)
    days = DataValidation(type="date", operator="greaterThan", formula1="1", allow_blank=True, showErrorMessage=True)
    sheet.add_data_validation(days)
    row, place = head, 1
    for section in asked.sections:
        for question in section.questions:
            row += 1
            given = answers.get(question.id, Answer())
            cells = (question.id, section.title, question.text, _shown(question, given), given.comment, _hint(question))
            for column, text in enumerate(cells, start=1):
                _text(sheet, row, column, text)
            for column in (4, 5):
                sheet.cell(row, column).protection = Protection(locked=False)
            if question.kind is Kind.YES_NO:
                simple.add(f"D{row}")
            elif question.kind is Kind.DATE:
                days.add(f"D{row}")
            elif question.kind is Kind.SINGLE:
                place += 1
                for column, choice in enumerate(question.choices, start=1):
                    _text(lists, place, column, choice.text)
                last = get_column_letter(len(question.choices))
                rule = DataValidation(
                    type="list", formula1=f"Lists!$A${place}:${last}${place}", allow_blank=True, showErrorMessage=True
                )
                rule.add(f"D{row}")
                sheet.add_data_validation(rule)
    sheet.freeze_panes = f"D{head + 1}"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    book.security = WorkbookProtection(lockStructure=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text(sheet: Worksheet, row: int, column: int, text: str, font: Font | None = None) -> None:
    """A text, never a formula, wrapped and at the top."""
    cell = sheet.cell(row, column)
    cell.value = neutral(text) or None
    if cell.value is not None:
        cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if font is not None:
        cell.font = font


def shown(question: Question, given: Answer) -> str:
    """An answer in words, as a person would type it."""
    return _shown(question, given)


def _shown(question: Question, given: Answer) -> str:
    if not given.given:
        return ""
    if given.values == (NOT_APPLICABLE,):
        return _WORDS[NOT_APPLICABLE]
    if question.kind is Kind.YES_NO:
        return _WORDS.get(given.values[0], given.values[0])
    texts = {choice.id: choice.text for choice in question.choices}
    return "\n".join(texts.get(value, value) for value in given.values)


def _hint(question: Question) -> str:
    parts = []
    if question.kind is Kind.MULTIPLE:
        parts.append(
            "One or more, each on a line of its own:\n" + "\n".join(choice.text for choice in question.choices)
        )
    elif question.kind is Kind.DATE:
        parts.append("A day, such as 2025-03-31")
    elif question.kind is Kind.FILE:
        parts.append("Send the file with this workbook")
    if question.required:
        parts.append("Required")
    if question.help:
        parts.append(question.help)
    return "\n".join(parts)
