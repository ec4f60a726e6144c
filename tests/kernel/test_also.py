"""What a later area adds to an action of an earlier one."""

from __future__ import annotations

import pytest

from quarterdeck.kernel.actions.also import all_added
from quarterdeck.kernel.resource.registry import action_named
from tests.support import company

pytestmark = pytest.mark.django_db


def test_every_addition_names_an_action_that_exists() -> None:
    company()
    assert [code for code in all_added() if action_named(code) is None] == []
    assert "bodies.decision.declare" in set(all_added())
