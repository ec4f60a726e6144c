"""Amounts in forms: read as people and their accounts write them, never converted, never guessed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from quarterdeck.areas.risks.models import FinancialBaseline
from quarterdeck.areas.risks.models.fields import AmountInput
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Invalid
from tests.support import act, company, system

pytestmark = pytest.mark.django_db


def baseline(**amounts: Any) -> FinancialBaseline:
    today = clock.today()
    given = {"revenue": "1", "pretax_income": "1", "total_assets": "1", "equity": "1"} | amounts
    made: FinancialBaseline = act(
        "risks.financialbaseline.record", system(), period_from=today - timedelta(days=400), period_until=today - timedelta(days=36),
        source="Accounts", **given,
    )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("38200000000", "38200000000"), ("38,200,000,000", "38200000000"), ("38.2bn", "38200000000"), ("38 200 000 000.50", "38200000000.50"),
        ("USD 38.2bn", "38200000000"), ("382亿", "38200000000"), (" 2.14BN ", "2140000000"), ("1e6", "1000000"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(written: str, meant: str) -> None:
    company()
    assert baseline(revenue=written).revenue == Decimal(meant)


@pytest.mark.parametrize("written", ["-5m", "−5,000,000", "-5000000"])
def test_a_loss_is_written_with_a_minus(written: str) -> None:
    company()
    assert baseline(pretax_income=written).pretax_income == -5_000_000
    with pytest.raises(Invalid, match="greater than or equal to 0"):
        baseline(revenue=written)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("about 5m", "no amount"), ("5mm", "no amount"), ("NaN", "no amount|Enter a number"), ("EUR 5m", "nothing is converted"),
        ("1bn bn", "no amount"), ("9999999999999999", "less than or equal to|digits"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_by_its_field(written: str, said: str) -> None:
    company()
    with pytest.raises(Invalid, match=said) as caught:
        baseline(total_assets=written)
    assert "total_assets" in caught.value.errors
    assert not FinancialBaseline.objects.exists()


def test_a_number_of_the_api_stays_what_it_is_and_an_empty_one_is_nothing() -> None:
    field = AmountInput(required=False, max_digits=18, decimal_places=2)
    assert field.clean(1500000) == 1_500_000
    assert field.clean(Decimal("2.50")) == Decimal("2.50")
    assert field.clean("") is None
