"""A policy as its screens show it, read in a bounded number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q
from markupsafe import Markup

from quarterdeck.areas.policies.models import (
    Acknowledgement,
    ApprovalStep,
    Audience,
    Policy,
    PolicyException,
    PolicyVersion,
)
from quarterdeck.areas.policies.queries import beyond_reach
from quarterdeck.engines.prose import to_html
from quarterdeck.kernel.resource.sight import Sight

State, Asked = PolicyVersion.State, Acknowledgement.State
BEING_WRITTEN = (State.DRAFT, State.IN_REVIEW, State.APPROVED)


@dataclass
class Share:
    """How far one unit has come."""

    unit: str
    asked: int
    done: int
    late: int

    @property
    def share(self) -> float:
        return self.done / self.asked if self.asked else 0.0


@dataclass
class Shown:
    """Everything on the policy's own screen."""

    policy: Policy
    versions: list[PolicyVersion]
    current: PolicyVersion | None
    next: PolicyVersion | None
    steps: dict[int, list[ApprovalStep]]
    shares: list[Share] = field(default_factory=list)
    audience: list[Audience] = field(default_factory=list)
    exceptions: list[PolicyException] = field(default_factory=list)
    unreached: int = 0

    @property
    def total(self) -> Share:
        return Share(
            "", sum(s.asked for s in self.shares), sum(s.done for s in self.shares), sum(s.late for s in self.shares)
        )

    def live(self, version: PolicyVersion) -> list[ApprovalStep]:
        """The steps that count."""
        gone = (ApprovalStep.State.VOID, ApprovalStep.State.DROPPED)
        return [step for step in self.steps.get(version.pk, []) if step.state not in gone]

    def voided(self, version: PolicyVersion) -> list[ApprovalStep]:
        """Approvals that were given to other words."""
        return [s for s in self.steps.get(version.pk, []) if s.state == ApprovalStep.State.VOID and s.decided_at]


def html_of(version: PolicyVersion) -> Markup:
    """The text as the page shows it: only the elements that the engine writes, every word escaped."""
    return Markup(to_html(version.document()))  # noqa: S704 - the engine escapes every word


def current_of(versions: list[PolicyVersion], day: date) -> PolicyVersion | None:
    """The version in force on ``day``, or published for a later day where none is."""
    published = [v for v in versions if v.state == State.PUBLISHED and v.effective_from is not None]
    superseded = [v for v in versions if v.effective_from is not None and v.effective_until is not None]
    for version in [*published, *superseded]:
        assert version.effective_from is not None
        ended = version.effective_until is not None and version.effective_until < day
        if version.effective_from <= day and not ended and version.state != State.WITHDRAWN:
            return version
    return published[0] if published else None


def read(policy: Policy, sight: Sight, day: date) -> Shown:
    """The policy as far as the person may see it."""
    versions = list(
        sight.each(PolicyVersion)
        .filter(policy=policy)
        .select_related("prepared_by", "published_by")
        .order_by("-pk")[:50]
    )
    for version in versions:
        version.policy = policy
    sight.note(versions)
    steps: dict[int, list[ApprovalStep]] = {}
    wanted = [v.pk for v in versions]
    by_key = {v.pk: v for v in versions}
    rows = sight.each(ApprovalStep).filter(version__in=wanted).order_by("position", "pk")
    for step in rows.select_related("person", "role", "body", "decided_by", "decision"):
        step.version = by_key[step.version_id]
        steps.setdefault(step.version_id, []).append(step)
    current = current_of(versions, day)
    shown = Shown(
        policy=policy,
        versions=versions,
        current=current,
        next=next((v for v in versions if v.state in BEING_WRITTEN), None),
        steps=steps,
    )
    if current is not None:
        shown.shares = shares_of(current, day)
        shown.unreached = beyond_reach(policy, day)
    shown.audience = list(
        sight.each(Audience).filter(policy=policy, ended=False).select_related("unit", "role", "policy").order_by("pk")
    )
    shown.exceptions = list(
        sight.each(PolicyException)
        .filter(policy=policy)
        .select_related("section", "unit", "person", "asked_by", "decided_by")
        .order_by("expires_on", "pk")[:50]
    )
    return shown


def shares_of(version: PolicyVersion, day: date) -> list[Share]:
    """Asked, acknowledged and late by unit. Numbers alone: whoever sees the policy may know how far it is read."""
    rows = (
        Acknowledgement.objects.filter(version=version)
        .exclude(state=Asked.LAPSED)
        .values("person__unit__name")
        .annotate(
            asked=Count("pk"),
            done=Count("pk", filter=Q(state=Asked.DONE)),
            late=Count("pk", filter=Q(state=Asked.OPEN, due_on__lt=day)),
        )
        .order_by("person__unit__name")
    )
    return [Share(row["person__unit__name"], row["asked"], row["done"], row["late"]) for row in rows]
