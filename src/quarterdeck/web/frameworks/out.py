"""What may be taken away: the statement of applicability as a table, and the safeguards as OSCAL."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from quarterdeck.areas.safeguards.models import Framework, Safeguard
from quarterdeck.areas.safeguards.queries import Line, measure
from quarterdeck.areas.safeguards.rules import Standing
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Refused
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.frameworks.words import WORDS
from quarterdeck.web.records.export import guarded
from quarterdeck.workflows.oscal_out import document

DOCUMENTS = frozenset({"component-definition", "assessment-results", "plan-of-action-and-milestones"})
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def statement(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Every requirement: whether it applies, how it stands, what answers it and why; as CSV or XLSX."""
    sight = sight_of(request)
    found = sight.each(Framework).filter(pk=pk).first()
    if found is None or kind not in ("csv", "xlsx"):
        raise Http404
    measured = measure(found, clock.today())
    sight.prime(held.safeguard for line in measured.asking for held in line.answers)
    rows = [_heads(), *(_row(line, sight) for line in measured.asking)]
    if kind == "csv":
        response = HttpResponse(b"\xef\xbb\xbf" + _csv(rows), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(_xlsx(rows), content_type=SHEET)
    response["Content-Disposition"] = f'attachment; filename="applicability-{pk}-{clock.today().isoformat()}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


def _heads() -> list[str]:
    return [
        _("Code"), _("Requirement"), _("Applies"), _("Standing"), _("Safeguards"), _("How, or why not"), _("Tested on"),
        _("Set aside until"),
    ]  # fmt: skip


def _row(line: Line, sight: Sight) -> list[str]:
    row = line.requirement
    assert line.standing is not None
    aside = line.exclusion
    names, reasons, tests = [], [], []
    for held in line.answers:
        seen = sight.shows(held.safeguard)
        names.append(held.safeguard.name if seen else _("a safeguard of another unit"))
        if seen:
            reasons.append(held.answer.reason)
            if held.test is not None:
                tests.append(held.test.tested_on.isoformat())
    if line.standing is Standing.MAPPED:
        reasons += [f"{other.framework}: {other.code}" for other in line.through]
    if aside is not None:
        reasons = [aside.reason]
    return [
        row.code,
        row.title,
        _("no") if aside is not None else _("yes"),
        str(WORDS[line.standing]),
        "; ".join(names),
        "\n".join(reasons),
        "; ".join(tests),
        aside.effective_until.isoformat() if aside is not None and aside.effective_until is not None else "",
    ]


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([[guarded(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8")


def _xlsx(rows: list[list[str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Applicability")[:31])
    for row in rows:
        sheet.append([guarded(_clean(cell)) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _clean(cell: str) -> str:
    """Without the control characters that a workbook cannot hold."""
    return "".join(_kept(cell))


def _kept(cell: str) -> Iterator[str]:
    for char in cell:
        if char in "\n\t" or ord(char) >= 32:
            yield char


@login_required
@require_safe
def oscal(request: HttpRequest, name: str) -> HttpResponse:
    """The safeguards that the person may see as OSCAL; 404 for whoever sees none, 409 where there is nothing to tell."""
    sight = sight_of(request)
    if name not in DOCUMENTS or resource_of(Safeguard).view_permission not in sight.permissions:
        raise Http404
    try:
        content = document(name, sight)
    except Refused as refused:
        return HttpResponse(f"{refused}\n", status=409, content_type="text/plain; charset=utf-8")
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    response["Cache-Control"] = "no-store"
    return response
