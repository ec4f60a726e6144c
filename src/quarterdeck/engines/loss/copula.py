"""Counts of a year that a one-factor copula ties together: expectations of products of powers, one for each scenario.

Given the latent factor Z, and for a t copula the common mixing weight W, counts are independent with P(N ≤ n) =
Φ((b_n·√W − r·z)/√(1−r²)), so an expectation is a sum over the nodes of a quadrature (Andersen and Sidenius, *Extensions to the
Gaussian copula*, Journal of Credit Risk 1, 2004, for portfolio losses). The trapezoidal rule is exact to rounding for what is
analytic in a strip (Trefethen and Weideman, *The exponentially convergent trapezoidal rule*, SIAM Review 56, 2014); how wide a
step may be follows from the strip and from how light the node is.

With loadings near one many nodes are needed, but at each of them nearly all counts are certain. Nodes at which few counts are
open are the sum of a few years with certain counts; such years come back at many nodes and are summed up before any transform is
touched. At the other nodes only open counts cost anything.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.late import special
from quarterdeck.engines.loss.model import LossError

Complexes = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]
Wholes = npt.NDArray[np.int16]
Places = npt.NDArray[np.intp]

DEPTH: Final = 23.0
"""What the rules leave out is bounded by some exp(−depth): measured, transforms are right to 5e-9, mostly to 1e-10."""
OPEN: Final = 1e-15
"""A count is certain at a node where all others weigh less than this, the node's own weight included."""
FEW: Final = 16
"""Nodes with at most so many combinations of open counts are taken apart into years with certain counts."""
NODES: Final = 32
"""Nodes that are looked at together."""
BATCH: Final = 2048
"""Nodes whose shares are computed together."""
POINTS: Final = 512
"""Points of the transforms that are looked at together: what one product needs then stays close to the processor."""
ROOM: Final = 4096
"""The same times the number of members, where products of all but one are asked for."""
FEWEST: Final = 192
"""And at least so many, so that what calls cost does not matter."""
FINER: Final = 1.25
"""The ratio of `Copula.curvatures`."""
HELD: Final = 2**22
"""The most complex numbers held for powers of the transforms."""
LEAST: Final = math.log(1e-17)
"""Logarithm of the least power of a transform that counts."""
MOST_LAID: Final = 1.5e8
"""The most probabilities of counts that are computed for one quadrature."""
MOST_WORK: Final = 1.5e6
"""The most that one point of a transform may cost, in multiplications; half as many for a Gaussian copula, whose grids are twice as
fine. All figures of a portfolio then take less than about half a minute."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some nodes: their weights, the members whose count is the same at all of them, and for the others the probabilities of
    their counts from the first one that there is (nodes × counts). Members that have no event at any of them are left out."""

    weights: Reals
    certain: tuple[tuple[int, int], ...]
    open: tuple[tuple[int, int, Reals], ...]

    @property
    def work(self) -> float:
        """About how many multiplications one point of a transform costs."""
        columns = [int(shares.shape[1]) for _, _, shares in self.open]
        return float(len(self.certain) + self.weights.size * (2 * len(columns) + sum(columns)))


