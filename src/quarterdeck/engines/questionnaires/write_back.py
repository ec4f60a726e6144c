"""Writes answers into the vendor's own workbook and leaves the rest of it alone.

A spreadsheet library would drop what it does not know: validation of later Excel versions, charts, pictures. So only the
text of the answered cells changes, inside the XML of their sheet; every other member of the archive keeps its bytes.
A cell with a formula is never written over, and one that chooses from a list takes only an item of it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from quarterdeck.engines.questionnaires.cells import neutral
from quarterdeck.engines.questionnaires.filled import placed, read_answers
from quarterdeck.engines.questionnaires.interpret import interpret
from quarterdeck.engines.questionnaires.model import Answer, Answers, Question, Questionnaire, Unresolved
from quarterdeck.engines.questionnaires.own_workbook import shown
from quarterdeck.engines.questionnaires.sheets import read_sheets
from quarterdeck.engines.questionnaires.workbook_guard import column_letters, column_number, members
from quarterdeck.engines.questionnaires.workbook_parts import MAIN, parsed, sheet_members

_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True)
class Written:
    """The new workbook, how many answers and comments went in, and what could not be written, with its reason."""

    data: bytes
    answers: int
    comments: int
    left: tuple[Unresolved, ...]


def write_back(asked: Questionnaire, answers: Answers, workbook: bytes) -> Written:
    """Answers into the cells beside their questions. `Unreadable` when the workbook cannot be opened or is refused."""
    looked = members(workbook)
    sheets = read_sheets(workbook)
    places = read_answers(asked, sheets).rows
    where = sheet_members(looked.content)
    layouts = {sheet.name: placed(asked, sheet) for sheet in sheets}
    by_name = {sheet.name: sheet for sheet in sheets}
    cells: dict[str, dict[tuple[int, int], str]] = {}
    left: list[Unresolved] = []
    done = {"answers": 0, "comments": 0}
    for identity, (name, number) in places.items():
        question, given, made, sheet = asked.by_id[identity], answers.get(identity), layouts[name], by_name[name]
        if given is None or made is None:
            continue
        row = number - 1
        into = cells.setdefault(name, {})
        if given.given:
            if made.marks:
                crossed = made.marks.get(given.values[0])
                for column in made.marks.values():
                    into[sheet.anchor(row, column)] = "x" if column == crossed else ""
                done["answers"] += crossed is not None
            elif made.answer is not None:
                text = _fitting(question, given, sheet.choices(row, made.answer))
                if text is None:
                    left.append(
                        Unresolved(
                            name, number, question.text, shown(question, given), "not among the choices of the cell"
                        )
                    )
                else:
                    into[sheet.anchor(row, made.answer)] = text
                    done["answers"] += 1
        comment = made.column("comment")
        if given.comment and comment is not None:
            into[sheet.anchor(row, comment)] = given.comment
            done["comments"] += 1
    changed: dict[str, bytes] = {}
    for name, values in cells.items():
        if values:
            member = where[name]
            changed[member], barred = _with_cells(looked.content[member], member, values)
            for row, column in barred:
                text = by_name[name].cell(row, column)
                left.append(Unresolved(name, row + 1, text, values[row, column], "the cell holds a formula"))
                done["answers"] -= 1
    return Written(_repacked(workbook, changed), done["answers"], done["comments"], tuple(left))


def _fitting(question: Question, given: Answer, offered: tuple[str, ...]) -> str | None:
    """The answer in words; where the cell has a list, the item of it that says the same."""
    text = shown(question, given)
    if not offered:
        return text
    for item in offered:
        if item == text:
            return item
    same = [item for item in offered if interpret(question, item).values == given.values]
    return same[0] if len(same) == 1 else None


def _with_cells(data: bytes, member: str, values: Mapping[tuple[int, int], str]) -> tuple[bytes, list[tuple[int, int]]]:
    """The sheet's XML with these texts (row and column from 0), and the cells left alone because they compute."""
    root = parsed(data, member)
    table = root.find(f"{{{MAIN}}}sheetData")
    if table is None:
        return data, list(values)
    rows: dict[int, etree._Element] = {}
    number = 0
    for present in table.iterchildren(f"{{{MAIN}}}row"):
        number = int(present.get("r") or number + 1)
        rows[number] = present
    barred = []
    for (row_at, column_at), text in sorted(values.items()):
        row = rows.get(row_at + 1, etree.Element(f"{{{MAIN}}}row", {"r": str(row_at + 1)}))
        if row_at + 1 not in rows:
            later = [one for key, one in sorted(rows.items()) if key > row_at + 1]
            if later:
                later[0].addprevious(row)
            else:
                table.append(row)
            rows[row_at + 1] = row
        if not _set(row, row_at + 1, column_at + 1, text):
            barred.append((row_at, column_at))
    text_form = etree.tostring(root, encoding="unicode")
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' if data.lstrip()[:5] == b"<?xml" else b""
    return head + str(text_form).encode("utf-8"), barred


def _set(row: etree._Element, number: int, column: int, text: str) -> bool:
    """Put a text into a cell, keeping its style; False where it computes."""
    place = 0
    after: etree._Element | None = None
    for cell in row.iterchildren(f"{{{MAIN}}}c"):
        reference = str(cell.get("r") or "")
        letters = "".join(sign for sign in reference if sign.isalpha())
        place = column_number(letters) if letters else place + 1
        if place == column:
            if cell.find(f"{{{MAIN}}}f") is not None:
                return False
            for child in list(cell):
                cell.remove(child)
            _fill(cell, text)
            return True
        if place > column and after is None:
            after = cell
    if not text:
        return True
    made = etree.Element(f"{{{MAIN}}}c", {"r": f"{column_letters(column)}{number}"})
    _fill(made, text)
    if after is not None:
        after.addprevious(made)
    else:
        row.append(made)
    return True


def _fill(cell: etree._Element, text: str) -> None:
    if "t" in cell.attrib:
        del cell.attrib["t"]
    kept = neutral(text)
    if not kept:
        return
    cell.set("t", "inlineStr")
    inline = etree.SubElement(cell, f"{{{MAIN}}}is")
    words = etree.SubElement(inline, f"{{{MAIN}}}t")
    words.text = kept.replace("\r\n", "\n").replace("\r", "\n")
    words.set(_XML_SPACE, "preserve")


def _repacked(workbook: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The same archive, member by member in its order, with other bytes for those that changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            made = zipfile.ZipInfo(entry.filename, entry.date_time)
            made.compress_type, made.external_attr = entry.compress_type, entry.external_attr
            target.writestr(made, changed.get(entry.filename, source.read(entry)))
    return out.getvalue()
