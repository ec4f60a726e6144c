"""A pytest plugin: ``python -m pytest -p tests.postgres`` runs the tests that use a database on a private PostgreSQL.

The server is started from the machine's own PostgreSQL programs in a folder of its own, reachable only by a socket in that
folder, and is gone when the tests are. Where there is no PostgreSQL the run says so and skips; with CI=true it fails.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

VARIABLE = "QUARTERDECK_TEST_DATABASE"
# Nothing here outlives the run, so what protects data from a power cut only costs time.
UNSAFE_BUT_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


def programs() -> Path | None:
    """The folder of the newest PostgreSQL server programs on this machine."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found and (initdb := shutil.which("initdb")):
        found = [Path(initdb).parent]
    return max(found, key=lambda path: (len(path.parent.name), path.parent.name), default=None)


def _run(command: list[str]) -> None:
    """Runs one of the programs. PostgreSQL refuses to run as root; then it runs as its own user, or as nobody."""
    if os.geteuid() == 0:
        command = ["setpriv", f"--reuid={_server_user()}", f"--regid={_server_group()}", "--clear-groups", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def _server_user() -> int:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise RuntimeError("there is no unprivileged user to run PostgreSQL as")


def _server_group() -> int:
    return pwd.getpwuid(_server_user()).pw_gid


@contextmanager
def server() -> Iterator[str]:
    """A running server; yields its URL. Raises `FileNotFoundError` where PostgreSQL is not installed."""
    bin_folder = programs()
    if bin_folder is None:
        raise FileNotFoundError("PostgreSQL is not installed (no initdb in /usr/lib/postgresql/*/bin or on PATH)")
    folder = Path(tempfile.mkdtemp(prefix="qd-pg-", dir="/tmp"))  # short: a socket path has at most 107 characters
    try:
        if os.geteuid() == 0:
            os.chown(folder, _server_user(), _server_group())
        data, log = folder / "data", folder / "log"
        initdb = [f"{bin_folder}/initdb", "-D", str(data), "-U", "quarterdeck", "-A", "trust", "-E", "UTF8"]
        _run([*initdb, "--locale=C.UTF-8", "--no-sync"])
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} {UNSAFE_BUT_FAST}"
        pg_ctl = [f"{bin_folder}/pg_ctl", "-D", str(data), "-w"]
        _run([*pg_ctl, "-l", str(log), "-o", options, "start"])
        try:
            yield f"postgresql://quarterdeck@/quarterdeck?host={folder}"
        finally:
            _run([*pg_ctl, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


MISSING = pytest.StashKey[str]()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """Starts the server before Django's settings are read, once: in the process that the workers are started from."""
    if VARIABLE not in os.environ:
        stack = ExitStack()
        try:
            os.environ[VARIABLE] = stack.enter_context(server())
        except FileNotFoundError as missing:
            if os.environ.get("CI") == "true":
                raise pytest.UsageError(str(missing)) from None
            early_config.stash[MISSING] = f"NOT TESTED ON POSTGRESQL: {missing}"
        early_config.add_cleanup(stack.close)
    result = yield
    _empty_frozen_tables_between_tests()
    return result


def _empty_frozen_tables_between_tests() -> None:
    """Lets the emptying of tables after a test pass by the triggers that keep the ledger; nothing else may."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    flush = DatabaseOperations.execute_sql_flush

    def lifted(self: DatabaseOperations, sql_list: list[str]) -> None:
        around = ["SET session_replication_role = replica", *sql_list, "SET session_replication_role = DEFAULT"]
        flush(self, around)

    setattr(DatabaseOperations, "execute_sql_flush", lifted)  # noqa: B010


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Only tests that touch the database are worth running again."""
    kept = [item for item in items if _uses_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _uses_database(item)])
    items[:] = kept
    if missing := config.stash.get(MISSING, None):
        for item in kept:
            item.add_marker(pytest.mark.skip(reason=missing))


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("postgres")
    return bool(marked or fixtures & {"db", "transactional_db", "live_server", "database_url"})


def pytest_report_header(config: pytest.Config) -> str | None:
    """Says at the top what a skipped line at the bottom could hide."""
    return config.stash.get(MISSING, None)
