"""Going through a playbook: which steps wait, and what follows an answer. A pure function of what was answered so far.

A chain of steps ends at an ``end`` step (or where nothing follows). A parallel step begins a chain for each of its
branches and goes on when all have ended; a condition begins the chain that its answer names and goes on, or is asked again
(while), when that has ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from quarterdeck.engines.cacao.model import (
    ACTION,
    CONDITIONS,
    END,
    IF,
    PARALLEL,
    PLAYBOOK_ACTION,
    SWITCH,
    WHILE,
    Playbook,
    Step,
)

COMPLETED: Final = "completed"
FAILED: Final = "failed"
TRUE: Final = "true"
FALSE: Final = "false"
#: How often a while step may be answered with yes in one run of it, and how many steps one run may take.
MOST_ROUNDS: Final = 20
MOST_VISITS: Final = 2000


class CourseError(ValueError):
    """The answer does not fit; the message says why."""


@dataclass(frozen=True)
class Visit:
    """One time that a step was come to. ``key`` counts from 1; ``parent``: the parallel or condition visit whose chain it is
    on, 0 for the first chain; ``round`` counts the times a while step was asked; ``left``: chains that it still waits for."""

    key: int
    step: str
    parent: int
    round: int = 1
    done: bool = False
    outcome: str = ""
    left: int = 0


@dataclass(frozen=True)
class Progress:
    """Every visit so far. ``finished``: the first chain has ended."""

    visits: tuple[Visit, ...] = ()
    finished: bool = False

    def visit(self, key: int) -> Visit:
        """The visit ``key``; CourseError where there is none."""
        if not 1 <= key <= len(self.visits):
            raise CourseError(f"there is no step {key} in this run")
        return self.visits[key - 1]


def waiting(playbook: Playbook, progress: Progress) -> tuple[Visit, ...]:
    """Visits that wait for somebody."""
    return tuple(v for v in progress.visits if not v.done and not v.left and outcomes(playbook.steps[v.step]))


def outcomes(step: Step) -> tuple[str, ...]:
    """The answers that a step takes; none for steps that go on by themselves."""
    if step.type in (ACTION, PLAYBOOK_ACTION):
        return (COMPLETED, FAILED)
    if step.type in (IF, WHILE):
        return (TRUE, FALSE)
    if step.type == SWITCH:
        return tuple(step.cases) if "default" in step.cases else (*step.cases, "default")
    return ()


def begin(playbook: Playbook) -> Progress:
    """At the start: every step that waits at once."""
    walk = _Walk(playbook, Progress())
    walk.enter(playbook.start, 0)
    return walk.progress()


def answer(playbook: Playbook, progress: Progress, key: int, outcome: str) -> Progress:
    """The visit ``key`` came out as ``outcome``; what follows is entered. CourseError where it does not fit."""
    visit = progress.visit(key)
    step = playbook.steps.get(visit.step)
    if step is None:
        raise CourseError("the playbook has no such step any more")
    if visit.done or visit.left:
        raise CourseError("this step was answered already")
    if outcome not in outcomes(step):
        raise CourseError(f"“{outcome}” is no answer to it; take one of {', '.join(outcomes(step)) or 'none'}")
    if step.type == WHILE and outcome == TRUE and visit.round > MOST_ROUNDS:
        raise CourseError(f"it was gone through {MOST_ROUNDS} times; answer no, or stop the run")
    walk = _Walk(playbook, progress)
    walk.answered(visit, step, outcome)
    return walk.progress()


class _Walk:
    """Visits being added to; what is left to enter stands in a list, so that no chain is too long for the stack."""

    def __init__(self, playbook: Playbook, progress: Progress) -> None:
        self.playbook = playbook
        self.visits = list(progress.visits)
        self.finished = progress.finished
        self.agenda: list[tuple[str, int, int]] = []

    def progress(self) -> Progress:
        while self.agenda:
            self._enter(*self.agenda.pop(0))
        return Progress(tuple(self.visits), self.finished)

    def enter(self, step: str, parent: int, round_: int = 1) -> None:
        self.agenda.append((step, parent, round_))

    def _enter(self, key: str, parent: int, round_: int) -> None:
        if len(self.visits) >= MOST_VISITS:
            raise CourseError(f"the run has taken {MOST_VISITS} steps; stop it")
        step = self.playbook.steps[key]
        visit = Visit(len(self.visits) + 1, key, parent, round_)
        self.visits.append(visit)
        if step.type == END:
            self._settle(visit, "")
            self._close(parent)
        elif step.type == PARALLEL:
            self._set(replace(visit, left=len(step.next_steps)))
            for branch in step.next_steps:
                self.enter(branch, visit.key)
        elif not outcomes(step):
            self._settle(visit, COMPLETED)
            self._onward(step.on_completion or step.on_success, parent)

    def answered(self, visit: Visit, step: Step, outcome: str) -> None:
        if step.type not in CONDITIONS:
            self._settle(visit, outcome)
            failed = step.on_failure or step.on_completion or self.playbook.exception
            follows = failed if outcome == FAILED else step.on_success or step.on_completion
            self._onward(follows, visit.parent)
            return
        chain = {TRUE: step.on_true, FALSE: step.on_false}.get(outcome, "") if step.type != SWITCH else (
            step.cases.get(outcome, "")
        )  # fmt: skip
        if chain:
            self._set(replace(visit, outcome=outcome, left=1))
            self.enter(chain, visit.key)
            return
        self._settle(visit, outcome)
        self._onward(step.on_completion, visit.parent)

    def _onward(self, key: str, parent: int) -> None:
        if key:
            self.enter(key, parent)
        else:
            self._close(parent)

    def _close(self, parent: int) -> None:
        """A chain has ended: its parent goes on once it waits for no other."""
        if parent == 0:
            self.finished = True
            return
        above = self.visits[parent - 1]
        left = above.left - 1
        self._set(replace(above, left=left, done=left == 0))
        if left:
            return
        step = self.playbook.steps[above.step]
        if step.type == WHILE and above.outcome == TRUE:
            self.enter(above.step, above.parent, above.round + 1)
        else:
            self._onward(step.on_completion, above.parent)

    def _settle(self, visit: Visit, outcome: str) -> None:
        self._set(replace(visit, done=True, outcome=outcome))

    def _set(self, visit: Visit) -> None:
        self.visits[visit.key - 1] = visit


__all__ = [
    "COMPLETED", "FAILED", "FALSE", "MOST_ROUNDS", "TRUE", "CourseError", "Progress", "Visit", "answer", "begin", "outcomes",
    "waiting",
]  # fmt: skip
