"""What every command keeps to: one JSON document, three exit codes, no traceback, no Django for engine commands."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from quarterdeck.cli.catalogue import PROMISED
from quarterdeck.cli.common import plain, shorten, table, width
from quarterdeck.cli.main import build_parser, main

PAGE = """Cybersecurity Risk Management and Strategy Disclosure
12 Months Ended
Dec. 31, 2024
| Cybersecurity Risk Management Processes Integrated [Flag]
true
"""


def quarterdeck(*words: str, stdin: bytes = b"", **options: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "quarterdeck.cli", *words]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("QUARTERDECK_")}
    return subprocess.run(command, input=stdin, capture_output=True, env=environment, timeout=120, **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("name", PROMISED)
def test_every_promised_command_has_its_name(name: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args([*name.split(), "--help"])
    assert ended.value.code == 0
    assert name.encode() in capsysbinary.readouterr().out


def test_a_command_not_built_yet_says_so_by_name_and_exits_2(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["data", "desensitize", "x.csv", "--policy", "p", "--out", "y", "--json"]) == 2
    error = json.loads(capsysbinary.readouterr().out)["error"]
    assert (error["code"], error["where"]) == ("not-built", "data desensitize")


@pytest.mark.parametrize(
    "words", [["nonsense"], ["disclosure"], ["disclosure", "read"], ["disclosure", "read", "x", "--no"]]
)
def test_a_call_that_cannot_be_understood_exits_2_with_one_error_document(
    words: list[str], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main([*words, "--json"]) == 2
    assert set(json.loads(capsysbinary.readouterr().out)["error"]) == {"code", "message", "where"}
    assert main(words) == 2
    shown = capsysbinary.readouterr()
    assert shown.out == b""
    assert shown.err.startswith(b"quarterdeck: ")


def test_engine_commands_never_load_django(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    for words in (
        ["disclosure", "read", str(tmp_path), "--json"],
        ["disclosure", "check", str(tmp_path), "--json"],
        ["ledger", "verify", "--export", str(tmp_path), "--json"],
        ["--help"],
    ):
        probe = (
            "import sys; from quarterdeck.cli.main import main\n"
            "try: main(sys.argv[1:])\n"
            "except SystemExit: pass\n"
            "loaded = sorted(name for name in sys.modules if name.split('.')[0] in ('django', 'granian', 'psycopg'))\n"
            "print(loaded, file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", probe, *words], capture_output=True, timeout=120, check=False)
        assert done.stderr.decode().splitlines()[-1] == "[]", words


def test_a_folder_is_walked_in_order_its_unreadable_members_are_listed_and_the_rest_is_done(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "a").mkdir()
    with gzip.open(tmp_path / "a" / "z.txt.gz", "wt") as file:
        file.write(PAGE)
    (tmp_path / "cut.txt.gz").write_bytes(gzip.compress(PAGE.encode())[:40])
    (tmp_path / "out").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    done = quarterdeck("disclosure", "read", str(tmp_path), "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 1
    assert [Path(entry["source"]).name for entry in document["documents"]] == ["z.txt.gz", "b.txt"]
    assert [Path(error["source"]).name for error in document["errors"]] == ["out", "cut.txt.gz", "pipe"]
    assert set(document["errors"][0]) == {"source", "message", "line"}


def test_standard_input_is_a_path_too() -> None:
    done = quarterdeck("disclosure", "read", "-", "--json", stdin=gzip.compress(PAGE.encode()))
    (document,) = json.loads(done.stdout)["documents"]
    assert done.returncode == 0
    assert document["source"] == "-"
    assert document["facts"][0]["value"] is True


@pytest.mark.parametrize("name", ["missing.htm", "/dev/null"])
def test_the_only_input_being_unusable_exits_2(name: str) -> None:
    done = quarterdeck("disclosure", "read", name, "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["where"] == name
    assert b"Traceback" not in done.stderr


def test_a_decompression_bomb_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.htm.gz"
    with gzip.open(bomb, "wb", compresslevel=9) as file:
        for _ in range(200):
            file.write(bytes(1024 * 1024))
    done = quarterdeck("disclosure", "read", str(bomb), "--json")
    assert done.returncode == 2
    assert "larger than" in json.loads(done.stdout)["error"]["message"]


def test_file_names_that_are_no_text_still_give_valid_json(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff\xfe.txt")).write_text(PAGE, encoding="utf-8")
    done = quarterdeck("disclosure", "read", str(tmp_path), "--json")
    assert json.loads(done.stdout.decode("utf-8", "strict"))["documents"][0]["source"].endswith("\ufffd\ufffd.txt")


def test_a_full_disk_is_an_error_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "quarterdeck.cli", "disclosure", "read", str(tmp_path), "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=120,
            check=False,
        )
    assert done.returncode == 2
    assert b"disk is full" in done.stderr
    assert b"Traceback" not in done.stderr


def test_whoever_stops_reading_gets_no_traceback(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"{number}.txt").write_text(PAGE, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "quarterdeck.cli", "disclosure", "read", str(tmp_path), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    process.stdout.read(10)
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    assert process.wait(60) == 141
    process.stderr.close()


def test_a_fault_of_ours_becomes_a_sentence_and_a_log(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    (tmp_path / "logs").mkdir()
    monkeypatch.setenv("QUARTERDECK_HOME", str(tmp_path))

    def broken(args: object) -> int:
        raise LookupError("inside")

    monkeypatch.setattr("quarterdeck.cli.main.not_built", broken)
    assert main(["report", "--json"]) == 2
    error = json.loads(capsysbinary.readouterr().out)["error"]
    assert error["code"] == "internal"
    assert "LookupError: inside" in Path(error["where"]).read_text(encoding="utf-8")
    assert Path(error["where"]).parent == tmp_path / "logs"


def test_a_home_that_is_none_and_a_clock_on_a_real_home_are_refused(tmp_path: Path) -> None:
    from quarterdeck.settings.home import create_home

    nowhere = quarterdeck("serve", "--home", str(tmp_path / "no"), "--json")
    assert nowhere.returncode == 2
    assert json.loads(nowhere.stdout)["error"]["code"] == "no-home"
    create_home(tmp_path / "real")
    moved = quarterdeck("ledger", "verify", "--home", str(tmp_path / "real"), "--now", "2025-01-01T00:00:00Z", "--json")
    assert moved.returncode == 2
    assert json.loads(moved.stdout)["error"]["where"] == "--now"


def test_tables_measure_wide_characters_and_disarm_terminal_codes() -> None:
    assert width("委员会") == 6
    assert shorten("数据管理委员会", 7) == "数据管…"
    assert plain("a\x1b[31mb\u202ec") == "a\ufffd[31mb\ufffdc"
    lines = table(("name", "n"), [("委员会", 1), ("abc", 20), (None, 3)], right=(1,)).splitlines()
    assert {width(line) for line in lines} == {10}
