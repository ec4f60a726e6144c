"""An appetite is read by those whose risks are held to it, and changed by nobody more than before."""

from __future__ import annotations

import pytest

from quarterdeck.areas.risks.models import Appetite
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Denied
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from tests.areas.risks.desk import appetite, risk
from tests.support import act, company, person, system, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def units() -> tuple[Unit, Unit, Unit]:
    """A division with a shop in it, and a port beside it."""
    top = company()

    def made(code: str, parent: Unit) -> Unit:
        found: Unit = act(
            "permissions.unit.create", system(), code=code, name=code.title(), kind="business", parent=parent
        )
        return found

    division = made("division", top)
    return division, made("shop", division), made("port", top)


def read_by(user: User) -> set[str]:
    return {row.statement for row in Sight(user).each(Appetite)}


def test_the_head_of_a_unit_reads_the_appetites_above_it_and_none_beside(units: tuple[Unit, Unit, Unit]) -> None:
    division, shop, port = units
    for unit in (None, division, shop, port):
        appetite(unit, statement=unit.code if unit is not None else "whole")
    assert read_by(user_with("unit_owner", unit=shop)) == {"whole", "division", "shop"}
    assert read_by(user_with("unit_owner", unit=division)) == {"whole", "division", "shop"}
    assert read_by(user_with("unit_owner", unit=port)) == {"whole", "port"}
    assert read_by(user_with("ciso")) == {"whole", "division", "shop", "port"}


def test_whoever_owns_an_open_risk_reads_what_it_is_held_to(units: tuple[Unit, Unit, Unit]) -> None:
    division, shop, port = units
    for unit in (None, division, port):
        appetite(unit, statement=unit.code if unit is not None else "whole")
    owner = person("Olga Owner", "employee")
    assert read_by(owner.user) == set()
    held = risk(unit=shop, owner=owner)
    assert read_by(owner.user) == {"whole", "division"}
    act("risks.risk.close", system(), held, reason="The shop is gone.")
    assert read_by(owner.user) == set()


def test_whoever_has_no_part_in_the_register_reads_no_appetite(units: tuple[Unit, Unit, Unit]) -> None:
    appetite()
    risk(unit=units[1])
    assert read_by(user_with("employee")) == read_by(user_with()) == set()
    owner = person("Una Reed")
    assert owner.user is None


def test_reading_from_below_lets_nobody_end_or_set_it(units: tuple[Unit, Unit, Unit]) -> None:
    held = appetite()
    head = user_with("unit_owner", unit=units[1])
    assert Sight(head).find(resource_of(Appetite), held.pk) == held
    with pytest.raises(Denied):
        act("risks.appetite.end", head, held, effective_until="2030-01-01")
    # Nor where the company grants setting in a unit below: what lies above stays with those above.
    setter = user_with("ciso", unit=units[1])
    with pytest.raises(Denied):
        act("risks.appetite.end", setter, held, effective_until="2030-01-01")
    held.refresh_from_db()
    assert held.effective_until is None
