"""A home full of people whom a rule means, filled by processes of their own: :func:`main` runs in one."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from datetime import timedelta

import django

django.setup()

from django.db.models import Count  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from quarterdeck.areas.people.models import Person  # noqa: E402
from quarterdeck.areas.training import counting, jobs  # noqa: E402
from quarterdeck.areas.training.models import Assignment, Course, Tally  # noqa: E402
from quarterdeck.kernel import clock, tables  # noqa: E402
from quarterdeck.kernel.accounts.models import User  # noqa: E402
from quarterdeck.kernel.actions import Actor, perform  # noqa: E402
from quarterdeck.kernel.jobs import leases  # noqa: E402
from quarterdeck.kernel.jobs.worker import Worker  # noqa: E402
from quarterdeck.kernel.ledger.models import Version  # noqa: E402
from quarterdeck.kernel.permissions.models import Unit  # noqa: E402
from quarterdeck.kernel.records import writing  # noqa: E402
from quarterdeck.kernel.setup import found, system_user  # noqa: E402

#: People of one batch.
BATCH = 20


def prepare(number: str) -> None:
    """``number`` people who work for the company, and a course with a version that is published."""
    tables.prepare()
    unit = found("Harbour Lane Group")
    with writing():
        Person.objects.bulk_create(
            Person(full_name=f"Person {n}", email=f"p{n}@example.org", unit=unit, recorded_at=clock.now())
            for n in range(int(number))
        )
    author = User.objects.create(login="author", full_name="Author")
    perform(
        "permissions.assignment.create", Actor(system_user(), system=True), None,
        {"user": author.pk, "role": "people_officer", "unit": unit.pk, "effective_from": "2000-01-01"},
    )  # fmt: skip
    course = perform("training.course.create", author, None, {"title": "Strangers at the door", "unit": unit.pk}).record
    version = course.versions.get()  # type: ignore[attr-defined]
    page = {"version": version.pk, "title": "Page", "text": "Ask who they are.", "minutes": 3}
    perform("training.lesson.add_page", author, None, page)
    perform("training.courseversion.publish", author, version)


def rule() -> None:
    """Assigns the course to everybody, again each year; whoever works next does it."""
    given = {
        "course": Course.objects.get().pk, "unit": Unit.objects.get(parent=None).pk, "recurrence_months": 12,
        "days_allowed": 30, "effective_from": clock.today().isoformat(),
    }  # fmt: skip
    perform("training.assignmentrule.add", User.objects.get(login="author"), None, given)


def night() -> None:
    """What every night does: asks for every rule anew."""
    jobs.assign_due.enqueue()


def next_year() -> None:
    """The occasion of a year later: those who have the course open are left alone, the others are assigned again."""
    clock.shift(366 * 86_400)


def work() -> None:
    jobs.BATCH = BATCH
    Worker("filling", lease=timedelta(minutes=5)).drain()


def die(number: str, where: str) -> None:
    """Works, and is killed in batch ``number``: ``inside`` its transaction, all of it written, or ``after`` its end."""
    real = jobs.perform
    seen = 0

    def struck(*args: object, **kwargs: object) -> object:
        nonlocal seen
        seen += 1
        if seen > int(number):  # only where the batch before is committed
            os.kill(os.getpid(), signal.SIGKILL)
        made = real(*args, **kwargs)  # type: ignore[arg-type]
        if seen == int(number) and where == "inside":
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    jobs.perform = struck  # type: ignore[assignment]
    work()


def reap() -> None:
    """Takes back lapsed leases, as if an hour had passed."""
    leases.reap(leases.machine_time() + timedelta(hours=1))


def finish(number: str) -> None:
    """So many people complete what they have open."""
    rows = list(Assignment.objects.filter(state="assigned").order_by("pk")[: int(number)])
    with writing():
        Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(state="completed", completed_on=clock.today())
    counting.recount()


def state() -> None:
    each = Counter(Assignment.objects.values_list("person").annotate(n=Count("pk")).values_list("n", flat=True))
    kept = Tally.objects.values_list("assigned", "completed")
    written = Version.objects.filter(record_type="training.assignment", revision=1)
    print(
        json.dumps(
            {
                "people": Person.objects.count(),
                "times": {str(times): people for times, people in each.items()},
                "tallied": sum(sum(row) for row in kept),
                "in_ledger": written.values("record_id").distinct().count(),
                "leaves_of_them": written.count(),
                "tasks": Counter(DBTaskResult.objects.values_list("status", flat=True)),
            }
        ),
        flush=True,
    )


def main(*steps: str) -> None:
    """Does each step in turn: a command with its words after colons."""
    known = {
        "prepare": prepare, "rule": rule, "night": night, "next_year": next_year, "work": work, "die": die, "reap": reap,
        "finish": finish, "state": state,
    }  # fmt: skip
    for step in steps:
        command, *words = step.split(":")
        known[command](*words)


if __name__ == "__main__":
    main(*sys.argv[1:])
