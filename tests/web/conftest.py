"""A founded company and people who are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Unit
from tests.support import company


@pytest.fixture(autouse=True)
def _no_memory_of_other_tests() -> Iterator[None]:
    """What the process keeps for half a minute belongs to one home."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def enterprise(db: None) -> Unit:
    return company()


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def sign_in(user: User, **options: bool) -> Client:
        client = Client(**options)
        client.force_login(user)
        return client

    return sign_in
