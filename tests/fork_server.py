"""Started once by ``tests/processes.py``: loads what every command on a home loads, and forks a process for each one asked for.

What is loaded is what ``django.setup()`` and the command line's parser load, on an empty home that is gone afterwards, and
the packages of others that commands load late. Settings are forgotten again before the first fork, so that a forked process
reads those of its own home exactly as a started one does. Nothing runs here but the loop below: no thread, no connection.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

#: Packages of others that commands load when they need them; none of them reads the environment or keeps a state of ours.
LATE = (
    "numpy.fft", "numpy.linalg", "numpy.random", "scipy.special", "scipy.optimize", "lxml.html", "lxml.etree", "docx", "openpyxl",
    "python_calamine", "cryptography.hazmat.primitives.asymmetric.ed25519", "ninja", "ninja.openapi", "jinja2", "markdown_it",
)  # fmt: skip


def preload() -> None:
    """Loads the product once, on a home that is made for it, and forgets that home."""
    from quarterdeck.settings.home import create_home

    with tempfile.TemporaryDirectory(prefix="quarterdeck-preload-") as folder:
        home = Path(folder) / "home"
        create_home(home, {})
        os.environ |= {"QUARTERDECK_HOME": str(home), "DJANGO_SETTINGS_MODULE": "quarterdeck.settings.live"}
        import django

        django.setup()
    from quarterdeck.cli.main import build_parser

    build_parser()
    for name in LATE:
        importlib.import_module(name)
    forget_settings()


def forget_settings() -> None:
    """As if no setting had been asked for: the next to ask reads them from the home that the environment names."""
    from django.conf import settings
    from django.db import connections
    from django.utils.functional import empty

    # Django asks the database's kind how long a table's name may be; nothing may have asked the database itself.
    if any(one.connection is not None for one in connections.all(initialized_only=True)):
        raise RuntimeError("loading the product opened a connection to the database")
    del connections["default"]
    settings.__dict__.clear()
    settings._wrapped = empty
    connections.__dict__.pop("settings", None)
    connections._settings = None
    sys.modules.pop("quarterdeck.settings.live")


def serve(door: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Forks for every order that comes in at `door`; returns, in the forked process, the order and its handles."""
    waiting = selectors.DefaultSelector()
    waiting.register(door, selectors.EVENT_READ)
    while True:
        for key, _events in waiting.select():
            if key.fileobj is not door:
                _tell_end(waiting, key)
            elif (taken := _taken(door)) is None:
                os._exit(0)  # whoever orders is gone; processes that were forked may go on, as those of a shell do
            else:
                order, handles = taken
                teller = handles.pop()
                pid = os.fork()
                if not pid:
                    waiting.close()
                    door.close()
                    return order, handles
                for handle in handles:
                    os.close(handle)
                os.write(teller, b"%d\n" % pid)
                waiting.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, teller))


def _tell_end(waiting: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    pid, teller = key.data
    _pid, status, used = os.wait4(pid, 0)
    waiting.unregister(key.fileobj)
    os.close(key.fd)
    with contextlib.suppress(BrokenPipeError):  # whoever asked does not care any more
        os.write(teller, b"%d %d\n" % (os.waitstatus_to_exitcode(status), used.ru_maxrss * 1024))
    os.close(teller)


def _taken(door: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """The next order and its handles: standard input, output, errors, folder, and where to tell the end; None at the end."""
    size = array.array("i")
    head, ancillary, _flags, _address = door.recvmsg(8, socket.CMSG_SPACE(5 * size.itemsize))
    if not head:
        return None
    handles = array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            handles.frombytes(data)
    body, length = b"", int.from_bytes(head, "big")
    while len(body) < length:
        body += door.recv(length - len(body))
    return json.loads(body), list(handles)


def take_place(order: dict[str, Any], handles: list[int], interrupted: Any) -> None:
    """Gives the forked process its folder, environment, input and output, and what a started one has besides."""
    folder = handles.pop()
    for target, handle in enumerate(handles):
        os.dup2(handle, target)
    os.fchdir(folder)
    os.closerange(3, 1024)
    os.umask(order["umask"])
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    signal.signal(signal.SIGINT, interrupted)


def run(words: list[str]) -> None:
    """What ``python WORDS`` does: ``-m MODULE ARGS`` or ``-c CODE ARGS``."""
    flag, what, *rest = words
    if flag == "-m":
        sys.path.insert(0, os.getcwd())
        sys.argv[:] = ["-m", *rest]
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        sys.path.insert(0, "")
        sys.argv[:] = ["-c", *rest]
        main = type(sys)("__main__")
        sys.modules["__main__"] = main
        exec(compile(what, "<string>", "exec"), main.__dict__)


def end(code: int) -> None:
    """Ends as the interpreter does: threads waited for, exit functions called, connections closed, everything written out.

    It does not take its memory apart piece by piece, which would need more time than most commands.
    """
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    if "django.db" in sys.modules:
        from django.conf import settings
        from django.db import connections

        if settings.configured:
            connections.close_all()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    del sys.path[0]  # the folder of this file, which a started process does not have there
    # what a started process would find: the interpreter's own handler, or nothing where whoever began all this ignores it
    interrupted = signal.signal(signal.SIGINT, signal.SIG_IGN)
    preload()
    gc.collect()
    gc.freeze()  # nobody's garbage: a forked process need not look through it again
    ordered, given = serve(socket.socket(fileno=int(sys.argv[1])))
    take_place(ordered, given, interrupted)
    try:
        run(ordered["words"])
    except SystemExit as ended:
        if not isinstance(ended.code, int | None):
            raise
        end(ended.code or 0)
    end(0)
