"""What a demonstration company is made of: its story, and how what it files comes about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from quarterdeck.demo.house import House
from quarterdeck.demo.sittings import Room
from quarterdeck.demo.stage import Stage


@dataclass(frozen=True)
class Annual:
    """The annual disclosure: who prepares and approves it, on which days, and by which decision (its name in the cast).

    ``revise`` is what the preparer writes by hand between drafting and submitting.
    """

    form: str
    preparer: str
    approver: str
    drafted: date
    submitted: date
    approved: date
    filing: date
    decision: str
    sealed: datetime
    revise: Callable[[Stage], None] | None = None


@dataclass(frozen=True)
class Report:
    """One current report. ``name``: in the cast, and of the folder of its package. ``brought``: the day on which it is
    submitted, put before the body as a written resolution, and approved. ``amends``: the name of the report it amends;
    ``concerns``: the point of Item 1.05 that became known; ``label``: what it calls the incident."""

    name: str
    drafted: date
    brought: date
    filing: date
    label: str = ""
    amends: str = ""
    concerns: str = ""


@dataclass(frozen=True)
class Current:
    """The current reports on one incident (by its name in the cast), in order, and the room of the body that votes on them."""

    form: str
    incident: str
    preparer: str
    approver: str
    room: Room
    reports: tuple[Report, ...]


@dataclass(frozen=True)
class Story:
    """One company. ``stage`` founds its home and sets every scene; nothing but the founding has happened then.

    ``guests``: logins that are opened in its course to people from outside."""

    letter: str
    house: House
    stage: Callable[[], Stage]
    files: Annual | Current
    guests: tuple[str, ...] = ()
