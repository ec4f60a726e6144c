"""Playbooks themselves: imported, or written step by step; released by a second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.playbooks.models import Playbook
from quarterdeck.engines import cacao
from quarterdeck.engines.cacao import Line
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Create, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.files.fields import Upload, UploadField
from quarterdeck.kernel.permissions.models import Unit

State = Playbook.State
WRITERS = ("ciso", "group_lead", "analyst")
#: In whose name playbooks written here are signed into the file: the same for all, no person.
HOUSE = UUID("1d0c4f5e-2b6a-4c3d-8e7f-9a0b1c2d3e4f")


def lines_of(playbook: Playbook) -> list[Line]:
    """Its steps one after the other. Refused where it is no such playbook."""
    lines = cacao.linear_lines(playbook.read())
    if lines is None:
        raise Refused(_("It branches, so it is not changed step by step here. Change the file and import it anew."))
    return list(lines)


def linear(ctx: Context, playbook: Playbook, lines: Sequence[Line], created: datetime | None = None) -> Playbook:
    """``playbook`` with these lines, saved."""
    key = UUID(playbook.identifier.removeprefix("playbook--"))
    began = created or datetime.fromisoformat(playbook.read().created)
    made = cacao.linear_playbook(key, playbook.title, playbook.description, HOUSE, began, ctx.at, lines)
    playbook.source = cacao.write(made)
    return ctx.save(playbook)


class WritePlaybook(Create[Playbook]):
    model = Playbook
    label = _("Write a playbook")
    fields = ("title", "unit", "description")
    author_field = "written_by"
    roles = WRITERS

    def mutate(self, ctx: Context, record: Playbook | None, data: Mapping[str, Any]) -> Playbook:
        made = self.build(ctx, data)
        made.identifier = f"playbook--{uuid4()}"
        return linear(ctx, made, [], ctx.at)


class ImportForm(forms.Form):
    unit = forms.ModelChoiceField(Unit.objects.all(), label=_("Unit"))
    file = UploadField(label=_("File"), help_text=_("A CACAO 2.0 playbook as JSON, at most 2 MB."))

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data.get("file")
        if given is None:
            return
        size = given.found.size if isinstance(given, Upload) else given.size
        if size > cacao.MOST_BYTES:
            self.add_error("file", _("The file is larger than %(limit)s MB.") % {"limit": cacao.MOST_BYTES >> 20})
            return
        source = given.source if isinstance(given, Upload) else given.open()
        source.seek(0)
        try:
            self.cleaned_data["playbook"] = cacao.parse(source.read())
        except cacao.PlaybookError as error:
            for problem in error.problems[:10]:
                self.add_error("file", str(problem))


class ImportPlaybook(Action[Playbook]):
    """Take in a CACAO 2.0 playbook. What it does not know it keeps; nothing in it is ever executed."""

    name = "import_file"
    label = _("Import a playbook")
    help = _("Everything in the file is kept, and written back when it is exported. No command in it is ever executed.")
    model = Playbook
    creates = True
    roles = WRITERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return ImportForm

    def unit_for(self, data: Mapping[str, Any]) -> Unit | None:
        return data["unit"]  # type: ignore[no-any-return]

    def guard(self, ctx: Context, record: Playbook | None, data: Mapping[str, Any]) -> None:
        read: cacao.Playbook = data["playbook"]
        known = Playbook.objects.filter(identifier=read.id).first()
        if known is not None:
            raise Refused(
                _("“%(playbook)s” has this identifier already. Retire it, and give the file an identifier of its own.")
                % {"playbook": known}
            )

    def mutate(self, ctx: Context, record: Playbook | None, data: Mapping[str, Any]) -> Playbook:
        read: cacao.Playbook = data["playbook"]
        return ctx.save(
            Playbook(
                title=read.name[:200],
                unit=data["unit"],
                description=read.description[:4000],
                identifier=read.id,
                source=cacao.write(read),
                imported=True,
                written_by=ctx.user,
            )
        )


class StepForm(forms.Form):
    title = forms.CharField(label=_("What is done"), max_length=200)
    instruction = forms.CharField(
        label=_("How"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    who = forms.ModelChoiceField(
        Unit.objects.all(),
        label=_("Who"),
        required=False,
        help_text=_("Empty for the unit that the run is started for."),
    )
    minutes = forms.IntegerField(
        label=_("Minutes allowed"), min_value=0, max_value=527_040, initial=60, help_text=_("0 for one day.")
    )
    place = forms.IntegerField(
        label=_("As step number"), min_value=1, max_value=200, required=False, help_text=_("Empty for the last.")
    )


def _line(data: Mapping[str, Any]) -> Line:
    who: Unit | None = data["who"]
    return Line(data["title"], data["instruction"], who.name if who is not None else "", data["minutes"])


class _Edit(Action[Playbook]):
    """What changing the steps shares: a draft that is one step after the other."""

    model = Playbook
    states = frozenset({State.DRAFT})
    roles = WRITERS

    def available(self, user: User, record: Playbook) -> Text | None:
        if cacao.linear_lines(record.read()) is None:
            return _("It branches, so it is not changed step by step here. Change the file and import it anew.")
        return None


class AddStep(_Edit):
    name = "add_step"
    label = _("Add a step")

    def form_class(self) -> type[forms.BaseForm] | None:
        return StepForm

    def mutate(self, ctx: Context, record: Playbook | None, data: Mapping[str, Any]) -> Playbook:
        assert record is not None
        lines = lines_of(record)
        if len(lines) >= 200:
            raise Refused(_("A playbook of more than 200 steps is not followed by anybody; part it."))
        place = data["place"] or len(lines) + 1
        lines.insert(place - 1, _line(data))
        return linear(ctx, record, lines)


class ChangeStepForm(StepForm):
    place = forms.IntegerField(label=_("Step number"), min_value=1, max_value=200)
    field_order = ("place", "title", "instruction", "who", "minutes")


class ChangeStep(_Edit):
    name = "change_step"
    label = _("Change a step")

    def form_class(self) -> type[forms.BaseForm] | None:
        return ChangeStepForm

    def mutate(self, ctx: Context, record: Playbook | None, data: Mapping[str, Any]) -> Playbook:
        assert record is not None
        lines = lines_of(record)
        _demand(lines, data["place"])
        lines[data["place"] - 1] = _line(data)
        return linear(ctx, record, lines)


class PlaceForm(forms.Form):
    place = forms.IntegerField(label=_("Step number"), min_value=1, max_value=200)


class DropStep(_Edit):
    name = "drop_step"
    label = _("Drop a step")

    def form_class(self) -> type[forms.BaseForm] | None:
        return PlaceForm

    def mutate(self, ctx: Context, record: Playbook | None, data: Mapping[str, Any]) -> Playbook:
        assert record is not None
        lines = lines_of(record)
        _demand(lines, data["place"])
        del lines[data["place"] - 1]
        return linear(ctx, record, lines)


def _demand(lines: Sequence[Line], place: int) -> None:
    if place > len(lines):
        raise Refused(_("It has %(count)s steps.") % {"count": len(lines)})


class Release(Action[Playbook]):
    """A second person has read it: it may be run from now on, and is not changed any more."""

    name = "release"
    label = _("Release")
    help = _("You have read it and it may be run. It is not changed any more; write a new one for that.")
    model = Playbook
    states = frozenset({State.DRAFT})
    differs_from = ("written_by",)
    roles = ("ciso", "group_lead")

    def available(self, user: User, record: Playbook) -> Text | None:
        if not any(cacao.outcomes(step) for step in record.read().steps.values()):
            return _("It has no step yet.")
        return None

    def mutate(self, ctx: Context, record: Playbook | None, data: Mapping[str, Any]) -> Playbook:
        assert record is not None
        record.state = State.RELEASED
        record.released_by = ctx.user
        record.released_at = ctx.at
        return ctx.save(record)


class Retire(Action[Playbook]):
    """It is not begun any more; runs under way go on."""

    name = "retire"
    label = _("Retire")
    model = Playbook
    states = frozenset({State.DRAFT, State.RELEASED})
    roles = ("ciso", "group_lead")
    danger = True

    def mutate(self, ctx: Context, record: Playbook | None, data: Mapping[str, Any]) -> Playbook:
        assert record is not None
        record.state = State.RETIRED
        return ctx.save(record)


PLAYBOOK_ACTIONS = (WritePlaybook, ImportPlaybook, AddStep, ChangeStep, DropStep, Release, Retire)
