"""The programme page as a screen: the first in the navigation, and where those who answer for the programme arrive."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.web.programme.urls import urlpatterns as urlpatterns
from quarterdeck.web.programme.views import PERMISSION
from quarterdeck.web.shell import add_to_navigation


def navigation() -> None:
    """Above everything else."""
    add_to_navigation(_("Programme"), "programme", permission=PERMISSION)
