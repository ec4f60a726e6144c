"""Which actions a person is offered on a record, and why some cannot be done now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from quarterdeck.kernel.actions.base import Action
from quarterdeck.kernel.actions.run import refusal
from quarterdeck.kernel.permissions.scope import permitted
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import Resource, Text
from quarterdeck.kernel.resource.sight import Sight


@dataclass(frozen=True)
class Offer:
    """An action the person has the permission for. ``reason``: why it cannot be done now, or None."""

    action: type[Action[Any]]
    reason: Text | None = None


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
                Offer(action, refusal(action, sight.user, record))
                for place, action in enumerate(held)
                if answer[f"may_{place}"]
            ]
    return found
