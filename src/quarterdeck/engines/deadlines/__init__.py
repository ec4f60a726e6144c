"""Notification duties that a cybersecurity incident starts: who has to be told by when, and how that was counted.

    event = parse_event({"filer": "domestic", "determined_material": "2025-06-21"})
    for duty in duties(event):
        duty.regime, duty.when, duty.due, [say(day.because) for day in duty.counted]

The rules are data with citations (:mod:`.rules`); what is not covered is said by `not_covered`, never guessed.
"""

from __future__ import annotations

from datetime import date

from quarterdeck.engines.deadlines.china import china_duties, uncovered_in_china
from quarterdeck.engines.deadlines.model import (
    AgDelay,
    China,
    Counted,
    Duty,
    Elapsed,
    Event,
    Moment,
    Note,
    PersonalData,
    Related,
    note,
)
from quarterdeck.engines.deadlines.privacy import privacy_duties, uncovered_regions
from quarterdeck.engines.deadlines.reading import EventError, check_event, parse_event
from quarterdeck.engines.deadlines.sec import sec_duties
from quarterdeck.engines.deadlines.words import say

__all__ = [
    "AgDelay",
    "China",
    "Counted",
    "Duty",
    "Elapsed",
    "Event",
    "EventError",
    "Moment",
    "Note",
    "PersonalData",
    "Related",
    "duties",
    "duty_json",
    "not_covered",
    "note",
    "note_json",
    "parse_event",
    "say",
]


def duties(event: Event, as_of: date | None = None) -> tuple[Duty, ...]:
    """Every duty that `event` starts or may start, those to the SEC first.

    `as_of`, an Eastern date, only tells up to when the days since discovery are shown while nothing is determined.
    Raises `EventError` for an event that cannot be, such as a determination before the discovery.
    """
    check_event(event)
    return (*sec_duties(event, as_of), *privacy_duties(event), *china_duties(event))


def not_covered(event: Event) -> tuple[Note, ...]:
    """What the event names and no rule here answers: regions, regulators, fields."""
    return (
        *uncovered_regions(event),
        *uncovered_in_china(event),
        *(note("unknown_field", field=name) for name in event.unknown),
    )


def duty_json(duty: Duty) -> dict[str, object]:
    """The duty as ``deadlines --json`` prints it, in English. Times are RFC 3339, dates ISO, unknown is None."""
    return {
        "regime": duty.regime,
        "rule": duty.rule,
        "start_event": duty.start_event,
        "start": _iso(duty.start),
        "due": _iso(duty.due),
        "when": duty.when,
        "counted": [
            {
                "date": _iso(day.at),
                "counts": day.counts,
                "because": say(day.because),
                "code": day.because.code,
                "number": day.number,
                "stage": day.stage,
            }
            for day in duty.counted
        ],
        "key": duty.key,
        "source": duty.source,
        "rule_in_force_from": duty.in_force_from.isoformat(),
        "due_without_delay": _iso(duty.due_without_delay),
        "delay_ends": _iso(duty.delay_ends),
        "elapsed": (
            {"calendar_days": duty.elapsed.calendar_days, "business_days": duty.elapsed.business_days}
            if duty.elapsed
            else None
        ),
        "triggers": list(duty.triggers),
        "notes": [note_json(remark) for remark in duty.notes],
    }


def note_json(remark: Note) -> dict[str, str]:
    """A remark as `{"code","text"}`."""
    return {"code": remark.code, "text": say(remark)}


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
