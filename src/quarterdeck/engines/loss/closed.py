"""Single events with densities in closed form, beside certain amounts: many laws and many sums evaluated at once, kind by kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.late import special
from quarterdeck.engines.loss.severity import Continuous, Exponential, Levy, Lognormal, Pert

Reals = npt.NDArray[np.float64]

TINIEST: Final = 1e-300
"""Stands for amounts of nothing and less, below which no law here has anything that counts."""


class Closed:
    """The densities of some laws in closed form, weighted with rates and cut off at caps."""

    def __init__(self, items: Sequence[tuple[float, Continuous, float]]) -> None:
        self.size = len(items)
        rows: dict[type[Continuous], list[tuple[float, ...]]] = {}
        whole = 0.0
        for rate, law, cap in items:
            read = _KINDS[type(law)].read
            beyond = float(law.survival(cap)) if cap < math.inf else 0.0
            whole += rate * (float(law.below(cap)) if cap < math.inf else 1.0)
            rows.setdefault(type(law), []).append((rate, cap, beyond, *read(law)))
        self.total = whole
        """The weight of all of them."""
        self.columns = {kind: np.array(some).T for kind, some in rows.items()}
        """By kind of law: rates, caps, what lies beyond each cap, and the law's parameters; a row each."""


@dataclass(frozen=True)
class _Kind:
    # Parameters of a law, its distribution function and its limited expected value, at amounts above nothing; columns as read.
    read: Callable[..., tuple[float, ...]]
    below: Callable[..., Reals]
    limited: Callable[..., Reals]


def _lognormal(law: Lognormal) -> tuple[float, ...]:
    return law.mu, law.sigma, law.mean


def _lognormal_below(y: Reals, mu: Reals, sigma: Reals, mean: Reals) -> Reals:
    return np.asarray(special.ndtr((np.log(y) - mu) / sigma), dtype=np.float64)


def _lognormal_limited(y: Reals, mu: Reals, sigma: Reals, mean: Reals) -> Reals:
    z = (np.log(y) - mu) / sigma
    return np.asarray(mean * special.ndtr(z - sigma) + y * special.ndtr(-z), dtype=np.float64)


def _exponential(law: Exponential) -> tuple[float, ...]:
    return (law.scale,)


def _exponential_below(y: Reals, scale: Reals) -> Reals:
    return np.asarray(-np.expm1(-y / scale), dtype=np.float64)


def _exponential_limited(y: Reals, scale: Reals) -> Reals:
    return np.asarray(-scale * np.expm1(-y / scale), dtype=np.float64)


def _levy(law: Levy) -> tuple[float, ...]:
    return (law.scale,)


def _levy_below(y: Reals, scale: Reals) -> Reals:
    return np.asarray(special.erfc(np.sqrt(scale / (2 * y))), dtype=np.float64)


def _levy_limited(y: Reals, scale: Reals) -> Reals:
    root = np.sqrt(scale / (2 * y))
    inside = np.sqrt(2 * scale * y / math.pi) * np.exp(-root * root) - scale * special.erfc(root)
    return np.asarray(inside + y * special.erf(root), dtype=np.float64)


def _pert(law: Pert) -> tuple[float, ...]:
    return law.minimum, law.maximum - law.minimum, law.a, law.b


def _pert_below(y: Reals, minimum: Reals, span: Reals, a: Reals, b: Reals) -> Reals:
    return np.asarray(special.betainc(a, b, np.clip((y - minimum) / span, 0.0, 1.0)), dtype=np.float64)


def _pert_limited(y: Reals, minimum: Reals, span: Reals, a: Reals, b: Reals) -> Reals:
    t = np.clip((y - minimum) / span, 0.0, 1.0)
    below = special.betainc(a, b, t)
    inside = minimum * below + span * (a / (a + b)) * special.betainc(a + 1, b, t)
    return np.asarray(inside + y * (1 - below), dtype=np.float64)


_KINDS: Final[dict[type[Continuous], _Kind]] = {
    Lognormal: _Kind(_lognormal, _lognormal_below, _lognormal_limited),
    Exponential: _Kind(_exponential, _exponential_below, _exponential_limited),
    Levy: _Kind(_levy, _levy_below, _levy_limited),
    Pert: _Kind(_pert, _pert_below, _pert_limited),
}


@dataclass(frozen=True)
class Beside:
    """Single events, each kind of them (`Closed`) beside certain amounts: `values` with these `weights`, one pair of arrays a kind."""

    found: tuple[tuple[Reals, Reals, Closed], ...]

    @cached_property
    def weight(self) -> float:
        """The weight of all of them."""
        return math.fsum(float(weights.sum()) * closed.total for _, weights, closed in self.found)

    @cached_property
    def _columns(self) -> tuple[tuple[_Kind, Reals], ...]:
        # by kind of law, for every pair of an amount and a law: the amount, the weight, the cap, what lies beyond it, the parameters
        columns: dict[type[Continuous], list[Reals]] = {}
        for values, weights, closed in self.found:
            for kind, laws in closed.columns.items():
                made = np.empty((laws.shape[0] + 1, values.size, laws.shape[1]))
                made[0] = values[:, np.newaxis]
                made[1] = np.multiply.outer(weights, laws[0])
                made[2:] = laws[1:, np.newaxis]
                columns.setdefault(kind, []).append(made.reshape(made.shape[0], -1))
        return tuple((_KINDS[kind], np.concatenate(some, axis=1)) for kind, some in columns.items())

    def below(self, x: float) -> float:
        """The weight of those that with their certain amount cost at most x."""
        found = 0.0
        for kind, columns in self._columns:
            y = np.maximum(np.minimum(x - columns[0], columns[2]), TINIEST)
            found += float(columns[1] @ kind.below(y, *columns[4:]))
        return found

    def limited(self, x: float) -> float:
        """The sum of weight times the lesser of what they cost with their certain amount and x."""
        found = math.fsum(
            float(weights @ np.minimum(values, x)) * closed.total for values, weights, closed in self.found
        )
        for kind, columns in self._columns:
            y = np.maximum(np.minimum(x - columns[0], columns[2]), TINIEST)
            found += float(columns[1] @ (kind.limited(y, *columns[4:]) - columns[3] * y))
        return found
