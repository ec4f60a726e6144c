"""Enqueuing, claiming, finishing, taking back; effects that happen once; schedules that tick once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from quarterdeck.kernel import clock
from quarterdeck.kernel.jobs import leases, schedules
from quarterdeck.kernel.jobs.effects import NotSent, at_most_once, once
from quarterdeck.kernel.jobs.models import Effect, Lease, Schedule
from quarterdeck.kernel.jobs.worker import Worker
from tests.kernel.jobs import sample

NOON = datetime(2025, 3, 3, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_ran() -> None:
    sample.RAN.clear()


@pytest.fixture
def no_declarations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "_declared", {})


def status() -> list[str]:
    return list(DBTaskResult.objects.order_by("enqueued_at").values_list("status", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_job_is_enqueued_only_when_the_change_that_asks_for_it_commits() -> None:
    with transaction.atomic():
        sample.note.enqueue(label="undone")
        transaction.set_rollback(True)
    with transaction.atomic():
        sample.note.enqueue(label="kept")
    assert Worker("w").drain() == 1
    assert sample.RAN == [("sample.note", "kept", 1)]
    assert DBTaskResult.objects.get().return_value == "KEPT"


@pytest.mark.django_db(transaction=True)
def test_a_failing_job_fails_visibly_and_can_be_started_again_by_a_person() -> None:
    sample.broken.enqueue()
    Worker("w").drain()
    row = DBTaskResult.objects.get()
    assert row.status == "FAILED"
    assert "no such thing" in row.traceback
    assert not Lease.objects.exists()
    assert leases.start_again(row.pk)
    assert status() == ["READY"]
    assert not leases.start_again(row.pk)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_get_the_same_task() -> None:
    for number in range(12):
        sample.note.enqueue(label=str(number))

    def work() -> None:
        try:
            Worker().drain()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(work) for _ in range(3)]:
            done.result(60)
    assert sorted(int(label) for _, label, _ in sample.RAN) == list(range(12))
    assert set(status()) == {"SUCCESSFUL"}


@pytest.mark.django_db(transaction=True)
def test_a_lease_that_was_renewed_is_not_taken_back() -> None:
    sample.note.enqueue(label="slow")
    held = leases.claim("w", lease=timedelta(seconds=1))
    assert held
    assert leases.renew(held, timedelta(hours=1))
    assert leases.reap(leases.machine_time() + timedelta(minutes=1)) == 0
    assert status() == ["RUNNING"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_lost_its_lease_cannot_record_a_result_over_the_other_ones() -> None:
    sample.note.enqueue(label="slept")
    sleeper = leases.claim("sleeper")
    assert sleeper
    assert leases.reap(leases.machine_time() + timedelta(hours=1)) == 1
    other = leases.claim("other")
    assert other
    assert not leases.renew(sleeper)
    assert not leases.succeed(sleeper, "late")
    assert not leases.fail(sleeper, ValueError())
    assert status() == ["RUNNING"]
    assert leases.succeed(other, "right")
    assert DBTaskResult.objects.get().return_value == "right"


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_stops_in_mid_task_gives_it_back_at_once() -> None:
    sample.note.enqueue(label="x")
    held = leases.claim("w")
    assert held
    leases.give_back(held)
    assert status() == ["READY"]
    assert not Lease.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_asked_for_later_waits_for_its_time() -> None:
    with clock.fixed(NOON):
        sample.note.using(run_after=NOON + timedelta(hours=1)).enqueue(label="later")
        assert Worker("w").drain() == 0
    with clock.fixed(NOON + timedelta(hours=1)):
        assert Worker("w").drain() == 1


@pytest.mark.django_db(transaction=True)
def test_without_a_key_each_task_has_an_effect_of_its_own_and_its_rerun_has_none() -> None:
    first, second = sample.unkeyed.enqueue(), sample.unkeyed.enqueue()
    Worker("w").drain()
    DBTaskResult.objects.update(status="READY")
    Worker("w").drain()
    assert sorted(key for _, key, _ in sample.RAN) == sorted([first.id, second.id])


@pytest.mark.django_db(transaction=True)
def test_an_effect_that_failed_may_happen_later_and_one_that_committed_may_not() -> None:
    with pytest.raises(ValueError, match="half way"), once("k"):
        raise ValueError("half way")
    with once("k") as first:
        assert first
    with once("k") as first:
        assert not first


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_tried_again_only_when_it_is_certain_that_nothing_went_out() -> None:
    with pytest.raises(NotSent), at_most_once("m"):
        raise NotSent
    with pytest.raises(TimeoutError), at_most_once("m"):
        raise TimeoutError
    assert Effect.objects.get().state == "claimed"
    with at_most_once("m") as first:
        assert not first


@pytest.mark.django_db(transaction=True)
def test_an_effect_outside_the_database_cannot_be_claimed_inside_a_transaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic(), at_most_once("m"):
        raise AssertionError("must not get here")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_declarations")
def test_a_due_schedule_is_enqueued_once_by_two_schedulers_and_missed_times_are_made_up_by_one_run() -> None:
    schedules.schedule("notes", sample.note, "every 1h", label="hourly")
    with clock.fixed(NOON):
        schedules.install()
        assert schedules.tick() == 0
    with clock.fixed(NOON + timedelta(hours=5)):
        stale = Schedule.objects.get()
        assert schedules.tick() == 1
        # A second scheduler that read the row before the first one moved it:
        assert not schedules._run(stale, clock.now())
        assert schedules.tick() == 0
    assert Schedule.objects.get().next_run == NOON + timedelta(hours=6)
    assert Worker("w").drain() == 1
    assert sample.RAN == [("sample.note", "hourly", 1)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_declarations")
def test_the_table_follows_the_declarations(monkeypatch: pytest.MonkeyPatch) -> None:
    schedules.schedule("kept", sample.note, "0 7 * * *", zone="Asia/Shanghai", label="a")
    schedules.schedule("dropped", sample.note, "every 1h", label="b")
    with clock.fixed(NOON):
        schedules.install()
        due = Schedule.objects.get(name="kept").next_run
        assert due == datetime(2025, 3, 3, 23, 0, tzinfo=UTC)
    monkeypatch.setattr(schedules, "_declared", {})
    schedules.schedule("kept", sample.note, "0 7 * * *", zone="Asia/Shanghai", label="changed")
    with clock.fixed(NOON + timedelta(days=3)):
        schedules.install()
    row = Schedule.objects.get()
    # New arguments, and the run that is overdue is still due: installing again must not skip it.
    assert (row.arguments, row.next_run) == ({"label": "changed"}, due)


@pytest.mark.usefixtures("no_declarations")
def test_two_schedules_or_jobs_of_one_name_are_refused() -> None:
    schedules.schedule("same", sample.note, "every 1h", label="a")
    with pytest.raises(ValueError, match="two schedules"):
        schedules.schedule("same", sample.note, "every 2h", label="a")
