"""What the record of training proves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.evidence import claims as typed
from quarterdeck.areas.evidence.weighing import parameter_missing
from quarterdeck.areas.training.audience import employees
from quarterdeck.areas.training.models import Assignment, CourseVersion
from quarterdeck.kernel.claims import Evidence, Outcome, Question, Verdict, predicate

#: Rows of evidence that a verdict names; how many more there are is said in words.
MOST: Final = 50


@predicate(
    "training.completion",
    label=_("Training completed"),
    bases=("period",),
    reads=(
        "training.assignment", "training.course", "people.person", "people.position", "evidence.evidence", "claims.parameter",
    ),
    company=(typed.TRAINED,),
)  # fmt: skip
def training_completion(question: Question) -> Outcome:
    """Completed over assigned, across the courses of the awareness programme due in the period, at least ``training.completion``;
    everyone employed on its last day had such a course in it. Value: the share. Typed evidence answers where no course was
    ever assigned."""
    least = question.company(typed.TRAINED)
    if least is None:
        return parameter_missing(typed.TRAINED)
    start, end = question.basis.start, question.basis.end
    programme = Assignment.objects.filter(course__awareness=True)
    if not programme.exists():
        return typed.training_completion(question)
    expected = typed.share_text(least)
    # Excused, or closed before it was due because the person left: it was nobody's to complete. What happened after the
    # period does not count for it.
    excused = Q(state=Assignment.State.EXCUSED, closed_on__lte=end)
    gone = Q(state=Assignment.State.EXPIRED, closed_on__lte=F("due_on"))
    due = programme.filter(due_on__gte=start, due_on__lte=end).exclude(excused | gone)
    in_time = Q(completed_on__lte=end)
    counts = {
        version: (assigned, completed)
        for version, assigned, completed in due.order_by()
        .values_list("version")
        .annotate(assigned=Count("pk"), completed=Count("pk", filter=in_time))
    }
    assigned = sum(number for number, _done in counts.values())
    completed = sum(done for _number, done in counts.values())
    if not assigned:
        return _nothing_due(start, end, expected)
    value = typed.share_text(Decimal(completed) / assigned)
    rows = _versions(counts, least)
    missing = employees(end).exclude(
        Exists(programme.filter(person=OuterRef("pk"), assigned_on__lte=end, due_on__gte=start))
    )
    left_out = missing.count()
    if left_out:
        named = missing.order_by("full_name", "pk")[: MOST - min(len(rows), 10)]
        never = str(_("not assigned a course of the programme in the period"))
        people = [Evidence.of(person, against=True, note=never) for person in named]
        short = _("%(missing)s of those employed on %(day)s had no course of the awareness programme in the period.")
        words = str(short) % {"missing": left_out, "day": end.isoformat()}
        return Outcome(Verdict.CONTRADICTED, value, expected, (*people, *rows[:10]), words)
    if completed >= least * assigned:
        return Outcome(Verdict.SUPPORTED, value, expected, tuple(rows), _summed(completed, assigned))
    because = str(_("Fewer people completed their training than the company calls for."))
    return Outcome(Verdict.CONTRADICTED, value, expected, tuple(rows), f"{because} {_summed(completed, assigned)}")


def _versions(counts: dict[int, tuple[int, int]], least: Decimal) -> list[Evidence]:
    """One row for each version of a course that was due, with its counts; those that fall short first."""
    found = CourseVersion.objects.select_related("course").in_bulk(list(counts))
    rows = []
    for key, (assigned, completed) in counts.items():
        note = str(_("%(completed)d of %(assigned)d completed it") % {"completed": completed, "assigned": assigned})
        rows.append(Evidence.of(found[key], against=completed < least * assigned, note=note))
    return sorted(rows, key=lambda row: (not row.against, row.id))[:MOST]


def _summed(completed: int, assigned: int) -> str:
    return str(_("%(completed)d of %(assigned)d completed it") % {"completed": completed, "assigned": assigned})


def _nothing_due(start: date, end: date, expected: str) -> Outcome:
    earlier = (
        Assignment.objects.filter(course__awareness=True, due_on__lt=start)
        .select_related("version__course")
        .order_by("-due_on", "-pk")
        .first()
    )
    if earlier is None:
        because = _("No training was due between %(start)s and %(end)s.")
        words = str(because) % {"start": start.isoformat(), "end": end.isoformat()}
        return Outcome(Verdict.UNEVIDENCED, "0", expected, because=words)
    note = str(_("last due on %(day)s") % {"day": earlier.due_on.isoformat()})
    row = Evidence.of(earlier.version, against=True, note=note)
    return Outcome(Verdict.STALE, "0", expected, (row,), str(_("No training was due in the period.")))
