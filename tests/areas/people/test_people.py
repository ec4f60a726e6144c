"""People, positions, teams and what they know: changed by real actions of people who hold roles."""

from __future__ import annotations

from datetime import date

import pytest

from quarterdeck.areas.people.models import Certification, Experience, Person, Position
from quarterdeck.areas.people.queries import experience_of
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Denied, Invalid, NotVisible, Refused
from quarterdeck.kernel.actions.run import refusal
from quarterdeck.kernel.permissions.models import Assignment
from tests.support import act, at, body_with, company, person, system, user_with

pytestmark = pytest.mark.django_db

CISP = {"issuer": "CNITSEC", "code": "CISP", "number": "0042", "issued_on": "2022-03-01", "expires_on": "2025-02-28"}
WORK = {
    "organisation": "Lantern Bank",
    "role": "Head of information security",
    "field": "information_security_management",
    "relevant": True,
    "effective_from": "2015-01-01",
    "effective_until": "2019-12-31",
}


@pytest.fixture(autouse=True)
def _company() -> None:
    company()


def test_a_people_officer_adds_a_person_with_a_dated_position() -> None:
    officer = user_with("people_officer")
    added = act("people.person.create", officer, full_name="Lin Wei", email="lin@example.com", unit=company())
    held = act(
        "people.position.create", officer, person=added, title="Chief Executive Officer", level="executive",
        unit=company(), code="chief_executive", effective_from="2020-01-01",
    )  # fmt: skip
    assert str(held) == "Lin Wei · Chief Executive Officer"
    assert list(Position.objects.on(date(2021, 6, 1))) == [held]
    assert not Position.objects.on(date(2019, 12, 31)).exists()


def test_an_analyst_sees_people_but_may_not_add_one() -> None:
    with pytest.raises(Denied):
        act("people.person.create", user_with("analyst"), full_name="Lin Wei", unit=company())


def test_an_employee_sees_only_their_own_record() -> None:
    me, other = person("Ma Li", "employee"), person("Sun Bo")
    mine = act("people.certification.create", user_with("people_officer"), person=me, **CISP)
    with pytest.raises(Denied):
        act("people.certification.expire", me.user, mine, expires_on="2024-01-01")
    theirs = act("people.certification.create", user_with("people_officer"), person=other, **CISP)
    with pytest.raises(NotVisible):
        act("people.certification.expire", me.user, theirs, expires_on="2024-01-01")


def test_whoever_typed_a_certification_cannot_verify_it() -> None:
    officer, second = user_with("people_officer"), user_with("people_officer")
    row = act("people.certification.create", officer, person=person("Ma Li"), **CISP)
    with pytest.raises(Refused, match="another person"):
        act("people.certification.verify", officer, row, how="Issuer's register")
    with clock.fixed(at(2024, 5, 6)):
        verified = act("people.certification.verify", second, row, how="Issuer's register")
    assert (verified.verified_by, verified.verified_on) == (second, date(2024, 5, 6))


def test_nobody_verifies_what_is_said_about_themselves() -> None:
    me = person("Ma Li", "ciso")
    row = act("people.certification.create", user_with("people_officer"), person=me, **CISP)
    assert refusal(_action("people.certification.verify"), me.user, row) is not None
    with pytest.raises(Refused):
        act("people.certification.verify", me.user, row, how="I should know")


def test_verification_without_evidence_says_how_it_was_done() -> None:
    row = act("people.certification.create", user_with("people_officer"), person=person("Ma Li"), **CISP)
    with pytest.raises(Refused, match="Attach the evidence first"):
        act("people.certification.verify", user_with("ciso"), row)


def test_a_change_undoes_the_verification_and_a_lapse_does_not() -> None:
    officer, ciso = user_with("people_officer"), user_with("ciso")
    row = act("people.certification.create", officer, person=person("Ma Li"), **CISP)
    act("people.certification.verify", ciso, row, how="Register")
    lapsed = act("people.certification.expire", officer, row, expires_on="2024-11-30")
    assert lapsed.verified
    assert lapsed.has_expired(date(2024, 12, 31))
    assert not lapsed.has_expired(date(2024, 11, 30))
    renewed = act("people.certification.change", officer, row, expires_on="2028-02-28")
    assert not renewed.verified
    with pytest.raises(Refused, match="a renewal is a change"):
        act("people.certification.expire", officer, row, expires_on="2030-01-01")


def test_whoever_changed_it_last_cannot_verify_it() -> None:
    first, second = user_with("people_officer"), user_with("people_officer")
    row = act("people.experience.create", first, person=person("Ma Li"), **WORK)
    act("people.experience.change", second, row, role="Deputy head of information security")
    with pytest.raises(Refused):
        act("people.experience.verify", second, row, how="Reference letter")
    assert act("people.experience.verify", first, row, how="Reference letter").verified


def test_a_withdrawn_verification_says_why() -> None:
    row = act("people.degree.create", user_with("people_officer"), person=person("Ma Li"), institution="Lake University",
              level="master", subject="Computer science", awarded_on="2010-07-01")  # fmt: skip
    ciso = user_with("ciso")
    assert act("people.degree.verify", ciso, row, how="Diploma seen").verified
    doubted = act("people.degree.withdraw_verification", ciso, row, why="The register does not know the number")
    assert (doubted.verified, doubted.verified_how) == (False, "The register does not know the number")


