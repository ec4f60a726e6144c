"""Workbooks as they come: answers matched and none invented, the vendor's own kept byte for byte, hostile ones refused."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.datavalidation import DataValidation

from quarterdeck.engines.questionnaires.cells import as_typed, neutral
from quarterdeck.engines.questionnaires.filled import read_answers
from quarterdeck.engines.questionnaires.interpret import interpret
from quarterdeck.engines.questionnaires.model import Answer, Choice, Kind, Question, Questionnaire, Section, Unreadable
from quarterdeck.engines.questionnaires.own_workbook import write_workbook
from quarterdeck.engines.questionnaires.sheets import read_sheets
from quarterdeck.engines.questionnaires.table import read_table
from quarterdeck.engines.questionnaires.write_back import write_back

CHOICES = (Choice("q3_1", "All of it"), Choice("q3_2", "Some, of it"), Choice("q3_3", "None"))
ASKED = Questionnaire(
    "Security",
    (
        Section("a", "Access", (Question("q1", "Is sign-in with two factors?"), Question("q2", "Is access reviewed?"))),
        Section("b", "Data", (Question("q3", "What is encrypted?", Kind.SINGLE, CHOICES), Question("q4", "Where is it kept?", Kind.TEXT))),
        Section("c", "Tests", (Question("q5", "Last test", Kind.DATE), Question("q6", "Methods", Kind.MULTIPLE, (Choice("m1", "Scan"), Choice("m2", "By hand"))))),
    ),
)  # fmt: skip
ANSWERS = {
    "q1": Answer(("yes",), "Since May"), "q2": Answer(("na",)), "q3": Answer(("q3_2",)), "q4": Answer(("=HYPERLINK(1)",), "@sum"),
    "q5": Answer(("2025-03-31",)), "q6": Answer(("m1", "m2")),
}  # fmt: skip


def book(rows: list[list[object]], more: Mapping[str, list[list[object]]] | None = None) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Assessment"
    for row in rows:
        sheet.append(row)
    for name, others in (more or {}).items():
        other = made.create_sheet(name)
        for row in others:
            other.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_our_own_workbook_comes_back_as_it_went() -> None:
    back = read_answers(ASKED, read_sheets(write_workbook(ASKED, ANSWERS)))
    assert (back.matched, back.answered, back.unmatched, back.unresolved) == (6, 6, (), ())
    assert back.answers == ANSWERS


def test_our_own_workbook_is_locked_with_lists_and_hides_its_ids() -> None:
    made = openpyxl.load_workbook(io.BytesIO(write_workbook(ASKED, ANSWERS)))
    sheet = made["Questionnaire"]
    assert sheet.protection.sheet
    assert made.security.lockStructure
    assert sheet.column_dimensions["A"].hidden
    assert not sheet["D4"].protection.locked
    assert sheet["C4"].protection.locked
    assert {rule.type for rule in sheet.data_validations.dataValidation} == {"list", "date"}
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_a_strangers_workbook_is_matched_by_text_and_nothing_is_invented() -> None:
    rows: list[list[object]] = [
        ["Acme supplier assessment 2025"],
        [],
        ["No.", "Control question", "Vendor response", "Comments"],
        ["Access"],
        [1, "IS sign-in with  two factors", "Yes", ""],
        [2, "Is access reviewed?", "Yes, partly", "Twice a year"],
        ["Data"],
        [3, "What is encrypted?", "all of it", None],
        [4, "Where is it kept?", "tbd", None],
        [5, "Do you have a dog?", "Yes", None],
        [6, "Last test", "March", None],
        [7, "Methods", "Scan; By hand", None],
    ]
    found = read_answers(
        ASKED, read_sheets(book(rows, {"Read me": [["How to fill this in"], ["Question marks mean nothing"]]}))
    )
    assert {name: answer.values for name, answer in found.answers.items() if answer.given} == {
        "q1": ("yes",), "q3": ("q3_1",), "q6": ("m1", "m2"),
    }  # fmt: skip
    assert found.answers["q2"].comment == "Yes, partly; Twice a year"
    assert [(row.row, row.question, row.reason) for row in found.unmatched] == [
        (10, "Do you have a dog?", "no question has this text")
    ]
    assert {row.row for row in found.unresolved} == {6, 9, 11}
    assert found.matched == 6


def test_two_answers_to_one_question_are_chosen_between_by_nobody() -> None:
    rows: list[list[object]] = [["Question", "Answer"], ["Is access reviewed?", "Yes"], ["Is access reviewed?", "No"]]
    found = read_answers(ASKED, read_sheets(book(rows)))
    assert not found.answers["q2"].given
    assert [row.row for row in found.unmatched] == [3]


def test_crosses_under_yes_and_no_are_read() -> None:
    rows: list[list[object]] = [
        ["Question", "Yes", "No", "N/A", "Notes"],
        ["Is sign-in with two factors?", "x", None, None, "SMS"],
        ["Is access reviewed?", "x", "x", None, None],
    ]
    found = read_answers(ASKED, read_sheets(book(rows)))
    assert found.answers["q1"] == Answer(("yes",), "SMS")
    assert not found.answers["q2"].given
    assert found.unresolved[0].reason == "more than one answer is marked"


def test_a_csv_in_the_encoding_of_an_old_spreadsheet_is_read() -> None:
    text = "Question;Response;Comments\r\nIs access reviewed?;No;Geprüft\r\n"
    found = read_answers(ASKED, read_sheets(text.encode("cp1252"), "a.csv"))
    assert found.answers["q2"].values == ("no",)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Yes", ("yes",)), ("NO.", ("no",)), ("n/a", ("na",)), ("是", ("yes",)), ("TRUE", ("yes",)), ("Yes, partly", ()), ("N/A - see comment", ()),
        ("tbd", ()), ("Not yet", ()), ("yes and no", ()), ("no idea", ()), ("-", ()), ("?", ()), ("Y/N", ()), ("", ()),
    ],
)  # fmt: skip
def test_only_a_definite_word_is_an_answer(text: str, values: tuple[str, ...]) -> None:
    assert interpret(ASKED.by_id["q1"], text).values == values


@settings(max_examples=50)
@given(st.text(max_size=40))
def test_no_text_becomes_a_yes_unless_it_is_one(text: str) -> None:
    if interpret(ASKED.by_id["q1"], text).values == ("yes",):
        assert re.sub(r"[\W_]+", "", text.casefold()) in {"yes", "y", "true", "是", "有"}


@settings(max_examples=50)
@given(st.text(max_size=40))
def test_what_leaves_the_house_is_no_formula_and_comes_back_as_typed(text: str) -> None:
    kept = neutral(text)
    assert not kept.lstrip(" ").startswith(("=", "+", "-", "@"))
    if text.isprintable() and not text.startswith("'"):
        assert as_typed(kept) == text


def own() -> bytes:
    """A vendor's workbook: lists here and on another sheet, a formula, a chart, styles, a merged heading."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Answers"
    lists = made.create_sheet("Lists")
    for row, item in enumerate(("Ja / Yes", "Yes", "No", "N/A"), start=1):
        lists.cell(row, 1, item)
    sheet.append(["Assessment"])
    sheet.merge_cells("A1:C1")
    sheet.append(["Question", "Answer", "Comment", "Score"])
    for row, question in enumerate(ASKED.questions(), start=3):
        sheet.cell(row, 1, question.text)
        sheet.cell(row, 4, f'=IF(B{row}="Yes",1,0)')
    sheet["B5"] = "=1+1"
    rule = DataValidation(type="list", formula1="Lists!$A$2:$A$4")
    rule.add("B3:B4")
    sheet.add_data_validation(rule)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=4, min_row=2, max_row=8))
    lists.add_chart(chart, "C3")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_answers_go_into_the_vendors_own_workbook_and_every_other_part_keeps_its_bytes() -> None:
    before = own()
    written = write_back(ASKED, ANSWERS, before)
    assert (written.answers, written.comments) == (5, 2)
    assert [row.reason for row in written.left] == ["the cell holds a formula"]
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(io.BytesIO(written.data)) as new:
        assert old.namelist() == new.namelist()
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
    assert changed == ["xl/worksheets/sheet1.xml"]
    made = openpyxl.load_workbook(io.BytesIO(written.data))
    sheet = made["Answers"]
    assert [sheet.cell(row, 2).value for row in range(3, 9)] == [
        "Yes",
        "N/A",
        "=1+1",
        "'=HYPERLINK(1)",
        "2025-03-31",
        "Scan\nBy hand",
    ]
    assert sheet["D3"].value == '=IF(B3="Yes",1,0)'
    assert str(sheet.data_validations.dataValidation[0].sqref) == "B3:B4"
    back = read_answers(ASKED, read_sheets(written.data))
    assert {name: answer.values for name, answer in back.answers.items() if name != "q3"} == {
        name: answer.values for name, answer in ANSWERS.items() if name != "q3"
    }


