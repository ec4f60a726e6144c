"""Open FAIR's factors, entered at any level of its tree (The Open Group, *Risk Taxonomy (O-RT)* 3.0.1).

Loss-event frequency is given, or is threat-event frequency times vulnerability; threat-event frequency is given, or is contact
frequency times probability of action; vulnerability is given, or is the probability that threat capability exceeds
resistance strength.
"""

from __future__ import annotations

import math

from quarterdeck.engines.loss.late import special


class FairError(ValueError):
    """Factors that do not make a frequency; `field` names the one that is missing or cannot be."""

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        super().__init__(f"{field}: {reason}")


def loss_event_frequency(
    *,
    loss_event: float | None = None,
    threat_event: float | None = None,
    vulnerability: float | None = None,
    contact: float | None = None,
    action: float | None = None,
) -> float:
    """Loss events a year from the factors given, the highest level that is given first. Raises `FairError`."""
    if loss_event is not None:
        return _rate("loss_event", loss_event)
    if threat_event is None:
        if contact is None:
            raise FairError("threat_event", "give the loss-event, threat-event or contact frequency")
        threat_event = _rate("contact", contact) * _share("action", action)
    return _rate("threat_event", threat_event) * _share("vulnerability", vulnerability)


def vulnerability(capability: tuple[float, float], resistance: tuple[float, float], confidence: float = 0.9) -> float:
    """The probability that capability exceeds resistance, both normal with these central intervals and independent."""
    for name, (low, high) in (("capability", capability), ("resistance", resistance)):
        if not (math.isfinite(low) and math.isfinite(high) and low <= high):
            raise FairError(name, "an interval has a low end that is not above its high end")
    z = float(special.ndtri(0.5 + confidence / 2))
    gap = sum(capability) / 2 - sum(resistance) / 2
    spread = math.hypot((capability[1] - capability[0]) / (2 * z), (resistance[1] - resistance[0]) / (2 * z))
    if spread == 0:
        return 1.0 if gap > 0 else 0.5 if gap == 0 else 0.0
    return float(special.ndtr(gap / spread))


def _rate(field: str, value: float) -> float:
    if not (math.isfinite(value) and value >= 0):
        raise FairError(field, "a frequency is a finite number, at least 0")
    return value


def _share(field: str, value: float | None) -> float:
    if value is None:
        raise FairError(field, "this factor is missing")
    if not 0 <= value <= 1:
        raise FairError(field, "a probability lies between 0 and 1")
    return value
