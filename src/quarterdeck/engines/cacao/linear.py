"""Playbooks that a house writes itself: one step after the other, each with who does it and in how many minutes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid5

from quarterdeck.engines.cacao.model import ACTION, END, START, Json, Playbook
from quarterdeck.engines.cacao.reading import SPEC, parse

#: Identifiers are made of the playbook's own and the place, so that writing the same lines gives the same JSON.
_SPACE: Final = UUID("6f0a3c1e-58d4-4b9b-9d0e-2a7c5f1b8e43")
MINUTE: Final = 60_000


@dataclass(frozen=True)
class Line:
    """One step: what, how, who (the name of a group; empty for whoever runs it), minutes allowed (0: no limit)."""

    title: str
    instruction: str
    who: str = ""
    minutes: int = 0


def linear_playbook(
    key: UUID,
    name: str,
    description: str,
    created_by: UUID,
    created: datetime,
    modified: datetime,
    lines: Sequence[Line],
) -> Playbook:
    """A playbook of these lines, one after the other. Times are aware."""

    def made(kind: str, place: object) -> str:
        return f"{kind}--{uuid5(_SPACE, f'{key}/{kind}/{place}')}"

    agents: dict[str, Json] = {}
    for line in lines:
        agents[made("group", line.who or "-")] = {"type": "group", "name": line.who or "Whoever runs the playbook"}
    ids = [made("action", place) for place in range(len(lines))]
    last = made("end", 0)
    workflow: dict[str, Json] = {made("start", 0): {"type": "start", "on_completion": [*ids, last][0]}}
    for place, line in enumerate(lines):
        step: dict[str, Json] = {
            "type": "action",
            "name": line.title,
            "description": line.instruction,
            "on_completion": [*ids, last][place + 1],
            "commands": [{"type": "manual", "command": line.instruction or line.title}],
            "agent": made("group", line.who or "-"),
        }
        if line.minutes:
            step["timeout"] = line.minutes * MINUTE
        workflow[ids[place]] = step
    workflow[last] = {"type": "end"}
    raw: dict[str, Json] = {
        "type": "playbook",
        "spec_version": SPEC,
        "id": f"playbook--{key}",
        "name": name,
        "description": description,
        "playbook_types": ["mitigation"],
        "created_by": f"identity--{created_by}",
        "created": _time(created),
        "modified": _time(modified),
        "workflow_start": made("start", 0),
        "workflow": workflow,
        "agent_definitions": agents,
    }
    return parse(json.dumps(raw, ensure_ascii=False))


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def linear_lines(playbook: Playbook) -> tuple[Line, ...] | None:
    """The lines of a playbook that is one step after the other; None for any other."""
    lines: list[Line] = []
    step = playbook.steps[playbook.steps[playbook.start].on_completion or playbook.start]
    while step.type == ACTION and len(lines) <= len(playbook.steps):
        agent = playbook.agents.get(step.agent)
        who = "" if agent is None or agent.name == "Whoever runs the playbook" else agent.name
        lines.append(Line(step.name, step.description, who, step.timeout // MINUTE))
        if not step.on_completion:
            return None
        step = playbook.steps[step.on_completion]
    whole = len(lines) + 2 == len(playbook.steps) and step.type == END
    return tuple(lines) if whole and playbook.steps[playbook.start].type == START else None
