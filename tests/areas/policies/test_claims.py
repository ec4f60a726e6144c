"""Claims about policies rest on the records and turn when they do."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from quarterdeck.kernel import clock
from quarterdeck.kernel.claims import Verdict
from quarterdeck.kernel.claims.registry import FILING_DATE, PERIOD
from tests.areas.policies.writing import COVERS, TEXT, policy, published
from tests.support import act, ask, at, system

pytestmark = pytest.mark.django_db
KIND = "incident_handling"


def in_force(year: int = 2024) -> Verdict:
    return ask("policies.in_force", FILING_DATE, year, policy_kind=KIND).verdict


def covered(duty: str = "severity") -> Verdict:
    return ask("policies.covers", FILING_DATE, 2024, duty=duty).verdict


def made(**covers: str) -> Any:
    with clock.fixed(at(2024, 9, 12)):
        return published(policy(KIND), **covers)


def test_a_published_version_supports_it_until_its_review_is_overdue() -> None:
    assert in_force() is Verdict.UNEVIDENCED
    version = made()
    assert in_force() is Verdict.SUPPORTED
    found = ask("policies.in_force", FILING_DATE, 2025, policy_kind=KIND)
    assert found.verdict is Verdict.STALE
    assert "2025-09-12" in found.evidence[0].note
    with clock.fixed(at(2025, 8, 1)):
        act(
            "policies.policy.review", system(), version.policy, reviewed_on="2025-08-01", result="stands",
            note="Read against the incidents of the year.",
        )  # fmt: skip
    assert in_force(2025) is Verdict.SUPPORTED
    # As of a day before the review it was in force all the same, and not yet due.
    assert in_force(2024) is Verdict.SUPPORTED
    assert in_force(2023) is Verdict.UNEVIDENCED


def test_a_review_that_asks_for_a_revision_does_not_renew_it() -> None:
    version = made()
    with clock.fixed(at(2025, 8, 1)):
        data = {"reviewed_on": "2025-08-01", "result": "revise", "note": "Out of date."}
        act("policies.policy.review", system(), version.policy, **data)
    assert in_force(2025) is Verdict.STALE


def test_withdrawing_the_policy_turns_it_and_what_it_covered() -> None:
    version = made(**COVERS)
    assert covered() is Verdict.SUPPORTED
    with clock.fixed(at(2025, 2, 1)):
        act(
            "policies.policy.withdraw",
            system(),
            version.policy,
            reason="It was never followed.",
            effective_until="2025-01-31",
        )
    found = ask("policies.in_force", FILING_DATE, 2024, policy_kind=KIND)
    assert found.verdict is Verdict.UNEVIDENCED
    assert "never followed" in found.evidence[0].note
    assert covered() is Verdict.UNEVIDENCED
    # The past stays as it was.
    assert in_force(2023) is Verdict.UNEVIDENCED
    from quarterdeck.areas.policies.claims import standings

    (then,) = standings([KIND], date(2025, 1, 31))
    assert then.counts


def test_a_version_that_leaves_the_duty_out_contradicts_from_its_day_on() -> None:
    version = made(**COVERS)
    assert covered() is Verdict.SUPPORTED
    with clock.fixed(at(2025, 3, 3)):
        published(version.policy, "2", text=TEXT)
    found = ask("policies.covers", FILING_DATE, 2024, duty="severity")
    assert found.verdict is Verdict.CONTRADICTED
    assert all(row.against for row in found.evidence)


def test_the_row_behind_it_names_the_section() -> None:
    made(**COVERS)
    (row,) = ask("policies.covers", FILING_DATE, 2024, duty="informing").evidence
    assert "whom-we-tell" in row.note


def test_work_under_the_policy_is_what_applies_it() -> None:
    version = made()
    assert ask("policies.applied", PERIOD, 2025, policy_kind=KIND).verdict is Verdict.UNEVIDENCED
    with clock.fixed(at(2025, 5, 6)):
        row = act(
            "policies.policyactivity.record", system(), policy=version.policy, happened_on="2025-05-05",
            what="An exercise of the duty officers.",
        )  # fmt: skip
    assert ask("policies.applied", PERIOD, 2025, policy_kind=KIND).verdict is Verdict.SUPPORTED
    assert ask("policies.applied", PERIOD, 2026, policy_kind=KIND).verdict is Verdict.STALE
    act("policies.policyactivity.withdraw", system(), row, reason="It did not take place.")
    assert ask("policies.applied", PERIOD, 2025, policy_kind=KIND).verdict is Verdict.UNEVIDENCED
