"""Reads disclosures of any kind: finds out what a file is, and hands it to the reader for it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal

from .intake import MAX_BYTES, gunzip, read_file, read_stream, to_utf8
from .model import Document, InlineDocument, ReadError, Unreadable
from .parsing import ENTITY, IX_NAMESPACES, line_of
from .read_ixbrl import read_inline, to_document
from .read_rpage import read_html_page
from .read_rpage_text import looks_like_plain_page, read_plain_page

FileKind = Literal["ixbrl", "rpage-html", "rpage-text"]

_MARKUP = re.compile(rb"\s*<(?:[!?a-z])", re.I)
_R_PAGE: Final = (b"defref_", b'class="report"', b"class='report'", b"class=report")
_BINARY: Final = {
    b"%PDF": "is a PDF",
    b"PK\x03\x04": "is a ZIP archive or an Office document; unpack it first",
    b"\x89PNG": "is a picture",
    b"\xff\xd8\xff": "is a picture",
    b"GIF8": "is a picture",
}


@dataclass(frozen=True, slots=True)
class Readings:
    """What came of reading several sources: the documents, and what could not be read."""

    documents: tuple[Document, ...]
    errors: tuple[ReadError, ...]


def detect(data: bytes, source: str) -> FileKind:
    """What UTF-8 bytes are. Raises Unreadable for anything that holds no disclosure, saying what it looks like."""
    if not data.strip():
        raise Unreadable(source, "is empty")
    if any(namespace.encode() in data for namespace in IX_NAMESPACES):
        return "ixbrl"
    entity = ENTITY.search(data[:1_000_000])
    if entity:
        raise Unreadable(
            source, "declares entities, which filings may not do; nothing was expanded", line_of(data, entity.start())
        )
    if any(mark in data for mark in _R_PAGE):
        return "rpage-html"
    if looks_like_plain_page(data):
        return "rpage-text"
    if b"http://www.xbrl.org/2003/instance" in data:
        raise Unreadable(source, "is an XBRL instance, not the Inline XBRL document it was taken from")
    if _MARKUP.match(data):
        raise Unreadable(source, "is markup, but neither Inline XBRL nor an R page")
    raise Unreadable(source, "is neither Inline XBRL nor an R page")


def _text(data: bytes, source: str, limit: int) -> bytes:
    data = gunzip(data, source, limit)
    for magic, what in _BINARY.items():
        if data.startswith(magic):
            raise Unreadable(source, what)
    return to_utf8(data, source)


def read_bytes(data: bytes, source: str, limit: int = MAX_BYTES) -> Document:
    """Read one disclosure from bytes as they are in a file, also compressed. Raises Unreadable."""
    text = _text(data, source, limit)
    kind = detect(text, source)
    if kind == "ixbrl":
        return to_document(read_inline(text, source))
    if kind == "rpage-html":
        return read_html_page(text, source)
    return read_plain_page(text, source)


def read_stream_document(stream: BinaryIO, source: str, limit: int = MAX_BYTES) -> Document:
    """Read one disclosure from an open binary stream, such as standard input. Raises Unreadable."""
    return read_bytes(read_stream(stream, source, limit), source, limit)


def read_path(path: Path, limit: int = MAX_BYTES) -> Document:
    """Read one disclosure from a file, also a `.gz` of it. Raises Unreadable."""
    source = name_of_source(path)
    return read_bytes(read_file(path, source, limit), source, limit)


def read_inline_bytes(data: bytes, source: str, *, with_text: bool = True, limit: int = MAX_BYTES) -> InlineDocument:
    """Read an Inline XBRL document from bytes with all that checks need. Raises Unreadable."""
    return read_inline(_text(data, source, limit), source, with_text=with_text)


def read_inline_path(path: Path, *, with_text: bool = True, limit: int = MAX_BYTES) -> InlineDocument:
    """Read an Inline XBRL document from a file with all that checks need. Raises Unreadable."""
    source = name_of_source(path)
    return read_inline_bytes(read_file(path, source, limit), source, with_text=with_text, limit=limit)


def files_under(path: Path) -> Iterator[Path]:
    """The path itself if it is no folder, else everything below it that is none, in the order of the names.

    Links to folders are not followed, so that a walk ends.
    """
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            yield Path(folder, name)


def read_paths(paths: Sequence[Path], limit: int = MAX_BYTES) -> Readings:
    """Read files and folders. What cannot be read is in `errors`, with the faults of single facts; the rest is done."""
    documents: list[Document] = []
    errors: list[ReadError] = []
    for path in paths:
        for file in files_under(path):
            try:
                document = read_path(file, limit)
            except Unreadable as refusal:
                errors.append(refusal.error)
            else:
                documents.append(document)
                errors += document.problems
    return Readings(tuple(documents), tuple(errors))


def name_of_source(path: Path) -> str:
    """The path as text that can be printed and stored, whatever bytes the name holds."""
    return os.fsencode(path).decode("utf-8", "replace")
