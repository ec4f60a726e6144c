"""The pages of a playbook and of a run."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.areas.incidents.models import Incident, Task
from quarterdeck.areas.playbooks.models import Playbook, Run, StepRun
from quarterdeck.areas.playbooks.running import title_of
from quarterdeck.engines import cacao
from quarterdeck.kernel import clock
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.records.detail import head
from quarterdeck.web.records.lists import resource_or_404
from quarterdeck.web.rooms.pressing import Press, Room

TONES = {"draft": "unevidenced", "released": "supported", "retired": "stale"}
RUN_TONES = {"running": "accent", "finished": "supported", "stopped": "contradicted"}
STEP_TONES = {"waiting": "unresolved", "under_way": "accent", "done": "supported"}


@dataclass(frozen=True)
class Line:
    """One step as the page lists it; ``after``: titles of what follows, with on what answer."""

    number: int
    step: cacao.Step
    title: str
    who: str
    minutes: int
    after: tuple[tuple[str, str], ...]


def _playbook(request: HttpRequest, pk: int) -> tuple[Playbook, Sight]:
    sight = sight_of(request)
    resource_or_404(Playbook.type_code(), sight)
    found = sight.each(Playbook).select_related("unit", "written_by", "released_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    sight.note([found])
    return found, sight


@login_required
@require_safe
def playbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Its steps in order, what may be done with it, and where it was run."""
    found, sight = _playbook(request, pk)
    read = found.read()
    room = Room(sight, found.unit, reverse("playbook", args=[pk]))
    context = head(resource_of(Playbook), found, found, sight)
    runs = list(sight.each(Run).filter(playbook=found).select_related("incident", "playbook").order_by("-pk")[:20])
    context |= {
        "playbook": found,
        "tone": TONES[found.state],
        "lines": list(_lines(read)),
        "linear": cacao.linear_lines(read) is not None,
        "odd": cacao.check(read),
        "variables": read.variables,
        "runs": runs,
        "run_tones": RUN_TONES,
        "steps_do": room.on(found, "add_step", "change_step", "drop_step") if found.state == "draft" else [],
        "do": room.on(found, *(["release"] if found.state == "draft" else []), "retire", primary="release"),
        "address": record_address,
        "history": reverse("records:history", args=[found.type_code(), pk]),
        "record_url": reverse("records:detail", args=[found.type_code(), pk]),
    }
    return render(request, "playbooks/playbook.html", context)


def _lines(read: cacao.Playbook) -> list[Line]:
    """Steps that somebody does or answers: each branch to its end, and then what follows all of them."""
    order: dict[str, None] = {}
    waiting = [read.start]
    while waiting:
        key = waiting.pop()
        if key not in order:
            order[key] = None
            led = sorted(read.steps[key].leads_to(), key=lambda way: way[0] == "on_completion")
            waiting += [target for _name, target in reversed(led)]
    shown = [read.steps[key] for key in [*order, *(k for k in read.steps if k not in order)]]
    made: list[Line] = []
    for step in shown:
        if not cacao.outcomes(step) and step.type != "parallel":
            continue
        agent = read.agents.get(step.agent)
        after = tuple(
            (_when(name), _named(read.steps[target]))
            for name, target in step.leads_to()
            if name != "on_completion" or read.steps[target].type != "end"
        )
        made.append(
            Line(
                len(made) + 1,
                step,
                title_of(step),
                agent.name if agent is not None else "",
                step.timeout // 60_000,
                after,
            )
        )
    return made


def _when(name: str) -> str:
    """On what a step follows, in words."""
    words = {
        "on_completion": _("then"),
        "on_success": _("when done"),
        "on_failure": _("when it cannot be done"),
        "on_true": _("yes"),
        "on_false": _("no"),
        "cases.default": _("none of these"),
    }
    return words.get(name) or (_("at once") if name.startswith("next_steps") else name.removeprefix("cases."))


def _named(step: cacao.Step) -> str:
    return _("end") if step.type == "end" else title_of(step)


@login_required
@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The playbook as CACAO 2.0 JSON, every property as it came."""
    found, _sight = _playbook(request, pk)
    response = HttpResponse(cacao.write(found.read()), content_type="application/json")
    name = slugify(found.title) or f"playbook-{pk}"
    response["Content-Disposition"] = f'attachment; filename="{name}.cacao.json"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def runs_on(incident: Incident, sight: Sight) -> list[Run]:
    """Runs on an incident, for its room."""
    rows = sight.each(Run).filter(incident=incident).select_related("playbook", "started_by").order_by("-pk")[:20]
    return list(rows)


def start_on(incident: Incident, room: Room) -> list[Press]:
    """The button in an incident's room that leads to the playbooks."""
    if not incident.is_open:
        return []
    return room.create(resource_of(Run), "start", {"incident": incident.pk})


@login_required
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Which steps wait, for whom and until when; which are done. Outside its incident's wall it does not exist."""
    sight = sight_of(request)
    resource_or_404(Run.type_code(), sight)
    found = sight.each(Run).select_related("playbook", "incident__unit", "unit", "started_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    sight.note([found])
    room = Room(sight, found.incident.unit, reverse("playbook_run", args=[pk]))
    steps = list(
        sight.each(StepRun)
        .filter(run=found)
        .select_related("task__unit", "task__assignee", "done_by")
        .order_by("number")
    )
    for step in steps:
        step.run = found
    tasks = [step.task for step in steps if step.task is not None]
    for task in tasks:
        task.incident = found.incident
    sight.prime(tasks)
    shown = [step for step in steps if step.kind not in ("start", "end")]
    waiting = [step for step in shown if step.state == StepRun.State.WAITING and found.state == Run.State.RUNNING]
    context = head(resource_of(Run), found, found, sight)
    context |= {
        "run": found,
        "tone": RUN_TONES[found.state],
        "tones": STEP_TONES,
        "waiting": waiting,
        "rest": [step for step in shown if step not in waiting],
        "now": clock.now(),
        "do": room.on(found, "stop") if found.state == Run.State.RUNNING else [],
        "steps_do": {step.pk: [one for one in room.on(step, "answer", "fail") if one.open] for step in waiting},
        "tasks_do": room.each(
            [task for task in tasks if task.state != Task.State.DONE and sight.shows(task)], quiet=False
        ),
        "shows": {task.pk for task in tasks if sight.shows(task)},
        "address": record_address,
        "incident_url": record_address(Incident.type_code(), found.incident_id),
        "playbook_url": record_address(Playbook.type_code(), found.playbook_id),
    }
    return render(request, "playbooks/run.html", context)
