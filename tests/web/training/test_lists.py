"""The list of assignments names a course only to those who may see it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.areas.training.school import assign, course, employee, officer, unit
from tests.support import user_with
from tests.web.training.test_completion import signed_in

pytestmark = pytest.mark.django_db


def test_a_course_of_the_enterprise_is_not_named_to_the_owner_of_one_unit() -> None:
    who, south = officer(), unit("south")
    assign(who, employee("Cui", south), course(who, "Strangers at the door", quiz=False))
    address = "/records/training.assignment/"
    assert "Strangers at the door" in signed_in(who).get(address).content.decode()
    owner = signed_in(user_with("unit_owner", unit=south))
    owner.get(address)
    with CaptureQueriesContext(connection) as asked:
        page = owner.get(address).content.decode()
    assert "Cui" in page
    assert "Strangers at the door" not in page
    assert len(asked) <= 8
