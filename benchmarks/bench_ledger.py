"""How fast the ledger is written and verified in a database, beside the naive way of doing both.

    python benchmarks/bench_ledger.py [--leaves 50000] [--actions 200] [--repeats 3] [--json FILE]

The home is made for the run, on SQLite with synchronous=FULL. The peer is a hash chain as it is usually written: every
entry holds the hash of the one before, is stored as JSON columns through the ORM, one transaction each, and is verified by
reading rows through the ORM, writing each again as canonical JSON and hashing that. It runs on the same machine, disk and
contents, and both must find the same altered row before anything is timed.

Budgets: append >= 2,000 leaves/s in bulk, verify >= 200,000 leaves/s on stored bytes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

BATCH = 5000
START = datetime(2025, 1, 1, tzinfo=UTC)


def measure(work: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Median seconds of wall clock and of processor time."""
    wall, processor = [], []
    for _ in range(repeats):
        begun, used = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - begun)
        processor.append(time.process_time() - used)
    return statistics.median(wall), statistics.median(processor)


def open_home(folder: Path) -> None:
    from quarterdeck.settings.home import create_home

    create_home(folder, {"demo": True})
    os.environ["QUARTERDECK_HOME"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "quarterdeck.settings.live"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from quarterdeck.kernel.setup import found

    found("Benchmark Ltd")


def contents(number: int) -> dict[str, object]:
    """What a record of ordinary size says."""
    return {
        "id": number,
        "name": f"Record number {number}",
        "note": "Evaluated before engagement; conditions accepted by the owner of the contract.",
        "recorded_at": (START + timedelta(seconds=number)).isoformat(),
        "revision": 1,
        "state": "active",
        "unit_id": number % 25 + 1,
    }


def fill(count: int) -> None:
    """Append in bulk, as an import does."""
    import secrets

    from django.db import transaction

    from quarterdeck.engines.merkle.canonical import canonical_bytes
    from quarterdeck.engines.merkle.commitment import commit
    from quarterdeck.kernel.ledger.append import Draft, Entry, append_many
    from quarterdeck.kernel.ledger.models import Head
    from quarterdeck.kernel.setup import system_user

    actor, first = system_user().pk, Head.objects.get().size
    for start in range(first, first + count, BATCH):
        entries = []
        for number in range(start, min(start + BATCH, first + count)):
            salt, content = secrets.token_bytes(16), canonical_bytes(contents(number))
            draft = Draft("sample.thing", number, 1, salt, content, commit(salt, content))
            entries.append(
                Entry(
                    START + timedelta(seconds=number), "sample.thing.create", actor, False, "sample.thing", number,
                    "sample.thing.view", None, None, (draft,), (),
                )
            )  # fmt: skip
        with transaction.atomic():
            append_many(entries)


def act(count: int) -> None:
    """Whole actions through form, permission and guard, each committed to the disk by itself."""
    from quarterdeck.kernel.actions import Actor, perform
    from quarterdeck.kernel.permissions.models import Unit
    from quarterdeck.kernel.setup import system_user

    who, unit = Actor(system_user(), system=True), Unit.objects.filter(parent=None).get()
    for number in range(count):
        perform("permissions.unit.change", who, unit.pk, {"name": f"Benchmark {number} Ltd"})


def stored_bytes(expected: int) -> None:
    """The first pass alone: every stored byte hashed, the tree over it."""
    from quarterdeck.kernel.ledger.reading import snapshot
    from quarterdeck.kernel.ledger.verify import leaves
    from quarterdeck.kernel.ledger.verify.verdict import Findings

    findings = Findings()
    with snapshot():
        computed, _roots = leaves.hash_leaves(findings, {})
    assert (computed.size, bool(findings)) == (expected, False)


def everything(expected: int) -> None:
    """The whole verification, as ``ledger verify`` does it."""
    from quarterdeck.kernel.ledger.verify import verify

    found = verify()
    assert (found.ok, found.size) == (True, expected), found.problems


# ---------------------------------------------------------------- the peer


def chain_model() -> type:
    from django.db import connection, models

    class Link(models.Model):
        at = models.DateTimeField()
        action = models.CharField(max_length=100)
        actor = models.BigIntegerField()
        record_type = models.CharField(max_length=80)
        record_id = models.BigIntegerField()
        content = models.JSONField()
        before = models.CharField(max_length=64)
        digest = models.CharField(max_length=64)

        class Meta:
            app_label = "bench"

    with connection.schema_editor() as editor:
        editor.create_model(Link)
    return Link


def link_digest(row: object) -> str:
    said = {
        "at": row.at.isoformat(),  # type: ignore[attr-defined]
        "action": row.action,  # type: ignore[attr-defined]
        "actor": row.actor,  # type: ignore[attr-defined]
        "record": [row.record_type, row.record_id],  # type: ignore[attr-defined]
        "content": row.content,  # type: ignore[attr-defined]
        "before": row.before,  # type: ignore[attr-defined]
    }
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def chain(model: type, count: int, bulk: bool) -> None:
    from django.db import transaction

    last = model.objects.order_by("-pk").first()  # type: ignore[attr-defined]
    before = last.digest if last else ""
    rows = []
    for number in range(count):
        row = model(
            at=START + timedelta(seconds=number), action="sample.thing.create", actor=1, record_type="sample.thing",
            record_id=number, content=contents(number), before=before,
        )  # fmt: skip
        row.digest = before = link_digest(row)
        if bulk:
            rows.append(row)
        else:
            with transaction.atomic():
                row.save()
    if bulk:
        for start in range(0, count, BATCH):
            with transaction.atomic():
                model.objects.bulk_create(rows[start : start + BATCH])  # type: ignore[attr-defined]


def verify_chain(model: type) -> int | None:
    """Number of the first link that is wrong; None when all are right."""
    before = ""
    for row in model.objects.order_by("pk").iterator(chunk_size=2000):  # type: ignore[attr-defined]
        if row.before != before or link_digest(row) != row.digest:
            return int(row.record_id)
        before = row.digest
    return None


def both_find_an_altered_row(model: type) -> None:
    from django.db import connection

    from quarterdeck.kernel.ledger import triggers
    from quarterdeck.kernel.ledger.verify import verify

    with connection.cursor() as cursor:
        triggers.take("sqlite", cursor)
        cursor.execute("SELECT body FROM ledger_leaf WHERE seq = 7")
        body = cursor.fetchone()[0]
        cursor.execute("UPDATE ledger_leaf SET body = %s WHERE seq = 7", [body.replace(b"create", b"forged")])
        assert verify().first_bad == 7
        cursor.execute("UPDATE ledger_leaf SET body = %s WHERE seq = 7", [body])
        triggers.put("sqlite", cursor)
    row = model.objects.get(record_id=7, pk__lt=100)  # type: ignore[attr-defined]
    model.objects.filter(pk=row.pk).update(action="sample.thing.forged")  # type: ignore[attr-defined]
    assert verify_chain(model) == 7
    model.objects.filter(pk=row.pk).update(action=row.action)  # type: ignore[attr-defined]


def main() -> int:
    parser = argparse.ArgumentParser(description="Ledger in a database: append and verify, beside a naive hash chain.")
    parser.add_argument("--leaves", type=int, default=50_000)
    parser.add_argument("--actions", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    results: dict[str, dict[str, float]] = {}

    def note(name: str, count: int, seconds: tuple[float, float]) -> None:
        wall, processor = seconds
        results[name] = {"per_second": count / wall, "per_processor_second": count / processor}

    with tempfile.TemporaryDirectory(prefix="quarterdeck-bench-") as folder:
        open_home(Path(folder) / "home")
        from quarterdeck.kernel.ledger.models import Head

        model = chain_model()
        fill(100)
        chain(model, 100, bulk=True)
        both_find_an_altered_row(model)
        note("append in bulk", options.leaves, measure(lambda: fill(options.leaves), 1))
        note("append in bulk, naive chain", options.leaves, measure(lambda: chain(model, options.leaves, True), 1))
        note("whole actions, one commit each", options.actions, measure(lambda: act(options.actions), options.repeats))
        note(
            "naive chain, one commit each",
            options.actions,
            measure(lambda: chain(model, options.actions, False), options.repeats),
        )
        size = Head.objects.get().size
        note("verify stored bytes", size, measure(lambda: stored_bytes(size), options.repeats))
        note("verify everything", size, measure(lambda: everything(size), options.repeats))
        links = model.objects.count()  # type: ignore[attr-defined]
        note("verify naive chain", links, measure(lambda: verify_chain(model), options.repeats))

    print(f"{'':34}{'per second':>14}{'per CPU second':>18}")
    for name, found in results.items():
        print(f"{name:34}{found['per_second']:>14,.0f}{found['per_processor_second']:>18,.0f}")
    ratios = {
        name: results[ours]["per_processor_second"] / results[theirs]["per_processor_second"]
        for name, ours, theirs in (
            ("append in bulk / naive chain", "append in bulk", "append in bulk, naive chain"),
            ("verify stored bytes / naive chain", "verify stored bytes", "verify naive chain"),
            ("verify everything / naive chain", "verify everything", "verify naive chain"),
        )
    }
    for name, ratio in ratios.items():
        print(f"{name:40}{ratio:>8.1f} times")
    budgets = {"append in bulk": 2_000, "verify stored bytes": 200_000}
    for name, budget in budgets.items():
        kept = results[name]["per_processor_second"] >= budget
        print(f"budget {name}: {budget:,}/s {'kept' if kept else 'MISSED'} by processor time")
    if options.json:
        document = {"leaves": size, "results": results, "ratios": ratios, "budgets": budgets}
        Path(options.json).write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
