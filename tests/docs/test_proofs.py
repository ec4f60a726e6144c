"""The page of proofs names tests that there are."""

from __future__ import annotations

import re

import pytest

from tests.docs.repository import ROOT, text

COMMANDS = re.findall(r"`pytest ([^`]+)`", text("docs/guide/proofs.md"))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_of_proofs_selects_tests(command: str) -> None:
    words, _k, wanted = command.partition(" -k ")
    found: list[str] = []
    for path in (word for word in words.split() if word.startswith("tests/")):
        place = ROOT / path
        assert place.exists(), path
        for file in [place] if place.is_file() else sorted(place.rglob("test_*.py")):
            names = re.findall(r"^ *def (test_\w+)", file.read_text(encoding="utf-8"), re.M)
            found += [f"{file.name}::{name}" for name in names]
    assert [name for name in found if wanted.strip() in name]


@pytest.mark.parametrize(
    "script", re.findall(r"`(?:python )?((?:benchmarks|tests)/[\w/]+\.(?:py|sh))", text("docs/guide/proofs.md"))
)
def test_a_script_of_the_page_of_proofs_is_there(script: str) -> None:
    assert (ROOT / script).is_file()
