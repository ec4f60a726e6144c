"""The parts of SciPy that the loss engine uses, loaded when the first figure is worked out.

Loading them takes a third of the time that a command needs to begin, and most commands work out no figure.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scipy import fft, optimize, special
else:

    class _Late:
        """Stands for a module until something of it is asked for; keeps what was asked for."""

        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, name: str) -> object:
            found = getattr(import_module(self._name), name)
            setattr(self, name, found)
            return found

    fft, optimize, special = (_Late(f"scipy.{part}") for part in ("fft", "optimize", "special"))


def load() -> None:
    """Load them now: for a process that stays and should answer its first question as quickly as its second."""
    for part in ("fft", "optimize", "special"):
        import_module(f"scipy.{part}")


__all__ = ["fft", "load", "optimize", "special"]
