"""What of policies waits for a person: reading, approving, reviewing, exceptions that end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.policies.models import Acknowledgement, ApprovalStep, Policy, PolicyException, PolicyVersion
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import UnitLine
from quarterdeck.kernel.records import in_effect_on
from quarterdeck.kernel.todo import Item, Source, source

#: Days before the last one on which an owner hears of it.
AHEAD = timedelta(days=30)


def _to_acknowledge() -> QuerySet[Acknowledgement]:
    return (
        Acknowledgement.objects.filter(state=Acknowledgement.State.OPEN)
        .select_related("version__policy")
        .annotate(todo_user=F("person__user_id"), todo_due=F("due_on"), todo_since=F("asked_on"), todo_unit=F("person__unit_id"))
    )  # fmt: skip


def _acknowledge(row: Any, user: User) -> Item:
    policy = row.version.policy
    return Item(
        _("Read and acknowledge"), str(row.version), reverse("policy_read", args=[policy.pk]), row.due_on, row.asked_on
    )


def _to_approve() -> QuerySet[ApprovalStep]:
    """Steps whose turn it is: of the person named, or of each who holds the role where the policy hangs."""
    today = clock.today()
    before = ApprovalStep.objects.filter(
        version=OuterRef("version"), position__lt=OuterRef("position"), state=ApprovalStep.State.WAITING
    )
    above = UnitLine.objects.filter(above=OuterRef("role__assignments__unit"), below=OuterRef("version__policy__unit"))
    named = Q(role=None) | (in_effect_on(today, "role__assignments__") & Exists(above))
    return (
        ApprovalStep.objects.filter(
            named, ~Exists(before), state=ApprovalStep.State.WAITING, version__state=PolicyVersion.State.IN_REVIEW, body=None
        )
        .select_related("version__policy")
        .annotate(
            todo_user=Coalesce(F("person__user_id"), F("role__assignments__user_id")),
            todo_due=Value(None, output_field=DateField()),
            todo_since=TruncDate("version__submitted_at"),
            todo_unit=F("version__policy__unit_id"),
        )
        .exclude(version__prepared_by=F("todo_user"))
    )  # fmt: skip


def _approve(row: Any, user: User) -> Item:
    return Item(_("Approve"), str(row.version), reverse("policy", args=[row.version.policy_id]), None, row.todo_since)


def _to_review() -> QuerySet[Policy]:
    return Policy.objects.filter(
        state=Policy.State.PUBLISHED, review_by__lte=clock.today() + AHEAD
    ).annotate(
        todo_user=F("owner__user_id"), todo_due=F("review_by"), todo_since=TruncDate("recorded_at"), todo_unit=F("unit_id")
    )  # fmt: skip


def _review(row: Any, user: User) -> Item:
    assert row.review_by is not None
    return Item(_("Review"), row.title, reverse("policy", args=[row.pk]), row.review_by, row.review_by - AHEAD)


def _ending() -> QuerySet[PolicyException]:
    today = clock.today()
    return (
        PolicyException.objects.filter(
            state=PolicyException.State.GRANTED, expires_on__gte=today, expires_on__lte=today + AHEAD
        )
        .select_related("policy")
        .annotate(todo_user=F("asked_by_id"), todo_due=F("expires_on"), todo_since=TruncDate("recorded_at"), todo_unit=F("unit_id"))
    )  # fmt: skip


def _end(row: Any, user: User) -> Item:
    return Item(
        _("End the exception, or ask for it anew"),
        f"{row.policy}: {row.scope}",
        reverse("records:detail", args=[row.type_code(), row.pk]),
        row.expires_on,
        row.expires_on - AHEAD,
    )


source(Source("policies.acknowledgement", _("Policies to acknowledge"), _to_acknowledge, _acknowledge, late_after=7))
source(Source("policies.approvalstep", _("Policies to approve"), _to_approve, _approve))
source(Source("policies.policy", _("Policies to review"), _to_review, _review, late_after=14))
source(Source("policies.policyexception", _("Exceptions about to end"), _ending, _end))
