"""What we write is OSCAL: by its own rules, and by another reader where one is installed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.oscal import OscalError
from quarterdeck.engines.oscal.writing import (
    Answered,
    Component,
    Holder,
    Item,
    Source,
    assessment_results,
    component_definition,
    plan_of_action,
)
from quarterdeck.engines.oscal.writing import Test as Trial
from tests.engines.oscal.rules import faults

AT = datetime(2025, 5, 1, 12, tzinfo=UTC)
HOLDER = Holder("Harbour Lane Group", "7", AT)
SOURCES = [Source("1", "House rules", "1", "11111111-2222-4333-8444-555555555555", "0" * 64, "rules.json")]
GUARD = Component(
    "s1", "Backups", "Nightly.", "technical", "operating", "Lena Voss",
    (Answered("1", "m-1", "full", "Nightly copies."), Answered("1", "m-2", "partial", "")),
)  # fmt: skip
BARE = Component("s2", "Review", "", "procedural", "planned", "Kim Roe")
GOOD = Trial("t1", "s1", AT, "TEST", "effective", "Red team", "Restored one.")
BAD = Trial("t2", "s1", AT.replace(month=6), "EXAMINE", "not_effective", "Harbinger", "")
WORK = Item("i1", "Mend backups", "The tape is worn.", "open", AT, AT.replace(month=9), "Lena Voss", ("t2",))


def read(data: bytes) -> dict[str, Any]:
    found = json.loads(data)
    assert isinstance(found, dict)
    return found


def documents() -> dict[str, bytes]:
    return {
        "component-definition": component_definition(HOLDER, SOURCES, [GUARD, BARE]),
        "assessment-results": assessment_results(HOLDER, [GUARD, BARE], [GOOD, BAD], AT, AT.replace(month=6)),
        "plan-of-action-and-milestones": plan_of_action(HOLDER, [WORK], [GOOD, BAD]),
    }


@pytest.mark.parametrize("name", list(documents()))
def test_a_document_keeps_the_rules_of_the_model(name: str) -> None:
    assert faults(read(documents()[name])) == []


@pytest.mark.parametrize("name", list(documents()))
def test_another_reader_takes_the_document(name: str) -> None:
    pytest.importorskip("trestle", reason="compliance-trestle is not installed")
    import importlib

    module = {"assessment-results": "assessment_results", "component-definition": "component"}.get(name, "poam")
    model = getattr(
        importlib.import_module(f"trestle.oscal.{module}"),
        {
            "assessment_results": "AssessmentResults",
            "component": "ComponentDefinition",
            "poam": "PlanOfActionAndMilestones",
        }[module],
    )
    validate = getattr(model, "parse_obj", None) or model.model_validate
    assert validate(read(documents()[name])[name]).uuid


def test_the_same_state_gives_the_same_bytes() -> None:
    assert documents() == documents()


def test_the_newest_test_decides_and_half_an_answer_never_satisfies() -> None:
    def states(*tests: Trial) -> dict[str, str]:
        made = read(assessment_results(HOLDER, [GUARD], tests, AT, AT))["assessment-results"]["results"][0]
        return {row["target"]["target-id"]: row["target"]["status"]["state"] for row in made["findings"]}

    assert states(GOOD) == {"m-1": "satisfied", "m-2": "not-satisfied"}
    assert states(GOOD, BAD) == {"m-1": "not-satisfied", "m-2": "not-satisfied"}


def test_what_refers_to_nothing_is_refused() -> None:
    with pytest.raises(OscalError, match="not given"):
        component_definition(HOLDER, [], [GUARD])
    with pytest.raises(OscalError, match="not given"):
        assessment_results(HOLDER, [BARE], [GOOD], AT, AT)
    with pytest.raises(OscalError, match="not given"):
        plan_of_action(HOLDER, [WORK], [])
    with pytest.raises(OscalError, match="nothing to plan"):
        plan_of_action(HOLDER, [])


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40)


@given(words.filter(str.strip), words, st.sampled_from(["technical", "procedural"]), words)
@settings(max_examples=50)
def test_whatever_people_type_stays_oscal(title: str, description: str, kind: str, reason: str) -> None:
    guard = Component("s", title, description, kind, "operating", reason, (Answered("1", "m-1", "full", reason),))
    assert faults(read(component_definition(HOLDER, SOURCES, [guard]))) == []
