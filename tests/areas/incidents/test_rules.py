"""What is missing and what comes next, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.areas.incidents.rules import (
    NEEDED_TO_CLOSE,
    SUPPLIED_BY,
    WHO,
    Bearing,
    Cover,
    Materiality,
    Missing,
    Situation,
    Standing,
    State,
    bearing,
    first_uncovered,
    missing,
    missing_to_close,
    next_step,
    within,
)

FRESH = Situation(
    state=State.DECLARED,
    severity=None,
    source=None,
    measures=0,
    notices=0,
    contained=False,
    ratified=False,
    potentially_material=None,
    escalated=False,
    materiality=Materiality.UNASSESSED,
    lessons=False,
    plan_version=False,
)


def test_the_steps_lead_from_declaring_to_closing() -> None:
    taken = []
    now = FRESH
    changes = {
        "rate": {"severity": "high"},
        "contain": {"contained": True, "state": State.CONTAINED},
        "ratify_containment": {"ratified": True},
        "add_measure": {"measures": 1},
        "organise_assessment": {"state": State.ASSESSING},
        "give_notice": {"notices": 1},
        "trace": {"source": "external"},
        "record_assessment": {"state": State.ASSESSED, "potentially_material": True},
        "escalate": {"escalated": True},
        "determine": {"materiality": Materiality.NOT_MATERIAL},
        "record_lessons": {"lessons": True},
        "change": {"plan_version": True},
        "close": {"state": State.CLOSED},
    }
    while (step := next_step(now)) is not None:
        taken.append(step.action)
        assert step.who == WHO[step.action]
        now = replace(now, **changes[step.action])  # type: ignore[arg-type]
    assert taken == list(changes)


def test_an_incident_that_cannot_be_material_is_not_escalated() -> None:
    assessed = replace(FRESH, state=State.ASSESSED, potentially_material=False)
    assert Missing.ESCALATION not in missing(assessed)
    assert Missing.ESCALATION in missing(replace(assessed, potentially_material=True))


def test_what_a_body_left_open_is_still_to_be_determined() -> None:
    assert Missing.DETERMINATION in missing_to_close(replace(FRESH, materiality=Materiality.UNDETERMINED))
    assert Missing.DETERMINATION not in missing_to_close(replace(FRESH, materiality=Materiality.MATERIAL))


situations = st.builds(
    Situation,
    state=st.sampled_from(State),
    severity=st.sampled_from([None, "low"]),
    source=st.sampled_from([None, "internal"]),
    measures=st.integers(0, 2),
    notices=st.integers(0, 2),
    contained=st.booleans(),
    ratified=st.booleans(),
    potentially_material=st.sampled_from([None, True, False]),
    escalated=st.booleans(),
    materiality=st.sampled_from(Materiality),
    lessons=st.booleans(),
    plan_version=st.booleans(),
)


@settings(max_examples=50)
@given(situations)
def test_there_is_always_a_next_step_until_it_is_closed_and_it_supplies_what_is_missing(now: Situation) -> None:
    step = next_step(now)
    if now.state is State.CLOSED:
        assert step is None
        return
    assert step is not None
    assert step.who
    if step.because is None:
        assert missing(now) == ()
    else:
        assert SUPPLIED_BY[step.because] == step.action
    assert set(missing_to_close(now)) == set(missing(now)) & NEEDED_TO_CLOSE


def test_prompt_means_within_the_hours_and_never_is_not_prompt() -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    assert within(start, start + timedelta(hours=24), 24)
    assert not within(start, start + timedelta(hours=24, seconds=1), 24)
    assert not within(start, None, 24)


@pytest.mark.parametrize(
    ("covers", "gap"),
    [
        ([], date(2024, 1, 1)),
        ([("2024-01-01", "2024-12-31")], None),
        ([("2024-07-01", "2024-12-31"), ("2023-12-01", "2024-06-30")], None),
        ([("2024-01-01", "2024-06-29"), ("2024-07-01", "2024-12-31")], date(2024, 6, 30)),
        ([("2024-01-01", "2024-12-30")], date(2024, 12, 31)),
        ([("2024-01-01", "2025-06-30"), ("2024-02-01", "2024-03-01")], None),
    ],
)
def test_reviews_cover_a_span_together_or_leave_a_first_gap(covers: list[tuple[str, str]], gap: date | None) -> None:
    spans = [Cover(date.fromisoformat(start), date.fromisoformat(end)) for start, end in covers]
    assert first_uncovered(spans, date(2024, 1, 1), date(2024, 12, 31)) == gap


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 15)), max_size=8))
def test_the_first_gap_is_the_first_day_in_no_span(raw: list[tuple[int, int]]) -> None:
    origin = date(2024, 1, 1)
    spans = [Cover(origin + timedelta(days=start), origin + timedelta(days=start + length)) for start, length in raw]
    days = [origin + timedelta(days=number) for number in range(30)]
    bare = [day for day in days if not any(span.start <= day <= span.end for span in spans)]
    assert first_uncovered(spans, days[0], days[-1]) == (bare[0] if bare else None)


DAY = date(2025, 4, 25)


@pytest.mark.parametrize(
    ("incident", "meaning"),
    [
        (Standing(Materiality.NOT_MATERIAL, date(2025, 4, 1), date(2025, 3, 1)), Bearing.CLEAR),
        (Standing(Materiality.NOT_MATERIAL, None, date(2025, 3, 1)), Bearing.OPEN),
        (Standing(Materiality.NOT_MATERIAL, date(2025, 4, 26), date(2025, 3, 1)), Bearing.OPEN),
        (Standing(Materiality.NOT_MATERIAL, date(2025, 4, 1), date(2025, 4, 26)), Bearing.UNDETERMINED),
        (Standing(Materiality.MATERIAL, None, date(2025, 3, 1)), Bearing.MATERIAL),
        (Standing(Materiality.MATERIAL, None, date(2025, 4, 26)), Bearing.OPEN),
    ],
)
def test_an_incident_bears_on_a_day_by_what_was_known_then(incident: Standing, meaning: Bearing) -> None:
    assert bearing(incident, DAY) is meaning
