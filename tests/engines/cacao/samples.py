"""Playbooks for tests, written here."""

from __future__ import annotations

import json
from typing import Any

U = "00000000-0000-4000-8000-{:012d}"


def key(kind: str, number: int) -> str:
    return f"{kind}--{U.format(number)}"


def action(number: int, follows: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "action", "name": f"Do {number}", "on_completion": follows,
        "commands": [{"type": "manual", "command": f"Do number {number}."}], "agent": key("group", 1), **more,
    }  # fmt: skip


def playbook(workflow: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "playbook", "spec_version": "cacao-2.0", "id": key("playbook", 1), "name": "Ransomware on a host",
        "created_by": key("identity", 1), "created": "2026-01-02T03:04:05.000Z", "modified": "2026-01-02T03:04:05.000Z",
        "workflow_start": key("start", 1), "workflow": workflow,
        "agent_definitions": {key("group", 1): {"type": "group", "name": "Information security"}}, **more,
    }  # fmt: skip


def straight(*actions: int) -> dict[str, Any]:
    steps = [key("action", n) for n in actions]
    made: dict[str, Any] = {key("start", 1): {"type": "start", "on_completion": [*steps, key("end", 1)][0]}}
    for place, number in enumerate(actions):
        made[steps[place]] = action(number, [*steps, key("end", 1)][place + 1])
    made[key("end", 1)] = {"type": "end"}
    return made


def branching() -> dict[str, Any]:
    """Isolate and image side by side; then, while it spreads, block; then restore or pay attention to a case."""

    def a(number: int) -> str:
        return key("action", number)

    def end(number: int) -> str:
        return key("end", number)

    return playbook(
        {
            key("start", 1): {"type": "start", "on_completion": key("parallel", 1)},
            key("parallel", 1): {"type": "parallel", "next_steps": [a(1), a(2)], "on_completion": key("while-condition", 1)},
            a(1): action(1, end(1), timeout=3_600_000, step_extensions={"extension-definition--x": {"kept": True}}),
            end(1): {"type": "end"},
            a(2): {**action(2, ""), "on_completion": end(2)},
            end(2): {"type": "end"},
            key("while-condition", 1): {
                "type": "while-condition", "condition": "it is still spreading", "on_true": a(3),
                "on_completion": key("switch-condition", 1),
            },
            a(3): action(3, end(3)),
            end(3): {"type": "end"},
            key("switch-condition", 1): {
                "type": "switch-condition", "switch": "__backup__", "on_completion": end(9),
                "cases": {"good": a(4), "default": a(5)},
            },
            a(4): action(4, end(4)),
            end(4): {"type": "end"},
            a(5): action(5, end(5)),
            end(5): {"type": "end"},
            end(9): {"type": "end"},
        },
        x_vendor={"unknown": [1, "zwei", None]},
    )  # fmt: skip


def text(raw: dict[str, Any]) -> str:
    return json.dumps(raw)
