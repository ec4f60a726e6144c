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
from tests import processes

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

    def start(self, *steps: str) -> subprocess.Popen[str]:
        return processes.Popen(
            [
                sys.executable,
                "-c",
                "import sys; from tests.kernel.jobs.victim import main; main(*sys.argv[1:])",
                *steps,
            ],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *steps: str) -> list[dict[str, list[list[object]]]]:
        """Does the steps in one process and returns every state that was asked for on the way."""
        process = self.start(*steps)
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0, steps
        return [json.loads(line) for line in out.splitlines()]

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


@pytest.fixture(scope="module")
def database_url() -> str:
    """A database of the home's own: empty for its SQLite file, or a new one on the PostgreSQL that is tested on."""
    server = os.environ.get("QUARTERDECK_TEST_DATABASE", "")
    if not server:
        return ""
    name = f"victim_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server.replace("/quarterdeck?", "/postgres?"), autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return server.replace("/quarterdeck?", f"/{name}?")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Home:
    path = tmp_path_factory.mktemp("killed") / "home"
    create_home(path, {"demo": True, "database_url": database_url})
    made = Home(path)
    made.run("prepare")
    return made


RUNNING, READY, DONE = [["RUNNING", ""]], [["READY", ""]], [["SUCCESSFUL", ""]]


@pytest.mark.parametrize("job", ["before", "after"])
def test_a_task_whose_worker_was_killed_is_leased_again_and_its_effect_happens_once(home: Home, job: str) -> None:
    home.run(f"enqueue:{job}:x")
    home.kill_in_mid_task()
    killed, worked, reaped, ended = home.run("state", "work", "state", "reap", "state", "work", "state")
    # The effect inside the transaction vanished with it; the one that was committed stands.
    assert killed["counted"] == ([] if job == "before" else [["x", 1]])
    assert killed["tasks"] == RUNNING
    assert worked["tasks"] == RUNNING, "nobody may take a task whose lease still runs"
    assert reaped["tasks"] == READY
    assert ended["tasks"] == DONE
    assert ended["counted"] == ([["x", 2]] if job == "before" else [["x", 1]])
    assert ended["leases"] == 0


def test_a_mail_whose_outcome_nobody_knows_is_not_sent_again_and_stays_visible(home: Home) -> None:
    home.run("enqueue:mail:x")
    home.kill_in_mid_task()
    (ended,) = home.run("reap", "work", "state")
    assert ended["counted"] == [["x", 1]]
    assert ended["effects"] == [["victim.mail:x:mail", "claimed"]]
    assert ended["tasks"] == DONE


def test_a_job_that_kills_its_worker_every_time_fails_visibly_after_its_last_attempt(home: Home) -> None:
    home.run("enqueue:always:x")
    home.kill_in_mid_task()
    home.run("reap")
    home.kill_in_mid_task()
    (ended,) = home.run("reap", "state")
    assert ended["tasks"] == [["FAILED", "quarterdeck.kernel.jobs.leases.WorkerDied"]]
