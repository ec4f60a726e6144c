"""CACAO playbooks of strangers are read whole or refused with what and where, and written back without loss."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.cacao import Line, PlaybookError, check, linear_lines, linear_playbook, parse, write
from tests.engines.cacao.samples import action, branching, key, playbook, straight, text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=10).map(lambda s: f"x_{s}"), JSON, max_size=4))
def test_what_is_not_known_comes_back_as_it_was(unknown: dict[str, Any]) -> None:
    raw = branching() | unknown
    raw["workflow"][key("action", 1)] |= {"step_extensions": unknown, "x_own": unknown}
    raw["workflow"][key("action", 1)]["commands"][0] |= unknown
    again = write(parse(text(raw)))
    assert json.loads(again) == raw
    assert list(json.loads(again)) == list(raw)
    assert write(parse(again)) == again


LINES = st.lists(
    st.builds(
        Line, st.text(min_size=1, max_size=20), st.text(max_size=40), st.sampled_from(["", "Legal", "安全"]), st.integers(0, 9999)
    ),
    max_size=6,
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(LINES)
def test_what_a_house_writes_line_by_line_is_a_playbook_of_these_lines(lines: list[Line]) -> None:
    moment = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    made = linear_playbook(UUID(int=7), "Name", "", UUID(int=8), moment, moment, lines)
    assert linear_lines(parse(write(made))) == tuple(lines)
    assert check(made) == ()


def test_a_branching_playbook_is_not_linear() -> None:
    assert linear_lines(parse(text(branching()))) is None


def faults(raw: Any) -> str:
    with pytest.raises(PlaybookError) as caught:
        parse(raw if isinstance(raw, str | bytes) else json.dumps(raw))
    return str(caught.value)


def changed(**workflow: Any) -> dict[str, Any]:
    raw = playbook(straight(1, 2))
    for name, value in workflow.items():
        raw["workflow"][key("action", 1)][name] = value
    return raw


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("{", "no JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        ("[]", "a playbook is a JSON object"),
        ('{"a": 1, "a": 2}', "stands twice"),
        ('{"a": NaN}', "no number of JSON"),
        ("[" * 200_000, "nested deeper"),
        (" " * (3 << 20), "larger than 2 MB"),
        ({"type": "playbook"}, "spec_version"),
        (playbook({}), "has no steps"),
        (playbook(straight(1), spec_version="cacao-1.1"), "should be “cacao-2.0”"),
        (playbook({f"{key('start', 1)}x": {"type": "start"}}), "should be an identifier"),
        (playbook(straight(1), workflow_start=key("end", 1)), "names no step of type start"),
        (changed(on_completion=key("action", 99)), "on_completion: names no step"),
        (changed(agent=key("group", 9)), "names no agent"),
        (changed(targets=[key("net", 9)]), "names no target"),
        (changed(timeout=-1), "milliseconds"),
        (changed(timeout=True), "milliseconds"),
        (changed(commands=[]), "says nothing to be done"),
        (changed(on_success=key("action", 2)), "beside on_success"),
        (changed(type="mischief"), "no step of type “mischief”"),
        (changed(name=7), "should be a text"),
    ],
)
def test_what_is_no_playbook_is_refused_with_its_place(raw: Any, says: str) -> None:
    assert says in faults(raw)


def test_a_circle_needs_a_question_in_it() -> None:
    raw = playbook(straight(1, 2))
    raw["workflow"][key("action", 2)]["on_completion"] = key("action", 1)
    assert "would never end" in faults(raw)
    raw["workflow"][key("action", 2)]["on_completion"] = key("if-condition", 1)
    raw["workflow"][key("if-condition", 1)] = {
        "type": "if-condition", "condition": "again?", "on_true": key("action", 1), "on_completion": key("end", 1),
    }  # fmt: skip
    assert parse(text(raw)).name == "Ransomware on a host"


def test_what_nothing_leads_to_is_said_and_lived_with() -> None:
    raw = playbook(straight(1) | {key("action", 5): action(5, key("end", 1))})
    assert [problem.says for problem in check(parse(text(raw)))] == ["nothing leads to this step"]
