"""Years of few events that cost certain amounts, one by one, where all sums of such amounts would be too many to follow.

They are the years in which no scenario has more than so many events, or those in which all have no more than so many together,
whichever are more. Their sums are steps exactly where they lie; the other years stay on the grid.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.frequency import Frequency, Poisson
from quarterdeck.engines.loss.steps import EQUAL, NOTHING, Sums, gathered

Reals = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]

MOST_SUMS: Final = 2**16
"""The most sums that are followed."""
MOST_EVENTS: Final = 40
"""The most events of one scenario that are looked at."""
UNSEEN: Final = 1e-12
"""Years less likely than this are none."""


@dataclass(frozen=True)
class Years:
    """The `sums` of a year's events, for each scenario the probability of no, one, two, … events that are counted in, and the most
    events of all scenarios together, if that is what bounds them."""

    sums: Sums
    shares: tuple[tuple[float, ...], ...]
    most: int | None = None

    @property
    def all(self) -> bool:
        """Whether there are no other years."""
        return float(self.sums.up_to[-1]) > 1 - UNSEEN

    @property
    def nearly_all(self) -> bool:
        """Whether other years are rare."""
        return float(self.sums.up_to[-1]) > 0.99

    def transform(self, events: Sequence[Complexes]) -> Complexes:
        """The transform of these years where those of one event of each scenario are `events`."""
        if self.most is not None:
            return self._up_to(self.most, events)
        found = np.ones(1, np.complex128)
        for shares, event in zip(self.shares, events, strict=True):
            one = np.zeros_like(event)
            for share in reversed(shares):
                one = one * event + share
            found = found * one
        return found

    def _up_to(self, most: int, events: Sequence[Complexes]) -> Complexes:
        # by the events of the year so far
        found: list[Complexes] = [np.ones(events[0].size, np.complex128)]
        for shares, event in zip(self.shares, events, strict=True):
            powers = [np.full(event.size, shares[0], np.complex128)]
            for before, share in pairwise(shares):
                powers.append(powers[-1] * event * (share / before) if before > 0 else share * event ** len(powers))
            found = [
                np.asarray(
                    sum(found[n - i] * powers[i] for i in range(len(powers)) if 0 <= n - i < len(found)), np.complex128
                )
                for n in range(min(most, len(found) + len(powers) - 2) + 1)
            ]
        return np.asarray(sum(found), dtype=np.complex128)


def one_event(values: Reals, rates: Reals) -> tuple[Reals, Reals]:
    """Amounts above nothing, and the probability of each when there is such an event; nothing where there is none."""
    some = values > 0
    rate = float(rates[some].sum())
    return values[some], rates[some] / rate if rate > 0 else rates[some]


def years_of_few_events(pool: tuple[Reals, Reals], rest: Sequence[tuple[Frequency, tuple[Reals, Reals]]]) -> Years:
    """Years of as many events as can be followed: of Poisson events by amount and rate, and of scenarios with other counts, each
    with the amounts of one event and their probabilities."""
    values, rates = pool
    each = [_ordered(Poisson(float(rates[values > 0].sum())), gathered(*one_event(values, rates)))]
    each += [_ordered(frequency, gathered(*event)) for frequency, event in rest]
    by_scenario = _by_scenario(each)
    return (
        by_scenario
        if by_scenario.all
        else max(by_scenario, _together(each), key=lambda years: float(years.sums.up_to[-1]))
    )


Each = Sequence[tuple[list[float], list[Sums]]]


def _by_scenario(each: Each) -> Years:
    # years in which no scenario has more than so many events
    kept = [len(powers) for _, powers in each]

    def followed() -> int:
        sizes = (sum(one.values.size for one in powers[:most]) for (_, powers), most in zip(each, kept, strict=True))
        return math.prod(sizes)

    while followed() > MOST_SUMS:
        # without the most events of the scenario that rarely has so many
        rare = [
            (shares[most - 1], place)
            for place, ((shares, _), most) in enumerate(zip(each, kept, strict=True))
            if most > 1
        ]
        kept[min(rare)[1]] -= 1
    found = NOTHING
    for (shares, powers), most in zip(each, kept, strict=True):
        values = np.concatenate([one.values for one in powers[:most]])
        weights = np.concatenate([share * one.weights for share, one in zip(shares, powers[:most], strict=False)])
        found = _added(found, Sums(values, weights))
    return Years(found, tuple(tuple(shares[:most]) for (shares, _), most in zip(each, kept, strict=True)))


def _together(each: Each) -> Years:
    # years in which all scenarios have no more than so many events together
    most = _most_together([[one.values.size for one in powers] for _, powers in each])
    found = [[(np.zeros(1), np.ones(1))]]
    for shares, powers in each:
        following: list[list[tuple[Reals, Reals]]] = []
        for n in range(min(most, len(found) + len(powers) - 2) + 1):
            following.append(
                [
                    (
                        np.add.outer(values, powers[i].values).ravel(),
                        np.multiply.outer(weights, shares[i] * powers[i].weights).ravel(),
                    )
                    for i in range(len(powers))
                    if 0 <= n - i < len(found)
                    for values, weights in found[n - i]
                ]
            )
        found = [[(np.concatenate([v for v, _ in some]), np.concatenate([w for _, w in some]))] for some in following]
    values = np.concatenate([v for some in found for v, _ in some])
    weights = np.concatenate([w for some in found for _, w in some])
    kept = tuple(tuple(shares[: min(most + 1, len(powers))]) for shares, powers in each)
    return Years(_added(NOTHING, Sums(values, weights)), kept, most)


def _most_together(sizes: Sequence[Sequence[int]]) -> int:
    # the most events of a year of which all sums can be followed, from how many sums there are of each number of events
    ways = [1]
    for one in sizes:
        longer = [0] * min(MOST_EVENTS + 1, len(ways) + len(one) - 1)
        for n, before in enumerate(ways):
            for i, size in enumerate(one):
                if n + i < len(longer):
                    longer[n + i] += before * size
        ways = longer
    most, sums = 0, 1
    while most + 1 < len(ways) and sums + ways[most + 1] <= MOST_SUMS:
        most += 1
        sums += ways[most]
    return most


def _ordered(frequency: Frequency, event: Sums) -> tuple[list[float], list[Sums]]:
    # how likely n events are, and their sum
    shares = np.diff(frequency.cumulative(np.arange(MOST_EVENTS + 1, dtype=np.float64)), prepend=0.0).tolist()
    powers, sums = [NOTHING], 1
    while len(powers) < len(shares) and math.fsum(shares[len(powers) :]) > UNSEEN / 10:
        # of n events there are about this many times as many sums as of one less
        likely = powers[-1].values.size * (event.values.size + len(powers) - 1) / len(powers)
        if sums + likely > MOST_SUMS:
            break
        powers.append(_added(powers[-1], event))
        sums += powers[-1].values.size
    return shares, powers


def _added(one: Sums, other: Sums) -> Sums:
    values = np.add.outer(one.values, other.values).ravel()
    weights = np.multiply.outer(one.weights, other.weights).ravel()
    order = np.argsort(values)
    values, weights = values[order], weights[order]
    new = np.concatenate([[True], np.diff(values) > EQUAL * values[1:]])
    return Sums(values[new], np.asarray(np.bincount(np.cumsum(new) - 1, weights), dtype=np.float64))
