"""Every predicate over evidence turns with the record, and is never more than attested."""

from __future__ import annotations

import pytest

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.claims import Verdict
from quarterdeck.kernel.claims.registry import ClaimError
from tests.areas.evidence.papers import attest, group, notes_against, said
from tests.support import act, ask, company, parameter, user_with

pytestmark = pytest.mark.django_db

ATTESTED, STALE, CONTRADICTED, UNEVIDENCED = "attested", "stale", "contradicted", "unevidenced"


@pytest.fixture
def ciso() -> User:
    company()
    return user_with("ciso", "unit_owner", "counsel")


def test_a_policy_is_in_force_until_it_expires(ciso: User) -> None:
    def verdict() -> str:
        return said("policies.in_force", policy_kind="incident_handling")[0]

    assert verdict() == UNEVIDENCED
    attest(ciso, "policy", expires_on="2025-03-31")
    assert verdict() == STALE
    assert "expired on 2025-03-31" in str(
        ask("policies.in_force", "filing_date", policy_kind="incident_handling").because
    )
    attest(ciso, "policy", version="3", approved_on="2025-04-01")
    assert verdict() == ATTESTED
    assert said("policies.in_force", policy_kind="vendor_procedures")[0] == UNEVIDENCED


def test_a_policy_approved_after_the_day_does_not_count_for_it(ciso: User) -> None:
    attest(ciso, "policy", approved_on="2025-05-01", effective_from="2024-01-01")
    assert said("policies.in_force", policy_kind="incident_handling")[0] == UNEVIDENCED


def test_a_withdrawn_policy_proves_nothing_and_is_shown_with_the_reason(ciso: User) -> None:
    row = attest(ciso, "policy")
    assert said("policies.in_force", policy_kind="incident_handling") == (ATTESTED, 1, 1)
    act("evidence.evidence.withdraw", ciso, row, reason="Never approved")
    answer = ask("policies.in_force", "filing_date", policy_kind="incident_handling")
    assert answer.verdict == Verdict.UNEVIDENCED
    assert notes_against(answer) == ["withdrawn: Never approved"]


def test_a_superseded_policy_still_counts_for_the_days_before(ciso: User) -> None:
    older = attest(ciso, "policy")
    newer = attest(ciso, "policy", version="3", approved_on="2025-09-01")
    act("evidence.evidence.supersede", ciso, older, superseded_by=newer, reason="New version")
    answer = ask("policies.in_force", "filing_date", policy_kind="incident_handling")
    assert [row.id for row in answer.evidence] == [older.pk]
    assert answer.verdict == Verdict.ATTESTED


def test_a_record_replaced_for_all_its_days_no_longer_counts(ciso: User) -> None:
    wrong = attest(ciso, "exercise")
    right = attest(ciso, "exercise", closed=2)
    act("evidence.evidence.supersede", ciso, wrong, superseded_by=right, reason="One lesson was still open")
    assert said("incidents.response_exercised", "period")[0] == CONTRADICTED


def test_unverified_rows_are_said_to_be_unverified(ciso: User) -> None:
    row = attest(ciso, "policy")
    answer = ask("policies.in_force", "filing_date", policy_kind="incident_handling")
    assert "not verified" in answer.evidence[0].note
    act("evidence.evidence.verify", user_with("disclosure_officer"), row)
    answer = ask("policies.in_force", "filing_date", policy_kind="incident_handling")
    assert "not verified" not in answer.evidence[0].note


def test_policies_cover_a_duty_only_if_one_in_force_says_so(ciso: User) -> None:
    assert said("policies.covers", duty="severity")[0] == UNEVIDENCED
    row = attest(ciso, "policy", covers_severity=False)
    assert said("policies.covers", duty="severity")[0] == CONTRADICTED
    attest(ciso, "policy", policy_kind="threat_handling", covers_severity=True, expires_on="2025-12-31")
    assert said("policies.covers", duty="severity") == (ATTESTED, 1, 1)
    act("evidence.evidence.withdraw", ciso, row, reason="Replaced")
    assert said("policies.covers", duty="informing")[0] == CONTRADICTED
    with pytest.raises(ClaimError):
        ask("policies.covers", "filing_date", duty="dancing")


