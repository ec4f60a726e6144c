"""What a risk hangs together with, on its page: shown while it stands, ended from there, then gone from everywhere but the record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from quarterdeck.areas.risks.models import RiskIncident, RiskVendor
from quarterdeck.kernel import clock
from tests.support import act, system, user_with
from tests.web.cast import SignIn
from tests.web.risks.scene import Scene, scene
from tests.web.risks.test_learn import happened
from tests.web.risks.test_register import html
from tests.web.workbench.scene import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> Scene:
    """The register as it was made 400 days ago."""
    with clock.fixed(clock.now() - timedelta(days=400)):
        return scene()


def vendor(of: Scene, name: str = "Pier Hosting") -> Any:
    return act(
        "vendors.vendor.create", system(), name=name, service="Hosting", unit=of.unit, kind="legal", sensitivity="none",
        volume="none", access="none", criticality="low",
    )  # fmt: skip


def test_a_vendor_named_by_mistake_is_ended_from_the_page(register: Scene, signed_in: SignIn) -> None:
    risk = register.risks["ransom"]
    act("risks.risk.link_vendor", register.ciso, risk, vendor=vendor(register), how="Runs the platform")
    held = RiskVendor.objects.get()
    client = signed_in(register.ciso)
    page = html(client, f"/risks/{risk.pk}/")
    assert "Runs the platform" in page
    address = f"/records/risks.riskvendor/{held.pk}/do/end/"
    assert address in page
    answer = client.post(address, {"_revision": held.revision, "_next": f"/risks/{risk.pk}/"})
    assert (answer.status_code, answer["Location"]) == (302, f"/risks/{risk.pk}/")
    held.refresh_from_db()
    assert held.ended_on == clock.today()
    for shown in (f"/risks/{risk.pk}/", f"/records/risks.risk/{risk.pk}/"):
        assert "Runs the platform" not in html(client, shown), shown
    # The way to all of them still leads to it, with the day.
    assert "Runs the platform" in html(client, f"/records/risks.riskvendor/?risk={risk.pk}")
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    assert "Runs the platform" not in html(client, f"/records/risks.risk/{risk.pk}/?as_of={yesterday}")


def test_whoever_may_not_end_it_is_not_offered_to(register: Scene, signed_in: SignIn) -> None:
    risk = register.risks["ransom"]
    act("risks.risk.link_vendor", register.ciso, risk, vendor=vendor(register), how="Runs the platform")
    page = html(signed_in(user_with("auditor")), f"/risks/{risk.pk}/")
    assert "Runs the platform" in page
    assert "/do/end/" not in page


def test_an_incident_that_was_not_this_risk_is_counted_no_longer(register: Scene, signed_in: SignIn) -> None:
    risk = register.risks["ransom"]
    for number, loss in enumerate(("500000", "2000000", "9000000")):
        happened(register, risk, f"Event {number}", loss)
    client = signed_in(register.ciso)
    calibration = "/risks/calibration/"
    assert "2 of 3 3 of them losses that came" in read(client, calibration)
    held = RiskIncident.objects.get(incident__title="Event 2")
    client.post(f"/records/risks.riskincident/{held.pk}/do/end/", {"_revision": held.revision})
    assert "2 of 2 2 of them losses that came" in read(client, calibration)
    page = html(client, f"/risks/{risk.pk}/")
    assert "Event 1" in page
    assert "Event 2" not in page
    learn = html(client, f"/risks/{risk.pk}/learn/")
    assert "Event 1" in learn
    assert "Event 2" not in learn


def test_the_history_shows_the_connection_as_it_stood_on_a_day(register: Scene, signed_in: SignIn) -> None:
    risk = register.risks["ransom"]
    then = clock.now() - timedelta(days=20)
    with clock.fixed(then):
        act("risks.risk.link_vendor", system(), risk, vendor=vendor(register), how="Runs the platform")
    act("risks.riskvendor.end", register.ciso, RiskVendor.objects.get())
    client = signed_in(register.ciso)
    day = (clock.today() - timedelta(days=10)).isoformat()
    assert "Runs the platform" in html(client, f"/records/risks.risk/{risk.pk}/?as_of={day}")
    assert "Runs the platform" not in html(client, f"/records/risks.risk/{risk.pk}/")
