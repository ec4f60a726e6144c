"""One parent for everything a home needs to be served: web server, job workers, scheduler.

The parent imports neither Django nor the web server. It restarts a child that ends, waiting longer each time it ends
soon; it stops them all on SIGTERM or SIGINT, letting the job at hand finish; and if it is killed itself, they end with it
(:func:`quarterdeck.cli.child.die_with_parent`).
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from quarterdeck.cli.child import PARENT
from quarterdeck.cli.common import CommandError, _, progress

DEFAULT_PORT = 8460
GRACE_SECONDS = 20.0
START_SECONDS = 60.0
FIRST_DELAY, LONGEST_DELAY, STEADY_SECONDS = 0.5, 30.0, 60.0
LOG_BYTES = 5_000_000
_POLL = 0.1


#: What this process holds of the machine's ports; the system lets go of it when the process ends, however it ends.
_held: list[socket.socket] = []


def _hold(port: int) -> None:
    """Keep `port` from every other supervisor of this machine, from choosing it until this process ends.

    The web server's processes share their port, so the system would let those of two homes share one as well, and a reader
    would be answered now by the one company and now by the other. OSError: another holds it.
    """
    if not sys.platform.startswith("linux"):
        return
    name = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        # A name in no file system: taken by one process at a time, and gone with it.
        name.bind(f"\0quarterdeck-port-{port}")
    except OSError:
        name.close()
        raise
    _held.append(name)


def free_port(host: str, wanted: int | None) -> int:
    """`wanted` if nothing listens there, or with None the first free one from 8460 on. Raises `CommandError`.

    The port is this process's until it ends: two homes that are started at once never get the same one.
    """
    for port in [wanted] if wanted is not None else range(DEFAULT_PORT, DEFAULT_PORT + 40):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                _hold(port)
            except OSError as error:
                if wanted is not None:
                    message = _("Port %(port)d cannot be used: %(why)s.") % {"port": port, "why": error.strerror}
                    raise CommandError("port", message, "--port") from None
                continue
            return port
    raise CommandError("port", _("No free port was found; choose one with --port."), "--port")


@dataclass
class Child:
    """One kind of process to keep running. Its output goes to `log`."""

    name: str
    words: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    delay: float = FIRST_DELAY
    restart_at: float = 0.0

    def start(self, environment: Mapping[str, str]) -> None:
        with _appending(self.log) as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "quarterdeck.cli.child", *self.words],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A group of its own: Ctrl-C in the terminal reaches the parent alone, which then stops them in order.
                start_new_session=True,
            )
        self.started = time.monotonic()

    def kill_group(self) -> None:
        """Ends whatever the child left behind in its group, such as a killed web server's workers."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return


@dataclass
class Supervisor:
    """Serves one home on `host` and `port` until it is told to stop. `clock` is the environment of a moved clock."""

    home: Path
    host: str
    port: int
    workers: int = 2
    threads: int = 4
    job_workers: int = 1
    clock: Mapping[str, str] = field(default_factory=dict)
    _stop_asked: int = 0

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        shown = "localhost" if self.host in ("127.0.0.1", "::1", "0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{shown}:{self.port}"

    def run(self, when_ready: Callable[[], None]) -> int:
        """Runs until SIGTERM or SIGINT; calls `when_ready` once the first page can be asked for.

        Returns 0. Raises `CommandError` when the home cannot be prepared or the web server does not come up.
        """
        for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(signum, self._asked_to_stop)
        self._prepare()
        children = self._children()
        try:
            # The web server alone first: the first page should not wait for what works behind it.
            children[0].start(self._environment())
            self._wait_until_healthy(children[0])
            if not self._stop_asked:
                when_ready()
            while not self._stop_asked:
                self._mind(children)
                time.sleep(_POLL)
        finally:
            self._stop(children)
        return 0

    def _children(self) -> list[Child]:
        logs = self.home / "logs"
        address = (self.host, str(self.port), str(self.workers), str(self.threads))
        return [
            Child("web", ("web", *address), logs / "web.log"),
            *(Child(f"worker-{n}", ("worker",), logs / f"worker-{n}.log") for n in range(1, self.job_workers + 1)),
            Child("scheduler", ("scheduler",), logs / "scheduler.log"),
        ]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.clock, "QUARTERDECK_HOME": str(self.home), PARENT: str(os.getpid())}

    def _prepare(self) -> None:
        log = self.home / "logs" / "prepare.log"
        child = Child("prepare", ("prepare",), log)
        child.start(self._environment())
        assert child.process is not None
        if child.process.wait() != 0:
            raise CommandError("start", _("The database could not be prepared. Details: %s") % log, str(self.home))

    def _wait_until_healthy(self, web: Child) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._stop_asked and not self._healthy():
            ended = web.process is None or web.process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise CommandError("start", _("The web server did not start. Details: %s") % web.log, str(self.home))
            time.sleep(_POLL)

    def _healthy(self) -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        connection = http.client.HTTPConnection(host, self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _mind(self, children: Sequence[Child]) -> None:
        now = time.monotonic()
        for child in children:
            if child.process is not None and child.process.poll() is not None:
                child.kill_group()
                child.delay = FIRST_DELAY if now - child.started > STEADY_SECONDS else child.delay
                child.restart_at = now + child.delay
                child.delay = min(child.delay * 2, LONGEST_DELAY)
                how = child.process.returncode
                progress(
                    _("%(name)s ended (%(how)s); starting it again. Details: %(log)s")
                    % {"name": child.name, "how": how, "log": child.log}
                )
                child.process = None
            elif child.process is None and now >= child.restart_at:
                child.start(self._environment())

    def _asked_to_stop(self, signum: int, frame: FrameType | None) -> None:
        self._stop_asked += 1

    def _stop(self, children: Sequence[Child]) -> None:
        """Asks every child to end, waits for the job at hand, and ends what is still there. Asked twice: at once."""
        running = [child for child in children if child.process is not None]
        for child in running:
            assert child.process is not None
            if child.process.poll() is None:
                child.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while self._stop_asked < 2 and time.monotonic() < deadline:
            if all(child.process is not None and child.process.poll() is not None for child in running):
                break
            time.sleep(_POLL)
        for child in running:
            child.kill_group()
            assert child.process is not None
            child.process.wait()


def _appending(log: Path) -> IO[bytes]:
    """`log` opened for more, after setting aside one that has grown large."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    return log.open("ab")
