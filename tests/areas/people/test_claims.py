"""What turns the claim that people of the security team are certified."""

from __future__ import annotations

from typing import Any

import pytest

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.claims import Verdict
from tests.support import act, ask, company, person, system, user_with

pytestmark = pytest.mark.django_db

CLAIM = "people.team_certified"


@pytest.fixture
def officer() -> User:
    company()
    return user_with("people_officer")


def _certified(name: str, *, code: str = "CISP", since: str = "2022-01-01", verified: bool = True) -> Any:
    who = person(name)
    act("people.teammembership.join", system(), person=who, team="security", effective_from=since)
    row = act("people.certification.create", user_with("people_officer"), person=who, issuer="CNITSEC", code=code,
              number=name, issued_on="2022-03-01", expires_on="2025-02-28")  # fmt: skip
    return act("people.certification.verify", user_with("ciso"), row, how="Register") if verified else row


def _asked(year: int = 2024, at_least: int = 2) -> Any:
    return ask(CLAIM, "year_end", year, code="CISP", at_least=at_least)


def _against(outcome: Any) -> list[str]:
    return [row.note for row in outcome.evidence if row.against]


def test_two_verified_unexpired_certifications_support_it_with_their_rows(officer: User) -> None:
    rows = [_certified("Ma Li"), _certified("Sun Bo")]
    outcome = _asked()
    assert (outcome.verdict, outcome.value, outcome.expected) == (Verdict.SUPPORTED, 2, 2)
    assert {(row.type, row.id, row.against) for row in outcome.evidence} == {
        ("people.certification", row.pk, False) for row in rows
    }


def test_nothing_recorded_is_unevidenced_and_says_what_is_missing(officer: User) -> None:
    outcome = _asked()
    assert outcome.verdict is Verdict.UNEVIDENCED
    assert "2024-12-31" in str(outcome.because)
    _certified("Ma Li", code="CISSP")
    outcome = _asked()
    assert outcome.verdict is Verdict.UNEVIDENCED
    assert "CISP" in str(outcome.because)


def test_a_certification_that_lapsed_before_the_day_turns_it(officer: User) -> None:
    row, _other = _certified("Ma Li"), _certified("Sun Bo")
    act("people.certification.expire", officer, row, expires_on="2024-12-30")
    outcome = _asked()
    assert (outcome.verdict, outcome.value) == (Verdict.CONTRADICTED, 1)
    assert _against(outcome) == ["expired 2024-12-30"]


def test_the_year_before_stays_as_it_was(officer: User) -> None:
    row, _other = _certified("Ma Li"), _certified("Sun Bo")
    act("people.certification.expire", officer, row, expires_on="2024-12-30")
    assert _asked(2023).verdict is Verdict.SUPPORTED
    assert _asked(2021).verdict is not Verdict.SUPPORTED


def test_an_unverified_certification_does_not_count_until_it_is_verified(officer: User) -> None:
    _certified("Ma Li")
    row = _certified("Sun Bo", verified=False)
    outcome = _asked()
    assert (outcome.verdict, _against(outcome)) == (Verdict.CONTRADICTED, ["not verified"])
    act("people.certification.verify", user_with("ciso"), row, how="Register")
    assert _asked().verdict is Verdict.SUPPORTED


def test_someone_who_leaves_the_team_within_the_year_turns_it(officer: User) -> None:
    row, _other = _certified("Ma Li"), _certified("Sun Bo")
    act("people.teammembership.end", officer, row.person.teams.get(), effective_until="2024-11-30")
    outcome = _asked()
    assert (outcome.verdict, outcome.value, _against(outcome)) == (
        Verdict.CONTRADICTED,
        1,
        ["left the team on 2024-11-30"],
    )


def test_someone_who_leaves_the_company_turns_it(officer: User) -> None:
    row, _other = _certified("Ma Li"), _certified("Sun Bo")
    act("people.person.leave", officer, row.person, left_on="2024-06-30")
    assert _asked().verdict is Verdict.CONTRADICTED


def test_one_person_with_two_certificates_is_one_person(officer: User) -> None:
    row = _certified("Ma Li")
    second = act("people.certification.create", officer, person=row.person, issuer="CNITSEC", code="CISP", number="new",
                 issued_on="2024-01-01")  # fmt: skip
    act("people.certification.verify", user_with("ciso"), second, how="Register")
    assert (_asked().value, _asked(at_least=1).verdict) == (1, Verdict.SUPPORTED)


def test_a_lapsed_certificate_of_somebody_who_renewed_it_speaks_against_nothing(officer: User) -> None:
    row = _certified("Ma Li")
    act("people.certification.expire", officer, row, expires_on="2024-01-31")
    second = act("people.certification.create", officer, person=row.person, issuer="CNITSEC", code="CISP", number="new",
                 issued_on="2024-02-01")  # fmt: skip
    act("people.certification.verify", user_with("ciso"), second, how="Register")
    outcome = _asked(at_least=1)
    assert (outcome.verdict, _against(outcome)) == (Verdict.SUPPORTED, [])
