"""Every claim about bodies: what supports it, and a change of the record by an action that turns it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.claims import Outcome, Verdict
from tests.support import act, ask, at, body_with, charter, company, decide, open_meeting, parameter, person, user_with

pytestmark = pytest.mark.django_db

SINCE = date(2020, 1, 1)
COMMITTEE, PANEL, BOARD = "management_committee", "panel", "board_committee"


@dataclass
class Company:
    """A committee of two executives and a department head, chaired by the chief executive, under a board committee."""

    committee: Any
    board: Any
    chief: Any
    second: Any
    head: Any
    secretary: User
    officer: User


@pytest.fixture
def co() -> Company:
    company()
    chief = person("Lin Wei", position="chief_executive", since=SINCE)
    second = person("Sun Bo", position="chief_financial_officer", since=SINCE)
    head = person("Ma Li", position="head_of_security", level="department_head", since=SINCE)
    committee = body_with(
        COMMITTEE,
        {chief: "chair", second: "member", head: "member"},
        name="Cyber Committee",
        duties=("manage_cybersecurity", "escalate"),
        since=SINCE,
    )
    board = body_with(BOARD, {}, name="Governance Committee", duties=("oversee_cybersecurity",), since=SINCE)
    made = Company(committee, board, chief, second, head, user_with("secretary"), user_with("people_officer"))
    act("bodies.reportingline.report_to", made.secretary, body=committee, reports_to=board, effective_from=SINCE)
    return made


def _notes(outcome: Outcome) -> list[str]:
    return [row.note for row in outcome.evidence if row.against]


def _types(outcome: Outcome) -> set[str]:
    return {row.type for row in outcome.evidence}


# exists


def test_a_body_exists_and_its_name_is_the_value(co: Company) -> None:
    outcome = ask("bodies.exists", kind=BOARD)
    assert (outcome.verdict, outcome.value) == (Verdict.SUPPORTED, "Governance Committee")
    assert ask("bodies.exists", "filing_date", kind=BOARD).verdict is Verdict.SUPPORTED
    act("bodies.body.change", co.secretary, co.board, name="Governance and Nominating Committee")
    assert ask("bodies.exists", kind=BOARD).value == "Governance and Nominating Committee"


def test_a_kind_never_recorded_is_unevidenced(co: Company) -> None:
    assert ask("bodies.exists", kind=PANEL).verdict is Verdict.UNEVIDENCED
    assert ask("bodies.exists", kind="council").verdict is Verdict.UNEVIDENCED


def test_a_body_dissolved_within_the_year_turns_its_existence_at_year_end(co: Company) -> None:
    panel = body_with(PANEL, {}, name="Panel", since=SINCE)
    assert ask("bodies.exists", kind=PANEL).verdict is Verdict.SUPPORTED
    with clock.fixed(at(2025, 1, 10)):
        act("bodies.body.dissolve", co.secretary, panel, effective_until="2024-12-30")
    outcome = ask("bodies.exists", kind=PANEL)
    assert (outcome.verdict, _notes(outcome)) == (Verdict.CONTRADICTED, ["ended 2024-12-30"])
    assert ask("bodies.exists", "year_end", 2023, kind=PANEL).verdict is Verdict.SUPPORTED


def test_two_bodies_that_nothing_tells_apart_leave_it_unresolved(co: Company) -> None:
    body_with(BOARD, {}, name="Risk Committee", duties=("oversee_cybersecurity",), since=SINCE)
    outcome = ask("bodies.exists", kind=BOARD)
    assert outcome.verdict is Verdict.UNRESOLVED
    assert "Risk Committee" in str(outcome.because)


# overseen_by_executives


def test_a_panel_is_overseen_by_executives_until_one_leaves_office(co: Company) -> None:
    body_with(PANEL, {co.chief: "overseer", co.second: "overseer", co.head: "member"}, name="Panel", since=SINCE)
    outcome = ask("bodies.overseen_by_executives", kind=PANEL)
    assert (outcome.verdict, outcome.value, outcome.expected) == (Verdict.SUPPORTED, 2, 2)
    assert _types(outcome) == {"bodies.membership", "people.position"}
    act("people.position.end", co.officer, co.second.positions.get(), effective_until="2024-10-31")
    outcome = ask("bodies.overseen_by_executives", kind=PANEL)
    assert (outcome.verdict, outcome.value) == (Verdict.CONTRADICTED, 1)
    assert _notes(outcome) == ["position “Chief Financial Officer” ended 2024-10-31"]


def test_a_panel_whose_overseers_all_left_is_overseen_by_nobody(co: Company) -> None:
    panel = body_with(PANEL, {co.chief: "overseer"}, name="Panel", since=SINCE)
    act("bodies.membership.end", co.secretary, panel.memberships.get(), effective_until="2024-11-30")
    outcome = ask("bodies.overseen_by_executives", kind=PANEL)
    assert (outcome.verdict, _notes(outcome)) == (Verdict.CONTRADICTED, ["membership ended 2024-11-30"])


def test_a_panel_without_overseers_is_unevidenced(co: Company) -> None:
    body_with(PANEL, {co.head: "member"}, name="Panel", since=SINCE)
    assert ask("bodies.overseen_by_executives", kind=PANEL).verdict is Verdict.UNEVIDENCED


# composition


def _composition(executives: int = 2, heads: int = 1, year: int = 2024) -> Outcome:
    return ask("bodies.composition", "year_end", year, kind=COMMITTEE, executives=executives, department_heads=heads)


def test_the_composition_is_exact(co: Company) -> None:
    assert _composition().verdict is Verdict.SUPPORTED
    assert _composition().value == "2 executives, 1 department heads"
    assert _composition(1, 1).verdict is Verdict.CONTRADICTED
    assert _composition(2, 0).verdict is Verdict.CONTRADICTED


def test_retiring_a_member_within_the_year_turns_the_composition_at_year_end_only(co: Company) -> None:
    seat = co.second.memberships.get()
    act("bodies.membership.end", co.secretary, seat, effective_until="2024-11-30")
    outcome = _composition()
    assert (outcome.verdict, _notes(outcome)) == (Verdict.CONTRADICTED, ["membership ended 2024-11-30"])
    assert _composition(1, 1).verdict is Verdict.SUPPORTED
    assert _composition(year=2023).verdict is Verdict.SUPPORTED
    act("bodies.membership.correct", co.secretary, seat, effective_until="2025-03-31", because="It was in March")
    assert _composition().verdict is Verdict.SUPPORTED


def test_a_member_with_another_position_is_counted_as_neither(co: Company) -> None:
    act("people.position.change", co.officer, co.head.positions.get(), level="manager")
    outcome = _composition()
    assert outcome.value == "2 executives, 0 department heads, 1 others"
    assert _notes(outcome) == ["position on that day: Head Of Security"]


def test_a_secretary_is_no_member(co: Company) -> None:
    act("bodies.membership.appoint", co.secretary, body=co.committee, person=person("Tao Min"), role="secretary",
        effective_from="2024-01-01")  # fmt: skip
    assert _composition().verdict is Verdict.SUPPORTED


# chaired_by


def test_the_chair_holds_the_office_said(co: Company) -> None:
    outcome = ask("bodies.chaired_by", kind=COMMITTEE, position="chief_executive")
    assert (outcome.verdict, outcome.value) == (Verdict.SUPPORTED, "chief_executive")
    other = ask("bodies.chaired_by", kind=COMMITTEE, position="general_counsel")
    assert (other.verdict, other.value) == (Verdict.CONTRADICTED, "chief_executive")


def test_a_new_chair_who_is_not_the_chief_executive_turns_it(co: Company) -> None:
    act("bodies.membership.end", co.secretary, co.chief.memberships.get(), effective_until="2024-08-31")
    outcome = ask("bodies.chaired_by", kind=COMMITTEE, position="chief_executive")
    assert (outcome.verdict, _notes(outcome)) == (Verdict.CONTRADICTED, ["membership ended 2024-08-31"])
    act("bodies.membership.end", co.secretary, co.second.memberships.get(), effective_until="2024-08-31")
    act("bodies.membership.appoint", co.secretary, body=co.committee, person=co.second, role="chair",
        effective_from="2024-09-01")  # fmt: skip
    outcome = ask("bodies.chaired_by", kind=COMMITTEE, position="chief_executive")
    assert (outcome.verdict, outcome.value) == (Verdict.CONTRADICTED, "chief_financial_officer")


def test_a_chair_who_leaves_the_office_turns_it(co: Company) -> None:
    act("people.position.end", co.officer, co.chief.positions.get(), effective_until="2024-12-30")
    outcome = ask("bodies.chaired_by", kind=COMMITTEE, position="chief_executive")
    assert _notes(outcome) == ["position “Chief Executive” ended 2024-12-30"]


# charter_duty


def test_the_charter_in_force_names_the_duty_until_a_version_without_it(co: Company) -> None:
    outcome = ask("bodies.charter_duty", kind=COMMITTEE, duty="escalate")
    assert outcome.verdict is Verdict.SUPPORTED
    assert _types(outcome) == {"bodies.charterduty", "bodies.charter"}
    charter(co.committee, ("manage_cybersecurity",), version="2", since=date(2025, 2, 1))
    assert ask("bodies.charter_duty", kind=COMMITTEE, duty="escalate").verdict is Verdict.SUPPORTED
    filed = ask("bodies.charter_duty", "filing_date", kind=COMMITTEE, duty="escalate")
    assert (filed.verdict, _notes(filed)) == (Verdict.CONTRADICTED, ["does not name this duty"])


def test_a_withdrawn_charter_and_a_draft_bind_nobody(co: Company) -> None:
    approver = user_with("board_member")
    act("bodies.charter.end", approver, co.committee.charters.get(), effective_until="2024-12-30")
    outcome = ask("bodies.charter_duty", kind=COMMITTEE, duty="escalate")
    assert (outcome.verdict, _notes(outcome)) == (Verdict.CONTRADICTED, ["ended 2024-12-30"])
    drafted = act("bodies.charter.draft", co.secretary, body=co.committee, version="2", text="x", quorum_kind="majority",
                  effective_from="2024-12-31")  # fmt: skip
    act("bodies.charterduty.add", co.secretary, charter=drafted, duty="escalate", section="1")
    outcome = ask("bodies.charter_duty", kind=COMMITTEE, duty="escalate")
    assert _notes(outcome) == ["ended 2024-12-30", "not approved"]
    act("bodies.charter.approve", approver, drafted)
    assert ask("bodies.charter_duty", kind=COMMITTEE, duty="escalate").verdict is Verdict.SUPPORTED


# decided


def _decided(at_least: int = 2, topic: str = "policy") -> Outcome:
    return ask("bodies.decided", "period", kind=COMMITTEE, topic=topic, at_least=at_least)


def test_carried_decisions_of_the_period_are_counted(co: Company) -> None:
    everyone = [co.chief, co.second, co.head]
    assert _decided(1).verdict is Verdict.UNEVIDENCED
    for month in (3, 9):
        decide(co.committee, "policy", at(2024, month, 5), dict.fromkeys(everyone, "for"))
    decide(co.committee, "policy", at(2024, 10, 5), dict.fromkeys(everyone, "against"))
    decide(co.committee, "policy", at(2025, 1, 5), dict.fromkeys(everyone, "for"))
    decide(co.committee, "strategy", at(2024, 11, 5), dict.fromkeys(everyone, "for"))
    outcome = _decided()
    assert (outcome.verdict, outcome.value) == (Verdict.SUPPORTED, 2)
    assert _decided(3).verdict is Verdict.CONTRADICTED
    assert _decided(1, "strategy").value == 1


def test_a_membership_corrected_afterwards_takes_the_quorum_from_an_old_decision(co: Company) -> None:
    decide(co.committee, "policy", at(2024, 3, 5), {co.chief: "for", co.second: "for"})
    assert _decided(1).verdict is Verdict.SUPPORTED
    act("bodies.membership.correct", co.secretary, co.second.memberships.get(), effective_from="2024-04-01",
        because="Appointed in April")  # fmt: skip
    act("bodies.membership.appoint", co.secretary, body=co.committee, person=person("Gao Yu"), role="member",
        effective_from="2024-01-01")  # fmt: skip
    outcome = _decided(1)
    assert (outcome.verdict, outcome.value) == (Verdict.CONTRADICTED, 0)
    assert _notes(outcome) == ["as corrected since, without quorum: 1 of the 2 needed"]


def test_a_paper_changed_after_the_vote_takes_the_decision_out_of_the_count(co: Company) -> None:
    item = open_meeting(co.committee, at(2024, 3, 5), co.chief, co.second)
    with clock.fixed(at(2024, 3, 5)):
        paper = act("bodies.paper.add", co.secretary, item=item, title="Policy text", text="Version 1")
        made = act("bodies.decision.propose", co.secretary, item=item, topic="policy", title="Adopt", text="Adopted.")
        act("bodies.decision.put", co.secretary, made)
        for who in (co.chief, co.second):
            act("bodies.vote.record", co.secretary, decision=made, person=who, choice="for")
        act("bodies.decision.declare", co.secretary, made)
        assert _decided(1).verdict is Verdict.SUPPORTED
        act("bodies.paper.replace", co.secretary, paper, text="Version 2")
    outcome = _decided(1)
    assert (outcome.verdict, _notes(outcome)) == (Verdict.CONTRADICTED, ["papers changed since: Policy text"])


# members_with_experience


def _experienced(
    co: Company, who: Any, *, field: str = "cybersecurity", since: str = "2015-01-01", **data: object
) -> Any:
    wording = {"organisation": "Lantern Bank", "role": "Analyst", "relevant": True, **data}
    row = act("people.experience.create", co.officer, person=who, field=field, effective_from=since, **wording)
    return act("people.experience.verify", user_with("ciso"), row, how="Reference letter")


def _with_experience(count: int, year: int = 2024) -> Outcome:
    return ask("bodies.members_with_experience", "year_end", year, kind=COMMITTEE, count=count)


def test_members_with_verified_relevant_experience_are_counted_exactly(co: Company) -> None:
    assert _with_experience(2).verdict is Verdict.UNEVIDENCED
    _experienced(co, co.chief)
    _experienced(co, co.head, field="information_security_management")
    _experienced(co, co.second, field="law")
    outcome = _with_experience(2)
    assert (outcome.verdict, outcome.value, _types(outcome)) == (Verdict.SUPPORTED, 2, {"people.experience"})
    assert _with_experience(1).verdict is Verdict.CONTRADICTED
    assert _with_experience(3).verdict is Verdict.CONTRADICTED


def test_experience_in_doubt_turns_the_count(co: Company) -> None:
    row = _experienced(co, co.chief)
    act("people.experience.withdraw_verification", user_with("ciso"), row, why="No such employer")
    outcome = _with_experience(1)
    assert (outcome.verdict, _notes(outcome)) == (Verdict.CONTRADICTED, ["not verified"])


def test_a_member_with_experience_who_leaves_turns_the_count_at_year_end(co: Company) -> None:
    _experienced(co, co.chief)
    _experienced(co, co.head)
    act("bodies.membership.end", co.secretary, co.head.memberships.get(), effective_until="2024-11-30")
    outcome = _with_experience(2)
    assert (outcome.verdict, outcome.value, _notes(outcome)) == (
        Verdict.CONTRADICTED,
        1,
        ["membership ended 2024-11-30"],
    )
    assert _with_experience(2, 2023).verdict is Verdict.SUPPORTED


def test_experience_begun_after_the_day_is_not_yet_experience(co: Company) -> None:
    _experienced(co, co.chief, since="2024-06-01")
    assert _with_experience(1).verdict is Verdict.SUPPORTED
    assert _with_experience(1, 2023).verdict is Verdict.UNEVIDENCED


def test_experience_marked_irrelevant_turns_the_count(co: Company) -> None:
    row = _experienced(co, co.chief)
    act("people.experience.change", co.officer, row, relevant=False)
    act("people.experience.verify", user_with("ciso"), row, how="Reference letter")
    assert _notes(_with_experience(1)) == ["not marked as relevant"]


# most_experienced


def _most(years: int = 5, year: int = 2024) -> Outcome:
    return ask("bodies.most_experienced", "year_end", year, kind=COMMITTEE, years=years)


def test_most_is_what_the_company_says_it_is(co: Company) -> None:
    for who in (co.chief, co.head):
        _experienced(co, who, field="information_security_management")
    outcome = _most()
    assert outcome.verdict is Verdict.UNEVIDENCED
    assert "“Most”" in str(outcome.because)
    parameter("most.share", "0.5")
    outcome = _most()
    assert (outcome.verdict, outcome.value, outcome.expected) == (Verdict.SUPPORTED, 2, 2)
    parameter("most.share", "0.75", since=date(2024, 1, 1))
    assert (_most().verdict, _most().expected) == (Verdict.CONTRADICTED, 3)


def test_overlapping_years_are_not_counted_twice(co: Company) -> None:
    parameter("most.share", "0.5")
    _experienced(co, co.chief, field="information_security_management")
    one = {"field": "information_security_management", "since": "2021-01-01"}
    _experienced(co, co.head, **one)
    _experienced(co, co.head, **one, organisation="A second employer")
    outcome = _most()
    assert (outcome.verdict, outcome.value) == (Verdict.CONTRADICTED, 1)
    assert "4 years and 0 days of verified experience" in _notes(outcome)


def test_exactly_five_years_are_not_more_than_five(co: Company) -> None:
    parameter("most.share", "0.5")
    for who in (co.chief, co.head):
        _experienced(co, who, field="information_security_management", since="2020-01-01")
    assert _most().verdict is Verdict.CONTRADICTED
    assert _most(4).verdict is Verdict.SUPPORTED


def test_ending_the_experience_earlier_turns_it(co: Company) -> None:
    parameter("most.share", "0.5")
    rows = [
        _experienced(co, who, field="information_security_management", since="2019-01-01")
        for who in (co.chief, co.head)
    ]
    assert _most().verdict is Verdict.SUPPORTED
    act("people.experience.end", co.officer, rows[0], effective_until="2023-06-30")
    outcome = _most()
    assert (outcome.verdict, outcome.value) == (Verdict.CONTRADICTED, 1)


# reports_to


def _reports(year: int = 2024) -> Outcome:
    return ask("bodies.reports_to", "year_end", year, kind=COMMITTEE, to_kind=BOARD)


def test_a_body_reports_where_its_line_leads_on_the_day(co: Company) -> None:
    outcome = _reports()
    assert (outcome.verdict, outcome.value) == (Verdict.SUPPORTED, "Governance Committee")
    act("bodies.reportingline.end", co.secretary, co.committee.reporting_lines.get(), effective_until="2024-09-30")
    outcome = _reports()
    assert (outcome.verdict, _notes(outcome)) == (Verdict.CONTRADICTED, ["ended 2024-09-30"])
    assert _reports(2023).verdict is Verdict.SUPPORTED


def test_a_body_without_any_line_is_unevidenced(co: Company) -> None:
    assert ask("bodies.reports_to", kind=BOARD, to_kind="board").verdict is Verdict.UNEVIDENCED
