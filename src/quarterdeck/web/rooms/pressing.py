"""Actions as a room draws them: one press, a small form in place, a link to a page, or barred with the reason.

Everything in a room hangs in one unit, so one query tells what the person may do on all of it; the generic pages ask
the same question of the database row by row, and a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import pgettext

from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Action, Actor
from quarterdeck.kernel.actions.run import bound_form, refusal
from quarterdeck.kernel.permissions.models import Grant, Role, Unit, UnitLine
from quarterdeck.kernel.records import Record, in_effect_on
from quarterdeck.kernel.resource.offers import on_records, over
from quarterdeck.kernel.resource.registry import Resource, Text, resource_of
from quarterdeck.kernel.resource.sight import Sight

Choices = Sequence[tuple[object, str]]
#: A form with more than this has a page of its own.
MOST_FIELDS = 5


@dataclass(frozen=True)
class Press:
    """One action as drawn. ``form`` stands in place, folded; without it the button posts at once or leads to ``page``.

    ``reason`` bars it. ``hidden`` goes along with the post: the revision seen, what the room already knows, the way back.
    """

    name: str
    id: str
    label: str
    url: str
    kind: str = ""
    reason: str | None = None
    confirm: str | None = None
    hidden: Mapping[str, object] = field(default_factory=dict)
    form: forms.BaseForm | None = None
    page: str | None = None

    @property
    def open(self) -> bool:
        return self.reason is None


class Room:
    """What one person may do on the records of one unit, and the address they come back to afterwards."""

    def __init__(self, sight: Sight, unit: Unit, back: str) -> None:
        self.sight, self.unit, self.back = sight, unit, back

    @cached_property
    def _held(self) -> frozenset[tuple[str, str]]:
        """(permission, reach) that count in this unit: granted here or above, or on own rows anywhere. One query."""
        if not self.sight.user.is_active:
            return frozenset()
        above = UnitLine.objects.filter(below=self.unit).values("above")
        here = Q(reach=Grant.Reach.OWN) | Q(reach=Grant.Reach.UNIT, role__assignments__unit__in=above)
        rows = Grant.objects.filter(
            in_effect_on(clock.today(), "role__assignments__") & here, role__assignments__user=self.sight.user
        )
        return frozenset((permission, str(reach)) for permission, reach in rows.values_list("permission", "reach"))

    def may(self, action: type[Action[Any]], record: Record | None = None) -> bool:
        """Whether the person holds the permission in this unit, or on ``record`` as their own."""
        if (action.code(), Grant.Reach.UNIT.value) in self._held:
            return True
        if record is None or (action.code(), Grant.Reach.OWN.value) not in self._held:
            return False
        return any(_owner(record, path) == self.sight.user for path in resource_of(action.model).scope.own)

    def on(
        self,
        record: Record,
        *names: str,
        bar: Mapping[str, Text | None] | None = None,
        choices: Mapping[str, Choices] | None = None,
        primary: str = "",
        quiet: bool = False,
    ) -> list[Press]:
        """Actions on ``record`` (those named, in that order, or all) that the person has the permission for, without those
        that lie behind it for good.

        ``bar`` names reasons that the action itself would only give once it is tried. ``choices`` are those of a form's
        record fields, already known to the page. ``quiet`` draws them as words, where a row has several.
        """
        resource = resource_of(type(record))
        wanted = [resource.action(name) for name in names] or [a for a in resource.actions if not a.creates]
        made = []
        for action in wanted:
            if over(action, record) or not self.may(action, record):
                continue
            reason = refusal(action, self.sight.user, record) or (bar or {}).get(action.name)
            kind = "grave" if action.danger else "primary" if primary == action.name else "plain" if quiet else ""
            made.append(self._press(action, resource, record, reason, {}, choices or {}, kind, str(record.pk)))
        return made

    def each(self, records: Sequence[Record], *, quiet: bool = True) -> dict[int, list[Press]]:
        """Actions on rows of one type that hang in other units than the room, by key; only those that may start now."""
        if not records:
            return {}
        resource = resource_of(type(records[0]))
        found = on_records(resource, records, self.sight)
        kind = "plain" if quiet else ""
        return {
            record.pk: [
                self._press(offer.action, resource, record, None, {}, {}, kind, str(record.pk))
                for offer in found[record.pk]
                if offer.reason is None
            ]
            for record in records
        }

    def create(
        self,
        resource: Resource,
        name: str,
        fixed: Mapping[str, object],
        *,
        reason: Text | None = None,
        choices: Mapping[str, Choices] | None = None,
        label: Text = "",
        primary: bool = False,
        about: str = "",
    ) -> list[Press]:
        """The action that makes a record with ``fixed`` values, or nothing where the person may not.

        ``about`` keeps ids apart where one page draws the same action several times.
        """
        action = resource.action(name)
        if not self.may(action):
            return []
        place = about or "-".join(str(value) for value in fixed.values())
        return [
            self._press(
                action, resource, None, reason, fixed, choices or {}, "primary" if primary else "", place, label
            )
        ]

    def _press(
        self,
        action: type[Action[Any]],
        resource: Resource,
        record: Record | None,
        reason: Text | None,
        fixed: Mapping[str, object],
        choices: Mapping[str, Choices],
        kind: str,
        place: str,
        label: Text = "",
    ) -> Press:
        if record is None:
            url = reverse("records:create", args=[resource.code, action.name])
            hidden: dict[str, object] = {"_next": self.back, **fixed}
        else:
            url = reverse("records:act", args=[resource.code, record.pk, action.name])
            hidden = {"_next": self.back, "_revision": record.revision}
        place = f"{resource.model._meta.model_name}-{action.name}-{place}"
        form = None if reason is not None else self._form(action, record, fixed, place)
        page = None
        if form is not None and (len(form.fields) > MOST_FIELDS or not _drawn_in_place(form, choices)):
            form, page = None, f"{url}?{urlencode({**fixed, 'next': self.back})}"
        return Press(
            name=action.name,
            id=place,
            label=str(label or action.label),
            url=url,
            kind=kind,
            reason=None if reason is None else str(reason),
            confirm=str(action.confirm) or None,
            hidden=hidden,
            form=form,
            page=page,
        )

    def _form(
        self, action: type[Action[Any]], record: Record | None, fixed: Mapping[str, object], place: str
    ) -> forms.BaseForm | None:
        """What is left to fill in, or None where a press says everything."""
        form = bound_form(action(), Actor(self.sight.user), record, None)
        if form is None:
            return None
        for name in fixed:
            form.fields.pop(name, None)
        form.auto_id = f"{place}-%s"
        return form if form.fields else None


def _drawn_in_place(form: forms.BaseForm, choices: Mapping[str, Choices]) -> bool:
    """Whether every choice of records in the form is known to the page, so that drawing it asks nothing."""
    for name, field_ in form.fields.items():
        if not isinstance(field_, forms.ModelChoiceField):
            continue
        if name not in choices:
            return False
        if isinstance(field_, forms.ModelMultipleChoiceField):
            field_.widget = forms.CheckboxSelectMultiple()
            field_.choices = list(choices[name])
        else:
            field_.choices = [("", "–"), *choices[name]]
    return True


def _owner(record: object, path: str) -> object:
    for step in path.split("__"):
        record = getattr(record, step, None)
    return record


def who_may(actions: Iterable[type[Action[Any]]]) -> dict[str, str]:
    """Names of the roles that hold each action, as one text by its code. One query."""
    codes = [action.code() for action in actions]
    found: dict[str, dict[str, str]] = {code: {} for code in codes}
    grants = Grant.objects.filter(permission__in=codes).select_related("role").order_by("role_id")
    for grant in grants:
        role: Role = grant.role
        found[grant.permission][role.pk] = str(role)
    return {code: pgettext("between names", ", ").join(roles.values()) for code, roles in found.items()}
