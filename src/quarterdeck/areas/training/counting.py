"""Keeping the tallies of assignments by version and unit, and writing them anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Count, F

from quarterdeck.areas.training.models import Assignment, Tally

STATES: tuple[str, ...] = tuple(state.value for state in Assignment.State)


def added(rows: Iterable[Assignment]) -> None:
    """Count new assignments. One statement for each version and unit among them."""
    counts = Counter((row.version_id, row.unit_id, row.state) for row in rows)
    for (version, unit, state), number in counts.items():
        _change(version, unit, {state: number})


def moved(row: Assignment, before: str) -> None:
    """Count an assignment whose state was ``before``."""
    if row.state != before:
        _change(row.version_id, row.unit_id, {before: -1, row.state: 1})


def moved_all(rows: Sequence[Assignment], before: Sequence[str]) -> None:
    """Count assignments whose states were ``before``. One statement for each version, unit and former state among them."""
    counts = Counter(
        (row.version_id, row.unit_id, was, row.state) for row, was in zip(rows, before, strict=True) if row.state != was
    )
    for (version, unit, was, state), number in counts.items():
        _change(version, unit, {was: -number, state: number})


def _change(version: int, unit: int, by: dict[str, int]) -> None:
    rows = Tally.objects.filter(version_id=version, unit_id=unit)
    if not rows.update(**{state: F(state) + number for state, number in by.items()}):
        Tally.objects.get_or_create(version_id=version, unit_id=unit)
        rows.update(**{state: F(state) + number for state, number in by.items()})


def counted() -> dict[tuple[int, int], dict[str, int]]:
    """What the tallies should say, counted over every assignment."""
    found: dict[tuple[int, int], dict[str, int]] = {}
    rows = Assignment.objects.values_list("version_id", "unit_id", "state").annotate(number=Count("pk")).order_by()
    for version, unit, state, number in rows:
        found.setdefault((version, unit), dict.fromkeys(STATES, 0))[state] = number
    return found


def recount() -> None:
    """Write the tallies anew from the assignments."""
    with transaction.atomic():
        Tally.objects.all().delete()
        Tally.objects.bulk_create(
            Tally(version_id=version, unit_id=unit, **states) for (version, unit), states in counted().items()
        )
