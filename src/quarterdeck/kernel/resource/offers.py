"""Which actions a person is offered on a record, and why some cannot be done now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef

from quarterdeck.kernel.actions.base import Action
from quarterdeck.kernel.actions.run import refusal
from quarterdeck.kernel.permissions.scope import permitted
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import Resource, Text, resource_of
from quarterdeck.kernel.resource.sight import Sight


@dataclass(frozen=True)
class Offer:
    """An action the person has the permission for. ``reason``: why it cannot be done now, or None. ``over``: it lies behind
    this record for good; pages leave it out, where an action that has yet to become possible is drawn barred."""

    action: type[Action[Any]]
    reason: Text | None = None
    over: bool = False


def over(action: type[Action[Any]], record: Record) -> bool:
    """Whether no state to come allows the action on this record again: the action says so of the state, or nothing leaves it,
    neither an action of its own type nor, as the action says, one of another (a vote that is lost)."""
    if action.states is None:
        return False
    state = str(getattr(record, action.state_field))
    if state in action.awaits:
        return False
    return state not in action.states and (
        state in action.over or state in _final(record.type_code(), action.state_field)
    )


@lru_cache(maxsize=256)
def _final(code: str, field: str) -> frozenset[str]:
    """The states from which none of the type's own actions starts. An action without ``states`` moves no state."""
    resource = resource_of(code)
    kept = resource.model._meta.get_field(field)
    choices = kept.flatchoices if isinstance(kept, models.Field) else ()
    started = {
        str(state)
        for action in resource.actions
        if action.states is not None and action.state_field == field
        for state in action.states
    }
    return frozenset(str(value) for value, _label in choices or ()) - started


def creating(resource: Resource, sight: Sight) -> list[Offer]:
    """Actions that make a new record of this type, where the person may do them anywhere."""
    return [Offer(action) for action in resource.actions if action.creates and sight.may(action)]


def on_record(resource: Resource, record: Record, sight: Sight) -> list[Offer]:
    """Actions on this record that the person has the permission for on this row. One query, and what the reasons ask."""
    return on_records(resource, [record], sight)[record.pk]


def on_records(resource: Resource, records: Sequence[Record], sight: Sight) -> dict[int, list[Offer]]:
    """The same for several rows of one type, by key. One query for all of them, and what the reasons ask."""
    found: dict[int, list[Offer]] = {record.pk: [] for record in records}
    held = [action for action in resource.actions if not action.creates and sight.may(action)]
    if not held or not records:
        return found
    rows = resource.model._base_manager
    asked = {
        f"may_{place}": Exists(permitted(rows.filter(pk=OuterRef("pk")), resource.scope, sight.user, action.code()))
        for place, action in enumerate(held)
    }
    answers = {row["pk"]: row for row in rows.filter(pk__in=list(found)).annotate(**asked).values("pk", *asked)}
    for record in records:
        answer = answers.get(record.pk)
        if answer is not None:
            found[record.pk] = [
                Offer(action, refusal(action, sight.user, record), over(action, record))
                for place, action in enumerate(held)
                if answer[f"may_{place}"]
            ]
    return found
