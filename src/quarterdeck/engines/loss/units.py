"""What grids are made of: their unit, and how many points they may have."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Final

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]

LATTICE_SIZE: Final = 2**20
"""The most points of a grid on which every amount of a portfolio without densities lies."""


def power_of_two(least: float) -> int:
    """The least power of two that is at least `least`, and at least 1."""
    return int(2 ** math.ceil(math.log2(max(least, 1.0))))


def unit_of(groups: list[tuple[Reals, Reals]]) -> tuple[float, bool]:
    """What grids are made of: the greatest amount of which all certain amounts are multiples, where it is not too small
    beside them; else the one that weighs most. And whether it is the former."""
    values = np.concatenate([values for values, _ in groups]) if groups else np.zeros(0)
    weights = np.concatenate([weights for _, weights in groups]) if groups else np.zeros(0)
    counted = (values > 0) & np.isfinite(values) & (weights > 0)
    values, weights = values[counted], weights[counted]
    if not values.size:
        return 1.0, True
    heaviest = float(values[np.argmax(weights * values)])
    distinct = np.unique(values)
    if distinct.size <= 10_000:
        for each in (_as_written, _as_meant):
            common = common_divisor([each(value) for value in distinct.tolist()], float(distinct[-1]) / LATTICE_SIZE)
            if common:
                return common, True
    return heaviest, False


def _as_written(value: float) -> Decimal:
    return Decimal(repr(value))


def _as_meant(value: float) -> Decimal:
    # 3 times 0.1 is 0.30000000000000004: computing leaves that many digits as they were
    return Decimal(f"{value:.13g}")


def common_divisor(exact: list[Decimal], least: float) -> float:
    """The greatest amount of which all of `exact` are whole multiples; 0 where it is less than `least`."""
    exponent = min(int(value.normalize().as_tuple().exponent) for value in exact)
    scale = Decimal(10) ** -exponent
    common = 0
    for value in exact:
        common = math.gcd(common, int(value * scale))
        if common / float(scale) < least:
            return 0.0
    return float(Decimal(common) / scale)
