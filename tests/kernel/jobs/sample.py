"""Jobs for the tests. A job is found again by the path of its function, so it stands at the top of a module."""

from __future__ import annotations

from quarterdeck.kernel.jobs.declare import Run, job

RAN: list[tuple[str, str, int]] = []
"""What ran, in order: job, label, attempt. Emptied by each test that reads it."""


@job(name="sample.note", key=lambda *, label: label)
def note(run: Run, *, label: str) -> str:
    RAN.append((run.job, label, run.attempt))
    return label.upper()


@job(name="sample.broken")
def broken(run: Run) -> None:
    raise ValueError("no such thing")


@job(name="sample.unkeyed")
def unkeyed(run: Run) -> None:
    with run.once() as first:
        if first:
            RAN.append((run.job, run.key, run.attempt))
