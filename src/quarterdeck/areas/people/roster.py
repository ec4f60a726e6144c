"""Reading a list of employees from a CSV file, as a personnel system exports it. Pure: bytes in, rows and problems out.

One row is one person; the e-mail address says who it is. Columns are found by their heading, in any order; headings that
mean nothing here are named and left alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

#: What a file may hold. A company with more people sends one file for each part.
MOST_ROWS: Final = 100_000
MOST_BYTES: Final = 30_000_000
#: Problems that are told one by one; of more, the number.
TOLD: Final = 20

#: Heading, as written in the wild → what it means here.
HEADINGS: Final[Mapping[str, str]] = {
    "name": "name", "full name": "name", "full_name": "name", "employee": "name", "姓名": "name",
    "email": "email", "e-mail": "email", "mail": "email", "email address": "email", "邮箱": "email", "电子邮件": "email",
    "unit": "unit", "unit code": "unit", "department": "unit", "department code": "unit", "部门": "unit",
    "title": "title", "job title": "title", "position": "title", "职位": "title",
    "level": "level", "职级": "level",
    "login": "login", "user name": "login", "username": "login", "账号": "login",
}  # fmt: skip
NEEDED: Final = ("name", "email")


class RosterError(Exception):
    """The file cannot be read as a list of people at all; the message says why, in plain words."""


@dataclass(frozen=True)
class Row:
    """One person as the file says it. ``line`` is the line in the file, from 1; what is not given is empty."""

    line: int
    name: str
    email: str
    unit: str = ""
    title: str = ""
    level: str = ""
    login: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one line. ``code`` is stable, ``value`` what stood there."""

    line: int
    code: str
    value: str = ""


@dataclass(frozen=True)
class Roster:
    """What a file says: good rows in its order, what is wrong, and the headings that mean nothing here."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...]


def read_roster(content: bytes, units: frozenset[str], levels: frozenset[str]) -> Roster:
    """Read ``content``: UTF-8 (with or without a mark) or GB 18030, separated by comma, semicolon or tab.

    ``units`` and ``levels`` are the codes there are, in lower case. RosterError for what is no such file.
    """
    if len(content) > MOST_BYTES:
        raise RosterError("too_large")
    try:
        return _read(_lines(_text(content), _separator(content)), units, levels)
    except csv.Error as error:
        raise RosterError("not_csv") from error


def _lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Cells with the line of the file on which they end."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    for cells in reader:
        yield reader.line_num, cells


def _read(lines: Iterator[tuple[int, list[str]]], units: frozenset[str], levels: frozenset[str]) -> Roster:
    first = next((cells for _line, cells in lines), None)
    if first is None:
        raise RosterError("empty")
    places: dict[str, int] = {}
    ignored: list[str] = []
    for place, heading in enumerate(first):
        meaning = HEADINGS.get(" ".join(heading.split()).casefold())
        if meaning is None or meaning in places:
            ignored.append(heading.strip()[:60])
        else:
            places[meaning] = place
    if any(name not in places for name in NEEDED):
        raise RosterError("no_heading")
    rows: list[Row] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    logins: dict[str, int] = {}
    for number, (line, cells) in enumerate(lines, 1):
        if number > MOST_ROWS:
            raise RosterError("too_many")
        if not any(cell.strip() for cell in cells):
            continue
        given = {name: (cells[place].strip() if place < len(cells) else "") for name, place in places.items()}
        row = Row(line, **given)
        found = _problems(row, units, levels)
        address, login = row.email.casefold(), row.login.casefold()
        if address in seen:
            found.append(Problem(row.line, "twice", row.email))
        if login and login in logins:
            found.append(Problem(row.line, "login_twice", row.login))
        seen[address] = logins[login] = row.line
        if found:
            problems += found
        else:
            rows.append(row)
    return Roster(tuple(rows), tuple(problems), tuple(ignored))


def _problems(row: Row, units: frozenset[str], levels: frozenset[str]) -> list[Problem]:
    found: list[Problem] = []
    for name in ("name", "email", "unit", "title", "level", "login"):
        value = getattr(row, name)
        if len(value) > (150 if name == "login" else 200):
            found.append(Problem(row.line, "too_long", name))
        if any(ord(char) < 32 or ord(char) == 127 for char in value):
            found.append(Problem(row.line, "control", name))
    if not row.name:
        found.append(Problem(row.line, "no_name"))
    local, at, domain = row.email.rpartition("@")
    if not (local and at and "." in domain) or any(char.isspace() or char in ",;<>\"'()" for char in row.email):
        found.append(Problem(row.line, "email", row.email))
    if row.unit and row.unit.casefold() not in units:
        found.append(Problem(row.line, "unit", row.unit))
    if row.level and row.level.casefold() not in levels:
        found.append(Problem(row.line, "level", row.level))
    if row.level and not row.title:
        found.append(Problem(row.line, "level_without_title", row.level))
    if row.login and not (row.login[0].isalnum() and all(char.isalnum() or char in "._@+-" for char in row.login)):
        found.append(Problem(row.line, "login", row.login))
    return found


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            raise RosterError("not_csv")
        return text
    raise RosterError("encoding")


def _separator(content: bytes) -> str:
    """The separator that divides the line of headings most."""
    head = content.split(b"\n", 1)[0]
    return max((",", ";", "\t"), key=lambda char: head.count(char.encode()))