def test_a_duty_covered_only_by_an_expired_policy_is_stale(ciso: User) -> None:
    attest(ciso, "policy", covers_severity=True, expires_on="2024-12-31")
    assert said("policies.covers", duty="severity")[0] == STALE


def test_a_policy_is_applied_by_activity_in_the_period(ciso: User) -> None:
    def verdict() -> str:
        return said("policies.applied", "period", policy_kind="data_classification")[0]

    assert verdict() == UNEVIDENCED
    attest(ciso, "protocol_activity", happened_on="2023-12-31")
    assert verdict() == STALE
    attest(ciso, "protocol_activity", happened_on="2025-01-01")
    assert verdict() == STALE
    attest(ciso, "protocol_activity", happened_on="2024-12-31")
    assert verdict() == ATTESTED


def test_risks_are_assessed_by_the_performer_asked_for_with_an_approved_result(ciso: User) -> None:
    assert said("risks.assessed", "period", performer="any")[0] == UNEVIDENCED
    attest(ciso, "risk_assessment", approved_on=None)
    answer = ask("risks.assessed", "period", performer="any")
    assert answer.verdict == Verdict.UNEVIDENCED
    assert notes_against(answer) == ["its result is not approved"]
    attest(ciso, "risk_assessment")
    assert said("risks.assessed", "period", performer="any") == (ATTESTED, 1, 1)
    assert said("risks.assessed", "period", performer="outside")[0] == UNEVIDENCED
    attest(ciso, "risk_assessment", performer="outside", performed_on="2022-04-01", approved_on="2022-05-01")
    assert said("risks.assessed", "period", performer="outside")[0] == STALE


def test_systems_were_improved_in_the_period(ciso: User) -> None:
    attest(ciso, "improvement", done_on="2023-06-30")
    assert said("risks.improved", "period")[0] == STALE
    attest(ciso, "improvement")
    assert said("risks.improved", "period") == (ATTESTED, 1, 1)


def test_the_enterprise_register_has_to_carry_cyber_risks(ciso: User) -> None:
    def answer() -> tuple[str, object, object]:
        return said("risks.integrated", framework="enterprise_risk_management")

    assert answer()[0] == UNEVIDENCED
    empty = attest(ciso, "integration", cyber_risks=0)
    assert answer()[0] == CONTRADICTED
    act("evidence.evidence.withdraw", ciso, empty, reason="Wrong register")
    attest(ciso, "integration", expires_on="2025-02-01")
    assert answer()[0] == STALE
    attest(ciso, "integration")
    assert answer() == (ATTESTED, 4, 1)


def test_safeguards_operate_when_tested_since_the_period_began_and_found_effective(ciso: User) -> None:
    def verdict() -> str:
        return said("safeguards.operating", safeguard_kind="technical")[0]

    assert verdict() == UNEVIDENCED
    attest(ciso, "safeguard", tested_on="2023-12-31")
    assert verdict() == STALE
    attest(ciso, "safeguard", result="not_effective")
    assert verdict() == CONTRADICTED
    attest(ciso, "safeguard", tested_on="2025-02-01")
    assert verdict() == ATTESTED
    ended = attest(ciso, "safeguard", name="Mail filter", result="not_effective")
    answer = ask("safeguards.operating", "filing_date", safeguard_kind="technical")
    assert [row.id for row in answer.evidence if row.against] == [ended.pk]
    assert said("safeguards.operating", safeguard_kind="procedural")[0] == UNEVIDENCED


def test_a_safeguard_out_of_operation_by_the_day_is_stale(ciso: User) -> None:
    attest(ciso, "safeguard", effective_until="2025-01-31")
    assert said("safeguards.operating", safeguard_kind="technical")[0] == STALE


