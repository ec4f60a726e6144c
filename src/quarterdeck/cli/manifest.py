"""What a backup holds: ``manifest.json``, with the length and SHA-256 of every other file."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from quarterdeck.cli.common import CommandError, _

NAME, FORMAT = "manifest.json", 1
SQLITE, DUMP = "db.sqlite3", "db.dump"
MAX_MANIFEST = 256 * 1024 * 1024
_PIECE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a backup."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole of a backup: its files by path, and what they were taken from."""

    made: str
    version: str
    database: str
    leaves: int
    keys: bool
    files: Mapping[str, Kept]

    def text(self) -> str:
        """As JSON."""
        document = {
            "format": FORMAT,
            "made": self.made,
            "version": self.version,
            "database": self.database,
            "leaves": self.leaves,
            "keys": self.keys,
            "files": {name: {"size": one.size, "sha256": one.sha256} for name, one in sorted(self.files.items())},
        }
        return json.dumps(document, indent=1) + "\n"


def copy(source: BinaryIO, target: Path, mode: int = 0o600) -> Kept:
    """Write a file with its length and hash taken on the way, and bring it to the disk."""
    digest, size = hashlib.sha256(), 0
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return Kept(size, digest.hexdigest())


def of_file(path: Path) -> Kept:
    """Length and hash of a file that is there."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Kept(size, digest.hexdigest())


def open_member(folder: Path, name: str) -> BinaryIO:
    """A file of a backup, opened without following links. Raises `CommandError` where it is missing or no file."""
    path = folder
    for piece in name.split("/"):
        path = path / piece
        if path.is_symlink():
            raise CommandError("bad-backup", _("The backup holds a symbolic link, and none is followed."), name)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        raise CommandError("bad-backup", _("The backup is incomplete: this file is missing."), name) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise CommandError("bad-backup", _("The backup holds something that is no file."), name)
    return os.fdopen(handle, "rb")


def load(folder: Path) -> Manifest:
    """The manifest of a backup. It came from outside: every name and number in it is checked."""
    if not folder.is_dir():
        raise CommandError("no-backup", _("This is not a folder with a backup."), str(folder))
    with open_member(folder, NAME) as file:
        data = file.read(MAX_MANIFEST + 1)
    try:
        if len(data) > MAX_MANIFEST:
            raise ValueError("too long")
        said = json.loads(data.decode("utf-8"))
        if said["format"] != FORMAT:
            raise CommandError("bad-backup", _("The backup was made by another release of Quarterdeck."), NAME)
        files = {_safe(name): Kept(_count(one["size"]), _hash(one["sha256"])) for name, one in said["files"].items()}
        if said["database"] not in (SQLITE, DUMP) or said["database"] not in files or "quarterdeck.toml" not in files:
            raise ValueError("incomplete")
        return Manifest(
            str(said["made"]), str(said["version"]), said["database"], _count(said["leaves"]), bool(said["keys"]), files
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise CommandError("bad-backup", _("The manifest cannot be read."), NAME) from None


def _safe(name: object) -> str:
    pieces = name.split("/") if isinstance(name, str) else []
    if not 1 <= len(pieces) <= 6 or not all(_PIECE.fullmatch(piece) for piece in pieces):
        raise ValueError("unsafe name")
    return "/".join(pieces)


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise ValueError("no count")
    return value


def _hash(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{64}", value):
        raise ValueError("no hash")
    return value
