"""``backup PATH``: a home as a folder of its own, taken while it is being used."""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import quarterdeck
from quarterdeck.cli import manifest, marks
from quarterdeck.cli.common import DONE, CommandError, Commands, _, print_json, print_text, progress

PAGES = 4096
#: Folders of a home that are its record. Logs and undelivered mail are not.
_FOLDERS = ("files", "exports/checkpoints")


def register(commands: Commands) -> None:
    backup = commands.add("backup", _("a consistent copy of a home, while it is in use"), back_up, home=True)
    backup.add_argument("path", metavar="PATH", help=_("the folder to make"))
    backup.add_argument(
        "--without-keys",
        action="store_true",
        help=_("leave the signing key and the secret out; what was signed can still be verified"),
    )


def back_up(args: argparse.Namespace) -> int:
    """Copies the database as of one moment, then every file, and lists them with their hashes."""
    from django.conf import settings

    home = Path(settings.HOME.path)
    target = Path(args.path).expanduser().resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise CommandError("exists", _("This is there already; nothing is overwritten."), str(target))
    if target == home or home in target.parents:
        raise CommandError("usage", _("A backup inside the home would be lost with it."), str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        made = _write(home, draft, keys=not args.without_keys)
        if target.exists():
            target.rmdir()
        draft.replace(target)
    except BaseException:  # also when interrupted: no half a backup stays
        shutil.rmtree(draft, ignore_errors=True)
        raise
    marks.leave(home, marks.BACKUP, path=str(target), leaves=made.leaves)
    document = {"path": str(target), "files": len(made.files), "leaves": made.leaves, "keys": made.keys}
    if args.json:
        print_json(document)
    else:
        print_text(_("%(path)s holds %(leaves)d leaves and %(files)d files.") % document)
        if made.keys:
            print_text(_("It holds the signing key too: keep it as you keep the home."))
    return DONE


def _write(home: Path, draft: Path, *, keys: bool) -> manifest.Manifest:
    from django.db import connection

    files: dict[str, manifest.Kept] = {}
    # The database first: blobs are written before the rows that name them, so all that it names are there afterwards.
    progress(_("Copying the database …"))
    if connection.vendor == "sqlite":
        leaves = _copy_sqlite(Path(str(connection.settings_dict["NAME"])), draft / manifest.SQLITE)
        database = manifest.SQLITE
    else:
        leaves = _dump_postgresql(draft / manifest.DUMP)
        database = manifest.DUMP
    files[database] = manifest.of_file(draft / database)
    progress(_("Copying files …"))
    members = ["quarterdeck.toml", "keys/ledger.pub", *(["keys/ledger.key", "keys/secret.key"] if keys else [])]
    for folder in _FOLDERS:
        members += [path.relative_to(home).as_posix() for path in sorted((home / folder).rglob("*")) if path.is_file()]
    for name in members:
        path = home / name
        if path.is_symlink() or not path.is_file() or path.name.startswith("."):
            continue
        with path.open("rb") as source:
            files[name] = manifest.copy(source, draft / name)
    made = manifest.Manifest(
        datetime.now(UTC).isoformat(timespec="seconds"), quarterdeck.__version__, database, leaves, keys, files
    )
    (draft / manifest.NAME).write_text(made.text(), "utf-8")
    draft.chmod(0o700)
    return made


def _copy_sqlite(source: Path, target: Path) -> int:
    """One consistent moment of the database, through SQLite's own backup: writers are not held up."""
    if not source.is_file():
        raise CommandError("no-database", _("The home has no database."), str(source))
    with_reader = sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)
    copy = sqlite3.connect(target)
    try:
        with_reader.backup(copy, pages=PAGES)
        copy.execute("PRAGMA journal_mode=DELETE")
        fault = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if fault != "ok":
            raise CommandError("database", _("The database is damaged: %s") % fault, str(source))
        row = copy.execute("SELECT size FROM ledger_head").fetchone()
    except sqlite3.Error as error:
        raise CommandError("database", _("The database cannot be copied: %s") % error, str(source)) from None
    finally:
        copy.close()
        with_reader.close()
    target.chmod(0o600)
    return int(row[0]) if row else 0


def postgresql_environment() -> dict[str, str]:
    """Where PostgreSQL's own programs find the home's database; a password never stands on a command line."""
    from django.db import connection

    given = connection.settings_dict
    said = {
        "PGDATABASE": given["NAME"],
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
        "PGHOST": given["HOST"],
        "PGPORT": given["PORT"],
        "PGSSLMODE": given["OPTIONS"].get("sslmode", ""),
        "PGSSLROOTCERT": given["OPTIONS"].get("sslrootcert", ""),
    }
    return {**os.environ, **{name: str(value) for name, value in said.items() if value}}


def run_postgresql(program: str, *words: str) -> None:
    """One of PostgreSQL's programs, on the home's database."""
    if shutil.which(program) is None:
        raise CommandError(
            "no-program",
            _("%s is not installed. Install PostgreSQL's client programs, or use your server's own backup.") % program,
            program,
        )
    done = subprocess.run([program, *words], env=postgresql_environment(), capture_output=True, text=True)
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()[-1:] or [str(done.returncode)]
        raise CommandError("database", _("%(program)s failed: %(why)s") % {"program": program, "why": reason[0]}, None)


def _dump_postgresql(target: Path) -> int:
    from quarterdeck.kernel.ledger.models import Head

    run_postgresql("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    target.chmod(0o600)
    return Head.objects.values_list("size", flat=True).first() or 0
