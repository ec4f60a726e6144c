"""Duties about personal data: Articles 33 and 34 of the GDPR and of the UK GDPR, Article 57 of China's PIPL.

How 72 hours are counted. They run without a break from the moment of awareness, over nights, week-ends and holidays:
that is the earliest reading, and the one taken here. Regulation (EEC, Euratom) No 1182/71 is kinder. Its Art. 3(1)
leaves the hour of the event out of a period in hours, Art. 3(2)(a) lets the period run to the end of its last hour, and
Art. 3(5) wants two working days in any period of two days or more. Its Art. 3(4), which moves an end from a Saturday,
Sunday or holiday to the next working day, excepts periods in hours. The later moments depend on the member state's
holidays, and no authority has promised to apply them; the note says that they exist.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo
from typing import Final

from quarterdeck.engines.deadlines.counting import BRUSSELS, CHINA, LONDON, hours
from quarterdeck.engines.deadlines.model import Duty, Event, Moment, Note, PersonalData, note
from quarterdeck.engines.deadlines.rules import newest, rule_on

MEMBERS: Final = frozenset(
    ("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "EL", "HU", "IE", "IT", "LV", "LT", "LU",
     "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO")
)  # fmt: skip
"""The European Union, and with it Iceland, Liechtenstein and Norway, by ISO 3166 code (Greece also as EL)."""

EU_NAMES: Final = frozenset({"EU", "EEA", *MEMBERS})
UK_NAMES: Final = frozenset({"UK", "GB"})
CN_NAMES: Final = frozenset({"CN", "CHINA", "PRC"})


def privacy_duties(event: Event) -> tuple[Duty, ...]:
    """The duties for every region whose rules are here, the European Union first."""
    data = event.personal_data
    if data is None:
        return ()
    regions = set(data.regions)
    found: list[Duty] = []
    if regions & EU_NAMES:
        found += _articles_33_and_34(data, "gdpr", BRUSSELS)
    if regions & UK_NAMES:
        found += _articles_33_and_34(data, "uk", LONDON)
    if regions & CN_NAMES:
        found.append(_pipl(event, data))
    return tuple(found)


def uncovered_regions(event: Event) -> tuple[Note, ...]:
    """A remark for every region whose rules are not here, and one where no region was given."""
    data = event.personal_data
    if data is None:
        return ()
    if not data.regions:
        return (note("no_region"),)
    known = EU_NAMES | UK_NAMES | CN_NAMES
    return tuple(note("region_not_covered", region=region) for region in data.regions if region not in known)


def _articles_33_and_34(data: PersonalData, law: str, place: tzinfo) -> list[Duty]:
    return [_authority(data, f"{law}_33", place), _people(data, f"{law}_34", place)]


def _authority(data: PersonalData, key: str, place: tzinfo) -> Duty:
    duty, aware = _at_awareness(data, key, place)
    remarks = [note("aware_means"), *_remarks(data)]
    if data.risk == "unlikely":
        return replace(duty, when="not_started", start=None, notes=(note("risk_unlikely"), *remarks))
    if aware is None or duty.when == "not_started":
        return replace(duty, notes=(*duty.notes, *remarks))
    rule = rule_on(key, aware.date_in(place))
    assert rule is not None
    assert rule.hours is not None
    start = aware.start_in(place)
    zone = place if aware.instant is None or start.tzinfo is None else start.tzinfo
    due, counted = hours(start, rule.hours, zone)
    notes = [note("hours_run_on"), *remarks]
    if key == "gdpr_33":
        notes.insert(1, note("kinder_reading"))
    if aware.instant is None:
        notes.insert(0, note("from_midnight", place=str(place)))
    return replace(duty, due=due, when="by", counted=counted, notes=tuple(notes))


def _people(data: PersonalData, key: str, place: tzinfo) -> Duty:
    duty, _aware = _at_awareness(data, key, place)
    if data.risk in ("unlikely", "risk"):
        return replace(duty, when="not_started", start=None, notes=(note("no_high_risk"),))
    remark = note("high_risk") if data.risk == "high" else note("if_high_risk")
    return replace(duty, notes=(*duty.notes, note("without_undue_delay"), remark))


def _at_awareness(data: PersonalData, key: str, place: tzinfo) -> tuple[Duty, Moment | None]:
    """The duty as it stands at awareness: prompt, or waiting, where awareness or the rule itself is still to come."""
    aware = data.aware
    rule = newest(key) if aware is None else rule_on(key, aware.date_in(place))
    named = rule or newest(key)
    notes: tuple[Note, ...] = ()
    if aware is None:
        notes = (note("not_aware"),)
    elif rule is None:
        notes = (note("not_in_force", day=named.in_force_from.isoformat()),)
    duty = Duty(
        key=key,
        regime=named.regime,
        rule=named.citation,
        source=named.source,
        in_force_from=named.in_force_from,
        start_event="personal_data.aware",
        # the moment with the offset it was noted in: it means nothing to move it to another clock
        start=None if aware is None else (aware.instant or aware.day),
        due=None,
        when="not_started" if notes else "promptly",
        notes=notes,
    )
    return duty, aware


def _remarks(data: PersonalData) -> list[Note]:
    found = [] if data.risk else [note("unless_unlikely")]
    if data.records == 0:
        found.append(note("no_records"))
    return found


def _pipl(event: Event, data: PersonalData) -> Duty:
    """Article 57: remedy at once and notify the authority and the people; the law gives no number."""
    start, field = (data.aware, "personal_data.aware") if data.aware else (event.detected, "detected")
    rule = newest("cn_personal") if start is None else rule_on("cn_personal", start.date_in(CHINA))
    named = rule or newest("cn_personal")
    notes = [note("no_number"), note("pipl_people")]
    if start is not None and rule is None:
        notes = [note("not_in_force", day=named.in_force_from.isoformat())]
    return Duty(
        key="cn_personal",
        regime=named.regime,
        rule=named.citation,
        source=named.source,
        in_force_from=named.in_force_from,
        start_event=field,
        start=start.in_zone(CHINA) if start else None,
        due=None,
        when="promptly" if start and rule else "not_started",
        notes=tuple(notes),
    )
