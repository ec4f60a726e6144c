"""A worker killed in mid-task with SIGKILL, on a real database: another runs the task, its effect happens once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psycopg
import pytest

from quarterdeck.settings.home import create_home

ROOT = Path(__file__).parents[3]


class Home:
    """A real home on disk, driven by processes of their own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.mark = path / "mark"
        self.environment = {
            **os.environ,
            "QUARTERDECK_HOME": str(path),
            "DJANGO_SETTINGS_MODULE": "quarterdeck.settings.live",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]),
            "VICTIM_MARK": str(self.mark),
        }

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import sys; from tests.kernel.jobs.victim import main; main(*sys.argv[1:])",
                *words,
            ],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> str:
        process = self.start(*words)
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0, words
        return out

    def state(self) -> dict[str, list[list[object]]]:
        return json.loads(self.run("state"))

    def kill_in_mid_task(self) -> None:
        """Starts a worker, waits until its job says where it stands, and kills it there."""
        self.mark.unlink(missing_ok=True)
        process = self.start("work")
        deadline = time.monotonic() + 60
        while not self.mark.exists():
            assert process.poll() is None, "the worker ended by itself"
            assert time.monotonic() < deadline, "the job never got to its mark"
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL


@pytest.fixture
def database_url() -> str:
    """A database of the home's own: empty for its SQLite file, or a new one on the PostgreSQL that is tested on."""
    server = os.environ.get("QUARTERDECK_TEST_DATABASE", "")
    if not server:
        return ""
    name = f"victim_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server.replace("/quarterdeck?", "/postgres?"), autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return server.replace("/quarterdeck?", f"/{name}?")


@pytest.fixture
def home(tmp_path: Path, database_url: str) -> Home:
    path = tmp_path / "home"
    create_home(path, {"demo": True, "database_url": database_url})
    made = Home(path)
    made.run("prepare")
    return made


@pytest.mark.parametrize("job", ["before", "after"])
def test_a_task_whose_worker_was_killed_is_leased_again_and_its_effect_happens_once(home: Home, job: str) -> None:
    home.run("enqueue", job, "x")
    home.kill_in_mid_task()
    # The effect inside the transaction vanished with it; the one that was committed stands.
    committed = [] if job == "before" else [["x", 1]]
    assert home.state()["counted"] == committed
    assert home.state()["tasks"] == [["RUNNING", ""]]

    home.run("work")
    assert home.state()["tasks"] == [["RUNNING", ""]], "nobody may take a task whose lease still runs"

    assert home.run("reap").strip() == "1"
    assert home.state()["tasks"] == [["READY", ""]]
    home.run("work")
    state = home.state()
    assert state["tasks"] == [["SUCCESSFUL", ""]]
    assert state["counted"] == ([["x", 2]] if job == "before" else [["x", 1]])
    assert state["leases"] == 0


def test_a_mail_whose_outcome_nobody_knows_is_not_sent_again_and_stays_visible(home: Home) -> None:
    home.run("enqueue", "mail", "x")
    home.kill_in_mid_task()
    home.run("reap")
    home.run("work")
    state = home.state()
    assert state["counted"] == [["x", 1]]
    assert state["effects"] == [["victim.mail:x:mail", "claimed"]]
    assert state["tasks"] == [["SUCCESSFUL", ""]]


def test_a_job_that_kills_its_worker_every_time_fails_visibly_after_its_last_attempt(home: Home) -> None:
    home.run("enqueue", "always", "x")
    for _ in range(2):
        home.kill_in_mid_task()
        home.run("reap")
    assert home.state()["tasks"] == [["FAILED", "quarterdeck.kernel.jobs.leases.WorkerDied"]]
