"""``restore PATH``: a backup as a new home, once its ledger proves whole."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from quarterdeck.cli import manifest
from quarterdeck.cli.common import DONE, FAILS, CommandError, Commands, _, print_json, print_text, progress


def register(commands: Commands) -> None:
    restore = commands.add("restore", _("a backup as a new home"), restore_home)
    restore.add_argument("path", metavar="PATH", help=_("the backup's folder"))
    restore.add_argument("--home", metavar="DIR", help=_("the new home (or QUARTERDECK_HOME); must not be there yet"))
    restore.add_argument(
        "--database-url", metavar="URL", help=_("an empty PostgreSQL database, for a backup that was taken from one")
    )
    restore.add_argument(
        "--checkpoint", metavar="FILE", help=_("a signed head that was kept outside: the backup must lead to it")
    )


def restore_home(args: argparse.Namespace) -> int:
    """Builds the home beside its place, verifies it there, and only then puts it in place."""
    from quarterdeck.cli.home import home_path

    source, target = Path(args.path).expanduser().resolve(), home_path(args.home)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise CommandError(
            "exists", _("A backup is restored into a new home only; this is there already."), str(target)
        )
    found = manifest.load(source)
    if (found.database == manifest.DUMP) != bool(args.database_url):
        raise CommandError(
            "usage",
            _("This backup is of a PostgreSQL database; name an empty one with --database-url.")
            if found.database == manifest.DUMP
            else _("This backup is of a database file; --database-url is not for it."),
            "--database-url",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        _unpack(source, found, draft, args.database_url)
        verdict = _verify(draft, args.checkpoint)
        if verdict["ok"]:
            if target.exists():
                target.rmdir()
            draft.replace(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    document = {"home": str(target) if verdict["ok"] else None, "made": found.made, "ledger": verdict}
    if args.json:
        print_json(document)
    elif verdict["ok"]:
        print_text(_("%(home)s is the home as of %(made)s; its ledger is whole.") % document)
    else:
        print_text(_("NOT RESTORED: the ledger of this backup is broken. Nothing was put in place."))
        problems = verdict["problems"]
        for problem in problems if isinstance(problems, list) else []:
            print_text("  " + " · ".join(str(value) for value in problem.values() if value))
    return DONE if verdict["ok"] else FAILS


def _unpack(source: Path, found: manifest.Manifest, draft: Path, database_url: str | None) -> None:
    progress(_("Copying and checking files …"))
    for name, kept in found.files.items():
        with manifest.open_member(source, name) as member:
            if manifest.copy(member, draft / name) != kept:
                raise CommandError("bad-backup", _("This file is not the one that was backed up."), name)
    _settings(draft / "quarterdeck.toml", database_url)
    from quarterdeck.settings.home import HomeError, create_home

    try:
        create_home(draft)  # what a home has besides: folders, and a new secret where keys were left out
    except HomeError as error:
        raise CommandError("bad-backup", str(error), "quarterdeck.toml") from None


_DATABASE_LINE = re.compile(r"^\s*database_url\s*=.*$", re.MULTILINE)


def _settings(path: Path, database_url: str | None) -> None:
    """The settings as they were, but for the database: a new home never opens the one it was taken from."""
    text = _DATABASE_LINE.sub("", path.read_text("utf-8"))
    line = f"database_url = {json.dumps(database_url)}\n" if database_url else ""
    path.write_text(line + text, "utf-8")


def _child(draft: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QUARTERDECK_HOME": str(draft)}
    return subprocess.run([sys.executable, "-m", *words], env=environment, capture_output=True, text=True)


def _verify(draft: Path, checkpoint: str | None) -> dict[str, object]:
    """The verdict on the new home, from a process of its own that knows no other."""
    if (draft / manifest.DUMP).exists():
        _load_dump(draft)
    progress(_("Verifying the ledger …"))
    prepared = _child(draft, "quarterdeck.cli.child", "prepare")
    if prepared.returncode != 0:
        reason = prepared.stderr.strip().splitlines()[-1:] or [""]
        raise CommandError("bad-backup", _("The database could not be prepared: %s") % reason[0], None)
    outside = [] if checkpoint is None else ["--checkpoint", str(Path(checkpoint).expanduser().resolve())]
    done = _child(draft, "quarterdeck.cli", "ledger", "verify", "--json", "--home", str(draft), *outside)
    try:
        verdict = json.loads(done.stdout)
    except ValueError:
        raise CommandError("bad-backup", _("The ledger could not be verified."), None) from None
    if "error" in verdict:
        error = verdict["error"]
        raise CommandError(str(error["code"]), str(error["message"]), error["where"])
    return dict(verdict)


def _load_dump(draft: Path) -> None:
    from quarterdeck.cli.commands.backup import run_postgresql
    from quarterdeck.cli.home import open_home

    open_home(str(draft))
    from django.db import DatabaseError, connection

    try:
        if connection.introspection.table_names():
            raise CommandError("exists", _("The database is not empty; nothing is overwritten."), "--database-url")
    except DatabaseError as error:
        raise CommandError("database", str(error), "--database-url") from None
    finally:
        connection.close()
    run_postgresql(
        "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
        f"--dbname={connection.settings_dict['NAME']}", str(draft / manifest.DUMP),
    )  # fmt: skip
    (draft / manifest.DUMP).unlink()
