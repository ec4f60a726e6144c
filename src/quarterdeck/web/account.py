"""The signed-in person's own page: language, zone, theme, and the ways to password, second factor, sessions, tokens."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from quarterdeck.kernel.accounts.models import ApiToken, CalendarFeed, User
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.kernel.ui.context import THEME_COOKIE
from quarterdeck.kernel.ui.words import language_choices
from quarterdeck.web.records.addresses import list_address


def zones() -> list[tuple[str, str]]:
    """Every zone of the time-zone database that names a place, and UTC."""
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name)]


class Reading(forms.Form):
    """How pages are written for one person, on every device that says nothing else."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=language_choices)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zones)
    theme = forms.ChoiceField(
        label=gettext_lazy("Appearance"),
        required=False,
        choices=[
            ("", gettext_lazy("as the system")),
            ("light", gettext_lazy("light")),
            ("dark", gettext_lazy("dark")),
        ],
    )
    mails = forms.ChoiceField(
        label=gettext_lazy("Mail about tasks"),
        choices=User.Mails.choices,
        required=False,
        help_text=gettext_lazy(
            "What the company's rules demand of you is told in any case when it falls due or is late."
        ),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def you(request: HttpRequest) -> HttpResponse:
    """Show and keep the reader's own settings."""
    user = request.user
    assert isinstance(user, User)
    kept = {"language": user.language, "time_zone": user.time_zone, "theme": user.theme, "mails": user.mails}
    form = Reading(request.POST if request.method == "POST" else None, initial=kept)
    if request.method == "POST" and form.is_valid():
        for name in kept:
            # Who sends no wish about mail keeps the one they had.
            setattr(user, name, form.cleaned_data[name] or (kept[name] if name == "mails" else ""))
        user.save(update_fields=list(kept))
        messages.success(request, _("Kept."))
        response = HttpResponseRedirect(request.path)
        # What was chosen on this device before must not hide what was chosen now.
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
        return response
    context = {
        "title": _("Your account"),
        "form": form,
        "facts": [(_("Name"), str(user)), (_("Login"), user.login), (_("E-mail"), user.email or "–")],
        "ways": _ways(request),
        "crumbs": [{"label": _("Your account"), "url": request.path}],
    }
    return render(request, "records/you.html", context, status=422 if form.errors else 200)


def _ways(request: HttpRequest) -> list[tuple[str, str]]:
    known = [
        (_("Password"), "account_change_password"),
        (_("Second factor and passkeys"), "mfa_index"),
        (_("Where you are signed in"), "usersessions_list"),
    ]
    found = []
    for label, name in known:
        try:
            found.append((label, reverse(name)))
        except NoReverseMatch:
            continue
    for label, model in ((_("API tokens"), ApiToken), (_("Calendar subscriptions"), CalendarFeed)):
        resource = resource_of(model)
        if sight_of(request).may_view(resource):
            found.append((label, list_address(resource)))
    return found
