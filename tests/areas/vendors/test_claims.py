"""What the record says of vendors, and the one change that turns it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Refused
from quarterdeck.kernel.claims import Verdict
from quarterdeck.kernel.todo import waiting_for
from tests.areas.evidence.papers import attest
from tests.areas.policies.writing import policy, published
from tests.areas.vendors.path import Cast, with_file
from tests.support import act, ask, at, parameter, person

pytestmark = pytest.mark.django_db
EVALUATED, BOUND = "vendors.evaluated_before_engagement", "vendors.bound_by_procedures"


@pytest.fixture
def cast() -> Cast:
    made = Cast()
    parameter("generally.share", "0.5")
    return made


def said(name: str) -> tuple[Verdict, object, object]:
    answer = ask(name, "period")
    return answer.verdict, answer.value, answer.expected


def test_a_home_without_engagements_is_answered_from_typed_uploads(cast: Cast) -> None:
    assert said(EVALUATED)[0] is Verdict.UNEVIDENCED
    attest(cast.ciso, "vendor")
    assert said(EVALUATED)[0] is Verdict.ATTESTED
    cast.planned(cast.vendor())
    assert said(EVALUATED) == (Verdict.UNEVIDENCED, 0, 1)


def test_evaluated_before_is_supported_and_withdrawing_the_evaluation_turns_it(cast: Cast) -> None:
    engaged = cast.engaged()
    assert said(EVALUATED) == (Verdict.SUPPORTED, 1, 1)
    act("vendors.evaluation.withdraw", cast.ciso, engaged.evaluation, day="2024-06-01", reason="Another's answers")
    answer = ask(EVALUATED, "period")
    assert answer.verdict is Verdict.CONTRADICTED
    assert [(row.against, "Another's answers" in row.note) for row in answer.evidence] == [(True, True)]


def test_an_exception_counts_while_most_were_evaluated(cast: Cast) -> None:
    cast.engaged()
    with clock.fixed(at(2024, 5, 1)):
        vendor = cast.vendor("Cable Repair")
        asked = act(
            "vendors.vendorexception.request",
            cast.head,
            vendor=vendor,
            reason="Cut",
            compensating="Escorted",
            expires_on="2024-05-20",
        )
        act("vendors.vendorexception.grant", cast.ciso, asked, reason="Now")
        act("vendors.vendorengagement.engage", cast.ciso, cast.planned(vendor), engaged_on="2024-05-01")
    assert said(EVALUATED) == (Verdict.SUPPORTED, 1, 1)
    parameter("generally.share", "0.9", since=date(2020, 1, 1))
    assert said(EVALUATED)[0] is Verdict.CONTRADICTED
    parameter("generally.share", "0.5", since=date(2021, 1, 1))
    act("vendors.vendorexception.withdraw", cast.ciso, asked, reason="It was no emergency")
    assert said(EVALUATED)[0] is Verdict.CONTRADICTED


def test_the_period_decides_which_engagements_count(cast: Cast) -> None:
    cast.engaged()
    assert ask(EVALUATED, "period", 2025).verdict is Verdict.STALE
    assert ask(EVALUATED, "period", 2023).verdict is Verdict.UNEVIDENCED
    assert ask(BOUND, "period", 2025).verdict is Verdict.SUPPORTED


def test_bound_needs_an_acceptance_by_the_end_of_the_period(cast: Cast) -> None:
    engaged = cast.engaged()
    assert said(BOUND) == (Verdict.SUPPORTED, 1, 1)
    row = engaged.vendor.acceptances.get()
    act("vendors.acceptance.withdraw", cast.ciso, row, day="2024-11-30", reason="Not signed")
    assert said(BOUND) == (Verdict.CONTRADICTED, 0, 1)


def test_every_day_of_an_obligation_in_the_period_is_met_or_followed_up(cast: Cast) -> None:
    engaged = cast.engaged()
    owed = act(
        "vendors.obligation.add", cast.head, vendor=engaged.vendor, title="Report", evidence_wanted="The report", recurrence="half_yearly",
        first_due="2024-05-31", owner=cast.owner,
    )  # fmt: skip
    assert said(BOUND)[0] is Verdict.CONTRADICTED
    with_file("vendors.obligation.meet", cast.head, owed)
    assert said(BOUND)[0] is Verdict.CONTRADICTED
    owed.refresh_from_db()
    assert owed.next_due == date(2024, 11, 30)
    act(
        "vendors.obligation.follow_up",
        cast.head,
        owed,
        note="Not sent",
        task="Ask again",
        task_owner=cast.owner,
        task_due="2025-01-31",
    )
    assert said(BOUND)[0] is Verdict.SUPPORTED
    owed.refresh_from_db()
    assert owed.next_due == date(2025, 5, 31)


def published_procedures(number: str, since: date, of: Any = None) -> Any:
    """A version of the procedures for vendors, in force from that day on."""
    with clock.fixed(at(since.year, since.month, since.day)):
        return published(
            of or policy("vendor_procedures", title="Procedures for vendors"),
            number,
            text=f"# Tell us\n\nWithin {number} days.\n",
        )


def test_an_acceptance_names_the_published_version_by_choice_or_by_its_number(cast: Cast) -> None:
    third = published_procedures("3", date(2024, 1, 10))
    engaged = cast.engaged()
    assert engaged.vendor.acceptances.get().policy_version == third
    fourth = published_procedures("4", date(2024, 6, 1), third.policy)
    with clock.fixed(at(2024, 6, 3)):
        given = {"vendor": engaged.vendor, "accepted_on": "2024-06-02", "accepted_by": "Its director"}
        with pytest.raises(Refused, match="which of its versions"):
            act("vendors.acceptance.record", cast.head, version="the new one", **given)
        chosen = act("vendors.acceptance.record", cast.head, policy_version=fourth, **given)
    assert (chosen.version, str(chosen)) == ("4", "Pier Hosting, version 4")


def test_an_older_version_counts_for_the_transition_and_is_stale_beyond_it(cast: Cast) -> None:
    third = published_procedures("3", date(2024, 1, 10))
    engaged = cast.engaged()
    assert said(BOUND) == (Verdict.SUPPORTED, 1, 1)
    fourth = published_procedures("4", date(2024, 12, 1), third.policy)
    assert said(BOUND) == (Verdict.UNEVIDENCED, 0, 1)
    parameter("procedures.transition_days", "31")
    answer = ask(BOUND, "period")
    assert answer.verdict is Verdict.SUPPORTED
    assert answer.evidence[0].note == "accepted version 3, which counts until 2025-01-01"
    parameter("procedures.transition_days", "29", since=date(2020, 1, 1))
    answer = ask(BOUND, "period")
    assert (answer.verdict, answer.value) == (Verdict.STALE, 0)
    assert answer.evidence[0].note == "accepted version 3; version 4 is in force since 2024-12-01"
    # The year before asks for what was in force then.
    with clock.fixed(at(2024, 12, 20)):
        act(
            "vendors.acceptance.record", cast.head, vendor=engaged.vendor, policy_version=fourth, accepted_on="2024-12-19",
            accepted_by="Its director",
        )  # fmt: skip
    assert said(BOUND) == (Verdict.SUPPORTED, 1, 1)


def test_who_keeps_the_vendor_is_asked_to_have_the_new_version_accepted(cast: Cast) -> None:
    third = published_procedures("3", date(2024, 1, 10))
    cast.owner = person("Kept By", "unit_owner")
    engaged = cast.engaged()
    user = cast.owner.user

    def asked() -> list[str]:
        return [str(item.title) for item in waiting_for(user) if item.source == "vendors.acceptance"]

    assert asked() == []
    fourth = published_procedures("4", date(2024, 6, 1), third.policy)
    assert asked() == ["Pier Hosting"]
    act(
        "vendors.acceptance.record", cast.head, vendor=engaged.vendor, policy_version=fourth, accepted_on="2024-06-02",
        accepted_by="Its director",
    )  # fmt: skip
    assert asked() == []
