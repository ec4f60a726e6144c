"""What a picture of one event's law shows."""

from __future__ import annotations

import math

import pytest

from quarterdeck.engines.loss import Exponential, Pert, atomic, lognormal_interval, shape


def test_an_elicited_interval_has_its_ends_as_marks_and_a_symmetric_density() -> None:
    found = shape(lognormal_interval(1e5, 1e6, 0.9))
    assert found.marks == pytest.approx((1e5, math.sqrt(1e11), 1e6), rel=1e-9)
    heights = [height for _, height in found.points]
    assert heights == pytest.approx(heights[::-1], rel=1e-6)
    assert max(heights) == pytest.approx(1 / (math.sqrt(2 * math.pi) * math.log(10) / (2 * 1.6448536)), rel=1e-3)


def test_other_laws_have_their_own_quantiles_and_a_cap_ends_them() -> None:
    assert shape(Exponential(100.0)).marks == pytest.approx([-100 * math.log(1 - q) for q in (0.05, 0.5, 0.95)])
    low, middle, high = shape(Pert(1.0, 2.0, 9.0), cap=3.0).marks
    assert 1 < low < middle <= high == 3
    assert max(x for x, _ in shape(Pert(1.0, 2.0, 9.0), cap=3.0).points) <= 3


def test_certain_amounts_are_bars_and_meet_at_the_cap() -> None:
    found = shape(atomic({100.0: 0.5, 200.0: 0.3, 900.0: 0.2}), cap=150.0)
    assert found.bars
    assert found.points == ((100.0, 0.5), (150.0, 0.5))
    assert found.marks == (100.0, 100.0, 150.0)


def test_a_cap_under_everything_is_one_bar() -> None:
    assert shape(Pert(10.0, 20.0, 90.0), cap=5.0).points == ((5.0, 1.0),)
