"""The answers as the command line prints them."""

from __future__ import annotations

import math

from quarterdeck.engines.loss.quantify import CONTRIBUTION_LEVEL, Quantified
from quarterdeck.engines.loss.whatif import Difference, Figures, WhatIf

_TVAR = f"tvar_{CONTRIBUTION_LEVEL}"


def quantified_json(found: Quantified, seconds: float) -> dict[str, object]:
    """The document of ``risk quantify``. Levels are keys, as text; no finite value is None."""
    return {
        "expected_annual_loss": found.expected,
        "no_loss_probability": found.no_loss,
        "var": {str(level): value for level, value in found.var.items()},
        "tvar": {str(level): value for level, value in found.tvar.items()},
        "bracket": {
            str(level): [low, high if math.isfinite(high) else None] for level, (low, high) in found.bracket.items()
        },
        "exceedance": [list(point) for point in found.exceedance],
        "thresholds": [
            {
                "name": item.name,
                "amount": item.amount,
                "annual_probability": item.annual_probability,
                "single_event_probability": item.single_event_probability,
            }
            for item in found.thresholds
        ],
        "contributions": [{"id": item.id, "expected": item.expected, _TVAR: item.tail} for item in found.contributions],
        "seconds": seconds,
    }


def what_if_json(found: WhatIf, seconds: float) -> dict[str, object]:
    """The document of ``risk what-if``."""
    return {
        "changes": [
            {
                "id": change.id,
                "rate_factor": change.rate_factor,
                "severity_factor": change.severity_factor,
                "cost": change.cost,
            }
            for change in found.changes
        ],
        "before": _figures(found.before),
        "after": _figures(found.after),
        "difference": _figures(found.difference),
        "cost": found.cost,
        "per_unit_cost": None if found.per_cost is None else _figures(found.per_cost),
        "seconds": seconds,
    }


def _figures(values: Figures | Difference) -> dict[str, object]:
    return {
        "expected_annual_loss": values.expected,
        _TVAR: values.tvar,
        "thresholds": [{"name": name, "annual_probability": value} for name, value in values.thresholds],
    }
