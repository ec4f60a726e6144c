"""The approvals of a version, in order, each bound to the hash of what was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.policies.actions.keeping import KEEPERS, ReasonForm
from quarterdeck.areas.policies.actions.writing import WRITERS
from quarterdeck.areas.policies.models import ApprovalStep, PolicyVersion
from quarterdeck.areas.policies.queries import live_steps
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.permissions.models import Assignment, Unit, UnitLine
from quarterdeck.kernel.records import in_effect_on

State, Step = PolicyVersion.State, ApprovalStep.State
#: Roles by which a step may be approved; the step itself says which of them, or which person.
APPROVERS = (
    "ciso", "counsel", "committee_member", "board_member", "unit_owner", "panel_member", "disclosure_officer", "secretary",
    "people_officer", "group_lead", "own:employee",
)  # fmt: skip
#: Digits of the hash that a body's decision has to name.
NAMED_DIGITS = 16


class AddStep(Create[ApprovalStep]):
    name = "add"
    model = ApprovalStep
    label = _("Add an approval step")
    fields = ("version", "person", "role", "body")
    roles = KEEPERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["version"].policy.unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: ApprovalStep | None, data: Mapping[str, Any]) -> None:
        demand_draft(data["version"])
        role = data.get("role")
        if role is not None and role.pk not in APPROVERS:
            raise Refused(_("Whoever is only a %(role)s approves no policy; name another role.") % {"role": role})

    def build(self, ctx: Context, data: Mapping[str, Any]) -> ApprovalStep:
        made = super().build(ctx, data)
        made.position = max((step.position for step in live_steps(made.version)), default=0) + 1
        return made


def demand_draft(version: PolicyVersion) -> None:
    """Refused once the version is in review: who has to approve is settled by then."""
    if version.state != State.DRAFT:
        raise Refused(_("Steps are settled before the review. Take the version back to a draft first."))


class DropStep(Action[ApprovalStep]):
    name = "drop"
    model = ApprovalStep
    label = _("Drop")
    states = frozenset({Step.WAITING})
    roles = KEEPERS

    def available(self, user: User, record: ApprovalStep) -> Text | None:
        if record.version.state != State.DRAFT:
            return _("Steps are settled before the review. Take the version back to a draft first.")
        return None

    def mutate(self, ctx: Context, record: ApprovalStep | None, data: Mapping[str, Any]) -> ApprovalStep:
        assert record is not None
        record.state = Step.DROPPED
        return ctx.save(record)


class Submit(Action[PolicyVersion]):
    """Ask for the approvals, in order."""

    name = "submit"
    label = _("Ask for approval")
    model = PolicyVersion
    states = frozenset({State.DRAFT})
    over = frozenset({State.PUBLISHED})
    roles = WRITERS

    def available(self, user: User, record: PolicyVersion) -> Text | None:
        steps = live_steps(record)
        if not steps:
            return _("Nobody has to approve it yet; add a step first.")
        for step in steps:
            if step.state == Step.REJECTED:
                return _("%(who)s rejected these words; change the text first.") % {"who": step.who}
        if not record.sections():
            return _("The text has no heading; part it into sections first.")
        return None

    def mutate(self, ctx: Context, record: PolicyVersion | None, data: Mapping[str, Any]) -> PolicyVersion:
        assert record is not None
        record.state = State.IN_REVIEW
        record.submitted_at = ctx.at
        ctx.save(record)
        # Where everything was approved before and the text is the same still, nothing is left to wait for.
        return settle(ctx, record)


class TakeBack(Action[PolicyVersion]):
    """Back to a draft, to change who has to approve. Approvals given to these words stay."""

    name = "take_back"
    label = _("Take back to a draft")
    model = PolicyVersion
    states = frozenset({State.IN_REVIEW, State.APPROVED})
    over = frozenset({State.PUBLISHED})
    roles = WRITERS

    def mutate(self, ctx: Context, record: PolicyVersion | None, data: Mapping[str, Any]) -> PolicyVersion:
        assert record is not None
        record.state = State.DRAFT
        record.approved_at = None
        return ctx.save(record)


class WithdrawVersion(Action[PolicyVersion]):
    """It is not pursued. What is in force stays in force."""

    name = "withdraw"
    label = _("Give up this version")
    model = PolicyVersion
    states = frozenset({State.DRAFT, State.IN_REVIEW, State.APPROVED})
    over = frozenset({State.PUBLISHED})
    roles = WRITERS
    danger = True

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def mutate(self, ctx: Context, record: PolicyVersion | None, data: Mapping[str, Any]) -> PolicyVersion:
        assert record is not None
        record.state = State.WITHDRAWN
        record.reason = data["reason"]
        return ctx.save(record)


def settle(ctx: Context, version: PolicyVersion) -> PolicyVersion:
    """Approved once every step is, for the words as they are."""
    steps = live_steps(version)
    if steps and all(step.state == Step.APPROVED and step.sha256 == version.sha256 for step in steps):
        version.state = State.APPROVED
        version.approved_at = ctx.at
        ctx.save(version)
    return version


def holds_role(user: User, step: ApprovalStep, day: object) -> bool:
    """Whether the login holds the step's role where the policy hangs, or above."""
    above = UnitLine.objects.filter(below=step.version.policy.unit_id).values("above")
    return Assignment.objects.filter(in_effect_on(day), user=user, role=step.role_id, unit__in=above).exists()  # type: ignore[arg-type]


