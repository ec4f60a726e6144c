"""Many single events beside many certain amounts, evaluated at once, are the sum of each law by itself."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.loss.closed import Beside, Closed
from quarterdeck.engines.loss.severity import Continuous, Exponential, Levy, Lognormal, Pert

amounts = st.floats(0.5, 5e6)
laws = st.one_of(
    st.builds(Lognormal, st.floats(-2, 14), st.floats(0.05, 2.5)),
    st.builds(Exponential, amounts),
    st.builds(Levy, amounts),
    st.builds(
        lambda low, first, second: Pert(low, low + first, low + first + second),
        st.floats(0, 1e5),
        st.floats(1, 1e6),
        st.floats(1, 1e6),
    ),
)
caps = st.one_of(st.just(math.inf), st.floats(1e6, 1e8))
items = st.lists(st.tuples(st.floats(1e-6, 3), laws, caps), min_size=1, max_size=6)
sums = st.lists(st.tuples(st.floats(0, 1e6), st.floats(1e-6, 1)), min_size=1, max_size=5)


def one_by_one(x: float, law: Continuous, cap: float) -> tuple[float, float]:
    """P(X <= x, X < cap or uncapped) and the integral of what is above, from each law's own closed forms."""
    if x <= 0:
        return 0.0, 0.0
    inside = min(x, cap)
    beyond = float(law.survival(cap)) if cap < math.inf else 0.0
    return float(law.below(inside)), float(law.limited(inside)) - beyond * inside


@settings(max_examples=60)
@given(st.lists(st.tuples(sums, items), min_size=1, max_size=3), st.floats(0, 1e8))
def test_all_pairs_at_once_are_the_sum_of_each_pair(groups: list, x: float) -> None:
    beside = Beside(
        tuple(
            (np.array([value for value, _ in some]), np.array([weight for _, weight in some]), Closed(kinds))
            for some, kinds in groups
        )
    )
    below = limited = weight = 0.0
    for some, kinds in groups:
        for value, share in some:
            for rate, law, cap in kinds:
                up_to, least = one_by_one(x - value, law, cap)
                whole = float(law.below(cap)) if cap < math.inf else 1.0
                below += share * rate * up_to
                limited += share * rate * (min(value, x) * whole + least)
                weight += share * rate * whole
    assert beside.weight == pytest.approx(weight, rel=1e-12)
    assert beside.below(x) == pytest.approx(below, rel=1e-11, abs=1e-14)
    assert beside.limited(x) == pytest.approx(limited, rel=1e-10, abs=1e-9 * weight)


def test_beyond_every_cap_the_whole_weight_is_below() -> None:
    closed = Closed([(2.0, Lognormal(10, 1), 5e4), (0.5, Exponential(1e4), 2e4), (0.1, Levy(10.0), 1e5)])
    beside = Beside(((np.array([0.0, 1e5]), np.array([0.75, 0.25]), closed),))
    assert beside.below(1e6) == pytest.approx(beside.weight, rel=1e-14)
    assert beside.weight < 2.6


def test_amounts_below_the_certain_ones_have_no_weight() -> None:
    beside = Beside(((np.array([1000.0]), np.array([1.0]), Closed([(1.0, Exponential(10.0), math.inf)])),))
    assert beside.below(1000.0) < 1e-200
    assert beside.below(0.0) < 1e-200
    assert beside.limited(400.0) == pytest.approx(400.0)
