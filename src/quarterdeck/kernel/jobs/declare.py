"""Declaring a job::

    @job(name="reports.remind", key=lambda *, report: report)
    def remind(run: Run, *, report: int) -> None:
        text = compose(report)
        with run.once() as first:
            if first:
                Reminder.objects.create(report_id=report, text=text)

    remind.enqueue(report=7)      # in the same transaction as the change that asks for it

Arguments are keywords with JSON values. A job may be started more than once (its worker died), so its effects go
through `run.once` or `run.at_most_once`. Those are keyed by the job's name and `key(**arguments)`: two enqueued tasks
with one key have one effect. Without `key` each enqueued task is its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, Protocol, TypeVar, cast, overload

from django_tasks import TaskContext, task
from django_tasks.base import Task

from quarterdeck.kernel.jobs import effects

P = ParamSpec("P")
T = TypeVar("T")

DEFAULT_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Run:
    """One start of a job: what its function gets first. `attempt` counts from 1."""

    job: str
    key: str
    task_id: uuid.UUID
    attempt: int

    def once(self, part: str = "") -> AbstractContextManager[bool]:
        """A transaction for a change in the database; True the first time it commits (:func:`effects.once`).

        A job with several effects names each by its `part`.
        """
        return effects.once(self._name(part), self.task_id)

    def at_most_once(self, part: str = "") -> AbstractContextManager[bool]:
        """For an effect outside the database; True the first time it is tried (:func:`effects.at_most_once`)."""
        return effects.at_most_once(self._name(part), self.task_id)

    def _name(self, part: str) -> str:
        return f"{self.job}:{self.key}:{part}" if part else f"{self.job}:{self.key}"


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declared job: its public `name`, how often it may be started, and the path its tasks are stored under."""

    name: str
    path: str
    attempts: int


_declared: dict[str, Declaration] = {}


def declaration(path: str) -> Declaration:
    """The job stored under `path`; a task declared otherwise gets the defaults."""
    return _declared.get(path) or Declaration(path, path, DEFAULT_ATTEMPTS)


class Unkeyed(Protocol):
    """What :func:`job` gives without a ``key``: the function's own arguments decide."""

    def __call__(self, function: Callable[Concatenate[Run, P], T], /) -> Task[P, T]: ...


@overload
def job(*, name: str, attempts: int = DEFAULT_ATTEMPTS) -> Unkeyed: ...
@overload
def job(
    *, name: str, key: Callable[P, object], attempts: int = DEFAULT_ATTEMPTS
) -> Callable[[Callable[Concatenate[Run, P], T]], Task[P, T]]: ...
def job(
    *, name: str, key: Callable[..., object] | None = None, attempts: int = DEFAULT_ATTEMPTS
) -> Callable[[Callable[Concatenate[Run, P], T]], Task[P, T]]:
    """Makes a module-level function a job. `attempts` is how often it may be started when its worker dies.

    The function's result is stored with the task and must be a JSON value. An exception fails the task, visibly and
    for good: what may succeed later is asked for again by whoever sees it fail (:func:`leases.start_again`).
    """

    def declare(function: Callable[Concatenate[Run, P], T]) -> Task[P, T]:
        def start(context: TaskContext, *args: P.args, **kwargs: P.kwargs) -> T:
            result = context.task_result
            own = result.id if key is None else str(key(*args, **kwargs))
            return function(Run(name, own, uuid.UUID(result.id), context.attempt), *args, **kwargs)

        # A task is stored as the path of its function and found again by it, so this one takes the other's place.
        # functools.wraps would also show the other's signature, whose first argument is not "context".
        start.__module__, start.__name__ = function.__module__, function.__name__
        start.__qualname__, start.__doc__ = function.__qualname__, function.__doc__
        path = f"{function.__module__}.{function.__qualname__}"
        known = next((other for other in _declared.values() if other.name == name and other.path != path), None)
        if known:
            raise ValueError(f"two jobs are called {name!r}: {known.path} and {path}")
        _declared[path] = Declaration(name, path, attempts)
        return task(takes_context=True)(cast(Callable[Concatenate[TaskContext, P], T], start))

    return declare
