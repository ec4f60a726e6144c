"""A list as CSV: the same scope, filters and columns as the page."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.kernel import clock
from quarterdeck.kernel.resource import present
from quarterdeck.kernel.resource.filters import BadQuery
from quarterdeck.kernel.resource.listing import Query, every, page
from quarterdeck.kernel.resource.present import Choice, Ref
from quarterdeck.kernel.resource.registry import Resource
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.records.lists import read_query, resource_or_404

#: A spreadsheet takes a cell that begins so for a formula.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(text: str) -> str:
    """``text`` so that no spreadsheet runs it: an apostrophe before what would begin a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_DANGEROUS) else text


def cell(value: object) -> str:
    """A value as a CSV cell. Numbers stay numbers; times are UTC."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Choice):
        return guarded(value.label)
    if isinstance(value, Ref):
        return guarded(value.title)
    if isinstance(value, list):
        return guarded("; ".join(cell(item) for item in value))
    return guarded(str(value))


@login_required
@require_safe
def csv_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """Every row of the list as asked for, streamed."""
    sight = sight_of(request)
    resource = resource_or_404(code, sight)
    try:
        query = read_query(request, resource)
        page(resource, sight, query)
    except BadQuery as error:
        return HttpResponse(f"{error.where}: {error.message}\n", status=400, content_type="text/plain; charset=utf-8")
    response = StreamingHttpResponse(
        _lines(resource, sight, query, get_language() or "en"), content_type="text/csv; charset=utf-8"
    )
    name = f"{resource.code.replace('.', '-')}-{clock.today().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _lines(resource: Resource, sight: Sight, query: Query, language: str) -> Iterator[bytes]:
    # The reader's language is no longer active once the response is being sent.
    with override(language):
        attributes = present.columns(resource)
        # Excel reads UTF-8 only after a byte order mark.
        yield b"\xef\xbb\xbf" + _line([_("Number"), *(guarded(attribute.label) for attribute in attributes)])
        for rows in every(resource, sight, query):
            present.prime(rows, attributes, sight)
            made = []
            for record in rows:
                made.append(_line([str(record.pk), *(cell(a.holds(record, sight)) for a in attributes)]))
            yield b"".join(made)


def _line(values: list[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(values)
    return buffer.getvalue().encode()
