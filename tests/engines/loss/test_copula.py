"""Expectations under a one-factor copula, against sums over joint counts, closed forms, finer quadratures and simulation."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from scipy import special, stats

from quarterdeck.engines.loss import LossError, Poisson, quantify
from quarterdeck.engines.loss.copula import Copula, mixing_nodes, normal_nodes
from quarterdeck.engines.loss.simulation import cross_check
from tests.engines.loss.portfolios import Part, interval, poisson, portfolio, scenario

Complexes = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]
TURN = np.linspace(0, math.pi, 9)
ROUND = np.concatenate([np.exp(1j * TURN), 0.3 * np.exp(1j * TURN), np.exp(0.05j * TURN), [0.0, 1e-6, 0.5]])
"""Values that transforms take: of size one, died away, and near one."""


def copula(rates: Sequence[float], loadings: Sequence[float], df: float | None, depth: float = 23.0) -> Copula:
    steps = {}
    for place, rate in enumerate(rates):
        law = Poisson(rate)
        below = law.cumulative(np.arange(law.counts(), dtype=np.float64))
        steps[place] = special.ndtri(below) if df is None else special.stdtrit(df, below)
    return Copula(steps, dict(enumerate(loadings)), df, depth)


def phases(members: int) -> dict[int, Complexes]:
    return {place: np.asarray(np.concatenate([ROUND, ROUND ** (1 + place % 3)])) for place in range(members)}


def generating(rate: float, phi: Complexes) -> Complexes:
    return np.asarray(np.exp(rate * (phi - 1)))


def panels(low: float, high: float, count: int) -> tuple[Reals, Reals]:
    """Gauss-Legendre nodes and weights on so many panels."""
    at, weight = np.polynomial.legendre.leggauss(16)
    edges, half = np.linspace(low, high, count + 1), (high - low) / count / 2
    return (edges[:-1, np.newaxis] + half * (at + 1)).ravel(), np.tile(weight * half, count)


def brute(rates: Sequence[float], loadings: Sequence[float], df: float | None, phi: Sequence[complex]) -> complex:
    """The expectation of two members by integrating over the latent factor and over the logarithm of the mixing weight."""
    z, dz = panels(-8.5, 8.5, 60)
    t, dt = panels(-14.0, 3.0, 30) if df is not None else (np.zeros(1), np.ones(1))
    density = np.ones(1) if df is None else stats.gamma(df / 2, scale=2 / df).pdf(np.exp(t)) * np.exp(t)
    found = 0j
    for root, share in zip(np.exp(t / 2).tolist(), (density * dt).tolist(), strict=True):
        product = np.asarray(stats.norm.pdf(z) * dz, dtype=np.complex128)
        for rate, loading, value in zip(rates, loadings, phi, strict=True):
            law = Poisson(rate)
            below = law.cumulative(np.arange(law.counts(), dtype=np.float64))
            step = special.ndtri(below) if df is None else special.stdtrit(df, below)
            up_to = special.ndtr((step * root - loading * z[:, np.newaxis]) / math.sqrt(1 - loading**2))
            shares = np.diff(up_to, prepend=0.0, append=1.0, axis=1)
            product *= shares @ value ** np.arange(shares.shape[1])
        found += share * complex(product.sum())
    return found


@pytest.mark.parametrize("loadings", [(0.6, 0.3), (0.9, -0.8)])
@pytest.mark.parametrize("phi", [(0.4 + 0.2j, 0.7j), (-1.0, 0.5)])
def test_two_members_of_a_gaussian_copula_are_what_integrating_gives(
    loadings: tuple[float, float], phi: tuple[complex, complex]
) -> None:
    found = copula((0.4, 1.5), loadings, None).mean({place: np.array([one + 0j]) for place, one in enumerate(phi)})
    assert abs(found[0] - brute((0.4, 1.5), loadings, None, phi)) < 1e-9


def test_two_members_of_a_t_copula_are_what_integrating_twice_gives() -> None:
    phi, loadings = (0.4 + 0.2j, -0.7 + 0j), (0.8, 0.5)
    found = copula((0.1, 0.3), loadings, 4).mean({place: np.array([one]) for place, one in enumerate(phi)})
    assert abs(found[0] - brute((0.1, 0.3), loadings, 4, phi)) < 1e-9


@pytest.mark.parametrize("df", [None, 0.5, 3, 10, 40, 1e6])
@pytest.mark.parametrize("loading", [0.2, 0.9, 0.9999])
def test_one_member_keeps_its_own_law(loading: float, df: float | None) -> None:
    found = copula([1.3], [loading], df).mean({0: ROUND})
    assert np.abs(found - generating(1.3, ROUND)).max() < 1e-9


@pytest.mark.parametrize("df", [None, 3, 12])
@pytest.mark.parametrize(
    ("rates", "loadings"),
    [
        ((0.1, 0.4), (0.3, 0.99)),
        ((1.0,) * 5, (0.9,) * 5),
        ((1.0, 2.0, 0.2, 5.0), (0.7, -0.7, 0.95, -0.2)),
        ((0.1, 0.2, 0.3) * 7, (0.6,) * 21),
        ((30.0, 3.0), (0.8, 0.8)),
    ],
)
def test_a_finer_quadrature_changes_nothing(
    rates: tuple[float, ...], loadings: tuple[float, ...], df: float | None
) -> None:
    finer, phi = copula(rates, loadings, df, 38.0), phases(len(rates))
    # the finest at all points, whether transforms have died away there or not
    finer.__dict__["curvatures"] = finer.curvatures[-1:]
    assert np.abs(copula(rates, loadings, df).mean(phi) - finer.mean(phi)).max() < 3e-9


@pytest.mark.parametrize("df", [None, 4])
def test_loadings_of_nearly_nothing_are_independence_only_under_a_gaussian_copula(df: float | None) -> None:
    rates, phi = (0.5, 2.0, 0.1), phases(3)
    free = np.prod([generating(rate, phi[place]) for place, rate in enumerate(rates)], axis=0)
    apart = np.abs(copula(rates, (1e-7, 1e-7, -1e-7), df).mean(phi) - free).max()
    assert apart < 1e-9 if df is None else apart > 1e-3


@pytest.mark.parametrize("df", [None, 3])
def test_loadings_near_one_make_counts_rise_together(df: float | None) -> None:
    # counts that rise together are quantiles at one level: P(N1 <= n, N2 <= m) is the lesser of the two
    rates = (0.3, 1.2)
    laws = [Poisson(rate) for rate in rates]
    below = [np.append(law.cumulative(np.arange(30.0)), 1.0) for law in laws]
    joint = np.minimum.outer(*below)
    chances = np.diff(np.diff(joint, axis=0, prepend=0.0), axis=1, prepend=0.0)
    phi = phases(2)
    powers = [phi[place][:, np.newaxis] ** np.arange(31) for place in (0, 1)]
    limit = np.einsum("pn,nm,pm->p", powers[0], chances, powers[1])
    apart = [np.abs(copula(rates, (loading, loading), df).mean(phi) - limit).max() for loading in (0.99, 0.999, 0.9999)]
    # what is left is the spread where jumps of one lie close to those of the other
    assert apart[0] > apart[1] >= apart[2]
    assert apart[2] < 1e-3


@pytest.mark.parametrize("df", [None, 3])
def test_turning_all_signs_changes_nothing_and_turning_one_does(df: float | None) -> None:
    rates, phi = (0.5, 1.0, 3.0), phases(3)
    one = copula(rates, (0.8, 0.6, -0.5), df).mean(phi)
    assert np.abs(one - copula(rates, (-0.8, -0.6, 0.5), df).mean(phi)).max() < 1e-11
    assert np.abs(one - copula(rates, (0.8, 0.6, 0.5), df).mean(phi)).max() > 1e-2


@pytest.mark.parametrize("df", [None, 3])
@pytest.mark.parametrize("loading", [0.5, 0.999])
def test_slopes_are_the_derivatives_of_the_mean(loading: float, df: float | None) -> None:
    made = copula((0.4, 1.5, 0.1, 6.0), (loading, -loading, 0.3, loading), df)
    phi = {place: 0.6 * one for place, one in phases(4).items()}
    slopes = made.slopes(phi)
    for place in phi:
        step = 1e-4
        more, less = ({**phi, place: phi[place] + side} for side in (step, -step))
        assert np.abs(slopes[place] - (made.mean(more) - made.mean(less)) / (2 * step)).max() < 1e-6


def test_slopes_where_nothing_is_seen_of_an_event_are_years_with_one_event() -> None:
    zero = np.zeros(1, np.complex128)
    made = copula((0.4, 1.5), (0.5, 0.7), None)
    joint = made.mean({0: np.array([1e-7 + 0j]), 1: zero}) - made.mean({0: zero, 1: zero})
    assert made.slopes({0: zero, 1: zero})[0][0].real == pytest.approx(joint[0].real / 1e-7, rel=1e-5)


def test_nodes_of_the_latent_factor_and_of_the_mixing_weight_have_their_moments() -> None:
    z, weight = normal_nodes(1.0, 23.0)
    assert [float(weight @ z**n) for n in (2, 4)] == pytest.approx([1, 3], rel=1e-6)
    x = np.logspace(-2, 3, 60)
    for df in (0.5, 1, 4, 20, 60, 300, 1e6):
        mixing, share = mixing_nodes(df / 2, 23.0)
        assert float(share @ mixing) == pytest.approx(1, rel=1e-7)
        found = share @ special.ndtr(np.multiply.outer(np.sqrt(mixing), x))
        assert np.abs(found - special.stdtr(df, x)).max() < 1e-10


def tied(count: int, loading: float, df: float | None, rate: float = 1.0) -> tuple[list[Part], Part]:
    parts = [scenario(f"s{n}", poisson(rate * (1 + n / count)), interval(1e4 * (n % 9 + 1), 1e6)) for n in range(count)]
    loadings = {f"s{n}": loading if n % 3 else -loading for n in range(count)}
    return parts, {"kind": "t", "loadings": loadings, "df": df} if df else {"kind": "gaussian", "loadings": loadings}


@pytest.mark.parametrize(("loading", "df"), [(0.7, None), (0.999, None), (0.7, 4), (0.999, 3)])
def test_computed_and_simulated_years_agree(loading: float, df: float | None) -> None:
    parts, tie = tied(4, loading, df)
    assert all(abs(item.errors_apart) < 4 for item in cross_check(portfolio(*parts, dependence=tie), 100_000, 11))


def test_what_would_take_too_long_is_refused_by_name() -> None:
    parts, tie = tied(120, 0.9999, 3, 5.0)
    with pytest.raises(LossError) as raised:
        quantify(portfolio(*parts, dependence=tie))
    assert (raised.value.code, raised.value.field) == ("too-many", "dependence.loadings")


def test_counts_that_are_certain_at_nearly_all_nodes_are_summed_up_before() -> None:
    made = copula((0.5, 2.0), (0.9999, 0.9999), 4)
    nodes = made.nodes(len(made.curvatures) - 1)[0].size
    # a few hundred years with certain counts stand for thousands of nodes
    assert nodes > 5000
    assert sum(piece.weights.size for piece in made.pieces(len(made.curvatures) - 1)) < nodes / 20