def test_dates_that_cannot_be_are_refused_with_the_field_named() -> None:
    officer = user_with("people_officer")
    with pytest.raises(Invalid) as wrong:
        act("people.certification.create", officer, person=person("Ma Li"), **{**CISP, "expires_on": "2020-01-01"})
    assert set(wrong.value.errors) == {"expires_on"}


def test_years_of_experience_come_from_verified_rows_and_count_overlaps_once() -> None:
    officer, ciso = user_with("people_officer"), user_with("ciso")
    who = person("Ma Li")
    act("people.experience.verify", ciso, act("people.experience.create", officer, person=who, **WORK), how="Letter")
    beside = {**WORK, "organisation": "Board of the exchange", "effective_from": "2018-01-01"}
    beside["effective_until"] = "2021-12-31"
    second = act("people.experience.create", officer, person=who, **beside)
    assert experience_of(who, date(2024, 12, 31))["information_security_management"].years == 5
    act("people.experience.verify", ciso, second, how="Letter")
    assert experience_of(who, date(2024, 12, 31))["information_security_management"].years == 7


def test_leaving_ends_positions_team_and_roles_on_the_last_day() -> None:
    officer = user_with("people_officer")
    who = person("Ma Li", "analyst", position="head_of_monitoring", level="department_head")
    act("people.teammembership.join", officer, person=who, team="security", effective_from="2021-01-01")
    act("people.person.leave", officer, who, left_on="2024-11-30")
    who.refresh_from_db()
    assert (who.state, who.left_on) == (Person.State.LEFT, date(2024, 11, 30))
    assert [row.effective_until for row in [*who.positions.all(), *who.teams.all()]] == [date(2024, 11, 30)] * 2
    assert Assignment.objects.get(user=who.user).effective_until == date(2024, 11, 30)


def test_nobody_has_left_before_the_day_or_while_a_later_position_is_recorded() -> None:
    officer, who = user_with("people_officer"), person("Ma Li", position="chief_executive", since=date(2024, 3, 1))
    with clock.fixed(at(2024, 11, 29)), pytest.raises(Refused, match="lies ahead"):
        act("people.person.leave", officer, who, left_on="2024-11-30")
    with pytest.raises(Refused, match="Begins after that day: Ma Li · Chief Executive"):
        act("people.person.leave", officer, who, left_on="2024-02-29")


def test_leaving_says_which_memberships_are_still_open() -> None:
    officer = user_with("people_officer")
    who = person("Ma Li", "committee_member", position="chief_executive")
    body_with("management_committee", {who: "chair"}, name="Cyber Committee")
    with pytest.raises(Refused, match="Ma Li · Chair, Cyber Committee"):
        act("people.person.leave", officer, who, left_on="2024-11-30")
    gone = act("people.person.leave", officer, who, left_on="2024-11-30", memberships_stay=True)
    assert gone.state == Person.State.LEFT
    assert gone.memberships.get().effective_until is None
    assert Assignment.objects.get(user=who.user).effective_until is None


def test_someone_who_left_can_come_back_and_what_ended_stays_ended() -> None:
    officer = user_with("people_officer")
    who = person("Ma Li", position="chief_executive")
    act("people.person.leave", officer, who, left_on="2024-11-30")
    with pytest.raises(Refused, match="Left"):
        act("people.person.leave", officer, who, left_on="2024-12-30")
    back = act("people.person.rejoin", officer, who)
    assert (back.state, back.left_on) == (Person.State.ACTIVE, None)
    assert back.positions.get().effective_until == date(2024, 11, 30)


def test_one_login_belongs_to_one_person() -> None:
    first, second = person("Ma Li", "analyst"), person("Sun Bo")
    with pytest.raises(Refused, match="belongs to Ma Li"):
        act("people.person.connect_login", user_with("administrator"), second, user=first.user)


def test_nobody_is_in_the_team_twice_on_a_day() -> None:
    ciso, who = user_with("ciso"), person("Ma Li")
    row = act("people.teammembership.join", ciso, person=who, team="security", effective_from="2021-01-01")
    with pytest.raises(Refused, match="2021-01-01"):
        act("people.teammembership.join", ciso, person=who, team="security", effective_from="2022-01-01")
    act("people.teammembership.end", ciso, row, effective_until="2021-12-31")
    assert act("people.teammembership.join", ciso, person=who, team="security", effective_from="2022-01-01").pk


def test_an_auditor_sees_everything_and_changes_nothing() -> None:
    auditor = user_with("auditor")
    row = act("people.certification.create", user_with("people_officer"), person=person("Ma Li"), **CISP)
    with pytest.raises(Denied):
        act("people.certification.verify", auditor, row, how="Audit")
    with pytest.raises(Denied):
        act("people.person.leave", auditor, row.person, left_on="2024-01-01")
    assert (Certification.objects.count(), Experience.objects.count()) == (1, 0)


def test_records_do_not_change_outside_an_action() -> None:
    from quarterdeck.kernel.records import WriteOutsideAction

    who = person("Ma Li")
    who.full_name = "Ma Lihua"
    with pytest.raises(WriteOutsideAction):
        who.save()
    assert system().system


def _action(code: str) -> type:
    from quarterdeck.kernel.resource.registry import action_named

    return action_named(code)
