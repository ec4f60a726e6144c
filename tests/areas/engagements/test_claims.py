"""What engagements and improvements prove, and the one change that turns each."""

from __future__ import annotations

import pytest

from quarterdeck.kernel.claims import Verdict
from tests.areas.engagements.desk import accepted, engagement, finished, handed_in, recommended
from tests.areas.evidence.papers import attest
from tests.support import act, ask, company, system, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _company() -> None:
    company()


def said(name: str, year: int = 2024, /, **params: str) -> tuple[Verdict, object]:
    answer = ask(name, "period", year, **params)
    return answer.verdict, answer.value


def test_an_outside_expert_engaged_in_the_period_supports_the_flag() -> None:
    assert said("engagements.third_party") == (Verdict.UNEVIDENCED, 0)
    engagement(kind="in_house", firm="Our own")
    assert said("engagements.third_party") == (Verdict.UNEVIDENCED, 0)
    held = engagement()
    assert said("engagements.third_party") == (Verdict.SUPPORTED, 1)
    assert said("engagements.third_party", 2023)[0] is Verdict.UNEVIDENCED
    act("engagements.engagement.end", system(), held, ended_on="2024-12-31")
    assert said("engagements.third_party")[0] is Verdict.SUPPORTED
    assert said("engagements.third_party", 2025)[0] is Verdict.STALE


def test_planned_only_is_no_engagement() -> None:
    engagement(began=None)
    assert said("engagements.third_party") == (Verdict.UNEVIDENCED, 0)


def test_an_improvement_counts_once_it_is_verified() -> None:
    project = accepted(recommended(engagement()))
    assert said("risks.improved") == (Verdict.UNEVIDENCED, 0)
    done = finished(project)
    assert said("risks.improved") == (Verdict.UNEVIDENCED, 0)
    act("engagements.improvementproject.verify", user_with("ciso"), done)
    assert said("risks.improved") == (Verdict.SUPPORTED, 1)
    assert said("risks.improved", 2025)[0] is Verdict.STALE
    act("engagements.improvementproject.send_back", user_with("ciso"), done, reason="It is not done.")
    assert said("risks.improved") == (Verdict.UNEVIDENCED, 0)


def test_an_approved_risk_assessment_of_an_engagement_supports_and_returning_it_turns() -> None:
    report = handed_in(engagement())
    assert said("risks.assessed", performer="any") == (Verdict.UNEVIDENCED, 0)
    act("engagements.deliverable.approve", user_with("ciso"), report)
    assert said("risks.assessed", performer="any") == (Verdict.SUPPORTED, 1)
    assert said("risks.assessed", performer="outside")[0] is Verdict.SUPPORTED
    assert said("risks.assessed", performer="in_house")[0] is Verdict.UNEVIDENCED
    act("engagements.deliverable.return", user_with("ciso"), report, reason="It is of another company.")
    assert said("risks.assessed", performer="any")[0] is Verdict.UNEVIDENCED


def test_an_in_house_team_assesses_too() -> None:
    report = handed_in(engagement(kind="in_house", firm="Risk team"))
    act("engagements.deliverable.approve", user_with("ciso"), report)
    assert said("risks.assessed", performer="in_house") == (Verdict.SUPPORTED, 1)


def test_a_home_without_such_records_is_asked_for_typed_evidence() -> None:
    ciso = user_with("ciso", "analyst")
    for kind in ("expert", "improvement", "risk_assessment"):
        attest(ciso, kind)
    assert said("engagements.third_party")[0] is Verdict.ATTESTED
    assert said("risks.improved")[0] is Verdict.ATTESTED
    assert said("risks.assessed", performer="any")[0] is Verdict.ATTESTED
    accepted(recommended(engagement()))
    assert said("engagements.third_party")[0] is Verdict.SUPPORTED
    assert said("risks.improved")[0] is Verdict.UNEVIDENCED
    assert said("risks.assessed", performer="any")[0] is Verdict.ATTESTED
