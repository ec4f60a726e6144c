"""Policies themselves: adding, changing, their audience, reviews, withdrawal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.policies import rules
from quarterdeck.areas.policies.models import Acknowledgement, Audience, Policy, PolicyReview, PolicyVersion
from quarterdeck.areas.policies.queries import EVER, in_force_on, people_of
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.permissions.models import Unit

#: Who writes rules. "own:" are the owners of a policy, whatever they are otherwise.
KEEPERS = ("ciso", "disclosure_officer", "secretary", "counsel")
OWNERS = (*KEEPERS, "own:unit_owner", "own:group_lead", "own:panel_member", "own:committee_member", "own:employee")


def held(policy: Policy) -> Policy:
    """The policy, locked until the action is over; Refused once it is withdrawn."""
    found = Policy._base_manager.select_for_update().get(pk=policy.pk)
    if found.state == Policy.State.WITHDRAWN:
        raise Refused(_("“%(policy)s” was withdrawn. Add a new policy instead.") % {"policy": found})
    return found


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class AddPolicy(Create[Policy]):
    model = Policy
    label = _("Add a policy")
    fields = ("title", "kind", "level", "owner", "unit", "review_months", "acknowledge_days")
    roles = KEEPERS

    def mutate(self, ctx: Context, record: Policy | None, data: Mapping[str, Any]) -> Policy:
        made = super().mutate(ctx, record, data)
        # A policy without readers is acknowledged by nobody: it begins with everybody of its unit.
        ctx.save(Audience(policy=made, unit=made.unit))
        return made


class ChangePolicy(Change[Policy]):
    model = Policy
    fields = ("title", "level", "owner", "review_months", "acknowledge_days")
    roles = KEEPERS
    states = frozenset({Policy.State.DRAFT, Policy.State.PUBLISHED})

    def mutate(self, ctx: Context, record: Policy | None, data: Mapping[str, Any]) -> Policy:
        saved = super().mutate(ctx, record, data)
        return move_review(ctx, saved)


def move_review(ctx: Context, policy: Policy) -> Policy:
    """Say anew by when the version in force has to be reviewed."""
    newest = policy.versions.filter(state=PolicyVersion.State.PUBLISHED).order_by("-effective_from", "-pk").first()
    due = None
    if newest is not None and newest.effective_from is not None:
        rows = newest.reviews.filter(result=PolicyReview.Result.STANDS)
        done = list(rows.values_list("reviewed_on", flat=True))
        due = rules.review_due(newest.effective_from, done, policy.review_months, max(done, default=ctx.at.date()))
    if due != policy.review_by:
        policy.review_by = due
        ctx.save(policy)
    return policy


class WithdrawForm(ReasonForm):
    effective_until = forms.DateField(
        label=_("Last day in force"),
        widget=DateInput,
        help_text=_("Today, or the day on which it ceased to be followed."),
    )
    field_order = ("effective_until", "reason")


class WithdrawPolicy(Action[Policy]):
    """Its text is no longer in force after a day, without another in its place."""

    name = "withdraw"
    label = _("Withdraw")
    help = _("It is no longer in force, and nothing takes its place.")
    model = Policy
    states = frozenset({Policy.State.PUBLISHED, Policy.State.DRAFT})
    roles = ("ciso", "disclosure_officer")
    danger = True
    confirm = _(
        "Nobody is bound by it after that day, and sentences of a disclosure that rest on it lose their support."
    )

    def form_class(self) -> type[forms.BaseForm] | None:
        return WithdrawForm

    def initial(self, record: Policy | None) -> dict[str, object]:
        return {"effective_until": clock.today()}

    def guard(self, ctx: Context, record: Policy | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if data["effective_until"] > ctx.at.date():
            raise Refused(_("Withdraw it once its last day has come."))
        newest = record.versions.filter(state=PolicyVersion.State.PUBLISHED).first()
        if newest is not None and newest.effective_from is not None and data["effective_until"] < newest.effective_from:
            raise Refused(
                _("It came into force on %(day)s only; its last day cannot lie before.")
                % {"day": newest.effective_from.isoformat()}
            )

    def mutate(self, ctx: Context, record: Policy | None, data: Mapping[str, Any]) -> Policy:
        assert record is not None
        last = data["effective_until"]
        for version in record.versions.exclude(state__in=(*EVER[1:],)).select_related("policy"):
            if version.effective_from is not None:
                version.effective_until = last
            version.state = PolicyVersion.State.WITHDRAWN
            version.reason = data["reason"]
            ctx.save(version)
        for row in Acknowledgement.objects.filter(version__policy=record, state=Acknowledgement.State.OPEN):
            row.state = Acknowledgement.State.LAPSED
            ctx.save(row)
        record.state = Policy.State.WITHDRAWN
        record.review_by = None
        record.withdrawn_on = last
        record.reason = data["reason"]
        return ctx.save(record)


class AddAudience(Create[Audience]):
    name = "add"
    model = Audience
    label = _("Add readers")
    fields = ("policy", "unit", "role")
    roles = KEEPERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["policy"].unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: Audience | None, data: Mapping[str, Any]) -> None:
        held(data["policy"])


class EndAudience(Action[Audience]):
    """They are no longer asked. What they acknowledged stays on record."""

    name = "end"
    model = Audience
    label = _("No longer ask them")
    roles = KEEPERS

    def available(self, user: User, record: Audience) -> Text | None:
        return _("Already ended.") if record.ended else None

    def mutate(self, ctx: Context, record: Audience | None, data: Mapping[str, Any]) -> Audience:
        assert record is not None
        record.ended = True
        ctx.save(record)
        rest = people_of(record.policy.audience.filter(ended=False), ctx.at.date())
        open_ = Acknowledgement.objects.filter(version__policy=record.policy_id, state=Acknowledgement.State.OPEN)
        for row in open_.exclude(person__in=rest):
            row.state = Acknowledgement.State.LAPSED
            ctx.save(row)
        return record


class ReviewForm(forms.Form):
    reviewed_on = forms.DateField(label=_("Reviewed on"), widget=DateInput)
    result = forms.ChoiceField(label=_("Result"), choices=PolicyReview.Result.choices)
    note = forms.CharField(
        label=_("What was looked at, and why it stands or not"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class Review(Action[Policy]):
    """The text in force was looked at again. Where it stands, its review cycle begins anew."""

    name = "review"
    label = _("Record a review")
    help = _("The text in force was looked at again. Where it stands, its review cycle begins anew.")
    model = Policy
    states = frozenset({Policy.State.PUBLISHED})
    roles = OWNERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReviewForm

    def guard(self, ctx: Context, record: Policy | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if data["reviewed_on"] > ctx.at.date():
            raise Refused(_("A review is recorded once it has happened."))
        if in_force_on(record, data["reviewed_on"]) is None:
            raise Refused(_("No version was in force on that day."))

    def mutate(self, ctx: Context, record: Policy | None, data: Mapping[str, Any]) -> Policy:
        assert record is not None
        version = in_force_on(record, data["reviewed_on"])
        assert version is not None
        ctx.save(PolicyReview(version=version, reviewed_by=ctx.user, **data))
        return move_review(ctx, record)


__all__ = [
    "KEEPERS", "OWNERS", "AddAudience", "AddPolicy", "ChangePolicy", "EndAudience", "ReasonForm", "Review", "WithdrawPolicy",
    "held", "move_review",
]  # fmt: skip
