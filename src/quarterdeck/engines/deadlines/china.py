"""Duties under China's rules on reporting cybersecurity incidents.

The Measures count from when the operator discovers the incident or learns of it, and say "at the latest" so many hours.
They ask for grading in that same breath; grading is given no time of its own, so none is added here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from quarterdeck.engines.deadlines.counting import CHINA, calendar_days, hours
from quarterdeck.engines.deadlines.model import China as Incident
from quarterdeck.engines.deadlines.model import Duty, Event, Grade, Moment, Note, note
from quarterdeck.engines.deadlines.privacy import CN_NAMES
from quarterdeck.engines.deadlines.rules import (
    RECIPIENT,
    RECORDS_OF_GRADE,
    REPORTED_GRADES,
    Rule,
    newest,
    rule_on,
)

MEASURES_AUTHORITY: Final = frozenset({"CAC", "MPS"})
"""The authorities to whom the Measures themselves lead."""

_ORDER: Final[tuple[Grade, ...]] = ("general", "relatively_major", "major", "particularly_major")


def china_duties(event: Event) -> tuple[Duty, ...]:
    """The report, its supplement and its summary, and what other laws of China ask of the same incident."""
    incident = event.china
    if incident is None:
        return ()
    report = _report(event, incident)
    found = [report]
    if report.key.startswith("cn_report"):
        found += [_supplement(event, report), _summary(incident)]
    found.append(_prompt(event, "cn_data", [note("no_number"), note("if_data_incident")]))
    if (incident.regulator or "").upper() == "MIIT":
        found.append(_prompt(event, "cn_miit", [note("no_number"), note("important_data_only")]))
    return tuple(found)


def uncovered_in_china(event: Event) -> tuple[Note, ...]:
    """A remark where a regulator has rules of its own whose periods are not here."""
    incident = event.china
    if incident is None or incident.regulator is None:
        return ()
    name = incident.regulator.upper()
    if name in MEASURES_AUTHORITY or name == "MIIT":
        return ()
    if name in ("PBOC", "PBC"):
        return (note("pboc_not_counted"),)
    return (note("regulator_not_covered", regulator=incident.regulator),)


def _report(event: Event, incident: Incident) -> Duty:
    operator = incident.operator or "other"
    key = f"cn_report_{operator}"
    known = event.detected
    if known is None:
        return _waiting(newest(key), "detected", [note("clock_is_discovery")])
    day = known.date_in(CHINA)
    rule = rule_on(key, day)
    if rule is None:
        return _prompt(
            event, "cn_law", [note("no_number"), note("before_measures", day=newest(key).in_force_from.isoformat())]
        )
    notes = [note("clock_is_discovery"), note("recipient", to=note(RECIPIENT[operator]))]
    if incident.operator is None:
        notes.append(note("operator_not_given"))
    notes += _about_grade(event, incident)
    start = known.start_in(CHINA)
    assert rule.hours is not None
    due, counted = hours(start, rule.hours, CHINA)
    if incident.grade is None:
        waiting = _waiting(rule, "detected", [note("grade_not_given", due=due.isoformat()), *notes])
        return replace(waiting, start=known.in_zone(CHINA))
    if incident.grade not in REPORTED_GRADES:
        waiting = _waiting(rule, "detected", [note("grade_not_reported"), *notes])
        return replace(waiting, start=known.in_zone(CHINA))
    if known.instant is None:
        notes.insert(0, note("from_midnight", place=str(CHINA)))
    if incident.grade in ("major", "particularly_major"):
        notes.append(note(f"onward_{operator}"))
    if incident.regulator and incident.regulator.upper() not in MEASURES_AUTHORITY:
        notes.append(note("also_to_regulator", regulator=incident.regulator))
    return replace(_waiting(rule, "detected", notes), start=known.in_zone(CHINA), due=due, when="by", counted=counted)


def _about_grade(event: Event, incident: Incident) -> list[Note]:
    """The annex grades by the number of people; a lower grade than that is pointed out."""
    records = event.personal_data.records if event.personal_data else None
    regions = event.personal_data.regions if event.personal_data else ()
    if records is None or not CN_NAMES.intersection(regions):
        return []
    least = next((grade for number, grade in RECORDS_OF_GRADE if records >= number), None)
    if least is None or (incident.grade and _ORDER.index(incident.grade) >= _ORDER.index(least)):
        return []
    return [note("grade_by_records", records=records, grade=note(f"grade.{least}"))]


def _supplement(event: Event, report: Duty) -> Duty:
    """What could not be told within the hours is told promptly afterwards."""
    rule = newest("cn_supplement")
    if report.when != "by" or event.detected is None:
        return _waiting(rule, "detected", [note("supplement")])
    return replace(
        _waiting(rule, "detected", [note("no_number"), note("supplement")]),
        start=event.detected.in_zone(CHINA),
        when="promptly",
    )


def _summary(incident: Incident) -> Duty:
    rule = newest("cn_summary")
    handled = incident.handled
    if handled is None:
        return _waiting(rule, "china.handled", [note("summary_waits", days=rule.days or 0)])
    dated = rule_on("cn_summary", handled.date_in(CHINA))
    if dated is None or dated.days is None:
        return _waiting(rule, "china.handled", [note("not_in_force", day=rule.in_force_from.isoformat())])
    due, counted = calendar_days(handled.date_in(CHINA), dated.days, CHINA)
    return replace(
        _waiting(dated, "china.handled", [note("summary_days")]),
        start=handled.in_zone(CHINA),
        due=due,
        when="by",
        counted=counted,
    )


def _prompt(event: Event, key: str, notes: list[Note]) -> Duty:
    """A duty without a number, started by discovery."""
    known: Moment | None = event.detected
    rule = newest(key) if known is None else rule_on(key, known.date_in(CHINA))
    if known is None:
        return _waiting(newest(key), "detected", notes)
    if rule is None:
        first = newest(key)
        waiting = _waiting(first, "detected", [note("not_in_force", day=first.in_force_from.isoformat())])
        return replace(waiting, start=known.in_zone(CHINA))
    return replace(_waiting(rule, "detected", notes), start=known.in_zone(CHINA), when="promptly")


def _waiting(rule: Rule, start_event: str, notes: list[Note]) -> Duty:
    return Duty(
        key=rule.key,
        regime=rule.regime,
        rule=rule.citation,
        source=rule.source,
        in_force_from=rule.in_force_from,
        start_event=start_event,
        start=None,
        due=None,
        when="not_started",
        notes=tuple(notes),
    )