def test_continuous_testing_follows_the_company_rhythm_and_its_findings(ciso: User) -> None:
    def answer() -> tuple[str, object, object]:
        return said("findings.tested", "period", performer="outside")

    attest(ciso, "security_test")
    assert answer()[0] == UNEVIDENCED
    assert "“Continuous testing”" in str(ask("findings.tested", "period", performer="outside").because)
    parameter("continuous.tests_a_year", 2)
    assert answer() == (CONTRADICTED, 1, 2)
    second = attest(ciso, "security_test", tested_on="2024-11-05", followed=5)
    assert answer()[0] == CONTRADICTED
    right = attest(ciso, "security_test", tested_on="2024-11-05")
    act("evidence.evidence.supersede", ciso, second, superseded_by=right, reason="All followed by now")
    assert answer() == (ATTESTED, 2, 2)
    assert said("findings.tested", "period", performer="in_house")[0] == UNEVIDENCED


def test_the_response_plan_was_exercised_and_its_lessons_closed(ciso: User) -> None:
    assert said("incidents.response_exercised", "period")[0] == UNEVIDENCED
    attest(ciso, "exercise", held_on="2023-10-10")
    assert said("incidents.response_exercised", "period")[0] == STALE
    attest(ciso, "exercise")
    assert said("incidents.response_exercised", "period")[0] == ATTESTED
    attest(ciso, "exercise", held_on="2024-12-01", closed=0)
    assert said("incidents.response_exercised", "period")[0] == CONTRADICTED


def test_training_is_completed_by_the_share_the_company_calls_for(ciso: User) -> None:
    attest(ciso, "training")
    assert said("training.completion", "period")[0] == UNEVIDENCED
    parameter("training.completion", "0.95")
    assert said("training.completion", "period") == (ATTESTED, "0.972", "0.95")
    attest(ciso, "training", course="Phishing", assigned=100, completed=40)
    assert said("training.completion", "period") == (CONTRADICTED, "0.92", "0.95")
    answer = ask("training.completion", "period")
    assert notes_against(answer) == ["40 of 100 completed it"]


def test_training_at_exactly_the_share_holds_and_just_below_does_not(ciso: User) -> None:
    parameter("training.completion", "0.95")
    row = attest(ciso, "training", assigned=2000, completed=1900)
    assert said("training.completion", "period")[0] == ATTESTED
    below = attest(ciso, "training", assigned=2000, completed=1899)
    act("evidence.evidence.supersede", ciso, row, superseded_by=below, reason="Counted again")
    assert said("training.completion", "period") == (CONTRADICTED, "0.949", "0.95")


def test_training_of_an_earlier_year_is_stale(ciso: User) -> None:
    parameter("training.completion", "0.95")
    attest(ciso, "training", held_from="2023-03-01", held_until="2023-06-30")
    assert said("training.completion", "period")[0] == STALE


def test_monitoring_needs_a_record_in_every_month(ciso: User) -> None:
    group()
    assert said("monitoring.every_month", "period", target="platforms") == (UNEVIDENCED, 0, 12)
    for month in range(1, 12):
        last = attest(ciso, "monitoring", month=f"2024-{month:02}-01")
    assert said("monitoring.every_month", "period", target="platforms") == (UNEVIDENCED, 11, 12)
    assert "2024-12" in str(ask("monitoring.every_month", "period", target="platforms").because)
    attest(ciso, "monitoring", month="2024-12-01", events=0)
    assert said("monitoring.every_month", "period", target="platforms") == (ATTESTED, 12, 12)
    assert said("monitoring.every_month", "period", target="infrastructure")[0] == UNEVIDENCED
    act("evidence.evidence.withdraw", ciso, last, reason="Wrong group")
    assert said("monitoring.every_month", "period", target="platforms") == (UNEVIDENCED, 11, 12)


