"""Starting a playbook on an incident, answering its questions, and stopping it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.incidents.actions.parts import HANDLERS, demand_open
from quarterdeck.areas.incidents.models import TimelineEntry
from quarterdeck.areas.playbooks import running
from quarterdeck.areas.playbooks.models import Playbook, Run, StepRun
from quarterdeck.engines import cacao
from quarterdeck.engines.cacao.model import CONDITIONS
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.permissions.models import Unit

State = StepRun.State


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class Start(Create[Run]):
    """Run a released playbook on an open incident: its steps become tasks with times."""

    name = "start"
    label = _("Run a playbook")
    model = Run
    fields = ("incident", "playbook", "unit")
    author_field = "started_by"
    roles = HANDLERS

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["incident"].unit  # type: ignore[no-any-return]

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Run | None) -> None:
        field = form.fields["playbook"]
        if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
            field.queryset = field.queryset.exclude(state=Playbook.State.RETIRED).order_by("title", "pk")

    def guard(self, ctx: Context, record: Run | None, data: Mapping[str, Any]) -> None:
        demand_open(data["incident"])
        playbook: Playbook = data["playbook"]
        if playbook.state != Playbook.State.RELEASED:
            raise Refused(
                _("“%(playbook)s” is not released; a second person has to read it first.") % {"playbook": playbook}
            )
        other = Run.objects.filter(incident=data["incident"], playbook=playbook, state=Run.State.RUNNING)
        if other.exists():
            raise Refused(_("This playbook is being run on it already."))

    def mutate(self, ctx: Context, record: Run | None, data: Mapping[str, Any]) -> Run:
        run = self.build(ctx, data)
        run.source = run.playbook.source
        run.started_at = ctx.at
        ctx.save(run)
        text = gettext("The playbook “%(playbook)s” was started.") % {"playbook": run.playbook.title}
        ctx.save(
            TimelineEntry(
                incident=run.incident, at=ctx.at, text=text, source=gettext("The run itself"), entered_by=ctx.user
            )
        )
        running.begin(ctx, run)
        return run


class Stop(Action[Run]):
    """It is not gone on with. Tasks that were given stay what they are."""

    name = "stop"
    label = _("Stop")
    help = _("Nothing follows any more. Tasks that were given stay with those who have them.")
    model = Run
    states = frozenset({Run.State.RUNNING})
    roles = HANDLERS
    danger = True

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def mutate(self, ctx: Context, record: Run | None, data: Mapping[str, Any]) -> Run:
        assert record is not None
        record.state = Run.State.STOPPED
        record.ended_at = ctx.at
        record.reason = data["reason"]
        return ctx.save(record)


def _waiting(record: StepRun) -> Text | None:
    if record.run.state != Run.State.RUNNING:
        return _("The run has ended.")
    return None


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(label=_("Answer"), choices=())
    note = forms.CharField(
        label=_("How that is known"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


WORDS = {"true": _("Yes"), "false": _("No"), "default": _("None of these")}


class Answer(Action[StepRun]):
    """Answer the question of a condition; the run goes on from there."""

    name = "answer"
    label = _("Answer")
    model = StepRun
    states = frozenset({State.WAITING})
    roles = HANDLERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return AnswerForm

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: StepRun | None) -> None:
        field = form.fields["answer"]
        if record is not None and isinstance(field, forms.ChoiceField):
            step = cacao.parse(record.run.source).steps[record.step]
            field.choices = [(one, WORDS.get(one, one)) for one in cacao.outcomes(step)]

    def available(self, user: User, record: StepRun) -> Text | None:
        if record.kind not in CONDITIONS:
            return _("It is a task: it goes on when the task is done.")
        return _waiting(record)

    def mutate(self, ctx: Context, record: StepRun | None, data: Mapping[str, Any]) -> StepRun:
        assert record is not None
        demand_open(record.run.incident)
        running.move_on(ctx, record, data["answer"], data["note"])
        return record


class Fail(Action[StepRun]):
    """It could not be done: the run takes the way that the playbook names for that, or the usual one."""

    name = "fail"
    label = _("It cannot be done")
    model = StepRun
    states = frozenset({State.WAITING})
    roles = HANDLERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return ReasonForm

    def available(self, user: User, record: StepRun) -> Text | None:
        if record.kind in CONDITIONS:
            return _("It is a question; answer it.")
        return _waiting(record)

    def mutate(self, ctx: Context, record: StepRun | None, data: Mapping[str, Any]) -> StepRun:
        assert record is not None
        demand_open(record.run.incident)
        running.move_on(ctx, record, "failed", data["reason"])
        return record
