"""Records as they stand are held to what the ledger says of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from quarterdeck.areas.organisation.models import Registrant
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.ledger.models import Version
from quarterdeck.kernel.ledger.verify import verify
from quarterdeck.kernel.ledger.verify.records import different
from quarterdeck.kernel.permissions.models import Unit
from tests.kernel.ledger.hands import broken, by_hand
from tests.support import act, system, user_with


@pytest.fixture
def unit(founded: User) -> Unit:
    made = act("permissions.unit.create", system(), code="lab", name="Lab", kind="business", parent=Unit.objects.get())
    assert verify().ok
    return made


def last_leaf(record: models.Model) -> int:
    return Version.objects.filter(record_type=record._meta.label_lower, record_id=record.pk).latest("revision").leaf_id


def test_a_row_edited_by_hand_is_found_at_the_leaf_of_its_last_version(unit: Unit) -> None:
    act("permissions.unit.change", system(), unit, name="Laboratory")
    by_hand("UPDATE permissions_unit SET name = 'Observatory' WHERE id = %s", [unit.pk])
    found = broken()
    assert found.first_bad == last_leaf(unit)
    assert [(p.code, p.where) for p in found.problems] == [("record", f"permissions.unit {unit.pk}")]
    assert "name" in found.problems[0].message


def test_a_row_deleted_by_hand_is_found(founded: User) -> None:
    given = user_with("employee").assignments.get()
    leaf = last_leaf(given)
    by_hand("DELETE FROM permissions_assignment WHERE id = %s", [given.pk])
    assert broken().first_bad == leaf


def test_a_row_put_in_by_hand_is_told_though_no_leaf_can_be_blamed(unit: Unit) -> None:
    by_hand(
        "INSERT INTO permissions_unit (code, name, kind, parent_id, revision, recorded_at) "
        "SELECT 'ghost', 'Ghost', kind, parent_id, revision, recorded_at FROM permissions_unit WHERE id = %s",
        [unit.pk],
    )
    found = broken()
    assert found.first_bad is None
    assert "no leaf made it" in found.problems[0].message


def test_the_founding_of_the_enterprise_is_held_too(founded: User) -> None:
    by_hand("UPDATE permissions_unit SET name = 'Somebody Else Ltd'")
    assert broken().first_bad == 0


def test_a_role_given_by_hand_is_found(founded: User) -> None:
    person = user_with("employee")
    by_hand("UPDATE permissions_assignment SET role_id = 'administrator' WHERE user_id = %s", [person.pk])
    assert broken().first_bad == last_leaf(person.assignments.get())


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps the types of its columns")
@pytest.mark.parametrize("value", [b"\xff\xfe", "no day", 7, None])
def test_values_that_no_column_should_hold_are_told(founded: User, value: object) -> None:
    from django.db.utils import IntegrityError

    person = user_with("employee", "auditor")
    first, second = person.assignments.order_by("pk")
    try:
        by_hand("UPDATE permissions_assignment SET effective_from = %s WHERE id = %s", [value, first.pk])
    except IntegrityError:
        assert value is None
        return
    by_hand("UPDATE permissions_assignment SET role_id = 'ciso' WHERE id = %s", [second.pk])
    found = broken()
    assert found.first_bad == last_leaf(first)
    assert {p.where for p in found.problems} == {f"permissions.assignment {one.pk}" for one in (first, second)}


class TestAReleaseThatChangesAModel:
    """A field added since a version was kept has its default; one taken away no longer counts."""

    def fields(self) -> list[models.Field]:  # type: ignore[type-arg]
        with isolate_apps("quarterdeck.kernel.ledger"):

            class Thing(models.Model):
                name = models.CharField(max_length=20)
                share = models.DecimalField(max_digits=6, decimal_places=2)
                seen = models.DateTimeField(null=True)
                tags = models.JSONField(default=list)
                note = models.CharField(max_length=20, default="none yet")

                class Meta:
                    app_label = "ledger"

            return [field for field in Thing._meta.concrete_fields if field.name != "id"]

    KEPT = {"name": "A", "share": "1.5", "seen": "2025-03-01T09:00:00.000000Z", "tags": ["x"], "gone": 1}
    ROW = ("A", Decimal("1.50"), datetime(2025, 3, 1, 9, tzinfo=UTC), ["x"], "none yet")

    def odd(self, *row: object) -> list[str]:
        return different(self.fields(), row, json.dumps(self.KEPT).encode())

    def test_the_same_values_are_the_same_however_spelled(self) -> None:
        assert self.odd(*self.ROW) == []

    @pytest.mark.parametrize(
        ("at", "value"),
        [
            (0, "B"),
            (0, None),
            (1, Decimal("1.51")),
            (2, None),
            (2, datetime(2025, 3, 2, tzinfo=UTC)),
            (3, []),
            (4, "put in"),
        ],
    )
    def test_another_value_in_any_field_is_named(self, at: int, value: object) -> None:
        row = list(self.ROW)
        row[at] = value
        assert self.odd(*row) == [self.fields()[at].attname]


def test_a_record_behind_no_door_is_held_as_well(founded: User) -> None:
    """Every kind of record is compared, registered or not."""
    from quarterdeck.kernel.ledger.verify.records import record_models

    assert Registrant in record_models()
    assert {"permissions.wall", "permissions.wallmember"} <= {model.type_code() for model in record_models()}
