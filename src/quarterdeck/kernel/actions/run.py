"""The one way through which records change."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions.also import added_to
from quarterdeck.kernel.actions.base import Action, Actor, Context, Denied, Invalid, NotVisible, Refused, Stale, Text
from quarterdeck.kernel.ledger.append import append
from quarterdeck.kernel.ledger.models import Leaf
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.permissions.scope import holds, outside_no_wall, permitted, units_where
from quarterdeck.kernel.records import Record, writing
from quarterdeck.kernel.resource.choosing import chosen_by_typing
from quarterdeck.kernel.resource.registry import Resource, action_named, resource_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What an action left behind: the record as saved, and its leaf."""

    record: Record
    leaf: Leaf


def perform(
    action: type[Action[Any]] | str,
    actor: Actor | User,
    record: Record | int | None = None,
    data: Mapping[str, object] | None = None,
    *,
    files: MultiValueDict[str, Any] | None = None,
    revision: int | None = None,
) -> Outcome:
    """Do ``action`` on ``record`` as ``actor``.

    ``data`` is plain text or JSON values, read by the action's form; ``revision`` is the one the person saw, if known.
    Raises NotVisible, Denied, Stale, Invalid or Refused; then nothing has changed.
    """
    doing = Performance(action, actor, record, data, files=files, revision=revision)
    doing.ready()
    return doing.do()


class Performance:
    """An action about to be done, in two steps for callers that open a transaction of their own around :meth:`do`.

    :meth:`ready` reads and computes what can be known before it; without it the action does that inside. Each is called once.
    """

    def __init__(
        self,
        action: type[Action[Any]] | str,
        actor: Actor | User,
        record: Record | int | None = None,
        data: Mapping[str, object] | None = None,
        *,
        files: MultiValueDict[str, Any] | None = None,
        revision: int | None = None,
    ) -> None:
        self._kind = action_named(action) if isinstance(action, str) else action
        self._who = actor if isinstance(actor, Actor) else Actor(actor)
        self._key = record.pk if isinstance(record, Record) else record
        self._data, self._files, self._revision = data or {}, files, revision
        self._doing = self._kind()
        self._doing.actor = self._who
        self._resource = resource_of(self._kind.model)
        self._cleaned: Mapping[str, object] | None = None

    def ready(self) -> None:
        """What the action reads before its transaction. Raises Denied or Invalid as :meth:`do` would."""
        if not self._who.system and not holds(self._who.user, self._kind.code()):
            # Told inside, where a record that is not visible comes before a permission that is not held.
            return
        if self._kind.prepare is not Action.prepare:
            self._doing.prepare(self._key)
        if self._kind.creates and self._kind.read_ahead is not Action.read_ahead:
            cleaned = _read(self._doing, self._who, None, self._data, self._files)
            if not self._who.system:
                _may_create(self._doing, self._resource, self._who, cleaned)
            self._doing.read_ahead(cleaned)
            self._cleaned = cleaned

    def do(self) -> Outcome:
        """The change, in one transaction."""
        try:
            with transaction.atomic(), writing():
                return _perform(
                    self._doing,
                    self._resource,
                    self._who,
                    self._key,
                    self._data,
                    self._files,
                    self._revision,
                    self._cleaned,
                )
        except IntegrityError as error:
            # The database's own words name tables and columns: they go to the log, not to the person.
            logger.warning("%s refused by the database: %s", self._kind.code(), error)
            raise Refused(_("This clashes with a record that already exists.")) from error


def _perform(
    doing: Action[Any],
    resource: Resource,
    who: Actor,
    key: int | None,
    data: Mapping[str, object],
    files: MultiValueDict[str, Any] | None,
    revision: int | None,
    ahead: Mapping[str, object] | None,
) -> Outcome:
    ctx = Context(actor=who, at=clock.now())
    found: Record | None = None
    if not doing.creates:
        found = _lock(doing, resource, who, key)
        if revision is not None and revision != found.revision:
            raise Stale(
                _("Someone changed this while you were editing: you saw revision %(seen)s, it is now %(now)s. "
                  "Look at what changed, then save again.") % {"seen": revision, "now": found.revision}
            )  # fmt: skip
        reason = _standing_refusal(doing, who, found)
        if reason is not None:
            raise Refused(reason)
    elif not who.system and not holds(who.user, doing.code()):
        raise Denied(_("You may not do this: %(action)s.") % {"action": doing.label})
    cleaned = _read(doing, who, found, data, files) if ahead is None else ahead
    if doing.creates and not who.system:
        _may_create(doing, resource, who, cleaned)
    doing.guard(ctx, found, cleaned)
    additions = tuple(added_to(doing.code()))
    for addition in additions:
        if addition.guard is not None:
            addition.guard(ctx, found, cleaned)
    try:
        saved = doing.mutate(ctx, found, cleaned)
        for addition in additions:
            if addition.follow is not None:
                addition.follow(ctx, saved, cleaned)
    except ValidationError as error:
        raise Invalid(_messages(error)) from error
    doing.enqueue(ctx, saved, cleaned)
    leaf = append(ctx, doing.code(), saved, resource)
    for job in ctx.jobs:
        job()
    tell(frozenset(record.type_code() for record in ctx.changed))
    return Outcome(saved, leaf)


_observers: list[Callable[[frozenset[str]], None]] = []


