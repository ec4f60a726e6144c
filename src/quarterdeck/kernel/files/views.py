"""Handing a file out. Always as a download that no browser may guess the type of, run or frame."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.files.store import Missing
from quarterdeck.kernel.permissions.scope import permitted
from quarterdeck.kernel.resource.registry import resource_of

#: Types named to the browser; every other is handed out as plain bytes.
_NAMED = frozenset(
    {"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", "application/zip"}
)
_OFFICE = "application/vnd.openxmlformats-officedocument."


@login_required
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bytes of file ``pk``, to whoever may see it; 404 to everybody else."""
    resource = resource_of(StoredFile)
    rows = StoredFile._base_manager.filter(pk=pk)
    found = permitted(rows, resource.scope, request.user, resource.view_permission).first()  # type: ignore[arg-type]
    if found is None:
        raise Http404(_("There is no such file."))
    try:
        source = found.open()
    except Missing:
        return HttpResponse(
            _("The store has lost this file. Restore the folder of files from a backup."),
            status=410,
            content_type="text/plain; charset=utf-8",
        )
    harmless = found.media_type in _NAMED or found.media_type.startswith(_OFFICE)
    response = FileResponse(
        source,
        as_attachment=True,
        filename=found.name,
        content_type=found.media_type if harmless else "application/octet-stream",
    )
    response["Content-Length"] = str(found.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
