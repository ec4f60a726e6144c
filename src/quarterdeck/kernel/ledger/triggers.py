"""Database triggers that refuse to change what the ledger holds.

They stop accidents and ordinary database users. Whoever may drop a trigger is caught by verification instead.
"""

# ruff: noqa: S608 - every piece of SQL here is a text of ours; values are parameters

from __future__ import annotations

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper

#: Tables whose rows are only ever added, with what makes two rows the same one.
_FROZEN = {
    "ledger_leaf": "seq = NEW.seq",
    "ledger_subtree": 'id = NEW.id OR (level = NEW.level AND "index" = NEW."index")',
    "ledger_checkpoint": "id = NEW.id OR size = NEW.size",
    "ledger_place": "id = NEW.id",
}
_SAME_VERSION = (
    "id = NEW.id OR (record_type = NEW.record_type AND record_id = NEW.record_id AND revision = NEW.revision)"
)
_KEPT = ("leaf_id", "record_type", "record_id", "revision", "digest")


def _sqlite() -> dict[str, str]:
    """Trigger name → its statement."""
    made = {}
    for table, same in (_FROZEN | {"ledger_version": _SAME_VERSION}).items():
        # INSERT OR REPLACE takes the old row away without asking the DELETE trigger.
        made[f"{table}_no_replace"] = (
            f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
            f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: REPLACE on {table}'); END"
        )
        made[f"{table}_no_delete"] = (
            f"BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: DELETE on {table}'); END"
        )
    for table in _FROZEN:
        made[f"{table}_no_update"] = (
            f"BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE on {table}'); END"
        )
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in _KEPT)
    made["ledger_version_only_erase"] = (
        "BEFORE UPDATE ON ledger_version "
        f"WHEN NOT (NEW.salt IS NULL AND NEW.content IS NULL AND NEW.id IS OLD.id AND {same}) "
        "BEGIN SELECT RAISE(ABORT, 'a version may only be erased'); END"
    )
    made["ledger_head_only_grows"] = (
        "BEFORE UPDATE ON ledger_head WHEN NEW.size IS NULL OR NEW.size < OLD.size "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: it only grows'); END"
    )
    made["ledger_head_no_delete"] = (
        "BEFORE DELETE ON ledger_head BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: DELETE on ledger_head'); END"
    )
    return made


_FUNCTIONS = ("ledger_frozen", "ledger_only_erase", "ledger_only_grows")


def _postgresql() -> list[str]:
    made = [
        "CREATE FUNCTION ledger_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'the ledger is append-only: % on %', TG_OP, TG_TABLE_NAME; END $$",
        "CREATE FUNCTION ledger_only_erase() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.salt IS NULL AND NEW.content IS NULL AND NEW.id = OLD.id AND "
        + " AND ".join(f"NEW.{name} = OLD.{name}" for name in _KEPT)
        + " THEN RETURN NEW; END IF; RAISE EXCEPTION 'a version may only be erased'; END $$",
        "CREATE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.size >= OLD.size THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'the ledger is append-only: it only grows'; END $$",
        "CREATE TRIGGER ledger_version_only_erase BEFORE UPDATE ON ledger_version "
        "FOR EACH ROW EXECUTE FUNCTION ledger_only_erase()",
        "CREATE TRIGGER ledger_head_only_grows BEFORE UPDATE ON ledger_head "
        "FOR EACH ROW EXECUTE FUNCTION ledger_only_grows()",
    ]
    for table in _FROZEN:
        made.append(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()"
        )
    for table in ("ledger_version", "ledger_head"):
        made.append(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()"
        )
    return made


def put(vendor: str, cursor: CursorWrapper) -> None:
    """Create the triggers in a database of that kind."""
    if vendor == "sqlite":
        for name, statement in _sqlite().items():
            cursor.execute(f"CREATE TRIGGER {name} {statement}")
    else:
        for statement in _postgresql():
            cursor.execute(statement)


def take(vendor: str, cursor: CursorWrapper) -> None:
    """Drop them again."""
    if vendor == "sqlite":
        for name in _sqlite():
            cursor.execute(f"DROP TRIGGER {name}")
    else:
        for name in _FUNCTIONS:
            cursor.execute(f"DROP FUNCTION {name}() CASCADE")


def names(vendor: str) -> frozenset[str]:
    """The triggers that should be there: check-setup and verification say when one is missing."""
    if vendor == "sqlite":
        return frozenset(_sqlite())
    return frozenset(
        [f"{table}_frozen" for table in _FROZEN]
        + ["ledger_version_only_erase", "ledger_version_no_delete", "ledger_head_only_grows", "ledger_head_no_delete"]
    )


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers for the database in use."""
    # Not through the editor, which takes every % for a place holder.
    with schema_editor.connection.cursor() as cursor:
        put(schema_editor.connection.vendor, cursor)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop them again, for a migration that must change the tables."""
    with schema_editor.connection.cursor() as cursor:
        take(schema_editor.connection.vendor, cursor)
