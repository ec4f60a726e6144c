"""The first administrator of a new home, by a link that works once.

Whoever can read the terminal that started the home may take it. The home keeps the hash of the link's token, never the
token; the link ends when it is used, after a day, or when an administrator exists.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.accounts.tokens import digest_of
from quarterdeck.kernel.actions import Actor, perform
from quarterdeck.kernel.permissions.models import Assignment, Unit
from quarterdeck.kernel.records import in_effect_on
from quarterdeck.kernel.setup import system_user

NAME = "first.json"
LASTS = timedelta(days=1)
ROLES = ("administrator", "employee")


def _path() -> Path:
    return Path(settings.HOME.keys) / NAME


def administrator_exists() -> bool:
    """Whether somebody who may sign in holds the administrator's role today."""
    return Assignment.objects.filter(in_effect_on(clock.today()), role="administrator", user__is_active=True).exists()


def first_link(base_url: str) -> str | None:
    """A new one-time link below ``base_url`` (``http://localhost:8460``); None where an administrator exists already."""
    if administrator_exists():
        return None
    token = secrets.token_urlsafe(32)
    kept = {"digest": digest_of(token), "until": (clock.now() + LASTS).isoformat()}
    place = _path()
    draft = place.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        json.dump(kept, handle)
    draft.replace(place)
    return f"{base_url.rstrip('/')}/first/{token}/"


def _opens(token: str) -> bool:
    try:
        kept = json.loads(_path().read_text(encoding="utf-8"))
        until = datetime.fromisoformat(kept["until"])
        right = hmac.compare_digest(str(kept["digest"]), digest_of(token))
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return right and clock.now() <= until and not administrator_exists()


class FirstForm(forms.Form):
    """Login, name and password of the first administrator."""

    login = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._@+-]*$",
        label=gettext_lazy("Login"),
        max_length=150,
        error_messages={"invalid": gettext_lazy("Letters, digits and . _ @ + - only.")},
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    full_name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("Twelve characters at least."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_login(self) -> str:
        login = str(self.cleaned_data["login"])
        if User.objects.filter(login__iexact=login).exists():
            raise forms.ValidationError(_("Somebody has this login already."))
        return login

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if "password" in given and "login" in given:
            user = User(login=given["login"], full_name=given.get("full_name", ""), email=given.get("email", ""))
            try:
                validate_password(given["password"], user)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return given


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: HttpRequest, token: str) -> HttpResponse:
    """Make the first administrator and sign them in. A wrong, used or late link does not exist."""
    if not _opens(token):
        raise Http404
    form = FirstForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            # Whoever removes the file first is the first administrator; a second request finds no link.
            _path().unlink()
        except FileNotFoundError:
            raise Http404 from None
        user = _make(form.cleaned_data)
        messages.success(
            request, _("You are the first administrator. Add a second factor next, then give others their roles.")
        )
        response: HttpResponse = perform_login(request, Login(user=user))
        return response
    context = {"title": _("First administrator"), "form": form, "nav": []}
    return render(request, "records/first.html", context, status=422 if form.errors else 200)


def _make(given: dict[str, str]) -> User:
    with transaction.atomic():
        user = User(login=given["login"], full_name=given["full_name"], email=given["email"])
        user.set_password(given["password"])
        user.save(force_insert=True)
        whole = Unit.objects.get(parent=None)
        for role in ROLES:
            perform(
                "permissions.assignment.create",
                Actor(system_user(), system=True),
                data={"user": user.pk, "role": role, "unit": whole.pk, "effective_from": clock.today().isoformat()},
            )
    return user
