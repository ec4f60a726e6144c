"""How amounts, rates and shares are kept: as decimals, so that the ledger's content is the same on every machine."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.cache import cache
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.organisation.models import Registrant
from quarterdeck.areas.risks import rules
from quarterdeck.areas.risks.scenarios import MOST
from quarterdeck.kernel.actions.base import Text

FRESH_SECONDS = 30
"""How long a list may name the currency that was before."""


class AmountInput(forms.DecimalField):
    """An amount as people and their accounts write it: 38200000000, 38,200,000,000, 38.2bn, CNY 38.2bn, 382亿, -5m."""

    widget = forms.TextInput
    default_error_messages = {"invalid": _("This is no amount: write 250000, 250k or 1.5m.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        said = _("In the reporting currency; 250k, 1.5m and 2bn are understood.")
        self.help_text = said if not self.help_text else format_lazy("{} {}", self.help_text, said)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return super().to_python(value)
        text = value.strip().replace("\u2212", "-")
        if text[:3].isalpha() and text[:3].isupper() and text[:3].isascii():
            self._in_own_currency(text[:3])
            text = text[3:].strip()
        sign = -1 if text.startswith("-") else 1
        found = rules.number(text.removeprefix("-"))
        # Commas between thousands go with whole numbers; what is no such amount is refused in the usual words.
        return super().to_python(text) if found is None else sign * found

    def _in_own_currency(self, code: str) -> None:
        """Nothing is converted: an amount in another currency is refused. Raises ValidationError."""
        own = reporting_currency()
        if code != own:
            said = _("Amounts are in %(currency)s; nothing is converted.")
            raise forms.ValidationError(said, code="currency", params={"currency": own})


def reporting_currency() -> str:
    """The currency of the registrant's books; USD where no registrant is recorded yet."""
    return Registrant.objects.values_list("currency", flat=True).first() or "USD"


class AmountField(models.DecimalField[Any, Any]):
    """Stored as any decimal; only its form reads amounts as people write them, and its lists name their currency."""

    def unit(self) -> str:
        """The reporting currency, as lists show it: asked of the database once in a while."""
        return str(cache.get_or_set("reporting-currency", reporting_currency, FRESH_SECONDS))

    def unit_field(self) -> str:
        """What is kept with the currency of its day keeps it."""
        return "currency" if any(field.name == "currency" for field in self.model._meta.concrete_fields) else ""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": AmountInput, **kwargs})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DecimalField", args, kwargs


def money(label: Text, **options: Any) -> models.DecimalField[Any, Any]:
    """An amount in the reporting currency, at least 0."""
    return AmountField(
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
