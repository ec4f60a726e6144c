"""Deliverables asked for, handed in and approved; recommendations made and decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.engagements.actions.engagement import ALIVE, PLANNERS
from quarterdeck.areas.engagements.models import Deliverable, Engagement, ImprovementProject, Recommendation
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Create, Refused
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.files.fields import UploadField, keep
from quarterdeck.kernel.permissions.models import Unit

#: Who hands in: the guest in their own engagement, and whoever does it here.
DOERS = ("ciso", "analyst", "group_lead", "own:unit_owner", "own:external_assessor")


class AskFor(Create[Deliverable]):
    """Ask the engagement for something, by a day."""

    name = "request"
    model = Deliverable
    label = _("Ask for a deliverable")
    fields = ("engagement", "title", "kind", "wanted", "due")
    author_field = "requested_by"
    roles = PLANNERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["engagement"].unit  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: Deliverable | None, data: Mapping[str, Any]) -> None:
        if data["engagement"].state == Engagement.State.ENDED:
            raise Refused(_("The engagement has ended."))


class HandInForm(forms.Form):
    performed_on = forms.DateField(
        label=_("Performed on"), widget=DateInput, help_text=_("The day on which the work was finished.")
    )
    scope = forms.CharField(label=_("Scope"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    method = forms.CharField(label=_("Method"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    result = forms.CharField(label=_("Result"), max_length=8000, widget=forms.Textarea(attrs={"rows": 4}))
    file = UploadField(label=_("File"), help_text=_("The report itself."))


def _hand_in(ctx: Context, row: Deliverable, data: Mapping[str, Any]) -> Deliverable:
    if data["performed_on"] > ctx.at.date():
        raise Refused(_("“%(field)s” lies in the future (%(day)s).") % {
            "field": _("Performed on"), "day": data["performed_on"].isoformat(),
        })  # fmt: skip
    for name in ("performed_on", "scope", "method", "result"):
        setattr(row, name, data[name])
    row.file = keep(ctx, data["file"])
    row.state = Deliverable.State.HANDED_IN
    row.handed_in_by = ctx.user
    row.handed_in_on = ctx.at.date()
    return ctx.save(row)


class HandIn(Action[Deliverable]):
    """Hand in what was asked for: what was looked at, how, and what came of it, with the report."""

    name = "hand_in"
    label = _("Hand in")
    model = Deliverable
    states = frozenset({Deliverable.State.REQUESTED.value, Deliverable.State.RETURNED.value})
    roles = DOERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return HandInForm

    def initial(self, record: Deliverable | None) -> dict[str, object]:
        return {} if record is None else {name: getattr(record, name) for name in ("scope", "method", "result")}

    def mutate(self, ctx: Context, record: Deliverable | None, data: Mapping[str, Any]) -> Deliverable:
        assert record is not None
        return _hand_in(ctx, record, data)


class SubmitForm(HandInForm):
    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Deliverable.Kind.choices)
    field_order = ("title", "kind")


class SubmitDeliverable(Action[Engagement]):
    """Hand in something that nobody asked for by name."""

    name = "submit_deliverable"
    label = _("Hand in a deliverable")
    model = Engagement
    states = frozenset({Engagement.State.ACTIVE.value})
    roles = DOERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return SubmitForm

    def mutate(self, ctx: Context, record: Engagement | None, data: Mapping[str, Any]) -> Engagement:
        assert record is not None
        _hand_in(ctx, Deliverable(engagement=record, title=data["title"], kind=data["kind"]), data)
        return ctx.save(record)


class ApproveDeliverable(Action[Deliverable]):
    """Somebody other than who handed it in has read it and takes it."""

    name = "approve"
    label = _("Approve")
    model = Deliverable
    states = frozenset({Deliverable.State.HANDED_IN.value})
    differs_from = ("handed_in_by",)
    roles = ("ciso", "panel_member", "counsel", "own:group_lead", "own:unit_owner")

    def guard(self, ctx: Context, record: Deliverable | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if record.file is None or not record.file.intact():
            raise Refused(_("The store no longer holds the report as it was uploaded. Restore it from a backup first."))

    def mutate(self, ctx: Context, record: Deliverable | None, data: Mapping[str, Any]) -> Deliverable:
        assert record is not None
        record.state = Deliverable.State.APPROVED
        record.approved_by = ctx.user
        record.approved_on = ctx.at.date()
        return ctx.save(record)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class ReturnDeliverable(Action[Deliverable]):
    """It is not what was asked for, or was approved in error; the reason goes back with it."""

    name = "return"
    label = _("Return")
    model = Deliverable
    states = frozenset({Deliverable.State.HANDED_IN.value, Deliverable.State.APPROVED.value})
    roles = ("ciso", "panel_member", "counsel", "own:group_lead", "own:unit_owner")

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def mutate(self, ctx: Context, record: Deliverable | None, data: Mapping[str, Any]) -> Deliverable:
        assert record is not None
        record.state = Deliverable.State.RETURNED
        record.returned_because = data["reason"]
        record.approved_by = None
        record.approved_on = None
        return ctx.save(record)


class RecommendForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(
        label=_("What is recommended, and why"), max_length=8000, widget=forms.Textarea(attrs={"rows": 4})
    )
    priority = forms.ChoiceField(label=_("Priority"), choices=Recommendation.Priority.choices)
    deliverable = forms.ModelChoiceField(
        Deliverable.objects.order_by("title", "pk"), label=_("Stands in"), required=False
    )


class Recommend(Action[Engagement]):
    """Recommend an improvement. Somebody of the company decides on it."""

    name = "recommend"
    label = _("Recommend an improvement")
    model = Engagement
    states = ALIVE
    roles = DOERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return RecommendForm

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Engagement | None) -> None:
        field = form.fields["deliverable"]
        assert isinstance(field, forms.ModelChoiceField)
        assert field.queryset is not None
        field.queryset = field.queryset.filter(engagement=record)

    def mutate(self, ctx: Context, record: Engagement | None, data: Mapping[str, Any]) -> Engagement:
        assert record is not None
        ctx.save(
            Recommendation(
                engagement=record,
                deliverable=data["deliverable"],
                title=data["title"],
                text=data["text"],
                priority=data["priority"],
                made_by=ctx.user,
                made_on=ctx.at.date(),
            )
        )
        return ctx.save(record)


DECIDERS = ("ciso", "panel_member", "own:group_lead", "own:unit_owner")
UNDECIDED = frozenset({Recommendation.State.OPEN.value})


class AcceptForm(forms.Form):
    owner = forms.ModelChoiceField(
        Person.objects.filter(state=Person.State.ACTIVE).order_by("full_name", "pk"), label=_("Owner of the project")
    )
    unit = forms.ModelChoiceField(Unit.objects.order_by("name", "pk"), label=_("Unit"))
    due = forms.DateField(label=_("Due"), widget=DateInput)
    performer = forms.ChoiceField(label=_("Done by"), choices=ImprovementProject.Performer.choices)
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class AcceptRecommendation(Action[Recommendation]):
    """It becomes an improvement project with an owner and a day."""

    name = "accept"
    label = _("Accept")
    help = _("It becomes an improvement project, which is followed until somebody else has verified it.")
    model = Recommendation
    states = UNDECIDED
    differs_from = ("made_by",)
    roles = DECIDERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return AcceptForm

    def guard(self, ctx: Context, record: Recommendation | None, data: Mapping[str, Any]) -> None:
        if data["due"] < clock.today():
            raise Refused(_("That day is past."))

    def mutate(self, ctx: Context, record: Recommendation | None, data: Mapping[str, Any]) -> Recommendation:
        assert record is not None
        decide(ctx, record, Recommendation.State.ACCEPTED, data["reason"])
        ctx.save(
            ImprovementProject(
                title=record.title,
                description=record.text,
                recommendation=record,
                performer=data["performer"],
                owner=data["owner"],
                unit=data["unit"],
                due=data["due"],
            )
        )
        return record


class RejectRecommendation(Action[Recommendation]):
    """It is not followed; the reason stays beside it."""

    name = "reject"
    label = _("Reject")
    model = Recommendation
    states = UNDECIDED
    differs_from = ("made_by",)
    roles = DECIDERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def mutate(self, ctx: Context, record: Recommendation | None, data: Mapping[str, Any]) -> Recommendation:
        assert record is not None
        return decide(ctx, record, Recommendation.State.REJECTED, data["reason"])


def decide(ctx: Context, record: Recommendation, state: Recommendation.State, reason: str) -> Recommendation:
    """Write down what was decided, by whom, and why."""
    record.state = state
    record.reason = reason
    record.decided_by = ctx.user
    record.decided_on = ctx.at.date()
    return ctx.save(record)
