"""Claiming a task, keeping it, finishing it, and taking it back from a worker that died.

The database backend alone leaves a task RUNNING for ever when its worker is killed. Here a claim also writes a lease
that the worker renews while it works. When the lease lapses, :func:`reap` makes the task ready again, or fails it
visibly once it has been started as often as its job allows. A worker that was only slow, or asleep with its machine,
finds its lease gone and drops its result; effects are guarded apart from that (:mod:`quarterdeck.kernel.jobs.effects`).

Lease times are those of the machine, not of the movable clock; machines that share a database must agree to within a
fraction of a lease, as NTP keeps them.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME, TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from quarterdeck.kernel import clock
from quarterdeck.kernel.jobs.declare import declaration
from quarterdeck.kernel.jobs.models import Lease

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)


class WorkerDied(Exception):
    """Recorded on a task whose workers died as often as its job may be started."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A task this worker may run, as long as the lease with `token` is kept."""

    row: DBTaskResult[..., Any]
    token: uuid.UUID


def machine_time() -> datetime:
    """The machine's time, aware, in UTC: what leases are measured in."""
    return datetime.now(UTC)


def ready(queues: Sequence[str] = (DEFAULT_TASK_QUEUE_NAME,)) -> QuerySet[DBTaskResult[..., Any]]:
    """Tasks that may start now, the most urgent first."""
    due = Q(run_after=get_date_max()) | Q(run_after__lte=clock.now())
    return DBTaskResult.objects.filter(
        due, status=TaskResultStatus.READY, backend_name=DEFAULT_TASK_BACKEND_ALIAS, queue_name__in=list(queues)
    )


def claim(worker_id: str, queues: Sequence[str] = (DEFAULT_TASK_QUEUE_NAME,), lease: timedelta = LEASE) -> Claim | None:
    """Takes the most urgent ready task, so that no other worker runs it, or None when there is none."""
    if not ready(queues).exists():  # asked without a transaction: on SQLite each one would lock out every writer
        return None
    with transaction.atomic():
        row = ready(queues).select_for_update(skip_locked=True).first()
        if row is None:
            return None
        row.claim(worker_id)
        token = uuid.uuid4()
        Lease.objects.create(task=row, token=token, worker_id=worker_id, expires_at=machine_time() + lease)
    return Claim(row, token)


def renew(held: Claim, lease: timedelta = LEASE) -> bool:
    """Keeps the lease for another `lease` from now. False when it is no longer ours."""
    return bool(_lease(held).update(expires_at=machine_time() + lease))


def succeed(held: Claim, value: object) -> bool:
    """Records the result. False, and nothing recorded, when the lease was lost."""
    with transaction.atomic():
        if not _give_up(held):
            return False
        held.row.set_successful(value)
    return True


def fail(held: Claim, error: BaseException) -> bool:
    """Records the failure. False, and nothing recorded, when the lease was lost."""
    with transaction.atomic():
        if not _give_up(held):
            return False
        held.row.set_failed(error)
    return True


def give_back(held: Claim) -> None:
    """Makes the task ready again at once: its worker is stopping before the end."""
    with transaction.atomic():
        if _give_up(held):
            DBTaskResult.objects.filter(pk=held.row.pk).update(status=TaskResultStatus.READY)


def reap(at: datetime | None = None) -> int:
    """Takes back the tasks whose lease lapsed before `at` (the machine's time now). Returns how many.

    Safe to run in several processes at once: each lapsed lease is handled by one of them.
    """
    moment = at or machine_time()
    taken = 0
    for task_id, token in list(Lease.objects.filter(expires_at__lt=moment).values_list("task_id", "token")):
        with transaction.atomic():
            # Deleting is the claim to handle it; a lease renewed meanwhile is left alone.
            if not Lease.objects.filter(task_id=task_id, token=token, expires_at__lt=moment).delete()[0]:
                continue
            _take_back(DBTaskResult.objects.select_for_update().get(pk=task_id))
            taken += 1
    return taken


def start_again(task_id: uuid.UUID) -> bool:
    """Makes a failed task ready once more. False when it is not failed."""
    failed = DBTaskResult.objects.filter(pk=task_id, status=TaskResultStatus.FAILED)
    return bool(failed.update(status=TaskResultStatus.READY, finished_at=None, worker_ids=[]))


def _take_back(row: DBTaskResult[..., Any]) -> None:
    job = declaration(row.task_path)
    started = len(row.worker_ids)
    if started < job.attempts:
        logger.warning("job %s (task %s): its worker died, starting it again", job.name, row.pk)
        DBTaskResult.objects.filter(pk=row.pk).update(status=TaskResultStatus.READY)
    else:
        logger.error("job %s (task %s): its worker died %d times, given up", job.name, row.pk, started)
        row.set_failed(WorkerDied(f"the worker died {started} times while running this task"))


def _lease(held: Claim) -> QuerySet[Lease]:
    return Lease.objects.filter(task_id=held.row.pk, token=held.token)


def _give_up(held: Claim) -> bool:
    if _lease(held).delete()[0]:
        return True
    logger.warning("task %s: the lease was lost while it ran; its result is dropped", held.row.pk)
    return False
