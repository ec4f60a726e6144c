"""The register as JSON that ``risk quantify`` reads, as CSV and as a workbook. What somebody typed never becomes a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.datavalidation import DataValidation

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.risks.files.columns import COLUMNS, OF_ESTIMATE, Column, Holds, labels
from quarterdeck.areas.risks.models import Estimate, Risk, Treatment
from quarterdeck.areas.risks.queries import currency, estimates_of, inputs_of, standing_on
from quarterdeck.engines.questionnaires.cells import neutral

Value = str | int | Decimal | date | None
FORMATS: Final = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SHADE: Final = PatternFill("solid", fgColor="DDE5EE")
_GREY: Final = PatternFill("solid", fgColor="EEEEEE")


@dataclass(frozen=True)
class Written:
    """A file of the register: its bytes, how many risks it holds, and those of them that have no estimate."""

    content: bytes
    risks: int
    unestimated: tuple[str, ...]


def write_register(risks: QuerySet[Risk], kind: str, day: date, form: str) -> Written:
    """Those of ``risks`` that stood in the register on ``day``, with their estimates of ``kind``, in one of `FORMATS`."""
    chosen = risks.filter(standing_on(day))
    rows = rows_of(chosen, kind, day)
    missing = tuple(str(row["number"]) for row in rows if row["often"] is None)
    content = {"json": _json, "csv": _csv, "xlsx": _xlsx}[form](chosen, rows, kind, day)
    return Written(content, len(rows), missing)


def rows_of(risks: QuerySet[Risk], kind: str, day: date) -> list[dict[str, Value]]:
    """One row for each risk, by number; an estimate that does not exist leaves its cells empty. Five queries."""
    found = estimates_of(risks, kind, day)
    fallback = estimates_of(risks, Estimate.Kind.CURRENT, day) if kind == Estimate.Kind.RESIDUAL else {}
    people = _people(risks, [*found.values(), *fallback.values()])
    treatments: dict[int, list[Treatment]] = {}
    alive = (Treatment.State.PLANNED, Treatment.State.UNDER_WAY)
    for one in Treatment.objects.filter(risk__in=risks, state__in=alive).order_by("due", "pk"):
        treatments.setdefault(one.risk_id, []).append(one)
    money, rows = currency(), []
    for risk in risks.select_related("category", "unit").order_by("pk"):
        row: dict[str, Value] = dict.fromkeys(column.key for column in COLUMNS)
        for key in (
            "number",
            "title",
            "threat",
            "origin",
            "asset",
            "effect",
            "description",
            "response",
            "review_every",
        ):
            row[key] = getattr(risk, key)
        row |= {"category": risk.category.code, "unit": risk.unit.code, "owner": people[risk.owner_id]}
        row |= {"status": str(risk.get_state_display()), "currency": money}
        planned = treatments.get(risk.pk, [])
        if planned:
            row["response_description"] = "; ".join(one.title for one in planned)
            row["response_cost"] = sum((one.cost for one in planned), Decimal(0))
        estimate = found.get(risk.pk) or fallback.get(risk.pk)
        if estimate is not None:
            for key in (*OF_ESTIMATE, "kind", "any_loss", "expected", "bad_year", "worst_year", "made_on"):
                row[key] = people[estimate.estimator_id] if key == "estimator" else getattr(estimate, key)
        rows.append(row)
    ranked = sorted((row for row in rows if row["often"] is not None), key=_exposure)
    for rank, row in enumerate(ranked, 1):
        row["priority"] = rank
    return rows


def _exposure(row: Mapping[str, Value]) -> Decimal:
    found = row["expected"]
    return -found if isinstance(found, Decimal) else Decimal("-Infinity")


def _people(risks: QuerySet[Risk], estimates: Sequence[Estimate]) -> dict[int, str]:
    """How each owner and estimator is written: the name, with the record's number where two people have it."""
    wanted = {*risks.values_list("owner_id", flat=True), *(one.estimator_id for one in estimates)}
    everybody = {person.pk: person for person in Person.objects.in_bulk(list(wanted)).values()}
    carried: dict[str, int] = {}
    for name in Person.objects.filter(full_name__in={p.full_name for p in everybody.values()}).values_list(
        "full_name", flat=True
    ):
        carried[name] = carried.get(name, 0) + 1
    return {
        key: person.full_name if carried.get(person.full_name, 0) == 1 and person.full_name else f"{person} #{key}"
        for key, person in everybody.items()
    }


