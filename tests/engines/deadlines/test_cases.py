"""Each case's due moment, its start, the days that do not count, and the source the expectation comes from."""

from __future__ import annotations

from datetime import datetime

import pytest

from quarterdeck.engines.deadlines import Duty, duties, duty_json, parse_event, say
from tests.engines.deadlines.cases import Case, all_cases, cases


def _duty(case: Case) -> Duty:
    found = [duty for duty in duties(parse_event(case.event)) if duty.key == case.key]
    assert len(found) == 1, [duty.key for duty in duties(parse_event(case.event))]
    return found[0]


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: f"{case.key}: {case.name}")
def test_a_case_ends_when_its_source_says(case: Case) -> None:
    assert case.source
    duty = _duty(case)
    shown = duty_json(duty)
    assert duty.when == case.when
    assert duty.due == (datetime.fromisoformat(case.due) if case.due else None)
    if case.key.startswith("8k"):
        # Eastern time is shown with the offset of that day
        assert shown["due"] == case.due
    if case.start is not None:
        assert shown["start"] == case.start
    if case.delay_ends is not None:
        assert shown["delay_ends"] == case.delay_ends
    if case.without is not None:
        assert shown["due_without_delay"] == case.without


@pytest.mark.parametrize("case", [case for case in all_cases() if case.closed], ids=lambda case: case.name)
def test_a_day_that_does_not_count_says_why(case: Case) -> None:
    said = {day.at.isoformat(): (day.counts, day.because.code) for day in _duty(case).counted}
    for day, code in case.closed.items():
        assert said[day] == (False, code)


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: f"{case.key}: {case.name}")
def test_every_reason_and_remark_of_a_case_has_words(case: Case) -> None:
    for duty in duties(parse_event(case.event)):
        for remark in [*duty.notes, *(day.because for day in duty.counted)]:
            assert "%(" not in say(remark)
            assert say(remark)


def test_there_are_more_than_sixty_cases_and_no_two_of_one_name() -> None:
    names = [(case.key, case.name) for case in all_cases()]
    assert len(names) > 60
    assert len(set(names)) == len(names)


def test_real_filings_were_accepted_by_the_moment_counted_for_them() -> None:
    accepted = {
        "0001020859-25-000036": "2025-06-26T16:47:00-04:00",
        "0001437749-25-006475": "2025-03-06T16:59:00-05:00",
        "0001079973-25-001631": "2025-10-21T17:26:00-04:00",
        "0001213900-25-054319": "2025-06-13T16:30:00-04:00",
        "0001683168-25-006583": "2025-08-29T17:03:00-04:00",
    }
    for number, moment in accepted.items():
        (case,) = [case for case in cases("form_8k") if number in case.source]
        due = _duty(case).due
        assert due is not None
        # each of these companies used its fourth business day
        assert datetime.fromisoformat(moment) <= due
        assert datetime.fromisoformat(moment).date() == due.date()
