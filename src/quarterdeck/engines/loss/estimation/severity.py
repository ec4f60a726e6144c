"""How much: a lognormal law learnt from recorded losses, of which those below the reporting floor were never recorded.

Leaving the floor out makes losses look larger and less spread than they are. Each recorded loss above a floor t has the
likelihood f(x) / P(X > t); the floor may differ from loss to loss, because it changed over the years (Klugman, Panjer, Willmot,
*Loss Models*, chapter 11: left truncation).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quarterdeck.engines.loss.late import optimize, special
from quarterdeck.engines.loss.severity import Lognormal

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LognormalFit:
    """The likeliest law, the standard errors of mu and log sigma, and which share of events is thought to be above the floor."""

    law: Lognormal
    mu_error: float
    log_sigma_error: float
    losses: int
    recorded_share: float


@dataclass(frozen=True, slots=True)
class LognormalPosterior:
    """Laws with weights that sum to 1: what is known of mu and sigma after the losses."""

    mu: tuple[float, ...]
    sigma: tuple[float, ...]
    weights: tuple[float, ...]

    @property
    def mean_mu(self) -> float:
        """The expected mu."""
        return float(np.dot(self.mu, self.weights))

    @property
    def mean_sigma(self) -> float:
        """The expected sigma."""
        return float(np.dot(self.sigma, self.weights))

    def exceeds(self, amount: float) -> float:
        """The probability that the next loss is greater than `amount`, the uncertainty of mu and sigma included."""
        z = (np.asarray(self.mu) - math.log(amount)) / np.asarray(self.sigma)
        return float(special.ndtr(z) @ np.asarray(self.weights))


def _checked(losses: Sequence[float], floors: Sequence[float] | float) -> tuple[Reals, Reals]:
    amounts = np.asarray(losses, dtype=np.float64)
    least = np.broadcast_to(np.asarray(floors, dtype=np.float64), amounts.shape).copy()
    if not amounts.size or not np.isfinite(amounts).all() or (amounts <= 0).any():
        raise ValueError("losses are finite and greater than 0")
    if not np.isfinite(least).all() or (least < 0).any():
        raise ValueError("a reporting floor is finite and at least 0")
    if (amounts < least).any():
        raise ValueError("a recorded loss lies below its reporting floor")
    with np.errstate(divide="ignore"):
        return np.log(amounts), np.log(least)


def _minus_log_likelihood(logs: Reals, floors: Reals, mu: Reals, sigma: Reals) -> Reals:
    # one value for each pair of mu and sigma
    mu, sigma = mu[:, np.newaxis], sigma[:, np.newaxis]
    z = (logs - mu) / sigma
    truncated = np.where(np.isfinite(floors), special.log_ndtr((mu - floors) / sigma), 0.0)
    return np.asarray((0.5 * z * z + np.log(sigma) + truncated).sum(axis=1), dtype=np.float64)


def fit_lognormal(losses: Sequence[float], floors: Sequence[float] | float = 0.0) -> LognormalFit:
    """The lognormal law that makes the recorded `losses` likeliest, with the reporting `floors` taken into account.

    ValueError with fewer than three different losses, for losses below their floor, and where the losses look like the
    mere end of a tail, so that no law is likeliest.
    """
    logs, least = _checked(losses, floors)
    if np.unique(logs).size < 3:
        raise ValueError("a spread cannot be learnt from fewer than three different losses")
    start = np.array([logs.mean(), math.log(logs.std(ddof=1))])

    def cost(at: Reals) -> float:
        return float(_minus_log_likelihood(logs, least, at[:1], np.exp(at[1:2]))[0])

    found = optimize.minimize(
        cost, start, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000}
    )
    mu, log_sigma = float(found.x[0]), float(found.x[1])
    if not found.success or abs(mu - start[0]) > 12 * math.exp(start[1]) + 20 or log_sigma > 3:
        raise ValueError("these losses are only the end of a tail above their floor: no law is likeliest, use a prior")
    errors = _errors(cost, found.x)
    share = float(np.mean(special.ndtr((mu - least) / math.exp(log_sigma))))
    return LognormalFit(Lognormal(mu, math.exp(log_sigma)), errors[0], errors[1], logs.size, share)


def _errors(cost: object, at: Reals) -> tuple[float, float]:
    # inverse of the observed information, by central differences
    if not callable(cost):
        raise TypeError("cost")
    step = 1e-4
    second = np.empty((2, 2))
    for i in range(2):
        for j in range(2):
            total = 0.0
            for a, b, sign in ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)):
                moved = at.copy()
                moved[i] += a * step
                moved[j] += b * step
                total += sign * float(cost(moved))
            second[i, j] = total / (4 * step * step)
    variances = np.diag(np.linalg.inv(second))
    return float(math.sqrt(max(variances[0], 0.0))), float(math.sqrt(max(variances[1], 0.0)))


def lognormal_posterior(
    losses: Sequence[float],
    floors: Sequence[float] | float,
    mu: tuple[float, float],
    log_sigma: tuple[float, float],
    nodes: int = 81,
) -> LognormalPosterior:
    """What is known of mu and sigma after the losses, from independent normal priors of mu and of log sigma.

    Each prior is a mean and a standard deviation greater than 0. Computed on a grid of `nodes` by `nodes` around the likeliest
    law, which then moves to where the weight is.
    """
    if mu[1] <= 0 or log_sigma[1] <= 0:
        raise ValueError("a prior's standard deviation is greater than 0")
    logs, least = _checked(losses, floors) if len(losses) else (np.zeros(0), np.zeros(0))
    centre, spread = _start(logs, least, mu, log_sigma)
    for _ in range(6):
        axes = [np.linspace(c - 6 * s, c + 6 * s, nodes) for c, s in zip(centre, spread, strict=True)]
        at_mu, at_log_sigma = (part.ravel() for part in np.meshgrid(*axes, indexing="ij"))
        log_weight = -_minus_log_likelihood(logs, least, at_mu, np.exp(at_log_sigma))
        log_weight -= 0.5 * ((at_mu - mu[0]) / mu[1]) ** 2 + 0.5 * ((at_log_sigma - log_sigma[0]) / log_sigma[1]) ** 2
        weight = np.exp(log_weight - log_weight.max())
        weight /= weight.sum()
        means = np.array([weight @ at_mu, weight @ at_log_sigma])
        deviations = np.sqrt([weight @ (at_mu - means[0]) ** 2, weight @ (at_log_sigma - means[1]) ** 2])
        settled = np.allclose(means, centre, atol=1e-3 * spread.min()) and np.allclose(deviations, spread, rtol=0.02)
        centre, spread = means, np.maximum(deviations, spread / 12)
        if settled:
            break
    keep = weight > 1e-12
    weight = weight[keep] / weight[keep].sum()
    return LognormalPosterior(
        tuple(at_mu[keep].tolist()), tuple(np.exp(at_log_sigma[keep]).tolist()), tuple(weight.tolist())
    )


def _start(logs: Reals, least: Reals, mu: tuple[float, float], log_sigma: tuple[float, float]) -> tuple[Reals, Reals]:
    """The likeliest mu and log sigma with their standard errors: where losses and prior disagree, a grid around the prior would
    miss the weight."""
    prior, spread = np.array([mu[0], log_sigma[0]]), np.array([mu[1], log_sigma[1]])
    if not logs.size:
        return prior, spread

    def cost(at: Reals) -> float:
        away = (at - prior) / spread
        likelihood = _minus_log_likelihood(logs, least, at[:1], np.exp(np.clip(at[1:2], -20.0, 20.0)))
        return float(likelihood[0]) + 0.5 * float(away @ away)

    found = optimize.minimize(
        cost, prior, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-9, "maxiter": 4000}
    )
    errors = np.array(_errors(cost, found.x))
    usable = np.isfinite(errors) & (errors > 0)
    return np.asarray(found.x, dtype=np.float64), np.where(usable, np.minimum(errors, spread), spread)
