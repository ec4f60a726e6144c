"""What fits what somebody is typing into a field with many choices: the same choices that the action's form takes."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from quarterdeck.kernel.actions import Actor
from quarterdeck.kernel.actions.run import bound_form
from quarterdeck.kernel.resource import choosing
from quarterdeck.kernel.resource.offers import on_record
from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.web.records.detail import record_or_404
from quarterdeck.web.records.forms import action_named
from quarterdeck.web.records.lists import resource_or_404


@login_required
@require_safe
def among(request: HttpRequest, code: str, name: str, field: str, pk: int | None = None) -> HttpResponse:
    """Options for the line, at most :data:`choosing.OFFERED`. Whoever may not do the action is told nothing."""
    sight = sight_of(request)
    resource = resource_or_404(code, sight)
    action = action_named(resource, name, creates=pk is None)
    record = None if pk is None else record_or_404(resource, pk, sight)
    may = sight.may(action) if record is None else any(o.action is action for o in on_record(resource, record, sight))
    if not may:
        raise PermissionDenied
    form = bound_form(action(), Actor(sight.user), record, None)
    asked = None if form is None else form.fields.get(field)
    if (
        not isinstance(asked, forms.ModelChoiceField)
        or not isinstance(asked.widget, choosing.Typed)
        or asked.queryset is None
    ):
        raise Http404
    # The line is sent under the name it has on its page.
    text = next((str(value) for value in request.GET.dict().values()), "")[:200].strip()
    found = list(choosing.fitting(asked.queryset, text)[: choosing.OFFERED]) if text else []
    return HttpResponse(choosing.options(found))


def _address(action: str, record: int | None, field: str) -> str:
    code, _dot, name = action.rpartition(".")
    return reverse("records:choose", args=[code, name, field] if record is None else [code, record, name, field])


choosing.answered_at(_address)
