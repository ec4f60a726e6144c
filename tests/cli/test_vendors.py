"""Vendors by the command line: published questionnaires, workbooks there and back, a list of real vendors, the register."""

from __future__ import annotations

import csv
import io
import os
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests import processes
from tests.cli.homes import PROJECT, answer, make

VENDOR = PROJECT.parent / "shared" / "data" / "vendor"
PEOPLE = (
    "from quarterdeck.cli.home import open_home\nopen_home(None)\n"
    "from tests.support import user_with\n"
    "user_with('analyst', login='ana')\nuser_with('ciso', login='sun')\n"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make(tmp_path_factory.mktemp("vendors") / "home")
    environment = {**os.environ, "QUARTERDECK_HOME": str(made), "PYTHONPATH": f"{PROJECT}/src:{PROJECT}"}
    for name in ("DJANGO_SETTINGS_MODULE", "QUARTERDECK_TEST_DATABASE"):
        environment.pop(name, None)
    done = processes.run([sys.executable, "-c", PEOPLE], env=environment, capture_output=True, text=True, cwd=PROJECT)
    assert done.returncode == 0, done.stderr
    return made


def real(name: str) -> str:
    if not (VENDOR / name).exists():
        pytest.skip("the published questionnaires are not on this machine")
    return str(VENDOR / name)


def test_a_questionnaire_goes_out_as_a_workbook_and_comes_back_with_every_answer(home: Path, tmp_path: Path) -> None:
    made = answer(
        "vendor", "questionnaire", "import", real("vsaq_physical_and_datacenter.json"), "--as", "ana", home=home
    )
    assert (made["questions"], made["sections"]) == (30, 9)
    file = tmp_path / "out.xlsx"
    answer("vendor", "questionnaire", "export", str(made["id"]), "--out", str(file), "--as", "ana", home=home)
    book = openpyxl.load_workbook(file)
    sheet = book["Questionnaire"]
    rules = {cell.coord: rule for rule in sheet.data_validations.dataValidation for cell in rule.sqref.ranges}
    given = 0
    for row in range(4, sheet.max_row + 1):
        place = next((rule for coord, rule in rules.items() if coord == f"D{row}" or f"D{row}" in coord.split()), None)
        if place is not None and place.type == "list":
            cells = place.formula1.partition("!")[2].replace("$", "")
            sheet.cell(row, 4).value = book["Lists"][cells][0][0].value
            given += 1
        elif sheet.cell(row, 6).value is None:
            sheet.cell(row, 4).value = f"Text {row}"
            given += 1
    assert given >= 16
    sheet.cell(sheet.max_row + 2, 3).value = "A question of another questionnaire?"
    sheet.cell(sheet.max_row, 4).value = "Yes"
    book.save(file)
    told = answer("vendor", "answers", "import", str(made["id"]), str(file), "--as", "ana", home=home, code=1)
    assert (told["matched"], told["answered"], told["unresolved"]) == (30, given, [])
    assert [row["question"] for row in told["unmatched"]] == ["A question of another questionnaire?"]
    assert told["unmatched"][0]["sheet"] == "Questionnaire"


def test_the_list_of_real_vendors_comes_in_whole_and_a_second_time_changes_nothing(home: Path) -> None:
    first = answer("vendor", "import", real("common_third_parties_probo.json"), "--as", "ana", home=home)
    assert first["vendors"] == first["new"] + first["known"]
    assert first["vendors"] == 563
    again = answer("vendor", "import", real("common_third_parties_probo.json"), "--as", "ana", home=home)
    assert (again["new"], again["known"]) == (0, 563)


def test_the_register_has_every_table_with_its_columns(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "register.zip"
    told = answer("vendor", "register", "export", "--out", str(out), "--as", "sun", home=home)
    with zipfile.ZipFile(out) as archive:
        assert {name.removesuffix(".csv") for name in archive.namelist()} == set(told["tables"])
        rows = list(csv.reader(io.StringIO(archive.read("B_02.02.csv").decode())))
    assert {"B_01.01", "B_02.01", "B_02.02", "B_05.01", "B_05.02", "B_06.01", "B_07.01"} <= set(told["tables"])
    assert rows[0][0] == "c0010"
    assert len(rows[0]) == 18
    assert (
        answer("vendor", "register", "export", "--out", str(out), "--as", "sun", home=home, code=2)["error"]["code"]
        == "exists"
    )


def test_what_is_no_questionnaire_is_said_plainly_and_nothing_is_kept(home: Path, tmp_path: Path) -> None:
    for name, content in (
        ("a.json", b'{"questionnaire": ['),
        ("b.csv", b"a,b\n1,2\n"),
        ("c.xlsx", b"PK\x03\x04broken"),
    ):
        file = tmp_path / name
        file.write_bytes(content)
        error = answer("vendor", "questionnaire", "import", str(file), "--as", "ana", home=home, code=2)["error"]
        assert error["message"]
    assert (
        answer(
            "vendor",
            "questionnaire",
            "export",
            "999",
            "--out",
            str(tmp_path / "x.xlsx"),
            "--as",
            "ana",
            home=home,
            code=2,
        )["error"]["code"]
        == "not_found"
    )
