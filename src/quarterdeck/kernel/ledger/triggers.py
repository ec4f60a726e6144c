"""Database triggers that refuse to change what the ledger holds.

They stop accidents and ordinary database users. Whoever may drop a trigger is caught by verification instead.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_FROZEN = ("ledger_leaf", "ledger_subtree", "ledger_checkpoint")
_KEPT = ("leaf_id", "record_type", "record_id", "revision", "digest")


def _sqlite() -> list[str]:
    made = []
    for table in _FROZEN:
        for verb in ("UPDATE", "DELETE"):
            made.append(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: {verb} on {table}'); END"
            )
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in _KEPT)
    made.append(
        "CREATE TRIGGER ledger_version_only_erase BEFORE UPDATE ON ledger_version "
        f"WHEN NOT (NEW.salt IS NULL AND NEW.content IS NULL AND NEW.id IS OLD.id AND {same}) "
        "BEGIN SELECT RAISE(ABORT, 'a version may only be erased'); END"
    )
    made.append(
        "CREATE TRIGGER ledger_version_no_delete BEFORE DELETE ON ledger_version "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: DELETE on ledger_version'); END"
    )
    return made


def _postgresql() -> list[str]:
    made = [
        "CREATE FUNCTION ledger_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'the ledger is append-only: % on %', TG_OP, TG_TABLE_NAME; END $$",
        "CREATE FUNCTION ledger_only_erase() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.salt IS NULL AND NEW.content IS NULL AND NEW.id = OLD.id AND "
        + " AND ".join(f"NEW.{name} = OLD.{name}" for name in _KEPT)
        + " THEN RETURN NEW; END IF; RAISE EXCEPTION 'a version may only be erased'; END $$",
        "CREATE TRIGGER ledger_version_only_erase BEFORE UPDATE ON ledger_version "
        "FOR EACH ROW EXECUTE FUNCTION ledger_only_erase()",
        "CREATE TRIGGER ledger_version_no_delete BEFORE DELETE OR TRUNCATE ON ledger_version "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()",
    ]
    for table in _FROZEN:
        made.append(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_frozen()"
        )
    return made


def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers for the database in use."""
    statements = _sqlite() if schema_editor.connection.vendor == "sqlite" else _postgresql()
    for statement in statements:
        schema_editor.execute(statement)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop them again, for a migration that must change the tables."""
    if schema_editor.connection.vendor == "sqlite":
        for table in _FROZEN:
            for verb in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}")
        schema_editor.execute("DROP TRIGGER ledger_version_only_erase")
        schema_editor.execute("DROP TRIGGER ledger_version_no_delete")
    else:
        schema_editor.execute("DROP FUNCTION ledger_frozen() CASCADE")
        schema_editor.execute("DROP FUNCTION ledger_only_erase() CASCADE")
