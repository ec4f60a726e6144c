"""Looking into an upload before it is kept: how large it is, what it is, what it would unpack to, what it carries.

Bounded work: everything is read in pieces; unpacking stops at the first limit passed, whatever sizes the file claims.
"""

from __future__ import annotations

import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, cast

from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.actions.base import Refused, Text
from quarterdeck.kernel.files.names import display_name
from quarterdeck.kernel.files.sniff import ACTIVE_WITHIN, HEAD, Family, office_type, sniff
from quarterdeck.kernel.files.store import hash_of

MEGABYTE: Final = 1 << 20
_LOCAL_HEADER: Final = 30
_ENCRYPTED: Final = 0x1
_STEP: Final = 1 << 16
#: Bytes of the central directory allowed for each entry: the fixed part, a long path, extra fields.
_ENTRY: Final = 400
_END: Final = 22


@dataclass(frozen=True)
class Limits:
    """``size``: bytes of the upload; ``unpacked``: bytes of everything inside, at every depth; ``ratio``: unpacked to
    packed, counted once more than ``ratio_from`` bytes came out; ``entries``: files inside, at every depth; ``depth``:
    archives within archives."""

    size: int = 50 * MEGABYTE
    unpacked: int = 500 * MEGABYTE
    ratio: int = 100
    ratio_from: int = 5 * MEGABYTE
    entries: int = 10_000
    depth: int = 2


LIMITS: Final = Limits()


class Hostile(Refused):
    """The upload is refused for what it is; the message says why and what to send instead."""

    code = "file_refused"


@dataclass(frozen=True)
class Inspected:
    """An upload that may be kept."""

    name: str
    media_type: str
    size: int
    sha256: str


def inspect(source: BinaryIO, name: str, limits: Limits = LIMITS) -> Inspected:
    """Look into ``source``, called ``name`` by whoever sent it. Hostile when it may not be kept."""
    source.seek(0, 2)
    size = source.tell()
    if size == 0:
        raise Hostile(_("The file is empty."))
    if size > limits.size:
        raise too_large(limits)
    source.seek(0)
    kind = sniff(source.read(ACTIVE_WITHIN))
    _refuse_family(kind.family)
    media_type = kind.media_type
    if kind.family is Family.ZIP:
        media_type = _Unpacking(limits).look(source, size, 0)
    digest, counted = hash_of(source)
    return Inspected(display_name(name), media_type, counted, digest)


