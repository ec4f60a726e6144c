"""How far each requirement is answered, and what turns it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.areas.safeguards.models import Framework
from quarterdeck.areas.safeguards.queries import measure
from quarterdeck.areas.safeguards.rules import Answering, Standing, months_after, standing
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Refused
from tests.areas.safeguards.house import answered, examined, imported, safeguard, small
from tests.support import act, at, company, person, system, user_with

DAY = date(2025, 3, 1)


@pytest.fixture
def rules(db: None) -> Framework:
    company()
    return imported(small(withdrawn=("m-3",)))


def stand(framework: Framework, day: date = DAY) -> dict[str, str]:
    return {line.requirement.code: str(line.standing) for line in measure(framework, day).asking}


def test_a_requirement_turns_from_gap_to_answered_to_tested_and_back(rules: Framework) -> None:
    assert stand(rules) == {"m-1": "gap", "m-2": "gap"}
    guard = safeguard()
    answered(rules, guard, "m-1")
    assert stand(rules) == {"m-1": "answered", "m-2": "gap"}
    examined(guard, "2024-06-01")
    assert stand(rules)["m-1"] == "tested"
    assert stand(rules, date(2024, 5, 31))["m-1"] == "answered"
    assert stand(rules, date(2025, 6, 1))["m-1"] == "tested"
    assert stand(rules, date(2025, 6, 2))["m-1"] == "answered"
    examined(guard, "2025-02-01", "not_effective")
    assert stand(rules)["m-1"] == "failed"
    act("safeguards.safeguard.retire", system(), guard, retired_on="2025-02-10", retired_because="Replaced.")
    assert stand(rules)["m-1"] == "gap"
    assert stand(rules, date(2025, 1, 15))["m-1"] == "tested"


def test_an_unapproved_test_counts_for_nothing(rules: Framework) -> None:
    guard = safeguard()
    answered(rules, guard, "m-1")
    examined(guard, "2024-06-01", approve=False)
    assert stand(rules)["m-1"] == "answered"


def test_whoever_recorded_a_test_does_not_approve_it(rules: Framework) -> None:
    lead = user_with("group_lead")
    test = examined(safeguard(), "2024-06-01", approve=False)
    type(test)._base_manager.filter(pk=test.pk)
    from quarterdeck.kernel.records import writing

    with writing():
        type(test).objects.filter(pk=test.pk).update(recorded_by=lead)
    with pytest.raises(Refused, match="another person"):
        act("safeguards.safeguardtest.approve", lead, test)
    assert act("safeguards.safeguardtest.approve", user_with("ciso"), test).state == "approved"


def test_what_is_partial_or_only_planned_answers_in_part(rules: Framework) -> None:
    answered(rules, safeguard("Half"), "m-1", coverage="partial")
    planned = act(
        "safeguards.safeguard.create", system(), name="Later", kind="technical", owner=person("Kim Roe"), unit=company(), test_every=6
    )  # fmt: skip
    assert planned.state == "planned"
    answered(rules, planned, "m-2")
    assert stand(rules) == {"m-1": "partly", "m-2": "partly"}


def test_a_requirement_set_aside_leaves_the_gaps_until_its_last_day(rules: Framework) -> None:
    row = rules.requirements.get(code="m-2")
    with clock.fixed(at(2025, 2, 1)):
        act(
            "safeguards.framework.set_aside", system(), rules, requirements=[row.pk], reason="No moorings.", effective_until="2025-12-31"
        )  # fmt: skip
    assert stand(rules)["m-2"] == "not_applicable"
    assert stand(rules, date(2026, 1, 1))["m-2"] == "gap"
    with pytest.raises(Refused, match="Set aside already"), clock.fixed(at(2025, 2, 2)):
        act("safeguards.framework.set_aside", system(), rules, requirements=[row.pk], reason="Again.")


def test_what_a_safeguard_answers_is_not_set_aside(rules: Framework) -> None:
    answered(rules, safeguard(), "m-1")
    row = rules.requirements.get(code="m-1")
    with pytest.raises(Refused, match="so it applies"):
        act("safeguards.framework.set_aside", system(), rules, requirements=[row.pk], reason="No.")


def test_an_answer_reaches_other_frameworks_through_the_mapping_and_is_shown_as_such(rules: Framework) -> None:
    other = imported(b"source,target\nm-1,A.5.1\nm-2,A.5.2\nm-2,A.5.3\n", "rules-to-iso27001-2022.csv")
    assert stand(other) == {"A.5.1": "gap", "A.5.2": "gap", "A.5.3": "gap"}
    answered(rules, safeguard(), "m-1")
    assert stand(other) == {"A.5.1": "mapped", "A.5.2": "gap", "A.5.3": "gap"}
    line = measure(other, DAY).asking[0]
    assert [row.code for row in line.through] == ["m-1"]


def test_one_safeguard_answers_many_and_none_of_them_twice(rules: Framework) -> None:
    guard = safeguard()
    answered(rules, guard, "m-1", "m-2")
    with pytest.raises(Refused, match="answers m-1 already"):
        answered(rules, guard, "m-1")


def test_only_who_looks_after_a_safeguard_says_what_it_answers(rules: Framework) -> None:
    elsewhere = act("permissions.unit.create", system(), code="far", name="Far", kind="business", parent=company())
    head = user_with("unit_owner", unit=elsewhere)
    row = rules.requirements.get(code="m-1")
    data = {"safeguard": safeguard(unit=company()).pk, "requirements": [row.pk], "coverage": "full", "reason": "Ours."}
    from quarterdeck.kernel.actions import Invalid

    with pytest.raises(Invalid):
        act("safeguards.framework.answer", head, rules, **data)


def test_a_safeguard_is_not_tested_before_it_operates(rules: Framework) -> None:
    with pytest.raises(Refused, match="not in operation"):
        examined(safeguard(since="2024-03-01"), "2024-02-01")


def test_the_next_test_is_one_cycle_after_the_last(rules: Framework) -> None:
    guard = safeguard(since="2024-01-31")
    assert guard.next_test_by == date(2025, 1, 31)
    examined(guard, "2024-11-30")
    guard.refresh_from_db()
    assert guard.next_test_by == date(2025, 11, 30)


answering = st.builds(
    Answering,
    full=st.booleans(),
    operating=st.booleans(),
    tested_on=st.none(),
    good_until=st.none() | st.dates(date(2024, 1, 1), date(2026, 1, 1)),
    result=st.sampled_from([None, "effective", "partly", "not_effective"]),
)


@given(st.lists(answering, max_size=4), answering)
@settings(max_examples=50)
def test_another_answer_never_makes_it_worse(held: list[Answering], more: Answering) -> None:
    order = [Standing.TESTED, Standing.ANSWERED, Standing.FAILED, Standing.PARTLY, Standing.GAP]
    before = standing(held, excluded=False, mapped=False, day=DAY)
    after = standing([*held, more], excluded=False, mapped=False, day=DAY)
    if {before, after} != {Standing.FAILED, Standing.PARTLY}:
        assert order.index(after) <= order.index(before)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
@settings(max_examples=50)
def test_months_are_counted_to_the_same_day_or_the_last_of_the_month(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (months_after(later, 0)).day == later.day)
