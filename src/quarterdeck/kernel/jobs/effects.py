"""Effects that happen once although the job that has them may be started again.

A worker can die at any moment, and its task is then run by another from the beginning. So a job wraps each effect:

- a change in the database in :func:`once`, which commits the change and the note that it happened together. Whoever
  runs the job again sees the note. The change happens exactly once.
- anything outside the database, a mail above all, in :func:`at_most_once`. No protocol can make that exactly once: if
  the worker dies between handing the mail over and noting so, nobody knows. Here it is then *not* sent again, and the
  effect stays visible as "claimed, outcome unknown" for a person to decide.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from quarterdeck.kernel import clock
from quarterdeck.kernel.jobs.models import Effect


class NotSent(Exception):
    """Raised inside :func:`at_most_once` by code that is certain that nothing went out: it may be tried again."""


@contextmanager
def once(key: str, task_id: uuid.UUID | None = None) -> Iterator[bool]:
    """A transaction for the effect named `key`: yields True the first time it commits, False ever after.

    When the block raises, the effect and its note are both undone. Keep computing, mailing and rendering outside.
    """
    with transaction.atomic():
        yield _noted(key, Effect.State.DONE, task_id)


@contextmanager
def at_most_once(key: str, task_id: uuid.UUID | None = None) -> Iterator[bool]:
    """For an effect outside the database: yields True the first time it is tried, False ever after.

    The claim is committed before the block runs, so this must not be used inside a transaction (raises
    `RuntimeError`). `NotSent` takes the claim back; any other exception leaves the effect *claimed, outcome unknown*.
    """
    with transaction.atomic(durable=True):
        first = _noted(key, Effect.State.CLAIMED, task_id)
    if not first:
        yield False
        return
    try:
        yield True
    except NotSent:
        Effect.objects.filter(key=key, state=Effect.State.CLAIMED).delete()
        raise
    Effect.objects.filter(key=key).update(state=Effect.State.SENT)


def _noted(key: str, state: Effect.State, task_id: uuid.UUID | None) -> bool:
    # The unique key decides: on PostgreSQL a second transaction waits here until the first has committed or not.
    try:
        with transaction.atomic():
            Effect.objects.create(key=key, state=state, task_id=task_id, recorded_at=clock.now())
    except IntegrityError:
        return False
    return True
