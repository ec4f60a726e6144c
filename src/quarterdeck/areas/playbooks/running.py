"""Moving a run on: what the engine says follows becomes rows, tasks and times."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext, gettext_lazy

from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.areas.incidents.models import Incident, Task
from quarterdeck.areas.playbooks.models import Run, StepRun
from quarterdeck.engines import cacao
from quarterdeck.engines.cacao.model import ACTION, CONDITIONS, PARALLEL, PLAYBOOK_ACTION
from quarterdeck.kernel.actions import Context, Refused
from quarterdeck.kernel.permissions.models import Unit

State = StepRun.State
#: The time allowed for a step that names none.
USUAL = timedelta(days=1)


def progress_of(run: Run) -> cacao.Progress:
    """The run as the engine sees it."""
    rows = run.steps.order_by("number")
    visits = tuple(
        cacao.Visit(row.number, row.step, row.parent, row.round, row.state == State.DONE, row.outcome, row.left)
        for row in rows
    )
    return cacao.Progress(visits, run.state == Run.State.FINISHED)


def begin(ctx: Context, run: Run) -> None:
    """Enter the first steps of a saved run."""
    playbook = cacao.parse(run.source)
    _keep(ctx, run, playbook, cacao.Progress(), cacao.begin(playbook))


def move_on(ctx: Context, step: StepRun, outcome: str, note: str = "") -> None:
    """A step came out as ``outcome``: keep that and enter what follows. Refused where the answer does not fit."""
    run = Run._base_manager.select_for_update().select_related("incident", "playbook").get(pk=step.run_id)
    if run.state != Run.State.RUNNING:
        return
    playbook = cacao.parse(run.source)
    before = progress_of(run)
    try:
        after = cacao.answer(playbook, before, step.number, outcome)
    except cacao.CourseError as error:
        raise Refused(gettext_lazy("It does not go on: %(why)s.") % {"why": error}) from error
    step.note = note
    step.done_by = ctx.user
    _keep(ctx, run, playbook, before, after, step)


def _keep(
    ctx: Context,
    run: Run,
    playbook: cacao.Playbook,
    before: cacao.Progress,
    after: cacao.Progress,
    answered: StepRun | None = None,
) -> None:
    rows = {row.number: row for row in run.steps.all()}
    if answered is not None:
        rows[answered.number] = answered
    for visit in after.visits:
        known = visit.key <= len(before.visits)
        if known and before.visits[visit.key - 1] == visit:
            continue
        row = rows.get(visit.key) or _come_to(ctx, run, playbook, visit)
        row.outcome, row.left = visit.outcome, visit.left
        row.state = State.DONE if visit.done else State.UNDER_WAY if visit.left else State.WAITING
        # A question is done when it is answered; what follows from the answer has times of its own.
        if row.done_at is None and (visit.done or row is answered):
            row.done_at = ctx.at
        ctx.save(row)
    if after.finished:
        run.state = Run.State.FINISHED
        run.ended_at = ctx.at
        ctx.save(run)


def _come_to(ctx: Context, run: Run, playbook: cacao.Playbook, visit: cacao.Visit) -> StepRun:
    """The row of a step just come to, with its task and times where somebody has to do it."""
    step = playbook.steps[visit.step]
    row = StepRun(
        run=run,
        number=visit.key,
        step=step.id,
        kind=step.type,
        title=title_of(step)[:300],
        instruction=_instruction(step),
        parent=visit.parent,
        round=visit.round,
        came_at=ctx.at,
    )
    if cacao.outcomes(step) and not visit.done:
        row.due_at = (
            ctx.at
            + timedelta(milliseconds=step.delay)
            + (timedelta(milliseconds=step.timeout) if step.timeout else USUAL)
        )
    if step.type in (ACTION, PLAYBOOK_ACTION) and not visit.done:
        assert row.due_at is not None
        unit = _unit(playbook, step) or run.unit
        row.task = ctx.save(Task(incident=run.incident, unit=unit, title=row.title, due=local_day(row.due_at)))
    return row


def title_of(step: cacao.Step) -> str:
    """What a step is called on pages and as a task."""
    if step.type in CONDITIONS:
        question = step.condition or step.switch
        return f"{step.name}: {question}" if step.name and step.name != question else question
    if step.type == PARALLEL:
        return step.name or gettext("At the same time")
    if step.type == PLAYBOOK_ACTION:
        return step.name or gettext("Run the playbook %(id)s") % {"id": step.playbook_id}
    return step.title


def _instruction(step: cacao.Step) -> str:
    """Description and commands, for people to read. None is ever executed."""
    parts = [step.description]
    for command in step.commands:
        if command.text and command.text != step.description:
            parts.append(command.text if command.type == "manual" else f"[{command.type}] {command.text}")
    return "\n\n".join(part for part in parts if part)[:20_000]


def _unit(playbook: cacao.Playbook, step: cacao.Step) -> Unit | None:
    """The unit that the step's agent names, by name or code."""
    agent = playbook.agents.get(step.agent)
    if agent is None or not agent.name:
        return None
    return (
        Unit.objects.filter(name__iexact=agent.name).order_by("pk").first()
        or Unit.objects.filter(code__iexact=agent.name).first()
    )


def still_running(incident: Incident) -> Run | None:
    """A run on the incident that has not ended."""
    return Run.objects.filter(incident=incident, state=Run.State.RUNNING).select_related("playbook", "incident").first()


__all__ = ["USUAL", "begin", "move_on", "progress_of", "still_running", "title_of"]