@dataclass(frozen=True)
class Copula:
    """`steps`: for each member, by place, the latent values at which its count rises by one; its `loadings`, strictly between −1 and 1;
    degrees of freedom `df` of a t copula, None for a Gaussian one. `depth` says how exact the quadrature is."""

    steps: Mapping[int, Reals]
    loadings: Mapping[int, float]
    df: float | None = None
    depth: float = DEPTH

    def mean(self, phi: Mapping[int, Complexes]) -> Complexes:
        """E of the product of phi[place] to the power of that member's count, for each point. Raises `LossError`."""
        found = np.zeros(phi[next(iter(phi))].size, np.complex128)
        for where, pieces, powers in self._parts(phi, POINTS):
            room = np.empty((2, NODES, where.size), np.complex128)
            here = np.zeros(where.size, np.complex128)
            for piece in pieces:
                if _dies_away(piece, powers):
                    continue
                nodes = piece.weights.size
                term, law = room[0, :nodes], room[1, :nodes]
                for j, (place, first, shares) in enumerate(piece.open):
                    if j == 0:
                        _mixed(shares, powers[place], first, term)
                    else:
                        term *= _mixed(shares, powers[place], first, law)
                whole = piece.weights @ term if piece.open else piece.weights.sum()
                for place, count in piece.certain:
                    whole = whole * powers[place][count]
                here += whole
            found[where] = here
        return found

    def slopes(self, phi: Mapping[int, Complexes]) -> dict[int, Complexes]:
        """The derivatives of `mean` with respect to each member's transform. Raises `LossError`."""
        found = {place: np.zeros(one.size, np.complex128) for place, one in phi.items()}
        for where, pieces, powers in self._parts(phi, max(FEWEST, ROOM // (len(phi) + 1))):
            here = {place: np.zeros(where.size, np.complex128) for place in phi}
            room = np.empty((2 * len(phi) + 1, NODES, where.size), np.complex128)
            for piece in pieces:
                if not _dies_away(piece, powers):
                    _add_slopes(piece, powers, here, room)
            for place, one in here.items():
                found[place][where] = one
        return found

    def _parts(
        self, phi: Mapping[int, Complexes], most: int
    ) -> Iterator[tuple[Places, tuple[Piece, ...], dict[int, Complexes]]]:
        # a few points at a time: their places, the quadrature that is fine enough, and the transforms to all powers that count
        sizes = {place: np.abs(one) for place, one in phi.items()}
        most = max(16, min(most, HELD // sum(steps.size + 1 for steps in self.steps.values())))
        speed = sum(np.minimum(sizes[place], np.abs(1 - one)) * self._speeds[place] for place, one in phi.items())
        needed = (math.sqrt(1 + self._least) + 1.2 * np.asarray(speed) / math.sqrt(2 * self.depth)) ** 2
        level = np.minimum(np.searchsorted(self.curvatures, needed), len(self.curvatures) - 1)
        for one in np.unique(level).tolist():
            pieces = self.pieces(one)
            chosen = np.flatnonzero(level == one)
            for begin in range(0, chosen.size, most):
                where = chosen[begin : begin + most]
                powers: dict[int, Complexes] = {}
                for place, steps in self.steps.items():
                    longest = float(sizes[place][where].max())
                    count = steps.size + 1
                    if longest < 1:
                        # the power that the next one does not differ from
                        count = min(count, 2 + (math.ceil(LEAST / math.log(longest)) if longest > 0 else 0))
                    table = np.empty((count, where.size), np.complex128)
                    table[0] = 1
                    part = phi[place][where]
                    for n in range(1, count):
                        np.multiply(table[n - 1], part, out=table[n])
                    powers[place] = table
                yield where, pieces, powers

    # ------------------------------------------------------------ the quadrature

    @cached_property
    def _sharp(self) -> dict[int, float]:
        # how sharply counts answer to the latent factor
        return {place: loading**2 / ((1 - loading) * (1 + loading)) for place, loading in self.loadings.items()}

    @cached_property
    def _least(self) -> float:
        # where all transforms have died away years without events are left: the product of the probabilities of none rises
        # more steeply than one of them, about as the logarithm of their number
        order = sorted(self._sharp.values(), reverse=True)
        return max((1 + 2 * math.log(j)) * sharp for j, sharp in enumerate(order, 1))

    @cached_property
    def _speeds(self) -> dict[int, float]:
        # how fast a count rises with the latent factor: many counts with their spread, few ones where they jump
        found: dict[int, float] = {}
        for place, loading in self.loadings.items():
            chances = np.diff(self._below[place], prepend=0.0)
            counts = np.arange(chances.size)
            spread = math.sqrt(max(0.0, float(chances @ counts**2) - float(chances @ counts) ** 2))
            found[place] = abs(loading) * max(spread, 0.4 / math.sqrt((1 - loading) * (1 + loading)))
        return found

    @cached_property
    def _below(self) -> dict[int, Reals]:
        # P(N <= n) for each member
        df = self.df
        return {p: special.ndtr(one) if df is None else special.stdtr(df, one) for p, one in self.steps.items()}

    @cached_property
    def curvatures(self) -> tuple[float, ...]:
        """The product of the conditional transforms grows off the real axis as exp((c − 1)·y²/2): all c for which there is a quadrature,
        the greatest for transforms of size 1.

        Given z, a count is about r·s·z + √(1−r²)·s·e, so all of them together have c = 1 + Σ r²/(1−r²). Transforms that have died
        away need less; how much less was measured against finer quadratures.
        """
        least, most = 1 + self._least, 1 + sum(self._sharp.values())
        count = math.ceil(math.log(most / least) / math.log(FINER)) if most > least else 0
        return tuple(most / FINER**n for n in range(count, -1, -1))

    def nodes(self, level: int) -> tuple[Reals, Reals, Reals]:
        """Nodes of the latent factor, the square roots of the mixing weights, and quadrature weights, for one of `curvatures`."""
        curvature = self.curvatures[level]
        if self.df is None:
            z, weight = normal_nodes(curvature, self.depth)
            return z, np.ones(z.size), weight
        mixing, share = mixing_nodes(self.df / 2, self.depth)
        found: list[tuple[Reals, Reals, Reals]] = []
        for one, part in zip(mixing.tolist(), share.tolist(), strict=True):
            # a light node may be less exact
            z, weight = normal_nodes(curvature, self.depth + math.log(part))
            found.append((z, np.full(z.size, math.sqrt(one)), part * weight))
        return (
            np.concatenate([z for z, _, _ in found]),
            np.concatenate([root for _, root, _ in found]),
            np.concatenate([weight for _, _, weight in found]),
        )

    @cached_property
    def _laid(self) -> dict[int, tuple[Piece, ...]]:
        return {}

    def pieces(self, level: int) -> tuple[Piece, ...]:
        """The nodes for one of `curvatures` sorted into pieces, years with certain counts summed up; kept. Raises `LossError`
        where they are too many."""
        if level not in self._laid:
            self._laid[level] = tuple(self._sorted(*self.nodes(level)))
        return self._laid[level]

    def _sorted(self, z: Reals, root: Reals, weights: Reals) -> list[Piece]:
        places = tuple(self.steps)
        if z.size * sum(steps.size for steps in self.steps.values()) > MOST_LAID:
            raise _too_sharp()
        found: list[Piece] = []
        years: list[Wholes] = []
        chances: list[Reals] = []
        work, most = 0.0, MOST_WORK / (2 if self.df is None else 1)
        for begin in range(0, z.size, BATCH):
            batch = slice(begin, begin + BATCH)
            laws = [self._shares(place, z[batch], root[batch], weights[batch]) for place in places]
            first = np.stack([law[0] for law in laws], axis=1)
            some = np.stack([law[1] for law in laws], axis=1)
            few = np.prod(some.astype(np.float64), axis=1) <= FEW
            apart = _taken_apart(first[few], some[few], [law[2][few] for law in laws], weights[batch][few])
            years.append(apart[0])
            chances.append(apart[1])
            rest = np.flatnonzero(~few)
            for start in range(0, rest.size, NODES):
                these = rest[start : start + NODES]
                laid = [(first[these, j], some[these, j], law[2][these]) for j, law in enumerate(laws)]
                piece = _piece(places, weights[batch][these], laid)
                work += piece.work
                if work > most:
                    raise _too_sharp()
                found.append(piece)
        found.extend(_certain_pieces(places, *_gathered(np.concatenate(years), np.concatenate(chances))))
        if sum(piece.work for piece in found) > most:
            raise _too_sharp()
        return found

    def _shares(self, place: int, z: Reals, root: Reals, weights: Reals) -> tuple[Wholes, Wholes, Reals]:
        # at each node the first count that there is, how many there are, and the probabilities of all counts
        loading = self.loadings[place]
        latent = np.multiply.outer(root, self.steps[place]) - loading * z[:, np.newaxis]
        below = special.ndtr(latent / math.sqrt((1 - loading) * (1 + loading)))
        least = np.minimum(1e-3, OPEN / weights)[:, np.newaxis]
        below[below < least] = 0.0
        below[below > 1 - least] = 1.0
        first = (below == 0).sum(axis=1)
        some = below.shape[1] + 1 - first - (below == 1).sum(axis=1)
        edges = np.zeros((below.shape[0], below.shape[1] + 2))
        edges[:, 1:-1] = below
        edges[:, -1] = 1.0
        return first.astype(np.int16), some.astype(np.int16), np.diff(edges, axis=1)


def _too_sharp() -> LossError:
    return LossError(
        "too-many",
        "these counts are too many for a copula, or its loadings too near one: fewer scenarios, smaller rates or smaller loadings",
        "dependence.loadings",
    )


def normal_nodes(curvature: float, depth: float) -> tuple[Reals, Reals]:
    """Nodes and weights for a standard normal variable, exact to exp(−depth) for what grows off the real axis as
    exp((curvature − 1)·y²/2)."""
    depth = max(3.0, depth)
    step = math.pi * math.sqrt(2 / (depth * curvature))
    count = math.ceil(math.sqrt(2 * depth) / step)
    z = np.asarray(np.arange(-count, count + 1) * step, dtype=np.float64)
    weight = np.exp(-z * z / 2)
    return z, np.asarray(weight / weight.sum(), dtype=np.float64)


def mixing_nodes(shape: float, depth: float) -> tuple[Reals, Reals]:
    """Nodes and weights for a Gamma variable with this shape and mean 1, exact to exp(−depth) for what is bounded in the right
    half plane; towards 0, where the law is light, nodes are wider apart."""

    def log_density(t: Reals) -> Reals:
        return np.asarray(shape * (t - np.expm1(t)), dtype=np.float64)

    lowest = -(depth / shape + 1) if shape < depth else -3 * math.sqrt(depth / shape)
    spread = -lowest * (1 + shape / 4)
    # at a distance y from the real axis the density grows by cos(y)^(−shape), so that the rule is exact to exp(−2πy/step) times that;
    # the best y has tan y = k with shape·(k·atan k − log(1 + k²)/2) = depth
    k = math.sqrt(2 * depth / shape) + depth / shape
    for _ in range(40):
        k -= (k * math.atan(k) - math.log1p(k * k) / 2 - depth / shape) / math.atan(k)
    step = 2 * math.pi / (shape * k)
    # t = spread·(√(1 + 2u/spread) − 1), whose slope is 1/(1 + t/spread)
    u = np.arange(math.ceil(-spread / 2 / step) + 1, math.ceil(4 * (1 + math.sqrt(2 * depth / shape)) / step)) * step
    t = spread * (np.sqrt(1 + 2 * u / spread) - 1)
    log_weight = log_density(t) - np.log1p(t / spread)
    log_weight -= math.log(float(np.exp(log_weight).sum()))
    kept = log_weight > -depth
    weight = np.exp(log_weight[kept])
    return np.asarray(np.exp(t[kept]), dtype=np.float64), np.asarray(weight / weight.sum(), dtype=np.float64)


def _taken_apart(first: Wholes, some: Wholes, laws: Sequence[Reals], weights: Reals) -> tuple[Wholes, Reals]:
    # nodes as years with certain counts: those with several open ones as all combinations of these
    counts, chance, node = first, weights, np.arange(weights.size)
    for j, law in enumerate(laws):
        number = some[node, j]
        split = number > 1
        if not split.any():
            continue
        again = np.repeat(np.flatnonzero(split), number[split])
        within = np.arange(again.size) - np.repeat(np.cumsum(number[split]) - number[split], number[split])
        more = counts[again]
        more[:, j] += within.astype(np.int16)
        more_chance = chance[again] * law[node[again], more[:, j]]
        keep = ~split
        counts = np.concatenate([counts[keep], more])
        chance = np.concatenate([chance[keep], more_chance])
        node = np.concatenate([node[keep], node[again]])
    return _gathered(counts, chance)


def _gathered(counts: Wholes, weights: Reals) -> tuple[Wholes, Reals]:
    # equal rows put together
    if not weights.size:
        return counts, weights
    found, which = np.unique(counts, axis=0, return_inverse=True)
    return found, np.asarray(np.bincount(which.ravel(), weights, found.shape[0]), dtype=np.float64)


def _piece(places: Sequence[int], weights: Reals, laws: Sequence[tuple[Wholes, Wholes, Reals]]) -> Piece:
    certain: list[tuple[int, int]] = []
    still: list[tuple[int, int, Reals]] = []
    for place, (first, some, shares) in zip(places, laws, strict=True):
        low, high = int(first.min()), int((first + some).max())
        if high > low + 1:
            still.append((place, low, np.ascontiguousarray(shares[:, low:high])))
        elif low > 0:
            certain.append((place, low))
    return Piece(weights, tuple(certain), tuple(still))


def _certain_pieces(places: Sequence[int], counts: Wholes, weights: Reals) -> Iterator[Piece]:
    # years with certain counts; neighbours, which differ little, share a piece
    for begin in range(0, weights.size, NODES):
        these = counts[begin : begin + NODES]
        laws = []
        for j in range(len(places)):
            column = these[:, j]
            shares = (column[:, np.newaxis] == np.arange(int(column.max()) + 1)).astype(np.float64)
            laws.append((column, np.ones_like(column), shares))
        yield _piece(places, weights[begin : begin + NODES], laws)


def _dies_away(piece: Piece, powers: Mapping[int, Complexes]) -> bool:
    # whether some member has more events at all of these nodes than count
    return any(first >= len(powers[place]) for place, first, _ in piece.open) or any(
        count >= len(powers[place]) for place, count in piece.certain
    )


def _mixed(shares: Reals, powers: Complexes, first: int, out: Complexes) -> Complexes:
    # complex numbers as pairs of real ones, which are half the multiplications
    table = powers[first : first + shares.shape[1]].view(np.float64)
    np.matmul(shares[:, : len(table)], table, out=out.view(np.float64))
    return out


def _add_slopes(piece: Piece, powers: Mapping[int, Complexes], found: Mapping[int, Complexes], room: Complexes) -> None:
    # for each member the product of all others, from those before it and those after it
    nodes, number = piece.weights.size, len(piece.open)
    laws, after, before = room[:number, :nodes], room[number : 2 * number, :nodes], room[-1, :nodes]
    sure = [powers[place][count] for place, count in piece.certain]
    beside = np.ones(room.shape[2], np.complex128)
    for one in sure:
        beside *= one
    for j, (place, first, shares) in enumerate(piece.open):
        _mixed(shares, powers[place], first, laws[j])
    before[...] = piece.weights[:, np.newaxis]
    if number:
        after[-1] = beside
        for j in range(number - 1, 0, -1):
            np.multiply(after[j], laws[j], out=after[j - 1])
    for j, (place, first, shares) in enumerate(piece.open):
        after[j] *= before
        skip, stop = 1 if first == 0 else 0, min(first + shares.shape[1], len(powers[place]) + 1)
        if stop > first + skip:
            rising = shares[:, skip : stop - first] * np.arange(first + skip, stop)
            others = (rising.T @ after[j].view(np.float64)).view(np.complex128)
            others *= powers[place][first + skip - 1 : stop - 1]
            found[place][:] += others.sum(axis=0)
        before *= laws[j]
    if not sure:
        return
    tails = [np.ones(room.shape[2], np.complex128)]
    for one in reversed(sure):
        tails.append(tails[-1] * one)
    head = before.sum(axis=0)
    for (place, count), one, tail in zip(piece.certain, sure, tails[-2::-1], strict=True):
        found[place][:] += count * powers[place][count - 1] * head * tail
        head *= one
