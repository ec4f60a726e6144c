"""Hand-built screens: one module or package each.

A screen's module may have ``urlpatterns`` (mounted at the root) and ``navigation()``, which calls
:func:`quarterdeck.web.shell.add_to_navigation`. Adding a screen touches no other file.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from django.urls import URLPattern, URLResolver


def modules() -> list[ModuleType]:
    """Every screen, in order of name."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_"))
    return [importlib.import_module(f"{__name__}.{name}") for name in names]


def patterns() -> list[URLPattern | URLResolver]:
    """The addresses of all screens; each screen is asked for its place in the navigation."""
    found: list[URLPattern | URLResolver] = []
    for module in modules():
        found.extend(getattr(module, "urlpatterns", ()))
        place = getattr(module, "navigation", None)
        if place is not None:
            place()
    return found
