"""What every test may rely on: the ledger's triggers do not stand in the way of emptying the tables afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseOperations
from django.utils import translation
from hypothesis import settings as laws

from quarterdeck.kernel.ledger import triggers
from quarterdeck.kernel.permissions.sync import sync_roles

# The same examples in every run, so that a change that fails a law is the change that broke it. Others are tried with
# --hypothesis-profile=search.
laws.register_profile("same", derandomize=True, deadline=None)
laws.register_profile("search", deadline=None, print_blob=True)
laws.load_profile("same")

_flush = DatabaseOperations.execute_sql_flush


def _lifted(self: DatabaseOperations, sql_list: list[str]) -> None:
    """Empty the tables of a test that committed. Only here may the triggers be lifted (PostgreSQL: ``postgres.py``)."""
    with connection.cursor() as cursor:
        triggers.take("sqlite", cursor)
        try:
            _flush(self, sql_list)
        finally:
            triggers.put("sqlite", cursor)


DatabaseOperations.execute_sql_flush = _lifted


@pytest.fixture(scope="session")
def django_db_use_migrations() -> bool:
    """The tables of the test database are laid out at once, as those of a new home are (``tests/kernel/test_tables.py``)."""
    return False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """What no model says and a migration adds: the ledger's triggers; and the shipped roles, which a home finds there too."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        triggers.put(connection.vendor, cursor)
        sync_roles()


@pytest.fixture(autouse=True)
def no_promises_of_another_ledger() -> Iterator[None]:
    """Copies of checkpoints outlive the tables of the test that signed them."""
    yield
    shutil.rmtree(settings.HOME.path / "exports" / "checkpoints", ignore_errors=True)


@pytest.fixture(autouse=True)
def no_language_of_another_reader() -> Iterator[None]:
    """A request leaves its reader's language behind in the thread, as it may: the next request chooses its own."""
    yield
    translation.deactivate()
