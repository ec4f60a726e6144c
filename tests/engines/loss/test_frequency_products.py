"""Generating functions of many counts multiplied before one logarithm is taken are the sum of their logarithms."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.loss.frequency import Binomial, Frequency, LogProduct, NegativeBinomial, Poisson

rates = st.floats(1e-9, 5)
laws = st.one_of(
    st.builds(NegativeBinomial, st.sampled_from([0.5, 1.0, 2.0, 7.3, 1e9]), st.floats(1e-12, 3)),
    st.builds(Binomial, st.integers(1, 5), st.floats(1e-9, 1)),
    st.builds(Poisson, rates),
)


def spectrum(seed: int) -> np.ndarray:
    """The transform of some law of amounts from nothing up, at many frequencies."""
    draw = np.random.default_rng(seed)
    mass = draw.random(64) ** 8
    return np.fft.rfft(mass / mass.sum(), 256).astype(np.complex128)


@settings(max_examples=60)
@given(st.lists(laws, min_size=1, max_size=40))
def test_the_product_of_many_counts_is_that_of_each(some: list[Frequency]) -> None:
    product, each = LogProduct(129), np.zeros(129, dtype=np.complex128)
    for seed, law in enumerate(some):
        product.add(law, spectrum(seed))
        each += law.log_pgf(spectrum(seed))
    # a logarithm stands for its exponential: whole turns do not matter
    turns = (product.found - each).imag / (2 * np.pi)
    size = 1 + np.abs(each)
    assert np.all(np.abs((product.found - each).real) <= 1e-12 * size)
    assert np.all(np.abs(turns - np.rint(turns)) <= 1e-12 * size)


@settings(max_examples=60)
@given(laws, st.floats(0.1, 1.0))
def test_one_count_put_in_the_place_of_another_is_their_ratio(law: Frequency, factor: float) -> None:
    before, after = spectrum(1), spectrum(2)
    new = law.scaled(factor)
    with np.errstate(all="ignore"):
        ratio = law.exchanged(before, new, after)
        wanted = np.exp(new.log_pgf(after) - law.log_pgf(before))
    sound = np.abs(np.exp(law.log_pgf(before))) > 1e-6
    assert np.allclose(ratio[sound], wanted[sound], rtol=1e-9 * (1 + law.mean), atol=0)
