"""What policies prove: that they are in force, what they cover, that they are applied.

A company that still keeps its policies as typed evidence is answered from that (:mod:`quarterdeck.areas.evidence.claims`);
once a policy of the kind was ever published here, the records alone decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quarterdeck.areas.evidence.claims import HANDLING, policies_cover, policy_applied, policy_in_force
from quarterdeck.areas.policies.models import Policy, PolicyActivity, PolicyVersion
from quarterdeck.areas.policies.queries import EVER, review_due
from quarterdeck.areas.policies.rules import DUTIES
from quarterdeck.kernel.claims import Evidence, Outcome, Question, Verdict, predicate
from quarterdeck.kernel.claims.registry import ClaimError

READS = ("policies.policy", "policies.policyversion", "policies.policyreview", "evidence.evidence")


@dataclass(frozen=True)
class Standing:
    """One policy on a day: the version in force or last in force; and why it does not count, where it does not."""

    policy: Policy
    version: PolicyVersion
    in_force: bool
    withdrawn: bool
    review_due: date
    day: date

    @property
    def stale(self) -> bool:
        return self.in_force and self.review_due < self.day

    @property
    def counts(self) -> bool:
        return self.in_force and not self.stale

    def evidence(self) -> Evidence:
        """The version as a row, with what there is to say of it."""
        if self.counts:
            return Evidence.of(self.version, note=_("in force from %(day)s") % {"day": self._from()})
        if self.stale:
            note = _("was to be reviewed by %(day)s") % {"day": self.review_due.isoformat()}
        elif self.withdrawn:
            note = _("withdrawn: %(reason)s") % {"reason": self.version.reason}
        else:
            note = _("in force until %(day)s") % {"day": str(self.version.effective_until)}
        return Evidence.of(self.version, against=True, note=note)

    def _from(self) -> str:
        return str(self.version.effective_from)


def standings(kinds: Iterable[str], day: date) -> list[Standing]:
    """Every policy of the kinds of which a version was in force by ``day``. Two queries."""
    rows = (
        PolicyVersion.objects.filter(policy__kind__in=list(kinds), state__in=EVER, effective_from__lte=day)
        .select_related("policy")
        .prefetch_related("reviews")
        .order_by("policy_id", "effective_from", "pk")
    )
    newest: dict[int, PolicyVersion] = {row.policy_id: row for row in rows}
    found = []
    for version in newest.values():
        ended = version.effective_until is not None and version.effective_until < day
        withdrawn = ended and version.state == PolicyVersion.State.WITHDRAWN
        found.append(Standing(version.policy, version, not ended, withdrawn, review_due(version, day), day))
    return found


def _none_counts(found: list[Standing]) -> Outcome:
    """The verdict where policies are on record and none counts: stale before withdrawn."""
    rows = tuple(one.evidence() for one in found)
    if any(one.stale for one in found):
        because = _("It was not reviewed within its cycle. Review it, or publish a new version.")
        return Outcome(Verdict.STALE, 0, 1, rows, because)
    if any(not one.withdrawn for one in found):
        return Outcome(Verdict.STALE, 0, 1, rows, _("No version is in force any more. Publish a new one."))
    return Outcome(Verdict.UNEVIDENCED, 0, 1, rows, _("The policy was withdrawn and nothing took its place."))


@predicate(
    "policies.in_force",
    label=gettext_lazy("Policy in force"),
    bases=("filing_date",),
    params={"policy_kind": str},
    reads=READS,
)
def in_force(question: Question) -> Outcome:
    """A version of a policy of the kind is in force on the day, every step approved exactly its words, and it was reviewed
    within its cycle.

    Past its review date it is *stale*. Typed evidence answers (*attested* at best) while no policy of the kind was ever
    published.
    """
    found = standings([question.text("policy_kind")], question.basis.day)
    if not found:
        return policy_in_force(question)
    current = [one for one in found if one.counts]
    if not current:
        return _none_counts(found)
    return Outcome(Verdict.SUPPORTED, len(current), 1, tuple(one.evidence() for one in current))


@predicate(
    "policies.covers",
    label=gettext_lazy("Policies on threats and incidents cover a duty"),
    bases=("filing_date",),
    params={"duty": str},
    reads=READS,
)
def covers(question: Question) -> Outcome:
    """A version in force of a policy on handling threats or incidents maps the duty to one of its sections.

    Versions in force of which none does contradict. Typed evidence answers (*attested* at best) while no such policy was
    ever published.
    """
    duty = question.text("duty")
    if duty not in DUTIES:
        raise ClaimError(f"policies.covers: duty should be one of {', '.join(DUTIES)}, not “{duty}”")
    found = standings(HANDLING, question.basis.day)
    if not found:
        return policies_cover(question)
    current = [one for one in found if one.counts]
    covering = [one for one in current if duty in one.version.covers]
    if covering:
        rows = tuple(
            Evidence.of(one.version, note=_("section “%(section)s”") % {"section": one.version.covers[duty]})
            for one in covering
        )
        return Outcome(Verdict.SUPPORTED, len(covering), 1, rows)
    if current:
        rows = tuple(Evidence.of(one.version, against=True, note=_("does not cover it")) for one in current)
        return Outcome(Verdict.CONTRADICTED, 0, 1, rows, _("The policies in force do not cover it."))
    return _none_counts(found)


@predicate(
    "policies.applied",
    label=gettext_lazy("Policy applied in the period"),
    bases=("period",),
    params={"policy_kind": str},
    reads=(*READS, "policies.policyactivity"),
)
def applied(question: Question) -> Outcome:
    """Something was done under a policy of the kind in the period, on a day on which a version of it was in force.

    Typed evidence answers (*attested* at best) while nothing was recorded under such a policy.
    """
    start, end = question.basis.start, question.basis.end
    rows = list(
        PolicyActivity.objects.filter(policy__kind=question.text("policy_kind"), happened_on__lte=end).order_by(
            "happened_on", "pk"
        )
    )
    if not rows:
        return policy_applied(question)
    standing = [row for row in rows if row.state == PolicyActivity.State.CURRENT]
    current = [row for row in standing if row.happened_on >= start]
    if current:
        found = tuple(Evidence.of(row, note=row.happened_on.isoformat()) for row in current)
        return Outcome(Verdict.SUPPORTED, len(current), 1, found)
    if standing:
        last = standing[-1]
        note = _("of %(day)s, too old") % {"day": last.happened_on.isoformat()}
        because = _("Nothing was done under it in the period.")
        return Outcome(Verdict.STALE, 0, 1, (Evidence.of(last, against=True, note=note),), because)
    taken = tuple(
        Evidence.of(row, against=True, note=_("withdrawn: %(reason)s") % {"reason": row.reason}) for row in rows
    )
    return Outcome(Verdict.UNEVIDENCED, 0, 1, taken, _("What was recorded was withdrawn."))
