"""Playbooks in the form of CACAO Security Playbooks 2.0: read, checked, written back as they came, and gone through.

    playbook = parse(data)                    # PlaybookError names what is wrong, and where
    check(playbook)                           # what is odd but can be lived with
    write(playbook)                           # the same JSON, unknown properties included
    progress = begin(playbook)                # which steps wait for somebody
    progress = answer(playbook, progress, key, "completed")

No command of a playbook is ever executed here: a step is something that a person does, or answers.
"""

from quarterdeck.engines.cacao.course import (
    MOST_ROUNDS,
    CourseError,
    Progress,
    Visit,
    answer,
    begin,
    outcomes,
)
from quarterdeck.engines.cacao.linear import Line, linear_lines, linear_playbook
from quarterdeck.engines.cacao.model import Agent, Command, Playbook, Step, Variable
from quarterdeck.engines.cacao.reading import MOST_BYTES, MOST_STEPS, PlaybookError, Problem, check, parse, write

__all__ = [
    "MOST_BYTES", "MOST_ROUNDS", "MOST_STEPS", "Agent", "Command", "CourseError", "Line", "Playbook", "PlaybookError", "Problem",
    "Progress", "Step", "Variable", "Visit", "answer", "begin", "check", "linear_lines", "linear_playbook", "outcomes", "parse",
    "write",
]  # fmt: skip
