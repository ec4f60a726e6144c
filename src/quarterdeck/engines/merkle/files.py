"""The files of an export, read with bounded memory and without believing any of them."""

from __future__ import annotations

import os
import stat
from array import array
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from quarterdeck.engines.merkle.canonical import MAX_LEAF_BYTES, leaf_fault
from quarterdeck.engines.merkle.hashing import HASH_BYTES, TILE, leaf_hash
from quarterdeck.engines.merkle.narrowing import ComputedHashes
from quarterdeck.engines.merkle.result import UnusableExport

_READ_BYTES = 1 << 18


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file; links, pipes and devices in an export from outside are refused, not followed."""
    try:
        mode = os.lstat(path).st_mode
        if not stat.S_ISREG(mode):
            raise UnusableExport("not_a_file", "is not a regular file", str(path))
        return path.open("rb")
    except OSError as error:
        raise UnusableExport("unreadable", error.strerror or "cannot be read", str(path)) from error
    except ValueError as error:
        raise UnusableExport("unreadable", "is not a file name", repr(str(path))[:200]) from error


def read_small(path: Path, limit: int) -> bytes:
    with open_regular(path) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise UnusableExport("too_long", f"is longer than {limit} bytes", str(path))
    return data


def _lines(file: BinaryIO) -> Iterator[list[bytes]]:
    """Lists of lines without their newline; a line beyond the limit stays beyond it, but is cut so that memory stays bounded."""
    tail = b""
    while block := file.read(_READ_BYTES):
        lines = (tail + block).split(b"\n")
        tail = lines.pop()[: MAX_LEAF_BYTES + 1]
        if lines:
            yield lines
    if tail:
        yield [tail]


class LeafFile:
    """`leaves.ndjson`, read once from front to back; single tiles are read again when a fault is being located."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.hashes = ComputedHashes(self._reread)
        self._offsets = array("Q")
        self.misnumbered: int | None = None
        self.tiles_differ = False

    def scan(self, leaf_tiles: Path) -> None:
        """Hash every leaf, compare with the exported leaf hashes if there are any, look for each leaf's own number.

        The look is a quick one that finds the number anywhere in the line: whoever fools it is found by the hash.
        """
        with ExitStack() as stack:
            file = stack.enter_context(open_regular(self.path))
            known = stack.enter_context(open_regular(leaf_tiles)) if os.path.lexists(leaf_tiles) else None
            index = offset = 0
            for lines in _lines(file):
                hashes = [sha256(b"\x00" + line).digest() for line in lines]
                self.hashes.add(hashes)
                if known and known.read(HASH_BYTES * len(hashes)) != b"".join(hashes):
                    self.tiles_differ = True
                for at in range(-index % TILE, len(lines), TILE):
                    # Behind a line that was cut offsets are too small; that line is bad, and nobody looks behind it.
                    self._offsets.append(offset + sum(map(len, lines[:at])) + at)
                if self.misnumbered is None:
                    for at, line in enumerate(lines, index):
                        if b'"n":%d' % at not in line and leaf_fault(at, line):
                            self.misnumbered = at
                            break
                index += len(lines)
                offset += sum(map(len, lines)) + len(lines)
            if known and known.read(1):
                self.tiles_differ = True

    def _reread(self, tile: int) -> list[bytes]:
        hashes: list[bytes] = []
        with open_regular(self.path) as file:
            file.seek(self._offsets[tile])
            for lines in _lines(file):
                hashes += [leaf_hash(line) for line in lines[: TILE - len(hashes)]]
                if len(hashes) == TILE:
                    break
        return hashes

    def first_fault(self) -> tuple[int, str] | None:
        """First line that is wrong by itself, every line parsed."""
        index = 0
        with open_regular(self.path) as file:
            for lines in _lines(file):
                for line in lines:
                    if fault := leaf_fault(index, line):
                        return index, fault
                    index += 1
        return None


class TileFiles:
    """The export's `tiles` folder as a HashReader; nothing in it is believed without a proven parent."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, level: int, start: int, count: int) -> bytes:
        path = self.folder / str(level)
        try:
            with open_regular(path) as file:
                file.seek(start * HASH_BYTES)
                return file.read(count * HASH_BYTES)
        except UnusableExport:
            return b""

    def differs(self, level: int, computed: ComputedHashes) -> bool:
        """Whether the file of this level (1 and up) is there and is not what the leaves give."""
        path = self.folder / str(level)
        if not os.path.lexists(path):
            return False
        count = computed.size >> (8 * level)
        with open_regular(path) as file:
            return file.read(count * HASH_BYTES + 1) != computed.read(level, 0, count)
