"""Amounts in lists and on records name their currency; what a machine reads stays as it was."""

from __future__ import annotations

import csv
import io

import pytest

from quarterdeck.areas.risks.models import Analysis, Treatment
from quarterdeck.kernel.records import writing
from tests.support import act, system
from tests.web.cast import SignIn
from tests.web.risks.scene import Scene, scene
from tests.web.risks.test_register import html
from tests.web.workbench.scene import REGISTRANT, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> Scene:
    return scene()


@pytest.mark.parametrize(
    ("code", "heading"),
    [
        ("risks.risk", "Expected a year (USD)"),
        ("risks.treatment", "Cost a year (USD)"),
        ("risks.acceptance", "Expected a year (USD)"),
        ("risks.financialbaseline", "Revenue (USD)"),
        ("risks.appetite", "Appetite (USD)"),
    ],
)
def test_the_heading_of_an_amount_names_the_currency_once(
    register: Scene, signed_in: SignIn, code: str, heading: str
) -> None:
    page = html(signed_in(register.ciso), f"/records/{code}/")
    assert heading in page
    assert f'data-label="{heading}"' in page, "a narrow screen says it beside the amount"


def test_a_panel_and_a_record_name_it_too(register: Scene, signed_in: SignIn) -> None:
    client, risk = signed_in(register.ciso), register.risks["ransom"]
    assert "Cost a year (USD)" in read(client, f"/records/risks.risk/{risk.pk}/")
    treatment = Treatment.objects.get(title="Separate the networks")
    assert "USD 150,000.00" in read(client, f"/records/risks.treatment/{treatment.pk}/")


def test_what_was_kept_with_its_currency_keeps_it(register: Scene, signed_in: SignIn) -> None:
    """An analysis of a day when the books were in another currency is not said to be in today's."""
    made: Analysis = act("risks.analysis.run", register.ciso, title="Spring", unit=register.top, kind="current")
    with writing():
        Analysis.objects.filter(pk=made.pk).update(currency="HKD")
    client = signed_in(register.ciso)
    page = read(client, "/records/risks.analysis/")
    assert "HKD 999," in page
    assert "USD" not in page
    assert "HKD 999," in read(client, f"/records/risks.analysis/{made.pk}/")


def test_the_currency_is_that_of_the_registrant(register: Scene, signed_in: SignIn) -> None:
    act("organisation.registrant.create", system(), **(REGISTRANT | {"currency": "CNY"}))
    assert "Expected a year (CNY)" in html(signed_in(register.ciso), "/records/risks.risk/")


def test_exports_and_answers_of_the_api_are_as_before(register: Scene, signed_in: SignIn) -> None:
    client, risk = signed_in(register.ciso), register.risks["ransom"]
    sheet = b"".join(client.get("/records/risks.treatment/export.csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    heads, *rows = list(csv.reader(io.StringIO(sheet)))
    assert "Cost a year" in heads
    assert {row[heads.index("Cost a year")] for row in rows} == {"150000.00", "90000.00"}
    answer = client.get(f"/api/v1/records/risks.risk/{risk.pk}").json()
    risk.refresh_from_db()
    assert answer["fields"]["expected"] == str(risk.expected)
