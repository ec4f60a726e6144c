"""What safeguards prove, and the one change that turns it."""

from __future__ import annotations

import pytest

from quarterdeck.kernel.claims import Verdict
from tests.areas.safeguards.house import examined, safeguard
from tests.support import act, ask, company, system

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _company() -> None:
    company()


def said(kind: str = "technical") -> tuple[Verdict, object]:
    answer = ask("safeguards.operating", "filing_date", safeguard_kind=kind)
    return answer.verdict, answer.value


def test_a_safeguard_in_operation_that_was_tested_and_found_effective_supports_the_sentence() -> None:
    assert said() == (Verdict.UNEVIDENCED, 0)
    guard = safeguard()
    assert said() == (Verdict.UNEVIDENCED, 0)
    test = examined(guard, "2024-05-01")
    assert said() == (Verdict.SUPPORTED, 1)
    assert said("procedural") == (Verdict.UNEVIDENCED, 0)
    act("safeguards.safeguardtest.withdraw", system(), test, withdrawn_because="It was another system.")
    assert said() == (Verdict.UNEVIDENCED, 0)


def test_a_later_test_that_finds_it_wanting_contradicts() -> None:
    guard = safeguard()
    examined(guard, "2024-05-01")
    examined(guard, "2024-11-01", "not_effective")
    assert said() == (Verdict.CONTRADICTED, 0)
    examined(safeguard("Mail filter"), "2024-06-01")
    answer = ask("safeguards.operating", "filing_date", safeguard_kind="technical")
    assert answer.verdict is Verdict.SUPPORTED
    assert [row.against for row in answer.evidence] == [False, False, True]


def test_a_test_before_the_period_is_stale() -> None:
    examined(safeguard(), "2023-12-31")
    assert said()[0] is Verdict.STALE


def test_a_safeguard_retired_by_the_day_is_stale() -> None:
    guard = safeguard()
    examined(guard, "2024-05-01")
    act("safeguards.safeguard.retire", system(), guard, retired_on="2025-01-10", retired_because="Replaced.")
    assert said()[0] is Verdict.STALE


def test_a_home_without_safeguards_of_the_kind_is_asked_for_typed_evidence() -> None:
    from tests.areas.evidence.papers import attest
    from tests.support import user_with

    attest(user_with("ciso"), "safeguard", tested_on="2024-05-01")
    assert said()[0] is Verdict.ATTESTED
    safeguard()
    assert said()[0] is Verdict.UNEVIDENCED
