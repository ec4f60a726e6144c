"""When a schedule is due next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.kernel.jobs.rules import RuleError, next_run

TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))
ZONES = st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe"])
RULES = st.sampled_from(["every 15m", "every 7s", "0 7 * * 1-5", "30 2 * * *", "*/20 8-10 1,15 * *", "5 0 29 2 *"])


def local(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone))


@settings(max_examples=50, deadline=None)
@given(RULES, ZONES, TIMES)
def test_the_next_run_is_later_and_nothing_is_due_in_between(rule: str, zone: str, after: datetime) -> None:
    due = next_run(rule, zone, after)
    assert due > after
    assert next_run(rule, zone, due - timedelta(seconds=1)) == due
    between = after + (due - after) / 2
    assert next_run(rule, zone, between) == due


@settings(max_examples=50, deadline=None)
@given(ZONES, TIMES)
def test_a_daily_rule_falls_due_once_on_each_local_day(zone: str, after: datetime) -> None:
    first = next_run("30 9 * * *", zone, after)
    second = next_run("30 9 * * *", zone, first)
    place = ZoneInfo(zone)
    assert second.astimezone(place).date() - first.astimezone(place).date() == timedelta(days=1)
    assert second.astimezone(place).strftime("%H:%M") == "09:30"


def test_an_interval_falls_on_whole_multiples_so_it_does_not_drift() -> None:
    assert next_run("every 15m", "UTC", datetime(2025, 1, 1, 8, 7, 3, tzinfo=UTC)) == datetime(
        2025, 1, 1, 8, 15, tzinfo=UTC
    )


def test_working_days_in_shanghai_skip_the_weekend() -> None:
    friday = local("Asia/Shanghai", 2025, 3, 7, 7, 0)
    assert next_run("0 7 * * 1-5", "Asia/Shanghai", friday) == local("Asia/Shanghai", 2025, 3, 10, 7, 0)


def test_a_local_time_that_the_day_skips_falls_due_after_the_gap() -> None:
    before = local("America/New_York", 2025, 3, 9, 0, 0)
    assert next_run("30 2 * * *", "America/New_York", before) == local("America/New_York", 2025, 3, 9, 3, 30)


def test_a_local_time_that_the_day_has_twice_falls_due_once() -> None:
    first = next_run("30 1 * * *", "America/New_York", local("America/New_York", 2025, 11, 2, 0, 0))
    assert first == datetime(2025, 11, 2, 5, 30, tzinfo=UTC)
    assert next_run("30 1 * * *", "America/New_York", first) == local("America/New_York", 2025, 11, 3, 1, 30)


def test_either_day_field_matches_when_both_are_restricted() -> None:
    found = [next_run("0 0 13 * 5", "UTC", datetime(2025, 6, 1, tzinfo=UTC))]
    for _ in range(2):
        found.append(next_run("0 0 13 * 5", "UTC", found[-1]))
    assert [due.day for due in found] == [6, 13, 20]


def test_sunday_is_both_nought_and_seven() -> None:
    after = datetime(2025, 6, 2, tzinfo=UTC)
    assert (
        next_run("0 0 * * 0", "UTC", after) == next_run("0 0 * * 7", "UTC", after) == datetime(2025, 6, 8, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("rule", "zone"),
    [
        ("", "UTC"),
        ("every 0m", "UTC"),
        ("every 5 minutes", "UTC"),
        ("60 * * * *", "UTC"),
        ("* * 0 * *", "UTC"),
        ("*/0 * * * *", "UTC"),
        ("5-1 * * * *", "UTC"),
        ("0 0 31 2 *", "UTC"),
        ("0 0 * * *", "Mars/Olympus"),
        ("0 0 * * *", "../etc/passwd"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(rule: str, zone: str) -> None:
    with pytest.raises(RuleError):
        next_run(rule, zone, datetime(2025, 1, 1, tzinfo=UTC))