def observe(watch: Callable[[frozenset[str]], None]) -> Callable[[frozenset[str]], None]:
    """Call ``watch`` with the changed type codes at the end of every action, inside its transaction: to enqueue, not to work."""
    if watch not in _observers:
        _observers.append(watch)
    return watch


def tell(changed: frozenset[str]) -> None:
    """Say to who watches that records of these types changed. An import that writes leaves of its own calls it itself."""
    for watch in _observers:
        watch(changed)


def _lock(doing: Action[Any], resource: Resource, who: Actor, key: int | None) -> Record:
    rows = doing.model._base_manager.all()
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",))
    if who.system:
        found = rows.filter(pk=key).first()
        if found is None:
            raise NotVisible(_("There is no such record."))
        assert isinstance(found, Record)
        return found
    found = permitted(rows.filter(pk=key), resource.scope, who.user, doing.code()).first()
    if found is None:
        seen = permitted(doing.model._base_manager.filter(pk=key), resource.scope, who.user, resource.view_permission)
        if seen.exists():
            raise Denied(_("You may see this record but not do this to it: %(action)s.") % {"action": doing.label})
        raise NotVisible(_("There is no such record."))
    assert isinstance(found, Record)
    return found


def _standing_refusal(doing: Action[Any], who: Actor, record: Record) -> Text | None:
    """The reason, known without data, why the action cannot be done on the record now."""
    if doing.states is not None:
        state = getattr(record, doing.state_field)
        if state not in doing.states:
            display = getattr(record, f"get_{doing.state_field}_display", lambda: state)()
            return _("Not possible while it is “%(state)s”.") % {"state": display}
    if not who.system:
        for path in doing.differs_from:
            if _follow(record, path) == who.user:
                return _("Whoever prepared it cannot also do this; another person has to.")
    reason = doing.available(who.user, record)
    for addition in added_to(doing.code()):
        if reason is None and addition.available is not None:
            reason = addition.available(who.user, record)
    return reason


def _follow(record: object, path: str) -> object:
    for step in path.split("__"):
        record = getattr(record, step, None)
    return record


def refusal(action: type[Action[Any]], user: User, record: Record) -> Text | None:
    """Why ``user`` could not press this button now, though the permission is theirs; None when it may be pressed."""
    return _standing_refusal(action(), Actor(user), record)


def _may_create(doing: Action[Any], resource: Resource, who: Actor, data: Mapping[str, object]) -> None:
    if resource.scope.unit is not None:
        unit = doing.unit_for(data) or Unit.objects.filter(parent=None).first()
        if unit is None or not units_where(who.user, doing.code()).filter(below=unit).exists():
            raise Denied(_("You may not do this in that unit."))
    if resource.scope.wall is not None and "__" in resource.scope.wall:
        first, rest = resource.scope.wall.split("__", 1)
        owner = data.get(first)
        if isinstance(owner, Record):
            inside = type(owner)._base_manager.filter(outside_no_wall(who.user, rest), pk=owner.pk)
            if not inside.exists():
                raise NotVisible(_("There is no such record."))


def bound_form(
    doing: Action[Any],
    who: Actor,
    record: Record | None,
    data: Mapping[str, object] | None,
    files: MultiValueDict[str, Any] | None = None,
) -> forms.BaseForm | None:
    """The action's form, bound when ``data`` is given; every choice of records is cut to what the person may see."""
    form_class = doing.form_class()
    if form_class is None:
        return None
    if data is None:
        form = form_class(initial=doing.initial(record))
    else:
        merged: Mapping[str, object] = data
        if not isinstance(data, MultiValueDict) and record is not None and not doing.creates:
            # An API caller sends what changes; the rest stays as it is.
            shown = form_class(initial=doing.initial(record))
            merged = {name: shown.get_initial_for_field(field, name) for name, field in shown.fields.items()} | dict(
                data
            )
            merged = {key: getattr(value, "pk", value) for key, value in merged.items()}
        form = form_class(data=merged, files=files)
    if not who.system:
        for field in form.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                target = field.queryset.model
                if issubclass(target, Record):
                    owner = resource_of(target)
                    field.queryset = permitted(field.queryset, owner.scope, who.user, owner.view_permission)
    doing.narrow(form, who.user, record)
    for name, field in form.fields.items():
        chosen_by_typing(field, doing.code(), None if record is None else record.pk, name)
    return form


def _read(
    doing: Action[Any],
    who: Actor,
    record: Record | None,
    data: Mapping[str, object],
    files: MultiValueDict[str, Any] | None,
) -> Mapping[str, object]:
    form = bound_form(doing, who, record, data, files)
    if form is None:
        if data and not isinstance(data, MultiValueDict):
            raise Invalid({name: [_("This action takes no such field.")] for name in data})
        return {}
    if not isinstance(data, MultiValueDict):
        unknown = sorted(set(data) - set(form.fields))
        if unknown:
            raise Invalid({name: [_("This action takes no such field.")] for name in unknown})
    if not form.is_valid():
        raise Invalid({name: [str(m) for m in messages] for name, messages in form.errors.items()}, form)
    return form.cleaned_data


def _messages(error: ValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        return {name: list(messages) for name, messages in error.message_dict.items()}
    return {NON_FIELD_ERRORS: list(error.messages)}
