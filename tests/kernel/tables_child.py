"""The tables of two databases, laid out at once and migrated, compared in a process of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.db.migrations.recorder import MigrationRecorder  # noqa: E402

from quarterdeck.kernel import tables  # noqa: E402


def placed(path: Path) -> None:
    """From here on the only database is the file at ``path``."""
    connections["default"].close()
    connections.databases["default"]["NAME"] = str(path)
    connections["default"].settings_dict["NAME"] = str(path)


def described(alias: str) -> dict[str, Any]:
    """Every table with its columns, keys, indexes, checks and triggers."""
    connection = connections[alias]
    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            columns = {
                (column.name, column.type_code, column.null_ok, column.display_size, column.pk)
                for column in connection.introspection.get_table_description(cursor, table)
            }
            constraints = connection.introspection.get_constraints(cursor, table)
            named = {
                (tuple(sorted(kept["columns"] or ())), kept["primary_key"], kept["unique"], kept["foreign_key"], kept["check"], kept["index"])
                for kept in constraints.values()
            }  # fmt: skip
            names = {name for name in constraints if not name.startswith("__")}
            found[table] = (columns, named, {name for name in names if name[-9:-8] != "_" or not _hashed(name)})
        done = MigrationRecorder(connection).applied_migrations()
        found["done"] = sorted(f"{app}.{name}" for app, name in done)
        cursor.execute("select name, sql from sqlite_master where type = 'trigger'")
        found["triggers"] = set(cursor.fetchall())
        cursor.execute("select sql from sqlite_master where type = 'index' and sql like '% WHERE %'")
        found["partial"] = set(cursor.fetchall())
    return found


def _hashed(name: str) -> bool:
    """Whether a name ends in the eight digits that Django makes up."""
    return all(char in "0123456789abcdef" for char in name[-8:])


def migrated(folder: Path) -> dict[str, Any]:
    """The tables to which the migrations lead."""
    placed(folder / "migrated.sqlite3")
    call_command("migrate", verbosity=0, interactive=False)
    return described("default")


def laid(folder: Path) -> dict[str, Any]:
    """The tables that are laid out at once."""
    placed(folder / "laid.sqlite3")
    tables.prepare()
    return described("default")


def interrupted(folder: Path) -> dict[str, Any]:
    """Interrupt the laying out at its end, look, and begin again."""

    def strike(self: MigrationRecorder) -> None:
        raise KeyboardInterrupt

    placed(folder / "begun.sqlite3")
    kept, MigrationRecorder.ensure_schema = MigrationRecorder.ensure_schema, strike  # type: ignore[method-assign]
    after = ["not interrupted"]
    try:
        tables.prepare()
    except KeyboardInterrupt:
        after = connections["default"].introspection.table_names()
    MigrationRecorder.ensure_schema = kept  # type: ignore[method-assign]
    tables.prepare()
    whole = "ledger_leaf" in connections["default"].introspection.table_names()
    connections["default"].close()
    return {"after": after, "whole": whole, "files": sorted(path.name for path in folder.iterdir())}


if __name__ == "__main__":
    found = {"migrated": migrated, "laid": laid, "interrupted": interrupted}[sys.argv[1]](Path(sys.argv[2]))
    print(json.dumps(found, default=lambda value: sorted(map(repr, value)), sort_keys=True))
