"""A procedural safeguard names the section of a policy that states it, and follows that section through its versions."""

from __future__ import annotations

from typing import Any

import pytest

from quarterdeck.areas.policies.models import PolicySection
from quarterdeck.areas.safeguards.models import StatedIn
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Refused
from quarterdeck.kernel.todo import waiting_for
from tests.areas.policies.writing import TEXT, policy, published
from tests.areas.safeguards.house import safeguard
from tests.support import act, at, company, person, system

pytestmark = pytest.mark.django_db
CODE = "how-severe-it-is"


@pytest.fixture(autouse=True)
def _company() -> None:
    company()


@pytest.fixture
def named() -> StatedIn:
    """A procedural safeguard that rests on a section of version 1, with an owner who signs in."""
    with clock.fixed(at(2024, 3, 1)):
        version = published(policy())
        owner = person("Lena Voss", "employee")
        return name(safeguard("Duty officer judges at once", "procedural", owner=owner), version)


def name(what: Any, version: Any) -> StatedIn:
    section = PolicySection.objects.get(policy=version.policy, code=CODE)
    made: StatedIn = act(
        "safeguards.statedin.create", system(), safeguard=what, section=section, effective_from="2024-03-01"
    )
    return made


def next_version(row: StatedIn, text: str, number: str = "2") -> StatedIn:
    with clock.fixed(at(2024, 6, 1 + int(number))):
        published(row.section.policy, number, text=text)
    return StatedIn.objects.select_related("version", "section__policy", "safeguard__owner__user").get(pk=row.pk)


def asked(row: StatedIn) -> list[str]:
    """What the owner of the safeguard is asked about sections."""
    user = row.safeguard.owner.user
    assert user is not None
    return [str(item.asked) for item in waiting_for(user) if item.source == "safeguards.statedin"]


def test_it_rests_on_the_version_in_force_and_is_carried_while_the_words_stay(named: StatedIn) -> None:
    assert (named.version.number, named.state) == ("1", "stands")
    moved = TEXT.replace("# Purpose", "# Scope\n\nEverybody.\n\n# Purpose").replace("traces", "finds")
    after = next_version(named, moved)
    assert (after.version.number, after.state) == ("2", "stands")
    assert asked(after) == []


def test_words_that_changed_are_asked_of_the_owner_who_may_confirm_them(named: StatedIn) -> None:
    after = next_version(named, TEXT.replace("within the hour", "within a day"))
    assert (after.version.number, after.state, str(after.noticed_on)) == ("1", "changed", "2024-06-03")
    assert asked(after) == ["Read the section of the policy that changed"]
    owner = after.safeguard.owner.user
    assert owner is not None
    act("safeguards.statedin.confirm", owner, after)
    again = StatedIn.objects.select_related("version", "safeguard__owner__user").get(pk=named.pk)
    assert (again.version.number, again.state, again.noticed_on) == ("2", "stands", None)
    assert asked(again) == []


def test_a_section_that_is_gone_cannot_be_confirmed_and_comes_back_with_its_words(named: StatedIn) -> None:
    without = TEXT.replace("# How severe it is\n\nWhoever is on duty judges it within the hour.\n\n", "")
    gone = next_version(named, without)
    assert gone.state == "gone"
    assert asked(gone) == ["Name another section of a policy"]
    with pytest.raises(Refused, match="no such section"):
        act("safeguards.statedin.confirm", system(), gone)
    back = next_version(gone, TEXT, "3")
    assert (back.version.number, back.state) == ("3", "stands")


def test_withdrawing_the_policy_leaves_the_safeguard_without_words_until_the_link_ends(named: StatedIn) -> None:
    with clock.fixed(at(2024, 6, 1)):
        act(
            "policies.policy.withdraw",
            system(),
            named.section.policy,
            effective_until="2024-06-01",
            reason="Sold the unit",
        )
    row = StatedIn.objects.select_related("safeguard__owner__user").get(pk=named.pk)
    assert row.state == "gone"
    act("safeguards.statedin.end", system(), row, effective_until="2024-06-02")
    assert asked(row) == []


def test_a_technical_safeguard_is_stated_in_no_policy() -> None:
    with clock.fixed(at(2024, 3, 1)):
        version = published(policy())
    with pytest.raises(Refused, match="technical"):
        name(safeguard(), version)


def test_retiring_the_safeguard_ends_what_it_rests_on(named: StatedIn) -> None:
    act("safeguards.safeguard.retire", system(), named.safeguard, retired_on="2024-07-01", retired_because="Replaced")
    assert str(StatedIn.objects.get(pk=named.pk).effective_until) == "2024-07-01"
