"""The register by the command line: out as a file, in as a whole, and said beforehand what would change."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import openpyxl
import pytest

from tests import processes
from tests.cli.homes import PROJECT, answer, make

MADE = (
    "from quarterdeck.cli.home import open_home\nopen_home(None)\n"
    "from tests.support import user_with, act\n"
    "from tests.areas.risks.registers import Register\n"
    "made = Register()\nmade.furnished()\n"
    "act('risks.analysis.run', made.ciso, title='Now', unit=made.unit, kind='current')\n"
    "user_with('ciso', login='rui')\nuser_with('employee', login='nia')\n"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make(tmp_path_factory.mktemp("risks") / "home")
    environment = {**os.environ, "QUARTERDECK_HOME": str(made), "PYTHONPATH": f"{PROJECT}/src:{PROJECT}"}
    for name in ("DJANGO_SETTINGS_MODULE", "QUARTERDECK_TEST_DATABASE"):
        environment.pop(name, None)
    done = processes.run([sys.executable, "-c", MADE], env=environment, capture_output=True, text=True, cwd=PROJECT)
    assert done.returncode == 0, done.stderr
    return made


def test_what_is_exported_is_quantified_as_the_saved_analysis(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "register.json"
    told = answer("risk", "export", "--format", "json", "--out", str(file), "--as", "rui", home=home)
    assert told == {"risks": 5, "unestimated": [], "out": str(file)}
    found = answer("risk", "quantify", str(file))
    kept = answer("record", "get", "risks.analysis", "1", "--as", "rui", home=home)["fields"]
    figures = {
        "expected": found["expected_annual_loss"],
        "bad_year": found["var"]["0.95"],
        "worst_year": found["var"]["0.99"],
    }
    for name, value in figures.items():
        assert float(kept[name]) == round(value, 2)
    again = answer("risk", "export", "--format", "json", "--out", str(file), "--as", "rui", home=home, code=2)
    assert again["error"]["code"] == "exists"


def test_a_workbook_is_taken_in_after_a_dry_run_that_changes_nothing(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "register.xlsx"
    answer("risk", "export", "--format", "xlsx", "--out", str(file), "--as", "rui", home=home)
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    headings = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, headings["One event, high"]).value = "2.5m"
    book.save(file)
    call = ("risk", "import", str(file), "--as", "rui")
    wrong = answer(*call, "--dry-run", home=home, code=1)
    assert wrong["new"] is None
    assert "row 2, column" in wrong["errors"][0]["where"]
    assert wrong["errors"][0]["field"] == "changed_because"
    refused = answer(*call, home=home, code=2)["error"]
    assert refused["code"] == "invalid"
    assert refused["where"] == wrong["errors"][0]["where"]
    because = ("--reason", "Larger claims")
    for _time in range(2):
        dry = answer(*call, *because, "--dry-run", home=home)
        assert (dry["new"], dry["changed"], dry["unchanged"], dry["import"]) == (0, 1, 4, None)
    done = answer(*call, *because, home=home)
    assert (done["changed"], done["import"], done["changes"]) == (1, 1, dry["changes"])
    after = answer(*call, *because, home=home)
    assert (after["changed"], after["unchanged"], after["import"]) == (0, 5, None)


def test_who_may_not_change_the_register_takes_nothing_in(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    assert answer("risk", "export", "--format", "csv", "--out", str(file), "--as", "nia", home=home)["risks"] == 0
    file.write_text("Title,Threat\nFire,Fire\n")
    assert answer("risk", "import", str(file), "--as", "nia", home=home, code=2)["error"]["code"] == "invalid"
    assert answer("risk", "import", str(file), home=home, code=2)["error"]["code"] == "no-person"


LAW = '{"kind": "constant", "value": 5}'


@pytest.mark.parametrize(
    ("scenario", "where"),
    [
        ('{"id": "Flood", "frequency": {"kind": "poisson", "rate": -1}, "severity": ' + LAW + "}", "frequency.rate"),
        ('{"id": "Flood", "frequency": {"kind": "poisson", "rate": NaN}, "severity": ' + LAW + "}", "frequency.rate"),
        ('{"id": "Flood", "frequency": {"kind": "poisson", "rate": 1}, "severity": {"kind": "lognormal_interval", '
         '"low": 2, "high": 1}}', "severity.low"),
        ('{"id": "Fire", "frequency": {"kind": "poisson", "rate": 1}, "severity": ' + LAW + "}", "Fire"),
    ],
)  # fmt: skip
def test_one_faulty_scenario_keeps_all_of_a_portfolio_out(
    scenario: str, where: str, home: Path, tmp_path: Path
) -> None:
    def known() -> object:
        return answer("record", "list", "risks.risk", "--as", "rui", home=home)

    before, file = known(), tmp_path / "portfolio.json"
    good = '{"id": "Fire", "frequency": {"kind": "poisson", "rate": 1}, "severity": ' + LAW + "}"
    file.write_text('{"currency": "USD", "scenarios": [' + good + ", " + scenario + "]}")
    refused = answer("risk", "import", str(file), "--as", "rui", home=home, code=2)["error"]
    assert where in refused["where"] + refused["message"]
    assert known() == before
