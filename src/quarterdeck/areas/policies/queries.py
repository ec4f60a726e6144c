"""Questions about policies that claims, screens and jobs ask alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.policies import rules
from quarterdeck.areas.policies.models import (
    Acknowledgement,
    ApprovalStep,
    Audience,
    Policy,
    PolicyReview,
    PolicySection,
    PolicyVersion,
)
from quarterdeck.engines.prose import write_markdown
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Assignment, UnitLine
from quarterdeck.kernel.permissions.scope import holds_for_own
from quarterdeck.kernel.records import in_effect_on

#: Once published, a version was in force for the days it names, whatever became of it later.
EVER = (PolicyVersion.State.PUBLISHED, PolicyVersion.State.SUPERSEDED, PolicyVersion.State.WITHDRAWN)


def in_force_on(policy: Policy, day: date) -> PolicyVersion | None:
    """The version in force on ``day``."""
    held = Q(effective_from__lte=day) & (Q(effective_until=None) | Q(effective_until__gte=day))
    return policy.versions.filter(held, state__in=EVER).order_by("-effective_from", "-pk").first()


def published_of(policy: Policy) -> PolicyVersion | None:
    """The version that was published last and not withdrawn; in force, or about to be."""
    return policy.versions.filter(state=PolicyVersion.State.PUBLISHED).order_by("-effective_from", "-pk").first()


def section_words(version: PolicyVersion, code: str) -> str | None:
    """What the version says under a section; None where it has no such section."""
    part = version.document().part(code)
    return None if part is None else write_markdown(part)


def review_due(version: PolicyVersion, day: date) -> date:
    """The last day of its review cycle, by what was reviewed up to ``day``."""
    assert version.effective_from is not None
    done = [row.reviewed_on for row in version.reviews.all() if row.result == PolicyReview.Result.STANDS]
    return rules.review_due(version.effective_from, done, version.policy.review_months, day)


def live_steps(version: PolicyVersion) -> list[ApprovalStep]:
    """The steps that count, in order."""
    gone = (ApprovalStep.State.VOID, ApprovalStep.State.DROPPED)
    rows = version.steps.exclude(state__in=gone).select_related("person", "role", "body", "decided_by")
    return list(rows.order_by("position", "pk"))


def people_of(lines: Iterable[Audience], day: date) -> QuerySet[Person]:
    """Everybody whom the lines of an audience reach on ``day`` and who can be asked: active, with a login that works."""
    return _reached(lines, day).filter(user__is_active=True)


def beyond_reach(policy: Policy, day: date) -> int:
    """How many people of the audience have no login that works, and so cannot be asked."""
    return _reached(policy.audience.filter(ended=False), day).exclude(user__is_active=True).count()


def _reached(lines: Iterable[Audience], day: date) -> QuerySet[Person]:
    reached = Q(pk__in=())
    for line in lines:
        inside = Q(unit__in=UnitLine.objects.filter(above=line.unit_id).values("below"))
        if line.role_id is not None:
            held = Assignment.objects.filter(in_effect_on(day), user=OuterRef("user"), role=line.role_id)
            inside &= Q(Exists(held))
        reached |= inside
    return Person.objects.filter(reached, state=Person.State.ACTIVE, erased_at=None)


def audience_on(policy: Policy, day: date) -> QuerySet[Person]:
    """Everybody who has to acknowledge the policy, as the audience is now."""
    return people_of(policy.audience.filter(ended=False), day)


def still_to_ask(version: PolicyVersion, day: date) -> QuerySet[Person]:
    """Those of the audience who were never asked about this version."""
    asked = Acknowledgement.objects.filter(version=version, person=OuterRef("pk"))
    return audience_on(version.policy, day).exclude(Exists(asked)).order_by("pk")


def acknowledged_last(policy: Policy, person: Person) -> PolicyVersion | None:
    """The newest version of the policy that the person acknowledged."""
    row = (
        Acknowledgement.objects.filter(version__policy=policy, person=person, state=Acknowledgement.State.DONE)
        .order_by("-acknowledged_at", "-pk")
        .select_related("version")
        .first()
    )
    return None if row is None else row.version


# ---------------------------------------------------------------- who sees what


def _policies_of(user: User) -> Q:
    """Keys of policies that a login has to do with: asked to acknowledge, to approve, or owner."""
    asked = Acknowledgement.objects.filter(person__user=user).exclude(state=Acknowledgement.State.LAPSED)
    approving = ApprovalStep.objects.filter(person__user=user).exclude(state=ApprovalStep.State.DROPPED)
    return (
        Q(pk__in=asked.values("version__policy"))
        | Q(pk__in=approving.values("version__policy"))
        | Q(owner__in=Person.objects.filter(user=user))
    )


def own_policies(user: User, permission: str) -> Q:
    """For viewing policies: those that are mine to read, approve or keep. Changing them takes more than being asked."""
    if permission != f"{Policy.type_code()}.view":
        return Q(pk__in=[])
    return _policies_of(user) & holds_for_own(user, permission)


def own_versions(user: User, permission: str) -> Q:
    """For viewing versions: those I am asked to acknowledge or approve."""
    if permission != f"{PolicyVersion.type_code()}.view":
        return Q(pk__in=[])
    asked = Acknowledgement.objects.filter(person__user=user)
    approving = ApprovalStep.objects.filter(person__user=user).exclude(state=ApprovalStep.State.DROPPED)
    mine = Q(pk__in=asked.values("version")) | Q(pk__in=approving.values("version"))
    return mine & holds_for_own(user, permission)


def own_sections(user: User, permission: str) -> Q:
    """For viewing sections: those of policies that are mine to read."""
    if permission != f"{PolicySection.type_code()}.view":
        return Q(pk__in=[])
    return Q(policy__in=Policy.objects.filter(_policies_of(user))) & holds_for_own(user, permission)


def section_named(policy: Policy, code: str) -> PolicySection | None:
    """The section that other records may point to."""
    return PolicySection.objects.filter(policy=policy, code=code).first()


__all__ = [
    "EVER", "acknowledged_last", "audience_on", "beyond_reach", "in_force_on", "live_steps", "own_policies", "own_sections", "own_versions",
    "people_of", "published_of", "review_due", "section_named", "section_words", "still_to_ask",
]  # fmt: skip