def too_large(limits: Limits = LIMITS) -> Hostile:
    """The refusal of an upload beyond the size limit."""
    return Hostile(
        _("The file is larger than %(limit)s MB. Split it, or keep it elsewhere and upload its summary.")
        % {"limit": limits.size // MEGABYTE}
    )


def _refuse_family(family: Family) -> None:
    reasons: dict[Family, Text] = {
        Family.PROGRAM: _("This is a program or a script. Programs are not kept; send a document that describes it."),
        Family.OLE: _(
            "This is an old Office format (or carries one), in which macros cannot be ruled out. Save it as DOCX, XLSX or PDF."
        ),
        Family.OPAQUE: _("This archive cannot be looked into. Send its files one by one, or as an ordinary ZIP."),
    }
    if family in reasons:
        raise Hostile(reasons[family])


class _Unpacking:
    """What came out of one upload so far, over every archive inside it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.unpacked = 0
        self.entries = 0

    def look(self, source: BinaryIO, size: int, depth: int) -> str:
        """Check a ZIP of ``size`` bytes; its media type."""
        if depth > self.limits.depth:
            raise _bomb()
        if _directory_size(source, size) > self.limits.entries * _ENTRY:
            raise _bomb()
        try:
            with zipfile.ZipFile(source) as archive:
                return self._look(archive, source, size, depth)
        except (
            zipfile.BadZipFile,
            zlib.error,
            struct.error,
            EOFError,
            NotImplementedError,
            UnicodeDecodeError,
            ValueError,
        ) as error:
            raise _damaged() from error

    def _look(self, archive: zipfile.ZipFile, source: BinaryIO, size: int, depth: int) -> str:
        entries = archive.infolist()
        self.entries += len(entries)
        if (
            self.entries > self.limits.entries
            or self.unpacked + sum(entry.file_size for entry in entries) > self.limits.unpacked
        ):
            raise _bomb()
        names = [entry.filename for entry in entries]
        media_type = office_type(names)
        if media_type == "application/java-archive":
            _refuse_family(Family.PROGRAM)
        before = self.unpacked
        for entry in entries:
            _refuse_entry(entry)
            if not entry.is_dir():
                self._unpack(entry, source, size, before, depth)
        return media_type

    def _unpack(self, entry: zipfile.ZipInfo, source: BinaryIO, size: int, before: int, depth: int) -> None:
        """Let one entry run through, into a spool when it is an archive itself."""
        head = b""
        produced = 0
        with tempfile.SpooledTemporaryFile(max_size=4 * MEGABYTE) as spool:
            nested = False
            for piece in _content(entry, source):
                produced += len(piece)
                self.unpacked += len(piece)
                if self.unpacked > self.limits.unpacked or produced > entry.file_size:
                    raise _bomb()
                out = self.unpacked - before
                if out > self.limits.ratio_from and out > size * self.limits.ratio:
                    raise _bomb()
                if len(head) < HEAD:
                    head += piece[: HEAD - len(head)]
                    nested = sniff(head).family is Family.ZIP
                if nested:
                    spool.write(piece)
            if produced != entry.file_size:
                raise _damaged()
            _refuse_inside(entry.filename, head)
            if nested:
                spool.seek(0)
                self.look(cast("BinaryIO", spool), produced, depth + 1)


def _directory_size(source: BinaryIO, size: int) -> int:
    """Bytes of the central directory, from the end record, before a reader turns all of it into objects."""
    source.seek(max(0, size - _END - 0xFFFF))
    tail = source.read()
    at = (
        len(tail) - _END
        if tail[-_END:][:4] == b"PK\x05\x06" and tail[-2:] == b"\x00\x00"
        else tail.rfind(b"PK\x05\x06")
    )
    if at < 0 or len(tail) - at < _END:
        raise _damaged()
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        raise Hostile(
            _("The archive is in the form meant for more than 4 GB. Send its files one by one, or as an ordinary ZIP.")
        )
    return int(struct.unpack("<I", tail[at + 12 : at + 16])[0])


def _content(entry: zipfile.ZipInfo, source: BinaryIO) -> Iterator[bytes]:
    """The real content of an entry in pieces, inflated here because a reader that trusts the claimed size stops at it."""
    source.seek(entry.header_offset)
    header = source.read(_LOCAL_HEADER)
    if len(header) != _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile("no local header")
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    source.seek(name_length + extra_length, 1)
    left = entry.compress_size
    inflate = None if entry.compress_type == zipfile.ZIP_STORED else zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0:
        packed = source.read(min(_STEP, left))
        if not packed:
            raise zipfile.BadZipFile("cut short")
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed and not inflate.eof:
            piece = inflate.decompress(packed, _STEP)
            if piece:
                yield piece
            packed = inflate.unconsumed_tail
    if inflate is not None and not inflate.eof:
        raise zipfile.BadZipFile("cut short")


def _refuse_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise Hostile(_("The archive is locked with a password and cannot be looked into. Send it without one."))
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Hostile(_("The archive uses an unusual compression. Send its files one by one, or as an ordinary ZIP."))
    path = entry.filename.replace("\\", "/")
    if path.startswith("/") or ".." in path.split("/") or (len(path) > 1 and path[1] == ":"):
        raise Hostile(_("The archive names a file outside itself and would write over others when unpacked."))


def _refuse_inside(path: str, head: bytes) -> None:
    """Refuse a macro project, a program, an old Office file or a closed archive inside an archive."""
    name = path.replace("\\", "/").rsplit("/", 1)[-1].lower()
    macro = name == "vbaproject.bin" or path.lower().startswith(("xl/macrosheets/", "basic/", "scripts/"))
    if macro or (name == "[content_types].xml" and b"macroenabled" in head.lower()):
        raise Hostile(_("The document carries macros. Save it without them (DOCX, XLSX or PDF)."))
    _refuse_family(sniff(head).family)


def _bomb() -> Hostile:
    return Hostile(
        _(
            "The archive unpacks to far more than it should (too large, too many files, or archives in archives). It was not opened further."
        )
    )


def _damaged() -> Hostile:
    return Hostile(_("The archive or document is damaged and cannot be opened. Export it again."))
