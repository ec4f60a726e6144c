"""What waits for a decision: of the reader, and of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from quarterdeck.areas.bodies.models import Decision, Meeting, Membership
from quarterdeck.areas.disclosures.actions import Approve
from quarterdeck.areas.disclosures.models import Disclosure, Statement
from quarterdeck.areas.disclosures.statements import AgreeOverride
from quarterdeck.areas.evidence.models import Evidence
from quarterdeck.areas.policies.models import Policy
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.workbench.reading import reading_of
from quarterdeck.web.workbench.seen import visible
from quarterdeck.web.workbench.views import heading

#: How long before its last day a policy is spoken of.
AHEAD = timedelta(days=90)
MOST = 20


@dataclass(frozen=True)
class Asked:
    """One decision: what, why, who asks, by when, where it is taken."""

    title: str
    text: str
    who: str
    by: date | None
    href: str | None
    yours: bool


def asked_of(sight: Sight, today: date) -> list[Asked]:
    """Everything that waits, soonest first; what has no day comes last."""
    found = [
        *_approvals(sight),
        *_proposed(sight, today),
        *_overrides(sight),
        *_policies(sight, today),
        *_reviews(sight, today),
    ]
    return sorted(found, key=lambda item: (item.by is None, item.by or today, item.title))


def _approvals(sight: Sight) -> list[Asked]:
    rows = (
        visible(sight, Disclosure)
        .filter(state=Disclosure.State.IN_REVIEW)
        .select_related("prepared_by", "submitted_by", "registrant")
    )
    made = []
    for row in rows.order_by("filing_date", "pk")[:MOST]:
        reading = reading_of(row)
        made.append(
            Asked(
                title=_("Approve %(disclosure)s.") % {"disclosure": heading(row)},
                text=_("%(holding)s of %(all)s factual statements hold.")
                % {"holding": reading.holding, "all": len(reading.facts)},
                who=str(row.submitted_by or row.prepared_by),
                by=row.filing_date,
                href=record_address(row.type_code(), row.pk),
                yours=sight.may(Approve) and sight.user.pk not in (row.prepared_by_id, row.submitted_by_id),
            )
        )
    return made


def _proposed(sight: Sight, today: date) -> list[Asked]:
    waiting = (Meeting.State.PLANNED, Meeting.State.CALLED, Meeting.State.OPEN)
    rows = (
        visible(sight, Decision)
        .filter(outcome=Decision.Outcome.PROPOSED, meeting__state__in=waiting)
        .select_related("meeting__body", "item__presenter")
        .order_by("meeting__planned_at", "pk")
    )
    mine = set(
        Membership.objects.on(today)
        .filter(person__user=sight.user, role__in=("chair", "member"))
        .values_list("body_id", flat=True)
    )
    made = []
    for row in rows[:MOST]:
        body = row.meeting.body
        made.append(
            Asked(
                title=_("%(title)s.") % {"title": row.title},
                text=_("Put to the %(body)s.") % {"body": body},
                who=str(row.item.presenter or body),
                by=row.meeting.planned_at.date(),
                href=record_address(Meeting.type_code(), row.meeting_id),
                yours=body.pk in mine,
            )
        )
    return made


def _overrides(sight: Sight) -> list[Asked]:
    rows = (
        visible(sight, Statement)
        .filter(removed=False, override_agreed_by=None, disclosure__state=Disclosure.State.DRAFT)
        .exclude(override_asked_by=None)
        .select_related("disclosure", "override_asked_by")
        .order_by("pk")
    )
    made = []
    for row in rows[:MOST]:
        address = record_address(Disclosure.type_code(), row.disclosure_id)
        made.append(
            Asked(
                title=_("Agree to keep a sentence that is not proven."),
                text=f"“{row}” {row.override_reason}",
                who=str(row.override_asked_by),
                by=row.disclosure.filing_date,
                href=None if address is None else f"{address}?at={row.pk}#s{row.pk}",
                yours=sight.may(AgreeOverride) and row.override_asked_by_id != sight.user.pk,
            )
        )
    return made


def _policies(sight: Sight, today: date) -> list[Asked]:
    """Typed policies that run out, while no policy of their kind was ever published as a record."""
    published = Policy.objects.exclude(state=Policy.State.DRAFT).values_list("kind", flat=True)
    kept = set(published.distinct().order_by())
    rows = (
        visible(sight, Evidence)
        .filter(kind="policy", state=Evidence.State.CURRENT, expires_on__gte=today, expires_on__lte=today + AHEAD)
        .select_related("added_by")
        .order_by("expires_on", "pk")
    )
    renew = sight.may(resource_of(Evidence).action("attest_policy"))
    made = []
    for row in [row for row in rows if row.text_of("policy_kind") not in kept][:MOST]:
        made.append(
            Asked(
                title=_("Renew “%(policy)s”.") % {"policy": row.title},
                text=_("It is in force until this day."),
                who=str(row.added_by),
                by=row.expires_on,
                href=record_address(row.type_code(), row.pk),
                yours=renew,
            )
        )
    return made


def _reviews(sight: Sight, today: date) -> list[Asked]:
    """Policies whose review is due."""
    rows = (
        visible(sight, Policy)
        .filter(state=Policy.State.PUBLISHED, review_by__lte=today + AHEAD)
        .select_related("owner")
        .order_by("review_by", "pk")
    )
    return [
        Asked(
            title=_("Review “%(policy)s”.") % {"policy": row.title},
            text=_("What rests on it is stale after this day."),
            who=str(row.owner),
            by=row.review_by,
            href=record_address(row.type_code(), row.pk),
            yours=row.owner.user_id == sight.user.pk,
        )
        for row in rows[:MOST]
    ]
