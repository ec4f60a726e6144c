"""Safeguards from planned to retired, and their effectiveness tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.safeguards.models import Answer, Safeguard, SafeguardTest, StatedIn
from quarterdeck.areas.safeguards.rules import months_after
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Action, Change, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.permissions.models import Unit

#: Who looks after safeguards: the security officer everywhere, others in their unit, an owner their own.
KEEPERS = ("ciso", "group_lead", "analyst", "own:unit_owner", "own:employee")


def schedule(safeguard: Safeguard) -> None:
    """When the next test is due: one cycle after the newest approved one, or after it began to operate."""
    if safeguard.state != Safeguard.State.OPERATING or safeguard.in_operation_since is None:
        safeguard.next_test_by = None
        return
    last = None
    if safeguard.pk is not None:
        tests = SafeguardTest.objects.filter(safeguard=safeguard, state=SafeguardTest.State.APPROVED)
        last = tests.order_by("-tested_on").values_list("tested_on", flat=True).first()
    safeguard.next_test_by = months_after(last or safeguard.in_operation_since, safeguard.test_every)


def _past(ctx: Context, day: Any, what: Text) -> None:
    if day is not None and day > ctx.at.date():
        raise Refused(_("“%(field)s” lies in the future (%(day)s).") % {"field": what, "day": day.isoformat()})


class AddSafeguard(Create[Safeguard]):
    """In operation where a day is given since when, otherwise planned."""

    model = Safeguard
    label = _("Add a safeguard")
    fields = ("name", "kind", "description", "owner", "unit", "in_operation_since", "planned_for", "test_every")
    roles = ("ciso", "group_lead", "analyst", "unit_owner")

    def initial(self, record: Safeguard | None) -> dict[str, object]:
        return {"test_every": 12}

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["unit"]  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: Safeguard | None, data: Mapping[str, Any]) -> None:
        _past(ctx, data["in_operation_since"], _("in operation since"))

    def build(self, ctx: Context, data: Mapping[str, Any]) -> Safeguard:
        made = super().build(ctx, data)
        if made.in_operation_since is not None:
            made.state = Safeguard.State.OPERATING
        schedule(made)
        return made


class ChangeSafeguard(Change[Safeguard]):
    model = Safeguard
    fields = ("name", "description", "owner", "unit", "planned_for", "test_every")
    states = frozenset({Safeguard.State.PLANNED.value, Safeguard.State.OPERATING.value})
    roles = KEEPERS

    def mutate(self, ctx: Context, record: Safeguard | None, data: Mapping[str, Any]) -> Safeguard:
        assert record is not None
        for key, value in self.taken(ctx, data).items():
            setattr(record, key, value)
        schedule(record)
        return ctx.save(record)


class SinceForm(forms.Form):
    in_operation_since = forms.DateField(label=_("In operation since"), widget=DateInput)


class PutInOperation(Action[Safeguard]):
    name = "operate"
    label = _("Put in operation")
    model = Safeguard
    states = frozenset({Safeguard.State.PLANNED.value})
    over = frozenset({Safeguard.State.OPERATING.value})
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return SinceForm

    def initial(self, record: Safeguard | None) -> dict[str, object]:
        return {"in_operation_since": clock.today()}

    def guard(self, ctx: Context, record: Safeguard | None, data: Mapping[str, Any]) -> None:
        _past(ctx, data["in_operation_since"], _("in operation since"))

    def mutate(self, ctx: Context, record: Safeguard | None, data: Mapping[str, Any]) -> Safeguard:
        assert record is not None
        record.state = Safeguard.State.OPERATING
        record.in_operation_since = data["in_operation_since"]
        schedule(record)
        return ctx.save(record)


class RetireForm(forms.Form):
    retired_on = forms.DateField(label=_("Retired on"), widget=DateInput, help_text=_("The first day without it."))
    retired_because = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class RetireSafeguard(Action[Safeguard]):
    """No more in operation. What it answers is open again from that day; its past stays."""

    name = "retire"
    label = _("Retire")
    model = Safeguard
    states = frozenset({Safeguard.State.PLANNED.value, Safeguard.State.OPERATING.value})
    confirm = _("The requirements it answers are open again from that day.")
    danger = True
    roles = ("ciso", "group_lead")

    def form_class(self) -> type[forms.BaseForm] | None:
        return RetireForm

    def guard(self, ctx: Context, record: Safeguard | None, data: Mapping[str, Any]) -> None:
        _past(ctx, data["retired_on"], _("retired on"))

    def mutate(self, ctx: Context, record: Safeguard | None, data: Mapping[str, Any]) -> Safeguard:
        assert record is not None
        record.state = Safeguard.State.RETIRED
        record.retired_on = data["retired_on"]
        record.retired_because = data["retired_because"]
        schedule(record)
        for answer in Answer.objects.filter(safeguard=record, effective_until=None):
            answer.effective_until = max(answer.effective_from, data["retired_on"])
            ctx.save(answer)
        for named in StatedIn.objects.filter(safeguard=record, effective_until=None):
            named.effective_until = max(named.effective_from, data["retired_on"])
            ctx.save(named)
        return ctx.save(record)


class RecordTest(Create[SafeguardTest]):
    """What a test found, with its report. It counts once another person has approved it."""

    name = "record"
    model = SafeguardTest
    label = _("Record a test")
    fields = ("safeguard", "tested_on", "performer", "performer_name", "method", "result", "findings", "file")
    author_field = "recorded_by"
    roles = ("ciso", "group_lead", "analyst", "unit_owner")

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["safeguard"].unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: SafeguardTest | None, data: Mapping[str, Any]) -> None:
        safeguard: Safeguard = data["safeguard"]
        _past(ctx, data["tested_on"], _("tested on"))
        if not safeguard.operating_on(data["tested_on"]):
            raise Refused(
                _("%(safeguard)s was not in operation on %(day)s; what does not operate cannot be tested.")
                % {"safeguard": safeguard, "day": data["tested_on"].isoformat()}
            )


class ApproveTest(Action[SafeguardTest]):
    """A second person has read the report and stands by the result."""

    name = "approve"
    label = _("Approve the result")
    model = SafeguardTest
    states = frozenset({SafeguardTest.State.RECORDED.value})
    over = frozenset({SafeguardTest.State.APPROVED.value})
    differs_from = ("recorded_by",)
    roles = ("ciso", "group_lead", "panel_member", "own:unit_owner")

    def guard(self, ctx: Context, record: SafeguardTest | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if not record.file.intact():
            raise Refused(_("The store no longer holds the report as it was uploaded. Restore it from a backup first."))

    def mutate(self, ctx: Context, record: SafeguardTest | None, data: Mapping[str, Any]) -> SafeguardTest:
        assert record is not None
        record.state = SafeguardTest.State.APPROVED
        record.approved_by = ctx.user
        record.approved_on = ctx.at.date()
        ctx.save(record)
        schedule(record.safeguard)
        ctx.save(record.safeguard)
        return record


class WithdrawForm(forms.Form):
    withdrawn_because = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class WithdrawTest(Action[SafeguardTest]):
    """It was wrong: it counts for no day any more."""

    name = "withdraw"
    label = _("Withdraw")
    help = _("It was wrong and counts for nothing any more, for no day of the past either.")
    model = SafeguardTest
    states = frozenset({SafeguardTest.State.RECORDED.value, SafeguardTest.State.APPROVED.value})
    danger = True
    confirm = _("Sentences of a disclosure that rest on it may lose their support.")
    roles = ("ciso", "group_lead")

    def form_class(self) -> type[forms.BaseForm] | None:
        return WithdrawForm

    def mutate(self, ctx: Context, record: SafeguardTest | None, data: Mapping[str, Any]) -> SafeguardTest:
        assert record is not None
        record.state = SafeguardTest.State.WITHDRAWN
        record.withdrawn_because = data["withdrawn_because"]
        ctx.save(record)
        schedule(record.safeguard)
        ctx.save(record.safeguard)
        return record


SAFEGUARD_ACTIONS = (AddSafeguard, ChangeSafeguard, PutInOperation, RetireSafeguard)
TEST_ACTIONS = (RecordTest, ApproveTest, WithdrawTest)
