"""Asking for pages through the WSGI application with a session, as a server would, and counting what each costs."""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any

#: A request that takes longer than this is asked once more and not again.
SLOW_S = 2.0


def asked(what: str, user: Any, addresses: Sequence[tuple[str, str]], rounds: int) -> list[dict[str, Any]]:
    """CPU, time and queries of each page, by its name and address, for one person: the median of ``rounds`` requests."""
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    # The cookies that a browser has after its first page.
    client.get(addresses[0][1], HTTP_HOST="localhost")
    cookie = "; ".join(f"{name}={kept.value}" for name, kept in client.cookies.items())
    application = get_wsgi_application()

    def ask(address: str) -> None:
        path, _mark, query = address.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
            "HTTP_HOST": "localhost", "HTTP_COOKIE": cookie, "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
        }  # fmt: skip
        status: list[str] = []
        response = application(environ, lambda line, headers: status.append(line))
        text = b"".join(response)
        response.close()
        assert status[0].startswith("200"), (address, status, text[:500])

    lines = []
    for name, address in addresses:
        print(f"{what}: {name}", file=sys.stderr, flush=True)
        burned = time.process_time()
        ask(address)
        first = time.process_time() - burned
        with CaptureQueriesContext(connection) as captured:
            ask(address)
        # Read at once: the next request empties what was captured.
        queries = len(captured)
        cpu, wall = [], []
        for _ in range(rounds):
            began, burned = time.perf_counter(), time.process_time()
            ask(address)
            cpu.append((time.process_time() - burned) * 1000)
            wall.append((time.perf_counter() - began) * 1000)
            if wall[0] > SLOW_S * 1000:
                break
        lines.append(
            {
                "person": what, "page": name, "queries": queries, "cpu_ms": round(statistics.median(cpu), 2),
                "wall_ms": round(statistics.median(wall), 2), "first_ms": round(first * 1000),
            }
        )  # fmt: skip
    return lines
