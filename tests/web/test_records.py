"""The declared pages: list, record, form, history, export."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Unit
from tests.support import act, user_with

SignIn = Callable[..., Client]


def test_smoke(enterprise: Unit, signed_in: SignIn) -> None:
    admin = user_with("administrator")
    client = signed_in(admin)
    unit = act("permissions.unit.create", admin, code="retail", name="Retail", kind="business", parent=enterprise)
    for path in (
        "/",
        "/records/permissions.unit/",
        f"/records/permissions.unit/{unit.pk}/",
        f"/records/permissions.unit/{unit.pk}/history/",
        f"/records/permissions.unit/{unit.pk}/do/change/",
        "/records/permissions.unit/do/create/",
        "/search/?q=ret",
        "/you/",
        "/records/permissions.unit/export.csv",
        "/healthz",
        f"/records/permissions.unit/{unit.pk}/?as_of=2020-01-01",
        "/records/permissions.unit/?as_of=2020-01-01",
        "/api/v1/records/permissions.unit",
        f"/api/v1/records/permissions.unit/{unit.pk}/history",
        "/api/v1/openapi.json",
        "/api/v1/claims",
        "/api/v1/me",
        "/account/2fa/",
        "/account/sessions/",
        "/account/password/change/",
    ):
        r = client.get(path)
        print(path, r.status_code)
        if r.status_code >= 400:
            print(r.content.decode()[:3000])
        body = b"".join(r.streaming_content) if r.streaming else r.content
        if "permissions.unit/" in path and path.count("/") <= 5:
            print(body.decode()[:6000])
