"""Reads CSV and XLSX into sheets of texts: merged cells filled, lists of choices known, sizes bounded."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

from quarterdeck.engines.questionnaires.cells import as_typed
from quarterdeck.engines.questionnaires.model import Unreadable
from quarterdeck.engines.questionnaires.workbook_guard import Members, members
from quarterdeck.engines.questionnaires.workbook_parts import (
    MOST_CHOICES,
    Area,
    ListRule,
    defined_names,
    list_rules,
    parsed,
    resolved,
    sheet_members,
)

MOST_ROWS = 50_000
MOST_COLUMNS = 200
MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class Sheet:
    """One sheet: ``rows[r][c]`` as text, from the sheet's first cell. ``choices`` tells the list a cell chooses from."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    rules: tuple[ListRule, ...] = ()
    merged: tuple[Area, ...] = ()
    _lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def cell(self, row: int, column: int) -> str:
        """The text at row and column (both from 0); empty outside."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return ""

    def choices(self, row: int, column: int) -> tuple[str, ...]:
        """The items that the cell at row and column (from 0) chooses from; empty where it takes anything."""
        for rule in self.rules:
            if rule.holds(row + 1, column + 1):
                return self._lists.get(rule.source, ())
        return ()

    def anchor(self, row: int, column: int) -> tuple[int, int]:
        """The first cell of the merged area around a cell, which alone holds its content; all from 0."""
        for one in self.merged:
            if one.holds(row + 1, column + 1):
                return one.top - 1, one.left - 1
        return row, column


def read_sheets(data: bytes, name: str = "", most_rows: int = MOST_ROWS) -> tuple[Sheet, ...]:
    """The sheets of an XLSX workbook, or the one of a CSV. `Unreadable` says why it cannot be."""
    if len(data) > MOST_BYTES:
        raise Unreadable(f"the file is larger than {MOST_BYTES // 1_000_000} MB")
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        return _workbook(data, members(data), most_rows)
    return (_delimited(data, name, most_rows),)


def _workbook(data: bytes, looked: Members, most_rows: int) -> tuple[Sheet, ...]:
    content = looked.content
    places = sheet_members(content)
    names = defined_names(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable("the workbook cannot be read; save it as XLSX again") from error
    texts: dict[str, tuple[tuple[str, ...], ...]] = {}
    merges: dict[str, tuple[Area, ...]] = {}
    for sheet_name in places:
        try:
            sheet = book.get_sheet_by_name(sheet_name)
            table = sheet.to_python(skip_empty_area=False)
        except (CalamineError, OSError, ValueError) as error:
            raise Unreadable("the sheet cannot be read; save the workbook again", sheet_name) from error
        if len(table) > most_rows:
            raise Unreadable(f"it has more than {most_rows:,} rows", sheet_name)
        merged = tuple(
            Area(top + 1, left + 1, bottom + 1, right + 1)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        )
        texts[sheet_name] = _filled([[_text(value) for value in row[:MOST_COLUMNS]] for row in table], merged)
        merges[sheet_name] = merged
    made = []
    for sheet_name, member in places.items():
        rules = list_rules(parsed(content[member], member)) if b"ataValidation" in content[member] else ()
        lists = {rule.source: _items(rule.source, sheet_name, names, texts) for rule in rules}
        made.append(Sheet(sheet_name, texts[sheet_name], rules, merges[sheet_name], lists))
    return tuple(made)


def _items(
    source: str, sheet: str, names: Mapping[str, str], texts: Mapping[str, tuple[tuple[str, ...], ...]]
) -> tuple[str, ...]:
    found = resolved(source, sheet, names)
    if found is None:
        return ()
    if len(found) == 2 and isinstance(found[1], Area):
        home, place = found[0], found[1]
        rows = texts.get(home, ())
        items = [
            rows[row][column]
            for row in range(place.top - 1, min(place.bottom, len(rows)))
            for column in range(place.left - 1, min(place.right, len(rows[row])))
        ]
        return tuple(item for item in items if item)[:MOST_CHOICES]
    return tuple(item for item in found if isinstance(item, str))


def _filled(rows: list[list[str]], merged: tuple[Area, ...]) -> tuple[tuple[str, ...], ...]:
    """Each cell of a merged area says what its first one says, down a column; across, only the first does."""
    for one in merged:
        if one.top > len(rows) or one.left > MOST_COLUMNS:
            continue
        first = rows[one.top - 1][one.left - 1] if one.left <= len(rows[one.top - 1]) else ""
        for row in range(one.top, min(one.bottom, len(rows))):
            if one.left <= len(rows[row]):
                rows[row][one.left - 1] = first
    return tuple(tuple(row) for row in rows)


def _text(value: int | float | str | bool | time | date | datetime | timedelta) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    return as_typed(str(value).strip())


def _delimited(data: bytes, name: str, most_rows: int) -> Sheet:
    text = decoded(data)
    lines = text[:20_000]
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(lines, delimiters=",;\t|")
        delimiter = dialect.delimiter
    except csv.Error:
        delimiter = ","
    if lines.partition("\n")[0].count(",") > lines.partition("\n")[0].count(delimiter):
        delimiter = ","
    csv.field_size_limit(1_000_000)
    rows: list[tuple[str, ...]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(rows) >= most_rows:
                raise Unreadable(f"it has more than {most_rows:,} rows", name)
            rows.append(tuple(as_typed(cell.strip()) for cell in row[:MOST_COLUMNS]))
    except csv.Error as error:
        raise Unreadable(f"it is no table of comma-separated values ({error})", name) from error
    return Sheet(name or "CSV", tuple(rows))


def decoded(data: bytes) -> str:
    """The text of a file in the encodings that spreadsheets save in. `Unreadable` when it is none."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                raise Unreadable("the text is cut in the middle of a character") from None
    if b"\x00" in data:
        raise Unreadable("this is neither a text nor a workbook")
    for encoding in ("utf-8", "gb18030", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("the text is in an encoding that is not known; save it as UTF-8")
