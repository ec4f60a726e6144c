"""Jobs that fall due again and again. An app declares them in its module ``jobs``::

    schedule("reports.overdue", remind_overdue, "0 7 * * 1-5")      # working days at seven, the company's time

The declaration is the truth; the table keeps when each was last and is next due. :func:`tick` enqueues what is due,
each time once even when several schedulers tick. Times missed while nothing ran are made up by one run, not by all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django_tasks.base import Task

from quarterdeck.kernel import clock
from quarterdeck.kernel.jobs.models import Schedule
from quarterdeck.kernel.jobs.rules import compiled, next_run


@dataclass(frozen=True, slots=True)
class _Declared:
    name: str
    task_path: str
    rule: str
    zone: str | None
    arguments: Mapping[str, object]


_declared: dict[str, _Declared] = {}


def schedule(name: str, job: Task[..., Any], rule: str, *, zone: str | None = None, **arguments: object) -> None:
    """Declares that `job` is enqueued with `arguments` whenever `rule` (see :mod:`rules`) is due.

    `zone` is an IANA time zone; None is the company's. Raises `RuleError` for a rule or zone that cannot be read.
    """
    compiled(rule, zone or "UTC")
    found = _Declared(name, job.module_path, rule, zone, arguments)
    if _declared.setdefault(name, found) != found:
        raise ValueError(f"two schedules are called {name!r}")


def install() -> None:
    """Brings the table to the declarations: adds new ones, re-dates changed ones, removes those no longer declared."""
    now = clock.now()
    with transaction.atomic():
        known = {row.name: row for row in Schedule.objects.select_for_update()}
        for wanted in _declared.values():
            zone = wanted.zone or settings.TIME_ZONE
            row = known.pop(wanted.name, None) or Schedule(name=wanted.name)
            if row.pk is None or (row.rule, row.zone) != (wanted.rule, zone):
                row.next_run = next_run(wanted.rule, zone, now)
            row.rule, row.zone = wanted.rule, zone
            row.task_path, row.arguments = wanted.task_path, dict(wanted.arguments)
            row.save()
        Schedule.objects.filter(name__in=known).delete()


def tick() -> int:
    """Enqueues every schedule that is due. Returns how many."""
    now = clock.now()
    count = 0
    for row in Schedule.objects.filter(next_run__lte=now):
        count += _run(row, now)
    return count


def _run(row: Schedule, now: datetime) -> bool:
    following = next_run(row.rule, row.zone, now)
    with transaction.atomic():
        # Whoever moves next_run from the value both have seen is the one that enqueues.
        mine = Schedule.objects.filter(pk=row.pk, next_run=row.next_run).update(next_run=following, last_run=now)
        if mine:
            task: Task[..., Any] = import_string(row.task_path)
            task.enqueue(**row.arguments)
    return bool(mine)
