"""What was assessed, decided and left to do on the incident, read once and cut to what the person may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.db.models import Model
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quarterdeck.areas.bodies.models import Vote
from quarterdeck.areas.determinations import rules
from quarterdeck.areas.determinations.content import changed_since
from quarterdeck.areas.determinations.course import Course
from quarterdeck.areas.determinations.factors import Measured
from quarterdeck.areas.determinations.models import (
    Assessment,
    AuthorityNotice,
    Clearance,
    Determination,
    Exposure,
    Factor,
    FollowUp,
    LegalHold,
    Related,
    TradingWindow,
)
from quarterdeck.areas.disclosures.current import UNDER_WAY
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.records import JSON, Record
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.kernel.ui import formats
from quarterdeck.web.incident_room.reading import rows

UNITS: Final[Mapping[Measured, Text]] = {
    Measured.MONEY: gettext_lazy("reporting currency"),
    Measured.HOURS: gettext_lazy("hours"),
    Measured.NUMBER: gettext_lazy("people"),
    Measured.PERCENT: gettext_lazy("percent"),
    Measured.IN_WORDS: "",
}
STANDING: Final = (Determination.State.DECIDED, Determination.State.PROPOSED)


@dataclass(frozen=True)
class Changed:
    """One value that is not what it was when an assessment was submitted."""

    what: str
    before: str
    now: str


@dataclass
class Dossier:
    """Rows about one incident. ``shown``: the newest assessment, being written or submitted; ``changes``: by assessment."""

    course: Course
    assessments: list[Assessment]
    determinations: list[Determination]
    follow_ups: list[FollowUp]
    holds: list[LegalHold]
    windows: list[TradingWindow]
    clearances: list[Clearance]
    told: list[AuthorityNotice]
    exposure: Exposure | None
    #: Reports on it that the person may see, newest first.
    reports: list[Disclosure]
    #: Form and day of those that were filed, which is public: whoever may not open them is not told that their time passed.
    filed: list[tuple[str, date]]
    factors: list[Factor] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)
    votes: dict[int, list[Vote]] = field(default_factory=dict)
    changes: dict[int, list[Changed]] = field(default_factory=dict)

    @property
    def shown(self) -> Assessment | None:
        return next((row for row in self.assessments if row.state != Assessment.State.SUPERSEDED), None)

    @property
    def submitted(self) -> Assessment | None:
        return next((row for row in self.assessments if row.state == Assessment.State.SUBMITTED), None)

    @property
    def earlier(self) -> list[Assessment]:
        return [row for row in self.assessments if row != self.shown]

    @property
    def window(self) -> TradingWindow | None:
        """The newest: closed while nothing says when it was opened again."""
        return self.windows[-1] if self.windows else None

    @property
    def waiting(self) -> list[FollowUp]:
        return [row for row in self.follow_ups if row.state == FollowUp.State.OPEN]

    def on(self, question: str) -> Determination | None:
        """What stands on a question: decided, else proposed."""
        of_it = [row for row in reversed(self.determinations) if row.question == question]
        return next((row for state in STANDING for row in of_it if row.state == state), None)

    @property
    def report(self) -> Disclosure | None:
        """A report that is on its way."""
        return next((row for row in self.reports if row.state in UNDER_WAY), None)

    @property
    def questions(self) -> list[tuple[str, Text, Determination | None]]:
        """The three questions in order, each with what stands on it."""
        return [(value, label, self.on(value)) for value, label in Determination.Question.choices]

    @property
    def past(self) -> list[Determination]:
        """Answers that no longer stand, or never did: replaced, lost, withdrawn, lapsed. Newest first."""
        standing = {row.pk for _value, _label, row in self.questions if row is not None}
        return [row for row in reversed(self.determinations) if row.pk not in standing]


def open_dossier(incident: Incident, sight: Sight, course: Course, tab: str) -> Dossier:
    """Everything the person may see; factors, votes and differences only on the tabs that show them."""
    found = Dossier(
        course=course,
        assessments=rows(sight, Assessment, "-pk", "lead", "submitted_by", incident=incident),
        determinations=rows(
            sight, Determination, "pk", "decision__meeting__body", "decision__meeting__wall", "assessment",
            incident=incident,
        ),
        follow_ups=rows(sight, FollowUp, "due", incident=incident),
        holds=rows(sight, LegalHold, "pk", incident=incident),
        windows=rows(sight, TradingWindow, "pk", incident=incident),
        clearances=rows(sight, Clearance, "pk", "asked_by", "decided_by", incident=incident),
        told=rows(sight, AuthorityNotice, "told_at", incident=incident),
        exposure=next(iter(rows(sight, Exposure, "pk", incident=incident)), None),
        reports=rows(sight, Disclosure, "-pk", incident=incident),
        filed=list(
            Disclosure.objects.filter(incident=incident, state=Disclosure.State.RELEASED)
            .order_by("filing_date", "pk")
            .values_list("form", "filing_date")
        ),
    )  # fmt: skip
    for kept in (
        found.assessments,
        found.determinations,
        found.follow_ups,
        found.holds,
        found.windows,
        found.clearances,
    ):
        for row in kept:
            row.incident = incident
    by_key = {row.pk: row for row in found.assessments}
    for determination in found.determinations:
        determination.assessment = by_key.get(determination.assessment_id, determination.assessment)
        determination.assessment.incident = incident
    if tab == "assessment" and found.shown is not None:
        _read_assessment(found, found.shown, sight)
        if found.submitted is not None:
            found.changes[found.submitted.pk] = _changes(found.submitted, course, sight)
    if tab == "decisions":
        decisions = [row.decision_id for row in found.determinations]
        for vote in rows(sight, Vote, "pk", "person", decision__in=decisions):
            found.votes.setdefault(vote.decision_id, []).append(vote)
        for _value, _label, standing in found.questions:
            if standing is not None and standing.assessment_id not in found.changes:
                found.changes[standing.assessment_id] = _changes(standing.assessment, course, sight)
    return found


def _read_assessment(found: Dossier, shown: Assessment, sight: Sight) -> None:
    found.factors = rows(sight, Factor, "pk", assessment=shown)
    found.related = rows(sight, Related, "pk", "other", assessment=shown, struck=False)
    sight.prime([row.other for row in found.related])
    for factor in found.factors:
        factor.assessment = shown
    for related in found.related:
        related.assessment = shown


# ---------------------------------------------------------------- what changed


def _changes(assessment: Assessment, course: Course, sight: Sight) -> list[Changed]:
    replaced = assessment.state != Assessment.State.SUBMITTED
    differences = changed_since(assessment) if replaced else course.changed
    if not differences:
        return []
    others = {
        row.other.number: row.other for row in Related.objects.filter(assessment=assessment).select_related("other")
    }
    sight.prime(others.values())
    return list(told(differences, lambda number: sight.shows(others.get(number))))


def told(differences: Iterable[rules.Difference], may_name: Callable[[str], bool]) -> Iterable[Changed]:
    """Differences in words. Of a related incident that the person may not see only that something changed is told."""
    hidden = False
    for one in differences:
        parts = one.path.split("/")
        if parts[0] == "related" and len(parts) > 1 and not may_name(parts[1]):
            hidden = True
            continue
        yield Changed(_where(parts), _shown(parts, one.before), _shown(parts, one.now))
    if hidden:
        yield Changed(_("A related incident behind another wall"), "…", "…")


def _where(parts: list[str]) -> str:
    """``factors/reputation/reason`` as “Reputation: reason”."""
    head, rest = parts[0], parts[1:]
    if head == "factors" and rest:
        label = str(rules.factor(rest[0]).label)
        return _joined(label, _name(Factor, rest[1]) if len(rest) > 1 else "")
    if head == "incident" and rest:
        return _joined(_("Incident"), _name(Incident, rest[0]))
    if head == "related" and rest:
        last = {"incident": "", "why": _name(Related, "why"), "together": _name(Related, "together")}
        if len(rest) > 2:
            return _joined(rest[0], _name(Incident, rest[2]))
        return _joined(rest[0], last.get(rest[1], "") if len(rest) > 1 else "")
    if head == "opinions":
        return _("Opinions")
    return _name(Assessment, head).capitalize()


def _joined(first: str, second: str) -> str:
    return _("%(what)s: %(which)s") % {"what": first, "which": second} if second else first


def _name(model: type[Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


_MODELS: Final[Mapping[str, type[Record]]] = {"factors": Factor, "incident": Incident}


def _shown(parts: list[str], value: JSON) -> str:
    """A frozen value as people read it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, dict | list):
        return _("is there")
    model = Incident if parts[0] == "related" else _MODELS.get(parts[0], Assessment)
    names = {item.name: item for item in model._meta.get_fields()}
    choices = dict(getattr(names.get(parts[-1]), "choices", None) or ())
    if value in choices:
        return str(choices[value])
    text = str(value)
    if parts[-1].endswith("_at") or parts[-1] in ("known_by", "received"):
        return _when(text)
    return text if len(text) <= 200 else f"{text[:199]}…"


def _when(text: str) -> str:
    moment: datetime | date | None = None
    try:
        moment = parse_datetime(text) or parse_date(text)
    except ValueError:
        return text
    if isinstance(moment, datetime):
        return formats.moment(moment)
    return text if moment is None else formats.day(moment)


__all__ = ["UNITS", "Changed", "Dossier", "open_dossier", "told"]
