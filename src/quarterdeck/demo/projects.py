"""Improvements of a story: taken on by their owner, reported done with what shows it, verified by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from quarterdeck.demo.papers import hand_over
from quarterdeck.demo.persons import key
from quarterdeck.demo.stage import Stage


@dataclass(frozen=True)
class Project:
    """One improvement. ``owner``: name; ``login``: theirs; ``note``: how far it was when it began; ``done``: None where it is still
    under way; ``shown``: what shows that it is done; ``verifier``: the login of who looked."""

    name: str
    title: str
    description: str
    owner: str
    login: str
    unit: str
    begun: date
    due: date
    note: str
    done: date | None = None
    shown: str = ""
    verifier: str = ""
    performer: str = "in_house"


def carry_out(stage: Stage, project: Project) -> None:
    """From the day on which it begins to the day on which it is done. In the cast as ``project:NAME``."""
    stage.later(project.begun, partial(_begin, stage, project))
    if project.done is not None:
        stage.later(project.done, partial(_finish, stage, project, project.done))


def _begin(stage: Stage, project: Project) -> None:
    stage.do(
        "engagements.improvementproject.create",
        stage.hands.security,
        cast=f"project:{project.name}",
        title=project.title,
        description=project.description,
        performer=project.performer,
        owner=stage.cast[key(project.owner)],
        unit=stage.cast[project.unit],
        due=project.due,
    )
    stage.do("engagements.improvementproject.note", project.login, f"project:{project.name}", text=project.note)


def _finish(stage: Stage, project: Project, day: date) -> None:
    row = stage.cast[f"project:{project.name}"]
    evidence = {"evidence": f"{project.shown}\n".encode()}
    hand_over(stage, "engagements.improvementproject.finish", project.login, row, evidence, project.title, done_on=day)
    stage.do("engagements.improvementproject.verify", project.verifier, row)
