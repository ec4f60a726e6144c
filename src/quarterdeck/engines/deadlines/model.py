"""What happened, and which notification duties it starts: the shapes that go in and come out.

Nothing here is a sentence for a person. A reason is a `Note`: a code with parameters, put into words by
:mod:`quarterdeck.engines.deadlines.words`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Literal

Filer = Literal["domestic", "fpi"]
"""Who reports to the SEC: on Form 8-K ("domestic") or, as a foreign private issuer, on Form 6-K ("fpi")."""

When = Literal["by", "promptly", "not_started"]
"""How a duty binds: by a moment; promptly, where the rule gives no number; or not at all until its start event."""

Stage = Literal["elapsed", "period", "ag_delay", "after_delay"]
"""What a counted day belongs to: time that only passed, the rule's own period, the Attorney General's delay, or the
four business days after that delay."""

Operator = Literal["cii", "state_organ", "other"]
"""Network operators as Article 4 of China's measures divides them: operators of critical information infrastructure,
departments of the central Party and state organs with their units, and everybody else."""

Grade = Literal["particularly_major", "major", "relatively_major", "general"]
"""Grades of a cybersecurity incident in China: 特别重大, 重大, 较大, 一般."""

Risk = Literal["unlikely", "risk", "high"]
"""Risk to the rights and freedoms of natural persons, as Articles 33 and 34 GDPR divide it."""

Trigger = Literal["home_law", "exchange", "holders"]
"""What makes information reportable on Form 6-K: made public under home law, filed with an exchange that made it
public, or distributed to security holders; or the duty to do so."""


@dataclass(frozen=True, slots=True)
class Note:
    """A reason or remark: a code, and the parameters its words need (in order of name)."""

    code: str
    params: tuple[tuple[str, str | int | Note], ...] = ()


def note(code: str, **params: str | int | Note) -> Note:
    """A `Note` with its parameters given by name."""
    return Note(code, tuple(sorted(params.items())))


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened: a date with time and offset, or a date alone where nobody noted the hour."""

    day: date
    instant: datetime | None = None

    @classmethod
    def of(cls, value: date | datetime) -> Moment:
        """From a date, or from a datetime, which must know its offset. Raises ValueError otherwise."""
        if not isinstance(value, datetime):
            return cls(value)
        if value.utcoffset() is None:
            raise ValueError("a moment with a time of day needs its offset from UTC")
        return cls(value.date(), value)

    def date_in(self, zone: tzinfo) -> date:
        """The calendar date there. A date alone is taken as a date of that place."""
        return self.day if self.instant is None else self.instant.astimezone(zone).date()

    def start_in(self, zone: tzinfo) -> datetime:
        """The moment itself; for a date alone the first of that day there, which is never too late."""
        return datetime.combine(self.day, time(), zone) if self.instant is None else self.instant

    def in_zone(self, zone: tzinfo) -> date | datetime:
        """As it reads there: a datetime with that place's offset, or the date alone."""
        return self.day if self.instant is None else self.instant.astimezone(zone)


@dataclass(frozen=True, slots=True)
class AgDelay:
    """One delay that the Attorney General specified under Form 8-K Item 1.05(c).

    `days` counts calendar days. `notified` is when the Commission had the determination in writing, `lifted` when the
    Attorney General told it that the risk had ended early, `exemptive_order` the Commission's own order, without which
    nothing follows the third delay. None: not given.
    """

    days: int
    notified: Moment | None = None
    lifted: Moment | None = None
    exemptive_order: str | None = None


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Personal data touched by the incident. `aware` is when the controller knew with reasonable certainty."""

    regions: tuple[str, ...] = ()
    records: int | None = None
    aware: Moment | None = None
    risk: Risk | None = None


@dataclass(frozen=True, slots=True)
class China:
    """The incident as China's rules see it. `handled` is the end of its handling."""

    operator: Operator | None = None
    grade: Grade | None = None
    regulator: str | None = None
    handled: Moment | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """An occurrence that is weighed together with this incident."""

    id: str
    detected: Moment


@dataclass(frozen=True, slots=True)
class Event:
    """Everything a notification duty may start from. What has not happened, or is not known, is None or empty.

    `closures` are days on which EDGAR is announced closed beyond those this product knows. `unknown` are names in the
    input that mean nothing here.
    """

    filer: Filer
    detected: Moment | None = None
    determined_material: Moment | None = None
    undetermined_known: tuple[Moment, ...] = ()
    published_at_home: Moment | None = None
    published_by: Trigger | None = None
    ag_delay: tuple[AgDelay, ...] = ()
    personal_data: PersonalData | None = None
    china: China | None = None
    related: tuple[Related, ...] = ()
    closures: tuple[date, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """One day or hour of a count. `at` is the day, or the moment the hour ends.

    `counts` says whether it is one of those the rule counts; `number` is then which, from 1.
    """

    at: date | datetime
    counts: bool
    because: Note
    number: int | None = None
    stage: Stage = "period"


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Time from discovery to determination: calendar days, and business days of the Commission among them."""

    calendar_days: int
    business_days: int


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty to notify.

    `rule` is the citation, `source` where it can be read, `in_force_from` since when this wording binds. `start_event`
    names the field of the event that starts it. `due` is None unless `when` is "by". `counted` leads from `start` to
    `due` one by one. `due_without_delay` and `delay_ends` are set where the Attorney General delayed a disclosure.
    """

    key: str
    regime: str
    rule: str
    source: str
    in_force_from: date
    start_event: str
    start: date | datetime | None
    due: datetime | None
    when: When
    counted: tuple[Counted, ...] = ()
    notes: tuple[Note, ...] = ()
    elapsed: Elapsed | None = None
    triggers: tuple[Trigger, ...] = ()
    due_without_delay: datetime | None = None
    delay_ends: date | None = None
