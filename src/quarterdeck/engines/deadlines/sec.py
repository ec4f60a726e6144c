"""Duties to the Securities and Exchange Commission: Form 8-K Item 1.05, its amendment, and Form 6-K."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from quarterdeck.engines.deadlines.business_days import CLOSURES_KNOWN_UNTIL
from quarterdeck.engines.deadlines.counting import (
    EASTERN,
    at_cutoff,
    delay_days,
    elapsed,
    four_business_days,
)
from quarterdeck.engines.deadlines.model import Counted, Duty, Event, Moment, Note, note
from quarterdeck.engines.deadlines.reading import first_detected
from quarterdeck.engines.deadlines.rules import (
    ITEM_105_FROM,
    SMALLER_COMPANIES_FROM,
    Rule,
    newest,
    rule_on,
)


def sec_duties(event: Event, as_of: date | None = None) -> tuple[Duty, ...]:
    """The duties of a registrant: the current report first, then its amendments, then the determination before it.

    `as_of` is an Eastern date up to which time since discovery is counted while nothing is determined.
    """
    if event.filer == "fpi":
        return (_form_6k(event),)
    report = _form_8k(event)
    found = [report, *_amendments(event, report)]
    found.append(_determination(event, as_of))
    return tuple(found)


# ---------------------------------------------------------------- Form 8-K


def _form_8k(event: Event) -> Duty:
    determined = event.determined_material
    if determined is None:
        remarks = [note("clock_is_determination")]
        if event.ag_delay:
            remarks.append(note("delay_without_report"))
        return _waiting("8k", "determined_material", remarks)
    day = determined.date_in(EASTERN)
    rule = rule_on("8k", day)
    if rule is None:
        return _not_in_force("8k", "determined_material", determined)
    base, counted = four_business_days(day, event.closures)
    notes = [note("clock_is_determination"), note("cutoff")]
    if day < SMALLER_COMPANIES_FROM:
        notes.append(note("smaller_companies", day=SMALLER_COMPANIES_FROM.isoformat()))
    if event.related:
        notes.append(note("aggregate", ids=", ".join(related.id for related in event.related)))
    duty = replace(
        _started(rule, "determined_material", determined),
        due=at_cutoff(base),
        counted=counted,
        notes=(*notes, *_unknown_closures(base)),
    )
    if not event.ag_delay:
        return duty
    delay = _delayed(event, base)
    if not delay.applied:
        return replace(duty, notes=(*duty.notes, *delay.notes))
    after, last = four_business_days(delay.ends, event.closures, "after_delay")
    # an early end of the risk cannot make the report due before it was due without any delay
    due = max(base, after)
    return replace(
        duty,
        due=at_cutoff(due),
        counted=(*counted, *delay.counted, *last),
        notes=(*notes, *delay.notes, *_unknown_closures(due)),
        due_without_delay=at_cutoff(base),
        delay_ends=delay.ends,
    )


@dataclass(frozen=True, slots=True)
class _Delay:
    applied: bool
    ends: date
    counted: tuple[Counted, ...]
    notes: tuple[Note, ...]


def _delayed(event: Event, base: date) -> _Delay:
    """The Attorney General's delays one after another, from the day on which the report was otherwise due."""
    ends, counted, notes, applied = base, list[Counted](), list[Note](), False
    for which, delay in enumerate(event.ag_delay, start=1):
        if delay.notified is not None and _too_late(delay.notified, ends, which):
            code = "notified_too_late" if which == 1 else "renewed_too_late"
            notes.append(note(code, which=which, day=ends.isoformat()))
            break
        begins = ends
        ends, days = delay_days(begins, delay.days, which)
        if delay.lifted is not None and delay.lifted.date_in(EASTERN) < ends:
            ends = delay.lifted.date_in(EASTERN)
            days = tuple(day for day in days if _is_until(day, ends))
            notes.append(note("lifted", day=ends.isoformat(), which=which))
        counted += days
        applied = True
        if delay.notified is None:
            notes.append(note("notice_not_given", which=which, day=begins.isoformat()))
        if delay.exemptive_order is not None:
            notes.append(note("exemptive_order", order=delay.exemptive_order, which=which))
    if applied:
        notes.append(note("after_delay", day=ends.isoformat()))
    return _Delay(applied, ends, tuple(counted), tuple(notes))


def _is_until(day: Counted, last: date) -> bool:
    # days of a delay are dates, never moments
    return day.at <= last


