"""The profile: units rolled up to the enterprise, and the place of cyber risks in the company's wider management."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from quarterdeck.areas.risks.models import FrameworkOwner, Risk
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.todo import waiting_for
from quarterdeck.web.risks.drawing import money
from tests.support import LONG_AGO, act, system, user_with
from tests.web.cast import SignIn
from tests.web.risks.scene import Scene, estimate, risk, scene
from tests.web.workbench.scene import read

pytestmark = pytest.mark.django_db
PAGE = "/risks/profile/"


@pytest.fixture
def register() -> Scene:
    return scene()


def units_of(page: str) -> str:
    return page[page.index("By unit") :]


def division(of: Scene) -> tuple[Unit, Risk]:
    """A unit below the payments unit, with a risk of its own."""
    desk: Unit = act(
        "permissions.unit.create", system(), code="desk", name="Refund desk", kind="business", parent=of.unit
    )
    made = risk(
        of.ciso, title="Refunds to robots", asset="Refunds", category=of.categories["operations"], owner=of.head_person, unit=desk,
        low="400000", high="6000000",
    )  # fmt: skip
    return desk, made


def limit(of: Scene, unit: Unit, amount: str, curve: str = "900000000 1%") -> None:
    act(
        "risks.appetite.set", of.ciso, unit=unit, statement="Of this unit.", expected_limit=amount, curve=curve, owner_may_accept="1",
        ciso_may_accept="2", decision="", effective_from=LONG_AGO, effective_until="",
    )  # fmt: skip


def test_a_unit_stands_with_the_units_below_it_and_its_appetite_covers_them(register: Scene, signed_in: SignIn) -> None:
    division(register)
    limit(register, register.unit, "900000")
    whole = read(signed_in(register.ciso), PAGE)
    assert re.search(r"as of \d+ \w{3} \d{4} · From the units", whole), "what is printed bears its day"
    page = units_of(whole)
    # Each of the two risks alone is within 900k; together they are not.
    assert re.search(r"Payments with the units below it 3 .* above its USD 900k Refund desk 1", page)
    assert "part of the USD 900k of Payments" in page
    assert page.index("Harbour Lane Group with the units below it 5") < page.index("Payments with the units below it")


def test_a_tolerance_of_a_unit_is_held_against_its_own_curve(register: Scene, signed_in: SignIn) -> None:
    limit(register, register.unit, "90000000", "100000 1%")
    assert "within its USD 90m, beyond its tolerance" in units_of(read(signed_in(register.ciso), PAGE))
    act(
        "risks.appetite.end",
        register.ciso,
        register.unit.appetites.get(),
        effective_until=clock.today() - timedelta(days=1),
    )
    assert "USD 90m" not in units_of(read(signed_in(register.ciso), PAGE))


def test_inherent_current_and_residual_stand_beside_each_other(register: Scene, signed_in: SignIn) -> None:
    page = units_of(read(signed_in(register.ciso), PAGE))
    assert re.search(r"Payments 2 – USD \d+k \d+% of the sum USD \d+k", page), "not every risk has an inherent figure"
    estimate(
        register.ciso, register.risks["fraud"], kind="inherent", rate_low="1", rate_high="2", low="20000", high="300000"
    )
    ransom, fraud = (Risk.objects.get(pk=register.risks[name].pk) for name in ("ransom", "fraud"))
    bare = (ransom.inherent_expected or 0) + (fraud.inherent_expected or 0)
    left = (ransom.residual_expected or 0) + (fraud.expected or 0)
    page = units_of(read(signed_in(register.ciso), PAGE))
    assert re.search(rf"Payments 2 {money(bare, 'USD')} USD \d+k \d+% of the sum {money(left, 'USD')} ", page)


def test_a_head_of_unit_sees_their_units_and_no_sum_above_them(register: Scene, signed_in: SignIn) -> None:
    desk, _made = division(register)
    page = read(signed_in(register.head), PAGE)
    assert "This is a part of the company: the risks that you may see." in page
    assert "Payments with the units below it 3" in page
    # The appetite that their risks are held to is named; what the company's other risks cost is not.
    assert "Harbour Lane Group" not in units_of(page).replace("part of the USD 2m of Harbour Lane Group", "")
    client = signed_in(register.head)
    listed = read(client, f"/risks/?unit={register.unit.pk}&unit={desk.pk}")
    assert "3 of 3" in listed, "the address of a unit leads to the risks that were summed"
    assert f"unit={register.unit.pk}&amp;unit={desk.pk}" in client.get(PAGE).content.decode()


def test_an_appetite_for_all_risks_is_not_held_against_a_part_of_them(register: Scene, signed_in: SignIn) -> None:
    assert "the appetite of USD 2m" in read(signed_in(register.ciso), "/risks/")
    partial = user_with("committee_member", unit=register.unit)
    act(
        "risks.appetite.set", register.ciso, unit=register.unit, statement="Ours.", expected_limit="5000000", curve="900000000 1%",
        owner_may_accept="1", ciso_may_accept="2", decision="", effective_from=LONG_AGO, effective_until="",
    )  # fmt: skip
    assert "the appetite of" not in read(signed_in(partial), "/risks/")
    assert "within its USD 5m" in read(signed_in(partial), PAGE)


def test_the_profile_of_somebody_without_risks_does_not_call_the_register_empty(
    register: Scene, signed_in: SignIn
) -> None:
    page = read(signed_in(user_with("employee")), PAGE)
    assert "No open risk that you may see" in page
    assert "No risk is in the register yet" not in page


def owned(of: Scene, user: User) -> FrameworkOwner:
    holder = act("people.person.create", system(), full_name="Gina Governance", unit=of.top)
    act("people.person.connect_login", system(), holder, user=user)
    made: FrameworkOwner = act(
        "risks.frameworkowner.name", of.ciso, framework="enterprise_risk_management", person=holder, document="Rules, chapter 4",
        effective_from=LONG_AGO, effective_until="",
    )  # fmt: skip
    return made


def test_the_owner_of_enterprise_risk_management_is_asked_to_accept_the_register_and_again_each_year(
    register: Scene, signed_in: SignIn
) -> None:
    assert "Nobody is named as owner of enterprise risk management" in read(signed_in(register.ciso), PAGE)
    holder = user_with("committee_member", "employee", login="gina")
    place = owned(register, holder)
    assert "owns it and has not accepted the register into it." in read(signed_in(register.ciso), PAGE)

    def asked() -> list[str]:
        return [item.source for item in waiting_for(holder) if item.source == "risks.frameworkowner"]

    assert asked() == ["risks.frameworkowner"]
    act("risks.frameworkowner.accept", holder, place, because="Section 4 of the enterprise register.")
    assert asked() == []
    page = read(signed_in(holder), PAGE)
    assert "Gina Governance accepted 4 risks into it on" in page
    assert "It is accepted anew by" in page
    with clock.fixed(clock.now() + timedelta(days=345)):
        assert asked() == ["risks.frameworkowner"], "a month before it lapses"
    with clock.fixed(clock.now() + timedelta(days=380)):
        risk(
            register.ciso, title="New channel fails", asset="Channel", category=register.categories["operations"],
            owner=register.head_person, unit=register.unit,
        )  # fmt: skip
        late = read(signed_in(register.ciso), PAGE)
    assert "it has to be accepted anew." in late
    assert "1 risk has entered the register since." in late