def test_a_table_becomes_a_questionnaire_with_the_choices_of_its_lists() -> None:
    asked = read_table(read_sheets(own()), "Theirs")
    kinds = [question.kind for question in asked.questions()]
    assert kinds[:2] == [Kind.YES_NO, Kind.YES_NO]
    assert [question.text for question in asked.questions()] == [question.text for question in ASKED.questions()]


def zipped(**parts: bytes) -> bytes:
    """Our own workbook with further or other members."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(write_workbook(ASKED))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        given = {name.replace("__", "/").replace("_DOT_", "."): data for name, data in parts.items()}
        for name in source.namelist():
            target.writestr(name, given.pop(name, source.read(name)))
        for name, data in given.items():
            target.writestr(name, data)
    return out.getvalue()


FAR = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1048576"><c r="XFD1048576"/></row></sheetData></worksheet>'


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (zipped(xl__vbaProject_DOT_bin=b"x"), "macros"),
        (zipped(xl__externalLinks__externalLink1_DOT_xml=b"<a/>"), "other files"),
        (zipped(xl__media__zeros_DOT_bin=b"\0" * 60_000_000), "unpacks"),
        (zipped(xl__worksheets__sheet1_DOT_xml=FAR), "cells"),
        (zipped(xl__styles_DOT_xml=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "entities"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old or locked"),
    ],
    ids=["macros", "links", "bomb", "far corner", "entities", "broken", "old"],
)
def test_a_hostile_workbook_is_refused_in_a_plain_word(data: bytes, word: str) -> None:
    with pytest.raises(Unreadable, match=word):
        read_sheets(data)
    with pytest.raises(Unreadable, match=word):
        write_back(ASKED, ANSWERS, data)
