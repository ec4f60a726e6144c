"""Completion by unit, or by course: what was assigned, what is done, what is late. Read from tallies, not counted anew."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from markupsafe import Markup, escape

from quarterdeck.areas.training.models import Assignment, Course, CourseVersion, Tally
from quarterdeck.kernel import clock
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.permissions.scope import in_units, tested
from quarterdeck.kernel.resource.listing import PAGE
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.kernel.ui import formats
from quarterdeck.web.records.addresses import list_address

STATES = ("assigned", "started", "completed", "excused")


@dataclass(frozen=True)
class Line:
    """One unit, or one course. ``due``: those that count (neither excused nor closed)."""

    key: int
    label: str
    href: str
    due: int
    completed: int
    excused: int
    late: int
    late_href: str

    @property
    def share(self) -> float:
        return self.completed / self.due if self.due else 0.0


@login_required
@require_safe
def completion(request: HttpRequest) -> HttpResponse:
    """The table, narrowed to a course or a unit, the least complete first. Who sees nobody else's training has no business here."""
    sight = sight_of(request)
    permission = resource_of(Assignment).view_permission
    if not sight.may_view(resource_of(Course)):
        raise PermissionDenied
    course, unit = _number(request.GET.get("course")), _number(request.GET.get("unit"))
    by = "course" if request.GET.get("by") == "course" or (unit and not course) else "unit"
    mine = in_units("unit", sight.user, permission)
    counted = _counted(by, mine, course, unit)
    overdue = _overdue(by, mine, course, unit)
    names = Unit.objects.only("name") if by == "unit" else Course.objects.only("title")
    named: dict[int, Any] = names.in_bulk([line[0] for line in counted])
    lines = [_line(by, named[line[0]], line, overdue[line[0]], course, unit) for line in counted]
    lines.sort(key=lambda line: (line.share, -line.due, line.label))
    words = Words()
    chosen_course = Course.objects.filter(pk=course).first() if course else None
    chosen_unit = Unit.objects.filter(pk=unit).first() if unit else None
    total = Line(
        0, _("Altogether"), "", sum(one.due for one in lines), sum(one.completed for one in lines), sum(one.excused for one in lines),
        sum(one.late for one in lines), _late_href(None, course, unit, by),
    )  # fmt: skip
    here = _here()
    shown = lines if request.GET.get("all") else lines[:PAGE]
    context = {
        "title": _("Completion of training"),
        "rows": [_row(one, words) for one in shown],
        "left_out": len(lines) - len(shown),
        "everything": _link(here, course=course, unit=unit, by=by, all=1),
        "total": _row(total, words, strong=True) if len(lines) > 1 else "",
        "words": words,
        "by": by,
        "course": chosen_course,
        "unit": chosen_unit,
        "tabs": [
            {"label": _("By unit"), "url": _link(here, course=course, unit=unit, by="unit"), "current": by == "unit"},
            {"label": _("By course"), "url": _link(here, course=course, unit=unit, by="course"), "current": by == "course"},
        ],
        "applied": _applied(here, chosen_course, chosen_unit),
        "crumbs": [{"label": _("Training"), "url": None}, {"label": _("Completion of training"), "url": here}],
    }  # fmt: skip
    return render(request, "training/completion.html", context)


def _counted(by: str, mine: Q, course: int | None, unit: int | None) -> list[Any]:
    """By unit or course: its key, and how many assignments stand in each of :data:`STATES`."""
    rows = Tally.objects.filter(mine)
    if course:
        rows = rows.filter(version__course=course)
    if unit:
        rows = rows.filter(unit=unit)
    path = "unit" if by == "unit" else "version__course"
    return list(rows.order_by().values_list(path).annotate(**{name: Sum(name) for name in STATES}))


