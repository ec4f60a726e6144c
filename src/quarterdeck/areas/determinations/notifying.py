"""An incident as an event of the deadlines engine: whom the law asks to be told of it, and from when that is counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.bodies.queries import local_zone
from quarterdeck.areas.determinations.models import Determination, Exposure, FollowUp, Related
from quarterdeck.areas.determinations.queries import decided, material_since, submitted_assessment
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.engines.deadlines import AgDelay, China, Event, Moment, PersonalData
from quarterdeck.engines.deadlines import Related as Occurrence
from quarterdeck.engines.deadlines.counting import EASTERN
from quarterdeck.engines.deadlines.model import Filer
from quarterdeck.engines.deadlines.reading import GRADES, OPERATORS, RISKS, TRIGGERS


def determined_at(decision: Decision) -> datetime:
    """A moment not after the body decided, so that no clock is read as starting later than it did.

    The opening of the meeting that took the decision; for a written resolution the first moment of its day.
    """
    held = decision.meeting.held_at
    assert decision.decided_on is not None
    first = datetime.combine(decision.decided_on, time.min, tzinfo=local_zone())
    return first if held is None or decision.meeting.written else held


def exposure_of(incident: Incident) -> Exposure | None:
    """What was said of its reach; None while nobody has."""
    return Exposure.objects.filter(incident=incident).first()


def delays_of(rows: list[dict[str, object]]) -> tuple[AgDelay, ...]:
    """The delays as recorded, in order."""
    return tuple(
        AgDelay(
            days=int(str(row["days"])),
            notified=_day(row.get("notified")),
            lifted=_day(row.get("lifted")),
            exemptive_order=str(row["exemptive_order"]) if row.get("exemptive_order") else None,
        )
        for row in rows
    )


def _day(value: object) -> Moment | None:
    return Moment(date.fromisoformat(str(value))) if value else None


def _moment(value: datetime | None) -> Moment | None:
    return None if value is None else Moment.of(value)


def event_of(
    incident: Incident,
    filer: Filer,
    named: Callable[[Incident], str] | None = None,
    reach: Exposure | None = None,
) -> Event:
    """What the engine has to know of it. Only a body's decision that it is material starts the clock of Form 8-K.

    ``named`` says how related incidents are called, where not everybody may read their number; ``reach`` is given where
    the caller has read it.
    """
    decision = None
    if incident.materiality == Incident.Materiality.MATERIAL:
        since = material_since(incident)
        decision = incident.determination if since is None else since.decision
    determined = None if decision is None else Moment.of(determined_at(decision))
    reach = reach or exposure_of(incident)
    event = Event(
        filer=filer,
        detected=Moment.of(incident.discovered_at),
        determined_material=determined,
        undetermined_known=() if determined is None else _known_since(incident, determined),
        related=tuple(
            Occurrence((named or _number)(row.other), Moment.of(row.other.discovered_at)) for row in weighed(incident)
        ),
    )
    if reach is None:
        return event
    return Event(
        filer=event.filer,
        detected=event.detected,
        determined_material=event.determined_material,
        undetermined_known=event.undetermined_known,
        related=event.related,
        published_at_home=_moment(reach.published_at),
        published_by=TRIGGERS[reach.published_by] if reach.published_by else None,
        ag_delay=delays_of(reach.ag_delays),
        personal_data=_personal_data(reach),
        china=_china(reach),
    )


def _number(incident: Incident) -> str:
    return incident.number


def _personal_data(reach: Exposure) -> PersonalData | None:
    regions = tuple(dict.fromkeys(code.strip().upper() for code in reach.regions.split(",") if code.strip()))
    if not regions:
        return None
    return PersonalData(
        regions=regions,
        records=reach.records,
        aware=_moment(reach.aware_at),
        risk=RISKS[reach.risk] if reach.risk else None,
    )


def _china(reach: Exposure) -> China | None:
    if not reach.in_china:
        return None
    return China(
        operator=OPERATORS[reach.operator] if reach.operator else None,
        grade=GRADES[reach.grade] if reach.grade else None,
        regulator=reach.regulator,
        handled=_moment(reach.handled_at),
    )


def weighed(incident: Incident) -> list[Related]:
    """The related incidents of the assessment that the determination rests on, or else of the one submitted last."""
    taken = decided(incident, Determination.Question.MATERIALITY)
    assessment = submitted_assessment(incident) if taken is None else taken.assessment
    if assessment is None:
        return []
    return list(Related.objects.filter(assessment=assessment, struck=False).select_related("other").order_by("pk"))


def _known_since(incident: Incident, determined: Moment) -> tuple[Moment, ...]:
    """When what was undetermined became known, after it was determined to be material.

    The question whether it is material at all is none of these: its answer is the determination itself.
    """
    rows = FollowUp.objects.filter(incident=incident, state=FollowUp.State.SETTLED, settled_at__isnull=False)
    known = [
        Moment.of(row.settled_at)
        for row in rows.order_by("settled_at", "pk")
        if row.settled_at is not None and row.question not in _asks_materiality(incident)
    ]
    first = determined.date_in(EASTERN)
    return tuple(moment for moment in known if moment.date_in(EASTERN) >= first)


def _asks_materiality(incident: Incident) -> set[str]:
    """The question that an undetermined answer leaves open, in every language it may have been written in."""
    words = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words.add(gettext("Is %(number)s material?") % {"number": incident.number})
    return words
