"""Going through a playbook: branches side by side, conditions answered, loops bounded, every run ends."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.cacao import MOST_ROUNDS, CourseError, Playbook, Progress, answer, begin, outcomes, parse
from quarterdeck.engines.cacao.course import waiting
from tests.engines.cacao.samples import branching, key, playbook, straight, text

PLAYBOOK = parse(text(branching()))


def at(progress: Progress, of: Playbook = PLAYBOOK) -> list[str]:
    """Names of the steps that wait."""
    return [of.steps[v.step].name or of.steps[v.step].type for v in waiting(of, progress)]


def say(progress: Progress, name: str, outcome: str, of: Playbook = PLAYBOOK) -> Progress:
    (visit,) = [v for v in waiting(of, progress) if (of.steps[v.step].name or of.steps[v.step].type) == name]
    return answer(of, progress, visit.key, outcome)


def test_branches_run_side_by_side_and_the_rest_waits_for_both() -> None:
    now = begin(PLAYBOOK)
    assert at(now) == ["Do 1", "Do 2"]
    now = say(now, "Do 2", "completed")
    assert at(now) == ["Do 1"]
    now = say(now, "Do 1", "completed")
    assert at(now) == ["while-condition"]


def test_a_loop_is_asked_again_and_ends_with_no() -> None:
    now = say(say(begin(PLAYBOOK), "Do 1", "completed"), "Do 2", "completed")
    for _round in range(2):
        now = say(now, "while-condition", "true")
        assert at(now) == ["Do 3"]
        now = say(now, "Do 3", "completed")
    now = say(now, "while-condition", "false")
    assert at(now) == ["switch-condition"]
    now = say(now, "switch-condition", "good")
    assert at(now) == ["Do 4"]
    now = say(now, "Do 4", "completed")
    assert now.finished
    assert at(now) == []


def test_a_loop_is_bounded() -> None:
    now = say(say(begin(PLAYBOOK), "Do 1", "completed"), "Do 2", "completed")
    for _round in range(MOST_ROUNDS):
        now = say(say(now, "while-condition", "true"), "Do 3", "completed")
    with pytest.raises(CourseError, match="gone through 20 times"):
        say(now, "while-condition", "true")
    assert at(say(now, "while-condition", "false")) == ["switch-condition"]


def test_a_failed_step_goes_where_failure_leads() -> None:
    raw = playbook(straight(1, 2))
    step = raw["workflow"][key("action", 1)]
    del step["on_completion"]
    step |= {"on_success": key("end", 1), "on_failure": key("action", 2)}
    of = parse(text(raw))
    assert at(answer(of, begin(of), 2, "failed"), of) == ["Do 2"]
    assert answer(of, begin(of), 2, "completed").finished


@pytest.mark.parametrize(
    ("visit", "outcome", "says"), [(99, "completed", "no step 99"), (3, "true", "no answer"), (1, "", "already")]
)
def test_an_answer_that_does_not_fit_is_refused(visit: int, outcome: str, says: str) -> None:
    with pytest.raises(CourseError, match=says):
        answer(PLAYBOOK, begin(PLAYBOOK), visit, outcome)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_whatever_is_answered_the_run_ends_and_no_answer_is_taken_back(data: st.DataObject) -> None:
    now = begin(PLAYBOOK)
    for _step in range(500):
        open_ = waiting(PLAYBOOK, now)
        if not open_:
            break
        visit = data.draw(st.sampled_from(open_))
        choices = outcomes(PLAYBOOK.steps[visit.step])
        outcome = data.draw(
            st.sampled_from(choices if visit.round < 4 else ("false",) if "false" in choices else choices)
        )
        before = {v.key: v.outcome for v in now.visits if v.outcome}
        now = answer(PLAYBOOK, now, visit.key, outcome)
        assert before.items() <= {v.key: v.outcome for v in now.visits}.items()
    assert now.finished
    assert all(v.done for v in now.visits)
