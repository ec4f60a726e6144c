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


@pytest.mark.parametrize("levels", ["x", "1", "0", "nan", "0.9,", "1.5", "inf", "90", "0.9999999", ""])
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


def test_millions_of_objects_are_refused_before_they_fill_the_memory(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "many.json").write_text("[" + "{}," * 2_000_001 + "{}]", encoding="utf-8")
    code, found = _answer(["risk", "quantify", str(tmp_path / "many.json")], capsysbinary)
    assert (code, found["error"]["code"]) == (2, "too-many")
    assert "many.json" in found["error"]["where"]


def _given(**more: object) -> dict[str, object]:
    return {**PORTFOLIO, **more}


def _second(**more: object) -> list[object]:
    return [*PORTFOLIO["scenarios"][1:], {**PORTFOLIO["scenarios"][0], **more}]  # type: ignore[index, dict-item]


@pytest.mark.parametrize(
    ("document", "where"),
    [
        (_given(scenarios=_second(severity={"kind": "lognormal_interval", "low": 2, "high": 1})), "scenario a: severity.low"),
        (_given(scenarios=_second(severity={"kind": "lognormal_interval", "low": 0, "high": 1})), "scenario a: severity.low"),
        (_given(scenarios=_second(severity={"kind": "levy", "scale": 1})), "scenario a: severity"),
        (_given(scenarios=_second(severity={"kind": "constant", "value": 10**400})), "scenario a: severity.value"),
        (_given(scenarios=_second(severity=None)), "scenario a: severity"),
        (_given(scenarios=_second(frequency={"kind": "poisson", "rate": "often"})), "scenario a: frequency.rate"),
        (_given(scenarios=_second(frequency={"kind": "poisson", "rate": 1e300})), "scenario a: frequency.rate"),
        (_given(scenarios=_second(cap=float("nan"))), "scenario a: cap"),
        (_given(scenarios=_second(caps=1e6)), "scenario a: caps"),
        (_given(scenarios=_second(id="b")), "scenario b: id"),
        (_given(scenarios=[None]), "scenarios[0]"),
        (_given(scenarios={}), "scenarios"),
        (_given(thresholds=False), "thresholds"),
        (_given(thresholds=[{"name": "m", "amout": 5}]), "thresholds[0].amout"),
        (_given(thresolds=[]), "thresolds"),
        (_given(dependence={"kind": "gaussian", "loadings": {"z": 0.5}}), "dependence.loadings.z"),
        ({"scenarios": [[[[[[[]]]]]]]}, "scenarios[0]"),
        ([], "portfolio"),
    ],
)  # fmt: skip
def test_every_refusal_of_a_portfolio_names_scenario_and_field(
    document: object, where: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    code, found = _answer(["risk", "quantify", _write(tmp_path, document)], capsysbinary)
    assert code == 2
    assert set(found) == {"error"}
    assert found["error"]["where"].endswith(where)


def test_notes_that_whoever_wrote_the_file_keeps_in_it_are_passed_over(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    noted = _given(
        title="2025", scenarios=_second(name="Phishing", description="…", frequency_note="three in five years")
    )
    assert _answer(["risk", "quantify", _write(tmp_path, noted)], capsysbinary)[0] == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1"),
        ("\ufeff".encode() + b'{"scenarios": ["x"]}', "an object"),
        (json.dumps(PORTFOLIO).encode("utf-16"), "UTF-8"),
        (json.dumps(PORTFOLIO).encode() * 2, "line 1"),
        (b'{"scenarios": [' + b'{"a":' * 60_000, "nested"),
    ],
)
def test_what_is_no_document_says_so(
    content: bytes, said: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "portfolio.json").write_bytes(content)
    code, found = _answer(["risk", "quantify", str(tmp_path / "portfolio.json")], capsysbinary)
    assert code == 2
    assert said in found["error"]["message"]


@pytest.mark.parametrize("name", ["nowhere.json", ".", "/dev/null"])
def test_a_path_that_is_no_file(name: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert _answer(["risk", "quantify", str(tmp_path / name)], capsysbinary)[0] == 2


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ([{"id": "a", "rate_factor": -1}], "scenario a: rate_factor"),
        ([{"id": "a", "severity_factor": float("nan")}], "scenario a: severity_factor"),
        ([{"id": "a", "rate": 2}], "change[0].rate"),
        ([{"id": "a", "cost": -1}], "scenario a: cost"),
        ([5], "change[0]"),
        ({}, "change"),
    ],
)
def test_every_refusal_of_a_change_names_scenario_and_field(
    changes: object, where: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    path, change = _write(tmp_path, PORTFOLIO), _write(tmp_path, changes, "change.json")
    code, found = _answer(["risk", "what-if", path, "--change", change], capsysbinary)
    assert code == 2
    assert found["error"]["where"].endswith(where)


def test_factors_of_nothing_and_of_a_tenth_and_of_three_are_answered(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = _write(tmp_path, PORTFOLIO)
    for factor in (0, 0.1, 3):
        given = [{"id": "b", "rate_factor": factor, "severity_factor": factor, "cost": 0}]
        code, found = _answer(
            ["risk", "what-if", path, "--change", _write(tmp_path, given, "change.json")], capsysbinary
        )
        assert code == 0
        # what costs nothing has no figures per unit of cost
        assert (found["cost"], found["per_unit_cost"]) == (0, None)
        assert (found["difference"]["expected_annual_loss"] > 0) is (factor > 1)
