"""What a calendar program reads is what was written, whatever stands in a title."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.calendar import DayEntry, write_calendar

STAMP = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def _read(document: str) -> list[dict[str, str]]:
    """The events as RFC 5545 says they are read: unfold, split at the colon, take the escapes away."""
    assert document.endswith("\r\n")
    lines = document.replace("\r\n ", "").split("\r\n")
    events: list[dict[str, str]] = []
    for line in lines:
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and ":" in line:
            name, _colon, value = line.partition(":")
            text, escape = "", False
            for char in value:
                if escape:
                    text, escape = text + ("\n" if char in "nN" else char), False
                elif char == "\\":
                    escape = True
                else:
                    text += char
            events[-1][name.partition(";")[0]] = text
    return events


def test_a_day_is_one_whole_day() -> None:
    (event,) = _read(write_calendar("Tasks", [DayEntry("t-1", date(2026, 3, 31), "Finish the course")], STAMP))
    assert event["DTSTART"] == "20260331"
    assert event["DTEND"] == "20260401"
    assert event["SUMMARY"] == "Finish the course"
    assert event["DTSTAMP"] == "20260302T080000Z"


def test_a_title_cannot_begin_a_property_of_its_own() -> None:
    (event,) = _read(
        write_calendar("Tasks", [DayEntry("t-1", date(2026, 3, 31), "a\r\nATTENDEE:mailto:x@example.org")], STAMP)
    )
    assert "ATTENDEE" not in event
    assert event["SUMMARY"] == "a\nATTENDEE:mailto:x@example.org"


def test_a_stamp_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="time zone"):
        write_calendar("Tasks", [], datetime(2026, 3, 2))


@settings(max_examples=50)
@given(st.text(max_size=300))
def test_any_title_comes_back_and_no_line_is_too_long(title: str) -> None:
    document = write_calendar("Tasks", [DayEntry("t-1", date(2026, 3, 31), title)], STAMP)
    assert all(len(line.encode("utf-8", "surrogatepass")) <= 75 for line in document.split("\r\n"))
    plain = title.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(char for char in plain if char in "\n\t" or (ord(char) >= 32 and ord(char) != 127))
    (event,) = _read(document)
    assert event["SUMMARY"] == plain
