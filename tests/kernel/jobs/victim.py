"""A worker to be killed: :func:`main` runs in a process of its own on a real home."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from quarterdeck.kernel import tables  # noqa: E402
from quarterdeck.kernel.jobs import leases  # noqa: E402
from quarterdeck.kernel.jobs.declare import Run, job  # noqa: E402
from quarterdeck.kernel.jobs.models import Effect, Lease  # noqa: E402
from quarterdeck.kernel.jobs.worker import Worker  # noqa: E402


def _count(run: Run, label: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into counted (label, attempt) values (%s, %s)", [label, run.attempt])


def _stand_still() -> None:
    """Tells the test where we are, then never returns: from here only a kill ends the process."""
    Path(os.environ["VICTIM_MARK"]).write_text("here", encoding="utf-8")
    sys.stdin.read()


def _first_time(run: Run) -> bool:
    return run.attempt == 1


@job(name="victim.before", key=lambda *, label: label)
def before(run: Run, *, label: str) -> str:
    """Is killed inside the transaction of its effect, before the commit."""
    with run.once() as first:
        if first:
            _count(run, label)
            if _first_time(run):
                _stand_still()
    return label


@job(name="victim.after", key=lambda *, label: label)
def after(run: Run, *, label: str) -> str:
    """Is killed after its effect was committed, before the task was marked done."""
    with run.once() as first:
        if first:
            _count(run, label)
    if _first_time(run):
        _stand_still()
    return label


@job(name="victim.mail", key=lambda *, label: label)
def mail(run: Run, *, label: str) -> str:
    """Is killed between handing something over outside and noting that it did."""
    with run.at_most_once("mail") as first:
        if first:
            _count(run, label)
            _stand_still()
    return label


@job(name="victim.always", attempts=2)
def always(run: Run, *, label: str) -> str:
    """Kills its worker every time."""
    _stand_still()
    return label


JOBS = {"before": before, "after": after, "mail": mail, "always": always}


def prepare() -> None:
    tables.prepare()
    with connection.cursor() as cursor:
        cursor.execute("create table counted (label varchar(20), attempt integer)")


def enqueue(job_name: str, label: str) -> None:
    """Forgets what was before, then enqueues one task."""
    DBTaskResult.objects.all().delete()
    Effect.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("delete from counted")
    JOBS[job_name].enqueue(label=label)


def work() -> None:
    Worker("victim", lease=timedelta(minutes=5)).drain()


def reap() -> None:
    """Takes back lapsed leases, as if an hour had passed."""
    leases.reap(leases.machine_time() + timedelta(hours=1))


def state() -> None:
    """Prints what there is, a JSON object on a line of its own."""
    with connection.cursor() as cursor:
        cursor.execute("select label, attempt from counted order by attempt")
        counted = [list(row) for row in cursor.fetchall()]
    tasks = list(DBTaskResult.objects.values_list("status", "exception_class_path"))
    effects = list(Effect.objects.values_list("key", "state"))
    print(json.dumps({"counted": counted, "tasks": tasks, "effects": effects, "leases": Lease.objects.count()}))


COMMANDS: dict[str, Callable[..., None]] = {
    "prepare": prepare,
    "enqueue": enqueue,
    "work": work,
    "reap": reap,
    "state": state,
}


def main(*steps: str) -> None:
    """Does each step in turn: a command with its words after colons."""
    for step in steps:
        command, *words = step.split(":")
        COMMANDS[command](*words)
