"""What a file is, by its content. Its name and the type a browser claims are never believed."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from enum import Enum

HEAD = 16_384
#: How far into a text a browser-active tag is looked for.
ACTIVE_WITHIN = 1 << 20


class Family(Enum):
    """How a type is handled."""

    PLAIN = "plain"
    #: A browser would run or render it: kept, handed out only as a download.
    ACTIVE = "active"
    ZIP = "zip"
    #: Packed in a way that is not looked into.
    OPAQUE = "opaque"
    PROGRAM = "program"
    #: The old binary Office container: macros cannot be ruled out.
    OLE = "ole"


@dataclass(frozen=True)
class Kind:
    media_type: str
    family: Family


_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", Kind("application/pdf", Family.PLAIN)),
    (b"\x89PNG\r\n\x1a\n", Kind("image/png", Family.PLAIN)),
    (b"\xff\xd8\xff", Kind("image/jpeg", Family.PLAIN)),
    (b"GIF87a", Kind("image/gif", Family.PLAIN)),
    (b"GIF89a", Kind("image/gif", Family.PLAIN)),
    (b"PK\x03\x04", Kind("application/zip", Family.ZIP)),
    (b"PK\x05\x06", Kind("application/zip", Family.ZIP)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind("application/x-ole-storage", Family.OLE)),
    (b"\x1f\x8b\x08", Kind("application/gzip", Family.OPAQUE)),
    (b"\xfd7zXZ\x00", Kind("application/x-xz", Family.OPAQUE)),
    (b"\x28\xb5\x2f\xfd", Kind("application/zstd", Family.OPAQUE)),
    (b"7z\xbc\xaf\x27\x1c", Kind("application/x-7z-compressed", Family.OPAQUE)),
    (b"Rar!\x1a\x07", Kind("application/vnd.rar", Family.OPAQUE)),
    (b"MSCF\x00\x00\x00\x00", Kind("application/vnd.ms-cab-compressed", Family.OPAQUE)),
    (b"\x7fELF", Kind("application/x-executable", Family.PROGRAM)),
    (b"\xca\xfe\xba\xbe", Kind("application/x-mach-binary", Family.PROGRAM)),
    (b"\xfe\xed\xfa\xce", Kind("application/x-mach-binary", Family.PROGRAM)),
    (b"\xfe\xed\xfa\xcf", Kind("application/x-mach-binary", Family.PROGRAM)),
    (b"\xce\xfa\xed\xfe", Kind("application/x-mach-binary", Family.PROGRAM)),
    (b"\xcf\xfa\xed\xfe", Kind("application/x-mach-binary", Family.PROGRAM)),
    (b"\x00asm", Kind("application/wasm", Family.PROGRAM)),
    (b"dex\n", Kind("application/x-dex", Family.PROGRAM)),
    (b"L\x00\x00\x00\x01\x14\x02\x00", Kind("application/x-ms-shortcut", Family.PROGRAM)),
    (b"#!", Kind("text/x-script", Family.PROGRAM)),
)
#: Elements by which a browser that guesses would take a text for a page.
_PAGE = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|script|iframe|style|title|img|object|embed|form|meta|link|base|table|div|a\s|br|p[\s>]|h1)",
    re.I,
)
_SVG = re.compile(rb"<\s*(?:[a-z0-9]+:)?svg[\s>/]|<!doctype\s+svg", re.I)
_OFFICE = (
    ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)


def sniff(head: bytes) -> Kind:
    """The kind of a file that starts with ``head`` (up to :data:`ACTIVE_WITHIN` bytes are looked at)."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"MZ") and b"\x00" in head[:64]:
        return Kind("application/x-msdownload", Family.PROGRAM)
    if head.startswith(b"BZh") and head[4:10] == b"1AY&SY":
        return Kind("application/x-bzip2", Family.OPAQUE)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind("image/webp", Family.PLAIN)
    return _text(head)


def _text(head: bytes) -> Kind:
    looked = head[:ACTIVE_WITHIN]
    if looked[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        # Tags are ASCII; without the zero bytes the same patterns find them.
        looked = looked[2:].replace(b"\x00", b"")
    elif b"\x00" in looked:
        # Not a text. A browser told not to guess leaves it alone; it is still searched for tags.
        return Kind("application/octet-stream", Family.ACTIVE if _active(looked) else Family.PLAIN)
    if looked.startswith(codecs.BOM_UTF8):
        looked = looked[3:]
    if looked.startswith(b"#!"):
        return Kind("text/x-script", Family.PROGRAM)
    if _SVG.search(looked):
        return Kind("image/svg+xml", Family.ACTIVE)
    if _PAGE.search(looked):
        return Kind("text/html", Family.ACTIVE)
    if looked.lstrip()[:5].lower() == b"<?xml":
        return Kind("text/xml", Family.ACTIVE)
    return Kind("text/plain", Family.PLAIN)


def _active(looked: bytes) -> bool:
    return bool(_PAGE.search(looked) or _SVG.search(looked))


def office_type(names: list[str]) -> str:
    """The media type of a ZIP with these entries: an Office document, a program, or just a ZIP."""
    found = set(names)
    if "[Content_Types].xml" in found:
        for prefix, media_type in _OFFICE:
            if any(name.startswith(prefix) for name in names):
                return media_type
    if "mimetype" in found and "content.xml" in found and "META-INF/manifest.xml" in found:
        return "application/vnd.oasis.opendocument"
    if "AndroidManifest.xml" in found or "META-INF/MANIFEST.MF" in found:
        return "application/java-archive"
    return "application/zip"
