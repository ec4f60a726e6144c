"""The measures as one person may see them: each from the rows that are open to them, in a handful of queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Body
from quarterdeck.areas.evidence.models import Evidence
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.organisation.models import Designation
from quarterdeck.areas.reports.models import Recipient
from quarterdeck.areas.training.models import Assignment, CourseVersion
from quarterdeck.kernel.claims.models import Parameter
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.web.programme.measures import (
    Measure,
    Point,
    Quarter,
    Reading,
    Unit,
    counts_of_a_year,
    medians,
    months_covered,
    quarters_until,
    shares,
)
from quarterdeck.web.workbench.seen import visible

Text = str | Promise
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Kind:
    """What a measure is called, how it is counted, and the parameter by which the company sets its value.

    ``fixed``: a value that the sentence itself sets (“in every month”) instead of a parameter.
    """

    key: str
    label: Text
    counted: Text
    unit: Unit
    parameter: str = ""
    fixed: float | None = None
    less: bool = False


KINDS: tuple[Kind, ...] = (
    Kind(
        "containment",
        _("Time to contain an incident, median"),
        _("From declaration to containment, by the quarter of containment."),
        Unit.HOURS,
        "containment.hours",
        less=True,
    ),
    Kind(
        "assessment",
        _("Time to organise an assessment, median"),
        _("From declaration until the assessment was organised, by the quarter of the latter."),
        Unit.HOURS,
        "promptly.hours",
        less=True,
    ),
    Kind(
        "vendors",
        _("Vendors engaged after evaluation"),
        _("Vendors whose evaluation was approved before the day of engagement, of those engaged in the quarter."),
        Unit.SHARE,
        "generally.share",
    ),
    Kind(
        "training",
        _("Employees who completed training"),
        _("People who completed a course, of those to whom it was assigned, by the quarter in which the course ended."),
        Unit.SHARE,
        "training.completion",
    ),
    Kind(
        "monitoring",
        _("Months with monitoring"),
        _("Months in which each of the designated targets was watched, of the months that are over."),
        Unit.SHARE,
        fixed=1.0,
    ),
    Kind(
        "tests",
        _("Security tests in twelve months"),
        _("Tests in the twelve months until the end of the quarter, by our own teams and outside firms."),
        Unit.COUNT,
        "continuous.tests_a_year",
    ),
    Kind(
        "reports",
        _("Reports received by the board committee in twelve months"),
        _("Reports that the board committee acknowledged in the twelve months until the end of the quarter."),
        Unit.COUNT,
        "periodically.times_a_year",
    ),
)


def kind_named(key: str) -> Kind | None:
    """The measure called ``key``."""
    return next((kind for kind in KINDS if kind.key == key), None)


class Ledger:
    """Reads the rows behind the measures once for one person."""

    def __init__(self, sight: Sight, today: date, only: str = "") -> None:
        self.sight, self.today = sight, today
        self.quarters: tuple[Quarter, ...] = quarters_until(today)
        self.kinds = tuple(kind for kind in KINDS if not only or kind.key == only)
        self._evidence: Mapping[str, list[Evidence]] | None = None
        self._incidents: list[Incident] | None = None

    def measures(self) -> tuple[tuple[Kind, Measure], ...]:
        """Each measure whose records this person may see at all."""
        set_values = self._set_values()
        made = []
        for kind in self.kinds:
            readings = self._readings()[kind.key]()
            if readings is not None:
                target = kind.fixed if kind.fixed is not None else set_values.get(kind.parameter)
                made.append((kind, Measure(kind.key, kind.unit, readings, target, kind.less)))
        return tuple(made)

    def _readings(self) -> Mapping[str, Callable[[], tuple[Reading, ...] | None]]:
        return {
            "containment": lambda: self._durations("contained_at"),
            "assessment": lambda: self._durations("assessing_at"),
            "vendors": self._vendors,
            "training": self._training,
            "monitoring": self._monitoring,
            "tests": self._tests,
            "reports": self._reports,
        }

    def _set_values(self) -> dict[str, float]:
        codes = [kind.parameter for kind in self.kinds if kind.parameter]
        found: dict[str, float] = {}
        for row in Parameter.objects.on(self.today).filter(code__in=codes).order_by("effective_from", "pk"):
            try:
                found[row.code] = float(Decimal(row.value))
            except InvalidOperation:
                continue
        return found

    def _durations(self, until: str) -> tuple[Reading, ...] | None:
        rows = self._incident_rows()
        if rows is None:
            return None
        points = [
            Point(end.date(), (end - row.declared_at) / HOUR, type=row.type_code(), id=row.pk, title=str(row))
            for row in rows
            if (end := getattr(row, until)) is not None
        ]
        return medians(points, self.quarters)

    def _incident_rows(self) -> list[Incident] | None:
        resource = resource_of(Incident)
        if not self.sight.may_view(resource):
            return None
        if self._incidents is None:
            self._incidents = list(
                visible(self.sight, Incident)
                .filter(declared_at__date__gte=self.quarters[0].start - timedelta(days=366))
                .order_by("declared_at", "pk")
            )
        return self._incidents

    def _rows(self, kind: str) -> list[Evidence] | None:
        resource = resource_of(Evidence)
        if not self.sight.may_view(resource):
            return None
        if self._evidence is None:
            read: dict[str, list[Evidence]] = {"vendor": [], "training": [], "monitoring": [], "security_test": []}
            rows = visible(self.sight, Evidence).filter(kind__in=read, state=Evidence.State.CURRENT).order_by("pk")
            for row in rows:
                read[row.kind].append(row)
            self._evidence = read
        return self._evidence[kind]

    def _vendors(self) -> tuple[Reading, ...] | None:
        rows = self._rows("vendor")
        if rows is None:
            return None
        newest = {(row.text_of("vendor").casefold(), row.text_of("engaged_on")): row for row in rows}
        points = []
        for row in newest.values():
            engaged, approved = row.day_of("engaged_on"), row.day_of("evaluation_approved_on")
            if engaged is not None and engaged <= self.today:
                points.append(_point(row, engaged, 1.0 if approved is not None and approved < engaged else 0.0, 1.0))
        return shares(points, self.quarters)

    def _training(self) -> tuple[Reading, ...] | None:
        """By the assignments that fell due; by typed evidence where no course was ever assigned."""
        if self.sight.may_view(resource_of(Assignment)) and Assignment.objects.filter(course__awareness=True).exists():
            return shares(self._assigned(), self.quarters)
        rows = self._rows("training")
        if rows is None:
            return None
        points = []
        for row in rows:
            ended = row.day_of("held_until")
            if ended is not None and ended <= self.today:
                points.append(_point(row, ended, row.number_of("completed"), row.number_of("assigned")))
        return shares(points, self.quarters)

    def _assigned(self) -> list[Point]:
        """One point for each version of a course and quarter in which it fell due. One query, and one for the names."""
        rows = visible(self.sight, Assignment).filter(
            course__awareness=True, due_on__gte=self.quarters[0].start, due_on__lte=self.today
        )
        counted = (
            rows.exclude(state=Assignment.State.EXCUSED)
            .order_by("version_id", "due_on")
            .values_list("version_id", "due_on")
            .annotate(assigned=Count("pk"), completed=Count("pk", filter=Q(completed_on__lte=self.today)))
        )
        summed: dict[tuple[int, int, int], tuple[date, int, int]] = {}
        for version, due, assigned, completed in counted:
            key = (version, due.year, (due.month - 1) // 3)
            _day, before, done = summed.get(key, (due, 0, 0))
            summed[key] = (due, before + assigned, done + completed)
        names = CourseVersion.objects.select_related("course").in_bulk({version for version, _year, _quarter in summed})
        kind = CourseVersion.type_code()
        return [
            Point(due, float(completed), float(assigned), kind, version, str(names[version]))
            for (version, _year, _quarter), (due, assigned, completed) in summed.items()
        ]

    def _monitoring(self) -> tuple[Reading, ...] | None:
        rows = self._rows("monitoring")
        if rows is None:
            return None
        targets = list(
            Designation.objects.on(self.today)
            .exclude(target="other")
            .order_by("target")
            .values_list("target", flat=True)
        )
        seen = [(row.text_of("target"), month) for row in rows if (month := row.day_of("month")) is not None]
        return shares(months_covered(seen, list(dict.fromkeys(targets)), self.quarters, self.today), self.quarters)

    def _tests(self) -> tuple[Reading, ...] | None:
        rows = self._rows("security_test")
        if rows is None:
            return None
        points = [
            _point(row, day, row.number_of("followed"), row.number_of("findings"))
            for row in rows
            if (day := row.day_of("tested_on")) is not None
        ]
        return counts_of_a_year(points, self.quarters, self.today)

    def _reports(self) -> tuple[Reading, ...] | None:
        resource = resource_of(Recipient)
        if not self.sight.may_view(resource):
            return None
        rows = (
            visible(self.sight, Recipient)
            .filter(body__kind=Body.Kind.BOARD_COMMITTEE, received_on__isnull=False, received_on__lte=self.today)
            .select_related("report")
            .order_by("received_on", "pk")
        )
        points = [
            Point(row.received_on, 1.0, type="reports.report", id=row.report_id, title=str(row.report))
            for row in rows
            if row.received_on is not None
        ]
        return counts_of_a_year(points, self.quarters, self.today)


def _point(row: Evidence, day: date, part: float, whole: float) -> Point:
    return Point(day, float(part), float(whole), row.type_code(), row.pk, str(row))
