"""A new home's tables are laid out at once, and are the very tables to which the migrations lead."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def child(what: str, folder: Path) -> Any:
    """What a process of its own found: in this one pytest has taken the migrations away."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("QUARTERDECK")}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "quarterdeck.settings.test",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
    }
    run = subprocess.run(
        [sys.executable, "-m", "tests.kernel.tables_child", what, str(folder)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=300,
    )  # fmt: skip
    return json.loads(run.stdout)


def test_both_ways_end_in_the_same_tables(tmp_path: Path) -> None:
    one, other = child("migrated", tmp_path), child("laid", tmp_path)
    assert len(one) > 150
    assert sorted(one) == sorted(other)
    for table, description in one.items():
        assert other[table] == description, table


def test_an_interrupted_beginning_is_begun_again(tmp_path: Path) -> None:
    found = child("interrupted", tmp_path)
    assert found["after"] == [], "nothing half laid out stays"
    assert found["whole"]
    assert found["files"] == ["begun.sqlite3"]
