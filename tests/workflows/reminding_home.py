"""A home full of people whom something waits for, driven by processes of their own: :func:`main` runs in one."""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import django

django.setup()

from django_tasks_db.models import DBTaskResult  # noqa: E402

from quarterdeck.areas.people.models import Certification, Person  # noqa: E402
from quarterdeck.kernel import clock, tables  # noqa: E402
from quarterdeck.kernel.accounts.models import User  # noqa: E402
from quarterdeck.kernel.jobs import leases  # noqa: E402
from quarterdeck.kernel.jobs.models import Effect  # noqa: E402
from quarterdeck.kernel.jobs.worker import Worker  # noqa: E402
from quarterdeck.kernel.permissions.models import Assignment  # noqa: E402
from quarterdeck.kernel.records import writing  # noqa: E402
from quarterdeck.kernel.setup import found  # noqa: E402
from quarterdeck.workflows.reminding import remind  # noqa: E402


def prepare(number: str) -> None:
    """``number`` employees, each with a certification that runs out in a week."""
    tables.prepare()
    unit = found("Harbour Lane Group")
    today, now = clock.today(), clock.now()
    User.objects.bulk_create(
        User(login=f"p{n}", full_name=f"Person {n}", email=f"p{n}@example.org") for n in range(int(number))
    )
    users = list(User.objects.filter(login__startswith="p").order_by("pk"))
    with writing():
        Assignment.objects.bulk_create(
            Assignment(
                user=user, role_id="employee", unit=unit, effective_from=today - timedelta(days=9), recorded_at=now
            )
            for user in users
        )
        Person.objects.bulk_create(
            Person(full_name=user.full_name, email=user.email, unit=unit, user=user, recorded_at=now) for user in users
        )
        Certification.objects.bulk_create(
            Certification(
                person=person, issuer="Some Institute", code="CISP", number=str(person.pk), added_by=users[0],
                issued_on=today - timedelta(days=700), expires_on=today + timedelta(days=7), recorded_at=now,
            )
            for person in Person.objects.all()
        )  # fmt: skip


def enqueue() -> None:
    remind.enqueue()


def work() -> None:
    Worker("reminding", lease=timedelta(minutes=5)).drain()


def reap() -> None:
    """Takes back lapsed leases, as if an hour had passed."""
    leases.reap(leases.machine_time() + timedelta(hours=1))


def state() -> None:
    tasks = sorted(DBTaskResult.objects.values_list("status", flat=True))
    effects = Effect.objects.filter(key__startswith="reminders.tell")
    print(json.dumps({"tasks": tasks, "claimed": effects.filter(state="claimed").count(), "tried": effects.count()}))


def main(*steps: str) -> None:
    """Does each step in turn: a command with its words after colons."""
    for step in steps:
        command, *words = step.split(":")
        {"prepare": prepare, "enqueue": enqueue, "work": work, "reap": reap, "state": state}[command](*words)


if __name__ == "__main__":
    main(*sys.argv[1:])
