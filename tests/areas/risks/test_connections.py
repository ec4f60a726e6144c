"""A risk hangs together with safeguards, vendors and incidents until somebody ends that; an ended connection counts nowhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from quarterdeck.areas.risks.learning import teaching
from quarterdeck.areas.risks.models import Connection, Risk, RiskIncident, RiskVendor
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Denied, Invalid, NotVisible, Refused
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.resource import past
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from tests.areas.risks.desk import estimate, risk
from tests.support import act, company, system, user_with

pytestmark = pytest.mark.django_db
Make = Callable[[], Any]


@pytest.fixture
def unit() -> Unit:
    company()
    made: Unit = act("permissions.unit.create", system(), code="shop", name="Shop", kind="business", parent=company())
    return made


def vendor(unit: Unit, name: str = "Pier Hosting") -> Any:
    return act(
        "vendors.vendor.create", system(), name=name, service="Hosting", unit=unit, kind="legal", sensitivity="none",
        volume="none", access="none", criticality="low",
    )  # fmt: skip


def incident(unit: Unit, title: str = "Keys in other hands") -> Any:
    return act(
        "incidents.incident.declare", system(), title=title, nature="incident", unit=unit,
        discovered_at=clock.now() - timedelta(hours=1),
    )  # fmt: skip


def connect(kind: str, risk: Risk, other: Any) -> Any:
    act(f"risks.risk.link_{kind}", system(), risk, how="It came through them", **{kind: other})
    return {"vendor": RiskVendor, "incident": RiskIncident}[kind].objects.latest("pk")


@pytest.mark.parametrize(("kind", "make"), [("vendor", vendor), ("incident", incident)])
def test_a_connection_is_ended_once_and_may_be_made_anew(unit: Unit, kind: str, make: Callable[[Unit], Any]) -> None:
    of, other = risk(unit=unit), make(unit)
    first = connect(kind, of, other)
    with pytest.raises(Invalid):
        connect(kind, of, other)
    ciso = user_with("ciso")
    ended: Connection = act(f"risks.risk{kind}.end", ciso, first)
    assert ended.ended_on == clock.today()
    with pytest.raises(Refused):
        act(f"risks.risk{kind}.end", ciso, ended)
    again = connect(kind, of, other)
    assert (again.pk != first.pk, again.ended_on) == (True, None)
    # That it stood, and who ended it, stays on record.
    entries = past.history(resource_of(type(ended)), ended, Sight(ciso))
    assert (entries[0].actor, entries[0].action) == (ciso, f"risks.risk{kind}.end")
    assert len(entries) == 2


@pytest.mark.parametrize(
    ("role", "may"),
    [("ciso", True), ("analyst", True), ("unit_owner", True), ("auditor", False), ("board_member", False)],
)
@pytest.mark.parametrize(("kind", "make"), [("vendor", vendor), ("incident", incident)])
def test_who_keeps_the_register_ends_a_connection(
    unit: Unit, kind: str, make: Callable[[Unit], Any], role: str, may: bool
) -> None:
    held = connect(kind, risk(unit=unit), make(unit))
    who = user_with(role)
    if may:
        assert act(f"risks.risk{kind}.end", who, held).ended_on is not None
    else:
        with pytest.raises(Denied):
            act(f"risks.risk{kind}.end", who, held)


def test_somebody_of_another_unit_neither_sees_nor_ends_it(unit: Unit) -> None:
    other = act("permissions.unit.create", system(), code="port", name="Port", kind="business", parent=company())
    held = connect("vendor", risk(unit=unit), vendor(unit))
    stranger = user_with("unit_owner", unit=other)
    assert not Sight(stranger).each(RiskVendor).exists()
    with pytest.raises(NotVisible):
        act("risks.riskvendor.end", stranger, held)


def test_outside_the_wall_the_connection_with_an_incident_is_neither_seen_nor_ended(unit: Unit) -> None:
    behind = incident(unit)
    held = connect("incident", risk(unit=unit), behind)
    inside, outside = user_with("ciso"), user_with("analyst")
    act("incidents.incident.raise_wall", inside, behind, why="Could be material", people=[inside.pk])
    assert not Sight(outside).each(RiskIncident).exists()
    with pytest.raises(NotVisible):
        act("risks.riskincident.end", outside, held)
    assert act("risks.riskincident.end", inside, held).ended_on == clock.today()
    assert not Sight(outside).each(RiskIncident).exists()


def test_an_incident_connected_by_mistake_teaches_no_longer(unit: Unit) -> None:
    of = risk(unit=unit)
    held = connect("incident", of, incident(unit))
    standing = estimate(of)
    assert teaching(of, standing).count() == 1
    act("risks.riskincident.end", system(), held)
    assert not teaching(of, standing).exists()
    # Connected anew it teaches once, though two rows tell of it.
    connect("incident", of, held.incident)
    assert teaching(of, standing).count() == 1
