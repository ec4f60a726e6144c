"""Laying out the tables of a new home at once, as the migrations would one by one.

Going through every migration of some hundred and fifty tables takes as long as the first year of a company: each step
draws the state of all tables anew. An empty database needs no steps. A test holds that both ways end in the same tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from quarterdeck.kernel.ledger import triggers

_DRAFT: Final = "laid-out"


def prepare(alias: str = "default") -> None:
    """Bring a database to this version: lay out an empty one, migrate an older one, leave a current one alone."""
    connection = connections[alias]
    if not connection.introspection.table_names():
        lay_out(alias)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", database=alias, verbosity=0, interactive=False)


def lay_out(alias: str = "default") -> None:
    """Make every table of an empty database, or none: whoever is interrupted finds it empty again."""
    connection = connections[alias]
    if connection.vendor != "sqlite":
        with transaction.atomic(using=alias):
            _make(alias)
        return
    # SQLite cannot make tables inside a transaction that guards keys: they are made in a file beside, which takes the place
    # of the empty one in one step.
    place = Path(str(connection.settings_dict["NAME"]))
    draft = place.with_name(f"{place.name}.{_DRAFT}")
    for leftover in (draft, Path(f"{draft}-wal"), Path(f"{draft}-shm")):
        leftover.unlink(missing_ok=True)
    connections.databases[_DRAFT] = {**connections.databases[alias], "NAME": str(draft)}
    try:
        _make(_DRAFT)
        with connections[_DRAFT].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connections[_DRAFT].close()
        del connections[_DRAFT]
        del connections.databases[_DRAFT]
    connection.close()
    for beside in (Path(f"{place}-wal"), Path(f"{place}-shm"), Path(f"{draft}-wal"), Path(f"{draft}-shm")):
        beside.unlink(missing_ok=True)
    draft.replace(place)


def _make(alias: str) -> None:
    """The tables of all models, the ledger's triggers, and the note that every migration is done."""
    with _without_migrations():
        call_command("migrate", database=alias, run_syncdb=True, verbosity=0, interactive=False)
    connection = connections[alias]
    with connection.cursor() as cursor:
        triggers.put(connection.vendor, cursor)
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    done = MigrationExecutor(connection).loader.graph.nodes
    recorder.Migration.objects.using(alias).bulk_create(
        recorder.Migration(app=app, name=name) for app, name in sorted(done)
    )


@contextmanager
def _without_migrations() -> Iterator[None]:
    """Django makes the tables of an app without migrations straight from its models."""
    kept = settings.MIGRATION_MODULES
    settings.MIGRATION_MODULES = {config.label: None for config in apps.get_app_configs()}
    try:
        yield
    finally:
        settings.MIGRATION_MODULES = kept
