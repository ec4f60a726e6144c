"""CPU and queries of the pages of risk in a large register, and what taking a register in and sending it out costs.

A throw-away home with 60 units, 300 people and 10,000 open risks (or as many as asked for), each with its estimates, a third of them
with treatments, some accepted, some tied to safeguards, is built on SQLite, and on the PostgreSQL server that
QUARTERDECK_TEST_DATABASE names, if it is set. Pages are asked for through the WSGI application with a session, as in
``bench_list_page.py``; the first request of a process is told beside the median of the later ones. A file of as many new risks is
then read, compared and taken in, with the time during which nobody else could have saved.

    python benchmarks/bench_risks.py [--json PATH] [--risks N] [--imported N]
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from asking import asked
from bench_list_page import fresh_database, pace

ROOT = Path(__file__).resolve().parent.parent
BUDGET_MS, BUDGET_QUERIES = 10.0, 8
ROUNDS = 15
UNITS, PEOPLE, CATEGORIES, LAWS = 60, 300, 8, 400


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", dest="out", metavar="PATH")
    parser.add_argument("--risks", type=int, default=10_000)
    parser.add_argument(
        "--imported", type=int, help="new risks in the file that is taken in; as many as there are risks"
    )
    parser.add_argument("--pages-only", action="store_true")
    parser.add_argument("--child", metavar="HOME", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        print(json.dumps(measure(args)))
        return 0
    found = []
    for server in [""] + ([url] if (url := os.environ.get("QUARTERDECK_TEST_DATABASE")) else []):
        url = fresh_database(server) if server else ""
        with tempfile.TemporaryDirectory(prefix="quarterdeck-bench-") as folder:
            sys.path.insert(0, str(ROOT / "src"))
            from quarterdeck.settings.home import create_home

            create_home(Path(folder) / "home", {"database_url": url} if url else {})
            words = [sys.executable, __file__, "--child", f"{folder}/home", *_passed(args)]
            environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
            run = subprocess.run(words, env=environment, stdout=subprocess.PIPE, check=True, text=True)
            found.append(json.loads(run.stdout.splitlines()[-1]))
    for result in found:
        table(result)
    if args.out:
        Path(args.out).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


def _passed(args: argparse.Namespace) -> list[str]:
    words = ["--risks", str(args.risks)]
    words += ["--imported", str(args.imported)] if args.imported is not None else []
    return words + (["--pages-only"] if args.pages_only else [])


def table(result: dict[str, Any]) -> None:
    print(f"\n{result['database']}: {result['risks']:,} open risks in {UNITS} units; a million additions in "
          f"{result['million_additions_ms']} ms (budget of the register {BUDGET_MS:g} ms CPU, {BUDGET_QUERIES} queries)")  # fmt: skip
    print(f"{'person':<20}{'page':<34}{'queries':>8}{'CPU ms':>10}{'wall ms':>10}{'first ms':>10}")
    for line in result["lines"]:
        print(f"{line['person']:<20}{line['page']:<34}{line['queries']:>8}{line['cpu_ms']:>10.2f}{line['wall_ms']:>10.2f}"
              f"{line['first_ms']:>10.0f}")  # fmt: skip
    for name, took in result.get("files", {}).items():
        print(f"{name:<44} " + ", ".join(f"{what} {value:,.2f}" for what, value in took.items()))


# ---------------------------------------------------------------- in the child process


def measure(args: argparse.Namespace) -> dict[str, Any]:
    os.environ["QUARTERDECK_HOME"] = args.child
    os.environ["DJANGO_SETTINGS_MODULE"] = "quarterdeck.settings.live"
    import django

    django.setup()
    from django.db import connection

    from quarterdeck.kernel import tables

    tables.prepare()
    people = build(args.risks)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    gc.collect()
    gc.freeze()
    lines = [line for what, user in people for line in asked(what, user, pages(what, user), ROUNDS)]
    result = {"database": connection.vendor, "risks": args.risks, "lines": lines, "million_additions_ms": pace()}
    if not args.pages_only:
        result["files"] = files(dict(people)["security officer"], args.imported or args.risks)
    return result


def pages(what: str, user: Any) -> list[tuple[str, str]]:
    """Name and address of each page that is measured."""
    from quarterdeck.areas.risks.models import Analysis, Risk

    middle = Risk.objects.order_by("pk")[Risk.objects.count() // 2]
    if what != "security officer":
        middle = Risk.objects.filter(unit__code="u3").order_by("-exposure")[0]
    found = [("register", "/risks/"), ("register, a word searched", "/risks/?q=outage"), ("register, one category", "/risks/?category=3"),
             ("a risk", f"/risks/{middle.pk}/"), ("a risk beside the list", f"/risks/{middle.pk}/panel/"),
             ("its estimate, the editor", f"/risks/{middle.pk}/estimate/"), ("profile", "/risks/profile/")]  # fmt: skip
    if what == "security officer":
        found += [("a new scenario, the editor", "/risks/new/"), ("board page", "/risks/board/"), ("materiality", "/risks/materiality/"),
                  ("register, second page", "/risks/?" + _second(user))]  # fmt: skip
        found += [
            (f"analysis of {row.risks:,} risks", f"/risks/analyses/{row.pk}/")
            for row in Analysis.objects.order_by("risks")
        ]
    return found


def _second(user: Any) -> str:
    from quarterdeck.areas.risks.models import Risk
    from quarterdeck.kernel.resource.listing import Query, page
    from quarterdeck.kernel.resource.registry import resource_of
    from quarterdeck.kernel.resource.sight import Sight

    return f"after={page(resource_of(Risk), Sight(user), Query(filters={'state': ['open']})).next}"


def build(number: int) -> list[tuple[str, Any]]:
    """Fill the home, past the actions: what is measured is reading."""
    from quarterdeck.areas.people.models import Person
    from quarterdeck.areas.risks.models import (
        Acceptance,
        Appetite,
        Estimate,
        FinancialBaseline,
        MaterialityThreshold,
        Rating,
        Risk,
        RiskCategory,
        RiskSafeguard,
        Treatment,
    )
    from quarterdeck.areas.safeguards.models import Safeguard
    from quarterdeck.kernel import clock
    from quarterdeck.kernel.accounts.models import User
    from quarterdeck.kernel.actions import Actor, perform
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
    chosen = []
    for what, role, unit in (("security officer", "ciso", whole), ("owner of one unit", "unit_owner", units[3])):
        user = User.objects.create(login=role, full_name=what, email=f"{role}@example.org")
        perform(
            "permissions.assignment.create", system,
            data={"user": user.pk, "role": role, "unit": unit.pk, "effective_from": "2000-01-01"},
        )  # fmt: skip
        chosen.append((what, user))
    author = chosen[0][1]
    laws = [law(chance) for _ in range(LAWS)]
    with writing():
        Person.objects.bulk_create(
            Person(full_name=f"Person {n:03}", email=f"p{n}@example.org", unit=units[n % UNITS], **base)
            for n in range(PEOPLE)
        )
        persons = list(Person.objects.order_by("pk"))
        categories = [
            RiskCategory.objects.create(code=f"c{n}", name=f"Category {n}", place=n, **base) for n in range(CATEGORIES)
        ]
        safeguards = [
            Safeguard.objects.create(
                name=f"Safeguard {n}", unit=whole, owner=persons[n], kind="technical", state="operating", **base
            )
            for n in range(20)
        ]
        for name, amount in (("low", 0), ("moderate", 50_000), ("high", 500_000)):
            Rating.objects.create(label=name, from_amount=amount, **base)
        Appetite.objects.create(
            unit=whole, statement="We bear what trading brings.", expected_limit=number * 40_000, curve=f"{number * 90_000} 5%",
            owner_may_accept=50_000, ciso_may_accept=200_000, effective_from=today - timedelta(days=300), **base,
        )  # fmt: skip
        FinancialBaseline.objects.create(
            period_from=today - timedelta(days=800), period_until=today - timedelta(days=400), revenue=10**10, pretax_income=10**9,
            total_assets=10**11, equity=10**10, source="The report", state="confirmed", recorded_by=author, **base,
        )  # fmt: skip
        MaterialityThreshold.objects.create(
            name="5 % of income", base="pretax_income", percent=Decimal(5), because="A convention.", **base
        )
        risks = []
        for place in range(number):
            _told, figures = laws[place % LAWS]
            risks.append(
                Risk(
                    number=f"R-{place + 1}", title=f"{('Outage', 'Leak', 'Fraud')[place % 3]} at service {place}", threat="Criminal group",
                    origin="external", asset=f"Service {place % 977}", effect="availability", category=categories[place % CATEGORIES],
                    description="From a weak password to a standstill. " * 5, owner=persons[chance.randrange(PEOPLE)],
                    unit=units[chance.randrange(UNITS)], next_review=today + timedelta(days=chance.randrange(-30, 300)),
                    opened_on=today - timedelta(days=200), exposure=figures.expected, expected=figures.expected, bad_year=figures.bad_year,
                    chance=figures.any_loss, event_low=figures.event_low, event_high=figures.event_high, **base,
                )
            )  # fmt: skip
        Risk.objects.bulk_create(risks, batch_size=500)
        made = []
        for place, risk in enumerate(risks):
            told, figures = laws[place % LAWS]
            former = {"replaced_on": today - timedelta(days=50)}
            for more, back in ((former, 200), ({}, 50)):
                made.append(
                    Estimate(
                        risk=risk, kind="current", estimator_id=risk.owner_id, source="Workshop", because="Own records.", made_by=author,
                        made_on=today - timedelta(days=back), expected=figures.expected, bad_year=figures.bad_year,
                        worst_year=figures.worst_year, any_loss=figures.any_loss, **told, **more, **base,
                    )
                )  # fmt: skip
        Estimate.objects.bulk_create(made, batch_size=500)
        Treatment.objects.bulk_create(
            (
                Treatment(
                    risk=risk, title=f"Measure {place}", response="mitigate", owner_id=risk.owner_id, cost=10_000 + place % 997,
                    frequency_left=Decimal("0.5"), severity_left=Decimal(1), due=today + timedelta(days=place % 300 - 20),
                    state="under_way" if place % 2 else "planned", **base,
                )
                for place, risk in enumerate(risks) if place % 3 == 0
            ),
            batch_size=500,
        )  # fmt: skip
        Acceptance.objects.bulk_create(
            (
                Acceptance(
                    risk=risk, accepted_by=author, expected=risk.expected, because="Below the appetite.",
                    effective_from=today - timedelta(days=100), effective_until=today + timedelta(days=20 + place % 200), **base,
                )
                for place, risk in enumerate(risks) if place % 17 == 0
            ),
            batch_size=500,
        )  # fmt: skip
        RiskSafeguard.objects.bulk_create(
            (
                RiskSafeguard(
                    risk=risk, safeguard=safeguards[place % 20], acts="frequency", effectiveness=Decimal("0.6"), coverage=Decimal("0.9"),
                    lapses=Decimal(1), lapse_days=Decimal(3), because="Tests.", **base,
                )
                for place, risk in enumerate(risks) if place % 5 == 0
            ),
            batch_size=500,
        )  # fmt: skip
    for unit, title in ((units[3], "One unit"), (whole, "The enterprise")):
        with contextlib.suppress(Exception):
            perform("risks.analysis.run", system, data={"title": title, "unit": unit.pk, "kind": "current"})
    return chosen


def law(chance: random.Random) -> tuple[dict[str, Any], Any]:
    """How often and how much, with the figures that follow from it."""
    from quarterdeck.areas.risks import scenarios
    from quarterdeck.areas.risks.actions.estimate import keep_law
    from quarterdeck.areas.risks.models import Estimate

    rate = Decimal(chance.randrange(1, 60)) / 100
    low = Decimal(chance.randrange(1, 400)) * 1000
    told = {"often": "rate", "rate_low": rate, "rate_high": rate * chance.randrange(2, 9), "much": "interval", "low": low,
            "high": low * chance.randrange(3, 40)}  # fmt: skip
    estimate = Estimate(**told)
    keep_law(estimate)
    told |= {"shape": estimate.shape, "years": estimate.years}
    return told, scenarios.figures_of(scenarios.scenario_of(estimate, "risk"), "USD")


def files(officer: Any, number: int) -> dict[str, dict[str, float]]:
    """The register sent out in each form, and a file of ``number`` new risks read, compared and taken in."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils.datastructures import MultiValueDict

    from quarterdeck.areas.people.models import Person
    from quarterdeck.areas.risks.files.writing import write_register
    from quarterdeck.areas.risks.models import Risk, RiskCategory
    from quarterdeck.kernel import clock
    from quarterdeck.kernel.actions import perform
    from quarterdeck.kernel.permissions.models import Unit

    found: dict[str, dict[str, float]] = {}
    for form in ("csv", "xlsx", "json"):
        burned = time.process_time()
        written = write_register(Risk.objects.all(), "current", clock.today(), form)
        found[f"sent out as {form}, {Risk.objects.count():,} risks"] = {
            "CPU s": time.process_time() - burned,
            "MB": len(written.content) / 1e6,
        }
    owner, category = Person.objects.order_by("pk")[0], RiskCategory.objects.order_by("pk")[0]
    whole = Unit.objects.get(parent=None)
    for form in ("csv", "xlsx"):
        given = {
            "unit": whole.pk,
            "kind": "current",
            "reason": "Workshop",
            "source": "Workshop",
            "category": category.pk,
            "owner": owner.pk,
        }
        sent = MultiValueDict({"file": [SimpleUploadedFile(f"new.{form}", register_file(form, number))]})
        with stopwatch() as took:
            kept = perform("risks.registerimport.read", officer, None, given, files=sent).record
        found[f"{form} of {number:,} new risks read"] = took
    with stopwatch() as took:
        perform("risks.registerimport.take_in", officer, kept)
    found[f"taken in, {number:,} new risks"] = took
    return found


