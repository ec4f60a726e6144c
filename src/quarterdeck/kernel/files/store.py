"""The store of blobs: ``MEDIA_ROOT/ab/cd/<sha256>``.

A blob appears under its name whole or not at all: it is written beside it, flushed to the disk, then renamed. Writing the
same content again changes nothing, except that it repairs a blob that was damaged. Nothing is ever deleted.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.actions.base import Refused

CHUNK = 1 << 20
_HASH = re.compile(r"[0-9a-f]{64}")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class StorageFull(Refused):
    """The disk is full: nothing was kept, nothing has changed."""

    code = "storage_full"

    def __init__(self) -> None:
        super().__init__(
            _(
                "The disk that holds the files is full. Nothing was kept and nothing has changed; free some space, then upload again."
            )
        )


class Missing(Exception):
    """The row is there but the store does not hold its blob: files were removed or the backup is incomplete."""


def path_of(sha256: str) -> Path:
    """Where the blob of that hash lies. ValueError unless it is 64 lower-case hexadecimal digits."""
    if not _HASH.fullmatch(sha256):
        raise ValueError("not a SHA-256 in lower-case hexadecimal")
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256


def chunks_of(source: BinaryIO) -> Iterator[bytes]:
    """The content from its first byte, a megabyte at a time."""
    source.seek(0)
    while chunk := source.read(CHUNK):
        yield chunk


def hash_of(source: BinaryIO) -> tuple[str, int]:
    """SHA-256 in hexadecimal and the number of bytes."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks_of(source):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def keep_blob(source: BinaryIO, sha256: str, size: int) -> None:
    """Keep the content of ``source``, whose hash and size were taken before. StorageFull when the disk is full.

    ValueError when the content turns out to be another one; then nothing is kept.
    """
    place = path_of(sha256)
    if is_intact(sha256, size):
        return
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _write(source, sha256, place)
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull from error
        raise


def _write(source: BinaryIO, sha256: str, place: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=".part-", dir=place.parent)
    try:
        digest = hashlib.sha256()
        with os.fdopen(handle, "wb") as target:
            for chunk in chunks_of(source):
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        if digest.hexdigest() != sha256:
            raise ValueError("the content changed while it was being kept")
        os.replace(name, place)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    for directory in (place.parent, place.parent.parent, place.parent.parent.parent):
        _flush_directory(directory)


def _flush_directory(directory: Path) -> None:
    """Make the new name itself survive a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_blob(sha256: str) -> BinaryIO:
    """The blob, for reading. Missing when there is none."""
    try:
        return path_of(sha256).open("rb")
    except FileNotFoundError as error:
        raise Missing(sha256) from error


def is_intact(sha256: str, size: int) -> bool:
    """Whether the store holds a blob of that hash whose bytes still have it."""
    place = path_of(sha256)
    try:
        if place.stat().st_size != size:
            return False
        with place.open("rb") as source:
            return hash_of(source) == (sha256, size)
    except FileNotFoundError:
        return False
