"""What waits for people about vendors: obligations, decisions, what is about to expire, conditions, off-boarding."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.policies.models import PolicyVersion
from quarterdeck.areas.vendors.models import (
    Acceptance,
    Assurance,
    Condition,
    Evaluation,
    Obligation,
    ObligationPeriod,
    OffboardingItem,
    Vendor,
    VendorEngagement,
    VendorException,
)
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.records import in_effect_on
from quarterdeck.kernel.todo import Item, Source, source

#: How long before its end something that expires begins to wait for its owner.
AHEAD = timedelta(days=60)
SOON = timedelta(days=30)
_ACTIVE = Q(vendor__state=Vendor.State.ACTIVE)


def _page(code: str, pk: int) -> str:
    return reverse("records:detail", args=[code, pk])


def _obligations() -> QuerySet[Obligation]:
    rows = Obligation.objects.filter(_ACTIVE, state=Obligation.State.ACTIVE, next_due__lte=clock.today() + SOON)
    return rows.annotate(
        todo_user=F("owner__user_id"),
        todo_due=F("next_due"),
        todo_since=TruncDate("recorded_at"),
        todo_unit=F("vendor__unit_id"),
    ).select_related("vendor")


def _obligation(row: Obligation, user: User) -> Item:
    return Item(
        _("Get the evidence"),
        f"{row.vendor}: {row.title}",
        _page("vendors.obligation", row.pk),
        row.next_due,
        row.recorded_at.date(),
    )


def _tasks() -> QuerySet[ObligationPeriod]:
    rows = ObligationPeriod.objects.filter(state=ObligationPeriod.State.FOLLOWED, task_done_on=None)
    return rows.annotate(
        todo_user=F("task_owner__user_id"),
        todo_due=F("task_due"),
        todo_since=F("done_on"),
        todo_unit=F("obligation__vendor__unit_id"),
    ).select_related("obligation__vendor")


def _task(row: ObligationPeriod, user: User) -> Item:
    return Item(
        _("See to it"),
        f"{row.obligation.vendor}: {row.task}",
        _page("vendors.obligationperiod", row.pk),
        row.task_due,
        row.done_on,
    )


def _evaluations() -> QuerySet[Evaluation]:
    """Before it is proposed, and when it is about to end: of its assessor."""
    newer = Evaluation.objects.filter(vendor=OuterRef("vendor"), pk__gt=OuterRef("pk")).exclude(
        state=Evaluation.State.WITHDRAWN
    )
    waits = Q(state__in=(Evaluation.State.PREPARED, Evaluation.State.SUBMITTED))
    ends = Q(state=Evaluation.State.DECIDED, valid_until__lte=clock.today() + AHEAD) & ~Q(Exists(newer))
    return (
        Evaluation.objects.filter(_ACTIVE)
        .filter(waits | ends)
        .annotate(
            todo_user=F("assessor_id"),
            todo_due=F("valid_until"),
            todo_since=F("opened_on"),
            todo_unit=F("vendor__unit_id"),
        )
        .select_related("vendor")
    )


def _evaluation(row: Evaluation, user: User) -> Item:
    asked = {
        Evaluation.State.PREPARED.value: _("Send it or answer it"),
        Evaluation.State.SUBMITTED.value: _("Judge the answers and propose"),
    }.get(row.state, _("Evaluate it again"))
    return Item(asked, row.vendor.name, reverse("vendor_evaluation", args=[row.pk]), row.valid_until, row.opened_on)


def _decisions() -> QuerySet[Evaluation]:
    """Proposed: of whoever may decide where the vendor hangs, but for the assessor."""
    held = "vendor__unit__lines_above__above__assignments"
    return (
        Evaluation.objects.filter(
            in_effect_on(clock.today(), f"{held}__"),
            **{f"{held}__role__grants__permission": "vendors.evaluation.decide"},
            state=Evaluation.State.PROPOSED,
        )
        .annotate(
            todo_user=F(f"{held}__user_id"),
            todo_due=Value(None, output_field=DateField()),
            todo_since=TruncDate("proposed_at"),
            todo_unit=F("vendor__unit_id"),
        )
        .exclude(assessor_id=F("todo_user"))
        .select_related("vendor")
        .distinct()
    )


def _decision(row: Evaluation, user: User) -> Item:
    since = row.opened_on if row.proposed_at is None else row.proposed_at.date()
    return Item(_("Decide"), row.vendor.name, reverse("vendor_evaluation", args=[row.pk]), None, since)


def _conditions() -> QuerySet[Condition]:
    rows = Condition.objects.filter(
        met_on=None, evaluation__state=Evaluation.State.DECIDED, evaluation__vendor__state=Vendor.State.ACTIVE
    )
    return rows.annotate(
        todo_user=F("evaluation__vendor__owner__user_id"), todo_due=F("due_on"), todo_since=F("evaluation__decided_on"),
        todo_unit=F("evaluation__vendor__unit_id"),
    ).select_related("evaluation__vendor")  # fmt: skip


def _condition(row: Condition, user: User) -> Item:
    since = row.evaluation.decided_on or row.due_on
    return Item(
        _("See that it is met"),
        f"{row.evaluation.vendor}: {row.text}",
        _page("vendors.condition", row.pk),
        row.due_on,
        since,
    )


def _assurances() -> QuerySet[Assurance]:
    newer = Assurance.objects.filter(
        vendor=OuterRef("vendor"),
        kind=OuterRef("kind"),
        state=Assurance.State.CURRENT,
        expires_on__gt=OuterRef("expires_on"),
    )
    rows = Assurance.objects.filter(
        _ACTIVE, state=Assurance.State.CURRENT, expires_on__lte=clock.today() + AHEAD
    ).exclude(Exists(newer))
    return rows.annotate(
        todo_user=F("vendor__owner__user_id"),
        todo_due=F("expires_on"),
        todo_since=F("issued_on"),
        todo_unit=F("vendor__unit_id"),
    ).select_related("vendor")


def _assurance(row: Assurance, user: User) -> Item:
    return Item(_("Ask for the next one"), str(row), _page("vendors.assurance", row.pk), row.expires_on, row.issued_on)


def _exceptions() -> QuerySet[VendorException]:
    rows = VendorException.objects.filter(
        _ACTIVE, state=VendorException.State.GRANTED, expires_on__lte=clock.today() + SOON, engagements__state="engaged"
    ).distinct()
    return rows.annotate(
        todo_user=F("vendor__owner__user_id"),
        todo_due=F("expires_on"),
        todo_since=F("decided_on"),
        todo_unit=F("vendor__unit_id"),
    ).select_related("vendor")


def _exception(row: VendorException, user: User) -> Item:
    since = row.decided_on or row.requested_on
    return Item(
        _("Evaluate before the exception ends"),
        row.vendor.name,
        _page("vendors.vendorexception", row.pk),
        row.expires_on,
        since,
    )


def _offboarding() -> QuerySet[OffboardingItem]:
    rows = OffboardingItem.objects.filter(state=OffboardingItem.State.OPEN)
    return rows.annotate(
        todo_user=F("engagement__vendor__owner__user_id"), todo_due=F("due_on"), todo_since=F("engagement__ended_on"),
        todo_unit=F("engagement__vendor__unit_id"),
    ).select_related("engagement__vendor")  # fmt: skip


def _offboard(row: OffboardingItem, user: User) -> Item:
    since = row.engagement.ended_on or row.due_on
    return Item(
        row.get_what_display(), row.engagement.vendor.name, _page("vendors.offboardingitem", row.pk), row.due_on, since
    )


def _acceptances() -> QuerySet[Acceptance]:
    """The newest acceptance of a vendor, where it is of a version that another one has replaced: of the vendor's owner."""
    newer = Acceptance.objects.filter(vendor=OuterRef("vendor"), withdrawn_on=None).filter(
        Q(accepted_on__gt=OuterRef("accepted_on")) | Q(accepted_on=OuterRef("accepted_on"), pk__gt=OuterRef("pk"))
    )
    rows = Acceptance.objects.filter(
        ~Exists(newer), _ACTIVE, withdrawn_on=None, policy_version__state=PolicyVersion.State.SUPERSEDED,
        vendor__engagements__state=VendorEngagement.State.ENGAGED,
    ).distinct()  # fmt: skip
    return rows.annotate(
        todo_user=F("vendor__owner__user_id"),
        todo_due=Value(None, output_field=DateField()),
        todo_since=F("policy_version__effective_until"),
        todo_unit=F("vendor__unit_id"),
    ).select_related("vendor", "policy_version__policy")


