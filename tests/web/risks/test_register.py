"""The register and a risk's page: what they say, what they derive, and to whom."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from quarterdeck.areas.risks.models import Estimate, Risk
from quarterdeck.kernel.permissions.models import Unit
from tests.support import act, user_with
from tests.web.cast import SignIn
from tests.web.risks.scene import Scene, scene
from tests.web.workbench.scene import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> Scene:
    return scene()


def html(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_risks_stand_by_money_with_words_from_money(register: Scene, signed_in: SignIn) -> None:
    page = read(signed_in(register.ciso), "/risks/")
    order = [
        page.index(title)
        for title in ("Ransomware stops", "Customer data read", "Invoices paid", "Cloud region is lost")
    ]
    assert order == sorted(order)
    row = Risk.objects.get(pk=register.risks["ransom"].pk)
    assert row.expected is not None
    assert 250_000 < row.expected < 1_000_000
    assert re.search(r"USD 581k moderate", page)
    assert "2 treatments, due" in page
    assert "accepted until" in page
    assert "not estimated yet" in page


def test_the_head_adds_up_what_the_reader_may_see_against_appetite(register: Scene, signed_in: SignIn) -> None:
    page = read(signed_in(register.ciso), "/risks/")
    total = sum(row.expected for row in Risk.objects.all() if row.expected is not None)
    assert f"A year costs USD {total / 1000:.0f}k on average" in page
    assert "within the appetite of USD 2m" in page
    assert "Tolerance is exceeded: the chance of a year beyond USD 5m is" in page
    assert "4 open risks that you may see" in page
    assert "1 is not estimated yet" in page
    # A head of unit sees the unit, and its sum alone; the enterprise's appetite is not theirs to see.
    theirs = read(signed_in(register.head), "/risks/")
    assert "Customer data read" not in theirs
    assert "2 open risks that you may see" in theirs
    assert "appetite of" not in theirs


def test_the_list_is_narrowed_and_searched(register: Scene, signed_in: SignIn) -> None:
    client = signed_in(register.ciso)
    page = html(client, f"/risks/?unit={register.unit.pk}")
    assert "Ransomware" in page
    assert "Customer data" not in page
    assert "Customer data" in html(client, "/risks/?q=customer")
    assert "Ransomware" not in html(client, "/risks/?q=customer")
    act("risks.risk.close", register.ciso, register.risks["new"], reason="Not ours")
    assert "Cloud region" not in html(client, "/risks/")
    assert "Cloud region" in html(client, "/risks/?state=")
    assert client.get("/risks/?state=nonsense").status_code == 400


def test_the_panel_and_the_page_tell_the_same_risk(register: Scene, signed_in: SignIn) -> None:
    client, key = signed_in(register.ciso), register.risks["ransom"].pk
    for address in (f"/risks/{key}/", f"/risks/{key}/panel/"):
        page = html(client, address)
        for word in (
            "Inherent",
            "Current",
            "Residual",
            "Workshop in spring",
            "Hana Head",
            "Separate the networks",
            "Tolerance",
        ):
            assert word in page, (address, word)
        assert "between once in 10 years and once in 2 years (90 %)" in page
        assert "They avoid" in page


def test_ticked_treatments_decide_what_would_change(register: Scene, signed_in: SignIn) -> None:
    client, risk = signed_in(register.ciso), register.risks["ransom"]
    expected = float(Estimate.objects.get(risk=risk, kind="current").expected or 0)
    first = risk.treatments.get(title="Restore within a day")
    page = read(client, f"/risks/{risk.pk}/?asked=1&with={first.pk}")
    assert f"They avoid USD {expected * 0.6 / 1000:.0f}k a year for USD 90k a year" in page
    none = html(client, f"/risks/{risk.pk}/panel/?asked=1")
    assert "Tick what should be counted in" in none


def test_the_profile_goes_by_category_and_unit(register: Scene, signed_in: SignIn) -> None:
    page = read(signed_in(register.ciso), "/risks/profile/")
    assert page.index("Operations") < page.index("Trust of customers")
    assert "within its USD 2m, beyond its tolerance" in page
    assert "part of the USD 2m of" in page


def test_whoever_may_see_no_risk_finds_no_page(register: Scene, signed_in: SignIn) -> None:
    client, key = signed_in(user_with("people_officer")), register.risks["ransom"].pk
    for address in (
        "/risks/",
        "/risks/new/",
        "/risks/profile/",
        f"/risks/{key}/",
        f"/risks/{key}/panel/",
        f"/risks/{key}/estimate/",
    ):
        assert client.get(address).status_code == 404, address
    # Another unit's risk does not exist for a head of unit.
    head = signed_in(register.head)
    assert head.get(f"/risks/{register.risks['leak'].pk}/").status_code == 404
    assert head.get(f"/risks/{register.risks['ransom'].pk}/").status_code == 200


def test_an_empty_register_says_what_to_do(enterprise: Unit, signed_in: SignIn) -> None:
    assert "No risk is in the register yet" in read(signed_in(user_with("ciso")), "/risks/")
    assert "No open risk that you may see" in read(signed_in(user_with("board_member")), "/risks/")
    assert "No enterprise risk category is recorded yet" in read(signed_in(user_with("ciso")), "/risks/new/")
