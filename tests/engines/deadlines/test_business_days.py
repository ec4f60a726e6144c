"""The Commission's business days, against the calendars that EDGAR kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from quarterdeck.engines.deadlines import say
from quarterdeck.engines.deadlines.business_days import CLOSURES, federal_holiday, is_business_day, why_closed

# Weekdays on which EDGAR was closed: the EDGAR calendars of the years, with the closings announced beside them
# (24 December 2019, 2020 and 2024; 9 January, 24 and 26 December 2025). 2027 and 2028: 5 U.S.C. 6103 by hand.
EDGAR_CLOSED = {
    2019: "01-01 01-21 02-18 05-27 07-04 09-02 10-14 11-11 11-28 12-24 12-25",
    2020: "01-01 01-20 02-17 05-25 07-03 09-07 10-12 11-11 11-26 12-24 12-25",
    2021: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
    2022: "01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26",
    2023: "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
    2024: "01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-24 12-25",
    2025: "01-01 01-09 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-24 12-25 12-26",
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
    2028: "01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
}


@pytest.mark.parametrize("year", EDGAR_CLOSED)
def test_the_weekdays_closed_in_a_year_are_those_of_the_edgar_calendar(year: int) -> None:
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
    closed = [day for day in days if day.year == year and day.weekday() < 5 and not is_business_day(day)]
    assert " ".join(day.strftime("%m-%d") for day in closed) == EDGAR_CLOSED[year]


def test_juneteenth_was_first_kept_the_day_after_it_became_law() -> None:
    assert is_business_day(date(2020, 6, 19))
    assert not is_business_day(date(2021, 6, 18))


@pytest.mark.parametrize("day", [date(2021, 1, 20), date(2033, 1, 20)])
def test_inauguration_day_is_a_business_day(day: date) -> None:
    assert is_business_day(day)


def test_a_government_shutdown_takes_no_business_day() -> None:
    within = [date(2025, 10, 1) + timedelta(days=number) for number in range(43)]
    assert [day for day in within if day.weekday() < 5 and not is_business_day(day)] == [
        date(2025, 10, 13),
        date(2025, 11, 11),
    ]


def test_every_closing_by_order_names_its_order_and_its_source() -> None:
    for closure in CLOSURES:
        assert closure.day.weekday() < 5
        assert federal_holiday(closure.day) is None
        reason = why_closed(closure.day)
        assert reason is not None
        assert closure.order in say(reason)
        assert closure.source in say(reason)


def test_a_day_kept_in_place_of_a_week_end_says_so() -> None:
    reason = why_closed(date(2026, 7, 3))
    assert reason is not None
    assert "Independence Day" in say(reason)
    assert "in place of" in say(reason)
