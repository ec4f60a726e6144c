"""Both sides show it: the safeguard its section, the policy its safeguards."""

from __future__ import annotations

import pytest

from quarterdeck.areas.policies.models import PolicySection
from quarterdeck.kernel.permissions.models import Unit
from tests.areas.policies.writing import policy, published
from tests.areas.safeguards.house import safeguard
from tests.support import act, system, user_with
from tests.web.cast import SignIn
from tests.web.workbench.scene import read

pytestmark = pytest.mark.django_db


def test_the_safeguard_shows_its_section_and_the_policy_its_safeguard(enterprise: Unit, signed_in: SignIn) -> None:
    version = published(policy(title="Rules on incidents"))
    what = safeguard("Duty officer judges at once", "procedural")
    section = PolicySection.objects.get(policy=version.policy, code="how-severe-it-is")
    ciso = signed_in(user_with("ciso"))
    form = ciso.get(f"/records/safeguards.statedin/do/create/?safeguard={what.pk}")
    assert "Rules on incidents: How severe it is" in form.content.decode()
    act("safeguards.statedin.create", system(), safeguard=what, section=section, effective_from="2024-03-01")
    page = read(ciso, f"/records/safeguards.safeguard/{what.pk}/")
    assert "Stated in policies" in page
    assert "Rules on incidents: How severe it is Rules on incidents, version 1 Says so" in page
    assert "Safeguards it states Duty officer judges at once Says so How severe it is" in read(
        ciso, f"/policies/{version.policy_id}/"
    )
    assert "Safeguards it states" in read(ciso, f"/records/policies.policysection/{section.pk}/")