def _json(risks: QuerySet[Risk], rows: Sequence[Mapping[str, Value]], kind: str, day: date) -> bytes:
    """The portfolio as the engine reads it; beside each scenario the fields of the register, which the engine passes over."""
    inputs = inputs_of(risks, kind, day)
    document = inputs.document
    by_number = {row["number"]: row for row in rows}
    scenarios = document["scenarios"]
    assert isinstance(scenarios, list)
    for scenario in scenarios:
        row = by_number[scenario["id"]]
        scenario["register"] = {
            column.key: _plain(row[column.key])
            for column in COLUMNS
            if not column.shown and column.key not in ("number", "currency", "changed_because")
        }
    told = {"kind": kind, "as_of": day.isoformat(), "left_out": list(inputs.left_out)}
    return (json.dumps({**told, **document}, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _plain(value: Value) -> str | int | None:
    if value is None or value == "":
        return None
    if isinstance(value, Decimal):
        return _figure(value)
    return value.isoformat() if isinstance(value, date) else value


def _figure(value: Decimal) -> str:
    """Without the noughts behind the last digit that says something."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _cell(column: Column, value: Value, words: Mapping[str, Mapping[str, str]]) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return _figure(value)
    if isinstance(value, date):
        return value.isoformat()
    if column.choices is not None:
        return words[column.key].get(str(value), str(value)).strip()
    return str(value).strip()


def _words() -> dict[str, dict[str, str]]:
    return {column.key: labels(column.choices) for column in COLUMNS if column.choices is not None}


def _csv(risks: QuerySet[Risk], rows: Sequence[Mapping[str, Value]], kind: str, day: date) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    words = _words()
    writer.writerow([str(column.label) for column in COLUMNS])
    for row in rows:
        writer.writerow([neutral(_cell(column, row[column.key], words)) for column in COLUMNS])
    # Excel reads UTF-8 only after a byte order mark.
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _xlsx(risks: QuerySet[Risk], rows: Sequence[Mapping[str, Value]], kind: str, day: date) -> bytes:
    book = Workbook(write_only=True)
    words = _words()
    sheet = book.create_sheet(gettext("Register"))
    sheet.freeze_panes = "D2"
    for place, column in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.append([_said(sheet, str(column.label), True, column.shown) for column in COLUMNS])
    for row in rows:
        sheet.append([_typed(sheet, column, row[column.key], words) for column in COLUMNS])
    _lists(sheet, words)
    _explained(book, words)
    lists = book.create_sheet("Lists")
    lists.sheet_state = "hidden"
    for items in words.values():
        lists.append([_said(lists, text) for text in items.values()])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _said(sheet: WriteOnlyWorksheet, text: str, bold: bool = False, grey: bool = False) -> Cell | None:
    """A text, never a formula."""
    kept = neutral(text)
    if not kept:
        return None
    cell: Cell = WriteOnlyCell(sheet, kept)
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
        cell.fill = _GREY if grey else _SHADE
    return cell


def _typed(
    sheet: WriteOnlyWorksheet, column: Column, value: Value, words: Mapping[str, Mapping[str, str]]
) -> Cell | None:
    if value is None or value == "":
        return None
    # A spreadsheet keeps 15 digits; an amount with more stays a text, so that no cent is lost.
    if isinstance(value, int) or (isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) <= 15):
        cell: Cell = WriteOnlyCell(sheet, float(value) if isinstance(value, Decimal) else value)
        if column.holds is Holds.MONEY:
            cell.number_format = "#,##0.00"
        cell.alignment = Alignment(vertical="top")
        return cell
    return _said(sheet, _cell(column, value, words))


def _lists(sheet: WriteOnlyWorksheet, words: Mapping[str, Mapping[str, str]]) -> None:
    """Each column of choices offers them, for rows that are there and rows to come."""
    for row, (key, items) in enumerate(words.items(), 1):
        letter = get_column_letter([column.key for column in COLUMNS].index(key) + 1)
        rule = DataValidation(
            type="list",
            formula1=f"Lists!$A${row}:${get_column_letter(len(items))}${row}",
            allow_blank=True,
            showErrorMessage=True,
        )
        rule.add(f"{letter}2:{letter}100001")
        sheet.data_validations.append(rule)  # type: ignore[attr-defined]


def _explained(book: Workbook, words: Mapping[str, Mapping[str, str]]) -> None:
    sheet = book.create_sheet(gettext("Columns"))
    for letter, width in (("A", 34), ("B", 80), ("C", 60)):
        sheet.column_dimensions[letter].width = width
    sheet.append(
        [_said(sheet, text, True) for text in (gettext("Column"), gettext("What it holds"), gettext("Choices"))]
    )
    for column in COLUMNS:
        choices = "\n".join(words[column.key].values()) if column.key in words else ""
        sheet.append([_said(sheet, str(column.label)), _said(sheet, str(column.help)), _said(sheet, choices)])
