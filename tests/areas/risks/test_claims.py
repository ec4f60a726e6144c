"""What the register proves, and the one change that turns each."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.risks.models import FrameworkAcceptance, ThreatReview
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Denied, NotVisible, Refused
from quarterdeck.kernel.claims import Verdict
from tests.areas.evidence.papers import attest
from tests.areas.risks.desk import risk
from tests.support import act, ask, at, body_with, company, open_meeting, parameter, person, system, user_with

pytestmark = pytest.mark.django_db
YEAR = (date(2024, 1, 1), date(2024, 12, 31))


@pytest.fixture(autouse=True)
def _company() -> None:
    company()


def assessment(on: str = "2024-05-01", performer: str = "in_house") -> Any:
    writer = user_with("analyst")
    made = act(
        "risks.riskassessment.prepare", writer, title="Spring", unit=company(), scope="All", method="Scenarios", result="Sound.",
        performer=performer, performer_name="Security", lead=person("Una Reed"), performed_on=on,
    )  # fmt: skip
    return act("risks.riskassessment.submit", writer, made)


def test_an_approved_assessment_supports_and_a_year_without_one_does_not() -> None:
    made = assessment()
    assert ask("risks.assessed", "period", performer="any").verdict is Verdict.UNEVIDENCED
    act("risks.riskassessment.approve", user_with("ciso"), made)
    answer = ask("risks.assessed", "period", performer="any")
    assert (answer.verdict, answer.value) == (Verdict.SUPPORTED, 1)
    assert ask("risks.assessed", "period", performer="outside").verdict is not Verdict.SUPPORTED
    assert ask("risks.assessed", "period", 2025, performer="any").verdict is Verdict.STALE


def test_a_home_without_assessments_is_asked_for_typed_evidence() -> None:
    attest(user_with("ciso", "analyst"), "risk_assessment")
    assert ask("risks.assessed", "period", performer="any").verdict is Verdict.ATTESTED


def integrated(year: int = 2024) -> Verdict:
    return ask("risks.integrated", "filing_date", year, framework="enterprise_risk_management").verdict


def owner_of_framework(since: str = "2024-01-01") -> tuple[Any, Any]:
    someone = person("Gina Ward", "employee")
    made = act("risks.frameworkowner.name", system(), framework="enterprise_risk_management", person=someone, document="Rules, chapter 4", effective_from=since)  # fmt: skip
    return someone, made


def test_the_frameworks_owner_and_nobody_else_accepts_the_register_into_it() -> None:
    someone, framework = owner_of_framework()
    with pytest.raises(Refused, match="no open risk"):
        act("risks.frameworkowner.accept", someone.user, framework, because="It is in.")
    held = risk(on=date(2024, 2, 1))
    assert integrated() is Verdict.UNEVIDENCED
    with clock.fixed(at(2024, 12, 10)):
        act("risks.frameworkowner.accept", someone.user, framework, because="It stands in section 4.")
    assert integrated() is Verdict.SUPPORTED
    assert FrameworkAcceptance.objects.get().listed == "R-1 Ransomware stops the shop (Operations)"
    assert integrated(2025) is Verdict.STALE, "a year later it has to be accepted anew"
    with clock.fixed(at(2025, 2, 1)):
        act("risks.risk.close", system(), held, reason="The shop was sold.")
    assert integrated() is Verdict.CONTRADICTED, "an empty register is part of nothing"


def test_withdrawing_the_acceptance_turns_the_sentence() -> None:
    someone, framework = owner_of_framework()
    risk(on=date(2024, 2, 1))
    with clock.fixed(at(2024, 12, 10)):
        act("risks.frameworkowner.accept", someone.user, framework, because="It stands in section 4.")
    with clock.fixed(at(2025, 3, 1)):
        act(
            "risks.frameworkacceptance.withdraw",
            someone.user,
            FrameworkAcceptance.objects.get(),
            withdrawn_on="2025-03-01",
            reason="Taken out.",
        )
    assert integrated() is Verdict.CONTRADICTED
    assert ask("risks.integrated", "filing_date", 2024, framework="security_management").verdict is Verdict.UNEVIDENCED


def test_a_new_owner_has_to_accept_anew() -> None:
    someone, framework = owner_of_framework()
    risk(on=date(2024, 2, 1))
    with clock.fixed(at(2024, 12, 10)):
        act("risks.frameworkowner.accept", someone.user, framework, because="It stands in section 4.")
        act("risks.frameworkowner.end", system(), framework, effective_until="2024-12-31")
    act("risks.frameworkowner.name", system(), framework="enterprise_risk_management", person=person("Nils Roy"), document="Rules", effective_from="2025-01-01")  # fmt: skip
    assert integrated() is Verdict.STALE


def board() -> tuple[Any, list[Any]]:
    seats = [person(name) for name in ("Ada Birch", "Ben Cole", "Cleo Dunn")]
    return body_with("board_committee", dict(zip(seats, ("chair", "member", "member"), strict=True))), seats


def review(answer: str = "not_affected", **data: str) -> Any:
    given = {
        "title": "2024", "period_from": "2024-01-01", "period_until": "2024-12-31", "threats": "All in the register.",
        "incidents": "None of the year; the outage of 2022.", "aggregate": "Nothing in common.", "likely": "None.", "because": "Small.",
    } | data  # fmt: skip
    return act("risks.threatreview.prepare", system(), answer=answer, **given)


def vote(made: Any, seats: list[Any], body: Any, choice: str = "for") -> None:
    moment = datetime(2025, 4, 15, 6, tzinfo=UTC)
    item = open_meeting(body, moment, *seats)
    with clock.fixed(moment):
        act("risks.threatreview.bring", system(), made, item=item)
        decision = Decision.objects.latest("pk")
        act("bodies.decision.put", system(), decision)
        for seat in seats:
            act("bodies.vote.record", system(), decision=decision, person=seat, choice=choice)
        act("bodies.decision.declare", system(), decision)


def affected() -> Verdict:
    return ask("risks.none_affecting", "filing_date").verdict


def test_the_flag_rests_on_a_bodys_vote_over_a_list_and_no_model_sets_it() -> None:
    parameter("bring_down.days", 14)
    body, seats = board()
    assert affected() is ask("incidents.none_material", "filing_date").verdict, (
        "without any list: the body's review alone"
    )
    made = review()
    vote(made, seats, body)
    made.refresh_from_db()
    assert made.state == ThreatReview.State.DECIDED
    assert made.decided_on == date(2025, 4, 15)
    assert "no risk from cybersecurity threats" in Decision.objects.get().text
    # The vote's decision covers 2024 only; the weeks until filing need a review of their own.
    assert affected() is Verdict.STALE
    from tests.support import decide

    decide(body, "materiality_review", datetime(2025, 4, 20, 6, tzinfo=UTC), dict.fromkeys(seats, "for"), covers_from="2025-01-01", covers_until="2025-04-20")  # fmt: skip
    assert affected() is Verdict.SUPPORTED


def test_a_list_that_was_voted_down_answers_nothing() -> None:
    parameter("bring_down.days", 14)
    body, seats = board()
    made = review()
    vote(made, seats, body, "against")
    made.refresh_from_db()
    assert made.state == ThreatReview.State.LOST
    assert affected() is Verdict.UNEVIDENCED


def test_a_body_that_finds_a_material_effect_contradicts_the_sentence() -> None:
    parameter("bring_down.days", 14)
    body, seats = board()
    vote(review("likely"), seats, body)
    assert affected() is Verdict.CONTRADICTED


def test_a_list_that_leaves_days_out_is_named_by_the_first_of_them() -> None:
    parameter("bring_down.days", 14)
    body, seats = board()
    vote(review(period_until="2024-11-30"), seats, body)
    answer = ask("risks.none_affecting", "filing_date")
    assert answer.verdict is Verdict.STALE
    assert "2024-12-01" in answer.because


@pytest.mark.parametrize("role", ["committee_member", "disclosure_officer", "board_member"])
def test_whoever_owns_a_framework_accepts_into_it_whatever_other_role_they_hold(role: str) -> None:
    someone = person("Nora Field", role)
    other = person("Otto Grey", role)
    framework = act("risks.frameworkowner.name", system(), framework="enterprise_risk_management", person=someone, document="Rules, chapter 4", effective_from="2024-01-01")  # fmt: skip
    risk(on=date(2025, 3, 1))
    with pytest.raises((NotVisible, Refused, Denied)):
        act("risks.frameworkowner.accept", other.user, framework, because="I say so.")
    act("risks.frameworkowner.accept", someone.user, framework, because="It stands in section 4.")
    made = framework.acceptances.get()
    assert made.accepted_by == someone.user
    act("risks.frameworkacceptance.withdraw", someone.user, made, withdrawn_on=clock.today(), reason="A new register.")