def test_vendors_are_generally_evaluated_and_the_rest_have_dated_exceptions(ciso: User) -> None:
    def answer() -> tuple[str, object, object]:
        return said("vendors.evaluated_before_engagement", "period")

    for number in range(9):
        attest(ciso, "vendor", vendor=f"Vendor {number}")
    assert answer()[0] == UNEVIDENCED
    parameter("generally.share", "0.9")
    assert answer() == (ATTESTED, 9, 9)
    bare = {"evaluated_on": None, "evaluation_approved_on": None}
    excepted = attest(
        ciso, "vendor", vendor="Tenth", exception_on="2024-02-28", exception_reason="Emergency repair", **bare
    )
    assert answer() == (ATTESTED, 9, 9)
    rows = ask("vendors.evaluated_before_engagement", "period").evidence
    assert any(row.id == excepted.pk and "exception of 2024-02-28: Emergency repair" in row.note for row in rows)
    attest(ciso, "vendor", vendor="Eleventh", exception_on="2024-02-28", exception_reason="Again", **bare)
    assert answer() == (CONTRADICTED, 9, 10)


def test_one_vendor_with_neither_evaluation_nor_exception_contradicts(ciso: User) -> None:
    parameter("generally.share", "0.5")
    attest(ciso, "vendor")
    late = attest(ciso, "vendor", vendor="Late", evaluation_approved_on="2024-03-02")
    assert said("vendors.evaluated_before_engagement", "period")[0] == CONTRADICTED
    repaired = attest(
        ciso,
        "vendor",
        vendor="Late",
        evaluation_approved_on="2024-03-02",
        exception_on="2024-02-28",
        exception_reason="Urgent",
    )
    assert said("vendors.evaluated_before_engagement", "period")[0] == ATTESTED
    act("evidence.evidence.withdraw", ciso, repaired, reason="No exception was granted")
    answer = ask("vendors.evaluated_before_engagement", "period")
    assert answer.verdict == Verdict.CONTRADICTED
    assert [row.id for row in answer.evidence if row.against] == [late.pk]


def test_vendors_engaged_in_an_earlier_year_only_are_stale(ciso: User) -> None:
    parameter("generally.share", "0.9")
    attest(ciso, "vendor", engaged_on="2023-03-01", evaluated_on="2023-02-01", evaluation_approved_on="2023-02-02")
    assert said("vendors.evaluated_before_engagement", "period")[0] == STALE


def test_every_active_vendor_is_bound_to_the_procedures(ciso: User) -> None:
    def answer() -> tuple[str, object, object]:
        return said("vendors.bound_by_procedures", "period")

    assert answer()[0] == UNEVIDENCED
    attest(ciso, "vendor")
    attest(
        ciso, "vendor", vendor="Old but active", engaged_on="2021-01-01", evaluated_on=None, evaluation_approved_on=None
    )
    assert answer() == (ATTESTED, 2, 2)
    free = {"procedures_version": None, "accepted_on": None}
    attest(ciso, "vendor", vendor="Left", engaged_on="2020-01-01", ended_on="2023-12-31", evaluated_on=None, evaluation_approved_on=None, **free)  # fmt: skip
    assert answer() == (ATTESTED, 2, 2)
    attest(
        ciso, "vendor", vendor="Left", engaged_on="2020-01-01", evaluated_on=None, evaluation_approved_on=None, **free
    )
    assert answer() == (CONTRADICTED, 2, 3)


def test_an_obligation_neither_met_nor_followed_up_contradicts(ciso: User) -> None:
    attest(ciso, "vendor", obligations_met_or_followed=5)
    answer = ask("vendors.bound_by_procedures", "period")
    assert answer.verdict == Verdict.CONTRADICTED
    assert notes_against(answer) == ["1 obligations neither met nor followed up"]


def test_an_outside_expert_an_outside_test_or_a_running_engagement_counts(ciso: User) -> None:
    assert said("engagements.third_party", "period")[0] == UNEVIDENCED
    attest(ciso, "security_test", performer="in_house")
    assert said("engagements.third_party", "period")[0] == UNEVIDENCED
    attest(ciso, "expert", engaged_on="2023-01-15")
    assert said("engagements.third_party", "period")[0] == STALE
    attest(ciso, "expert", engaged_on="2023-01-15", effective_until="2024-02-01")
    assert said("engagements.third_party", "period") == (ATTESTED, 1, 1)
    attest(ciso, "security_test")
    assert said("engagements.third_party", "period") == (ATTESTED, 2, 1)
