"""Playbooks of a story: one that branches, taken in as a CACAO file, or one that is written step by step; released by a second
person, and gone through on an incident."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid5

from quarterdeck.areas.playbooks.models import StepRun
from quarterdeck.demo.papers import hand_over
from quarterdeck.demo.stage import Stage

MINUTE = 60_000
_SPACE = UUID("b7c1d2e3-0a4f-4c6b-9d8e-5f60718293a4")


@dataclass(frozen=True)
class Do:
    """One thing to do: what, how, by which unit (its name), in how many minutes."""

    title: str
    how: str
    who: str
    minutes: int


@dataclass(frozen=True)
class Fork:
    """A playbook whose first things are done side by side, and which then asks a question. ``made``: when it was written."""

    name: str
    title: str
    when: str
    made: datetime
    at_once: tuple[Do, ...]
    question: str
    yes: tuple[Do, ...]
    no: tuple[Do, ...]
    afterwards: tuple[Do, ...]

    def document(self) -> bytes:
        """As CACAO 2.0."""
        workflow: dict[str, object] = {}
        agents: dict[str, object] = {}

        def key(kind: str, place: str) -> str:
            return f"{kind}--{uuid5(_SPACE, f'{self.name} {place}')}"

        def chain(part: str, steps: tuple[Do, ...]) -> str:
            """The steps one after the other; the identifier of the first."""
            end = key("end", part)
            workflow[end] = {"type": "end"}
            ids = [key("action", f"{part} {number}") for number in range(len(steps))]
            for step, own, follows in zip(steps, ids, [*ids[1:], end], strict=True):
                agent = key("group", step.who)
                agents[agent] = {"type": "group", "name": step.who}
                workflow[own] = {
                    "type": "action",
                    "name": step.title,
                    "description": step.how,
                    "timeout": step.minutes * MINUTE,
                    "on_completion": follows,
                    "commands": [{"type": "manual", "command": step.how}],
                    "agent": agent,
                }
            return [*ids, end][0]

        start, side, ask = key("start", ""), key("parallel", ""), key("if-condition", "")
        branches = [chain(f"at once {number}", (step,)) for number, step in enumerate(self.at_once)]
        workflow[start] = {"type": "start", "on_completion": side}
        workflow[side] = {
            "type": "parallel",
            "name": "At the same time",
            "next_steps": branches,
            "on_completion": ask,
        }
        workflow[ask] = {
            "type": "if-condition",
            "condition": self.question,
            "on_true": chain("yes", self.yes),
            "on_false": chain("no", self.no),
            "on_completion": chain("afterwards", self.afterwards),
        }
        moment = self.made.strftime("%Y-%m-%dT%H:%M:%SZ")
        document = {
            "type": "playbook",
            "spec_version": "cacao-2.0",
            "id": key("playbook", ""),
            "name": self.title,
            "description": self.when,
            "playbook_types": ["mitigation"],
            "created_by": key("identity", ""),
            "created": moment,
            "modified": moment,
            "workflow_start": start,
            "workflow": workflow,
            "agent_definitions": agents,
        }
        return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8")


def take_in(stage: Stage, playbook: Fork, unit: str) -> None:
    """Taken in by the analyst, released by the security officer two days later. In the cast as ``playbook:NAME``."""
    stage.scene(playbook.made, partial(_import, stage, playbook, unit))
    stage.scene(playbook.made + timedelta(days=2), partial(_release, stage, playbook.name))


def _import(stage: Stage, playbook: Fork, unit: str) -> None:
    stage.cast[f"playbook:{playbook.name}"] = hand_over(
        stage, "playbooks.playbook.import_file", stage.hands.analyst, None, {"file": playbook.document()}, playbook.name,
        unit=stage.cast[unit],
    )  # fmt: skip


def write(stage: Stage, name: str, title: str, when: str, steps: Iterable[Do], unit: str, made: datetime) -> None:
    """Written step by step by the analyst, released two days later. In the cast as ``playbook:NAME``; a step's ``who`` is the
    cast's name of a unit."""

    def scene() -> None:
        playbook = stage.do(
            "playbooks.playbook.create", stage.hands.analyst, cast=f"playbook:{name}", title=title, unit=stage.cast[unit],
            description=when,
        )  # fmt: skip
        for step in steps:
            stage.do(
                "playbooks.playbook.add_step", stage.hands.analyst, playbook, title=step.title, instruction=step.how,
                who=stage.cast[step.who], minutes=step.minutes,
            )  # fmt: skip

    stage.scene(made, scene)
    stage.scene(made + timedelta(days=2), partial(_release, stage, name))


def _release(stage: Stage, name: str) -> None:
    stage.do("playbooks.playbook.release", stage.hands.security, f"playbook:{name}")


@dataclass(frozen=True)
class Went:
    """One step of a run, so many minutes after it began: who did it (login); or, of a question, who answered what, and how that
    was known."""

    title: str
    minutes: int
    login: str
    answer: str = ""
    known: str = ""


def go_through(stage: Stage, playbook: str, incident: str, unit: str, began: datetime, steps: tuple[Went, ...]) -> None:
    """The playbook is started on the incident at that time and gone through. Nothing happens where the incident never did."""
    stage.scene(began, partial(_start, stage, playbook, incident, unit))
    for went in steps:
        stage.scene(began + timedelta(minutes=went.minutes), partial(_went, stage, playbook, went))


def _start(stage: Stage, playbook: str, incident: str, unit: str) -> None:
    if incident in stage.cast:
        stage.do(
            "playbooks.run.start", stage.hands.analyst, cast=f"run:{playbook}", incident=stage.cast[incident],
            playbook=stage.cast[f"playbook:{playbook}"], unit=stage.cast[unit],
        )  # fmt: skip


def _went(stage: Stage, playbook: str, went: Went) -> None:
    if f"run:{playbook}" not in stage.cast:
        return
    run = stage.cast[f"run:{playbook}"].pk
    step = StepRun.objects.select_related("task").get(run=run, state=StepRun.State.WAITING, title=went.title)
    if went.answer:
        stage.do("playbooks.steprun.answer", went.login, step, answer=went.answer, note=went.known)
        return
    stage.do("incidents.task.accept", went.login, step.task)
    stage.do("incidents.task.finish", went.login, step.task)
