"""Archives of every bad kind, made in memory."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00" + b"\x00" * 200
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def zipped(entries: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()


def document(**more: bytes) -> bytes:
    """A small DOCX; further parts by path with ``/`` written ``__``."""
    types = b'<Types><Override PartName="/word/document.xml"/></Types>'
    parts = {"[Content_Types].xml": types, "word/document.xml": b"<document/>"}
    return zipped(parts | {name.replace("__", "/"): content for name, content in more.items()})


def lying_about_size(real: bytes, claimed: bytes) -> bytes:
    """One deflated entry whose headers claim size and checksum of ``claimed`` while it inflates to ``real``."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(real) + packer.flush()
    name, crc = b"log.txt", zlib.crc32(claimed)
    shared = struct.pack("<HHHHHLLLHH", 20, 0, 8, 0, 0x21, crc, len(packed), len(claimed), len(name), 0)
    local = b"PK\x03\x04" + shared + name + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + shared + struct.pack("<HHHLL", 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def many_entries(count: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for number in range(count):
            archive.writestr(f"{number}", b"")
    return made.getvalue()


def nested(depth: int) -> bytes:
    inner = zipped({"a.txt": b"text"})
    for _level in range(depth):
        inner = zipped({"inner.zip": inner})
    return inner
