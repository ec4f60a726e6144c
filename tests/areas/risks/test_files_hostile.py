"""What people and attackers send: each fault is named by its place, and nothing of a faulty file is kept."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook

from quarterdeck.areas.risks.actions import importing
from quarterdeck.areas.risks.files import reading
from quarterdeck.areas.risks.models import Estimate, RegisterImport, Risk
from quarterdeck.kernel.actions import Invalid, Refused
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.ledger.models import Leaf
from tests.areas.risks.registers import Register, edited
from tests.support import act

pytestmark = pytest.mark.django_db

HEADS = (
    "Title", "Threat", "Origin", "Asset", "Effect", "Events a year, low", "Events a year, high", "One event, low", "One event, high",
    "Currency",
)  # fmt: skip
GOOD = ("Outage", "Fire", "environment", "Shop", "availability", "0.1", "0.5", "100000", "1m", "USD")
TERMS = {"source": "Workshop", "reason": "First reading"}


@pytest.fixture
def register() -> Register:
    return Register()


def rows(*changes: dict[str, str]) -> str:
    """Pasted rows: a good one for each, with the cells changed."""
    lines = ["\t".join(HEADS)]
    for at, change in enumerate(changes):
        cells = dict(zip(HEADS, GOOD, strict=True)) | {"Title": f"Outage {at}"} | change
        lines.append("\t".join(cells.values()))
    return "\n".join(lines)


def refused(register: Register, content: bytes | str, name: str = "register.xlsx", **given: Any) -> str:
    """What the person is told; and that nothing was kept."""
    before = [model._base_manager.count() for model in (Risk, Estimate, RegisterImport, StoredFile, Leaf)]
    given = {"category": register.category, "owner": register.owner, **TERMS, **given}
    with pytest.raises((Invalid, Refused)) as caught:
        register.read(content, name, **given)
    assert [model._base_manager.count() for model in (Risk, Estimate, RegisterImport, StoredFile, Leaf)] == before
    return str(caught.value)


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("Events a year, low", "-0.1", "-0.1 is below 0"),
        ("Events a year, low", "0.9", "The low end is above the high end"),
        ("Events a year, low", "0", "begins above 0"),
        ("Events a year, high", "NaN", "“NaN” is no number"),
        ("Events a year, high", "20000", "less than or equal to 10000"),
        ("One event, low", "2m", "The low end is above the high end"),
        ("One event, low", "inf", "“inf” is no number"),
        ("One event, low", "EUR 100000", "This is in EUR, the register in USD"),
        ("One event, low", "€100000", "without a sign of currency"),
        ("One event, high", "9e99", "This number is too large"),
        ("One event, high", "1e17", "less than or equal to"),
        ("Currency", "EUR", "This is in EUR, the register in USD"),
        ("Origin", "Mars", "“Mars” is none of the choices"),
        ("Asset", "", "A new risk needs this"),
        ("Title", "x" * 201, "at most 200 characters"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named_by_row_and_column(
    register: Register, cell: str, value: str, said: str
) -> None:
    told = refused(register, rows({}, {cell: value}))
    assert f"Pasted rows, row 3, column {reading.column_letters(HEADS.index(cell) + 1)} “{cell}”: " in told
    assert said in told


def test_every_fault_is_told_at_once_and_counted_beyond_thirty(register: Register) -> None:
    told = refused(register, rows(*({"One event, low": "-1"} for _row in range(40))))
    assert told.count("is below 0") == importing.TOLD
    assert "and 10 more" in told


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ({"frequency": {"kind": "poisson", "rate": -1}}, "Scenario Fire, frequency.rate: -1 is not allowed"),
        (
            {"severity": {"kind": "lognormal_interval", "low": 2, "high": 1}},
            "Scenario Fire, severity.low: low (2) is greater",
        ),
        (
            {"frequency": {"kind": "poisson", "rate": float("nan")}},
            "Scenario Fire, frequency.rate: this is not a finite number",
        ),
        ({"currency": "EUR"}, "Scenario Fire, currency: this is in EUR"),
        ({"severity": {"kind": "levy", "scale": 1000}}, "Scenario Fire, severity: this severity has no finite mean"),
        ({"severity": {"kind": "levy", "scale": 1000}, "cap": 1e6}, "Scenario Fire, severity.kind: The register keeps"),
        ({"frequency": {"kind": "binomial", "n": 3, "p": 0.1}}, "Scenario Fire, frequency.kind: The register keeps"),
        ({"register": {"asset": ["list"]}}, "Scenario Fire, register.asset: A text or a number"),
        ({"register": []}, "Scenario Fire, register: An object"),
        ({"id": "R-77"}, "Scenario R-77, “id”: There is no risk R-77"),
    ],
)
def test_a_scenario_that_cannot_be_taken_is_named_with_its_field(
    register: Register, scenario: dict[str, Any], said: str
) -> None:
    beside = {"threat": "Fire", "origin": "environment", "asset": "Shop", "effect": "availability"}
    good = {
        "id": "Fire", "frequency": {"kind": "poisson", "rate": 0.1}, "register": beside,
        "severity": {"kind": "lognormal_interval", "low": 1e5, "high": 1e6},
    }  # fmt: skip
    document = {"currency": "USD", "scenarios": [{**good, "id": "Flood"}, {**good, **scenario}]}
    assert said in refused(register, json.dumps(document).encode(), "portfolio.json")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"scenarios": [', "This is no JSON"),
        ('{"a": ' + "[" * 100_000, "This is no JSON"),
        ('{"scenarios": [], "scenarios": []}', "stands twice"),
        ('{"scenarios": 7}', "a list of scenarios"),
        ('{"currency": "EUR", "scenarios": []}', "It is in EUR, the register in USD"),
        ('{"currency": "USD", "scenarios": []}', "There is no row"),
        ('{"scenarios": [], "dependence": {"kind": "gamma", "theta": 1}}', "no ties between scenarios"),
        ('{"n": ' + "9" * 5000 + "}", "This is no JSON"),
    ],
)
def test_json_that_is_no_portfolio_of_the_register(register: Register, text: str, said: str) -> None:
    assert said in refused(register, text.encode(), "portfolio.json")


def test_a_million_scenarios_are_refused_before_any_is_read(register: Register) -> None:
    text = '{"scenarios": [' + ",".join(["{}"] * 1_000_000) + "]}"
    assert "1000000 scenarios: at most 100000 are read" in refused(register, text.encode(), "portfolio.json")
    table = b"Title,Threat\n" + b"a,b\n" * 1_000_000
    assert "more than 100,010 rows" in refused(register, table, "register.csv")


def test_titles_columns_and_numbers_that_stand_twice(register: Register) -> None:
    assert "stands in the file twice" in refused(register, rows({"Title": "Same"}, {"Title": "same"}))
    both = "Title\tName\nA\tB"
    assert "Two columns say the same: A “Title” and B “Name”" in refused(register, both)
    assert "no row of headings" in refused(register, "1\t2\n3\t4")
    assert "either a file or pasted rows" in refused(register, "  ")


def _workbook(**more: bytes) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(HEADS))
    sheet.append(list(GOOD))
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out, "a") as archive:
        for name, content in more.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def test_macros_links_bombs_and_locked_files_are_refused(register: Register) -> None:
    assert "macros" in refused(
        register, _workbook(xl__vbaProject_bin=b"x").replace(b"vbaProject_bin", b"vbaProject.bin")
    )
    assert "other files" in refused(register, _workbook(**{"xl__externalLinks__one.xml": b"<a/>"}))
    assert "entities" in refused(register, _workbook(**{"xl__more.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    assert refused(register, bomb.getvalue())
    assert refused(register, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600)
    assert refused(register, b"PK\x03\x04 not a workbook")
    assert refused(register, b"\x00\x01\x02", "register.csv")


def test_a_cell_in_the_last_corner_does_not_fill_the_memory(register: Register) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(HEADS))
    sheet.cell(1_048_576, 16_384).value = "x"
    out = io.BytesIO()
    book.save(out)
    assert "spans more than" in refused(register, out.getvalue())


def test_formulas_are_not_evaluated(register: Register) -> None:
    register.furnished()
    content = edited(
        register.file("xlsx"), {("One event, high", 2): "=1+1", ("Title", 3): '=WEBSERVICE("http://example.test")'}
    )
    # What openpyxl writes has no value beside the formula: the cell says nothing, and the amount would be missing.
    assert "row 2" in refused(register, content)


def test_a_file_that_fails_while_it_is_taken_in_leaves_nothing(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"category": register.category, "owner": register.owner, **TERMS}
    read = register.read(rows({}, {}, {}), **given)
    from quarterdeck.areas.risks.files import applying

    done = applying._entry
    count = 0

    def fails(*args: Any) -> Any:
        nonlocal count
        count += 1
        if count == 3:
            raise Refused("The third one fails")
        return done(*args)

    monkeypatch.setattr(applying, "_entry", fails)
    with pytest.raises(Refused, match="third"):
        act("risks.registerimport.take_in", register.ciso, read)
    assert not Risk.objects.exists()
    assert not Estimate.objects.exists()
    monkeypatch.undo()
    act("risks.registerimport.take_in", register.ciso, read)
    assert Risk.objects.count() == Estimate.objects.count() == 3
