"""How amounts, rates and shares are kept: as decimals, so that the ledger's content is the same on every machine."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from quarterdeck.areas.risks.scenarios import MOST
from quarterdeck.kernel.actions.base import Text


def money(label: Text, **options: Any) -> models.DecimalField[Any, Any]:
    """An amount in the reporting currency, at least 0."""
    return models.DecimalField(
        label,  # type: ignore[arg-type]
        max_digits=18,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(MOST)],
        **options,
    )


def rate(label: Text, **options: Any) -> models.DecimalField[Any, Any]:
    """So many a year, at least 0, at most 10,000."""
    return models.DecimalField(
        label,  # type: ignore[arg-type]
        max_digits=12,
        decimal_places=6,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(10_000))],
        **options,
    )


def share(label: Text, **options: Any) -> models.DecimalField[Any, Any]:
    """A share of one: 0 to 1."""
    return models.DecimalField(
        label,  # type: ignore[arg-type]
        max_digits=7,
        decimal_places=6,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
        **options,
    )
