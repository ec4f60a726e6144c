"""What the organisation's records prove."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.organisation.models import Designation
from quarterdeck.kernel.claims import Evidence, Outcome, Question, Verdict, parameters, predicate

WATCHED = (Designation.Target.MINI_PROGRAMS, Designation.Target.PLATFORMS, Designation.Target.INFRASTRUCTURE)


SEVERAL = parameters.declare(
    "monitoring.minimum_groups",
    label=_("Several specialist groups"),
    says=_(
        "How many specialist groups there have to be, with designated responsibilities, for “several”; never fewer than the sentence itself asks."
    ),
    unit=parameters.Unit.NUMBER,
)


@predicate(
    "organisation.groups_designated",
    label=_("Specialist groups with designated responsibilities"),
    bases=("period", "filing_date"),
    params={"at_least": int},
    reads=("organisation.designation", "permissions.unit", "claims.parameter"),
    company=(SEVERAL,),
)
def groups_designated(question: Question) -> Outcome:
    """At least ``at_least`` specialist groups whose designations in force cover mini programs, platforms and infrastructure.

    Where the company has said with ``monitoring.minimum_groups`` how many “several” are, no fewer than those; unlike other
    company parameters it may be left unset, since the claim itself names a number. Expected: the larger of the two.
    """
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
    if len(groups) >= expected:
        several = question.company(SEVERAL)
        expected = expected if several is None else max(expected, int(several))
    verdict = Verdict.SUPPORTED if len(groups) >= expected else Verdict.CONTRADICTED
    return Outcome(verdict, len(groups), expected, evidence)
