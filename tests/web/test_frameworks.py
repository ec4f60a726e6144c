"""The gap view's numbers are links to their rows, and what is taken away says the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client
from openpyxl import load_workbook

from quarterdeck.areas.safeguards.models import Framework
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Unit
from tests.areas.safeguards.house import answered, examined, imported, safeguard, small
from tests.support import act, system, user_with

SignIn = Callable[[User], Client]


@pytest.fixture
def rules(enterprise: Unit) -> Framework:
    framework = imported(small(ids=("m-1", "m-2", "m-3", "m-4")))
    guard = safeguard("=Backups")
    answered(framework, guard, "m-1", "m-2")
    examined(guard, "2024-05-01", "not_effective")
    aside = framework.requirements.get(code="m-4")
    act("safeguards.framework.set_aside", system(), framework, requirements=[aside.pk], reason="No moorings.")
    return framework


def test_a_number_leads_to_exactly_so_many_rows(rules: Framework, signed_in: SignIn) -> None:
    client = signed_in(user_with("ciso"))
    for standing, count in (("failed", 2), ("gap", 1), ("not_applicable", 1), ("tested", 0)):
        page = client.get(f"/frameworks/{rules.pk}/", {"standing": standing}).content.decode()
        assert page.count('name="requirements"') == count, standing


def test_a_large_framework_is_shown_part_by_part_and_whole_for_printing(enterprise: Unit, signed_in: SignIn) -> None:
    framework = imported(small(ids=tuple(f"m-{n}" for n in range(1, 80))))
    client = signed_in(user_with("auditor"))
    assert "Choose a part above" in client.get(f"/frameworks/{framework.pk}/").content.decode()
    whole = client.get(f"/frameworks/{framework.pk}/", {"all": "1"}).content.decode()
    assert whole.count("/records/safeguards.requirement/") == 79
    assert client.get(f"/frameworks/{framework.pk}/", {"under": "x", "standing": "y", "on": "z"}).status_code == 200


def test_a_page_of_a_thousand_requirements_asks_the_database_a_handful_of_times(
    enterprise: Unit, signed_in: SignIn, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    framework = imported(small(ids=tuple(f"m-{n}" for n in range(1, 1001))))
    answered(framework, safeguard(), *(f"m-{n}" for n in range(1, 200)))
    client = signed_in(user_with("ciso"))
    with django_assert_max_num_queries(30):  # type: ignore[attr-defined]
        assert client.get(f"/frameworks/{framework.pk}/", {"all": "1"}).status_code == 200


def test_the_page_shows_a_past_day(rules: Framework, signed_in: SignIn) -> None:
    page = signed_in(user_with("ciso")).get(f"/frameworks/{rules.pk}/", {"on": "2024-04-30"}).content.decode()
    assert "As it stood on" in page
    assert ">test failed</span>" not in page
    assert 'id="entry"' not in page


def test_the_statement_of_applicability_says_what_the_page_says_and_runs_no_formula(
    rules: Framework, signed_in: SignIn
) -> None:
    client = signed_in(user_with("auditor"))
    text = client.get(f"/frameworks/{rules.pk}/statement.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert [(row[0], row[2], row[3]) for row in rows[1:]] == [
        ("m-1", "yes", "test failed"),
        ("m-2", "yes", "test failed"),
        ("m-3", "yes", "gap"),
        ("m-4", "no", "not applicable"),
    ]
    assert rows[1][4] == "'=Backups"
    book = load_workbook(io.BytesIO(client.get(f"/frameworks/{rules.pk}/statement.xlsx").content))
    assert [cell.value for cell in book.active["A"]] == ["Code", "m-1", "m-2", "m-3", "m-4"]
    assert client.get(f"/frameworks/{rules.pk}/statement.exe").status_code == 404


def test_an_employee_sees_no_framework(rules: Framework, signed_in: SignIn) -> None:
    client = signed_in(user_with("employee"))
    for address in (f"/frameworks/{rules.pk}/", f"/frameworks/{rules.pk}/statement.csv"):
        assert client.get(address).status_code == 404
    assert client.get("/frameworks/oscal/component-definition.json").status_code in (404, 409)


def test_the_name_of_a_safeguard_of_another_unit_is_not_told(
    rules: Framework, enterprise: Unit, signed_in: SignIn
) -> None:
    far = act("permissions.unit.create", system(), code="far", name="Far", kind="business", parent=enterprise)
    client = signed_in(user_with("unit_owner", unit=far))
    page = client.get(f"/frameworks/{rules.pk}/").content.decode()
    assert "=Backups" not in page
    assert "a safeguard of another unit" in page
    assert "=Backups" not in client.get(f"/frameworks/{rules.pk}/statement.csv").content.decode()
