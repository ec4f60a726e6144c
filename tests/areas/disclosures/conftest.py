"""A company whose story is told inside a transaction that is rolled back when its module is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from quarterdeck.demo import b
from quarterdeck.demo.stage import Stage
from quarterdeck.kernel import clock

PRESENT = datetime(2026, 4, 21, 3, tzinfo=UTC)


@contextmanager
def told(make: Callable[[], Stage], blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """The stage of ``make`` with its story played; nothing of it is kept."""
    with blocker.unblock(), transaction.atomic():
        stage = make()
        stage.play()
        with clock.fixed(PRESENT):
            yield stage
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """Company B at its present."""
    with told(b.stage, django_db_blocker) as stage:
        yield stage


@pytest.fixture
def scene(story: Stage, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """The same for one test: what the test changes is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.fixed(PRESENT):
        yield story
        transaction.set_rollback(True)
