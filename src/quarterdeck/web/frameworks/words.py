"""How the standings of requirements are called and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.safeguards.rules import Standing

WORDS: Final[Mapping[Standing, str | Promise]] = {
    Standing.TESTED: _("tested and effective"),
    Standing.ANSWERED: _("answered"),
    Standing.PARTLY: _("answered in part"),
    Standing.FAILED: _("test failed"),
    Standing.MAPPED: _("through a mapped requirement"),
    Standing.GAP: _("gap"),
    Standing.NOT_APPLICABLE: _("not applicable"),
}

TONES: Final[Mapping[Standing, str]] = {
    Standing.TESTED: "supported",
    Standing.ANSWERED: "attested",
    Standing.PARTLY: "stale",
    Standing.FAILED: "contradicted",
    Standing.MAPPED: "unresolved",
    Standing.GAP: "contradicted",
    Standing.NOT_APPLICABLE: "unevidenced",
}
