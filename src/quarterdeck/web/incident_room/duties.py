"""Whom the law asks to be told of the incident and by when, each day or hour counted, and what was filed already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.determinations.notifying import event_of
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.organisation.models import FilerStatus
from quarterdeck.engines.deadlines import Duty, Elapsed, EventError, duties, not_covered, say
from quarterdeck.engines.deadlines.counting import EASTERN
from quarterdeck.engines.deadlines.model import Filer
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.kernel.ui import formats
from quarterdeck.web.incident_room.dossier import Dossier
from quarterdeck.web.incident_room.reading import Case

TONES = {"by": "stale", "promptly": "stale", "not_started": "unevidenced"}
_REPORTS = {"8-K": "8k", "8-K/A": "8k_amendment", "6-K": "6k"}
#: Duties to the Commission: they hang on which filer the company is.
TO_THE_COMMISSION = frozenset({"8k", "8k_amendment", "8k_determination", "6k"})


@dataclass(frozen=True)
class Told:
    """A duty, and the day or moment it was met: of several amendments each has its own."""

    duty: Duty
    filed: date | None = None

    @property
    def took(self) -> timedelta | None:
        """From its start until it was told, where both hours are known."""
        start = self.duty.start
        if isinstance(self.filed, datetime) and isinstance(start, datetime):
            return self.filed - start
        return None

    def over(self, now: datetime) -> bool:
        """Its time passed and nothing was filed."""
        return self.filed is None and self.duty.due is not None and now > self.duty.due


@dataclass(frozen=True)
class Duties:
    """All of them; ``filer`` is None while nobody has said which filer the company is, ``fault`` why nothing is counted."""

    filer: Filer | None
    told: tuple[Told, ...] = ()
    left_out: tuple[str, ...] = ()
    fault: str = ""


def filer_on(day: date) -> Filer | None:
    """As which filer the registrant reports on that day; None while nobody has said so."""
    status = FilerStatus.objects.on(day).order_by("-effective_from").first()
    if status is None:
        return None
    return "domestic" if status.filer == FilerStatus.Filer.DOMESTIC else "fpi"


def filed_on(file: Dossier) -> Mapping[str, list[date]]:
    """When reports on it were released and authorities told, by the key of the duty."""
    made: dict[str, list[date]] = {}
    for form, day in file.filed:
        made.setdefault(_REPORTS.get(form, form), []).append(day)
    for notice in file.told:
        made.setdefault(notice.duty, []).append(notice.told_at)
    return made


def _first_met(duty: Duty, days: list[date]) -> date | None:
    """The first of the days; an amendment meets what became known up to its filing, not what came after."""
    if duty.key == "8k_amendment":
        if duty.start is None:
            return None
        first = duty.start.date() if isinstance(duty.start, datetime) else duty.start
        days = [day for day in days if day >= first]
    return min(days, default=None)


def _kind(duty: Duty) -> str:
    """The duty as notices name it: the report in China is one, whoever the operator is."""
    return "cn_report" if duty.key.startswith("cn_report") else duty.key


def counted(case: Case, file: Dossier, sight: Sight) -> Duties:
    """Every duty that the incident starts or may start, as of now."""
    filer = filer_on(local_day(case.now))

    def named(other: Incident) -> str:
        return other.number if sight.shows(other) else _("an incident behind another wall")

    event = event_of(case.incident, filer or "domestic", named, reach=file.exposure)
    if filer is None:
        event = replace(event, ag_delay=())
    try:
        found = duties(event, case.now.astimezone(EASTERN).date())
    except EventError as refusal:
        return Duties(filer, fault=say(refusal.reason, _))
    filed = filed_on(file)
    told = [
        Told(duty, _first_met(duty, filed.get(_kind(duty), [])))
        for duty in found
        if filer is not None or duty.key not in TO_THE_COMMISSION
    ]
    return Duties(filer, tuple(told), tuple(say(remark, _) for remark in not_covered(event)))


def reported_on(found: Duties) -> date | None:
    """The day on which the first report on it to the Commission was released."""
    days = [one.filed for one in found.told if one.filed is not None and one.duty.key in TO_THE_COMMISSION]
    return min(days) if days else None


def urgent(told: Iterable[Told], now: datetime) -> Told | None:
    """The running clock that ends first; where none has an end, the first that runs “promptly”.

    The determination itself is no report: it has a clock of its own in the room.
    """
    running = [one for one in told if one.filed is None and one.duty.key != "8k_determination"]
    ends = [one for one in running if one.duty.due is not None]
    if ends:
        return min(ends, key=lambda one: one.duty.due or now)
    return next((one for one in running if one.duty.when == "promptly"), None)


def drawn(found: Duties, now: datetime) -> list[dict[str, object]]:
    """Every duty as the room draws it."""
    if found.fault:
        return [{"regime": _("The clocks cannot be read"), "notes": [found.fault], "counted": []}]
    return [_drawn(one, now) for one in found.told]


def _drawn(one: Told, now: datetime) -> dict[str, object]:
    duty = one.duty
    word, tone = _word(one, now)
    return {
        "regime": duty.regime,
        "rule": duty.rule,
        "word": word,
        "tone": tone,
        "start": _starts(duty),
        "due": None if duty.due is None else formats.moment(duty.due),
        "due_without_delay": None if duty.due_without_delay is None else formats.moment(duty.due_without_delay),
        "filed": _met(one),
        "elapsed": None if duty.elapsed is None else _elapsed(duty.elapsed),
        "counted": [
            {
                "at": formats.moment(day.at) if isinstance(day.at, datetime) else formats.day(day.at),
                "counts": day.counts,
                "because": say(day.because, _),
            }
            for day in duty.counted
        ],
        "hours": any(isinstance(day.at, datetime) for day in duty.counted),
        "notes": [say(remark, _) for remark in duty.notes],
    }


def _met(one: Told) -> str | None:
    if one.filed is None:
        return None
    when = formats.moment(one.filed) if isinstance(one.filed, datetime) else formats.day(one.filed)
    if one.took is None:
        return worded(_("on %(when)s"), when=when)
    return worded(_("%(when)s, after %(span)s"), when=when, span=formats.duration(one.took))


def worded(template: str, **values: str) -> SafeString:
    """A sentence with values that may hold markup of their own."""
    safe = {name: conditional_escape(value) for name, value in values.items()}
    return mark_safe(str(escape(template)) % safe)  # noqa: S308 - template and values are escaped above


def _word(one: Told, now: datetime) -> tuple[str, str]:
    if one.filed is not None:
        return (_("filed") if one.duty.key in TO_THE_COMMISSION else _("told")), "supported"
    if one.over(now):
        return _("its time has passed"), "contradicted"
    words = {"by": _("due"), "promptly": _("promptly"), "not_started": _("not started")}
    return words[one.duty.when], TONES[one.duty.when]


def clock_cell(found: Duties, now: datetime, href: str) -> dict[str, object] | None:
    """The most urgent duty for the top row; None where nothing runs."""
    one = urgent(found.told, now)
    if one is None:
        return _last_met(found, href)
    due = one.duty.due
    if due is None:
        return {"label": one.duty.regime, "value": _("promptly"), "detail": _starts(one.duty), "href": href}
    over = one.over(now)
    return {
        "label": one.duty.regime,
        "value": _("its time has passed") if over else formats.since(due, now),
        "detail": worded(_("to be done by %(due)s"), due=formats.moment(due)),
        "tone": "contradicted" if over else "stale",
        "href": href,
    }


def _last_met(found: Duties, href: str) -> dict[str, object] | None:
    """The report made last, once nothing runs any more."""
    met = [one for one in found.told if one.filed is not None]
    if not met:
        return None
    one = met[0]
    value = _("told") if one.took is None else _("told after %(span)s") % {"span": formats.duration(one.took)}
    if one.duty.key in TO_THE_COMMISSION and one.filed is not None:
        value = worded(_("filed on %(day)s"), day=formats.day(one.filed))
    return {"label": one.duty.regime, "value": value, "detail": None, "tone": "supported", "href": href}


def _starts(duty: Duty) -> str:
    events = {
        "detected": _("discovery"),
        "determined_material": _("the body's determination that it is material"),
        "undetermined_known": _("what was undetermined becoming known"),
        "published_at_home": _("publication at home"),
        "personal_data.aware": _("awareness of the breach of personal data"),
        "china.handled": _("the end of its handling"),
    }
    event = events.get(duty.start_event, duty.start_event)
    if duty.start is None:
        return worded(_("starts with %(event)s"), event=event)
    at = formats.moment(duty.start) if isinstance(duty.start, datetime) else formats.day(duty.start)
    return worded(_("started with %(event)s, %(at)s"), event=event, at=at)


def _elapsed(passed: Elapsed) -> str:
    return _("%(days)s calendar days, %(business)s business days of the Commission") % {
        "days": formats.number(passed.calendar_days),
        "business": formats.number(passed.business_days),
    }
