"""Looks into a workbook before anything reads it, and refuses what it should not carry, in plain words.

Bounded: nothing is unpacked beyond the limits, whatever sizes the archive claims.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from quarterdeck.engines.questionnaires.model import Unreadable

MEGABYTE: Final = 1 << 20
#: Bytes of the workbook; bytes of everything in it; members; unpacked to packed, counted beyond ``RATIO_FROM``.
LARGEST, UNPACKED, MEMBERS, RATIO, RATIO_FROM = 50 * MEGABYTE, 200 * MEGABYTE, 2_000, 100, 5 * MEGABYTE
#: Cells that a sheet may span: readers keep the whole rectangle in memory.
CELLS: Final = 3_000_000
_PLACE = re.compile(rb"""\sr=["']([A-Z]{1,3})(\d{1,7})["']""")


class Refused(Unreadable):
    """The workbook is refused for what it is."""


@dataclass(frozen=True)
class Members:
    """The looked-into archive: the bytes of each member by name, and the order they stood in."""

    content: Mapping[str, bytes]


def members(data: bytes) -> Members:
    """Unpack within the limits. :class:`Refused` for a bomb, macros, links to other files, and what is no workbook."""
    if len(data) > LARGEST:
        raise Refused(f"the workbook is larger than {LARGEST // MEGABYTE} MB")
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Refused("this is an old or locked Office file; save it as an XLSX without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            content = _unpacked(archive, len(data))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError, OSError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Refused("this is no workbook, or it is damaged; save it as XLSX again") from error
    _refuse_content(content)
    return Members(content)


def _unpacked(archive: zipfile.ZipFile, packed: int) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MEMBERS:
        raise Refused("the workbook holds far more parts than a workbook has")
    content: dict[str, bytes] = {}
    total = 0
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise Refused("the workbook is locked with a password; send it without one")
        pieces = []
        with archive.open(entry) as source:
            while piece := source.read(MEGABYTE):
                total += len(piece)
                if total > UNPACKED or (total > RATIO_FROM and total > packed * RATIO):
                    raise Refused("the workbook unpacks to far more than it should; it was not opened further")
                pieces.append(piece)
        if entry.filename in content:
            raise Refused("the workbook holds a part twice")
        content[entry.filename] = b"".join(pieces)
    return content


def _refuse_content(content: Mapping[str, bytes]) -> None:
    types = content.get("[Content_Types].xml")
    if types is None or not any(name.startswith("xl/") for name in content):
        raise Refused("this is no XLSX workbook")
    names = [name.lower() for name in content]
    if (
        any(
            name.endswith("vbaproject.bin") or name.startswith(("xl/macrosheets/", "xl/dialogsheets/"))
            for name in names
        )
        or b"macroenabled" in types.lower()
    ):
        raise Refused("the workbook carries macros; save it without them, as XLSX")
    if any(
        name.startswith(("xl/externallinks/", "xl/activex/", "xl/embeddings/")) or name == "xl/connections.xml"
        for name in names
    ):
        raise Refused(
            "the workbook draws on other files or carries some; break the links and remove the embedded objects"
        )
    for name, data in content.items():
        lower = name.lower()
        if not lower.endswith((".xml", ".rels", ".vml")):
            continue
        if (
            b"<!DOCTYPE" in data
            or b"<!ENTITY" in data
            or "<!DOCTYPE".encode("utf-16-le") in data
            or "<!DOCTYPE".encode("utf-16-be") in data
        ):
            raise Refused("the workbook declares entities, which no workbook needs")
        if lower.startswith("xl/worksheets/") and lower.endswith(".xml"):
            _refuse_span(data)


def _refuse_span(data: bytes) -> None:
    """A single cell in the last corner would make a reader keep a rectangle of billions."""
    last_row = last_column = 0
    for found in _PLACE.finditer(data):
        row, column = int(found.group(2)), column_number(found.group(1).decode())
        last_row, last_column = max(last_row, row), max(last_column, column)
        if last_row * last_column > CELLS:
            raise Refused(f"a sheet spans more than {CELLS:,} cells; remove what stands far outside its tables")


def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 → A, 26 → Z, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
