"""Need-to-know walls around an incident: raised, people let in and out, lifted. Nobody is ever taken off the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.incidents.rules import WHO
from quarterdeck.areas.incidents.walling import enclose, people, standing_wall
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.permissions.models import WallMember


class RaiseForm(forms.Form):
    why = forms.CharField(label=_("Why"), max_length=300)
    people = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Who stands inside besides you"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people()  # type: ignore[attr-defined]


class RaiseWall(Action[Incident]):
    """From now on only those inside see it: in lists, counts, search, history and the ledger; administrators and auditors too."""

    name = "raise_wall"
    label = _("Raise a wall")
    model = Incident
    confirm = _("Everybody who is not let in stops seeing it.")
    roles = WHO["raise_wall"]

    def form_class(self) -> type[forms.BaseForm] | None:
        return RaiseForm

    def available(self, user: User, record: Incident) -> Text | None:
        return _("A wall already stands around it.") if standing_wall(record) is not None else None

    def mutate(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> Incident:
        assert record is not None
        enclose(ctx, record, {ctx.user, *data["people"]}, data["why"])
        return ctx.save(record)


class _OnWall(Action[Incident]):
    """Something about a wall that stands."""

    model = Incident

    def available(self, user: User, record: Incident) -> Text | None:
        return _("No wall stands around it; raise one first.") if standing_wall(record) is None else None


class LetInForm(forms.Form):
    user = forms.ModelChoiceField(User.objects.none(), label=_("Who"))
    why = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people()  # type: ignore[attr-defined]


class LetIn(_OnWall):
    name = "let_in"
    label = _("Let somebody in")
    roles = WHO["let_in"]

    def form_class(self) -> type[forms.BaseForm] | None:
        return LetInForm

    def guard(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if WallMember.objects.filter(wall=record.wall, user=data["user"], left_at=None).exists():
            raise Refused(_("%(user)s is inside already.") % {"user": data["user"]})

    def mutate(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> Incident:
        assert record is not None
        assert record.wall is not None
        ctx.save(WallMember(wall=record.wall, user=data["user"], why=data["why"], entered_at=ctx.at))
        return ctx.save(record)


class LetOutForm(forms.Form):
    user = forms.ModelChoiceField(User.objects.all(), label=_("Who"))


class LetOut(_OnWall):
    name = "let_out"
    label = _("Let somebody out")
    roles = WHO["let_out"]

    def form_class(self) -> type[forms.BaseForm] | None:
        return LetOutForm

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Incident | None) -> None:
        if record is not None:
            field = form.fields["user"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = User.objects.filter(walls__wall=record.wall, walls__left_at=None).distinct()

    def guard(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        inside = WallMember.objects.filter(wall=record.wall, left_at=None)
        if not inside.exclude(user=data["user"]).exists():
            raise Refused(
                _("The last person inside cannot leave: nobody would see it. Let another in first, or lift the wall.")
            )

    def mutate(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> Incident:
        assert record is not None
        for member in WallMember.objects.filter(wall=record.wall, user=data["user"], left_at=None):
            member.left_at = ctx.at
            ctx.save(member)
        return ctx.save(record)


class LiftWall(_OnWall):
    name = "lift_wall"
    label = _("Lift the wall")
    confirm = _("From now on ordinary permissions apply again: everybody who may see incidents of the unit sees it.")
    danger = True
    roles = WHO["lift_wall"]

    def mutate(self, ctx: Context, record: Incident | None, data: Mapping[str, Any]) -> Incident:
        assert record is not None
        assert record.wall is not None
        record.wall.lifted_at = ctx.at
        ctx.save(record.wall)
        return ctx.save(record)


WALLS: tuple[type[Action[Any]], ...] = (RaiseWall, LetIn, LetOut, LiftWall)
