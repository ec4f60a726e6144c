"""Where people reach this home from outside it."""

from __future__ import annotations

from django.conf import settings


def home_address() -> str:
    """Where people reach this home, without a slash at its end; empty where the settings name no address."""
    home = getattr(settings, "HOME", None)
    return str(home.settings.public_url).rstrip("/") if home is not None else ""
