"""The meeting's page for those who prepare it, sit in it, read it, and may not know of it."""

from __future__ import annotations

import pytest

from tests.web.meeting.scene import decided, planned, sitting
from tests.web.test_records import SignIn

pytestmark = pytest.mark.django_db


def test_smoke(enterprise, signed_in: SignIn) -> None:
    import re

    for make in (planned, sitting, decided):
        pass
    scene = decided()
    for user in (scene.secretary, scene.committee.logins["Gao Wei"]):
        r = signed_in(user).get(scene.url)
        print(r.status_code)
        print(re.sub(r"\n\s*\n+", "\n", r.content.decode()))
        assert r.status_code == 200
