"""Treatments from plan to done, and the acceptance of what is left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.risks import rules
from quarterdeck.areas.risks.actions.register import KEEPERS, OPEN, OWN, WRITERS
from quarterdeck.areas.risks.models import Acceptance, Risk, Treatment
from quarterdeck.areas.risks.queries import appetite_for
from quarterdeck.areas.safeguards.rules import months_after
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.permissions.models import Assignment, Unit
from quarterdeck.kernel.records import in_effect_on

_ALIVE = frozenset({Treatment.State.PLANNED.value, Treatment.State.UNDER_WAY.value})
_TOLD = (
    "title", "description", "response", "owner", "cost", "due", "safeguard", "project", "frequency_left", "severity_left",
)  # fmt: skip


class PlanTreatment(Create[Treatment]):
    """What shall be done, by whom, by when, at what cost, and what is expected to be left of the risk."""

    name = "plan"
    model = Treatment
    label = _("Plan a treatment")
    fields = ("risk", *_TOLD)
    roles = KEEPERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["risk"].unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: Treatment | None, data: Mapping[str, Any]) -> None:
        if data["risk"].state != Risk.State.OPEN:
            raise Refused(_("%(risk)s is closed; open it again first.") % {"risk": data["risk"].number})

    def mutate(self, ctx: Context, record: Treatment | None, data: Mapping[str, Any]) -> Treatment:
        plan = ctx.save(self.build(ctx, data))
        risk = Risk._base_manager.select_for_update().get(pk=plan.risk_id)
        if risk.response is None:
            # The register's response type is that of what is planned, unless somebody said otherwise.
            risk.response = Risk.Response(plan.response)
            ctx.save(risk)
        return plan


class ChangeTreatment(Change[Treatment]):
    model = Treatment
    fields = _TOLD
    states = _ALIVE
    roles = KEEPERS


class BeginTreatment(Action[Treatment]):
    name = "begin"
    label = _("Begin")
    model = Treatment
    states = frozenset({Treatment.State.PLANNED.value})
    roles = KEEPERS

    def mutate(self, ctx: Context, record: Treatment | None, data: Mapping[str, Any]) -> Treatment:
        assert record is not None
        record.state = Treatment.State.UNDER_WAY
        return ctx.save(record)


class DoneForm(forms.Form):
    done_on = forms.DateField(label=_("Done on"), widget=DateInput)


class FinishTreatment(Action[Treatment]):
    """Done. Whether it helped is for the next estimate to say; the risk is looked at again within a month."""

    name = "finish"
    label = _("Report it done")
    model = Treatment
    states = _ALIVE
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return DoneForm

    def initial(self, record: Treatment | None) -> dict[str, object]:
        return {"done_on": clock.today()}

    def guard(self, ctx: Context, record: Treatment | None, data: Mapping[str, Any]) -> None:
        if data["done_on"] > ctx.at.date():
            raise Refused(_("That day lies ahead; report it once it has come."))

    def mutate(self, ctx: Context, record: Treatment | None, data: Mapping[str, Any]) -> Treatment:
        assert record is not None
        record.state = Treatment.State.DONE
        record.done_on = data["done_on"]
        risk = Risk._base_manager.select_for_update().get(pk=record.risk_id)
        risk.next_review = min(risk.next_review, months_after(ctx.at.date(), 1))
        ctx.save(risk)
        return ctx.save(record)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class CancelTreatment(Action[Treatment]):
    name = "cancel"
    label = _("Cancel")
    model = Treatment
    states = _ALIVE
    danger = True
    confirm = _("The risk stays as it is; the reason stays beside the treatment.")
    roles = ("ciso", "unit_owner")

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def mutate(self, ctx: Context, record: Treatment | None, data: Mapping[str, Any]) -> Treatment:
        assert record is not None
        record.state = Treatment.State.CANCELLED
        record.because = data["reason"]
        return ctx.save(record)


class AcceptForm(forms.Form):
    until = forms.DateField(label=_("Until"), widget=DateInput, help_text=_("At most a year; then it is decided anew."))
    because = forms.CharField(label=_("Reasons"), widget=forms.Textarea(attrs={"rows": 4}))


_WHO: Mapping[rules.Accepter, Text] = {
    rules.Accepter.CISO: _("By the appetite in force a risk of this size is accepted by the CISO."),
    rules.Accepter.COMMITTEE: _(
        "By the appetite in force a risk of this size is accepted by a member of the committee."
    ),
}


def rank(user: User, risk: Risk) -> rules.Accepter | None:
    """As whom somebody may accept this risk; None as nobody."""
    held = set(
        Assignment.objects.filter(
            in_effect_on(clock.today()), user=user, role__in=("ciso", "committee_member")
        ).values_list("role", flat=True)
    )
    if "committee_member" in held:
        return rules.Accepter.COMMITTEE
    if "ciso" in held:
        return rules.Accepter.CISO
    return rules.Accepter.OWNER if risk.owner.user_id == user.pk else None


class AcceptRisk(Action[Risk]):
    """It is borne as it is until a day, by somebody whom the appetite entitles to bear so much."""

    name = "accept"
    label = _("Accept the risk")
    model = Risk
    states = OPEN
    roles = ("ciso", "committee_member", *OWN)

    def form_class(self) -> type[forms.BaseForm] | None:
        return AcceptForm

    def available(self, user: User, record: Risk) -> Text | None:
        if record.expected is None:
            return _("Estimate it first: what is not known in money cannot be accepted.")
        appetite = appetite_for(record.unit, clock.today())
        if appetite is None:
            return _("No appetite is in force for this unit or the enterprise; the committee sets one first.")
        if user.kind == User.Kind.SERVICE:
            return None
        needed = rules.entitled(record.expected, appetite.owner_may_accept, appetite.ciso_may_accept)
        order = list(rules.Accepter)
        holds = rank(user, record)
        if holds is None or order.index(holds) < order.index(needed):
            return _WHO.get(needed, _("The owner of the risk accepts it."))
        return None

    def guard(self, ctx: Context, record: Risk | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if not ctx.actor.system and ctx.user.kind == User.Kind.SERVICE:
            raise Refused(_("A risk is accepted by a person."))
        today = ctx.at.date()
        if not today <= data["until"] <= today + timedelta(366):
            raise Refused(_("An acceptance ends within a year from today."))

    def mutate(self, ctx: Context, record: Risk | None, data: Mapping[str, Any]) -> Risk:
        assert record is not None
        if record.expected is None:
            raise Refused(_("Estimate it first: what is not known in money cannot be accepted."))
        today = ctx.at.date()
        for former in Acceptance.objects.on(today).filter(risk=record):
            former.effective_until = max(former.effective_from, today - timedelta(1))
            ctx.save(former)
        ctx.save(
            Acceptance(
                risk=record,
                accepted_by=ctx.user,
                because=data["because"],
                expected=record.expected,
                bad_year=record.bad_year,
                effective_from=today,
                effective_until=data["until"],
            )
        )
        record.response = Risk.Response.ACCEPT
        return ctx.save(record)


class WithdrawAcceptance(Action[Acceptance]):
    """It is borne no longer: from today the risk has to be treated."""

    name = "withdraw"
    label = _("Withdraw")
    model = Acceptance
    roles = (*WRITERS, "committee_member")

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def available(self, user: User, record: Acceptance) -> Text | None:
        return None if record.in_effect(clock.today()) else _("It has ended.")

    def guard(self, ctx: Context, record: Acceptance | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if not record.in_effect(ctx.at.date()):
            raise Refused(_("It has ended."))

    def mutate(self, ctx: Context, record: Acceptance | None, data: Mapping[str, Any]) -> Acceptance:
        assert record is not None
        record.effective_until = max(record.effective_from, ctx.at.date() - timedelta(1))
        record.withdrawn_because = data["reason"]
        return ctx.save(record)
