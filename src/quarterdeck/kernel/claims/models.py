"""Company parameters: what "regularly", "generally", "most", "promptly" mean here. Anyone in the company can read them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.records import Dated


class Parameter(Dated):
    """One dated value of one parameter. The value is text; the predicate that reads it says how (number, share, days)."""

    code = models.CharField(_("parameter"), max_length=80)
    value = models.CharField(_("value"), max_length=200)
    why = models.CharField(_("why"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("company parameter")
        verbose_name_plural = _("company parameters")
        indexes = [models.Index(fields=["code", "effective_from"], name="parameter_by_code")]

    def __str__(self) -> str:
        return f"{self.code} = {self.value}"
