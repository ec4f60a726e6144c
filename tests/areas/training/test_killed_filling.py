"""Workers killed with SIGKILL while a rule assigns its course: nobody is assigned twice, and nobody is missed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.settings.home import create_home
from tests import processes

ROOT = Path(__file__).parents[3]
#: Seven batches, the last one short.
PEOPLE = 130


class Home:
    """A home on disk, driven by processes of their own."""

    def __init__(self, path: Path) -> None:
        create_home(path, {"demo": True})
        self.environment = {
            **os.environ,
            "QUARTERDECK_HOME": str(path),
            "DJANGO_SETTINGS_MODULE": "quarterdeck.settings.live",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        }

    def start(self, *steps: str) -> tuple[int, list[dict[str, Any]]]:
        ended = processes.run(
            [sys.executable, "-m", "tests.areas.training.filling_home", *steps],
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True, timeout=240, check=False,
        )  # fmt: skip
        return ended.returncode, [json.loads(line) for line in ended.stdout.splitlines()]

    def run(self, *steps: str) -> list[dict[str, Any]]:
        """What each ``state`` among the steps said."""
        code, said = self.start(*steps)
        assert code == 0, steps
        return said

    def killed(self, *steps: str) -> list[dict[str, Any]]:
        """The same, of a process that is killed in its last step."""
        code, said = self.start(*steps)
        assert code == -signal.SIGKILL, steps
        return said


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.run(f"prepare:{PEOPLE}", "work")
    return made


def test_workers_killed_while_a_rule_assigns_leave_nobody_twice_and_nobody_out(home: Home) -> None:
    # The first dies with its third batch written and not committed, the second right after two more were.
    home.killed("rule", "die:3:inside")
    (first,) = home.killed("state", "reap", "die:2:after")
    assert first["times"] == {"1": 40}, "what was not committed is gone, what was stands"
    second, ended, again = home.run("state", "reap", "work", "state", "night", "work", "state")
    assert second["times"] == {"1": 80}
    assert ended["times"] == {"1": PEOPLE}, "everybody, once"
    assert ended["tallied"] == PEOPLE
    assert ended["in_ledger"] == ended["leaves_of_them"] == PEOPLE, "the ledger names each once, and nobody who is not"
    assert ended["tasks"] == {"SUCCESSFUL": sum(ended["tasks"].values())}
    assert again["times"] == {"1": PEOPLE}, "every night asks anew, and finds everybody assigned"


def test_the_next_occasion_is_assigned_once_too_though_its_worker_is_killed(home: Home) -> None:
    home.run("rule", "work", "finish:90")
    home.killed("next_year", "night", "die:3:inside")
    (ended,) = home.run("next_year", "reap", "work", "night", "work", "state")
    # Forty still have it open from the year before.
    assert ended["times"] == {"1": PEOPLE - 90, "2": 90}
    assert ended["tallied"] == ended["in_ledger"] == ended["leaves_of_them"] == PEOPLE + 90
    assert ended["tasks"] == {"SUCCESSFUL": sum(ended["tasks"].values())}
