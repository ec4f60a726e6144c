"""Founding bodies, charters that two people bring into force, and dated memberships."""

from __future__ import annotations

from datetime import date

import pytest

from quarterdeck.areas.bodies.models import Body, Charter, ReportingLine
from quarterdeck.areas.bodies.queries import body_in_charge, charter_on, duty_on, members_on
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Denied, Invalid, Refused
from tests.support import act, at, body_with, charter, company, person, system, user_with

pytestmark = pytest.mark.django_db

YEAR_END = date(2024, 12, 31)


@pytest.fixture(autouse=True)
def _company() -> None:
    company()


def _establish(name: str = "Cyber Committee", kind: str = "management_committee", **data: object) -> Body:
    made: Body = act(
        "bodies.body.establish", user_with("secretary"), name=name, kind=kind, unit=company(),
        effective_from="2020-01-01", **data,
    )  # fmt: skip
    return made


def test_a_body_is_established_with_the_line_it_reports_on() -> None:
    board = _establish("Governance Committee", "board_committee")
    made = _establish(reports_to=board)
    line = ReportingLine.objects.get(body=made)
    assert (line.reports_to, line.effective_from) == (board, date(2020, 1, 1))


def test_a_body_cannot_report_in_a_circle() -> None:
    board = _establish("Governance Committee", "board_committee")
    made = _establish(reports_to=board)
    with pytest.raises(Refused, match="change that line first"):
        act("bodies.reportingline.report_to", user_with("secretary"), body=board, reports_to=made,
            effective_from="2021-01-01")  # fmt: skip


def test_a_new_reporting_line_ends_the_one_before() -> None:
    first, second = _establish("First", "board_committee"), _establish("Second", "board")
    made = _establish(reports_to=first)
    secretary = user_with("secretary")
    act("bodies.reportingline.report_to", secretary, body=made, reports_to=second, effective_from="2024-07-01")
    assert ReportingLine.objects.on(date(2024, 6, 30)).get(body=made).reports_to == first
    assert ReportingLine.objects.on(date(2024, 7, 1)).get(body=made).reports_to == second
    with pytest.raises(Refused, match="2024-07-01"):
        act("bodies.reportingline.report_to", secretary, body=made, reports_to=first, effective_from="2024-07-01")


def test_a_charter_comes_into_force_when_another_person_approves_it() -> None:
    made, secretary = _establish(), user_with("secretary", "ciso")
    drafted = act("bodies.charter.draft", secretary, body=made, version="1", text="Duties", quorum_kind="majority",
                  effective_from="2020-01-01")  # fmt: skip
    approver = user_with("committee_member")
    with pytest.raises(Refused, match="names no duty"):
        act("bodies.charter.approve", approver, drafted)
    act("bodies.charterduty.add", secretary, charter=drafted, duty="manage_cybersecurity", section="2.1")
    assert charter_on(made, YEAR_END) is None
    with pytest.raises(Refused, match="another person"):
        act("bodies.charter.approve", secretary, drafted)
    act("bodies.charter.approve", approver, drafted)
    found = duty_on(made, "manage_cybersecurity", YEAR_END)
    assert found is not None
    assert found.section == "2.1"


def test_whoever_last_touched_the_duties_is_a_drafter_too() -> None:
    made, first, second = _establish(), user_with("secretary"), user_with("ciso")
    drafted = act("bodies.charter.draft", first, body=made, version="1", text="Duties", quorum_kind="majority",
                  effective_from="2020-01-01")  # fmt: skip
    act("bodies.charterduty.add", second, charter=drafted, duty="manage_cybersecurity", section="1")
    with pytest.raises(Refused, match="another person"):
        act("bodies.charter.approve", second, drafted)


def test_an_approved_charter_is_not_edited_but_replaced_by_the_next_version() -> None:
    made = body_with("management_committee", {}, duties=("manage_cybersecurity",), since=date(2020, 1, 1))
    first = charter_on(made, YEAR_END)
    assert first is not None
    with pytest.raises(Refused, match="draft a new version"):
        act("bodies.charterduty.add", user_with("secretary"), charter=first, duty="escalate", section="9")
    with pytest.raises(Refused, match="draft a new version"):
        act("bodies.charterduty.strike", user_with("secretary"), first.duties.get())
    charter(made, ("manage_cybersecurity", "escalate"), version="2", since=date(2024, 7, 1))
    assert duty_on(made, "escalate", date(2024, 6, 30)) is None
    assert duty_on(made, "escalate", date(2024, 7, 1)) is not None
    first.refresh_from_db()
    assert first.effective_until == date(2024, 6, 30)
    with pytest.raises(Refused, match="2024-07-01"):
        charter(made, version="3", since=date(2024, 5, 1))


def test_a_duty_struck_from_a_draft_is_no_duty() -> None:
    made, secretary = _establish(), user_with("secretary")
    drafted = act("bodies.charter.draft", secretary, body=made, version="1", text="Duties", quorum_kind="majority",
                  effective_from="2020-01-01")  # fmt: skip
    act("bodies.charterduty.add", secretary, charter=drafted, duty="manage_cybersecurity", section="1")
    struck = act("bodies.charterduty.add", secretary, charter=drafted, duty="escalate", section="2")
    act("bodies.charterduty.strike", secretary, struck)
    act("bodies.charter.approve", user_with("board_member"), drafted)
    assert duty_on(made, "escalate", YEAR_END) is None


