"""The register as JSON, CSV or workbook: the risks that the reader may see, with the estimates of a kind on a day."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from quarterdeck.areas.risks.files.writing import FORMATS, write_register
from quarterdeck.areas.risks.models import Estimate, Risk
from quarterdeck.areas.risks.queries import within
from quarterdeck.kernel import clock
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.web.records.lists import resource_or_404


@login_required
@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """``?kind=`` (current without it), ``?unit=CODE`` and ``?as_of=DATE`` narrow it. 404 for what does not exist for the reader."""
    sight = sight_of(request)
    resource_or_404(Risk.type_code(), sight)
    kind = request.GET.get("kind") or Estimate.Kind.CURRENT.value
    if form not in FORMATS or kind not in Estimate.Kind.values:
        raise Http404
    try:
        day = date.fromisoformat(request.GET.get("as_of") or clock.today().isoformat())
    except ValueError:
        raise Http404 from None
    rows = sight.each(Risk)
    if request.GET.get("unit"):
        unit = sight.each(Unit).filter(code=request.GET["unit"]).first()
        if unit is None:
            raise Http404
        rows = rows.filter(within(unit))
    response = HttpResponse(write_register(rows, kind, day, form).content, content_type=FORMATS[form])
    response["Content-Disposition"] = f'attachment; filename="risks-{kind}-{day.isoformat()}.{form}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
