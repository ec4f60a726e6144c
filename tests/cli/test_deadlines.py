"""``deadlines --event FILE``: one document, exit codes, and a refusal that names the field."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from quarterdeck.cli.main import main

EVENT = {"filer": "domestic", "detected": "2025-06-05", "determined_material": "2025-06-21"}


def _answer(
    tmp_path: Path, text: str | bytes, capsysbinary: pytest.CaptureFixture[bytes]
) -> tuple[int, dict[str, object]]:
    file = tmp_path / "event.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    code = main(["deadlines", "--event", str(file), "--json"])
    return code, json.loads(capsysbinary.readouterr().out)


def test_the_document_has_the_fields_of_the_public_interface(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    code, document = _answer(tmp_path, json.dumps(EVENT), capsysbinary)
    assert code == 0
    duties = document["duties"]
    assert isinstance(duties, list)
    report = duties[0]
    assert {"regime", "rule", "start_event", "start", "due", "when", "counted"} <= set(report)
    assert (report["regime"], report["when"], report["due"]) == (
        "Form 8-K Item 1.05",
        "by",
        "2025-06-26T17:30:00-04:00",
    )
    assert {"date", "counts", "because"} <= set(report["counted"][0])
    assert [day["date"] for day in report["counted"] if day["counts"]] == [
        "2025-06-23", "2025-06-24", "2025-06-25", "2025-06-26",
    ]  # fmt: skip
    assert document["warnings"] == []


def test_a_person_reads_the_days_and_the_reasons(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    file = tmp_path / "event.json"
    file.write_text(json.dumps({**EVENT, "personal_data": {"regions": ["EU", "HK"], "aware": "2025-06-06T10:00:00Z"}}))
    assert main(["deadlines", "--event", str(file)]) == 0
    shown = capsysbinary.readouterr().out.decode()
    assert "Form 8-K Item 1.05: by 2025-06-26 17:30:00-04:00" in shown
    assert "business day 4 of 4" in shown
    assert "Form 8-K/A Item 1.05: not started" in shown
    assert "end of hour 72 of 72" in shown
    assert "64 more" in shown
    assert "Not covered" in shown


def test_standard_input_is_an_event_too(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    class Stdin:
        buffer = io.BufferedReader(io.BytesIO(json.dumps(EVENT).encode()))  # type: ignore[arg-type]

    monkeypatch.setattr(sys, "stdin", Stdin())
    assert main(["deadlines", "--event", "-", "--json"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["duties"][0]["when"] == "by"


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ('{"filer": "domestic", "determined_material": "2025-06-31"}', "determined_material", "does not exist"),
        ('{"filer": "domestic", "ag_delay": [30, 45]}', "ag_delay[1]", "at most 30"),
        ('{"filer": "domestic", "ag_delay": [30, 30, 60, 30]}', "ag_delay[3]", "exemptive order"),
        ('{"detected": "2025-06-01"}', "filer", "domestic, fpi"),
        ("[]", "event", "not a JSON object"),
        ("", None, "not JSON"),
        ('{"filer": "domestic"', None, "not JSON: line 1"),
        ('{"filer": "domestic", "filer": "fpi"}', None, "twice"),
        ('{"filer": "fpi", "personal_data": {"records": NaN}}', None, "number"),
        ('{"filer": "fpi", "personal_data": {"records": ' + "9" * 5000 + "}}", None, "number"),
        ("[" * 100_000, None, "nested"),
        (b"\xff\xfe{}", None, "UTF-8"),
        (b'{"filer": "domestic", "detected": "' + b"x" * 2_000_000 + b'"}', None, "larger than"),
    ],
)
def test_an_event_that_cannot_be_judged_exits_2_and_says_where(
    text: str | bytes, where: str | None, said: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    code, document = _answer(tmp_path, text, capsysbinary)
    assert code == 2
    error = document["error"]
    assert isinstance(error, dict)
    assert said in error["message"]
    if where is not None:
        assert where in error["where"]


def test_a_missing_file_a_folder_and_no_file_at_all_exit_2(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for words in (["--event", str(tmp_path / "no.json")], ["--event", str(tmp_path)], []):
        assert main(["deadlines", *words, "--json"]) == 2
        assert set(json.loads(capsysbinary.readouterr().out)["error"]) == {"code", "message", "where"}


def test_the_command_needs_no_django(tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text(json.dumps(EVENT))
    probe = (
        "import sys; from quarterdeck.cli.main import main\n"
        "main(sys.argv[1:])\n"
        "print(sorted(n for n in sys.modules if n.split('.')[0] in ('django', 'granian')), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe, "deadlines", "--event", str(tmp_path / "event.json"), "--json"],
        capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    assert done.stderr.decode().splitlines()[-1] == "[]"
