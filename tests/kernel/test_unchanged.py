"""What was worked out stays true while the ledger says that nothing of it changed."""

from __future__ import annotations

import pytest
from django.db import transaction

from quarterdeck.kernel.ledger import unchanged
from quarterdeck.kernel.ledger.unchanged import Mark, look
from tests.support import act, company, person, system

pytestmark = pytest.mark.django_db

KINDS = ("people.", "permissions.unit")


def test_nothing_is_said_to_stand_before_anybody_looked() -> None:
    company()
    mark, same = look(None, KINDS)
    assert mark.size > 0
    assert not same


def test_it_stands_until_a_record_of_these_kinds_changes() -> None:
    company()
    mark, _same = look(None, KINDS)
    assert look(mark, KINDS) == (mark, True)
    act("risks.riskcategory.create", system(), code="operations", name="Operations", place=1)
    later, same = look(mark, KINDS)
    assert same
    assert later.size == mark.size + 1
    somebody = person("Una Reed")
    assert not look(later, KINDS)[1]
    newest, _same = look(later, KINDS)
    act("people.person.change", system(), somebody, full_name="Una Reed-Lee")
    assert not look(newest, KINDS)[1]
    assert look(newest, ("permissions.",))[1]


def test_another_ledger_of_the_same_length_is_told_apart() -> None:
    company()
    mark, _same = look(None, KINDS)
    assert not look(Mark(mark.size, b"\0" * 32), KINDS)[1]


def test_what_was_undone_leaves_no_mark() -> None:
    company()
    before, _same = look(None, KINDS)
    with transaction.atomic():
        person("Una Reed")
        undone, _same = look(None, KINDS)
        transaction.set_rollback(True)
    assert look(before, KINDS)[1]
    person("Ulf Reed")
    person("Ute Reed")
    assert not look(undone, KINDS)[1]


def test_too_far_behind_counts_as_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    company()
    mark, _same = look(None, KINDS)
    act("risks.riskcategory.create", system(), code="operations", name="Operations", place=1)
    assert look(mark, KINDS)[1]
    monkeypatch.setattr(unchanged, "FAR", 0)
    assert not look(mark, KINDS)[1]
