"""Improvement projects from plan to verification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.engagements.actions.work import ReasonForm
from quarterdeck.areas.engagements.models import ImprovementProject, ProgressNote
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Action, Change, Context, Create, Refused
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.files.fields import UploadField, keep
from quarterdeck.kernel.permissions.models import Unit

#: Who moves a project on: its owner, whoever they are, and those who look after its unit.
MOVERS = ("ciso", "group_lead", "analyst", "own:unit_owner", "own:employee")
OPEN = frozenset({ImprovementProject.State.PLANNED.value, ImprovementProject.State.UNDER_WAY.value})


class AddProject(Create[ImprovementProject]):
    """An improvement that no recommendation asked for."""

    model = ImprovementProject
    label = _("Add an improvement project")
    fields = ("title", "description", "safeguard", "performer", "owner", "unit", "due")
    roles = ("ciso", "group_lead", "analyst", "unit_owner")

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["unit"]  # type: ignore[no-any-return]


class ChangeProject(Change[ImprovementProject]):
    model = ImprovementProject
    fields = ("title", "description", "safeguard", "performer", "owner", "due")
    states = OPEN
    roles = ("ciso", "group_lead", "own:unit_owner")


class NoteForm(forms.Form):
    text = forms.CharField(label=_("Progress"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class Note(Action[ImprovementProject]):
    """How far it has come. The first note says that it is under way."""

    name = "note"
    label = _("Note the progress")
    model = ImprovementProject
    states = OPEN
    roles = MOVERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return NoteForm

    def mutate(self, ctx: Context, record: ImprovementProject | None, data: Mapping[str, Any]) -> ImprovementProject:
        assert record is not None
        ctx.save(ProgressNote(project=record, text=data["text"], by=ctx.user, on=ctx.at.date()))
        record.state = ImprovementProject.State.UNDER_WAY
        return ctx.save(record)


class DoneForm(forms.Form):
    done_on = forms.DateField(label=_("Done on"), widget=DateInput)
    evidence = UploadField(label=_("Evidence"), help_text=_("What shows that it is done."))


class FinishProject(Action[ImprovementProject]):
    """Done, with what shows it. It counts once somebody else has verified it."""

    name = "finish"
    label = _("Report it done")
    model = ImprovementProject
    states = OPEN
    roles = MOVERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return DoneForm

    def initial(self, record: ImprovementProject | None) -> dict[str, object]:
        return {"done_on": clock.today()}

    def guard(self, ctx: Context, record: ImprovementProject | None, data: Mapping[str, Any]) -> None:
        if data["done_on"] > ctx.at.date():
            raise Refused(_("That day lies ahead; report it once it has come."))

    def mutate(self, ctx: Context, record: ImprovementProject | None, data: Mapping[str, Any]) -> ImprovementProject:
        assert record is not None
        record.evidence = keep(ctx, data["evidence"])
        record.done_on = data["done_on"]
        record.done_by = ctx.user
        record.state = ImprovementProject.State.DONE
        record.because = ""
        return ctx.save(record)


class VerifyProject(Action[ImprovementProject]):
    """Somebody who neither owns it nor reported it has looked, and it is done."""

    name = "verify"
    label = _("Verify")
    model = ImprovementProject
    states = frozenset({ImprovementProject.State.DONE.value})
    differs_from = ("done_by", "owner__user")
    roles = ("ciso", "group_lead", "panel_member", "analyst")

    def guard(self, ctx: Context, record: ImprovementProject | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if record.evidence is None or not record.evidence.intact():
            raise Refused(_("The store no longer holds the report as it was uploaded. Restore it from a backup first."))

    def mutate(self, ctx: Context, record: ImprovementProject | None, data: Mapping[str, Any]) -> ImprovementProject:
        assert record is not None
        record.state = ImprovementProject.State.VERIFIED
        record.verified_by = ctx.user
        record.verified_on = ctx.at.date()
        return ctx.save(record)


class SendBack(Action[ImprovementProject]):
    """It is not done, whatever was said: it goes on, and counts no more."""

    name = "send_back"
    label = _("Send back")
    model = ImprovementProject
    states = frozenset({ImprovementProject.State.DONE.value, ImprovementProject.State.VERIFIED.value})
    roles = ("ciso", "group_lead", "panel_member")

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def mutate(self, ctx: Context, record: ImprovementProject | None, data: Mapping[str, Any]) -> ImprovementProject:
        assert record is not None
        record.state = ImprovementProject.State.UNDER_WAY
        record.done_on = None
        record.done_by = None
        record.verified_by = None
        record.verified_on = None
        record.because = data["reason"]
        return ctx.save(record)


class CancelProject(Action[ImprovementProject]):
    name = "cancel"
    label = _("Cancel")
    model = ImprovementProject
    states = OPEN
    confirm = _("What was recommended is then not done; the reason stays beside it.")
    danger = True
    roles = ("ciso",)

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def mutate(self, ctx: Context, record: ImprovementProject | None, data: Mapping[str, Any]) -> ImprovementProject:
        assert record is not None
        record.state = ImprovementProject.State.CANCELLED
        record.because = data["reason"]
        return ctx.save(record)


PROJECT_ACTIONS = (AddProject, ChangeProject, Note, FinishProject, VerifyProject, SendBack, CancelProject)
