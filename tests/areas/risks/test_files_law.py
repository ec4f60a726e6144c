"""Laws of the files: whatever the register holds, what goes out comes back unchanged, in all three formats."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from quarterdeck.areas.risks.files.cells import amount, rate
from quarterdeck.areas.risks.models import Estimate
from tests.areas.risks.registers import Register
from tests.areas.risks.test_files import NAMES

TEXT = st.text(st.sampled_from("ab =+-@'\"\t,;|\n风险é%&<1"), min_size=1, max_size=12).filter(lambda text: text.strip())
MONEY = st.decimals("0.01", "100000000000", places=2)
RATE = st.decimals("0.001", "20", places=6)


@st.composite
def estimates(draw: st.DrawFn) -> dict[str, Any]:
    """An estimate in each of the ways to tell how often and how much."""
    told: dict[str, Any] = {
        "rate_low": "",
        "rate_high": "",
        "low": "",
        "high": "",
        "source": draw(TEXT),
        "because": draw(TEXT),
    }
    often = draw(st.sampled_from(["rate", "chance", "threat"]))
    if often == "chance":
        told["chance"] = draw(st.decimals("0.000001", "1", places=6))
    else:
        low = draw(RATE)
        told |= {"rate_low": low, "rate_high": low * draw(st.sampled_from([1, 2, 7]))}
    if often == "threat":
        told["vulnerability"] = draw(st.decimals("0.01", "1", places=6))
    much = draw(st.sampled_from(["interval", "bounds", "amount"]))
    low = draw(MONEY)
    if much == "amount":
        told["likely"] = low
    else:
        told |= {"low": low, "high": low * draw(st.integers(2, 50))}
    if much == "bounds":
        told["likely"] = low
    if draw(st.booleans()):
        told["cap"] = low * draw(st.integers(1, 60))
    return {"often": often, "much": much, **told}


class RegisterFiles(TestCase):
    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @example([("a", "'\n1", None), ("b", "'\t+", None), ("c", "''=1", None)])
    @given(st.lists(st.tuples(TEXT, TEXT, st.none() | estimates()), min_size=1, max_size=3))
    def test_whatever_the_register_holds_comes_back_unchanged(
        self, risks: list[tuple[str, str, dict[str, Any] | None]]
    ) -> None:
        register = Register()
        estimated = 0
        for title, description, told in risks:
            risk = register.risk(title, description=description)
            if told is not None:
                register.estimate(risk, **told)
                estimated += 1
        before = Estimate.objects.count()
        for form, name in NAMES.items():
            if form == "json" and estimated == 0:
                continue
            read = register.read(register.file(form), name)
            assert (read.new, read.changed, read.preview) == (0, 0, ""), read.preview
            assert read.unchanged == (estimated if form == "json" else len(risks))
        assert Estimate.objects.count() == before


@settings(max_examples=50)
@given(st.decimals("0", "1000000000000", places=2))
def test_an_amount_is_read_as_it_is_written_with_or_without_separators(value: Decimal) -> None:
    assert amount(f"{value:f}", "USD") == amount(f"{value:,f}", "USD") == amount(f"USD {value:,f}", "USD") == value


@settings(max_examples=50)
@given(st.decimals("0", "1", places=4))
def test_a_share_of_one_is_the_same_in_percent(value: Decimal) -> None:
    assert rate(f"{value:f}") == rate(f"{value * 100:f}%") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5m", 1500000),
        ("250k", 250000),
        ("2bn", 2000000000),
        ("150万", 1500000),
        ("1.2亿", 120000000),
        ("1 500 000", 1500000),
    ],
)
def test_amounts_as_people_write_them(text: str, value: int) -> None:
    assert amount(text, "USD") == value
