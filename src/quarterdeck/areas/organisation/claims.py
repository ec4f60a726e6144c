"""What the organisation's records prove."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.organisation.models import Designation
from quarterdeck.kernel.claims import Evidence, Outcome, Question, Verdict, predicate

WATCHED = (Designation.Target.MINI_PROGRAMS, Designation.Target.PLATFORMS, Designation.Target.INFRASTRUCTURE)


@predicate(
    "organisation.groups_designated",
    label=_("Specialist groups with designated responsibilities"),
    bases=("period", "filing_date"),
    params={"at_least": int},
    reads=("organisation.designation", "permissions.unit"),
)
def groups_designated(question: Question) -> Outcome:
    """At least ``at_least`` specialist groups whose designations in force cover mini programs, platforms and infrastructure."""
    rows = list(Designation.objects.on(question.basis.day).select_related("unit").order_by("pk"))
    groups = {row.unit_id for row in rows}
    expected = question.number("at_least")
    missing = [target.label for target in WATCHED if not any(row.target == target for row in rows)]
    evidence = tuple(Evidence.of(row) for row in rows)
    if not rows:
        return Outcome(
            Verdict.UNEVIDENCED, 0, expected, because=_("No specialist group has a designated responsibility in force.")
        )
    if missing:
        because = _("No group in force is designated to watch: %(targets)s.") % {
            "targets": ", ".join(str(item) for item in missing)
        }
        return Outcome(Verdict.CONTRADICTED, len(groups), expected, evidence, because)
    verdict = Verdict.SUPPORTED if len(groups) >= expected else Verdict.CONTRADICTED
    return Outcome(verdict, len(groups), expected, evidence)
