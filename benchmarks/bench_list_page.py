"""CPU and queries of a list page of 50 rows out of 100,000 incidents, for people who see all, some or few of them.

A throw-away home with 100,000 incidents in 60 units and 1,000,000 ledger leaves is built on SQLite, and on the PostgreSQL
server that QUARTERDECK_TEST_DATABASE names, if it is set. Every page is asked for through the WSGI application, with a
session, as a server would; what is counted is the CPU of this process (on PostgreSQL the server's own is not in it) and
the time until the answer is there.

    python benchmarks/bench_list_page.py [--json PATH] [--rows N] [--leaves N]
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BUDGET_MS, BUDGET_QUERIES = 10.0, 8
ROUNDS = 40
CODE = "incidents.incident"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", dest="out", metavar="PATH")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--leaves", type=int, default=1_000_000)
    parser.add_argument("--plans", action="store_true", help="print the database's plans")
    parser.add_argument("--child", metavar="HOME", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        print(json.dumps(measure(args)))
        return 0
    found = []
    urls = [""] + ([url] if (url := os.environ.get("QUARTERDECK_TEST_DATABASE")) else [])
    for server in urls:
        url = fresh_database(server) if server else ""
        with tempfile.TemporaryDirectory(prefix="quarterdeck-bench-") as folder:
            settings = {"database_url": url} if url else {}
            sys.path.insert(0, str(ROOT / "src"))
            from quarterdeck.settings.home import create_home

            create_home(Path(folder) / "home", settings)
            words = [sys.executable, __file__, "--child", f"{folder}/home", "--rows", str(args.rows)]
            words += ["--leaves", str(args.leaves), *(["--plans"] if args.plans else [])]
            environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
            run = subprocess.run(words, env=environment, stdout=subprocess.PIPE, check=True, text=True)
            found.append(json.loads(run.stdout.splitlines()[-1]))
    for result in found:
        table(result)
    if args.out:
        Path(args.out).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


def fresh_database(server: str) -> str:
    """The URL of an empty database of our own on the server of ``server``, which names any database on it."""
    import psycopg

    start, _, name = server.partition("?")[0].rpartition("/")
    query = server.partition("?")[2]
    tail = f"?{query}" if query else ""
    own = f"{name}_bench"
    with psycopg.connect(f"{start}/postgres{tail}", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{own}"')
        connection.execute(f'CREATE DATABASE "{own}"')
    return f"{start}/{own}{tail}"


def table(result: dict[str, Any]) -> None:
    print(f"\n{result['database']}: {result['rows']:,} incidents, {result['leaves']:,} leaves, page of 50, "
        f"a million additions in {result['million_additions_ms']} ms "
          f"(budget {BUDGET_MS:g} ms CPU, {BUDGET_QUERIES} queries)")  # fmt: skip
    print(f"{'person':<34}{'page':<22}{'sees':>9}{'queries':>9}{'CPU ms':>9}{'wall ms':>9}")
    for line in result["lines"]:
        over = " over" if line["cpu_ms"] > BUDGET_MS or line["queries"] > BUDGET_QUERIES else ""
        print(f"{line['person']:<34}{line['page']:<22}{line['sees']:>9,}{line['queries']:>9}"
              f"{line['cpu_ms']:>9.2f}{line['wall_ms']:>9.2f}{over}")  # fmt: skip


# ---------------------------------------------------------------- in the child process


def measure(args: argparse.Namespace) -> dict[str, Any]:
    os.environ["QUARTERDECK_HOME"] = args.child
    os.environ["DJANGO_SETTINGS_MODULE"] = "quarterdeck.settings.live"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.urls import reverse

    call_command("migrate", verbosity=0)
    people = build(args.rows, args.leaves)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    reverse("home")
    gc.collect()
    gc.freeze()  # as a server does once it has loaded its addresses
    lines = [line for person in people for line in pages(*person, plans=args.plans)]
    return {
        "database": connection.vendor,
        "rows": args.rows,
        "leaves": args.leaves,
        "lines": lines,
        "million_additions_ms": pace(),
    }


def pace() -> float:
    """CPU ms of a million additions: how fast this machine was at the time, so that two runs can be compared."""
    took = []
    for _ in range(15):
        burned = time.process_time()
        total = 0
        for number in range(1_000_000):
            total += number
        took.append((time.process_time() - burned) * 1000)
    return round(statistics.median(took), 1)


def build(rows: int, leaves: int) -> list[tuple[str, Any]]:
    """Fill the home; returns people with what they are."""
    from quarterdeck.areas.incidents.models import Incident
    from quarterdeck.kernel.accounts.models import User
    from quarterdeck.kernel.actions import Actor, perform
    from quarterdeck.kernel.permissions.models import Unit, Wall
    from quarterdeck.kernel.records import writing
    from quarterdeck.kernel.setup import found, system_user

    enterprise = found("Benchmark")
    system = Actor(system_user(), system=True)

    def act(code: str, /, **data: object) -> Any:
        return perform(code, system, data={k: getattr(v, "pk", v) for k, v in data.items()}).record

    units: list[Unit] = []
    for place in range(60):
        above = enterprise if place < 12 else units[place % 12]
        units.append(
            act("permissions.unit.create", code=f"u{place}", name=f"Unit {place}", kind="business", parent=above)
        )
    users: list[tuple[str, Any]] = []
    for what, role, unit in (
        ("CISO of the enterprise", "ciso", enterprise),
        ("auditor of the enterprise", "auditor", enterprise),
        ("analyst of a branch (5 units)", "analyst", units[3]),
        ("owner of a unit with 10 incidents", "unit_owner", units[59]),
        ("owner of a unit with none", "unit_owner", units[58]),
    ):
        user = User.objects.create(login=f"p{len(users)}", full_name=what)
        act("permissions.assignment.create", user=user, role=role, unit=unit, effective_from="2000-01-01")
        users.append((what, user))
    chance = random.Random(7)
    start = datetime(2018, 1, 1, tzinfo=UTC)
    ten = set(chance.sample(range(rows), min(10, rows)))
    writer = User.objects.get(login="p0")
    made = []
    with writing():
        wall = Wall.objects.create(title="Wall", revision=1, recorded_at=start)
        for place in range(rows):
            at = start + timedelta(minutes=37 * place)
            made.append(
                Incident(
                    number=f"INC-{place + 1}",
                    title=f"Unusual sign-in to service {place % 977}",
                    nature=chance.choice(["incident", "threat"]),
                    unit=units[59] if place in ten else units[chance.randrange(58)],
                    discovered_at=at,
                    declared_at=at,
                    declared_by=writer,
                    severity=chance.choice([None, "low", "moderate", "high", "critical"]),
                    state="closed" if place < rows * 0.98 else chance.choice(["declared", "contained", "assessed"]),
                    wall=wall if place % 1000 == 0 else None,
                    revision=1,
                    recorded_at=at,
                )
            )
        Incident.objects.bulk_create(made, batch_size=500)
    write_leaves(leaves, rows, writer, enterprise)
    return users


def write_leaves(leaves: int, rows: int, user: Any, unit: Any) -> None:
    """Leaves only to fill the table: their hashes are not those of a tree."""
    from django.db import connection, transaction

    from quarterdeck.kernel.ledger.models import Place

    place_of_all = Place.objects.create(view_permission=f"{CODE}.view", unit=unit)
    columns = "seq, body, leaf_hash, at, action, actor_id, record_type, record_id, place_id"
    statement = f"INSERT INTO ledger_leaf ({columns}) VALUES ({', '.join(['%s'] * 9)})"
    first = 1_000_000_000
    at = datetime(2024, 1, 1, tzinfo=UTC)
    for begin in range(0, leaves, 10_000):
        batch = [
            (
                first + place,
                b'{"action":"incidents.incident.change","v":1}' * 5,
                b"\0" * 32,
                at + timedelta(seconds=place),
                f"{CODE}.change",
                user.pk,
                CODE,
                place % max(1, rows) + 1,
                place_of_all.pk,
            )
            for place in range(begin, min(leaves, begin + 10_000))
        ]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(statement, batch)


def pages(what: str, user: Any, plans: bool) -> list[dict[str, Any]]:
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from quarterdeck.kernel.resource.registry import resource_of
    from quarterdeck.kernel.resource.sight import Sight

    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    application = get_wsgi_application()

    def ask(query: str) -> bytes:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": f"/records/{CODE}/",
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": cookie,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
        }
        status: list[str] = []
        response = application(environ, lambda line, headers: status.append(line))
        text = b"".join(response)
        response.close()
        assert status[0].startswith("200"), (status, text[:2000])
        return text

    sees = Sight(user).rows(resource_of(CODE)).count()
    lines = []
    second = ""
    text = ask("").decode()
    if 'rel="next" href="' in text:
        second = text.split('rel="next" href="')[1].split('"')[0].split("?", 1)[1].replace("&amp;", "&")
    for page, query in (
        ("first", ""),
        ("second", second),
        ("state=declared", "state=declared"),
        ("severity=high", "severity=high"),
    ):
        if page == "second" and not second:
            continue
        with CaptureQueriesContext(connection) as captured:
            ask(query)
        queries = len(captured)
        if plans:
            explain(captured.captured_queries, what, page)
        for _ in range(5):
            ask(query)
        cpu, wall = [], []
        for _ in range(ROUNDS):
            began, burned = time.perf_counter(), time.process_time()
            ask(query)
            cpu.append((time.process_time() - burned) * 1000)
            wall.append((time.perf_counter() - began) * 1000)
        lines.append(
            {
                "person": what,
                "page": page,
                "sees": sees,
                "queries": queries,
                "cpu_ms": round(statistics.median(cpu), 2),
                "wall_ms": round(statistics.median(wall), 2),
            }
        )
    return lines


def explain(queries: list[dict[str, str]], what: str, page: str) -> None:
    from django.db import connection

    for query in queries:
        print(f"-- {what}, {page}: {query['time']} s: {query['sql'][:1500]}", file=sys.stderr)
        if "incidents_incident" in query["sql"]:
            with connection.cursor() as cursor:
                prefix = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ANALYZE "
                cursor.execute(prefix + query["sql"])
                for line in cursor.fetchall():
                    print("   ", *line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
