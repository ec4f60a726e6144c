"""From a file of unknown kind to UTF-8 text: size limits, compression, encodings.

Bytes are counted while they are read, so that a compressed file cannot grow past the limit.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import stat
import zlib
from pathlib import Path
from typing import BinaryIO, Final

from .model import Unreadable

MAX_BYTES: Final = 100 * 1024 * 1024
"""Largest document read, after decompression. The largest annual reports on EDGAR are below 60 MB."""

_CHUNK: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"


def _words(text: str) -> list[str]:
    return text.split()


# --- bytes -------------------------------------------------------------------------------------------------------


def read_file(path: Path, source: str, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file, decompressed if it is gzip.

    Raises Unreadable for what is missing, not a file, larger than `limit` bytes or broken in compression.
    """
    try:
        # Not blocking, so that a named pipe in a folder cannot hold the reader up.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise Unreadable(source, f"cannot be opened: {error.strerror or error}") from error
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable(source, "is not a regular file")
        if status.st_size > limit:
            raise too_large(source, limit)
        return read_stream(stream, source, limit)


def read_stream(stream: BinaryIO, source: str, limit: int = MAX_BYTES) -> bytes:
    """All bytes of an open stream, decompressed if they are gzip, at most `limit` of them before and after."""
    try:
        head = stream.read(2)
        if head == _GZIP:
            return _gunzip(stream, head, source, limit)
        parts = [head]
        size = len(head)
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > limit:
                raise too_large(source, limit)
            parts.append(piece)
    except OSError as error:
        raise Unreadable(source, f"cannot be read: {error.strerror or error}") from error
    return b"".join(parts)


def gunzip(data: bytes, source: str, limit: int = MAX_BYTES) -> bytes:
    """`data` itself, or what it decompresses to if it is gzip, at most `limit` bytes."""
    if len(data) > limit:
        raise too_large(source, limit)
    if data[:2] != _GZIP:
        return data
    return _gunzip(io.BytesIO(data[2:]), data[:2], source, limit)


def _gunzip(stream: BinaryIO, head: bytes, source: str, limit: int) -> bytes:
    out: list[bytes] = []
    size = 0
    inflate = zlib.decompressobj(wbits=31)
    pending = head
    while True:
        piece = pending or stream.read(_CHUNK)
        pending = b""
        if not piece:
            break
        try:
            while piece:
                if inflate.eof:
                    # Several members may follow one another; anything else after the end is padding.
                    if not piece.startswith(_GZIP[: len(piece)]):
                        return b"".join(out)
                    inflate = zlib.decompressobj(wbits=31)
                text = inflate.decompress(piece, limit - size + 1)
                size += len(text)
                if size > limit:
                    raise too_large(source, limit)
                out.append(text)
                piece = inflate.unconsumed_tail or inflate.unused_data
        except zlib.error as error:
            raise Unreadable(source, f"the compressed data is damaged: {error}") from error
    if not inflate.eof:
        raise Unreadable(source, "the compressed data breaks off before its end")
    return b"".join(out)


def too_large(source: str, limit: int) -> Unreadable:
    """The refusal of a document beyond the limit."""
    return Unreadable(source, f"is larger than {limit / (1024 * 1024):g} MB, the most that is read")


# --- text --------------------------------------------------------------------------------------------------------

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:-]+)""", re.I)
_META = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.I)

# Encodings a filing may honestly declare. Python knows more codecs, some of which are not encodings of text.
_DECLARABLE: Final = frozenset(
    _words(
        "utf-8 ascii iso8859-1 iso8859-2 iso8859-15 cp1250 cp1251 cp1252 mac-roman gb2312 gbk gb18030 big5 "
        "big5hkscs shift_jis cp932 euc_jp iso2022_jp euc_kr cp949 utf-16 utf-16-le utf-16-be"
    )
)
# What says "Western text"; in practice such files are as often UTF-8, and Latin-1 is always Windows-1252.
_WESTERN: Final = frozenset({"utf-8", "ascii", "iso8859-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be"})


def declared_encoding(head: bytes) -> str | None:
    """Python's name of the encoding that the first bytes declare, None if none or none that is known."""
    found = _DECLARED.search(head) or _META.search(head)
    if not found:
        return None
    try:
        name = codecs.lookup(found.group(1).decode("ascii", "replace")).name
    except (LookupError, ValueError):
        return None
    return name if name in _DECLARABLE else None


def to_utf8(data: bytes, source: str) -> bytes:
    """The same text in UTF-8 without a byte order mark.

    A byte order mark decides; then what is valid UTF-8 is UTF-8, whatever it declares (a text in Windows-1252 with
    accents is practically never valid UTF-8); then the declaration; then Windows-1252.
    """
    if data.startswith(codecs.BOM_UTF8):
        data = data[3:]
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _transcode(data, "utf-16", source)
    elif data[:4] in (b"<\x00?\x00", b"<\x00h\x00", b"<\x00!\x00", b"<\x00H\x00"):
        return _transcode(data, "utf-16-le", source)
    elif data[:4] in (b"\x00<\x00?", b"\x00<\x00h", b"\x00<\x00!", b"\x00<\x00H"):
        return _transcode(data, "utf-16-be", source)
    if data.isascii() and b"\x1b" not in data[:4096]:
        return data
    declared = declared_encoding(data[:4096])
    if (declared is None or declared in _WESTERN) and is_utf8(data):
        return data
    if declared is not None and declared not in _WESTERN:
        try:
            return data.decode(declared).encode()
        except UnicodeDecodeError:
            if is_utf8(data):
                return data
    # Five bytes mean nothing in Windows-1252; browsers pass them through as controls, which are no text.
    return data.decode("cp1252", "replace").encode()


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are valid UTF-8, looked at piece by piece so that no second copy is held."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _transcode(data: bytes, encoding: str, source: str) -> bytes:
    try:
        return data.decode(encoding).encode()
    except UnicodeError as error:
        raise Unreadable(source, "is not the UTF-16 text that its first bytes announce") from error
