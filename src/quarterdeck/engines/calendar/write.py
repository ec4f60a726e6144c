"""Writing RFC 5545: whole-day events, escaped text, lines of at most 75 octets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

#: RFC 5545, section 3.1: octets of a line, its break not counted.
LINE: Final = 75


@dataclass(frozen=True)
class DayEntry:
    """One whole day. ``uid`` stays the same for the same thing, so that a calendar moves it instead of adding another."""

    uid: str
    day: date
    summary: str
    description: str = ""
    url: str = ""


def write_calendar(name: str, entries: Iterable[DayEntry], stamp: datetime) -> str:
    """The document, lines ended by CRLF. ``stamp`` (aware) is when it was written.

    ValueError for a stamp without zone: RFC 5545 wants UTC.
    """
    if stamp.tzinfo is None:
        raise ValueError("the stamp needs a time zone")
    written = stamp.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Quarterdeck//Tasks//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{escaped(name)}",
    ]
    for entry in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{escaped(entry.uid)}",
            f"DTSTAMP:{written}",
            f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{escaped(entry.summary)}",
            "TRANSP:TRANSPARENT",
        ]
        if entry.description:
            lines.append(f"DESCRIPTION:{escaped(entry.description)}")
        if entry.url:
            # A URI is no text: nothing in it is escaped, so whatever would end the line must not be in it.
            lines.append("URL:" + "".join(entry.url.split()))
        lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    """Text as RFC 5545, section 3.3.11, wants it; other control characters have no place in it and go."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(char for char in plain if char in "\n\t" or (ord(char) >= 32 and ord(char) != 127))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """A long line in pieces of at most 75 octets, never cut inside a character."""
    pieces: list[str] = []
    piece, size = "", 0
    for char in line:
        width = len(char.encode())
        # The blank that begins a continuation counts too.
        if size + width > LINE:
            pieces.append(piece)
            piece, size = "", 1
        piece += char
        size += width
    return "\r\n ".join([*pieces, piece])