@contextlib.contextmanager
def stopwatch() -> Iterator[dict[str, float]]:
    """CPU seconds in all, and seconds by the clock from the first statement that others wait for to the end of the transaction."""
    from django.db import connection

    took: dict[str, float] = {}
    began: list[float] = []

    def watch(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if not began and sql.lstrip().upper().startswith(("BEGIN IMMEDIATE", "INSERT", "UPDATE")):
            began.extend((time.perf_counter(), time.process_time()))
        return execute(sql, parameters, many, context)

    burned, started = time.process_time(), time.perf_counter()
    with connection.execute_wrapper(watch):
        yield took
    ended = time.perf_counter()
    took |= {"CPU s": time.process_time() - burned, "wall s": ended - started}
    if began:
        took |= {"others wait s": ended - began[0], "CPU s of that": time.process_time() - began[1]}


def register_file(form: str, number: int) -> bytes:
    """A register of new risks as somebody else would send it."""
    import csv

    from openpyxl import Workbook

    chance = random.Random(number)
    head = ["Title", "Threat", "Where it comes from", "Asset", "Effect", "Events a year, low", "Events a year, high", "One event, low",
            "One event, high"]  # fmt: skip
    rows: list[list[Any]] = []
    for place in range(number):
        rate, low = chance.randrange(1, 60) / 100, chance.randrange(1, 4000) * 1000
        rows.append([f"New {form} scenario {place}", "Criminal group", "external", f"Service {place % 977}", "availability", rate,
                     rate * chance.randrange(2, 9), low, low * chance.randrange(3, 40)])  # fmt: skip
    if form == "csv":
        out = io.StringIO(newline="")
        csv.writer(out).writerows([head, *rows])
        return out.getvalue().encode()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Register")
    for row in [head, *rows]:
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
