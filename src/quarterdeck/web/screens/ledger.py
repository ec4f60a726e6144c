"""The ledger as a screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.web.ledger.urls import urlpatterns as urlpatterns
from quarterdeck.web.shell import add_to_navigation


def navigation() -> None:
    """For everyone: each sees the leaves of what they may see."""
    add_to_navigation(_("Ledger"), "ledger", group=_("Record"))
