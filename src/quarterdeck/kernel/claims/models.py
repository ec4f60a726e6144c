"""Company parameters: what "regularly", "generally", "most", "promptly" mean here. Anyone in the company can read them."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.claims import parameters
from quarterdeck.kernel.records import Dated


class Parameter(Dated):
    """One dated value of one parameter. The value is text, written in the unit that the parameter is declared in."""

    code = models.CharField(_("parameter"), max_length=80, choices=parameters.choices)
    value = models.CharField(_("value"), max_length=200)
    why = models.CharField(_("why"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("company parameter")
        verbose_name_plural = _("company parameters")
        indexes = [models.Index(fields=["code", "effective_from"], name="parameter_by_code")]

    def __str__(self) -> str:
        return f"{self.name} = {self.value_words}"

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """A parameter that this release no longer reads stays on record, and can be ended; its code never changes."""
        kept = set() if self.pk is None else {"code"}
        super().clean_fields({*(exclude or ()), *kept})

    @property
    def name(self) -> str:
        """What it is called, in the reader's language."""
        return parameters.name_of(self.code)

    @property
    def value_words(self) -> str:
        """The value with its unit: “48 hours”."""
        return parameters.value_words(self.code, self.value)

    @property
    def unit(self) -> str | None:
        """What the value counts."""
        known = parameters.meaning_of(self.code)
        return None if known is None else str(parameters.UNITS[known.unit])

    @property
    def meaning(self) -> str | None:
        """One line on what it means; None where this release no longer reads it."""
        known = parameters.meaning_of(self.code)
        return None if known is None else str(known.says)
