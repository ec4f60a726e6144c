"""What waits for whom about evaluations, and which buttons a row still draws."""

from __future__ import annotations

import pytest

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.resource.offers import on_record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.kernel.todo import waiting_for
from tests.areas.vendors.path import Cast
from tests.support import act, system, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def asked(user: User) -> list[str]:
    """What is asked of them about evaluations."""
    return [f"{item.asked}: {item.title}" for item in waiting_for(user) if item.source == "vendors.evaluation"]


def test_a_proposed_evaluation_waits_for_whoever_may_decide_it_there(cast: Cast) -> None:
    panel = user_with("panel_member", "ciso")
    unit = act("permissions.unit.create", system(), code="quay", name="Quay", kind="business", parent=cast.unit)
    elsewhere = user_with("ciso", unit=unit)
    made = cast.proposed(cast.vendor())
    assert asked(cast.ciso) == ["Decide: Pier Hosting"]
    assert asked(panel) == ["Decide: Pier Hosting"]
    assert asked(elsewhere) == asked(cast.head) == []
    cast.decide(made, decision="rejected")
    assert asked(cast.ciso) == []


def test_who_assessed_it_is_not_asked_to_decide(cast: Cast) -> None:
    cast.analyst = cast.ciso
    cast.proposed(cast.vendor())
    assert asked(cast.ciso) == []


def test_what_lies_behind_a_row_for_good_is_left_out_and_what_is_yet_to_come_is_barred(cast: Cast) -> None:
    ciso = Sight(cast.ciso)
    resource = resource_of("vendors.vendorengagement")

    def offered(row: object) -> dict[str, bool]:
        """The actions that a page draws, and whether they are barred."""
        found = on_record(resource, row, ciso)  # type: ignore[arg-type]
        return {offer.action.name: offer.reason is not None for offer in found if not offer.over}

    planned = cast.planned(cast.vendor("Unlooked At"))
    assert offered(planned) == {"engage": True, "drop": False, "end": True}
    engaged = cast.engaged()
    assert offered(engaged) == {"end": False}
    assert offered(act("vendors.vendorengagement.end", cast.ciso, engaged, day="2024-06-01", reason="Done")) == {}
