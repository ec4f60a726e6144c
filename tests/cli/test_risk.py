"""``risk quantify`` and ``risk what-if``: one document, the fields of the public interface, refusals that name a field."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from quarterdeck.cli.main import main

PORTFOLIO = {
    "currency": "USD",
    "thresholds": [{"name": "material", "amount": 1e8}],
    "dependence": {"kind": "independent"},
    "scenarios": [
        {
            "id": name,
            "frequency": {"kind": "poisson", "rate": rate},
            "severity": {"kind": "lognormal_interval", "low": low, "high": high, "confidence": 0.9},
            "cap": None,
        }
        for name, rate, low, high in (("a", 0.01, 1e6, 1e7), ("b", 0.1, 1e7, 1e9), ("c", 0.05, 5e6, 5e7))
    ],
}


def _write(folder: Path, document: object, name: str = "portfolio.json") -> str:
    (folder / name).write_text(json.dumps(document), encoding="utf-8")
    return str(folder / name)


def _answer(words: list[str], capsysbinary: pytest.CaptureFixture[bytes]) -> tuple[int, dict[str, object]]:
    code = main([*words, "--json"])
    return code, json.loads(capsysbinary.readouterr().out)


def test_quantify_has_the_fields_of_the_public_interface(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    code, found = _answer(["risk", "quantify", _write(tmp_path, PORTFOLIO), "--levels", "0.9"], capsysbinary)
    assert code == 0
    assert set(found) >= {
        "expected_annual_loss", "no_loss_probability", "var", "tvar", "bracket", "exceedance", "thresholds",
        "contributions", "seconds",
    }  # fmt: skip
    assert list(found["var"]) == ["0.9", "0.95", "0.99", "0.999"]
    assert found["var"]["0.99"] == pytest.approx(6.12871516e8, rel=5e-7)
    assert found["tvar"]["0.99"] == pytest.approx(1.47660592e9, rel=5e-7)
    low, high = found["bracket"]["0.99"]
    assert low <= found["var"]["0.99"] <= high
    (limit,) = found["thresholds"]
    assert set(limit) == {"name", "amount", "annual_probability", "single_event_probability"}
    assert 0.04 < limit["single_event_probability"] < limit["annual_probability"] < 0.05
    assert [set(item) for item in found["contributions"]] == [{"id", "expected", "tvar_0.99"}] * 3
    assert sum(item["tvar_0.99"] for item in found["contributions"]) == pytest.approx(found["tvar"]["0.99"])
    assert all(len(point) == 2 for point in found["exceedance"])


def test_what_if_has_before_after_difference_and_per_cost(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = _write(tmp_path, PORTFOLIO)
    changes = [{"id": "b", "rate_factor": 0.5, "cost": 1e6}, {"id": "c", "severity_factor": 0.5, "cost": 1e6}]
    code, found = _answer(["risk", "what-if", path, "--change", _write(tmp_path, changes, "change.json")], capsysbinary)
    assert code == 0
    before, after, gap = found["before"], found["after"], found["difference"]
    for name in ("expected_annual_loss", "tvar_0.99"):
        assert gap[name] == pytest.approx(after[name] - before[name])
        assert gap[name] < 0
        assert found["per_unit_cost"][name] == pytest.approx(gap[name] / 2e6)
    assert after["thresholds"][0]["annual_probability"] < before["thresholds"][0]["annual_probability"]
    assert gap["thresholds"][0]["name"] == "material"


def test_a_person_reads_tables(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    path = _write(tmp_path, PORTFOLIO)
    assert main(["risk", "quantify", path]) == 0
    shown = capsysbinary.readouterr().out.decode()
    assert "612,871,516" in shown
    assert "Expected annual loss (USD)" in shown
    change = _write(tmp_path, [{"id": "b", "rate_factor": 0}], "change.json")
    assert main(["risk", "what-if", path, "--change", change]) == 0
    assert "Probability of exceeding material" in capsysbinary.readouterr().out.decode()


def test_a_compressed_file_is_read_too(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "p.json.gz").write_bytes(gzip.compress(json.dumps(PORTFOLIO).encode()))
    assert _answer(["risk", "quantify", str(tmp_path / "p.json.gz")], capsysbinary)[0] == 0


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ('{"scenarios": [{"id": "x", "frequency": {"kind": "poisson", "rate": NaN}, "severity": '
         '{"kind": "constant", "value": 1}}]}', "scenario x: frequency.rate", "not a finite number"),
        ('{"scenarios": [{"id": "x", "frequency": {"kind": "poisson", "rate": -1}, "severity": '
         '{"kind": "constant", "value": 1}}]}', "scenario x: frequency.rate", "at least 0"),
        ('{"currency": "USD", "scenarios": [{"id": "x", "currency": "EUR", "frequency": {"kind": "poisson", "rate": 1}, '
         '"severity": {"kind": "constant", "value": 1}}]}', "scenario x: currency", "EUR"),
        ('{"scenarios": [{"id": "x", "id": "y"}]}', "portfolio.json", "twice"),
        ("{", "portfolio.json", "line 1"),
        ("[" * 100_000, "portfolio.json", "nested"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_exits_2_and_says_where(
    text: str, where: str, said: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "portfolio.json").write_text(text, encoding="utf-8")
    code, found = _answer(["risk", "quantify", str(tmp_path / "portfolio.json")], capsysbinary)
    assert code == 2
    assert set(found) == {"error"}
    assert where in found["error"]["where"]
    assert said in found["error"]["message"]


@pytest.mark.parametrize("levels", ["x", "1", "0", "nan", "0.9,"])
def test_levels_that_cannot_be(levels: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    code, found = _answer(["risk", "quantify", _write(tmp_path, PORTFOLIO), "--levels", levels], capsysbinary)
    assert (code, found["error"]["code"]) == (2, "levels")


def test_a_change_of_a_scenario_that_is_not_there(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    change = _write(tmp_path, [{"id": "nobody", "rate_factor": 0.5}], "change.json")
    code, found = _answer(["risk", "what-if", _write(tmp_path, PORTFOLIO), "--change", change], capsysbinary)
    assert code == 2
    assert "nobody" in found["error"]["where"]


def test_nothing_of_django_is_loaded(tmp_path: Path) -> None:
    probe = (
        "import sys; from quarterdeck.cli.main import main\n"
        f"main(['risk', 'quantify', {_write(tmp_path, PORTFOLIO)!r}, '--json'])\n"
        "print('django' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, timeout=120, check=True)
    assert done.stderr.decode().strip() == "False"


def test_a_huge_file_and_a_million_scenarios_are_refused_and_say_what_is_too_much(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    code, found = _answer(["risk", "quantify", str(tmp_path / "huge.json")], capsysbinary)
    assert code == 2
    assert "huge.json" in found["error"]["where"]
    (tmp_path / "bomb.json.gz").write_bytes(gzip.compress(b" " * (65 * 1024 * 1024), 1))
    code, found = _answer(["risk", "quantify", str(tmp_path / "bomb.json.gz")], capsysbinary)
    assert code == 2
    (tmp_path / "many.json").write_text('{"scenarios": [' + "{}," * 999_999 + "{}]}", encoding="utf-8")
    code, found = _answer(["risk", "quantify", str(tmp_path / "many.json")], capsysbinary)
    assert code == 2
    assert "scenarios" in found["error"]["where"]
    assert "1000000" in found["error"]["message"]
