"""CPU and queries of the programme's pages in a company of 20,000, and how long its reminders of a day and a course for everybody take.

A throw-away home with 20,000 employees who can sign in, 200 courses, 200,000 training assignments, 1,000 vendors and
100,000 acknowledgements of policies is built on SQLite, and on the PostgreSQL server that QUARTERDECK_TEST_DATABASE
names, if it is set. Pages are asked for through the WSGI application with a session, as in ``bench_list_page.py``.

The home is built by one process and served by another, as a company's is.

    python benchmarks/bench_programme.py [--json PATH] [--people N] [--home FOLDER]

With ``--home`` the home is built in that folder if it is not there, and stays: to measure again without building.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from asking import asked
from bench_list_page import fresh_database, pace

ROOT = Path(__file__).resolve().parent.parent
BUDGET_MS, BUDGET_QUERIES = 10.0, 8
ROUNDS = 25
UNITS, COURSES, VENDORS, POLICIES = 60, 200, 1_000, 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", dest="out", metavar="PATH")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--home", type=Path, metavar="FOLDER")
    parser.add_argument("--child", choices=("build", "pages", "jobs"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        print(json.dumps(CHILDREN[args.child](args)))
        return 0
    found = []
    for server in [""] + ([url] if (url := os.environ.get("QUARTERDECK_TEST_DATABASE")) else []):
        url = fresh_database(server) if server else ""
        with tempfile.TemporaryDirectory(prefix="quarterdeck-bench-") as folder:
            home = args.home if args.home and not server else Path(folder) / "home"
            result: dict[str, Any] = {}
            if not home.exists():
                sys.path.insert(0, str(ROOT / "src"))
                from quarterdeck.settings.home import create_home

                create_home(home, {"database_url": url} if url else {})
                result |= child("build", home, args.people)
            for what in ("pages",) if args.home else ("pages", "jobs"):
                result |= child(what, home, args.people)
            found.append(result)
    for result in found:
        table(result)
    if args.out:
        Path(args.out).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


def child(what: str, home: Path, people: int) -> dict[str, Any]:
    """One step in a process of its own."""
    words = [sys.executable, __file__, "--child", what, "--home", str(home), "--people", str(people)]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    run = subprocess.run(words, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def table(result: dict[str, Any]) -> None:
    print(f"\n{result['database']}: {result['people']:,} people, {result['assignments']:,} training assignments, "
          f"{result['vendors']:,} vendors, {result['acknowledgements']:,} acknowledgements; a million additions in "
          f"{result['million_additions_ms']} ms (budget {BUDGET_MS:g} ms CPU, {BUDGET_QUERIES} queries for list pages)")  # fmt: skip
    print(f"{'person':<28}{'page':<58}{'queries':>8}{'CPU ms':>9}{'wall ms':>9}")
    for line in result["lines"]:
        over = " over" if line["cpu_ms"] > BUDGET_MS or line["queries"] > BUDGET_QUERIES else ""
        print(f"{line['person']:<28}{line['page']:<58}{line['queries']:>8}{line['cpu_ms']:>9.2f}{line['wall_ms']:>9.2f}{over}")  # fmt: skip
    if "reminders" not in result:
        return
    told = result["reminders"]
    print(f"reminders of one day: {told['mails']:,} mails in {told['cpu_s']:.1f} s CPU ({told['per_s']:,.0f} a second); "
          f"the day once more: {told['again']} mails")  # fmt: skip
    given = result["assigning"]
    print(f"a course for everybody: {given['assigned']:,} assigned in {given['cpu_s']:.1f} s CPU ({given['per_s']:,.0f} a second); "
          f"the night after: {given['again']}")  # fmt: skip


# ---------------------------------------------------------------- in the child processes


def ready(home: Path) -> None:
    os.environ["QUARTERDECK_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "quarterdeck.settings.live"
    import django

    django.setup()
    from django.conf import settings

    from quarterdeck.kernel import tables

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tables.prepare()


def built(args: argparse.Namespace) -> dict[str, Any]:
    ready(args.home)
    from django.db import connection

    people = build(args.people)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    (args.home / "people.json").write_text(json.dumps([(what, user.pk) for what, user in people]), encoding="utf-8")
    return {}


def pages(args: argparse.Namespace) -> dict[str, Any]:
    ready(args.home)
    from django.db import connection

    from quarterdeck.areas.policies.models import Acknowledgement
    from quarterdeck.areas.training.models import Assignment, Course
    from quarterdeck.areas.vendors.models import Vendor
    from quarterdeck.kernel.accounts.models import User

    gc.collect()
    gc.freeze()
    wanted = {
        "security officer": (
            "/records/training.assignment/", "/records/training.assignment/?state=assigned", "/training/completion/", "/tasks/",
            "/records/vendors.vendor/", "/records/people.person/", "/records/policies.acknowledgement/",
            "/records/training.course/",
        ),
        "owner of one unit": (
            "/tasks/", "/records/training.assignment/", "/training/completion/", "/records/vendors.vendor/", "/records/people.person/",
        ),
        "employee": ("/tasks/", "/training/", "/records/training.assignment/"),
    }  # fmt: skip
    people = json.loads((args.home / "people.json").read_text(encoding="utf-8"))
    lines = [
        line
        for what, key in people
        for line in asked(what, User.objects.get(pk=key), [(one, one) for one in wanted[what]], ROUNDS)
    ]
    return {
        "database": connection.vendor,
        "people": User.objects.filter(login__startswith="p").count(),
        "courses": Course.objects.count(),
        "assignments": Assignment.objects.count(),
        "vendors": Vendor.objects.count(),
        "acknowledgements": Acknowledgement.objects.count(),
        "lines": lines,
        "million_additions_ms": pace(),
    }


def jobs(args: argparse.Namespace) -> dict[str, Any]:
    ready(args.home)
    return {"reminders": reminders(), "assigning": assigning()}


CHILDREN = {"build": built, "pages": pages, "jobs": jobs}


def build(number: int) -> list[tuple[str, Any]]:
    """Fill the home, past the actions: what is measured is reading. Whose pages are measured."""
    from quarterdeck.areas.people.models import Person
    from quarterdeck.areas.policies.models import Acknowledgement, Policy, PolicyVersion
    from quarterdeck.areas.training.counting import recount
    from quarterdeck.areas.training.models import Assignment, Certificate, Course, CourseVersion
    from quarterdeck.areas.vendors.models import Vendor
    from quarterdeck.kernel import clock
    from quarterdeck.kernel.accounts.models import User
    from quarterdeck.kernel.actions import Actor, perform
    from quarterdeck.kernel.permissions.models import Assignment as Held
    from quarterdeck.kernel.records import writing
    from quarterdeck.kernel.setup import found, system_user

    whole = found("Benchmark")
    system = Actor(system_user(), system=True)
    now, today = clock.now(), clock.today()
    units = [
        perform(
            "permissions.unit.create", system, data={"code": f"u{n}", "name": f"Unit {n}", "kind": "business", "parent": whole.pk}
        ).record
        for n in range(UNITS)
    ]  # fmt: skip
    chance = random.Random(7)
    base = {"revision": 1, "recorded_at": now}
    User.objects.bulk_create(
        (User(login=f"p{n}", full_name=f"Person {n:05}", email=f"p{n}@example.org") for n in range(number)), batch_size=500
    )  # fmt: skip
    users = list(User.objects.filter(login__startswith="p").order_by("pk"))
    with writing():
        Person.objects.bulk_create(
            (
                Person(full_name=user.full_name, email=user.email, unit=units[place % UNITS], user=user, **base)
                for place, user in enumerate(users)
            ),
            batch_size=500,
        )
        Held.objects.bulk_create(
            (
                Held(
                    user=user, role_id="employee", unit=units[place % UNITS], effective_from=today - timedelta(days=99), **base
                )
                for place, user in enumerate(users)
            ),
            batch_size=500,
        )  # fmt: skip
        persons = list(Person.objects.order_by("pk"))
        versions = []
        for n in range(COURSES):
            course = Course.objects.create(title=f"Course {n:03}", unit=whole, **base)
            versions.append(
                CourseVersion.objects.create(
                    course=course, number=1, state="published", drafted_by=users[0], published_on=today, **base
                )
            )
        made = []
        for place, person in enumerate(persons):
            for step in range(10):
                version = versions[(place * 7 + step * 13) % COURSES]
                age = chance.randrange(400)
                done = chance.random() < 0.93 if age > 20 else False
                made.append(
                    Assignment(
                        person=person, course_id=version.course_id, version=version, unit_id=person.unit_id,
                        occasion_on=today - timedelta(days=age), assigned_on=today - timedelta(days=age),
                        due_on=today - timedelta(days=age - 30), state="completed" if done else "assigned",
                        completed_on=today - timedelta(days=age - 10) if done else None, **base,
                    )
                )  # fmt: skip
        Assignment.objects.bulk_create(made, batch_size=500)
        Certificate.objects.bulk_create(
            (
                Certificate(
                    number=f"C-{one.pk:08}", assignment=one, issued_on=one.completed_on, content_sha256="0" * 64, **base
                )
                for one in made
                if one.state == "completed"
            ),
            batch_size=500,
        )
        policies = [
            Policy.objects.create(
                title=f"Policy {n}", kind="other", level="policy", unit=whole, owner=persons[0], review_months=12, **base
            )
            for n in range(POLICIES)
        ]  # fmt: skip
        for policy in policies:
            version = PolicyVersion.objects.create(
                policy=policy, number="1", text="# Words\n\nWords.", sha256="0" * 64, state="published", prepared_by=users[0],
                effective_from=today - timedelta(days=50), **base,
            )  # fmt: skip
            Acknowledgement.objects.bulk_create(
                (acknowledgement(Acknowledgement, version, person, today, base, chance) for person in persons), batch_size=500
            )  # fmt: skip
        Vendor.objects.bulk_create(
            (
                Vendor(name=f"Vendor {n:04}", unit=units[n % UNITS], country="SG", service="Something", **base)
                for n in range(VENDORS)
            ),
            batch_size=500,
        )
    recount()
    chosen = []
    for what, role, unit in (("security officer", "ciso", whole), ("owner of one unit", "unit_owner", units[3])):
        user = User.objects.create(login=role, full_name=what, email=f"{role}@example.org")
        perform(
            "permissions.assignment.create", system,
            data={"user": user.pk, "role": role, "unit": unit.pk, "effective_from": "2000-01-01"},
        )  # fmt: skip
        chosen.append((what, user))
    return [*chosen, ("employee", users[number // 2])]


def acknowledgement(model: Any, version: Any, person: Any, today: Any, base: dict[str, Any], chance: Any) -> Any:
    done = chance.random() < 0.9
    return model(
        version=version, person=person, sha256=version.sha256, asked_on=today - timedelta(days=40),
        due_on=today + timedelta(days=chance.randrange(-3, 12)), state="done" if done else "open",
        acknowledged_at=base["recorded_at"] if done else None, **base,
    )  # fmt: skip


def reminders() -> dict[str, Any]:
    """One day's reminders from finding whom to tell to the last mail handed over, and the same day once more."""
    from django.core import mail

    from quarterdeck.kernel.jobs.worker import Worker
    from quarterdeck.workflows.reminding import remind

    mail.outbox = []
    burned = time.process_time()
    remind.enqueue()
    Worker("bench").drain()
    took = time.process_time() - burned
    first = len(mail.outbox)
    remind.enqueue()
    Worker("bench").drain()
    return {"mails": first, "cpu_s": round(took, 2), "per_s": round(first / took, 1), "again": len(mail.outbox) - first}


