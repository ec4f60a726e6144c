"""Which grants a new version adds to a home that is in use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quarterdeck.kernel.permissions.models import Grant
from quarterdeck.kernel.permissions.sync import shipped_grants, sync_shipped
from tests.support import company

pytestmark = pytest.mark.django_db


def test_a_grant_that_the_company_took_away_stays_away(tmp_path: Path) -> None:
    company()
    kept = tmp_path / "grants.json"
    sync_shipped(kept)
    role, permission, reach = sorted(shipped_grants())[0]
    Grant.objects.filter(role=role, permission=permission, reach=reach).delete()
    assert sync_shipped(kept) == 0
    assert not Grant.objects.filter(role=role, permission=permission, reach=reach).exists()


def test_a_grant_that_no_version_before_shipped_is_added(tmp_path: Path) -> None:
    company()
    kept = tmp_path / "grants.json"
    role, permission, reach = sorted(shipped_grants())[0]
    Grant.objects.filter(role=role, permission=permission, reach=reach).delete()
    kept.write_text(
        json.dumps(sorted("/".join(grant) for grant in shipped_grants() if grant != (role, permission, reach)))
    )
    assert sync_shipped(kept) == 1
    assert Grant.objects.filter(role=role, permission=permission, reach=reach).exists()