class _Decide(Action[ApprovalStep]):
    """What approving and rejecting share: whose step it is, and that it is its turn."""

    model = ApprovalStep
    states = frozenset({Step.WAITING})
    roles = APPROVERS

    def available(self, user: User, record: ApprovalStep) -> Text | None:
        from quarterdeck.kernel import clock

        version = record.version
        if version.state != State.IN_REVIEW:
            return (
                _("Nobody asked for approval yet.") if version.state == State.DRAFT else _("It is no longer in review.")
            )
        if record.body_id is not None:
            return _("A body approves this step; record its decision.")
        if user.pk in version.writers:
            return _("Whoever wrote on it approves none of its steps.")
        if record.person_id is not None and (record.person is None or record.person.user_id != user.pk):
            return _("%(who)s has to approve this step.") % {"who": record.who}
        if record.role_id is not None and not holds_role(user, record, clock.today()):
            return _("%(who)s has to approve this step.") % {"who": record.who}
        return out_of_turn(record) or twice(user, record)


def out_of_turn(record: ApprovalStep) -> Text | None:
    for step in live_steps(record.version):
        if step.position < record.position and step.state != Step.APPROVED:
            return _("First: %(step)s.") % {"step": step}
    return None


def twice(user: User, record: ApprovalStep) -> Text | None:
    if any(step.decided_by_id == user.pk and step.state == Step.APPROVED for step in live_steps(record.version)):
        return _("You approved another step of this version; somebody else takes this one.")
    return None


class HashForm(forms.Form):
    sha256 = forms.CharField(
        label=_("SHA-256 of what you read"),
        min_length=64,
        max_length=64,
        help_text=_("As it stands above the text."),
    )
    reason = forms.CharField(
        label=_("Remark"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class Approve(_Decide):
    """Approve exactly what was read."""

    name = "approve"
    label = _("Approve")

    def form_class(self) -> type[forms.BaseForm] | None:
        return HashForm

    def initial(self, record: ApprovalStep | None) -> dict[str, object]:
        return {} if record is None else {"sha256": record.version.sha256}

    def guard(self, ctx: Context, record: ApprovalStep | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if data["sha256"] != record.version.sha256:
            raise Refused(_("The text changed since you opened it. Read it again; nothing was approved."))

    def mutate(self, ctx: Context, record: ApprovalStep | None, data: Mapping[str, Any]) -> ApprovalStep:
        assert record is not None
        return _decided(ctx, record, Step.APPROVED, data["reason"])


class Reject(_Decide):
    """Say why not. The version goes back to its writers."""

    name = "reject"
    label = _("Reject")

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def mutate(self, ctx: Context, record: ApprovalStep | None, data: Mapping[str, Any]) -> ApprovalStep:
        assert record is not None
        done = _decided(ctx, record, Step.REJECTED, data["reason"])
        version = PolicyVersion._base_manager.select_for_update().get(pk=record.version_id)
        version.state = State.DRAFT
        ctx.save(version)
        return done


def _decided(ctx: Context, record: ApprovalStep, state: str, reason: str) -> ApprovalStep:
    record.state = state
    record.decided_by = ctx.user
    record.decided_at = ctx.at
    record.sha256 = record.version.sha256
    record.reason = reason
    ctx.save(record)
    if state == Step.APPROVED:
        settle(ctx, PolicyVersion._base_manager.select_for_update().get(pk=record.version_id))
    return record


class DecisionForm(forms.Form):
    decision = forms.ModelChoiceField(
        Decision.objects.all(),
        label=_("Decision"),
        help_text=_("Carried, of that body, with the hash of this version in its words or its papers."),
    )


class RecordDecision(Action[ApprovalStep]):
    """A body approved it: its carried decision names the hash of exactly these words."""

    name = "record_decision"
    label = _("Record the body's decision")
    model = ApprovalStep
    states = frozenset({Step.WAITING})
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return DecisionForm

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: ApprovalStep | None) -> None:
        field = form.fields["decision"]
        if record is not None and isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
            field.queryset = field.queryset.filter(
                meeting__body=record.body_id, outcome=Decision.Outcome.CARRIED
            ).order_by("-decided_on", "-pk")

    def available(self, user: User, record: ApprovalStep) -> Text | None:
        if record.body_id is None:
            return _("No body approves this step.")
        if record.version.state != State.IN_REVIEW:
            return _("Nobody asked for approval yet.")
        return out_of_turn(record)

    def guard(self, ctx: Context, record: ApprovalStep | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        decision: Decision = data["decision"]
        digits = record.version.sha256[:NAMED_DIGITS]
        frozen = [str(paper.get("sha256", "")) for paper in decision.papers]
        words = f"{decision.title} {decision.text}"
        if digits not in words and record.version.sha256 not in frozen:
            raise Refused(
                _(
                    "The decision names neither in its words nor in its papers the hash of this version, which begins with %(digits)s. The body has to decide on exactly these words."
                )
                % {"digits": digits}
            )

    def mutate(self, ctx: Context, record: ApprovalStep | None, data: Mapping[str, Any]) -> ApprovalStep:
        assert record is not None
        record.decision = data["decision"]
        return _decided(ctx, record, Step.APPROVED, "")


__all__ = [
    "APPROVERS", "AddStep", "Approve", "DropStep", "RecordDecision", "Reject", "Submit", "TakeBack",
    "WithdrawVersion", "settle",
]  # fmt: skip