def _too_late(notified: Moment, ends: date, which: int) -> bool:
    """Whether the Commission was told only after the report was due, or after the delay before had run out."""
    if which == 1 and notified.instant is not None:
        return notified.instant >= at_cutoff(ends)
    return notified.date_in(EASTERN) > ends


def _amendments(event: Event, report: Duty) -> list[Duty]:
    if not event.undetermined_known:
        return [_waiting("8k_amendment", "undetermined_known", [note("amendment_waits")])]
    return [_amendment(event, known, report) for known in event.undetermined_known]


def _amendment(event: Event, known: Moment, report: Duty) -> Duty:
    day = known.date_in(EASTERN)
    rule = rule_on("8k_amendment", day)
    if rule is None:
        return _not_in_force("8k_amendment", "undetermined_known", known)
    if report.delay_ends is not None and report.due is not None and day <= report.due.date():
        waiting = _waiting(
            "8k_amendment", "undetermined_known", [note("goes_into_report", day=report.due.date().isoformat())]
        )
        return replace(waiting, start=known.in_zone(EASTERN))
    due, counted = four_business_days(day, event.closures)
    notes = [note("cutoff"), note("amendment")]
    if report.due is not None and day <= report.due.date():
        notes.append(note("known_before_report_due", day=report.due.date().isoformat()))
    return replace(
        _started(rule, "undetermined_known", known),
        due=at_cutoff(due),
        counted=counted,
        notes=(*notes, *_unknown_closures(due)),
    )


def _determination(event: Event, as_of: date | None) -> Duty:
    """Materiality is determined without unreasonable delay after discovery: no number, so the days are only shown."""
    found = first_detected(event)
    if found is None:
        return _waiting("8k_determination", "detected", [note("no_number")])
    start = found.date_in(EASTERN)
    determined = event.determined_material.date_in(EASTERN) if event.determined_material else None
    rule = rule_on("8k_determination", determined or max(start, ITEM_105_FROM))
    if rule is None:
        return _not_in_force("8k_determination", "detected", found)
    notes = [note("no_number")]
    if event.related:
        notes.append(note("aggregate_discovery", ids=", ".join(related.id for related in event.related)))
    duty = replace(_started(rule, "detected", found), when="promptly")
    until = determined or (as_of if as_of and as_of >= start else None)
    if until is None:
        return replace(duty, notes=tuple(notes))
    passed, counted = elapsed(start, until, event.closures)
    code = "days_to_determination" if determined else "days_so_far"
    notes.insert(0, note(code, calendar=passed.calendar_days, business=passed.business_days))
    return replace(duty, counted=counted, notes=tuple(notes), elapsed=passed)


# ---------------------------------------------------------------- Form 6-K


def _form_6k(event: Event) -> Duty:
    """Furnished promptly after the information is public at home, with an exchange, or with the holders."""
    remarks = [note("no_number_6k"), note("triggers_6k")]
    if event.ag_delay:
        remarks.append(note("delay_not_for_6k"))
    published = event.published_at_home
    if published is None:
        return replace(_waiting("6k", "published_at_home", remarks), triggers=("home_law", "exchange", "holders"))
    rule = rule_on("6k", published.date_in(EASTERN))
    if rule is None:
        return _not_in_force("6k", "published_at_home", published)
    return replace(
        _started(rule, "published_at_home", published),
        when="promptly",
        notes=tuple(remarks),
        triggers=(event.published_by,) if event.published_by else ("home_law", "exchange", "holders"),
    )


# ---------------------------------------------------------------- shapes


def _started(rule: Rule, start_event: str, start: Moment) -> Duty:
    return Duty(
        key=rule.key,
        regime=rule.regime,
        rule=rule.citation,
        source=rule.source,
        in_force_from=rule.in_force_from,
        start_event=start_event,
        start=start.in_zone(EASTERN),
        due=None,
        when="by",
    )


def _waiting(key: str, start_event: str, notes: list[Note]) -> Duty:
    rule = newest(key)
    return Duty(
        key=key,
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


def _not_in_force(key: str, start_event: str, start: Moment) -> Duty:
    duty = _waiting(key, start_event, [note("not_in_force", day=newest(key).in_force_from.isoformat())])
    return replace(duty, start=start.in_zone(EASTERN))


def _unknown_closures(due: date) -> tuple[Note, ...]:
    """A closing ordered after the table was made would move the day."""
    if due <= CLOSURES_KNOWN_UNTIL + timedelta(days=1):
        return ()
    return (note("closures_unknown", day=CLOSURES_KNOWN_UNTIL.isoformat()),)
