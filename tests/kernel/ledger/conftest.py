from __future__ import annotations

import pytest

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.ledger import checkpoints
from quarterdeck.kernel.setup import system_user
from tests.kernel.ledger.hands import fill
from tests.support import company


@pytest.fixture
def founded(db: None) -> User:
    """A founded home: leaf 0 stands."""
    company()
    return system_user()


@pytest.fixture
def past(founded: User) -> User:
    """600 leaves, two complete subtrees, checkpoints at 300 and 600."""
    fill(299, founded)
    checkpoints.checkpoint()
    fill(300, founded)
    checkpoints.checkpoint()
    return founded
