"""The loop that runs jobs, one at a time, each under a lease that a second thread keeps alive."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

from django.db import OperationalError, close_old_connections, connection
from django_tasks import DEFAULT_TASK_QUEUE_NAME, TaskContext, TaskResult
from django_tasks.signals import task_finished, task_started

from quarterdeck.kernel.jobs import leases

logger = logging.getLogger(__name__)


class Worker:
    """Runs ready tasks until :meth:`stop`. `idle` is how long it waits, in seconds, when there are none."""

    def __init__(
        self,
        worker_id: str | None = None,
        *,
        queues: Sequence[str] = (DEFAULT_TASK_QUEUE_NAME,),
        lease: timedelta = leases.LEASE,
        idle: float = 1.0,
    ) -> None:
        self.worker_id = worker_id or f"{socket.gethostname()[:40]}:{os.getpid()}"
        self._queues = tuple(queues)
        self._lease = lease
        self._idle = idle
        self._stopping = False

    def stop(self) -> None:
        """Lets the task at hand finish and takes no other. May be called from a signal handler or another thread."""
        self._stopping = True  # no lock: a handler may run while the main thread holds it

    def run(self) -> None:
        """Works until stopped."""
        while not self._stopping:
            close_old_connections()
            try:
                worked = self.step()
            except OperationalError as error:
                # The database is away or busy beyond its timeout. Leases keep what was begun; try again later.
                logger.warning("the worker cannot reach the database: %s", error)
                worked = False
            if not worked:
                time.sleep(self._idle)

    def drain(self) -> int:
        """Runs tasks until none is ready and returns how many ran: for commands and tests that wait for the work."""
        count = 0
        while self.step():
            count += 1
        return count

    def step(self) -> bool:
        """Runs one task. False when none was ready."""
        held = leases.claim(self.worker_id, self._queues, self._lease)
        if held is None:
            return False
        with self._kept(held):
            self._execute(held)
        return True

    def _execute(self, held: leases.Claim) -> None:
        try:
            task = held.row.task
            result = held.row.task_result
            backend = type(task.get_backend())
            task_started.send(sender=backend, task_result=result)
            context = (TaskContext(task_result=cast(TaskResult[Any], result)),) if task.takes_context else ()
            value = task.call(*context, *result.args, **result.kwargs)
            recorded = leases.succeed(held, value)
        except (KeyboardInterrupt, SystemExit):
            leases.give_back(held)
            raise
        except Exception as error:
            # Whatever a job raises is the job's failure, never the worker's.
            logger.exception("task %s (%s) failed", held.row.pk, held.row.task_path)
            leases.fail(held, error)
            return
        if recorded:
            task_finished.send(sender=backend, task_result=held.row.task_result)

    @contextmanager
    def _kept(self, held: leases.Claim) -> Iterator[None]:
        """Renews the lease three times in its length, from a thread of its own, while the block runs."""
        done = threading.Event()
        pulse = threading.Thread(target=self._renew, args=(held, done), name="lease", daemon=True)
        pulse.start()
        try:
            yield
        finally:
            done.set()
            pulse.join()

    def _renew(self, held: leases.Claim, done: threading.Event) -> None:
        try:
            while not done.wait(self._lease.total_seconds() / 3):
                try:
                    if not leases.renew(held, self._lease):
                        return
                except OperationalError as error:
                    logger.warning("task %s: the lease could not be renewed: %s", held.row.pk, error)
        finally:
            connection.close()
