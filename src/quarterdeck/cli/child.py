"""What the supervisor starts: ``python -m quarterdeck.cli.child prepare|web|worker|scheduler``, on the home it names.

Each of these ends when its parent does, even if the parent was killed and could say nothing.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import sys
import threading
import time
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PARENT = "QUARTERDECK_PARENT"
TICK_SECONDS = 2.0
_PR_SET_PDEATHSIG = 1

logger = logging.getLogger("quarterdeck.child")


def die_with_parent(parent: int) -> None:
    """Makes this process end, at once, when the process `parent` that started it ends for whatever reason.

    A killed parent is a crash, and everything here is built to survive one: jobs by their leases, records by their
    transactions. Elsewhere than on Linux the parent is watched once a second instead.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def main(command: str, *words: str) -> None:
    """Runs one of the children until it is told to stop."""
    if parent := os.environ.get(PARENT):
        die_with_parent(int(parent))
    if command == "web":
        web(*words)
        return
    from quarterdeck.cli.home import open_home, remembered_clock

    open_home(None, remembered_clock())
    if command == "first":
        first(*words)
        return
    {"prepare": prepare, "worker": worker, "scheduler": scheduler}[command]()


def prepare() -> None:
    """Brings the home's database to this version. Does nothing when it is."""
    from quarterdeck.kernel import tables

    tables.prepare()
    _found()


def _found() -> None:
    """Begin the record of a new home; an existing one gets the grants that this version is the first to ship."""
    from django.conf import settings

    from quarterdeck.kernel.permissions.models import Unit
    from quarterdeck.kernel.permissions.sync import sync_shipped
    from quarterdeck.kernel.setup import found

    if not Unit.objects.filter(parent=None).exists():
        if settings.HOME.settings.demo:  # its story founds it
            return
        found("The company")
    sync_shipped(settings.HOME.path / "grants.json")


def first(base_url: str) -> None:
    """Prints the first administrator's link, where a home has no administrator yet."""
    from quarterdeck.web.first import first_link

    print(first_link(base_url) or "", flush=True)


def worker() -> None:
    """Runs jobs, one at a time; on SIGTERM or SIGINT finishes the one at hand."""
    from quarterdeck.kernel.jobs.worker import Worker

    running = Worker()

    def stop(signum: int, frame: FrameType | None) -> None:
        running.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    running.run()


def scheduler() -> None:
    """Enqueues what falls due and takes back the tasks of dead workers, every two seconds. Any number may run."""
    from django.db import OperationalError, close_old_connections

    from quarterdeck.kernel.jobs import leases, schedules

    stopping: list[int] = []

    def stop(signum: int, frame: FrameType | None) -> None:
        stopping.append(signum)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    installed = False
    while not stopping:
        close_old_connections()
        try:
            if not installed:
                schedules.install()
                installed = True
            schedules.tick()
            leases.reap()
        except OperationalError as error:
            logger.warning("the scheduler cannot reach the database: %s", error)
        time.sleep(TICK_SECONDS)


def web(host: str, port: str, workers: str, threads: str) -> None:
    """Serves the home over HTTP with granian, which starts `workers` processes of `threads` threads each."""
    from granian.constants import Interfaces
    from granian.server import Server

    os.environ[PARENT] = str(os.getpid())
    Server(
        "quarterdeck.cli.child:application",
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=int(workers),
        blocking_threads=int(threads),
        workers_kill_timeout=10,
        respawn_failed_workers=True,
        websockets=False,
        factory=True,
    ).serve()


def application() -> WSGIApplication:
    """The WSGI application, made in each of granian's worker processes."""
    die_with_parent(int(os.environ[PARENT]))
    from quarterdeck.cli.home import open_home, remembered_clock

    open_home(None, remembered_clock())
    from django.core.wsgi import get_wsgi_application

    inner = get_wsgi_application()
    _warm()

    def with_health(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == "/healthz":
            return _health(start_response)
        return inner(environ, start_response)

    return with_health


def _warm() -> None:
    """Loads every address and the page to sign in with now, so that whoever is told the address gets an answer at once."""
    from django.template.loader import get_template
    from django.urls import reverse

    from quarterdeck.engines.loss import late

    reverse("home")
    get_template("account/login.html")
    late.load()
    # What is loaded now stays for good: the collector need not look at it in the middle of a page.
    gc.collect()
    gc.freeze()


def _health(start_response: StartResponse) -> Iterable[bytes]:
    """200 when this process can reach its database, 503 when not. Answers whatever Host it is asked under."""
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        status, body = "200 OK", b"ok\n"
    except DatabaseError:
        status, body = "503 Service Unavailable", b"database\n"
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


if __name__ == "__main__":
    main(*sys.argv[1:])