def assigning() -> dict[str, Any]:
    """A course assigned to the whole company, from asking whom it means to the last leaf, and what the next night adds."""
    from quarterdeck.areas.training.jobs import assign_due
    from quarterdeck.areas.training.models import Assignment, Course, CourseVersion
    from quarterdeck.kernel import clock
    from quarterdeck.kernel.accounts.models import User
    from quarterdeck.kernel.actions import Actor, perform
    from quarterdeck.kernel.jobs.worker import Worker
    from quarterdeck.kernel.permissions.models import Unit
    from quarterdeck.kernel.records import writing
    from quarterdeck.kernel.setup import system_user

    whole = Unit.objects.get(parent=None)
    author = User.objects.order_by("pk")[0]
    base = {"revision": 1, "recorded_at": clock.now()}
    with writing():
        course = Course.objects.create(title="One more course", unit=whole, **base)
        CourseVersion.objects.create(
            course=course, number=1, state="published", drafted_by=author, published_on=clock.today(), **base
        )
    Worker("bench").drain()
    rule = {"course": course.pk, "unit": whole.pk, "recurrence_months": 12, "days_allowed": 30}
    rule["effective_from"] = clock.today().isoformat()
    perform("training.assignmentrule.add", Actor(system_user(), system=True), None, rule)
    theirs = Assignment.objects.filter(course=course)
    burned = time.process_time()
    Worker("bench").drain()
    took = time.process_time() - burned
    first = theirs.count()
    assign_due.enqueue()
    Worker("bench").drain()
    return {
        "assigned": first,
        "cpu_s": round(took, 2),
        "per_s": round(first / took, 1),
        "again": theirs.count() - first,
    }


if __name__ == "__main__":
    raise SystemExit(main())