def _acceptance(row: Acceptance, user: User) -> Item:
    since = row.accepted_on if row.policy_version is None else row.policy_version.effective_until or row.accepted_on
    return Item(
        _("Have the new version of the procedures accepted"),
        row.vendor.name,
        reverse("vendor", args=[row.vendor_id]),
        None,
        since,
    )


source(Source("vendors.acceptance", _("Acceptances of the procedures"), _acceptances, _acceptance))
source(Source("vendors.obligation", _("Obligations of vendors"), _obligations, _obligation, late_after=7))
source(Source("vendors.obligationperiod", _("Tasks about vendors"), _tasks, _task, late_after=7))
source(Source("vendors.evaluation", _("Evaluations of vendors"), _evaluations, _evaluation))
source(Source("vendors.evaluation", _("Evaluations waiting for a decision"), _decisions, _decision, part="deciding"))
source(Source("vendors.condition", _("Conditions for vendors"), _conditions, _condition, late_after=1))
source(Source("vendors.assurance", _("Certificates of vendors"), _assurances, _assurance, optional=True))
source(Source("vendors.vendorexception", _("Exceptions for vendors"), _exceptions, _exception, late_after=1))
source(Source("vendors.offboardingitem", _("Off-boarding of vendors"), _offboarding, _offboard, late_after=1))
