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
    """A member that could not be read, as it goes into ``errors``: `line` counts from 1, None where none is meant.

    `message` is what is wrong with the source, to be read after its name: "is not a regular file".
    """

    source: str
    message: str
    line: int | None = None

    def document(self) -> dict[str, object]:
        """The fault as ``--json`` prints it."""
        return {"source": self.source, "message": self.message, "line": self.line}


class UnreadablePath(Exception):
    """Raised when one source cannot be read; carries the `PathFault` to report."""

    def __init__(self, source: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.fault = PathFault(source, message, line)


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
            raise UnreadablePath(self.name, _("is larger than %d MB, the most that is read") % (limit // (1024 * 1024)))
        return data

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The content as a stream, decompressed. Whatever goes wrong while it is read is an `UnreadablePath`."""
        try:
            if self.path is None:
                yield _plain_content(cast(BufferedReader, sys.stdin.buffer))
            else:
                with _open_regular(self.path) as raw:
                    yield _plain_content(raw)
        except FileNotFoundError:
            raise UnreadablePath(self.name, _("does not exist")) from None
        except PermissionError:
            raise UnreadablePath(self.name, _("may not be read by the user who runs this")) from None
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise UnreadablePath(self.name, _("is damaged or cut short in its compressed data")) from None
        except OSError as error:
            raise UnreadablePath(self.name, _("cannot be read: %s") % (error.strerror or error)) from None


def _plain_content(raw: BufferedReader) -> BinaryIO:
    if raw.peek(2)[:2] == _GZIP:
        return cast(BinaryIO, gzip.GzipFile(fileobj=raw, mode="rb"))
    return raw


def _open_regular(path: Path) -> BufferedReader:
    # O_NONBLOCK: opening a pipe that nobody writes to must not hang; what is not a plain file is then refused.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(_("it is not a regular file"))
    return os.fdopen(handle, "rb")


@dataclass(frozen=True, slots=True)
class Inputs:
    """The sources behind the PATH arguments of one call, in order, and the members that are none.

    `single` is true when the call named exactly one file (or ``-``): if that cannot be read the call is unusable.
    """

    sources: tuple[Source, ...]
    faults: tuple[PathFault, ...]
    single: bool


def inputs(paths: Sequence[str]) -> Inputs:
    """The sources that `paths` name, each folder walked in the order of the names.

    Raises `CommandError` when ``-`` is given twice.
    """
    if paths.count("-") > 1:
        raise CommandError("usage", _("Standard input can be read only once."), "-")
    sources: list[Source] = []
    faults: list[PathFault] = []
    for name in paths:
        if name == "-":
            sources.append(Source("-", None))
        elif os.path.isdir(name):
            sources += [Source(_printable(member), member) for member in _walk(Path(name), faults)]
        else:
            sources.append(Source(_printable(Path(name)), Path(name)))
    single = len(paths) == 1 and (paths[0] == "-" or not os.path.isdir(paths[0]))
    return Inputs(tuple(sources), tuple(faults), single)


def _walk(folder: Path, faults: list[PathFault]) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        faults.append(PathFault(_printable(folder), _("cannot be read: %s") % (error.strerror or error)))
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), faults)
        elif entry.is_symlink():
            # A folder that came from outside could point anywhere on this machine.
            faults.append(PathFault(_printable(Path(entry.path)), _("is a symbolic link, and none is followed here")))
        else:
            yield Path(entry.path)


def _printable(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")
