"""What an uploaded file may be called on a screen and in a download. The name never leads to a path."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 150
#: Most file systems stop at 255 bytes; a browser may add " (1)".
MAX_BYTES = 240
MAX_EXTENSION = 10
NAMELESS = "file"

_FORBIDDEN = re.compile(r'[<>:"|?*]')
#: Control, format (right-to-left override, zero width), surrogate, private, unassigned, line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: Names that Windows takes for devices, with any extension.
_DEVICE = re.compile(r"^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)


def display_name(raw: str) -> str:
    """``raw`` as a harmless single name of 1…150 characters, its extension kept; ``file`` when nothing is left.

    Directories are dropped, characters nobody sees are removed, those some file systems forbid become ``_``.
    """
    last = raw[-4096:].replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(
        " " if character in "\t\n\r" else character
        for character in last
        if character in "\t\n\r" or unicodedata.category(character) not in _UNSEEN
    )
    name = " ".join(_FORBIDDEN.sub("_", unicodedata.normalize("NFC", seen)).split()).strip(". ")
    if _DEVICE.match(name):
        name = f"_{name}"
    return _shortened(name) or NAMELESS


def _shortened(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > MAX_EXTENSION or not stem:
        stem, dot, extension = name, "", ""
    tail = dot + extension
    stem = stem[: MAX_CHARACTERS - len(tail)]
    while len((stem + tail).encode()) > MAX_BYTES:
        stem = stem[:-1]
    return stem.rstrip(". ") + tail