@pytest.mark.parametrize(("kind", "value"), [("share", None), ("share", 101), ("number", None), ("majority", 3)])
def test_a_quorum_that_says_nothing_is_refused(kind: str, value: int | None) -> None:
    with pytest.raises(Invalid) as wrong:
        act("bodies.charter.draft", user_with("secretary"), body=_establish(), version="1", text="x", quorum_kind=kind,
            quorum_value=value, effective_from="2020-01-01")  # fmt: skip
    assert set(wrong.value.errors) == {"quorum_value"}


def test_there_is_one_chair_on_a_day_and_one_role_for_each_person() -> None:
    made, secretary = _establish(), user_with("secretary")
    first, second = person("Lin Wei"), person("Sun Bo")
    seat = act(
        "bodies.membership.appoint", secretary, body=made, person=first, role="chair", effective_from="2021-01-01"
    )
    with pytest.raises(Refused, match="Lin Wei is chair"):
        act("bodies.membership.appoint", secretary, body=made, person=second, role="chair", effective_from="2024-01-01")
    with pytest.raises(Refused, match="already sits"):
        act("bodies.membership.appoint", secretary, body=made, person=first, role="member", effective_from="2024-01-01")
    act("bodies.membership.end", secretary, seat, effective_until="2024-06-30")
    act("bodies.membership.appoint", secretary, body=made, person=second, role="chair", effective_from="2024-07-01")
    chairs = [members_on(made, day, ["chair"]).get().person for day in (date(2024, 6, 30), date(2024, 7, 1))]
    assert chairs == [first, second]


def test_ending_keeps_the_past_and_correcting_rewrites_it_with_a_reason() -> None:
    secretary, who = user_with("secretary"), person("Lin Wei")
    made = body_with("panel", {who: "member"}, since=date(2020, 1, 1))
    seat = act("bodies.membership.end", secretary, who.memberships.get(), effective_until="2024-11-30")
    assert members_on(made, date(2024, 11, 30)).exists()
    assert not members_on(made, YEAR_END).exists()
    with pytest.raises(Refused, match="already ended on 2024-11-30"):
        act("bodies.membership.end", secretary, seat, effective_until="2024-12-31")
    with pytest.raises(Invalid):
        act("bodies.membership.correct", secretary, seat, effective_until="2025-01-31")
    act("bodies.membership.correct", secretary, seat, effective_until="2025-01-31", because="Wrong letter was read")
    seat.refresh_from_db()
    assert seat.corrected_because == "Wrong letter was read"
    assert members_on(made, YEAR_END).exists()
    with pytest.raises(Invalid, match="Nothing is different"):
        act("bodies.membership.correct", secretary, seat, because="Again")


def test_a_correction_may_not_make_a_second_chair() -> None:
    chair, other = person("Lin Wei"), person("Sun Bo")
    body_with("panel", {chair: "chair", other: "member"})
    with pytest.raises(Refused, match="Lin Wei is chair"):
        act("bodies.membership.correct", user_with("secretary"), other.memberships.get(), role="chair", because="Typo")


def test_nobody_sits_on_a_body_before_it_exists() -> None:
    with pytest.raises(Refused, match="2020-01-01"):
        act("bodies.membership.appoint", user_with("secretary"), body=_establish(), person=person("Lin Wei"),
            role="member", effective_from="2019-12-31")  # fmt: skip


def test_a_body_is_dissolved_once_nothing_of_it_is_open() -> None:
    who, secretary = person("Lin Wei"), user_with("secretary")
    made = body_with("panel", {who: "member"})
    with clock.fixed(at(2024, 12, 1)):
        with pytest.raises(Refused, match="lies ahead"):
            act("bodies.body.dissolve", secretary, made, effective_until="2024-12-02")
        with pytest.raises(Refused, match="Lin Wei"):
            act("bodies.body.dissolve", secretary, made, effective_until="2024-11-30")
        act("bodies.membership.end", secretary, who.memberships.get(), effective_until="2024-11-30")
        planned = act("bodies.meeting.plan", secretary, body=made, kind="meeting", planned_at="2024-12-10T09:00Z")
        with pytest.raises(Refused, match="Meetings are not finished"):
            act("bodies.body.dissolve", secretary, made, effective_until="2024-11-30")
        act("bodies.meeting.cancel", secretary, planned, because="Dissolved")
        gone = act("bodies.body.dissolve", secretary, made, effective_until="2024-11-30")
    assert gone.state == Body.State.DISSOLVED
    assert body_in_charge("panel", date(2024, 11, 30)).body == made
    assert body_in_charge("panel", YEAR_END).body is None


def test_of_several_bodies_the_one_whose_charter_says_so_answers_for_cybersecurity() -> None:
    body_with("board_committee", {}, name="Audit Committee", duties=("be_informed",))
    governance = body_with("board_committee", {}, name="Governance Committee", duties=("oversee_cybersecurity",))
    assert body_in_charge("board_committee", YEAR_END).body == governance


def test_members_do_not_appoint_and_auditors_change_nothing() -> None:
    made, who = _establish(), person("Lin Wei")
    for role in ("committee_member", "auditor", "employee"):
        with pytest.raises(Denied):
            act("bodies.membership.appoint", user_with(role), body=made, person=who, role="chair",
                effective_from="2021-01-01")  # fmt: skip
    assert Charter.objects.count() == 0
    assert (
        act("bodies.body.change", system(), made, name="Committee on Cybersecurity").name
        == "Committee on Cybersecurity"
    )
