"""The register is taken away as a file at its address: what the reader may see of it."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.areas.risks.registers import Register
from tests.support import user_with

pytestmark = pytest.mark.django_db


def test_the_register_is_taken_away_as_the_reader_may_see_it(client: Client) -> None:
    register = Register()
    register.furnished()
    client.force_login(register.ciso)
    answer = client.get("/risks/register.json")
    assert answer.status_code == 200
    assert len(json.loads(answer.content)["scenarios"]) == 5
    assert 'filename="risks-current-' in answer["Content-Disposition"]
    assert client.get("/risks/register.xlsx?kind=residual").content.startswith(b"PK")
    assert client.get("/risks/register.csv?unit=nowhere").status_code == 404
    assert client.get("/risks/register.pdf").status_code == 404
    client.force_login(user_with())
    assert client.get("/risks/register.json").status_code == 404
