"""What no file of the project may hold: places of one machine, secrets, unfinished business, large or generated files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.repository import ROOT, tracked

#: Written in pieces, so that this file does not hold what it looks for.
_FORBIDDEN = {
    "a path of one machine": r"(?<![\w.:])/(?:wo" r"rk|ro" r"ot|home/[a-z][\w-]*|Us" r"ers)/[\w.-]",
    "a host that serves packages": r"(?:py" r"pi\.|python" r"hosted\.|https?://[^\s\"'<>]+/sim" r"ple\b)",
    "how it came about": r"(?i)\b(?:cla"
    r"ude|anth"
    r"ropic|open"
    r"ai|chat"
    r"gpt|co"
    r"pilot|sub-?ag"
    r"ent|language mo"
    r"del)\b",
    "work left open": r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b",
    "a number of a task": r"(?i)\b(?:iss" r"ue|tic" r"ket) #?\d",
    "a private key": r"-----BEG" r"IN [A-Z ]*PRIVATE KEY-----",
    "a mark of an unfinished merge": r"(?m)^(?:<{7}|>{7}) ",
}
#: Real filings and taxonomies lie beside the project; only tests and benchmarks may look there.
_BESIDE = "../shared"
_TEXT = {
    ".py",
    ".md",
    ".html",
    ".css",
    ".js",
    ".toml",
    ".txt",
    ".in",
    ".po",
    ".svg",
    ".json",
    ".yml",
    ".yaml",
    ".cfg",
    "",
}
LARGEST = 1_000_000


def _texts() -> list[Path]:
    return [path for path in tracked() if path.suffix in _TEXT]


@pytest.mark.parametrize("what", _FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(_FORBIDDEN[what])
    found = []
    for path in _texts():
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), start=1):
            if pattern.search(line):
                found.append(f"{path}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)


def test_only_tests_and_benchmarks_look_beside_the_project() -> None:
    found = [
        str(path)
        for path in _texts()
        if path.parts[0] not in {"tests", "benchmarks"} and _BESIDE in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert not found


def test_no_file_is_large_or_made_by_a_build() -> None:
    for path in tracked():
        assert (ROOT / path).stat().st_size <= LARGEST, f"{path} is larger than a source file should be"
        assert path.suffix not in {".pyc", ".sqlite3", ".log", ".whl"}, path
        assert "__pycache__" not in path.parts


def test_a_module_beyond_five_hundred_lines_has_two_subjects() -> None:
    """About five hundred: a tenth more is let through."""
    long = {
        str(path): count
        for path in tracked()
        if path.suffix == ".py"
        and path.parts[0] == "src"
        and "migrations" not in path.parts
        and (count := len((ROOT / path).read_text(encoding="utf-8").splitlines())) > 550
    }
    assert not long
