"""What safeguards and their tests prove."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.evidence import claims as typed
from quarterdeck.areas.safeguards.models import Safeguard, SafeguardTest
from quarterdeck.kernel.claims import Evidence, Outcome, Question, Verdict, predicate


@predicate(
    "safeguards.operating",
    label=_("Safeguards in operation and tested"),
    bases=("filing_date",),
    params={"safeguard_kind": str},
    reads=("safeguards.safeguard", "safeguards.safeguardtest", "evidence.evidence"),
)
def operating(question: Question) -> Outcome:
    """A safeguard of the kind is in operation on the day, and its newest approved test, since the period began, found it
    effective. Value: how many. A home without any safeguard of the kind on record is asked for typed evidence instead."""
    kind, day, start = question.text("safeguard_kind"), question.basis.day, question.period.start
    rows = list(Safeguard.objects.filter(kind=kind).order_by("name", "pk"))
    if not rows:
        return typed.safeguards_operating(question)
    running = [row for row in rows if row.operating_on(day)]
    newest: dict[int, SafeguardTest] = {}
    tests = SafeguardTest.objects.filter(
        safeguard__in=running, state=SafeguardTest.State.APPROVED, tested_on__lte=day
    ).select_related("safeguard")
    for test in tests.order_by("tested_on", "pk"):
        newest[test.safeguard_id] = test
    recent = [test for test in newest.values() if test.tested_on >= start]
    good = [test for test in recent if test.result == SafeguardTest.Result.EFFECTIVE]
    found = [Evidence.of(test.safeguard, note=_note(test)) for test in good] + [Evidence.of(test) for test in good]
    bad = [Evidence.of(test, against=True, note=str(test.get_result_display())) for test in recent if test not in good]
    if good:
        return Outcome(Verdict.SUPPORTED, len(good), 1, (*found, *bad))
    if bad:
        because = _("Every safeguard of this kind that was tested since the period began was found wanting.")
        return Outcome(Verdict.CONTRADICTED, 0, 1, tuple(bad), str(because))
    if newest:
        old = tuple(Evidence.of(test, against=True, note=_note(test)) for test in newest.values())
        because = _("No safeguard of this kind was tested since the period began.")
        return Outcome(Verdict.STALE, 0, 1, old, str(because))
    if running:
        untested = tuple(Evidence.of(row, against=True, note=str(_("never tested"))) for row in running)
        because = _("Safeguards of this kind are in operation, but none has an approved effectiveness test.")
        return Outcome(Verdict.UNEVIDENCED, 0, 1, untested, str(because))
    others = tuple(Evidence.of(row, against=True, note=str(row.get_state_display())) for row in rows)
    retired = any(row.retired_on is not None and row.retired_on <= day for row in rows)
    because = _("No safeguard of this kind is in operation on the day.")
    return Outcome(Verdict.STALE if retired else Verdict.UNEVIDENCED, 0, 1, others, str(because))


def _note(test: SafeguardTest) -> str:
    return str(_("tested on %(day)s") % {"day": test.tested_on.isoformat()})