def _overdue(by: str, mine: Q, course: int | None, unit: int | None) -> Counter[int]:
    """By unit or course: how many are late. Two indexes hold what is open and due: by unit it is read unit for unit, by
    course as a whole, so there the units are tested and not started from."""
    wanted = mine & Q(unit=unit) if unit else mine
    late = Assignment.objects.filter(state__in=Assignment.OPEN, due_on__lt=clock.today()).order_by()
    if course:
        late = late.filter(version__in=CourseVersion.objects.filter(course=course).values("pk"))
    if by == "unit":
        return Counter(dict(late.filter(wanted).values_list("unit").annotate(number=Count("pk"))))
    late = late.filter(tested(wanted))
    found: Counter[int] = Counter()
    courses = dict(CourseVersion.objects.values_list("pk", "course"))
    for version, number in late.values_list("version").annotate(number=Count("pk")):
        found[courses[version]] += number
    return found


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 18 else None


def _link(here: str, **given: object) -> str:
    kept = {name: value for name, value in given.items() if value}
    return f"{here}?{urlencode(kept)}" if kept else here


@cache
def _here() -> str:
    return reverse("training_completion")


class Words:
    """The words of the table in the reader's language, looked up once for all its rows."""

    def __init__(self) -> None:
        self.assigned, self.completed = _("Assigned"), _("Completed")
        self.share, self.late, self.excused = _("Share"), _("Late"), _("Excused")
        self.completed_in, self.late_in = _("Completed in %(unit)s"), _("late, in %(unit)s")


def _row(one: Line, words: Words, strong: bool = False) -> Markup:
    """A unit or a course as a row of the table, written here and not in a template: there are some four hundred cells."""
    label = escape(one.label)
    first = (
        f'<a href="{escape(one.href)}">{label}</a>' if one.href else f"<strong>{label}</strong>" if strong else label
    )
    share = late = ""
    if one.due:
        told = escape(words.completed_in % {"unit": one.label})
        share = f'<progress value="{one.completed}" max="{one.due}" aria-label="{told}"></progress> {formats.percent(one.share, 1)}'
    if one.late:
        told = escape(words.late_in % {"unit": one.label})
        late = f'<a class="is-contradicted" href="{escape(one.late_href)}">{formats.number(one.late)}<span class="hidden-text"> {told}</span></a>'
    return Markup(  # noqa: S704 - every part is escaped
        f'<tr data-row><th scope="row">{first}</th><td class="num" data-label="{escape(words.assigned)}">{formats.number(one.due)}</td>'
        f'<td class="num" data-label="{escape(words.completed)}">{formats.number(one.completed)}</td>'
        f'<td data-label="{escape(words.share)}"><span class="share">{share or "–"}</span></td>'
        f'<td class="num" data-label="{escape(words.late)}">{late or "0"}</td>'
        f'<td class="num" data-label="{escape(words.excused)}">{formats.number(one.excused)}</td></tr>'
    )


def _line(by: str, thing: Any, counts: Any, late: int, course: int | None, unit: int | None) -> Line:
    key, assigned, started, completed, excused = counts
    here = _here()
    href = _link(here, unit=key, course=course) if by == "unit" and not course else ""
    if by == "course":
        href = _link(here, course=key, unit=unit)
    return Line(
        key=key, label=str(thing), href=href, due=assigned + started + completed, completed=completed, excused=excused,
        late=late, late_href=_late_href(key, course, unit, by),
    )  # fmt: skip


def _late_href(key: int | None, course: int | None, unit: int | None, by: str) -> str:
    """The list of those who are late."""
    unit = key if by == "unit" and key else unit
    course = key if by == "course" and key else course
    narrowed = "".join([f"&{name}={value}" for name, value in (("unit", unit), ("course", course)) if value])
    return f"{_late_list(clock.today())}{narrowed}"


@lru_cache(maxsize=2)
def _late_list(today: date) -> str:
    given = [("state", state) for state in Assignment.OPEN]
    return f"{list_address(resource_of(Assignment))}?{urlencode([*given, ('due_on__until', (today - timedelta(days=1)).isoformat())])}"


def _applied(here: str, course: Course | None, unit: Unit | None) -> list[dict[str, str]]:
    found = []
    if course is not None:
        found.append({"label": str(course), "href": _link(here, unit=unit.pk if unit else None)})
    if unit is not None:
        found.append({"label": str(unit), "href": _link(here, course=course.pk if course else None)})
    return found
