"""The matrix of one process on one day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from quarterdeck.areas.people.models import Process, ProcessStep, Responsibility
from quarterdeck.areas.people.parts import AddStep, Assign
from quarterdeck.kernel import clock
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.web.records.addresses import list_address, record_address

Part = Responsibility.Part


@dataclass(frozen=True)
class Cell:
    """Who has one part in one step; ``lacking`` where a step cannot be without."""

    holders: tuple[tuple[str, str], ...]
    lacking: str = ""


@dataclass(frozen=True)
class Line:
    """A step with its four parts, in the order of the letters."""

    number: int
    title: str
    url: str
    assign: str
    cells: tuple[Cell, ...]


@login_required
@require_safe
def process(request: HttpRequest, pk: int) -> HttpResponse:
    """The process as it stands today, or stood on the day asked for."""
    sight = sight_of(request)
    resource = resource_of(Process)
    found = sight.find(resource, pk)
    if found is None:
        raise Http404
    assert isinstance(found, Process)
    day = _day(request)
    steps = list(ProcessStep.objects.filter(process=found).order_by("number", "pk"))
    rows = Responsibility.objects.filter(step__process=found).on(day).select_related("role", "unit", "person")
    may_assign = Assign.code() in sight.permissions
    lines = [_line(step, [row for row in rows if row.step_id == step.pk], may_assign) for step in steps]
    add = f"{reverse('records:create', args=[ProcessStep.type_code(), AddStep.name])}?process={found.pk}"
    context = {
        "title": found.name,
        "process": found,
        "lines": lines,
        "heads": [
            pgettext("RACI", "Responsible"), pgettext("RACI", "Accountable"), pgettext("RACI", "Consulted"), pgettext("RACI", "Informed"),
        ],
        "gaps": sum(bool(cell.lacking) for line in lines for cell in line.cells),
        "day": day,
        "past": day != clock.today(),
        "add_step": add if AddStep.code() in sight.permissions else "",
        "record": reverse("records:detail", args=[resource.code, found.pk]),
        "crumbs": [
            {"label": _("Processes"), "url": list_address(resource)},
            {"label": found.name, "url": request.path},
        ],
    }  # fmt: skip
    return render(request, "responsibilities/process.html", context)


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        return clock.today()


def _line(step: ProcessStep, rows: Iterable[Responsibility], may_assign: bool) -> Line:
    held: dict[str, list[tuple[str, str]]] = {}
    for row in sorted(rows, key=lambda row: str(row.holder)):
        held.setdefault(row.part, []).append((str(row.holder), record_address(row.type_code(), row.pk) or ""))
    lacking = {Part.RESPONSIBLE: _("nobody does it"), Part.ACCOUNTABLE: _("nobody answers for it")}
    cells = tuple(
        Cell(tuple(held.get(part, ())), "" if part in held else lacking.get(part, ""))
        for part in (Part.RESPONSIBLE, Part.ACCOUNTABLE, Part.CONSULTED, Part.INFORMED)
    )
    assign = f"{reverse('records:create', args=[Responsibility.type_code(), Assign.name])}?step={step.pk}"
    address = reverse("records:detail", args=[step.type_code(), step.pk])
    return Line(step.number, step.title, address, assign if may_assign else "", cells)
