"""Processes for tests: ``run`` and ``Popen`` stand for those of `subprocess`, and start a Python with the product in it sooner.

A test that acts as a person runs the program as a process of its own. Most of such a process's time goes into loading Django,
numpy and the product, over and over. So one process (``tests/fork_server.py``) loads them, and each program on a home is
forked from there: with its own arguments, environment, folder, input, output, exit code and memory, and its own reading of its
home's settings. It can be waited for, signalled and killed like any other.

What is not ``python -m …`` or ``python -c …`` with a home is started as ever, and so is everything with
``QUARTERDECK_TEST_COLD=1``: the tests pass either way. Where starting itself is what is tested, use `subprocess`.
"""

from __future__ import annotations

import array
import atexit
import json
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SERVER = Path(__file__).with_name("fork_server.py")
#: What the interpreter and the libraries under it read before a program can say anything: one server for each value.
READ_AT_START = ("PYTHON", "LANG", "LC_", "OPENBLAS", "OMP_", "LD_")


class _Server:
    """The process that forks, for one way of starting Python."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.door, theirs = socket.socketpair()
        self.one_at_a_time = threading.Lock()
        given = {key: value for key, value in environment.items() if not key.startswith(("QUARTERDECK", "DJANGO"))}
        self.process = subprocess.Popen(
            [sys.executable, str(SERVER), str(theirs.fileno())], pass_fds=[theirs.fileno()], env=given, cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()
        # It ends when the door closes, however this process ends.
        atexit.register(self.stop)

    def fork(self, order: Mapping[str, object], handles: Sequence[int]) -> tuple[int, socket.socket]:
        """The id of a new process, and where its exit code will be told."""
        told, theirs = socket.socketpair()
        body = json.dumps(order).encode("utf-8", "surrogateescape")
        with theirs, self.one_at_a_time:
            sent = array.array("i", [*handles, theirs.fileno()])
            self.door.sendmsg([len(body).to_bytes(8, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, sent)])
            self.door.sendall(body)
        return self.line(told)[0], told

    def line(self, told: socket.socket) -> list[int]:
        """The numbers of the next line that the server tells."""
        line = b""
        while not line.endswith(b"\n"):
            part = told.recv(1)
            if not part:
                raise RuntimeError(f"{SERVER.name} ended too soon, with exit code {self.process.wait(60)}")
            line += part
        return [int(number) for number in line.split()]

    def stop(self) -> None:
        self.door.close()
        self.process.wait()


_servers: dict[tuple[tuple[str, str], ...], _Server] = {}


def _server(environment: Mapping[str, str]) -> _Server:
    key = tuple(sorted(item for item in environment.items() if item[0].startswith(READ_AT_START)))
    if key not in _servers:
        _servers[key] = _Server(environment)
    return _servers[key]


def forkable(args: object, environment: Mapping[str, str]) -> bool:
    """Whether a call is one of a Python program on a home."""
    if os.environ.get("QUARTERDECK_TEST_COLD") or not isinstance(args, Sequence) or isinstance(args, str | bytes):
        return False
    home = "--home" in args or "QUARTERDECK_HOME" in environment
    return home and len(args) > 2 and args[0] == sys.executable and args[1] in ("-m", "-c")


class Popen(subprocess.Popen[Any]):
    """`subprocess.Popen`, of a process that is forked where it can be."""

    #: The most memory that a forked process held at once, in bytes, once it has ended.
    peak = 0
    _forked: tuple[_Server, socket.socket] | None = None

    def _execute_child(  # type: ignore[no-untyped-def]
        self, args, executable, preexec_fn, close_fds, pass_fds, cwd, env, startupinfo, creationflags, shell,
        p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, restore_signals, *user_mask_and_group,
    ) -> None:  # fmt: skip
        pipes = (p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite)
        environment = dict(os.environ if env is None else env)
        special = [executable, preexec_fn, *pass_fds, shell, *user_mask_and_group]
        if any(given not in (None, False, -1) for given in special) or not forkable(args, environment):
            super()._execute_child(  # type: ignore[misc]
                args, executable, preexec_fn, close_fds, pass_fds, cwd, env, startupinfo, creationflags, shell,
                *pipes, restore_signals, *user_mask_and_group,
            )  # fmt: skip
            return
        streams = [usual if given == -1 else given for usual, given in enumerate((p2cread, c2pwrite, errwrite))]
        folder = os.open(cwd or ".", os.O_RDONLY | os.O_DIRECTORY)
        mask = os.umask(0o077)
        os.umask(mask)
        order = {"words": [os.fspath(word) for word in args[1:]], "environment": environment, "umask": mask}
        server = _server(environment)
        try:
            self.pid, told = server.fork(order, [*streams, folder])
        finally:
            os.close(folder)
            self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]
        self._child_created = True
        self._forked = (server, told)

    def _internal_poll(self, _deadstate: int | None = None) -> int | None:
        if self._forked is None:
            return super()._internal_poll(_deadstate)  # type: ignore[misc,no-any-return]
        if self.returncode is None and select.select([self._forked[1]], [], [], 0)[0]:
            self._take_end(*self._forked)
        return self.returncode

    def _wait(self, timeout: float | None) -> int:
        if self._forked is None:
            return super()._wait(timeout)  # type: ignore[misc,no-any-return]
        if self.returncode is None:
            if not select.select([self._forked[1]], [], [], timeout)[0]:
                assert timeout is not None
                raise subprocess.TimeoutExpired(self.args, timeout)
            self._take_end(*self._forked)
        return self.returncode

    def _take_end(self, server: _Server, told: socket.socket) -> None:
        # Under the lock of `subprocess`: two threads may wait for one process.
        with self._waitpid_lock:  # type: ignore[attr-defined]
            if self.returncode is None:
                self.returncode, self.peak = server.line(told)
                told.close()


def run(
    args: Sequence[str], *, input: bytes | str | None = None, capture_output: bool = False,
    timeout: float | None = None, check: bool = False, **options: Any,
) -> subprocess.CompletedProcess[Any]:  # fmt: skip
    """`subprocess.run`, of a process that is forked where it can be."""
    if input is not None:
        options["stdin"] = subprocess.PIPE
    if capture_output:
        options |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with Popen(args, **options) as process:
        try:
            out, err = process.communicate(input, timeout=timeout)
        except BaseException:
            process.kill()
            raise
    if check and process.returncode:
        raise subprocess.CalledProcessError(process.returncode, args, out, err)
    return subprocess.CompletedProcess(args, process.returncode, out, err)
