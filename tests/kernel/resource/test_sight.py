"""What one person sees of a type, asked as a whole."""

from __future__ import annotations

import pytest

from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from tests.support import act, company, system, user_with

pytestmark = pytest.mark.django_db


def test_whoever_holds_it_in_every_unit_sees_all_and_whoever_holds_it_in_one_does_not() -> None:
    unit = company()
    inner = act("permissions.unit.create", system(), code="i", name="Inner", kind="business", parent=unit)
    assignments = resource_of("training.assignment")
    assert Sight(user_with("ciso")).sees_all(assignments)
    assert not Sight(user_with("unit_owner", unit=inner)).sees_all(assignments)
    assert not Sight(user_with("employee")).sees_all(assignments), "their own are not all"
    assert not Sight(user_with()).sees_all(assignments)


def test_nobody_is_said_to_see_all_of_what_a_wall_may_stand_before() -> None:
    company()
    assert not Sight(user_with("ciso")).sees_all(resource_of("incidents.incident"))


def test_whoever_may_not_sign_in_sees_all_of_nothing() -> None:
    company()
    gone = user_with("ciso")
    gone.is_active = False
    assert not Sight(gone).sees_all(resource_of("training.assignment"))
