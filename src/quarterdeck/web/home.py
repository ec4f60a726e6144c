"""Where one arrives."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.web.shell import first_screen, navigation


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first screen the person may see; without one, everything that is open to them."""
    permissions = sight_of(request).permissions
    address = first_screen(permissions)
    if address is not None:
        return HttpResponseRedirect(address)
    context = {"title": _("Start"), "places": navigation(permissions, request.path)}
    return render(request, "records/start.html", context)
