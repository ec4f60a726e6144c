"""A founded home for every test."""

from __future__ import annotations

import pytest

from tests.support import company


@pytest.fixture(autouse=True)
def home(db: None) -> None:
    company()
