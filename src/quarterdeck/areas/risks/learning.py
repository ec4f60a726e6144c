"""What an estimate becomes when incidents correct it: the prior with its weight, what was counted, the posterior.

Pure but for the two queries at the end, which say which incidents may teach a risk and what they cost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.risks import scenarios
from quarterdeck.areas.risks.models import Estimate, IncidentLoss, LearntFrom, Risk
from quarterdeck.areas.risks.scenarios import FieldFault
from quarterdeck.engines.loss.estimation import (
    GammaRate,
    LearntSeverity,
    learnt_rate,
    learnt_severity,
    severity_prior,
)

#: What an interval that somebody judged is worth where nobody said: as much as ten losses seen.
JUDGED: Final = Decimal(10)
#: An estimate's line of priors is followed so far back.
FAR_BACK: Final = 50


@dataclass(frozen=True)
class Counted:
    """What was counted: ``events`` in ``years`` years, with the ``losses`` known, none recorded below ``floor``.

    ``worth``: as many losses as the interval that stands is worth.
    """

    events: int
    years: Decimal
    losses: tuple[Decimal, ...]
    floor: Decimal
    worth: Decimal
    rate: bool
    severity: bool


@dataclass(frozen=True)
class Learnt:
    """The laws before and after. ``law`` and ``severity`` are None where nothing was learnt of them."""

    prior_law: GammaRate | None
    law: GammaRate | None
    severity: LearntSeverity | None
    recorded_share: float


def worth_of(estimate: Estimate) -> Decimal:
    """So many losses the interval of one event is worth."""
    return estimate.losses_worth if estimate.losses_worth is not None else JUDGED


def years_between(since: date, until: date) -> Decimal:
    """Years from one day to another, of 365.25 days."""
    return (Decimal((until - since).days) / Decimal("365.25")).quantize(Decimal("0.01"))


def learn(former: Estimate, counted: Counted) -> Learnt:
    """The posterior. Raises FieldFault by the field of the form that it concerns."""
    if not counted.rate and not counted.severity:
        raise FieldFault("rate", _("Say what shall be learnt: how often, how much, or both."))
    severity = _severity(former, counted) if counted.severity else None
    share = 1.0 if severity is None else severity.recorded_share
    prior = scenarios.gamma_of(former) if former.often != "chance" else None
    law = None
    if counted.rate:
        if former.often == "chance":
            raise FieldFault(
                "rate",
                _("It was given as the chance of one event, which counts cannot correct: estimate it as an interval."),
            )
        if prior is None:
            raise FieldFault(
                "rate",
                _("The rate was given as certain, so nothing can correct it: estimate it as an interval first."),
            )
        law = learnt_rate(prior, counted.events, float(counted.years), max(share, 1e-6))
    return Learnt(prior, law, severity, share)


#: Why recorded losses do not correct an amount that was told in another way than as a 90 % interval, and what helps.
_WHY_NOT = {
    Estimate.Much.INTERVAL: _("The interval lacks an end."),
    Estimate.Much.BOUNDS: _(
        "Hard bounds say that nothing falls outside them: a loss inside tells nothing of them, and one outside proves them "
        "wrong. Recorded losses correct a 90 % interval; estimate it as one first."
    ),
    Estimate.Much.AMOUNT: _(
        "It was given as always the same amount, so nothing can correct it. Recorded losses correct a 90 % interval; "
        "estimate it as one first."
    ),
    Estimate.Much.FORMS: _(
        "It was told by the forms of loss, but what is too small to be recorded is so as a whole and not form by form. "
        "Recorded losses correct a 90 % interval of the whole; estimate it as one first."
    ),
}


def _severity(former: Estimate, counted: Counted) -> LearntSeverity:
    if former.much != Estimate.Much.INTERVAL or former.low is None or former.high is None:
        raise FieldFault("severity", _WHY_NOT[Estimate.Much(former.much)])
    if former.low == former.high:
        raise FieldFault("severity", _("The two ends are the same, so nothing can correct them."))
    if not counted.losses:
        raise FieldFault("severity", _("None of the incidents has a recorded loss to learn from."))
    if former.cap is not None and max(counted.losses) > former.cap:
        raise FieldFault(
            "severity", _("A recorded loss is greater than the most that one event can cost: correct that.")
        )
    if min(counted.losses) < counted.floor:
        raise FieldFault("floor", _("A recorded loss lies below the reporting floor: give a lower one."))
    try:
        return _corrected(former.low, former.high, counted.worth, counted.losses, counted.floor)
    except ValueError as fault:
        raise FieldFault("severity", _("These losses cannot be learnt from: check their amounts.")) from fault


@lru_cache(maxsize=64)
def _corrected(
    low: Decimal, high: Decimal, worth: Decimal, losses: tuple[Decimal, ...], floor: Decimal
) -> LearntSeverity:
    prior = severity_prior(float(low), float(high), float(worth))
    return learnt_severity(prior, [float(loss) for loss in losses], float(floor))


def corrected(former: Estimate, learnt: Learnt, counted: Counted) -> Estimate:
    """The new estimate, unsaved and without the words of who says so."""
    kept = ("risk", "kind", "often", "rate_low", "rate_high", "vulnerability", "much", "low", "likely", "high", "cap", "forms",
            "chance", "estimator", "source", "shape", "years", "losses_worth", "learnt_floor")  # fmt: skip
    made = Estimate(**{name: getattr(former, name) for name in kept}, prior=former)
    if learnt.law is not None:
        low, high = (Decimal(repr(end)).quantize(Decimal("0.000001")) for end in learnt.law.interval())
        made.often, made.vulnerability = Estimate.Often.RATE, None
        made.rate_low, made.rate_high = max(low, Decimal("0.000001")), high
        made.shape, made.years = (
            Decimal(repr(part)).quantize(Decimal("1e-12")) for part in (learnt.law.events, learnt.law.years)
        )
        made.learnt_events, made.learnt_years = counted.events, counted.years
    if learnt.severity is not None:
        found = learnt.severity
        made.low, made.high = (scenarios.cents(end) for end in (found.low, found.high))
        made.losses_worth = Decimal(repr(found.losses)).quantize(Decimal("0.01"))
        made.learnt_losses, made.learnt_floor = len(counted.losses), counted.floor
    return made


def line_of(estimate: Estimate | None) -> list[Estimate]:
    """The estimate and those it learnt from, the newest first."""
    found: list[Estimate] = []
    while estimate is not None and len(found) < FAR_BACK:
        found.append(estimate)
        estimate = estimate.prior
    return found


def teaching(risk: Risk, former: Estimate | None) -> QuerySet[Incident]:
    """Incidents that may teach a risk: connected with it, behind no wall, not yet counted in what stands.

    An estimate is read by people outside a wall, so nothing behind one may move it.
    """
    already = LearntFrom.objects.filter(estimate__in=[row.pk for row in line_of(former)]).values("incident")
    rows = Incident.objects.filter(risks__risk=risk, risks__ended_on=None, wall=None).exclude(pk__in=already)
    return rows.order_by("-declared_at", "-pk")


def losses_of(incidents: Iterable[Incident]) -> dict[int, Decimal]:
    """What each incident costs where a loss is recorded: so far, and the middle of what may still come."""
    found: dict[int, Decimal] = {}
    for row in IncidentLoss.objects.filter(incident__in=list(incidents), replaced_on=None):
        found[row.incident_id] = found.get(row.incident_id, Decimal(0)) + row.so_far + (row.low + row.high) / 2
    return {key: amount.quantize(Decimal("0.01")) for key, amount in found.items() if amount > 0}


def counted_until(former: Estimate) -> date | None:
    """The day until which the estimate, or one it learnt from, has counted events."""
    days = [row.learnt_until for row in line_of(former) if row.learnt_until is not None]
    return max(days, default=None)
