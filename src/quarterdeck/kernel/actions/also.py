"""What a later area adds to an action of an earlier one: further conditions, and what follows from it.

An area never imports those above it. Where one above must have its say in a step (no determination without an assessment,
a legal hold with every declaration), it names the action by its code and adds to it here; the action itself knows nothing
of that. Everything runs inside the action's own transaction, and its changes go into the action's own leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions.base import Context, Text

Available = Callable[[User, Any], Text | None]
Guard = Callable[[Context, Any, Mapping[str, Any]], None]
Follow = Callable[[Context, Any, Mapping[str, Any]], None]


@dataclass(frozen=True)
class Also:
    """An addition. ``available``: a reason why not, known before any data is given. ``guard``: raises ``Refused``.
    ``follow``: what else happens once the record is changed, through the same ``ctx.save``."""

    available: Available | None = None
    guard: Guard | None = None
    follow: Follow | None = None


_added: dict[str, list[Also]] = {}


def also(code: str, addition: Also) -> None:
    """Add to the action ``code`` (``app.model.name``). Adding the same twice changes nothing."""
    known = _added.setdefault(code, [])
    if addition not in known:
        known.append(addition)


def added_to(code: str) -> Iterator[Also]:
    """What was added to an action, in order."""
    return iter(tuple(_added.get(code, ())))


def all_added() -> Iterator[str]:
    """The codes of all actions to which something was added."""
    return iter(tuple(_added))


__all__ = ["Also", "added_to", "all_added", "also"]
