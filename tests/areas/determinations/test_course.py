"""The next legal step: there is always one until the incident is closed, and it is one that can be taken."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.areas.determinations import rules
from quarterdeck.areas.determinations.course import ACTIONS, Paper, Path, Table, Why, next_step
from quarterdeck.areas.incidents.rules import Materiality, Missing, Situation, State, missing_to_close
from quarterdeck.kernel.resource.registry import action_named

DAY = date(2026, 3, 10)

situations = st.builds(
    Situation,
    state=st.sampled_from(State),
    severity=st.sampled_from([None, "high"]),
    source=st.sampled_from([None, "external"]),
    measures=st.integers(0, 1),
    notices=st.integers(0, 1),
    contained=st.booleans(),
    ratified=st.booleans(),
    potentially_material=st.sampled_from([None, True, False]),
    escalated=st.booleans(),
    materiality=st.sampled_from(Materiality),
    lessons=st.booleans(),
    plan_version=st.booleans(),
)
paths = st.builds(
    Path,
    incident=situations,
    today=st.just(DAY),
    walled=st.booleans(),
    paper=st.sampled_from(Paper),
    lacks=st.lists(st.sampled_from(rules.Lacks), unique=True, max_size=3).map(tuple),
    stale=st.booleans(),
    table=st.sampled_from(Table),
    again=st.booleans(),
    undecided=st.lists(st.sampled_from(rules.Question), unique=True, max_size=3).map(tuple),
    rests=st.booleans(),
    asked=st.booleans(),
    follow_up=st.sampled_from([None, date(2026, 3, 1), date(2026, 4, 1)]),
    to_disclose=st.booleans(),
    to_amend=st.booleans(),
)


@settings(max_examples=50)
@given(paths)
def test_there_is_a_next_step_until_it_is_closed_and_none_afterwards(path: Path) -> None:
    assert (next_step(path) is None) is (path.incident.state is State.CLOSED)


@settings(max_examples=50)
@given(paths)
def test_closing_is_next_only_where_nothing_is_left(path: Path) -> None:
    step = next_step(path)
    if step is None or step.because is not Why.CLOSE:
        return
    assert path.follow_up is None
    lacking = set(missing_to_close(path.incident)) - {Missing.DETERMINATION}
    assert not lacking
    if path.incident.potentially_material:
        assert not path.undecided
        assert path.rests
        assert not path.to_disclose
        assert not path.to_amend
        assert path.table is Table.NOTHING


@settings(max_examples=50)
@given(paths)
def test_nothing_comes_before_a_body_without_a_wall_and_a_submitted_assessment(path: Path) -> None:
    step = next_step(path)
    if step is not None and step.because in (Why.ESCALATE, Why.BRING):
        assert path.walled
    if step is not None and step.because is Why.BRING:
        assert path.incident.escalated
        assert path.paper is Paper.SUBMITTED
        assert not path.stale


@pytest.mark.parametrize("why", Why)
def test_every_step_names_an_action_that_exists(why: Why) -> None:
    assert action_named(ACTIONS[why]).code() == ACTIONS[why]


@pytest.mark.parametrize("what", [what for what in Missing if what is not Missing.ESCALATION])
def test_whatever_the_incidents_own_rules_miss_is_a_step_here(what: Missing) -> None:
    assert ACTIONS[Why(what.value)].startswith("incidents.")
