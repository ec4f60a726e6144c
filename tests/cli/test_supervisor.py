"""Serving a home: everything comes up, comes up again when it falls, and nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quarterdeck.cli.common import CommandError
from quarterdeck.cli.supervisor import free_port
from quarterdeck.settings.home import create_home

if sys.platform != "linux":
    pytest.skip("looks at processes through /proc", allow_module_level=True)


def processes(home: Path) -> dict[int, str]:
    """The children running on `home`: process id to what it is."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            environment = (entry / "environ").read_bytes().split(b"\0")
            words = (entry / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if f"QUARTERDECK_HOME={home}".encode() in environment and "quarterdeck.cli.child" in words:
            found[int(entry.name)] = words[words.index("quarterdeck.cli.child") + 1]
    return found


def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.05)


class Served:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-m", "quarterdeck.cli", "serve", "--home", str(home), "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout
        text = ""
        while not text.endswith("}\n"):
            line = self.process.stdout.readline()
            assert line, (home / "logs" / "web.log").read_text(encoding="utf-8")
            text += line
        self.url = json.loads(text)["url"]
        until(lambda: {"web", "worker", "scheduler"} <= set(processes(home).values()), "all children running")

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    home = tmp_path / "home"
    create_home(home, {"demo": True})
    running = Served(home)
    yield running
    running.process.kill()
    running.process.wait()
    assert running.process.stdout
    running.process.stdout.close()


def test_a_home_is_served_restarted_where_it_falls_and_stopped_without_a_trace(served: Served) -> None:
    assert served.healthy()
    before = processes(served.home)
    for name in ("worker", "scheduler"):
        os.kill(next(number for number, what in before.items() if what == name), signal.SIGKILL)
    # The web server's own parent: the workers it leaves behind must go with it, or they would keep the port.
    web = [number for number, what in before.items() if what == "web"]
    os.kill(min(web), signal.SIGKILL)
    until(
        lambda: (
            not set(before) & set(processes(served.home))
            and {"web", "worker", "scheduler"} <= set(processes(served.home).values())
        ),
        "every child started again",
    )
    until(served.healthy, "healthy again")
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(60) == 0
    assert not processes(served.home)


def test_when_the_supervisor_is_killed_nothing_goes_on_running(served: Served) -> None:
    served.process.kill()
    served.process.wait()
    until(lambda: not processes(served.home), "no orphan")


def test_a_busy_port_is_stepped_over_unless_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        with pytest.raises(CommandError, match=str(busy)):
            free_port("127.0.0.1", busy)
        monkeypatch.setattr("quarterdeck.cli.supervisor.DEFAULT_PORT", busy)
        assert busy < free_port("127.0.0.1", None) < busy + 40


def test_a_port_is_promised_to_one_home_even_before_it_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        first = found.getsockname()[1]
    monkeypatch.setattr("quarterdeck.cli.supervisor.DEFAULT_PORT", first)
    monkeypatch.setattr("quarterdeck.cli.supervisor._held", [])
    ours = free_port("127.0.0.1", None)
    choose = (
        "import sys; from quarterdeck.cli import supervisor; supervisor.DEFAULT_PORT = int(sys.argv[1]); "
        "print(supervisor.free_port('127.0.0.1', None))"
    )
    other = subprocess.run([sys.executable, "-c", choose, str(first)], capture_output=True, text=True, check=True)
    assert int(other.stdout) > ours
    with pytest.raises(CommandError, match=str(ours)):
        free_port("127.0.0.1", ours)
