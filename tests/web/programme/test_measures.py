"""Measures by quarter: laws of the calendar, and what a gap, a median and a rolling year mean."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.web.programme.measures import (
    Measure,
    Point,
    Quarter,
    Unit,
    counts_of_a_year,
    medians,
    months_covered,
    quarter_of,
    quarters_until,
    shares,
)

DAYS = st.dates(min_value=date(2000, 3, 1), max_value=date(2099, 12, 31))


@settings(max_examples=50)
@given(DAYS)
def test_eight_quarters_follow_one_another_and_end_with_the_one_of_the_day(day: date) -> None:
    found = quarters_until(day)
    assert len(found) == 8
    assert found[-1].holds(day)
    assert found[-1] == quarter_of(day)
    assert all(later.start - earlier.end == timedelta(1) for earlier, later in itertools.pairwise(found))


@settings(max_examples=50)
@given(st.lists(st.tuples(DAYS, st.floats(min_value=0, max_value=1e6)), max_size=30), DAYS)
def test_a_quarter_has_a_median_if_and_only_if_something_happened_in_it(
    rows: list[tuple[date, float]], today: date
) -> None:
    points = [Point(day, amount) for day, amount in rows]
    for reading in medians(points, quarters_until(today)):
        inside = [point.part for point in points if reading.quarter.holds(point.day)]
        assert (reading.value is None) == (not inside)
        if reading.value is not None:
            assert min(inside) <= reading.value <= max(inside)
        assert sorted(point.part for point in reading.points) == sorted(inside)


def test_shares_weigh_by_size_and_leave_a_gap_where_nobody_was_asked() -> None:
    quarters = (Quarter(2025, 1), Quarter(2025, 2), Quarter(2025, 3))
    points = [Point(date(2025, 1, 9), 9, 10), Point(date(2025, 3, 31), 0, 90), Point(date(2025, 7, 1), 0, 0)]
    assert [reading.value for reading in shares(points, quarters)] == [0.09, None, None]


def test_a_count_reaches_back_twelve_months_and_begins_with_the_record() -> None:
    today = date(2025, 11, 15)
    points = [
        Point(date(2024, 11, 15), 1),
        Point(date(2024, 12, 20), 1),
        Point(date(2025, 11, 15), 1),
        Point(date(2025, 12, 1), 1),
    ]
    found = counts_of_a_year(points, quarters_until(today), today)
    # Q4 2024 holds the first two; the first is more than twelve months before today, the last has not happened.
    assert [reading.value for reading in found] == [None, None, None, 2.0, 2.0, 2.0, 2.0, 2.0]
    assert [point.day for point in found[-1].points] == [date(2024, 12, 20), date(2025, 11, 15)]


def test_the_year_before_the_29th_of_february_ends_on_the_28th() -> None:
    points = [Point(date(2023, 2, 28), 1), Point(date(2023, 3, 1), 1)]
    assert counts_of_a_year(points, (quarter_of(date(2024, 2, 29)),), date(2024, 2, 29))[0].value == 1.0


def test_months_count_from_the_first_record_until_the_last_month_that_is_over() -> None:
    seen = [("platforms", date(2025, 2, 1)), ("platforms", date(2025, 4, 1))]
    points = months_covered(
        seen, ["platforms", "mini_programs"], (Quarter(2025, 1), Quarter(2025, 2)), date(2025, 5, 31)
    )
    assert [(point.day.month, point.part) for point in points] == [(2, 1.0), (3, 0.0), (4, 1.0)]


def test_what_was_set_is_met_from_the_side_that_is_better() -> None:
    readings = medians([Point(date(2025, 1, 9), 4.0)], quarters_until(date(2025, 6, 1)))
    assert Measure("m", Unit.HOURS, readings, 4.0, less=True).met is True
    assert Measure("m", Unit.HOURS, readings, 3.9, less=True).met is False
    assert Measure("m", Unit.HOURS, readings, 4.1).met is False
    assert Measure("m", Unit.HOURS, readings, None).met is None
    assert Measure("m", Unit.HOURS, medians([], quarters_until(date(2025, 6, 1))), 4.0).met is None
