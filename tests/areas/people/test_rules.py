"""Years of experience, and what a certification is worth on a day."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.areas.people.rules import (
    Span,
    Standing,
    anniversary,
    days_counted,
    has_expired,
    merged,
    standing,
    tenure,
)

DAY = date(2024, 12, 31)
FEW = settings(max_examples=50, deadline=None)

_days = st.dates(min_value=date(2015, 1, 1), max_value=date(2027, 12, 31))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(_days)
    length = draw(st.none() | st.integers(min_value=0, max_value=1500))
    return Span(start, None if length is None else start + timedelta(days=length))


def naive_days(given_spans: list[Span], day: date) -> int:
    """The law itself: the set of days that lie in any span and not after ``day``."""
    found: set[int] = set()
    for span in given_spans:
        last = min(day, span.end or day)
        found |= set(range(span.start.toordinal(), last.toordinal() + 1))
    return len(found)


@FEW
@given(st.lists(spans(), max_size=6), _days)
def test_each_day_counts_once_however_many_positions_covered_it(some: list[Span], day: date) -> None:
    assert days_counted(some, day) == naive_days(some, day)


@FEW
@given(st.lists(spans(), max_size=6), _days)
def test_order_repetition_and_parts_of_known_spans_change_nothing(some: list[Span], day: date) -> None:
    parts = [Span(span.start, span.end) for span in some] + [Span(span.start, span.start) for span in some]
    assert tenure([*reversed(some), *parts], day) == tenure(some, day)


@FEW
@given(st.lists(spans(), max_size=6), _days)
def test_stretches_are_in_order_apart_and_not_after_the_day(some: list[Span], day: date) -> None:
    stretches = merged(some, day)
    for (_start, end), (start, _end) in itertools.pairwise(stretches):
        assert start > end + timedelta(days=1)
    assert all(start <= end <= day for start, end in stretches)


@FEW
@given(st.lists(spans(), max_size=5), spans(), _days)
def test_more_experience_is_never_less(some: list[Span], one: Span, day: date) -> None:
    before, after = tenure(some, day), tenure([*some, one], day)
    assert (after.years, after.days_beyond) >= (before.years, before.days_beyond)


@FEW
@given(_days, st.integers(min_value=0, max_value=12))
def test_unbroken_experience_follows_the_calendar_exactly(start: date, years: int) -> None:
    due = anniversary(start, years)
    on_the_eve = due - timedelta(days=1)
    if years:
        assert tenure([Span(start)], on_the_eve).years == years
        assert tenure([Span(start)], on_the_eve).days_beyond == 0
        assert not tenure([Span(start)], on_the_eve).exceeds(years)
    assert tenure([Span(start)], due).exceeds(years)


def test_two_overlapping_jobs_are_not_twice_the_experience() -> None:
    first = Span(date(2018, 1, 1), date(2020, 12, 31))
    second = Span(date(2019, 1, 1), date(2021, 12, 31))
    assert tenure([first, second], date(2021, 12, 31)).years == 4
    assert tenure([first, second], date(2021, 12, 31)).days_beyond == 0


def test_a_job_that_goes_on_counts_until_the_day_asked_and_no_further() -> None:
    job = Span(date(2020, 1, 1))
    assert (tenure([job], date(2022, 12, 31)).years, tenure([job], date(2024, 12, 31)).years) == (3, 5)
    assert tenure([job], date(2019, 6, 1)).days == 0


def test_five_calendar_years_of_a_job_that_ended_are_five_on_any_later_day() -> None:
    job = Span(date(2015, 1, 1), date(2019, 12, 31))
    assert {
        (tenure([job], date(year, 12, 31)).years, tenure([job], date(year, 12, 31)).days_beyond)
        for year in (2020, 2024)
    } == {(5, 0)}


def test_exactly_five_years_are_not_more_than_five() -> None:
    job = Span(date(2020, 1, 1))
    assert not tenure([job], date(2024, 12, 31)).exceeds(5)
    assert tenure([job], date(2025, 1, 1)).exceeds(5)


def test_a_year_begun_on_29_february_is_over_when_all_its_days_are() -> None:
    job = Span(date(2020, 2, 29))
    assert tenure([job], date(2021, 2, 27)).years == 0
    assert tenure([job], date(2021, 2, 28)).years == 1


def test_no_experience_is_no_years() -> None:
    assert tenure([], DAY).years == 0
    assert not tenure([], DAY).exceeds(0)


@pytest.mark.parametrize(
    ("issued", "expires", "verified", "expected"),
    [
        (date(2023, 1, 1), date(2025, 1, 1), True, Standing.COUNTS),
        (date(2023, 1, 1), None, True, Standing.COUNTS),
        (date(2023, 1, 1), DAY, True, Standing.COUNTS),
        (date(2023, 1, 1), DAY - timedelta(days=1), True, Standing.EXPIRED),
        (date(2025, 1, 1), None, True, Standing.NOT_YET_ISSUED),
        (date(2023, 1, 1), None, False, Standing.UNVERIFIED),
    ],
)
def test_a_certification_counts_while_issued_unexpired_and_verified(
    issued: date, expires: date | None, verified: bool, expected: Standing
) -> None:
    assert standing(issued, expires, verified, DAY) is expected


def test_the_day_of_expiry_is_the_last_it_holds() -> None:
    assert not has_expired(DAY, DAY)
    assert has_expired(DAY, DAY + timedelta(days=1))
