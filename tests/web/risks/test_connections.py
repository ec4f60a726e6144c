"""What a risk hangs together with, on its page: shown while it stands, ended from there, then gone from everywhere but the record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from quarterdeck.areas.risks.models import RiskIncident, RiskVendor, RiskVendorFinding
from quarterdeck.kernel import clock
from tests.areas.risks.test_findings import evaluation, questionnaire
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


def finding_of(of: Scene, title: str = "Nobody tests", severity: str = "high") -> Any:
    asked = evaluation(vendor(of), questionnaire())
    return act("vendors.finding.add", system(), evaluation=asked, title=title, severity=severity, text="Never did.")


def test_page_and_panel_show_open_findings_and_the_finding_shows_the_risk(register: Scene, signed_in: SignIn) -> None:
    risk, finding = register.risks["ransom"], finding_of(register)
    client = signed_in(register.ciso)
    assert f"/records/risks.riskvendorfinding/do/link/?risk={risk.pk}" in html(client, f"/risks/{risk.pk}/")
    act("risks.riskvendorfinding.link", register.ciso, risk=risk, finding=finding, how="It runs the platform")
    for address in (f"/risks/{risk.pk}/", f"/risks/{risk.pk}/panel/"):
        page = html(client, address)
        for word in ("1 open finding", "Nobody tests", "High · Pier Hosting", "It runs the platform"):
            assert word in page, (address, word)
    assert "Nobody tests High · Pier Hosting It runs the platform Open" in read(client, f"/risks/{risk.pk}/")
    assert "Ransomware stops the payment platform" in read(client, f"/records/vendors.finding/{finding.pk}/")
    decided = evaluation(finding.evaluation.vendor, finding.evaluation.questionnaire)
    act("vendors.evaluation.propose", system(), decided, summary="Still weak.")
    act("vendors.evaluation.decide", system(), decided, decision="rejected", because="Weak.")
    page = read(client, f"/risks/{risk.pk}/")
    assert "open finding" not in page
    assert "None stands open Nobody tests High · Pier Hosting It runs the platform Closed" in page
    held = RiskVendorFinding.objects.get()
    client.post(f"/records/risks.riskvendorfinding/{held.pk}/do/end/", {"_revision": held.revision})
    assert "Nobody tests" not in read(client, f"/risks/{risk.pk}/")
    assert "Ransomware" not in read(client, f"/records/vendors.finding/{finding.pk}/")


def test_a_finding_that_the_reader_may_not_see_is_not_named_nor_counted_on_the_page(
    register: Scene, signed_in: SignIn
) -> None:
    other = act("permissions.unit.create", system(), code="other", name="Other", kind="business", parent=register.top)
    register.unit, here = other, register.unit
    finding = finding_of(register)
    register.unit = here
    risk = register.risks["ransom"]
    act("risks.riskvendorfinding.link", register.ciso, risk=risk, finding=finding, how="It runs the platform")
    page = read(signed_in(register.head), f"/risks/{risk.pk}/")
    for word in ("Nobody tests", "Pier Hosting", "It runs the platform", "open finding"):
        assert word not in page
    assert "Nobody tests" in read(signed_in(register.ciso), f"/risks/{risk.pk}/")


def test_many_findings_are_counted_and_the_first_are_shown(register: Scene, signed_in: SignIn) -> None:
    risk, first = register.risks["ransom"], finding_of(register, "Finding 0", "low")
    rows = [first] + [
        act("vendors.finding.add", system(), evaluation=first.evaluation, title=f"Finding {n}", severity="low")
        for n in range(1, 23)
    ]
    for row in rows:
        act("risks.riskvendorfinding.link", register.ciso, risk=risk, finding=row, how="So it is")
    page = read(signed_in(register.ciso), f"/risks/{risk.pk}/")
    assert "23 open findings" in page
    assert "23 stand open · all of them" in page
    assert "Finding 19" in page
    assert "Finding 20" not in page


def test_the_head_of_a_unit_reads_what_bars_the_acceptance(register: Scene, signed_in: SignIn) -> None:
    risk = register.risks["ransom"]
    for who in (register.head, register.ciso):
        page = read(signed_in(who), f"/risks/{risk.pk}/")
        assert "With USD 581k a year this one is for the CISO to accept, not for its owner." in page
        assert (
            "By the appetite of Harbour Lane Group the owner of a risk accepts it up to USD 100k expected a year, "
            "the CISO up to USD 1m, a member of the committee beyond that." in page
        )
    panel = html(signed_in(register.head), f"/risks/{risk.pk}/panel/")
    assert "for the CISO to accept" in panel
    # A part of the register is still not held against the appetite for all of it.
    assert "appetite of" not in read(signed_in(register.head), "/risks/")
