"""What a demonstration company is made of: its story, and how its annual disclosure comes about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from quarterdeck.demo.house import House
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
class Story:
    """One company. ``stage`` founds its home and sets every scene; nothing but the founding has happened then."""

    letter: str
    house: House
    stage: Callable[[], Stage]
    annual: Annual
