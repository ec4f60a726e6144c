"""Whom the law asks to be told of the incident and by when: the incident as an event of the deadlines engine."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils.translation import gettext as _

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.bodies.queries import local_day, local_zone
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.organisation.models import FilerStatus
from quarterdeck.engines.deadlines import Duty, Elapsed, Event, EventError, Moment, duties, say
from quarterdeck.engines.deadlines.model import Filer
from quarterdeck.kernel.ui import formats
from quarterdeck.web.incident_room.reading import Case

TONES = {"by": "stale", "promptly": "stale", "not_started": "unevidenced"}


def determined_at(decision: Decision) -> datetime:
    """A moment not after the body decided, so that no clock is read as starting later than it did.

    The opening of the meeting that took the decision; for a written resolution the first moment of its day.
    """
    held = decision.meeting.held_at
    assert decision.decided_on is not None
    first = datetime.combine(decision.decided_on, time.min, tzinfo=local_zone())
    return first if held is None or decision.meeting.written else held


def event_of(incident: Incident, filer: Filer) -> Event:
    """What the engine has to know of it. Only a body's decision that it is material starts the clock of Form 8-K."""
    decision = incident.determination if incident.materiality == Incident.Materiality.MATERIAL else None
    return Event(
        filer=filer,
        detected=Moment.of(incident.discovered_at),
        determined_material=None if decision is None else Moment.of(determined_at(decision)),
    )


def filer_on(day: date) -> Filer | None:
    """As which filer the registrant reports on that day; None while nobody has said so."""
    status = FilerStatus.objects.on(day).order_by("-effective_from").first()
    if status is None:
        return None
    return "domestic" if status.filer == FilerStatus.Filer.DOMESTIC else "fpi"


def drawn(case: Case) -> list[dict[str, object]] | None:
    """Every duty as the room draws it, or None while nobody has said which filer the company is."""
    filer = filer_on(local_day(case.now))
    if filer is None:
        return None
    try:
        found = duties(event_of(case.incident, filer), local_day(case.now))
    except EventError as refusal:
        return [{"regime": _("The clocks cannot be read"), "notes": [say(refusal.reason, _)], "counted": []}]
    return [_duty(duty, case) for duty in found]


def _duty(duty: Duty, case: Case) -> dict[str, object]:
    over = duty.due is not None and case.now > duty.due
    words = {"by": _("due"), "promptly": _("promptly"), "not_started": _("not started")}
    return {
        "regime": duty.regime,
        "rule": duty.rule,
        "word": _("its time has passed") if over else words[duty.when],
        "tone": "contradicted" if over else TONES[duty.when],
        "start": _starts(duty),
        "due": None if duty.due is None else formats.moment(duty.due),
        "elapsed": None if duty.elapsed is None else _elapsed(duty.elapsed),
        "counted": [
            {
                "at": formats.moment(day.at) if isinstance(day.at, datetime) else formats.day(day.at),
                "counts": day.counts,
                "because": say(day.because, _),
            }
            for day in duty.counted
        ],
        "notes": [say(remark, _) for remark in duty.notes],
    }


def _starts(duty: Duty) -> str:
    events = {
        "detected": _("discovery"),
        "determined_material": _("the body's determination that it is material"),
        "undetermined_known": _("what was undetermined becoming known"),
        "published_at_home": _("publication at home"),
    }
    event = events.get(duty.start_event, duty.start_event)
    if duty.start is None:
        return _("starts with %(event)s") % {"event": event}
    at = formats.moment(duty.start) if isinstance(duty.start, datetime) else formats.day(duty.start)
    return _("started with %(event)s, %(at)s") % {"event": event, "at": at}


def _elapsed(passed: Elapsed) -> str:
    return _("%(days)s calendar days, %(business)s business days of the Commission") % {
        "days": formats.number(passed.calendar_days),
        "business": formats.number(passed.business_days),
    }
