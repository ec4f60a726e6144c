"""What every page knows about its reader: theme, shortcuts, zone."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

THEME_COOKIE = "theme"
SHORTCUTS_COOKIE = "shortcuts"
THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, object]:
    """Context processor for both template engines. ``theme`` is '' where the reader follows the system."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "theme": theme if theme in THEMES else "",
        "shortcuts": request.COOKIES.get(SHORTCUTS_COOKIE) != "off",
        "page_time": timezone.now(),
        "page_address": request.get_full_path(),
    }
