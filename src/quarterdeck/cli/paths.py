"""``PATH`` as every engine command takes it: a file, a ``.gz`` of it, a folder (walked, sorted) or ``-``.

Input is untrusted. A folder is walked without following symbolic links, devices and pipes inside it are not opened,
and what is read is bounded after decompression, so a small file cannot grow without end.
"""

from __future__ import annotations

import gzip
import os
import stat
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from quarterdeck.cli.common import CommandError, _

MAX_BYTES = 256 * 1024 * 1024
"""The most one file may hold once decompressed, unless a command says otherwise."""

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class PathFault:
    """A member that could not be read, as it goes into ``errors``: `line` counts from 1, None where none is meant."""

    source: str
    message: str
    line: int | None = None

    def document(self) -> dict[str, object]:
        return {"source": self.source, "message": self.message, "line": self.line}


class UnreadablePath(Exception):
    """Raised when one source cannot be read; carries the `PathFault` to report."""

    def __init__(self, source: str, message: str) -> None:
        super().__init__(message)
        self.fault = PathFault(source, message)


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read. `name` is how it is spoken of: the path as given, the member's path below it, or ``-``."""

    name: str
    path: Path | None

    def read(self, limit: int = MAX_BYTES) -> bytes:
        """The whole content, decompressed. Raises `UnreadablePath` when it cannot be read or exceeds `limit` bytes."""
        with self.open() as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise UnreadablePath(self.name, _("The content is larger than %d MiB.") % (limit // (1024 * 1024)))
        return data

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The content as a stream, decompressed. Whatever goes wrong while it is read is an `UnreadablePath`."""
        try:
            raw = cast(BufferedReader, sys.stdin.buffer) if self.path is None else _open_regular(self.path)
            try:
                head = raw.peek(2)[:2]
                yield cast(BinaryIO, gzip.GzipFile(fileobj=raw, mode="rb")) if head == _GZIP else cast(BinaryIO, raw)
            finally:
                if self.path is not None:
                    raw.close()
        except FileNotFoundError:
            raise UnreadablePath(self.name, _("There is no such file or folder.")) from None
        except PermissionError:
            raise UnreadablePath(self.name, _("The file may not be read.")) from None
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise UnreadablePath(self.name, _("The compressed data is damaged or cut short.")) from None
        except OSError as error:
            raise UnreadablePath(self.name, error.strerror or str(error)) from None


def _open_regular(path: Path) -> BufferedReader:
    # O_NONBLOCK: opening a pipe that nobody writes to must not hang; what is not a plain file is then refused.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(_("This is neither a file nor a folder."))
    except OSError:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb")


@dataclass(frozen=True, slots=True)
class Inputs:
    """The sources behind the PATH arguments of one call.

    `single` is true when the call named exactly one file (or ``-``): if that cannot be read the call is unusable.
    """

    sources: tuple[Source, ...]
    faults: tuple[PathFault, ...]
    single: bool


def inputs(paths: Sequence[str], suffixes: Sequence[str] = ()) -> Inputs:
    """The sources that `paths` name, each folder walked in sorted order.

    Members of a folder count when their name ends in one of `suffixes` (with or without ``.gz`` after it); with no
    suffixes all count. A path named outright always counts. Raises `CommandError` when ``-`` is given twice.
    """
    if sum(path == "-" for path in paths) > 1:
        raise CommandError("usage", _("Standard input can be read only once."), "-")
    sources: list[Source] = []
    faults: list[PathFault] = []
    for name in paths:
        if name == "-":
            sources.append(Source("-", None))
        elif os.path.isdir(name):
            for member in _walk(Path(name), faults):
                if _wanted(member.name, suffixes):
                    sources.append(Source(os.fspath(member), member))
        else:
            sources.append(Source(name, Path(name)))
    single = len(paths) == 1 and not (paths[0] != "-" and os.path.isdir(paths[0]))
    return Inputs(tuple(sources), tuple(faults), single)


def _wanted(name: str, suffixes: Sequence[str]) -> bool:
    lowered = name.lower().removesuffix(".gz")
    return not suffixes or lowered.endswith(tuple(suffixes))


def _walk(folder: Path, faults: list[PathFault]) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        faults.append(PathFault(os.fspath(folder), error.strerror or str(error)))
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), faults)
        elif entry.is_symlink():
            faults.append(PathFault(entry.path, _("Symbolic links inside a folder are not followed.")))
        else:
            yield Path(entry.path)
