"""A playbook as far as it is gone through; the rest of the JSON is kept beside it, untouched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

START: Final = "start"
END: Final = "end"
ACTION: Final = "action"
PLAYBOOK_ACTION: Final = "playbook-action"
PARALLEL: Final = "parallel"
IF: Final = "if-condition"
WHILE: Final = "while-condition"
SWITCH: Final = "switch-condition"
#: Every type of workflow step of CACAO 2.0.
STEP_TYPES: Final = (START, END, ACTION, PLAYBOOK_ACTION, PARALLEL, IF, WHILE, SWITCH)
CONDITIONS: Final = frozenset({IF, WHILE, SWITCH})


@dataclass(frozen=True)
class Command:
    """What an action step says is to be done. ``text`` is shown to people and never run."""

    type: str
    text: str


@dataclass(frozen=True)
class Agent:
    """Who, or what, carries a step out, or is its target."""

    id: str
    type: str
    name: str


@dataclass(frozen=True)
class Variable:
    """A playbook variable; ``value`` as text, empty where it is given when the playbook is run."""

    name: str
    type: str
    value: str
    description: str


@dataclass(frozen=True)
class Step:
    """One workflow step. Ids of other steps are empty or name steps of the same playbook. Times are in milliseconds."""

    id: str
    type: str
    name: str = ""
    description: str = ""
    delay: int = 0
    timeout: int = 0
    on_completion: str = ""
    on_success: str = ""
    on_failure: str = ""
    on_true: str = ""
    on_false: str = ""
    condition: str = ""
    switch: str = ""
    cases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    next_steps: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    agent: str = ""
    targets: tuple[str, ...] = ()
    playbook_id: str = ""

    @property
    def title(self) -> str:
        """Its name, or what kind of step it is."""
        return self.name or self.type

    def leads_to(self) -> tuple[tuple[str, str], ...]:
        """(property, id) of every step that may follow."""
        single = ("on_completion", "on_success", "on_failure", "on_true", "on_false")
        found = [(name, str(getattr(self, name))) for name in single if getattr(self, name)]
        found += [(f"next_steps[{place}]", one) for place, one in enumerate(self.next_steps)]
        found += [(f"cases.{case}", one) for case, one in self.cases.items()]
        return tuple(found)


@dataclass(frozen=True)
class Playbook:
    """``source`` is the JSON as it was read, in its own order of properties."""

    id: str
    name: str
    description: str
    created_by: str
    created: str
    modified: str
    revoked: bool
    start: str
    exception: str
    steps: Mapping[str, Step]
    agents: Mapping[str, Agent]
    targets: Mapping[str, Agent]
    variables: tuple[Variable, ...]
    signed: bool
    source: str
