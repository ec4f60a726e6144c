"""The measures as one person may see them: each from the rows that are open to them, in a handful of queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django.db.models import Case, Count, F, IntegerField, Min, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Body
from quarterdeck.areas.engagements.models import Deliverable
from quarterdeck.areas.evidence.models import Evidence
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.organisation.models import Designation
from quarterdeck.areas.reports.models import Recipient
from quarterdeck.areas.safeguards.models import SafeguardTest
from quarterdeck.areas.training.models import Assignment, Course
from quarterdeck.areas.vendors.footing import BEGUN, Footing, footing, footing_words
from quarterdeck.areas.vendors.models import VendorEngagement
from quarterdeck.kernel.claims.models import Parameter
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.kernel.ui import formats
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
        _("People who completed a course, of those to whom it was assigned, by the quarter in which it was due."),
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
        _(
            "Effectiveness tests of safeguards and test reports, each approved by a second person, in the twelve months until the end of the quarter."
        ),
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


@dataclass(frozen=True)
class Read:
    """What was counted. ``typed``: from uploads with typed facts, because no area holds a record of it."""

    readings: tuple[Reading, ...]
    typed: bool = False


class Ledger:
    """Reads the rows behind the measures once for one person.

    Records come first; typed evidence answers only while the area holds nothing. Which of the two it is depends on the whole
    record, never on what the reader may see of it.
    """

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
            read = self._reads()[kind.key]()
            if read is not None:
                target = kind.fixed if kind.fixed is not None else set_values.get(kind.parameter)
                made.append((kind, Measure(kind.key, kind.unit, read.readings, target, kind.less, read.typed)))
        return tuple(made)

    def _reads(self) -> Mapping[str, Callable[[], Read | None]]:
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

    def _durations(self, until: str) -> Read | None:
        rows = self._incident_rows()
        if rows is None:
            return None
        points = [
            Point(end.date(), (end - row.declared_at) / HOUR, type=row.type_code(), id=row.pk, title=str(row))
            for row in rows
            if (end := getattr(row, until)) is not None
        ]
        return Read(medians(points, self.quarters))

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

    def _vendors(self) -> Read | None:
        if not VendorEngagement.objects.exists():
            return self._typed_vendors()
        if not self.sight.may_view(resource_of(VendorEngagement)):
            return None
        rows = (
            visible(self.sight, VendorEngagement)
            .filter(state__in=BEGUN, engaged_on__gte=self.quarters[0].start, engaged_on__lte=self.today)
            .select_related("vendor", "evaluation", "exception")
            .order_by("engaged_on", "pk")
        )
        points = [
            Point(
                row.engaged_on,
                1.0 if footing(row) is Footing.EVALUATED else 0.0,
                type=row.type_code(),
                id=row.pk,
                title=str(row),
                says=footing_words(row),
            )
            for row in rows
            if row.engaged_on is not None
        ]
        return Read(shares(points, self.quarters))

    def _typed_vendors(self) -> Read | None:
        rows = self._rows("vendor")
        if rows is None:
            return None
        newest = {(row.text_of("vendor").casefold(), row.text_of("engaged_on")): row for row in rows}
        points = []
        for row in newest.values():
            engaged, approved = row.day_of("engaged_on"), row.day_of("evaluation_approved_on")
            if engaged is not None and engaged <= self.today:
                points.append(_point(row, engaged, 1.0 if approved is not None and approved < engaged else 0.0, 1.0))
        return Read(shares(points, self.quarters), typed=True)

    def _training(self) -> Read | None:
        if Assignment.objects.filter(course__awareness=True).exists():
            if not self.sight.may_view(resource_of(Assignment)):
                return None
            return Read(shares(self._assigned(), self.quarters))
        rows = self._rows("training")
        if rows is None:
            return None
        points = []
        for row in rows:
            ended = row.day_of("held_until")
            if ended is not None and ended <= self.today:
                points.append(_point(row, ended, row.number_of("completed"), row.number_of("assigned")))
        return Read(shares(points, self.quarters), typed=True)

    def _assigned(self) -> list[Point]:
        """One point for each course and quarter in which it fell due. One query, and one for the names.

        As the claim counts it: nobody had to complete what they were excused from, or what was closed before it was due
        because they left.
        """
        nobodys = Q(state=Assignment.State.EXCUSED) | Q(state=Assignment.State.EXPIRED, closed_on__lte=F("due_on"))
        counted = (
            self._assignments()
            .filter(course__awareness=True, due_on__gte=self.quarters[0].start, due_on__lte=self.today)
            .annotate(
                quarter=Case(
                    *(When(due_on__lte=quarter.end, then=Value(place)) for place, quarter in enumerate(self.quarters)),
                    output_field=IntegerField(),
                )
            )
            .order_by("course_id", "quarter")
            .values_list("course_id", "quarter")
            .annotate(
                first=Min("due_on"),
                all=Count("pk"),
                nobodys=Count("pk", filter=nobodys),
                completed=Count("pk", filter=~nobodys & Q(completed_on__lte=self.today)),
            )
        )
        summed = {
            (course, self.quarters[place]): (first, every - left, left, completed)
            for course, place, first, every, left, completed in counted
        }
        names = Course.objects.in_bulk({course for course, _quarter in summed})
        return [
            Point(
                due,
                float(completed),
                float(assigned),
                Assignment.type_code(),
                title=str(names[course]),
                query=urlencode(
                    {
                        "course": course,
                        "due_on__from": quarter.start.isoformat(),
                        "due_on__until": min(quarter.end, self.today).isoformat(),
                    }
                ),
                says=_completed(completed, assigned, left),
            )
            for (course, quarter), (due, assigned, left, completed) in summed.items()
        ]

    def _assignments(self) -> QuerySet[Assignment]:
        """Those the person may see. Of somebody who sees all, it is not asked of each of hundreds of thousands."""
        if self.sight.sees_all(resource_of(Assignment)):
            return Assignment.objects.all()
        return visible(self.sight, Assignment)

    def _monitoring(self) -> Read | None:
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
        points = months_covered(seen, list(dict.fromkeys(targets)), self.quarters, self.today)
        return Read(shares(points, self.quarters), typed=True)

    def _tests(self) -> Read | None:
        examined, reports = SafeguardTest.State.APPROVED, _REPORTS
        if (
            not SafeguardTest.objects.filter(state=examined).exists()
            and not Deliverable.objects.filter(reports).exists()
        ):
            return self._typed_tests()
        if not any(self.sight.may_view(resource_of(model)) for model in (SafeguardTest, Deliverable)):
            return None
        since = self.quarters[0].start - timedelta(days=366)
        tests = visible(self.sight, SafeguardTest).filter(state=examined, tested_on__gte=since)
        handed = visible(self.sight, Deliverable).filter(reports, performed_on__gte=since)
        points = [
            Point(
                test.tested_on,
                1.0 if test.result == SafeguardTest.Result.EFFECTIVE else 0.0,
                type=test.type_code(),
                id=test.pk,
                title=str(test.safeguard),
                says=gettext("%(method)s: %(result)s")
                % {"method": test.get_method_display(), "result": test.get_result_display()},
            )
            for test in tests.select_related("safeguard").order_by("tested_on", "pk")
        ]
        points += [
            Point(row.performed_on, 0.0, 0.0, row.type_code(), row.pk, str(row), says=gettext("test report"))
            for row in handed.order_by("performed_on", "pk")
            if row.performed_on is not None
        ]
        return Read(counts_of_a_year(points, self.quarters, self.today))

    def _typed_tests(self) -> Read | None:
        rows = self._rows("security_test")
        if rows is None:
            return None
        points = [
            _point(row, day, row.number_of("followed"), row.number_of("findings"))
            for row in rows
            if (day := row.day_of("tested_on")) is not None
        ]
        return Read(counts_of_a_year(points, self.quarters, self.today), typed=True)

    def _reports(self) -> Read | None:
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
        return Read(counts_of_a_year(points, self.quarters, self.today))


#: Test reports of outside firms and own teams that a second person approved.
_REPORTS = Q(kind=Deliverable.Kind.TEST_REPORT, state=Deliverable.State.APPROVED, performed_on__isnull=False)


def _completed(completed: int, assigned: int, left: int) -> str:
    said = {"part": formats.number(completed), "whole": formats.number(assigned), "left": formats.number(left)}
    if left:
        return gettext("%(part)s of %(whole)s completed it; excused or gone: %(left)s") % said
    return gettext("%(part)s of %(whole)s completed it") % said


def _point(row: Evidence, day: date, part: float, whole: float) -> Point:
    return Point(day, float(part), float(whole), row.type_code(), row.pk, str(row))
